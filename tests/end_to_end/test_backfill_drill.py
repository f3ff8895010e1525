"""Long form: thirty days in order, and the last day alone with their memory, agree on every table.

What a deployment keeps is what landed, the memory of the days before and its secrets; the warehouse
and what is served are made again from these.
"""

import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from refreshing import LAST_DAY, refresh

from orchestration.publish.content_hash import hash_table
from orchestration.publish.serving_zone import served
from orchestration.sample_world import write_world
from orchestration.settings import Settings

DAYS = 30
COMPARED_SCHEMAS = ("seeds", "staging", "intermediate", "marts", "segments")
MEASURED = {("marts.model_run", "fit_seconds")}  # tells of the machine


def table_hashes(settings: Settings) -> dict[str, str]:
    """Content hash of every table of the warehouse."""
    with duckdb.connect(str(settings.zones.warehouse_file), read_only=True) as connection:
        columns: dict[str, list[tuple[str, str]]] = {}
        for schema, table, column, type_ in connection.execute(
            "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY schema_name, table_name, column_index"
        ).fetchall():
            if schema in COMPARED_SCHEMAS and (f"{schema}.{table}", column) not in MEASURED:
                exact = "DECIMAL(38,0)" if type_ == "HUGEINT" else type_  # sums of integers
                columns.setdefault(f"{schema}.{table}", []).append((column, exact))
        return {
            name: hash_table(connection, _as_typed(name, described), described).content_hash
            for name, described in columns.items()
        }


def _as_typed(table: str, columns: list[tuple[str, str]]) -> str:
    casts = ", ".join(f'CAST("{name}" AS {type_}) AS "{name}"' for name, type_ in columns)
    return f"(SELECT {casts} FROM {table})"


@pytest.mark.drill
def test_thirty_days_in_order_equal_the_last_day_alone(tmp_path: Path):
    first = tmp_path / "in_order"
    write_world(first, customers=2_000, days=400, seed=3, last_day=LAST_DAY, daily_extracts=DAYS)
    in_order = Settings(home=first)
    alone = Settings(home=tmp_path / "alone")
    alone.home.mkdir()
    (alone.home / "landing").symlink_to(first / "landing")
    (alone.home / "secrets").symlink_to(first / "secrets")

    for days_before in range(DAYS - 1, -1, -1):
        if days_before == 0:
            shutil.copytree(in_order.zones.history, alone.zones.history)
            shutil.copytree(in_order.zones.models, alone.zones.models)
        outcome = refresh(in_order, LAST_DAY - timedelta(days=days_before))
        assert outcome.success, outcome.failures
    outcome = refresh(alone, LAST_DAY)
    assert outcome.success, outcome.failures

    expected, observed = table_hashes(alone), table_hashes(in_order)
    assert len(expected) > 30
    assert {name for name in expected if expected[name] != observed.get(name)} == set()
    served_in_order, served_alone = (served(s.zones.serving) for s in (in_order, alone))
    assert served_in_order is not None
    assert served_alone is not None
    assert served_in_order.content_hash == served_alone.content_hash
