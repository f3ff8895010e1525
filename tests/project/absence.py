"""How a mart without its input looks: null in every row, with a reason in every row.

Belongs here: what an entry of an ``absent_<topic>.py`` states, how it is tried, and gathering the
entries of all topics. Does not belong here: the entries.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
WORLDS = ("WITHOUT_CRM", "WITH_FEW_PEOPLE")


@dataclass(frozen=True)
class Lacking:
    """Columns of a mart that are null in every row, and what their reason says in every row."""

    table: str
    columns: str
    reason: str
    says: str
    rows: str = "true"

    def __str__(self) -> str:
        return f"{self.table}: {self.columns.split(',')[0]}: {self.says}"


def entries(world: str) -> list[Lacking]:
    """What every ``absent_<topic>.py`` states of this world, topic by topic."""
    found: list[Lacking] = []
    for path in sorted(HERE.glob("absent_*.py")):
        topic = importlib.import_module(path.stem)
        stated = [name for name in WORLDS if hasattr(topic, name)]
        assert stated, f"{path.name} states neither {' nor '.join(WORLDS)}"
        found += getattr(topic, world, ())
    return found


def contradictions(connection: duckdb.DuckDBPyConnection, lacking: Lacking) -> list[str]:
    """What the mart shows although its input is absent, and where it does not say why."""
    found = []
    rows = f"from marts.{lacking.table} where {lacking.rows}"
    [[count]] = connection.execute(f"select count(*) {rows}").fetchall()
    if not count:
        found.append("no rows")
    for column in lacking.columns.split(", "):
        [[values]] = connection.execute(f"select count({column}) {rows}").fetchall()
        if values:
            found.append(f"{column}: {values} values")
    [[silent]] = connection.execute(
        f"select count(*) {rows} and coalesce(not contains({lacking.reason}, ?), true)",
        [lacking.says],
    ).fetchall()
    if silent:
        found.append(f"{lacking.reason}: {silent} rows do not say {lacking.says!r}")
    return found
