"""Checks of extracts pay for the day's rows, say what all rows say, and believe no stale memory."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration import automation, warehouse
from orchestration.assets.extracts import build_extract_assets
from orchestration.checks import counted_rows, extract_suites, extracts
from orchestration.checks import great_expectations as gx
from orchestration.checks.row_sums import Counts
from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.ingest.load import load_until
from orchestration.refresh_tags import FULL_TAG
from orchestration.settings import CONTRACTS_ROOT, Settings

FIRST, SECOND, THIRD = (date(2025, 6, day) for day in (28, 29, 30))
HEADER = "source_system,order_id,ordered_at,updated_at,status,tax,guest_email\n"
ORDERS = ("sales", "sales_orders")
PRODUCTS = ("sales", "sales_products")
USED = (ORDERS, PRODUCTS)
Contracts = dict[tuple[str, str], ExtractContract]


def contracts() -> Contracts:
    loaded = load_extract_contracts(CONTRACTS_ROOT, ("sales",))
    return {name: loaded[name] for name in USED}


def land_orders(settings: Settings, day: date, negative: int = 0) -> None:
    """Ten orders and as many wrong ones as are asked for."""
    rows = [f"sales,{day}-{n},{day} 10:00:00,{day} 11:00:00,paid,1.5,ann@shop.example\n"
            for n in range(10)]  # fmt: skip
    wrong = [f"sales,{day}-N{n},{day} 10:00:00,,paid,-1,ann at shop\n" for n in range(negative)]
    folder = settings.zones.landing / "sales" / "sales_orders" / f"extract_date={day}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orders.csv").write_text(HEADER + "".join([*rows, *wrong]))


def land_products(settings: Settings, day: date, path: str) -> None:
    folder = settings.zones.landing / "sales" / "sales_products" / f"extract_date={day}"
    folder.mkdir(parents=True)
    (folder / "products.csv").write_text(
        f"product_id,valid_from,category_path\nP1,2025-01-01,Home\nP2,2025-01-01,{path}\n"
    )


def load(settings: Settings, as_of: date) -> None:
    for contract in contracts().values():
        load_until(contract, settings.zones, as_of)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two days, with wrong rows on both, judged on the evening of each."""
    settings = Settings(home=tmp_path, sources=("sales",))
    land_orders(settings, FIRST, negative=2)
    land_products(settings, FIRST, "Home > Lamps")
    load(settings, FIRST)
    judge(settings, FIRST)
    land_orders(settings, SECOND, negative=1)
    land_products(settings, SECOND, "Home > ")
    load(settings, SECOND)
    judge(settings, SECOND)
    return settings


def judge(
    settings: Settings,
    as_of: date,
    again: bool = False,
    known: Contracts | None = None,
    asked: dict[str, gx.Suite] | None = None,
) -> dict[str, gx.SuiteResult]:
    """Results of the suites; ``asked`` is filled with what Great Expectations was asked."""
    known = known or contracts()
    database = settings.home / "checks.duckdb"
    judgements = judgements_of(settings, as_of, known, again)

    def validate(suites: Mapping[str, gx.Suite]) -> Mapping[str, gx.SuiteResult]:
        (asked if asked is not None else {}).update(suites)
        return gx.validate(database, suites)

    return extract_suites.validated(judgements, validate)


def judgements_of(
    settings: Settings, as_of: date, known: Contracts, again: bool = False
) -> list[extract_suites.Judgement]:
    with registered(settings.home / "checks.duckdb", settings, as_of, known) as connection:
        return [
            extract_suites.judgement_of(connection, contract, settings.zones, again)
            for contract in known.values()
        ]


def whole(
    settings: Settings, as_of: date, known: Contracts | None = None
) -> dict[str, gx.SuiteResult]:
    """What Great Expectations says of the suites as they are."""
    known = known or contracts()
    database = settings.home / "whole.duckdb"
    registered(database, settings, as_of, known).close()
    suites = {extract_suites.name_of(one): gx.suite_of(one) for one in known.values()}
    return gx.validate(database, suites)


def registered(
    database: Path, settings: Settings, as_of: date, known: Contracts
) -> duckdb.DuckDBPyConnection:
    database.unlink(missing_ok=True)
    connection = duckdb.connect(str(database))
    warehouse.register_raw(connection, settings, known, as_of)
    return connection


def memory(settings: Settings, name: tuple[str, str] = ORDERS) -> Path:
    return settings.zones.raw.joinpath(*name) / counted_rows.FILE_NAME


def blocks(settings: Settings) -> list[dict]:
    return json.loads(memory(settings).read_text())["blocks"]


