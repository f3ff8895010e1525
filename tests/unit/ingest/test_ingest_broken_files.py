"""Every kind of broken delivery: the error that names it, or the quarantine rows with reasons."""

import gzip
import io
import stat
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.ingest import duplicates, errors
from orchestration.ingest.formats.reader import is_about_content
from orchestration.ingest.formats.strict_text import MAX_RECORD_BYTES
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


def test_cut_off_last_line_with_too_few_fields(lake):
    lake.land("id,qty,email\n1,1,a\n2,2")
    result = lake.load()
    assert lake.reasons() == [["too_few_fields"]]
    assert any("cut off" in warning for warning in result.warnings)


def test_cut_off_within_the_last_field_is_a_warning(lake):
    lake.land("id,qty\n1,1\n2,25"[:-1])
    assert any("cut off" in warning for warning in lake.load().warnings)


def test_cut_off_inside_a_quoted_field(lake):
    lake.land('id,email\n1,a\n2,"b')
    lake.load()
    assert lake.reasons() == [["bad_quotes"]]


def test_too_many_fields(lake):
    lake.land("id,qty\n1,1,1\n2,2\n")
    lake.load()
    assert lake.refused("record, line, byte_offset, delivered") == [(1, 2, 7, b"1,1,1")]
    assert lake.reasons() == [["too_many_fields"]]


def test_bad_encoding_is_refused_line_by_line(lake):
    lake.land(b"id,email\n1,caf\xc3\xa9\n2,caf\xe9\n3,x\n")
    lake.load()
    assert lake.rows("id, email") == [("1", "café"), ("3", "x")]
    assert lake.refused("record, delivered") == [(2, b"2,caf\xe9")]
    assert lake.reasons() == [["bad_encoding"]]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("name", ["things.csv", "things.csv.gz"])
def test_declared_encodings(lake, encoding, name):
    lake = lake.with_contract(encoding=encoding)
    lake.land('id,email\n1,café\n2,"ä\nö"\n'.encode(encoding), name)
    lake.load()
    assert lake.rows("id, email") == [("1", "café"), ("2", "ä\nö")]


def test_bytes_that_a_declared_encoding_does_not_have(lake):
    lake = lake.with_contract(encoding="gb18030")
    lake.land("id,email\n1,客户\n2,".encode("gb18030") + b"\x81\xff\n3,x\n")
    lake.load()
    assert lake.rows("id, email") == [("1", "客户"), ("3", "x")]
    assert lake.reasons() == [["bad_encoding"]]


def test_byte_order_mark(lake):
    lake.land(b"\xef\xbb\xbf" + GOOD.encode())
    lake.load()
    assert lake.rows("id") == [("1",), ("2",)]


def test_byte_order_mark_in_json_lines(lake):
    lake.land(b"\xef\xbb\xbf" + b'{"id": 1}\n{"id": 2}\n', "things.jsonl")
    lake.load()
    assert lake.rows("id") == [("1",), ("2",)]


def test_null_bytes_in_a_value(lake):
    lake.land(b"id,email\n1,a\0b\n\0,x\n3,c\n")
    lake.load()
    assert lake.reasons() == [["null_byte:email"], ["null_byte:id"]]
    assert lake.refused("delivered") == [(b"1,a\0b",), (b"\0,x",)]


@pytest.mark.parametrize("name", ["things.csv", "things.csv.gz", "things.jsonl"])
def test_a_line_of_100_mb(lake, name):
    if name.endswith("jsonl"):
        parts = b'{"id": 1}\n{"id": 2, "email": "', b'"}\n{"id": 3}\n'
    else:
        parts = b"id,email\n1,a\n2,", b"\n3,c\n"
    lake.land(parts[0] + b"x" * 100_000_000 + parts[1], name)
    lake.load()
    assert lake.rows("id") == [("1",), ("3",)]
    assert lake.reasons() == [["line_too_long"]]
    ((kept, length),) = lake.refused("octet_length(delivered), delivered_bytes")
    assert kept == 64 * 1024
    assert length > 100_000_000


def test_a_quoted_field_that_is_longer_than_a_record_may_be(lake):
    lines = ("x" * 1023 + "\n") * (MAX_RECORD_BYTES // 1024 + 1)
    lake.land(f'id,email\n1,a\n2,"{lines}"\n3,c\n')
    lake.load()
    assert lake.rows("id, email")[0] == ("1", "a")
    assert ("3", "c") in lake.rows("id, email")
    assert lake.reasons()[0] == ["bad_quotes"]


def test_an_open_quote_refuses_its_line_and_not_the_rest(lake):
    lines = "".join(f"{n},{n}\n" for n in range(2, 1000))
    lake.land(f'id,qty\n"1,1\n{lines}')
    lake.load()
    assert len(lake.rows()) == 998
    assert lake.refused("record, line, delivered") == [(1, 2, b'"1,1')]
    assert lake.reasons() == [["bad_quotes"]]


def test_text_behind_a_closing_quote(lake):
    lake.land('id,email\n1,"a" b\n2,c\n3,"d\n"\n')
    lake.load()
    assert lake.rows("id, email") == [("2", "c"), ("3", "d\n")]
    assert lake.reasons() == [["bad_quotes"]]


def test_a_quote_within_an_unquoted_field_stands_for_itself(lake):
    lake.land('id,email\n1,5" pipe\n2,"say ""a"""\n3,c\n')
    lake.load()
    assert lake.rows("email") == [('5" pipe',), ('say "a"',), ("c",)]


@pytest.mark.parametrize("wicked", ["", '9,"open\n'])  # the parser alone, and the strict way
def test_spaces_around_quotes_do_not_count(lake, wicked):
    lake.land(f'id,email\n1, "a, b" \n2, c \n{wicked}3,x\n')
    lake.load()
    assert lake.rows("id, email") == [("1", "a, b"), ("2", " c "), ("3", "x")]


def test_mixed_line_ends(lake):
    lake.land("id,qty\r\n1,1\n2,2\r\n3,3\n")
    lake.load()
    assert lake.rows("id, qty") == [("1", 1), ("2", 2), ("3", 3)]


def test_a_carriage_return_within_a_line(lake):
    lake.land("id,email\n1,a\rb\n2,c\n")
    lake.load()
    assert lake.rows("id") == [("2",)]
    assert lake.reasons() == [["bad_line_end"]]


def test_windows_line_ends_and_empty_lines(lake):
    lake.land('id,email\r\n\r\n1,"a\r\nb"\r\n\r\n2,x,y\r\n3,\r\n\r\n')
    lake.load()
    assert lake.rows("id, email") == [("1", "a\r\nb"), ("3", None)]
    assert lake.refused("record, line, delivered") == [(2, 6, b"2,x,y")]


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


@pytest.mark.parametrize("hashes_in_memory", [duplicates.HASHES_IN_MEMORY, 0])
def test_duplicates_within_a_file(lake, monkeypatch, hashes_in_memory):
    monkeypatch.setattr(duplicates, "HASHES_IN_MEMORY", hashes_in_memory)
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
    lake.land(GOOD)
    lake.load()
    lake.land("id,qty,email\n1,x,ada@example.org\n2,2,b\n")
    with pytest.raises(errors.QuarantineLimitExceeded) as raised:
        lake.load()
    (refused,) = lake.zones.quarantine.rglob("refused-*.parquet")
    for words in ("1 of 2 rows", "50.00%", "limit 40.00%", "wrong_type:qty 1", str(refused)):
        assert words in str(raised.value)
    assert "ada@example.org" not in str(raised.value)
    assert lake.rows("id, qty") == [("1", 1), ("2", 2)]
    lake.land(GOOD)
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
