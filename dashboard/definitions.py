"""What a figure means, for its hover: the catalogue's definition, as it is published.

Belongs here: reading ``seg_metric_definition``, the tables' comments and the currency. Does not
belong here: any definition; their home is the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.figures import latin
from dashboard.published import Publication

CATALOGUE = "seg_metric_definition"
MONEY = "seg_summary_daily"  # any table with a currency; this one has a row on every day


@dataclass(frozen=True)
class Definitions:
    """Definitions by (table, column) and by table, as markdown."""

    of_columns: dict[tuple[str, str], str]
    of_tables: dict[str, str]

    def of(self, table: str, *columns: str) -> str:
        """Hover of a figure that is made of these columns; without columns, of the table.

        A column without a row in the catalogue shows its own description.
        """
        found = [self.of_columns.get((table, column), "") for column in columns]
        texts = [text for text in dict.fromkeys(found) if text] or [self.of_tables.get(table, "")]
        origin = f"`{table}`" + (f" · `{'`, `'.join(columns)}`" if columns else "")
        return "\n\n".join([*texts, origin])


def read_definitions(publication: Publication) -> Definitions:
    """All definitions of one publication."""
    described = publication.ask(
        "select table_name, column_name, comment from duckdb_columns() where comment is not null"
    )
    tables = publication.ask(
        "select table_name, comment from duckdb_tables() where comment is not null"
    )
    texts = {
        (str(row.table_name), str(row.column_name)): str(row.comment)
        for row in described.itertuples()
    }
    if publication.has(CATALOGUE):
        for row in publication.ask(f"from {CATALOGUE}").itertuples():
            here = (str(row.table_name), str(row.column_name))
            texts[here] = (
                f"**{row.metric} {latin(row.metric_name)}**\n\n{row.definition}\n\n"
                f"*Here:* {row.column_description}\n\n*Source:* {row.source}"
            )
    return Definitions(
        texts, {str(row.table_name): str(row.comment) for row in tables.itertuples()}
    )


def read_currency(publication: Publication) -> str | None:
    """Reporting currency of one publication; None where no table names it."""
    if not publication.has(MONEY, "currency_code"):
        return None
    named = publication.ask(f"select max(currency_code) as code from {MONEY}")["code"].iloc[0]
    return str(named) if named is not None else None
