"""What stands in raw after loads, repeated loads and killed loads."""

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from orchestration.contracts import load_extract_contracts
from orchestration.ingest import errors, partition, split
from orchestration.ingest.landing import newest_extract_date
from orchestration.ingest.load import load_until
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, Zones

# Of those that DuckDB writes, what Spark 3.5 reads (its VectorizedColumnReader).
READ_BY_SPARK = {
    "PLAIN", "PLAIN_DICTIONARY", "RLE", "RLE_DICTIONARY", "DELTA_BINARY_PACKED",
    "DELTA_LENGTH_BYTE_ARRAY",
}  # fmt: skip
GOOD = "id,qty\n1,1\n2,2\n"
DAYS = [date(2025, 6, day) for day in (1, 2, 3)]


def raw_files(lake):
    """Every file of the partitions, with its bytes; without the note on landed files."""
    return {
        str(path.relative_to(lake.zones.home)): path.read_bytes()
        for zone in (lake.zones.raw, lake.zones.quarantine)
        for path in sorted(zone.rglob("*"))
        if path.is_file() and path.name != "_landed.json"
    }


def was_loaded(lake, as_of=date.max, **options):
    results = load_until(lake.contract, lake.zones, as_of, **options)
    return [result.was_loaded for result in results]


def test_raw_has_exactly_the_columns_of_the_contract_typed(lake):
    lake.land(
        "price,id,qty,email,at,day,ratio,flag,status\n"
        "1.5,1,2,a@b.c,2025-06-01T10:00:00+02:00,2025-06-01,0.5,yes,zu\n"
    )
    lake.load()
    (path,) = partition.visible_partitions(lake.contract, lake.zones, date.max)
    with duckdb.connect() as connection:
        loaded = connection.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()
        empty = connection.execute(
            f"DESCRIBE {partition.empty_table_sql(lake.contract)}"
        ).fetchall()
    assert loaded == empty
    assert [row[:2] for row in loaded] == [
        (column.name, {"decimal(18,4)": "DECIMAL(18,4)"}.get(column.type, column.type.upper()))
        for column in lake.contract.raw_columns
    ]
    assert lake.rows() == [
        ("1", 2, Decimal("1.5000"), "a@b.c", datetime(2025, 6, 1, 8), date(2025, 6, 1), 0.5, True,
         "closed", "shop", datetime(2025, 6, 1), "I", date(2025, 6, 1), "things.csv", 1)
    ]  # fmt: skip


def test_loading_again_gives_the_same_bytes(lake):
    rows = "".join(f"{n % 9_000},{n % 7},a{n}\n" for n in range(300_000))
    lake.land("id,qty,email\nx,y,z\n" + rows)
    assert was_loaded(lake) == [True]
    first = raw_files(lake)
    assert was_loaded(lake, reload=True) == [True]
    assert raw_files(lake) == first
    assert len(first) == 3  # data, manifest, refused


def test_an_unchanged_extract_is_skipped_and_a_touched_one_too(lake):
    path = lake.land(GOOD)
    assert was_loaded(lake) == [True]
    assert was_loaded(lake) == [False]
    os.utime(path, (1, 1))
    assert was_loaded(lake) == [False]
    next(lake.zones.raw.rglob("_landed.json")).unlink()
    assert was_loaded(lake) == [False]


def test_changed_bytes_of_the_same_size_are_loaded(lake):
    lake.land(GOOD)
    assert was_loaded(lake) == [True]
    lake.land(GOOD.replace("1,1", "1,9"))
    assert was_loaded(lake) == [True]
    assert lake.rows("id, qty") == [("1", 9), ("2", 2)]


def test_a_changed_contract_or_loader_loads_again(lake, monkeypatch):
    lake.land(GOOD)
    assert was_loaded(lake) == [True]
    assert was_loaded(lake.with_contract(sha256="another")) == [True]
    assert was_loaded(lake) == [True]
    monkeypatch.setattr(partition, "LOADER_FORMAT", partition.LOADER_FORMAT + 1)
    assert was_loaded(lake) == [True]
    assert was_loaded(lake) == [False]