def test_a_day_is_asked_of_its_rows_and_told_of_all(settings: Settings):
    land_orders(settings, THIRD, negative=1)
    load(settings, THIRD)
    asked: dict[str, gx.Suite] = {}
    results = judge(settings, THIRD, asked=asked)
    assert results == whole(settings, THIRD)
    assert {suite.relation for suite in asked.values()} == {"new_sales.sales_orders"}
    orders = results["sales.sales_orders"]
    assert orders.relation == "raw_sales.sales_orders"
    negative = [result for result in orders.failures if result.column == "tax"]
    assert [result.observed for result in negative] == ["4 of 34 unexpected (11.76 %)"]
    assert not results["sales.sales_products"].passed  # remembered, and still wrong


def test_rows_that_are_not_answered_for_have_no_result(settings: Settings):
    """The check then fails; what was counted before is not taken for the whole."""
    land_orders(settings, THIRD, negative=1)
    load(settings, THIRD)
    results = extract_suites.validated(judgements_of(settings, THIRD, contracts()), lambda _: {})
    assert list(results) == ["sales.sales_products"]  # nothing new
    assert judge(settings, THIRD) == whole(settings, THIRD)


def test_nothing_new_is_nothing_asked(settings: Settings):
    asked: dict[str, gx.Suite] = {}
    assert judge(settings, SECOND, asked=asked) == whole(settings, SECOND)
    assert asked == {}


def test_the_check_results_are_those_of_all_rows(settings: Settings):
    land_orders(settings, THIRD, negative=1)
    load(settings, THIRD)
    told = list(extracts.extract_results(settings, contracts(), THIRD))
    assert told == list(extracts.extract_results(settings, contracts(), THIRD, again=True))
    assert sum(not result.passed for result in told) >= 2


def test_a_full_run_asks_of_all_rows(settings: Settings):
    asked: dict[str, gx.Suite] = {}
    assert judge(settings, SECOND, again=True, asked=asked) == whole(settings, SECOND)
    assert {suite.relation for suite in asked.values()} == {
        "raw_sales.sales_orders",
        "raw_sales.sales_products",
    }
    assert len(blocks(settings)) == 1


def test_an_earlier_day_is_told_of_its_own_rows(settings: Settings):
    earlier = contracts()
    del earlier[PRODUCTS]  # its newest snapshot is not the earlier day's
    assert judge(settings, FIRST, known=earlier) == whole(settings, FIRST, known=earlier)
    assert judge(settings, SECOND) == whole(settings, SECOND)


def test_a_day_that_comes_again_is_judged_anew(settings: Settings):
    land_orders(settings, SECOND, negative=5)
    load(settings, SECOND)
    results = judge(settings, SECOND)
    assert results == whole(settings, SECOND)
    [tax] = [one for one in results["sales.sales_orders"].failures if one.column == "tax"]
    assert tax.observed.startswith("7 of 27")


def lie(settings: Settings) -> None:
    """Let the memory say that nothing was wrong."""
    for name in USED:
        document = json.loads(memory(settings, name).read_text())
        for block in document["blocks"]:
            for counts in block["counts"]:
                counts["unexpected_count"] = 0
        memory(settings, name).write_text(json.dumps(document))


def _other_rows(settings: Settings, _patch: pytest.MonkeyPatch) -> None:
    """Other bytes under the same name and, as a careless copy leaves them, with the same time."""
    for file in settings.zones.raw.glob("sales/*/*/data-*.parquet"):
        times = file.stat()
        file.write_bytes(file.read_bytes())
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _other_engine(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counted_rows, "version", lambda name: f"0 of {name}")


def _other_format(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counted_rows, "FORMAT", counted_rows.FORMAT + 1)


