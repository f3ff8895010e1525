"""What is said of a whole delivery: the error that names it and refuses it, or a warning."""

import gzip
import io
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.ingest import errors
from orchestration.ingest.formats.reader import is_about_content
from orchestration.ingest.landing import find_extracts, newest_extract_date
from orchestration.ingest.load import load_until

GOOD = "id,qty\n1,1\n2,2\n"


def refused_whole(lake, kind, content, *words, name="things.csv"):
    """Landing ``content`` raises ``kind`` with ``words``; what was loaded before stays in place."""
    lake.land(GOOD)
    lake.load()
    before = lake.rows()
    lake.zones.landing.joinpath("shop", "things", "extract_date=2025-06-01", "things.csv").unlink()
    path = lake.land(content, name)
    with pytest.raises(kind) as raised:
        lake.load()
    for word in (str(path.parent), *words):
        assert word in str(raised.value)
    assert raised.value.table == "things"
    assert raised.value.extract_date == date(2025, 6, 1)
    assert lake.rows() == before
    assert list((lake.zones.raw / "_working").iterdir()) == []


def test_missing_required_column(lake):
    refused_whole(lake, errors.MissingColumn, "ident,qty\n1,1\n", "column id", "ident, qty")


def test_wrong_delimiter(lake):
    refused_whole(lake, errors.MissingColumn, "id;qty\n1;1\n", "column id", "id;qty", "delimiter")


def test_empty_file(lake):
    refused_whole(lake, errors.UnreadableFile, "", "things.csv", "empty")


@pytest.mark.parametrize("content", ["\n", "\n\nid,qty\n1,1\n", ",\n1,1\n"])
def test_no_header(lake, content):
    refused_whole(lake, errors.UnreadableFile, content, "things.csv", "header")


def test_column_twice_in_the_header(lake):
    refused_whole(lake, errors.UnreadableFile, "id,qty,qty\n1,1,1\n", "qty stands twice")


def test_carriage_returns_alone(lake):
    refused_whole(lake, errors.UnreadableFile, "id,qty\r1,1\r2,2\r", "carriage return")


def test_undeclared_utf16(lake):
    refused_whole(lake, errors.UnreadableFile, GOOD.encode("utf-16"), "UTF-16", "contract")


def test_null_bytes_in_the_header(lake):
    refused_whole(lake, errors.UnreadableFile, GOOD.encode("utf-16-le"), "bytes 0")


@pytest.mark.parametrize("name", ["things.csv.gz", "things.jsonl.gz"])
def test_truncated_gzip(lake, name):
    whole = gzip.compress(GOOD.encode() * 10_000)
    lake.land(GOOD)
    lake.load()
    folder = lake.land("").parent
    (folder / "things.csv").unlink()
    for damaged in (whole[: len(whole) // 2], whole[:-4], whole[:-8] + b"\0" * 8, whole[2:]):
        (folder / name).write_bytes(damaged)
        with pytest.raises(errors.UnreadableFile, match=r"truncated or damaged") as raised:
            lake.load()
        assert name in str(raised.value)
    assert len(lake.rows()) == 2


def test_empty_json_lines(lake):
    refused_whole(lake, errors.UnreadableFile, "", "0 bytes", name="things.jsonl")


def test_json_lines_without_a_required_key(lake):
    refused_whole(
        lake, errors.MissingColumn, '{"ident": 1}\n', "column id", "ident", name="things.jsonl"
    )


@pytest.mark.parametrize("content", [b"", b"PAR1 no parquet", GOOD.encode()])
def test_not_a_parquet_file(lake, content):
    refused_whole(lake, errors.UnreadableFile, content, "Parquet", name="things.parquet")


@pytest.mark.parametrize("first", [10, 1000])  # a page header, compressed data
def test_damaged_parquet_pages(lake, first):
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [f"id{n}" for n in range(50_000)]}), sink)
    damaged = bytearray(sink.getvalue())
    damaged[first : first + 2000] = b"\xff" * 2000
    refused_whole(lake, errors.UnreadableFile, bytes(damaged), "damaged", name="things.parquet")


def test_a_full_disk_is_no_fault_of_the_file():
    for fault in (OSError(28, "No space left on device"), OSError("IO Error: Could not write")):
        assert not is_about_content(fault)
    assert is_about_content(OSError("Invalid Input Error: The CSV Parser ..."))


