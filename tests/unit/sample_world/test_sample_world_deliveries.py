"""What the sample world delivers: files, formats, broken rows, packaging."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from orchestration.sample_world import WorldError, write_world
from orchestration.sample_world.columns import DAY, NEVER
from orchestration.sample_world.delivery.packaging import told_on
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.assembly import tables_of
from orchestration.sample_world.firm.world import draw_world


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_world(tmp_path / name, 60, days=120, daily_extracts=2)
    first, second = _files(tmp_path / "one"), _files(tmp_path / "two")
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_another_seed_writes_another_world(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        write_world(tmp_path / name, 60, days=120, seed=seed, daily_extracts=1)
    orders = "landing/sales/sales_orders/extract_date=2025-06-30/sales_orders.csv"
    assert (tmp_path / "one" / orders).read_bytes() != (tmp_path / "two" / orders).read_bytes()


def test_a_landing_zone_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "landing" / "crm").mkdir(parents=True)
    with pytest.raises(WorldError, match="is not empty"):
        write_world(tmp_path, 60)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"customers": 3}, "at least 50"),
        ({"days": 10}, "at least 50 and 60"),
        ({"daily_extracts": 0}, "daily_extracts=0"),
        ({"days": 90, "daily_extracts": 91}, "choose 1 to 90"),
    ],
)
def test_arguments_that_make_no_world_are_named(
    tmp_path: Path, arguments: dict[str, int], named: str
) -> None:
    with pytest.raises(WorldError, match=named):
        write_world(tmp_path, **{"customers": 60, **arguments})
    assert not (tmp_path / "landing").exists()


def test_every_contract_is_delivered_in_its_mode(world) -> None:
    delivered = {(result.source, result.table) for result in world.results}
    assert delivered == set(world.contracts)
    assert set(world.summary.rows) == set(world.contracts)


def test_every_format_is_used_by_three_tables(world) -> None:
    names = {path.name for path in (world.home / "landing").rglob("*.*") if path.is_file()}
    endings = Counter(name.split(".", 1)[1] for name in names)
    assert set(endings) == {"csv", "csv.gz", "jsonl", "jsonl.gz", "parquet"}
    assert all(
        sum(count for ending, count in endings.items() if ending.startswith(kind)) >= 3
        for kind in ("csv", "csv.gz", "jsonl", "parquet")
    )


def test_no_delivery_in_progress_is_left(world) -> None:
    assert [p for p in (world.home / "landing").rglob("*") if p.name.startswith(".")] == []


def test_exactly_the_planted_rows_are_quarantined(world, rows) -> None:
    planted = {
        (source, table, day): count
        for source, table, day, count in rows(
            'select source, "table", extract_date, sum(rows) '
            f"from {world.truth('broken_rows')} group by all"
        )
    }
    refused = {
        (r.source, r.table, r.extract_date.isoformat()): r.files[0].rows_quarantined
        for r in world.results
        if r.files[0].rows_quarantined
    }
    assert refused == planted
    assert len({table for _, table, _ in planted}) >= 3


def test_every_kind_of_broken_row_is_planted(world, rows) -> None:
    kinds = {kind for (kind,) in rows(f"select kind from {world.truth('broken_rows')}")}
    assert kinds == {
        "bad_date", "bad_number", "unknown_enum", "empty_key", "ragged_line", "duplicate_key"
    }  # fmt: skip


def test_landed_rows_are_the_good_and_the_planted_ones(world) -> None:
    landed = Counter()
    for result in world.results:
        landed[result.source, result.table] += result.files[0].rows_landed
    expected = Counter(world.summary.rows)
    for row in world.summary.broken:
        expected[row.source, row.table] += row.rows
    assert landed == expected


def test_packaging_does_not_change_the_end_state(world, one_extract_world, rows) -> None:
    different = []
    for (source, table), contract in world.contracts.items():
        names = [c.name for c in contract.columns if c.name not in ("extracted_at", "op")]
        columns = ", ".join(f'"{name}"' for name in names)
        daily, whole = (w.latest(source, table) for w in (world, one_extract_world))
        found = rows(
            f"select count(*) from ((select {columns} from {daily} except all "
            f"select {columns} from {whole}) union all (select {columns} from {whole} "
            f"except all select {columns} from {daily}))"
        )[0][0]
        if found:
            different.append((table, found))
    assert different == []


def test_the_first_extract_date_follows_from_their_number(world) -> None:
    days = (date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 2))
    assert world.summary.extract_dates == days


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """The tables of a world of 8,000 customers as they are told over its last 100 days."""
    drawn = draw_world(8_000, 365, 7, date(2025, 6, 30))
    return {t.name: t for t in tables_of(drawn, drawn.calendar.last_day - 100)}


@pytest.mark.parametrize("name", ["loyalty_ledger", "crm_message_events", "crm_interactions"])
def test_some_events_are_late_and_some_come_again(tables: dict[str, Table], name: str) -> None:
    table = tables[name]
    happened = np.asarray(table.rows["at"].cast("int64")) // DAY
    assert 1 <= np.max(table.day - happened) <= 4
    assert np.min(table.day - happened) == 0
    key = table.rows.column(0)
    again = len(key) - len(key.unique())
    assert 0 < again < 0.01 * len(key)
    assert np.sum(table.until < NEVER) == again  # the first delivery gives way to the second


@pytest.mark.parametrize("name", ["crm_customers", "sales_orders", "crm_tickets"])
def test_some_rows_are_entered_by_mistake_and_deleted(tables: dict[str, Table], name: str) -> None:
    table = tables[name]
    gone = np.flatnonzero(table.op == 2)
    assert 0 < len(gone) < 0.01 * len(table.day)
    key = table.rows[next(c for c in table.rows.column_names if c.endswith("_id"))].to_pylist()
    told = {key[i]: table.day[i] for i in np.flatnonzero(table.until == table.day + 1)}
    assert all(told[key[i]] == table.day[i] - 1 for i in gone)


def test_late_orders_keep_the_sequence_of_their_stages(tables: dict[str, Table]) -> None:
    table = tables["sales_orders"]
    placed = np.asarray(table.rows["ordered_at"].cast("int64")) // DAY
    updated = np.asarray(table.rows["updated_at"].cast("int64")) // DAY
    late = table.day - updated
    assert late[(table.op == 0) & (updated == placed)].max() >= 1
    assert np.all(table.until >= table.day)


def test_some_lines_are_corrected_the_next_day(tables: dict[str, Table]) -> None:
    table = tables["sales_order_lines"]
    wrong, right = np.flatnonzero(table.until < NEVER), np.flatnonzero(table.op == 1)
    assert 0 < len(wrong) == len(right)
    assert np.array_equal(table.day[wrong] + 1, table.day[right])
    prices = table.rows["unit_price"]
    assert all(
        prices[int(a)].as_py() - prices[int(b)].as_py() == 1
        for a, b in zip(wrong, right, strict=True)
    )


def test_an_order_is_told_stage_by_stage(tables: dict[str, Table]) -> None:
    """What the extracts of the following days bring for one order that is placed today."""
    table = tables["sales_orders"]
    order = table.rows["order_id"].to_pylist()
    status = table.rows["status"].to_pylist()
    delivered = Counter()
    last = int(table.day.max())
    for day in range(last - 99, last + 1):
        for i in told_on(table, day, is_first=False):
            delivered[order[i], status[i]] += not order[i].endswith("-X")
    assert max(delivered.values()) == 1
    assert {s for _, s in delivered} == {
        "placed", "paid", "dispatched", "delivered", "completed", "canceled", "failed"
    }  # fmt: skip