def _other_questions(_settings: Settings, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(extract_suites.row_sums, "PART_COLUMN", "source_row")


@pytest.mark.parametrize("change", [_other_rows, _other_engine, _other_format])
def test_a_memory_of_other_rows_or_engines_is_ignored(settings, monkeypatch, change):
    lie(settings)
    assert judge(settings, SECOND) != whole(settings, SECOND)  # so that the lie would be seen
    lie(settings)
    change(settings, monkeypatch)
    assert judge(settings, SECOND) == whole(settings, SECOND)


def test_a_memory_under_another_contract_is_ignored(settings: Settings):
    lie(settings)
    changed = {name: replace(contract, sha256="other") for name, contract in contracts().items()}
    assert judge(settings, SECOND, known=changed) == whole(settings, SECOND, known=changed)


def test_a_memory_of_other_questions_is_ignored(settings, monkeypatch):
    lie(settings)
    _other_questions(settings, monkeypatch)
    asked: dict[str, gx.Suite] = {}
    told = judge(settings, SECOND, asked=asked)["sales.sales_orders"]
    assert told == whole(settings, SECOND)["sales.sales_orders"]
    over_all = asked["sales.sales_orders all rows"].expectations
    assert [one["type"] for one in over_all] == ["expect_compound_columns_to_be_unique"]


@pytest.mark.parametrize("content", ["{", "null", '{"made_by": 1}'])
def test_a_damaged_memory_is_ignored(settings: Settings, content: str):
    memory(settings).write_text(content)
    assert judge(settings, SECOND) == whole(settings, SECOND)
    document = json.loads(memory(settings).read_text())
    memory(settings).write_text(json.dumps(document | {"blocks": [{}]}))
    assert judge(settings, SECOND) == whole(settings, SECOND)


def test_what_cannot_be_counted_is_judged_as_a_whole_and_not_remembered(settings: Settings):
    memory(settings).unlink()
    broken = contracts()
    absent = {"type": "expect_column_values_to_be_between", "kwargs": {"column": "absent"}}
    broken[ORDERS] = replace(broken[ORDERS], expectations=(*broken[ORDERS].expectations, absent))
    results = judge(settings, SECOND, known=broken)
    assert results == whole(settings, SECOND, known=broken)
    assert results["sales.sales_orders"].expectations[-1].exception
    assert not memory(settings).exists()


def test_a_contract_without_expectations_still_fails(settings: Settings):
    empty = {ORDERS: replace(contracts()[ORDERS], expectations=())}
    assert judge(settings, SECOND, known=empty) == whole(settings, SECOND, known=empty)


def test_an_extract_that_never_came_is_judged_as_it_was(tmp_path: Path):
    nothing = Settings(home=tmp_path, sources=("sales",))
    assert judge(nothing, FIRST) == whole(nothing, FIRST)
    assert not nothing.zones.raw.exists()


def test_the_memory_is_private_and_holds_counts_alone(settings: Settings):
    assert stat.S_IMODE(memory(settings).stat().st_mode) == 0o600
    for block in blocks(settings):
        assert all(isinstance(n, int) for counts in block["counts"] for n in counts.values())


def test_equal_rows_of_two_partitions_are_of_two_dates(settings: Settings):
    """Raw takes the date from the folder, so equal keys with it never lie in two partitions."""
    [file] = settings.zones.raw.glob(f"sales/sales_orders/extract_date={FIRST}/data-*.parquet")
    with duckdb.connect() as connection:
        other = file.with_name("other.parquet")
        connection.execute(
            f"COPY (SELECT * REPLACE (DATE '2020-01-01' AS extract_date) FROM read_parquet("
            f"'{file}', hive_partitioning = false)) TO '{other}'"
        )
        other.replace(file)
        warehouse.register_raw(connection, settings, contracts(), SECOND)
        dates = connection.execute("SELECT DISTINCT extract_date FROM raw_sales.sales_orders")
        assert {day for (day,) in dates.fetchall()} == {FIRST, SECOND}


def test_old_blocks_are_added_up(tmp_path: Path):
    def block(number: int) -> counted_rows.Block:
        counts: Counts = {"element_count": number, **({"unexpected_count": 1} if number else {})}
        return counted_rows.Block({f"extract_date={number:03}/data": [1, 2, 3]}, (counts,))

    many = [block(number) for number in range(counted_rows.MOST_BLOCKS + 1)]
    counted_rows.remember(tmp_path, "us", many[::-1])
    visible = counted_rows.merged(many).files
    kept = counted_rows.remembered(tmp_path, "us", visible, questions=1)
    assert len(kept) == counted_rows.MOST_BLOCKS // 2 + 1
    assert kept[1:] == many[-counted_rows.MOST_BLOCKS // 2 :]
    assert counted_rows.merged(kept) == counted_rows.merged(many)


@pytest.mark.parametrize("tags", [{}, {FULL_TAG: "true"}])
def test_a_full_run_is_known_by_its_tag(settings: Settings, monkeypatch, tags):
    seen = []

    def results(_settings, _active, _as_of, again):
        seen.append(again)
        return iter(())

    monkeypatch.setattr(extracts, "extract_results", results)
    partitions = automation.build_partitions(settings)
    only = {ORDERS: contracts()[ORDERS]}
    checks = extracts.build_extract_checks(settings, only, partitions)
    steps = [*build_extract_assets(settings, only, partitions), checks]
    dg.materialize(steps, partition_key=str(SECOND), tags=tags, raise_on_error=False)
    assert seen == [bool(tags)]