def test_a_lost_data_file_is_loaded_again(lake):
    lake.land(GOOD)
    assert was_loaded(lake) == [True]
    next(lake.zones.raw.rglob("data-*.parquet")).unlink()
    with pytest.raises(errors.DamagedPartition, match="is gone"):
        lake.rows()
    assert was_loaded(lake) == [True]
    assert len(lake.rows()) == 2


def test_a_renamed_or_replaced_file_is_loaded(lake):
    lake.land(GOOD).unlink()
    lake.land(GOOD, "a.csv")
    assert was_loaded(lake) == [True]
    lake.land("").unlink()
    (lake.zones.landing / "shop/things/extract_date=2025-06-01/a.csv").rename(
        lake.zones.landing / "shop/things/extract_date=2025-06-01/b.csv"
    )
    assert was_loaded(lake) == [True]
    assert lake.rows("DISTINCT source_file") == [("b.csv",)]


def test_extracts_up_to_the_as_of_date_in_order_each_reported(lake):
    for day in reversed(DAYS):
        lake.land(GOOD, day=day)
    reported = []
    results = load_until(lake.contract, lake.zones, DAYS[1], reported.append)
    assert [result.extract_date for result in results] == DAYS[:2]
    assert reported == results
    assert was_loaded(lake) == [False, False, True]
    assert newest_extract_date(lake.zones, ("shop",)) == DAYS[2]


@pytest.mark.parametrize(("delivery", "visible"), [("full", 1), ("delta", 2), ("events", 2)])
def test_visible_partitions(make_lake, delivery, visible):
    lake = make_lake(deliveryMode=delivery)
    for day in DAYS:
        lake.land(GOOD, day=day)
    load_until(lake.contract, lake.zones, date.max, every_snapshot=True)
    found = partition.visible_partitions(lake.contract, lake.zones, DAYS[1])
    assert [path.parent.name for path in found] == [
        f"extract_date={day}" for day in DAYS[2 - visible : 2]
    ]
    manifests = partition.read_manifests(lake.contract, lake.zones, DAYS[1])
    assert [manifest.extract_date for manifest in manifests] == DAYS[2 - visible : 2]
    assert manifests[0].files[0].rows_accepted == 2
    assert partition.visible_partitions(lake.contract, lake.zones, date(2025, 5, 31)) == []


def test_an_error_leaves_the_extracts_before_it_loaded(lake):
    lake.land(GOOD, day=DAYS[0])
    lake.land("nothing\n", day=DAYS[1])
    with pytest.raises(errors.MissingColumn):
        load_until(lake.contract, lake.zones, date.max)
    assert len(lake.rows()) == 2


def test_a_partition_of_other_columns_is_not_visible(lake):
    lake.land(GOOD)
    lake.load()
    columns = lake.contract.columns[:-4] + lake.contract.columns[-3:]
    changed = replace(lake.contract, columns=columns)
    with pytest.raises(errors.DamagedPartition, match="another contract version"):
        partition.visible_partitions(changed, lake.zones, date.max)


def test_a_damaged_manifest_is_named(lake):
    lake.land(GOOD)
    lake.load()
    manifest = next(lake.zones.raw.rglob("manifest.json"))
    manifest.write_text("{")
    with pytest.raises(errors.DamagedPartition, match=str(manifest)):
        partition.read_manifests(lake.contract, lake.zones, date.max)


def test_lost_rows_are_found_and_nothing_is_committed(lake, monkeypatch):
    lake.land("id,qty\n1,1\n2,x\n3,3\n")
    monkeypatch.setattr(
        split, "from_labels", lambda *_: split.Refusals()
    )  # a loader that forgets what it refused
    with pytest.raises(errors.RowsLost, match=r"3 records landed, but 2 accepted \+ 0 quarant"):
        load_until(lake.contract, lake.zones, date.max)
    assert lake.rows() == []


