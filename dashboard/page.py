"""The frame of every view: the publication that it shows, its questions, titles, empty states.

Belongs here: what all views share on the screen. Does not belong here: any figure (``views/``) or
the drawing of charts (``charts/``).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import figures
from dashboard.charts import axes
from dashboard.definitions import Definitions
from dashboard.published import Publication, held_open

P = ParamSpec("P")
LOG = logging.getLogger(__name__)

# Answers of one publication never change, so they are kept; each is an aggregate of a few rows.
KEPT_ANSWERS = 2000

# Who counts: the unknown member carries money and is nobody; test accounts are left out.
COUNTED = "customer_kind <> 'unknown' and not is_test"


@st.cache_data(max_entries=KEPT_ANSWERS, show_spinner=False)
def _kept_answer(
    publication_id: str, sql: str, parameters: tuple[Any, ...], _publication: Publication
) -> pd.DataFrame:
    return _publication.ask(sql, parameters)


@dataclass(frozen=True)
class View:
    """What a view works with. ``currency`` is the reporting currency of the publication."""

    publication: Publication
    definitions: Definitions
    currency: str | None

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Rows of one aggregating question; kept for as long as this publication is served."""
        publication = self.publication
        return _kept_answer(publication.publication_id, sql, tuple(parameters), publication)

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The single row of a question, by attribute."""
        return next(self.ask(sql, parameters).itertuples(index=False))

    def money(self, value: Any) -> str:
        return figures.money(value, self.currency)

    @property
    def symbol(self) -> str:
        return figures.symbol(self.currency)

    def headline(
        self,
        place: Any,
        title: str,
        value: str,
        meaning: tuple[str, ...],
        *,
        change: str | None = None,
        against: str | None = None,
        good: bool | None = True,
        series: Sequence[float] | None = None,
        note: str | None = None,
    ) -> None:
        """One headline figure with its definition on hover.

        ``good`` says whether more is better; None where neither is. ``note`` stands below, as
        the reason of a figure that is not known.
        """
        colour = "off" if good is None else "normal" if good else "inverse"
        card = place.container(border=True, height="stretch", gap=None)
        card.metric(
            title,
            value,
            change,
            delta_color=colour,
            delta_arrow="off" if good is None else "auto",
            delta_description=against if change else None,
            help=self.definitions.of(*meaning),
            chart_data=series,
            chart_type="line",
        )
        if note:
            card.caption(note)

    @contextmanager
    def panel(self, place: Any, title: str, meaning: tuple[str, ...]) -> Iterator[None]:
        """A frame with a title that says what is seen, and its definition on hover."""
        with place.container(border=True, height="stretch"):
            st.markdown(f"**{title}**", help=self.definitions.of(*meaning))
            yield

    def needs(self, table: str, *columns: str, what: str) -> bool:
        """Whether a table is published; says so in place of the figures where it is not."""
        if self.publication.has(table, *columns):
            return True
        missing(f"{what}: `{table}` is not in this publication. It comes with the next refresh.")
        return False


def missing(reason: str) -> None:
    """An honest empty state: why there is nothing to see."""
    st.markdown(f":gray[{reason}]")


def draw(chart: alt.TopLevelMixin, says: str) -> None:
    """A chart, with one sentence for those who cannot see it."""
    finished: Any = axes.Finished(chart)
    st.altair_chart(finished, width="stretch", theme=None, alt=says)


def reasons(rows: pd.DataFrame, column: str) -> str | None:
    """The commonest reason of a column of reasons; None where none is given."""
    known = rows[column].dropna()
    return None if known.empty else str(known.mode().iloc[0])


Render = Callable[[View], None]


def told(render: Callable[P, None]) -> Callable[P, None]:
    """A view or part of one that says what cannot be answered, with its trace in the terminal.

    The first argument is the view.
    """

    @functools.wraps(render)
    def shown(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with held_open():
                render(*args, **kwargs)
        except Exception as error:  # the boundary of a view
            publication = args[0].publication if isinstance(args[0], View) else None
            LOG.exception("a view cannot be shown")
            st.error(why_not_shown(publication, error))

    return shown


def why_not_shown(publication: Publication | None, error: Exception) -> str:
    """One sentence for the reader: what happened, and what to do."""
    if publication is not None and not publication.database.exists():
        return (
            "The publication that is shown here is no longer kept: newer ones have taken its "
            "place. Load the page again."
        )
    return (
        "This view cannot be shown from this publication, which another version of the code "
        f"may have made ({type(error).__name__}). `patron run` publishes again; the terminal of "
        "the page says more."
    )


def part(render: Callable[P, None]) -> Callable[P, None]:
    """A part of a view that is made anew alone when its own choices change."""
    return st.fragment(told(render))
