"""The warehouse file: one writer, an error in words, and raw as of one date."""

import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from orchestration import warehouse
from orchestration.contracts import load_extract_contracts
from orchestration.ingest.load import load_until
from orchestration.settings import CONTRACTS_ROOT, Settings, known_sources

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, sources=("crm",), timezone="Europe/London")


def test_a_second_process_is_named_with_the_remedy(settings: Settings):
    with warehouse.write(settings) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.zones.warehouse_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for open_it in (warehouse.write, warehouse.read):
            with pytest.raises(warehouse.WarehouseLockedError) as error, open_it(settings):
                pass
            assert f"kill {holder.pid}" in str(error.value)
    finally:
        holder.communicate(b"\n")
    with warehouse.read(settings) as connection:
        assert connection.execute("FROM t").fetchall() == [(1,)]


def test_the_warehouse_is_private(settings: Settings):
    with warehouse.write(settings):
        pass
    assert stat.S_IMODE(settings.zones.warehouse_file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        (date(2025, 1, 15), datetime(2025, 1, 16, 0)),
        (date(2025, 3, 30), datetime(2025, 3, 30, 23)),  # the clocks go forward that night
        (date(2025, 10, 26), datetime(2025, 10, 27, 0)),  # and back
        (date(2025, 7, 1), datetime(2025, 7, 1, 23)),
    ],
)
def test_the_day_ends_in_the_business_time_zone(as_of: date, end: datetime):
    assert warehouse.as_of_end(as_of, "Europe/London") == end


def test_raw_is_empty_and_typed_where_nothing_has_landed(settings: Settings):
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    with warehouse.write(settings) as connection:
        visible = warehouse.register_raw(connection, settings, contracts, date(2025, 6, 30))
        assert set(visible.values()) == {0}
        for (source, table), contract in contracts.items():
            rows = connection.execute(f"DESCRIBE raw_{source}.{table}").fetchall()
            described = {name: type_.lower() for name, type_, *_ in rows}
            assert described == {column.name: column.type for column in contract.raw_columns}
        context = connection.execute("FROM raw.run_context").fetchall()
    assert context == [
        (date(2025, 6, 30), datetime(2025, 6, 30, 23), "Europe/London", "GBP",
         "base", "month", None),
    ]  # fmt: skip


def test_each_registered_partition_is_known_by_its_content(settings: Settings):
    sales = replace(settings, sources=("sales",))
    contracts = load_extract_contracts(CONTRACTS_ROOT, known_sources())
    contract = contracts["sales", "marketing_spend"]
    day = date(2025, 6, 1)
    folder = sales.zones.landing / "sales" / contract.table / f"extract_date={day}"
    folder.mkdir(parents=True)

    def registered(spend: int) -> list[tuple[str, str, date, str]]:
        (folder / "spend.csv").write_text(
            "date,channel,campaign_id,spend,currency,source_system,extracted_at,op\n"
            f"2025-05-31,search,spring,{spend},GBP,erp,2025-06-01T00:00:00Z,I\n"
        )
        load_until(contract, sales.zones, day)
        with warehouse.write(sales) as connection:
            warehouse.register_raw(connection, sales, contracts, day)
            return connection.execute("FROM raw.registered_extract").fetchall()

    [first], [second] = registered(10), registered(11)
    assert first[:3] == second[:3] == ("sales", "marketing_spend", day)
    assert first[3] != second[3]
    assert registered(10) == [first]