KILLED = """
    import os, signal, sys
    from datetime import date
    from pathlib import Path
    from orchestration.contracts import load_extract_contract
    from orchestration.ingest import partition, quarantine, raw_writer, split
    from orchestration.ingest.load import load_until
    from orchestration.settings import Zones

    def kill(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    home, contract, point = sys.argv[1:]
    module, name = point.split(".")
    setattr({"partition": partition, "split": split, "raw_writer": raw_writer}[module], name, kill)
    load_until(load_extract_contract(Path(contract)), Zones(Path(home)), date.max)
"""


@pytest.mark.parametrize(
    ("point", "commits"),
    [
        ("split.merge", False),  # data written
        ("split.commit_refused", False),  # refused rows written
        ("split._check_share", False),  # refused rows in place
        ("partition._replace_file", False),  # data in place
        ("partition.remove_leftovers", True),  # manifest replaced
        ("split.remove_other_refused", True),
        ("partition.remember_seen", True),
    ],
)
def test_kill_9_leaves_the_old_or_the_new_partition(tmp_path, lake, point, commits):
    lake.land("id,qty\n1,1\nx,x\n")
    load_until(lake.contract, lake.zones, date.max)
    lake.land("id,qty\n1,7\ny,y\n")
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(lake.zones.home),
         str(tmp_path / "contracts/shop/things.yaml"), point],
        cwd=PROJECT_ROOT, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert lake.rows("id, qty") == [("1", 7 if commits else 1)]
    assert was_loaded(lake) == [not commits]
    load_until(lake.contract, lake.zones, date.max, reload=True)
    assert lake.rows("id, qty") == [("1", 7)]
    assert lake.refused("delivered") == [(b"y,y",)]
    names = sorted(path.name.split("-")[0] for path in lake.zones.home.joinpath("raw").rglob("*.*"))
    assert names == ["_landed.json", "data", "manifest.json"]


def test_the_real_online_shop_is_loaded_whole(tmp_path):
    source = PROJECT_ROOT.parent / "shared/data/online_retail_ii/online_retail_ii.parquet"
    if not source.exists():
        pytest.skip(f"the real data are not here: {source}")
    zones = Zones(tmp_path)
    folder = zones.landing / "online_retail/online_retail_lines/extract_date=2011-12-10"
    folder.mkdir(parents=True)
    (folder / source.name).symlink_to(source)
    contract = load_extract_contracts(CONTRACTS_ROOT, ("online_retail",))[
        "online_retail", "online_retail_lines"
    ]
    (result,) = load_until(contract, zones, date.max)
    (file,) = result.files
    assert file.rows_landed == 1_067_370 == file.rows_accepted + file.rows_quarantined
    (path,) = partition.visible_partitions(contract, zones, date.max)
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(*), count(*) - count(customer_id), count(DISTINCT customer_id), "
            "count(DISTINCT invoice_no), sum(quantity * unit_price) "
            "FILTER (WHERE sheet = 'Year 2009-2010') FROM read_parquet(?)",
            [str(path)],
        ).fetchone()
    assert found == (1_067_370, 243_007, 5_942, 53_628, Decimal("9539484.6340"))


@pytest.mark.parametrize("has_double", [False, True])
def test_spark_reads_the_encodings_of_raw(lake, has_double):
    """More values than a dictionary takes; doubles alone have an encoding that Spark lacks."""
    if not has_double:
        others = tuple(column for column in lake.contract.columns if column.type != "double")
        lake = lake.with_contract(columns=others)
    records = (f"k{n},{n},2025-06-01T00:00:{n % 60:02},{n / 7}" for n in range(6_000))
    lake.land("id,qty,at,ratio\n" + "\n".join(records) + "\n")
    lake.load()
    (path,) = partition.visible_partitions(lake.contract, lake.zones, date.max)
    with duckdb.connect() as connection:
        found = dict(
            connection.execute(
                f"SELECT path_in_schema, encodings FROM parquet_metadata('{path}')"
            ).fetchall()
        )
    assert {encoding for text in found.values() for encoding in text.split(", ")} <= READ_BY_SPARK
    assert found["qty"] == ("PLAIN" if has_double else "DELTA_BINARY_PACKED")
