"""The checks of our own on extracts: each passes on a right delivery and fails on a wrong one."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from dagster import AssetCheckResult, AssetCheckSeverity

from orchestration import warehouse
from orchestration.checks import extracts
from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.ingest.load import load_until
from orchestration.settings import CONTRACTS_ROOT, Settings

DAY = date(2025, 6, 30)
ORDERS = """source_system,order_id,ordered_at,status
sales,O1,2025-06-29 10:00:00,paid
sales,O2,2025-06-30 10:00:00,paid
sales,O3,2025-06-30 11:00:00,teleported
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, sources=("sales",))


def contracts() -> dict[tuple[str, str], ExtractContract]:
    return load_extract_contracts(CONTRACTS_ROOT, ("sales",))


@pytest.fixture
def orders(settings: Settings) -> ExtractContract:
    """Three orders have landed, one of them with an unknown status (within a wider limit)."""
    folder = settings.zones.landing / "sales" / "sales_orders" / f"extract_date={DAY}"
    folder.mkdir(parents=True)
    good = [f"sales,N{n},2025-06-30 09:00:00,paid\n" for n in range(100)]
    (folder / "orders.csv").write_text(ORDERS + "".join(good))
    contract = contracts()["sales", "sales_orders"]
    load_until(contract, settings.zones, DAY)
    return contract


def judge(settings: Settings, as_of: date, check: str, contract: ExtractContract):
    with duckdb.connect() as connection:
        warehouse.register_raw(connection, settings, contracts(), as_of)
        if check == "accounted":
            return extracts.accounted(connection, contract)
        return getattr(extracts, check)(connection, contract, as_of)


def counts(result: AssetCheckResult) -> list[object]:
    return [
        result.metadata[name].value
        for name in ("rows_landed", "rows_accepted", "rows_quarantined", "rows_in_raw")
    ]


def test_every_landed_row_is_accounted_for(settings: Settings, orders: ExtractContract):
    result = judge(settings, DAY, "accounted", orders)
    assert result.passed
    assert counts(result) == [103, 102, 1, 102]


def test_a_lost_row_fails(settings: Settings, orders: ExtractContract):
    partition = next((settings.zones.raw / "sales" / "sales_orders").glob("extract_date=*"))
    manifest = partition / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"rows_landed": 103', '"rows_landed": 104'))
    assert not judge(settings, DAY, "accounted", orders).passed


def test_a_raw_file_with_other_rows_than_its_manifest_says_fails(settings, orders):
    data = next((settings.zones.raw / "sales" / "sales_orders").rglob("*.parquet"))
    shorter = data.with_name("shorter.parquet")
    duckdb.sql(f"COPY (FROM '{data}' LIMIT 50) TO '{shorter}'")
    data.chmod(0o600)
    shutil.move(shorter, data)
    assert not judge(settings, DAY, "accounted", orders).passed


@pytest.mark.parametrize("check", ["delivered", "events"])
def test_the_clock_advances_and_the_extract_is_stale(settings, orders, check):
    limit = orders.freshness_days
    assert limit is not None
    assert judge(settings, DAY + timedelta(days=limit), check, orders).passed
    late = judge(settings, DAY + timedelta(days=limit + 1), check, orders)
    assert not late.passed
    assert late.metadata["age_days"].value == limit + 1


def test_a_required_extract_must_come_and_an_optional_one_need_not(settings):
    required, optional = (contracts()["sales", name] for name in ("sales_orders", "fx_rates"))
    missing = judge(settings, DAY, "delivered", required)
    assert not missing.passed
    assert missing.severity == AssetCheckSeverity.ERROR
    assert judge(settings, DAY, "delivered", optional).passed
