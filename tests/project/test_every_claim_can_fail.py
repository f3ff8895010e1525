"""Each data test of dbt holds on the tiny world, and fails once its claim is broken there.

The compiled SQL of a test runs on the built warehouse inside a transaction that is rolled back, so
a few hundred tests take seconds. A new singular test needs an entry in a ``breaking_*.py``; a
generic test is broken by its own arguments where ``generic_breaks.py`` knows it.
"""

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import generic_breaks
import pytest
from conftest import Build

WRITTEN_BY_HAND = {
    name: statement
    for path in sorted(Path(__file__).parent.glob("breaking_*.py"))
    for name, statement in importlib.import_module(path.stem).BREAKS.items()
}


class Claims:
    """The data tests of a build, and a connection on which they can be broken."""

    def __init__(self, build: Build, copy: Path) -> None:
        shutil.copy(build.warehouse_file, copy)
        self.connection = duckdb.connect()
        self.connection.execute(f"ATTACH '{copy}' AS patron")
        self.connection.execute("USE patron")
        self.connection.execute("SET TimeZone = 'UTC'")
        self.nodes = build.manifest["nodes"]
        self.tests = {
            name: node for name, node in self.nodes.items() if node["resource_type"] == "test"
        }
        self.compiled = {name: build.results[name]["compiled_code"] for name in self.tests}

    def failing_rows(self, test: str) -> int:
        sql = self.compiled[test].rstrip().rstrip(";")
        row = self.connection.execute(f"SELECT count(*) FROM ({sql}\n)").fetchone()
        assert row is not None
        return int(row[0])

    def breaking_statement(self, test: str) -> str | None:
        node = self.tests[test]
        if node["name"] in WRITTEN_BY_HAND:
            return WRITTEN_BY_HAND[node["name"]]
        if not node.get("attached_node"):
            return None
        relation = self._relation(self.nodes[node["attached_node"]])
        return generic_breaks.statement(node, relation, self._types(relation))

    def views_become_tables(self) -> None:
        """A view takes no rows; as a table it does, and its tests see no difference."""
        for node in self.nodes.values():
            if node["resource_type"] == "model" and node["config"]["materialized"] == "view":
                relation = self._relation(node)
                self.connection.execute(f"CREATE TABLE kept AS SELECT * FROM {relation}")
                self.connection.execute(f"DROP VIEW {relation}")
                self.connection.execute(f"CREATE TABLE {relation} AS SELECT * FROM kept")
                self.connection.execute("DROP TABLE kept")

    def _relation(self, node: dict[str, Any]) -> str:
        return f"{node['schema']}.{node['alias']}"

    def _types(self, relation: str) -> dict[str, str]:
        rows = self.connection.execute(f"DESCRIBE {relation}").fetchall()
        return {row[0]: row[1] for row in rows}


@pytest.fixture(scope="module")
def claims(tiny_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Claims]:
    claims = Claims(tiny_build, tmp_path_factory.mktemp("claims") / "patron.duckdb")
    claims.views_become_tables()
    yield claims
    claims.connection.close()


def test_every_claim_has_a_statement_that_breaks_it(claims: Claims) -> None:
    without = [name for name in claims.tests if claims.breaking_statement(name) is None]
    assert without == [], "write how these are broken into a tests/project/breaking_*.py"


def test_no_statement_is_of_a_test_that_is_gone(claims: Claims) -> None:
    names = {node["name"] for node in claims.tests.values()}
    assert set(WRITTEN_BY_HAND) - names == set()


def test_every_claim_fails_once_it_is_broken(claims: Claims) -> None:
    blind = []
    for test in claims.tests:
        statement = claims.breaking_statement(test)
        if statement is None:
            continue  # reported by name above
        assert claims.failing_rows(test) == 0, f"{test} fails before it is broken"
        claims.connection.execute("BEGIN")
        try:
            claims.connection.execute(statement)
            if claims.failing_rows(test) == 0:
                blind.append(test)
        finally:
            claims.connection.execute("ROLLBACK")
    assert blind == [], "these claims hold although they were broken"
