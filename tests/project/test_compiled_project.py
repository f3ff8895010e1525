"""What dbt compiled, run as plain SQL, against dbt itself: the same tables and the same verdicts.

And what DuckDB makes of it: no join compares every row of one table with every row of another.
"""

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from conftest import PII_KEY, Build, Dbt

from orchestration.transform.build import build, load_seeds
from orchestration.transform.compiled import CompiledProject, compiled_project
from orchestration.transform.results import NodeResult, Status

MADE_BY_DBT = ("staging", "intermediate", "marts", "segments", "seeds")
STATUS_OF_DBT = {"pass": Status.HELD, "warn": Status.WARNED, "fail": Status.FAILED}


@pytest.fixture(scope="module")
def project(dbt: Dbt, tiny_build: Build) -> CompiledProject:
    return compiled_project(dbt.settings)


@pytest.fixture(scope="module")
def remade(
    project: CompiledProject, dbt: Dbt, tiny_build: Build, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[NodeResult]]]:
    """The tiny world's warehouse with all that dbt made thrown away and made from compiled SQL."""
    file = tmp_path_factory.mktemp("compiled") / "patron.duckdb"
    shutil.copy(tiny_build.warehouse_file, file)
    with duckdb.connect(str(file)) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATRON_PII_KEY", PII_KEY)
        for schema in MADE_BY_DBT:
            connection.execute(f"drop schema {schema} cascade")
        load_seeds(connection, project)
        nodes = [*project.models, *project.claims]
        results = list(build(connection, dbt.settings, project, nodes))
        connection.execute(f"attach '{tiny_build.warehouse_file}' as by_dbt (read_only)")
        yield connection, results


def test_the_tables_are_those_that_dbt_makes(remade):
    connection, _ = remade
    listed = (
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = ? and schema_name <> 'kept' order by all"  # what ours stand for
    )
    tables = connection.execute(listed, ["patron"]).fetchall()
    assert tables == connection.execute(listed, ["by_dbt"]).fetchall()
    different = [
        f"{schema}.{table}"
        for schema, table in tables
        if _rows_apart(connection, f"{schema}.{table}")
    ]
    assert different == []


def _rows_apart(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ours, by_dbt = f"patron.{table}", f"by_dbt.{table}"
    described = "select column_name, column_type from (describe from {})"
    kinds = [connection.sql(described.format(side)).fetchall() for side in (ours, by_dbt)]
    if kinds[0] != kinds[1]:
        return -1
    [(apart,)] = connection.sql(
        f"select count(*) from ((from {ours} except all from {by_dbt}) "
        f"union all (from {by_dbt} except all from {ours}))"
    ).fetchall()
    return int(apart)


def test_the_verdicts_are_those_of_dbt(remade, tiny_build: Build):
    _, results = remade
    ours = {result.node: result.status for result in results if result.node.startswith("test.")}
    of_dbt = {
        node: STATUS_OF_DBT[result["status"]]
        for node, result in tiny_build.results.items()
        if node.startswith("test.")
    }
    assert ours == of_dbt


def test_no_join_compares_every_row_with_every_row(remade, project: CompiledProject):
    """A key beside a condition on one side of an outer join made DuckDB forget the key: a minute
    for 20,000 customers, and a hundred times that for ten times as many."""
    connection, _ = remade
    connection.execute("set variable pii_inner_pad = ''; set variable pii_outer_pad = ''")
    quadratic = [
        f"{model.relation}: {condition}"
        for model in project.models.values()
        for condition in _keys_compared_row_by_row(connection, model.sql)
    ]
    assert quadratic == []


def test_a_key_that_is_forgotten_is_seen(remade):
    connection, _ = remade
    forgotten = (
        "select * from marts.dim_customer as c left join marts.fct_order_net as o "
        "on c.customer_key = o.customer_key and not c.is_test"
    )
    assert _keys_compared_row_by_row(connection, forgotten)


def _keys_compared_row_by_row(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    [(_, plan)] = connection.execute(f"explain (format json) {sql}").fetchall()
    return [
        found
        for node in _below(json.loads(plan))
        if node["name"].strip() == "BLOCKWISE_NL_JOIN"
        and re.search(r"\((\w+_key|\w+_id) = \w+\)", found := str(node["extra_info"]))
    ]


def _below(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        yield from _below(node["children"])
