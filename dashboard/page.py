"""The frame of every view: the publication that it shows, its questions, titles, empty states.

Belongs here: what all views share on the screen. Does not belong here: any figure (``views/``) or
the drawing of charts (``charts/``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import figures
from dashboard.charts import axes
from dashboard.definitions import Definitions
from dashboard.published import Publication

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
    st.altair_chart(axes.finish(chart), width="stretch", theme=None, alt=says)


def reasons(rows: pd.DataFrame, column: str) -> str | None:
    """The commonest reason of a column of reasons; None where none is given."""
    known = rows[column].dropna()
    return None if known.empty else str(known.mode().iloc[0])


Render = Callable[[View], None]
