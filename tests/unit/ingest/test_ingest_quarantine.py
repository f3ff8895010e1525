"""Duplicates, how much may be refused of an extract, and who may see what was."""

import stat

import duckdb
import pytest

from orchestration.ingest import errors


def test_duplicates_within_a_file(lake):
    lake.land("id,qty\nA,1\nB,1\nA,1\nx,y\nA,2\nB,1\nC,1\n")
    lake.load()
    assert lake.rows("source_row, id, qty") == [(1, "A", 1), (2, "B", 1), (3, "C", 1)]
    assert lake.refused("record, delivered") == [
        (3, b"A,1"), (4, b"x,y"), (5, b"A,2"), (6, b"B,1"),
    ]  # fmt: skip
    assert lake.reasons() == [
        ["duplicate_row"], ["wrong_type:qty"], ["duplicate_key"], ["duplicate_row"],
    ]  # fmt: skip


def test_duplicates_in_one_of_several_files(make_lake):
    lake = make_lake(filesPerExtract="many")
    lake.land("id,qty\nA,1\nB,x\nB,1\n", "1.csv")
    lake.land("id,qty\nA,1\nB,1\nA,1\nC,1\n", "2.csv")
    lake.land("id,qty\nA,1\nA,2\nD,1\n", "3.csv")
    lake.load()
    assert lake.rows("source_file, source_row, id") == [
        ("1.csv", 1, "A"), ("1.csv", 2, "B"),
        ("2.csv", 1, "A"), ("2.csv", 2, "B"), ("2.csv", 3, "C"),
        ("3.csv", 1, "A"), ("3.csv", 2, "D"),
    ]  # fmt: skip
    assert lake.refused("file_name, record, delivered") == [
        ("1.csv", 2, b"B,x"), ("2.csv", 3, b"A,1"), ("3.csv", 2, b"A,2"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_is_quarantined_of_a_long_file_are_the_refused_rows(lake, tmp_path, kind):
    """Their numbers hold only if all rows come in file order, whatever DuckDB does at once."""
    target = tmp_path / f"things.{kind}"
    rows, bad = 300_000, [7, 130_000, 299_990, 299_999]
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT CASE WHEN range IN {tuple(bad[:3])} THEN ' ' ELSE 'k' || range END id, "
            f"CASE WHEN range = {bad[3]} THEN 'x' ELSE CAST(range AS VARCHAR) END AS qty, "
            f"repeat('e', range % 90) AS email FROM range({rows})) TO '{target}'"
        )
    lake.land(target.read_bytes(), target.name)
    lake.load()
    assert [number for (number,) in lake.refused("record - 1")] == bad
    delivered = [row.decode() for (row,) in lake.refused("delivered")]
    assert all(str(n) in row for n, row in zip(bad[:3], delivered, strict=False))
    assert "k299999" in delivered[3]
    assert lake.rows("qty - source_row, count(*), min(qty)", "GROUP BY ALL ORDER BY ALL") == [
        (-1, 7, 0), (0, 129_992, 8), (1, 169_989, 130_001), (2, 8, 299_991),
    ]  # fmt: skip


def test_the_same_key_at_another_time_is_no_duplicate(lake):
    lake.land("id,qty,extracted_at\nA,1,2025-06-01 01:00:00\nA,2,2025-06-01 02:00:00\n")
    lake.load()
    assert len(lake.rows()) == 2


def test_a_table_without_a_key_has_no_duplicates(make_lake):
    lake = make_lake({"id": {"physicalType": "varchar", "required": True}})
    lake.land("id\nA\nA\n")
    lake.load()
    assert len(lake.rows()) == 2


def test_quarantine_above_the_limit_blocks_the_extract_and_shows_the_rows(make_lake):
    lake = make_lake(quarantineLimit=0.4)
    lake.land("id,qty\n1,1\n2,2\n")
    lake.load()
    lake.land("id,qty,email\n1,x,ada@example.org\n2,2,b\n")
    with pytest.raises(errors.QuarantineLimitExceeded) as raised:
        lake.load()
    (refused,) = lake.zones.quarantine.rglob("refused-*.parquet")
    for words in ("1 of 2 rows", "50.00%", "limit 40.00%", "wrong_type:qty 1", str(refused)):
        assert words in str(raised.value)
    assert "ada@example.org" not in str(raised.value)
    assert lake.rows("id, qty") == [("1", 1), ("2", 2)]
    lake.land("id,qty\n1,1\n2,2\n")
    lake.load()
    assert lake.refused() == []


def test_quarantine_at_the_limit_passes(make_lake):
    lake = make_lake(quarantineLimit=0.5)
    lake.land("id,qty\n1,x\n2,2\n")
    lake.load()
    assert len(lake.rows()) == 1


def test_quarantine_and_raw_are_private(lake):
    lake.land("id,qty\n1,x\n2,2\n")
    lake.load()
    for zone in (lake.zones.quarantine, lake.zones.raw):
        for path in [zone, *zone.rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_errors_and_reasons_hold_no_value(make_lake):
    lake = make_lake(quarantineLimit=0.0)
    private = "ada@example.org"
    lake.land(
        f'id,qty,email,day\n1,{private},"{private}" x,{private}\n2,{private},{private},{private}\n'
    )
    with pytest.raises(errors.QuarantineLimitExceeded) as raised:
        lake.load()
    seen: BaseException | None = raised.value
    while seen:
        assert private not in str(seen)
        seen = seen.__cause__ or seen.__context__
    assert private not in str(lake.refused("reasons"))
    assert private in str(lake.refused("delivered"))
