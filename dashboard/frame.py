"""The page around the views: publication, navigation, and what is said about the publication.

Belongs here: which version is shown and what the reader is told about it. Does not belong here:
figures (``views/``) or shared parts of views (``page.py``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import duckdb
import streamlit as st

from dashboard import figures
from dashboard.definitions import Definitions, read_currency, read_definitions
from dashboard.deployment import read_deployment
from dashboard.page import Render, View, told
from dashboard.published import Publication, current_publication, held_open
from dashboard.views import customer, lifecycle, loyalty, overview, quality, segments, value
from orchestration.settings import SettingError, Settings

VIEWS: dict[str, tuple[str, Render]] = {
    "overview": ("Overview", overview.render),
    "value": ("Customer value", value.render),
    "loyalty": ("Loyalty", loyalty.render),
    "lifecycle": ("Lifecycle", lifecycle.render),
    "segments": ("Segments", segments.render),
    "customer": ("One customer", customer.render),
    "quality": ("Data quality", quality.render),
}
LOG = logging.getLogger(__name__)
LOOK_FOR_NEWS_SECONDS = 10
STALE_AFTER_DAYS = 2  # the daily run describes yesterday

STYLE = """<style>
.stMainBlockContainer {padding: 3.7rem 2rem 1.5rem; max-width: 2200px;}
[data-testid="stMetricValue"] {font-variant-numeric: tabular-nums;}
[data-testid="stMetric"] {padding: 0.55rem 0.75rem 0.3rem;}
.patron-line {color: #5F6B76; font-size: 0.92rem; margin: 0;}
.patron-line b {color: #1F2933; font-weight: 600;}
.patron-dot {display: inline-block; width: 0.6rem; height: 0.6rem; border-radius: 50%;
  margin-right: 0.45rem;}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {
  color: #5F6B76; opacity: 1;}
.patron-facts td {padding: 0.16rem 1.2rem 0.16rem 0; border: none; overflow-wrap: anywhere;}
.patron-facts td:first-child {color: #5F6B76; white-space: nowrap;}
</style>"""


def main() -> None:
    """One rendering of the page."""
    st.html(STYLE)
    try:
        settings = read_deployment()
    except SettingError as error:
        st.title("A setting is wrong")
        st.code(str(error), language=None, wrap_lines=True)
        return
    try:
        publication = current_publication(settings.zones.serving)
        if publication is None:
            _say_unpublished()
            return
        with held_open():
            definitions, currency = _kept_definitions(publication.publication_id, publication)
    except (OSError, ValueError, LookupError, TypeError, duckdb.Error) as error:
        LOG.exception("what is served cannot be read")
        _say_unreadable(error)
        return
    view = View(publication, definitions, currency)
    pages = [
        st.Page(_page(render, view), title=title, url_path=path, default=path == "overview")
        for path, (title, render) in VIEWS.items()
    ]
    shown = st.navigation(pages, position="top")
    _say_what_is_shown(publication)
    _watch(settings, publication)
    shown.run()


def _page(render: Render, view: View) -> Callable[[], None]:
    return partial(told(render), view)


@st.cache_data(max_entries=4, show_spinner=False)
def _kept_definitions(
    publication_id: str, _publication: Publication
) -> tuple[Definitions, str | None]:
    """Definitions and reporting currency of one publication."""
    return read_definitions(_publication), read_currency(_publication)


def _say_unpublished() -> None:
    st.title("Nothing has been published yet")
    st.markdown(
        "The page shows what a refresh has published. Run `make run` (or `patron run`), or set "
        "`PATRON_HOME` to the deployment that you want to see, then load this page again."
    )


def _say_unreadable(error: Exception) -> None:
    st.title("What is served cannot be read")
    st.markdown(
        f"{type(error).__name__}: `serving/current` holds no whole publication. "
        "`patron doctor` says what is wrong; `patron run` publishes again."
    )


def _say_what_is_shown(publication: Publication) -> None:
    today = datetime.now(UTC)
    age = (today.date() - publication.as_of_date).days
    stale = age > STALE_AFTER_DAYS
    colour = "#E69F00" if stale else "#009E73"
    freshness = f"{figures.days_between(publication.as_of_date, today.date())} old" if stale else ""
    st.html(
        f'<p class="patron-line" data-testid="publication">'
        f'<span class="patron-dot" style="background:{colour}"></span>'
        f"<b>As of {figures.day(publication.as_of_date)}</b>"
        f"{' · ' + freshness if freshness else ''}"
        f" · published {figures.ago(publication.created_at, today)}"
        f" · {len(publication.tables)} tables, all blocking checks passed"
        f" · content {publication.content_hash[:8]}</p>"
    )


def _watch(settings: Settings, publication: Publication) -> None:
    """Says when the figures changed under the reader, and when newer ones can be had."""
    seen = st.session_state.get("publication_seen")
    if seen not in (None, publication.publication_id):
        st.toast(f"A newer publication: now as of {figures.day(publication.as_of_date)}.")
    st.session_state["publication_seen"] = publication.publication_id
    _look_for_news(settings.zones.serving, publication.publication_id)


@st.fragment(run_every=LOOK_FOR_NEWS_SECONDS)
def _look_for_news(serving: Path, shown: str) -> None:
    try:
        newest = current_publication(serving)
    except (OSError, ValueError, LookupError, TypeError):
        return  # said on the next rendering, which reads it again
    if newest is not None and newest.publication_id != shown:
        left, right = st.columns([5, 1])
        left.info(f"A newer publication is served: as of {_told(newest.as_of_date)}.")
        if right.button("Show it"):
            st.rerun()


def _told(as_of: date) -> str:
    return figures.day(as_of)
