"""Published tables that gain, lose or change columns, begin and end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from postgres_deployment import DAY, DUCKDB, Deployment

from orchestration.contracts import PublishedContract
from orchestration.publish import build_candidate, promote
from orchestration.publish.content_hash import quoted
from orchestration.publish.postgres import Synced, TargetError, sync

pytestmark = pytest.mark.postgres


def follow(deployment: Deployment, day: date, tables: dict[str, dict[str, str]]) -> Synced:
    """Publish tables of one row with these columns, and have PostgreSQL follow."""
    contracts = {
        name: PublishedContract(
            table=name, version="1.0.0", description=f"{name}.", owner="tests", grain="id",
            key=("id",), columns=tuple(columns.items()), expectations=(), sha256="",
            descriptions=tuple((column, f"The {column}.") for column in columns),
        )
        for name, columns in tables.items()
    }  # fmt: skip
    serving: Path = deployment.serving
    with duckdb.connect() as warehouse:
        warehouse.execute("create schema segments")
        for name, columns in tables.items():
            selected = ", ".join(
                f"1::{type_} as {quoted(column)}" for column, type_ in columns.items()
            )
            warehouse.execute(f"create table segments.{name} as select {selected}")
        candidate = build_candidate(warehouse, contracts, serving, as_of=day, code_version="x")
    promote(candidate, serving)
    return sync(deployment.target, serving, contracts, DUCKDB)


BEFORE = {"seg_a": {"id": "bigint", "x": "integer"}, "seg_b": {"id": "bigint"}}


@pytest.mark.parametrize(
    "after",
    [
        {"seg_a": {"id": "bigint", "x": "integer", "y": "double"}, "seg_b": {"id": "bigint"}},
        {"seg_a": {"id": "bigint"}, "seg_b": {"id": "bigint"}},
        {"seg_a": {"id": "bigint", "renamed": "integer"}, "seg_b": {"id": "bigint"}},
        {"seg_a": {"id": "bigint", "x": "decimal(18,4)"}, "seg_b": {"id": "bigint"}},
        {"seg_a": {"x": "integer", "id": "bigint"}, "seg_b": {"id": "bigint"}},
        {"seg_a": {"id": "bigint", "x": "integer"}},
        {**BEFORE, "seg_c": {"id": "bigint", 'odd "name"; --': "integer"}},
    ],
    ids=["column added", "dropped", "renamed", "retyped", "reordered", "table ended", "begun"],
)
def test_a_change_arrives_with_rights_and_descriptions(
    deployment: Deployment, after: dict[str, dict[str, str]]
) -> None:
    follow(deployment, DAY, BEFORE)
    follow(deployment, DAY + timedelta(days=1), after)
    assert deployment.differences() == []
    found = deployment.rows(
        "select c.relname, a.attname from pg_class as c "
        "join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 "
        "where c.relnamespace = 'patron'::regnamespace and c.relname like 'seg%' "
        "and col_description(c.oid, a.attnum) = 'The ' || a.attname || '.' "
        "order by c.relname, a.attnum"
    )
    assert found == [(table, column) for table in sorted(after) for column in after[table]]


def test_what_others_built_on_a_changed_table_stops_the_swap_by_name(
    deployment: Deployment,
) -> None:
    follow(deployment, DAY, BEFORE)
    deployment.do("create view public.mine as select x from patron.seg_a")
    after = {**BEFORE, "seg_a": {"id": "bigint", "renamed": "integer"}}
    with pytest.raises(TargetError, match=r"view public\.mine depends on view patron\.seg_a"):
        follow(deployment, DAY + timedelta(days=1), after)
    assert deployment.shown_day() == DAY
    deployment.do("drop view public.mine")
    assert follow(deployment, DAY + timedelta(days=1), after).action == "restored"
    assert deployment.differences() == []


def test_somebodys_table_under_a_published_name_is_not_touched(deployment: Deployment) -> None:
    follow(deployment, DAY, {"seg_b": {"id": "bigint"}})
    deployment.do("create table patron.seg_a as select 7 as mine")
    with pytest.raises(TargetError, match=r"patron\.seg_a: not made by the publisher"):
        follow(deployment, DAY + timedelta(days=1), BEFORE)
    assert deployment.rows("select mine from patron.seg_a") == [(7,)]
    assert deployment.shown_day() == DAY
