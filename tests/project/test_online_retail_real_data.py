"""The real online shop, from the landed file to its marts: nothing lost, published figures met."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pytest
from conftest import Build, Dbt, opened

ANALYSES = ("online_retail_revenue_per_customer_2009_2010", "online_retail_cohort_2010_12")


@dataclass(frozen=True)
class Shop:
    """The whole project on the real file, and the SQL of the analyses."""

    build: Build
    analyses: dict[str, str]


@pytest.fixture(scope="module")
def shop(dbt: Dbt, retail_build: Build) -> Shop:
    done = dbt.run("compile", "--select", *ANALYSES)
    assert done.returncode == 0, done.stdout
    compiled = dbt.target / "compiled" / "patron" / "analyses"
    analyses = {name: (compiled / f"{name}.sql").read_text() for name in ANALYSES}
    return Shop(retail_build, analyses)


@pytest.fixture
def marts(shop: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(shop.build) as connection:
        yield connection


def test_every_delivered_line_is_accepted_or_quarantined_and_staged(marts):
    landed, accepted, quarantined = marts.execute(
        "select sum(rows_landed), sum(rows_accepted), sum(rows_quarantined) from raw.extract_load"
    ).fetchone()
    assert landed == accepted + quarantined == 1_067_370
    staged = marts.execute("select count(*) from staging.stg_online_retail__lines").fetchone()
    assert staged == (accepted,)


def test_every_claim_of_the_project_holds_on_real_data(shop):
    failed = {
        name: result["message"]
        for name, result in shop.build.results.items()
        if result["status"] not in ("success", "pass")
    }
    assert failed == {}
    for claim in ("each_doubled_invoice_counts_once", "online_retail_lines_are_all_accounted_for"):
        assert any(name.split(".")[2] == claim for name in shop.build.results)


def test_each_of_the_1088_doubled_invoices_counts_once(marts):
    doubled = marts.execute(
        "select count(distinct invoice_no), count(*) from staging.stg_online_retail__lines"
        " where is_overlap_copy"
    ).fetchone()
    assert doubled == (1_088, 22_523)
    orders, lines = marts.execute(
        "select count(distinct order_key), count(*) from marts.fct_order_net"
    ).fetchone()
    assert (orders, lines) == (53_628, 1_067_370 - 22_523)


def test_all_money_of_the_file_is_in_sight(marts):
    in_marts = marts.execute(
        "select sum(net_amount + excluded_amount) from marts.fct_order_net"
    ).fetchone()[0]
    left_out = marts.execute(
        "select sum(left_out_amount) from staging.stg_online_retail__lines"
    ).fetchone()[0]
    # Sum of quantity x price of both sheets, as given with the data, to the cent.
    both_sheets = Decimal("9539484.63") + Decimal("9747747.93")
    assert abs(in_marts + left_out - both_sheets) < Decimal("0.02")


def test_customers_are_those_of_the_file_and_the_unknown_member(marts):
    kinds = marts.execute(
        "select customer_kind, count(*) from marts.dim_customer group by 1 order by 1"
    ).fetchall()
    assert kinds == [("known", 5_942), ("unknown", 1)]


def test_revenue_per_customer_is_the_published_one(shop, marts):
    found = marts.execute(shop.analyses[ANALYSES[0]]).fetchone()
    assert (found[0], f"{found[1]:.2f}") == (4_314, "2047.29")


def test_the_cohort_of_december_2010_is_the_published_one(shop, marts):
    found = marts.execute(shop.analyses[ANALYSES[1]]).fetchall()
    assert found[0][:2] == (0, 948)
    published = [38.2, 33.4, 38.7, 36.0, 39.7, 38.0, 35.4, 35.4, 39.5, 37.3, 50.0]
    assert [float(percent) for month, _, percent in found if 1 <= month <= 11] == published