def test_parquet_without_a_required_column(lake):
    sink = io.BytesIO()
    pq.write_table(pa.table({"qty": [1]}), sink)
    refused_whole(
        lake, errors.MissingColumn, sink.getvalue(), "column id", "qty", name="things.parquet"
    )


def test_unknown_encoding(lake):
    lake = lake.with_contract(encoding="klingon")
    lake.land(GOOD)
    with pytest.raises(errors.UnreadableFile, match="'klingon' is unknown"):
        lake.load()


def test_two_files_for_one_date(lake):
    lake.land(GOOD, "a.csv")
    lake.load()
    lake.land(GOOD, "b.csv")
    with pytest.raises(errors.TwoFilesForOneDate, match=r"a\.csv, b\.csv.*filesPerExtract: many"):
        lake.load()
    assert len(lake.rows()) == 2


def test_two_files_where_the_contract_allows_them(make_lake):
    lake = make_lake(filesPerExtract="many")
    lake.land("id,qty\n1,1\n2,x\n2,2\n", "b.csv")
    lake.land('{"id": 1, "qty": 3}\n', "a.jsonl")
    result = lake.load()
    assert [(file.name, file.rows_landed) for file in result.files] == [
        ("a.jsonl", 1),
        ("b.csv", 3),
    ]
    assert lake.rows("source_file, source_row, id, qty") == [
        ("a.jsonl", 1, "1", 3),
        ("b.csv", 1, "1", 1),
        ("b.csv", 2, "2", 2),
    ]
    assert lake.refused("file_name, record, line") == [("b.csv", 2, 3)]


def test_extra_column_is_a_warning_and_kept_out(lake):
    lake.land("id,colour,qty\n1,red,1\n")
    result = lake.load()
    assert any("new column colour" in warning for warning in result.warnings)
    assert lake.rows("id, qty") == [("1", 1)]


def test_extra_column_that_the_contract_ignores_is_no_warning(make_lake):
    lake = make_lake(
        {
            "id": {"physicalType": "varchar", "required": True},
            "colour": {
                "physicalType": "varchar",
                "customProperties": [{"property": "ignored", "value": True}],
            },
        }
    )
    lake.land("id,colour\n1,red\n")
    assert lake.load().warnings == ()


def test_absent_optional_column_is_a_warning(lake):
    lake.land(GOOD)
    (warning,) = lake.load().warnings
    assert "declared column at, day, email, flag, price, ratio, status is absent" in warning


def test_header_alone_is_no_row_and_no_error(lake):
    lake.land("id,qty\n")
    assert lake.load().files[0].rows_landed == 0
    assert lake.rows() == []


def test_columns_in_another_order_and_under_the_names_of_the_source(make_lake):
    lake = make_lake(
        {
            "id": {"physicalType": "varchar", "physicalName": "Kunden-Nr.", "required": True},
            "qty": {"physicalType": "integer", "physicalName": 'Menge "alt"'},
        },
        delimiter=";",
    )
    lake.land('"Menge ""alt"""; Kunden-Nr. \n5;1\n')
    lake.load()
    assert lake.rows("id, qty") == [("1", 5)]


@pytest.mark.parametrize(
    "folder", ["2025-06-01", "extract_date=2025-6-1", "extract_date=2025-02-30"]
)
def test_a_landing_folder_with_another_name(lake, folder):
    path = lake.zones.landing / "shop" / "things" / folder
    path.mkdir(parents=True)
    with pytest.raises(errors.LandingFolderError, match="extract_date=YYYY-MM-DD") as raised:
        newest_extract_date(lake.zones, ("shop",))
    assert str(path) in str(raised.value)


def test_a_file_of_an_unknown_kind(lake):
    path = lake.land(GOOD, "things.xlsx")
    with pytest.raises(errors.LandingFolderError, match=r"\.csv\.gz") as raised:
        find_extracts(lake.zones, "shop", "things")
    assert str(path) in str(raised.value)


def test_deliveries_in_progress_are_not_seen(lake):
    for name in (".things.csv", "_things.csv", "things.csv.part", "things.csv.tmp"):
        lake.land(GOOD, name)
    assert find_extracts(lake.zones, "shop", "things") == []
    assert newest_extract_date(lake.zones, ("shop", "nothing")) is None
    assert load_until(lake.contract, lake.zones, date.max) == []
