"""Each extract that a firm may lack is taken away alone: every model is made, every claim holds.

What one missing extract does to the rest, on the tiny world: its raw table is emptied, all that
stands on it is made again by its compiled SQL, and the data tests of that are asked, in a
transaction that is rolled back. Python's tables stay as they were, and what is claimed of those
themselves is not asked. ``test_absent_extracts.py`` has which columns are null and for what reason.
"""

import shutil
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import PII_KEY, Build, contracts

from orchestration.privacy.pii_key import hmac_pads

# Without people, orders and what was ordered there is no firm to describe; and money in a currency
# without a rate stops a run on purpose, which the tiny world has.
REQUIRED = {"crm_customers", "sales_orders", "sales_order_lines", "fx_rates"}
MAY_BE_ABSENT = sorted((s, t) for s, t in contracts() if s != "online_retail" and t not in REQUIRED)
PYTHON_TABLES = "source.patron.models."


class World:
    """A copy of the tiny world in which models can be made again from changed raw tables."""

    def __init__(self, build: Build, copy: Path) -> None:
        shutil.copy(build.warehouse_file, copy)
        self.connection = duckdb.connect()
        self.connection.execute(f"ATTACH '{copy}' AS patron")
        self.connection.execute("USE patron")
        self.connection.execute("SET TimeZone = 'UTC'")
        inner, outer = hmac_pads(PII_KEY)
        self.connection.execute(f"SET VARIABLE pii_inner_pad = '{inner}'")
        self.connection.execute(f"SET VARIABLE pii_outer_pad = '{outer}'")
        self.nodes = build.manifest["nodes"]
        self.compiled = {
            name: result["compiled_code"]
            for name, result in build.results.items()
            if result.get("compiled_code")
        }
        models = {n for n, node in self.nodes.items() if node["resource_type"] == "model"}
        sorter = TopologicalSorter({n: self._stands_on(n) for n in models})
        self.build_order = [name for name in sorter.static_order() if name in models]

    def behind(self, source: str) -> list[str]:
        """The models that stand on this source, in the order in which they are made."""
        reached = {source}
        for name in self.build_order:
            if reached & self._stands_on(name):
                reached.add(name)
        return [name for name in self.build_order if name in reached]

    def make_again(self, models: list[str]) -> None:
        for name in models:
            node = self.nodes[name]
            if node["config"]["materialized"] == "table":
                relation = f"{node['schema']}.{node['alias']}"
                self.connection.execute(f"DELETE FROM {relation}")
                self.connection.execute(f"INSERT INTO {relation} BY NAME ({self._sql(name)}\n)")

    def broken_claims(self, nodes: set[str]) -> list[str]:
        """Data tests about any of these nodes that have failing rows, with how many."""
        broken = []
        for name, node in self.nodes.items():
            if node["resource_type"] == "test" and self._is_asked(name, nodes):
                sql = f"SELECT count(*) FROM ({self._sql(name)}\n)"
                [[rows]] = self.connection.execute(sql).fetchall()
                if rows:
                    broken.append(f"{node['name']}: {rows} rows")
        return broken

    def _is_asked(self, test: str, nodes: set[str]) -> bool:
        about = self._stands_on(test)
        return bool(nodes & about) and not any(n.startswith(PYTHON_TABLES) for n in about)

    def _sql(self, name: str) -> str:
        return self.compiled[name].rstrip().rstrip(";")

    def _stands_on(self, name: str) -> set[str]:
        node: dict[str, Any] = self.nodes[name]
        return set(node["depends_on"]["nodes"])


@pytest.fixture(scope="module")
def world(tiny_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tiny_build, tmp_path_factory.mktemp("absent") / "patron.duckdb")
    yield world
    world.connection.close()


@pytest.mark.parametrize(("source", "table"), MAY_BE_ABSENT)
def test_the_rest_is_made_and_holds_without(world: World, source: str, table: str) -> None:
    node = f"source.patron.{source}.{table}"
    models = world.behind(node)
    world.connection.execute("BEGIN")
    try:
        world.connection.execute(f"DELETE FROM raw_{source}.{table}")
        world.make_again(models)
        broken = world.broken_claims({node, *models})
    finally:
        world.connection.execute("ROLLBACK")
    assert not broken, "\n".join(broken)


def test_a_claim_that_needs_an_extract_is_found(world: World) -> None:
    """Much stands on the orders, and lines without their net amounts are missed."""
    assert len(world.behind("source.patron.sales.sales_orders")) > 50
    world.connection.execute("BEGIN")
    try:
        world.connection.execute("DELETE FROM marts.fct_order_net")
        assert world.broken_claims({"model.patron.fct_order_net"})
    finally:
        world.connection.execute("ROLLBACK")
