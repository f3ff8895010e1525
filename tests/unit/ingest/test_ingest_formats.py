"""JSON lines and Parquet: what becomes of their values; gzip and CSV are one reader."""

import io
import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def parquet(**columns):
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize("name", ["things.jsonl", "things.jsonl.gz"])
def test_json_lines(lake, name):
    lines = [
        {"id": "1", "qty": 7, "price": 1.5, "flag": True, "at": "2025-06-01T10:00:00+02:00"},
        {"id": 2, "qty": "7", "price": "1.50", "flag": "no", "email": ""},
        {"id": "3", "email": 'line\nfeed "quoted", \u00e9', "status": "offen", "qty": None},
        {"id": "4", "ratio": 0.1, "day": "2025-06-01", "email": {"nested": [1]}},
    ]
    lake.land("".join(json.dumps(line) + "\n" for line in lines), name)
    lake.load()
    columns = 'id, qty, price, email, "at", day, ratio, flag, status'
    assert lake.rows(columns) == [
        ("1", 7, Decimal("1.5"), None, datetime(2025, 6, 1, 8), None, None, True, None),
        ("2", 7, Decimal("1.5"), None, None, None, None, False, None),
        ("3", None, None, 'line\nfeed "quoted", é', None, None, None, None, "open"),
        ("4", None, None, '{"nested":[1]}', None, date(2025, 6, 1), 0.1, None, None),
    ]


def test_malformed_json_lines_are_quarantined(lake):
    lines = [
        '{"id": 1}',
        '{"id": 2',
        "",
        "[1]",
        '"x"',
        "null",
        "{'id': 3}",
        '{"id": ""}',
        "5",
        "{}",
    ]
    lake.land("\n".join(lines))
    lake.land("\n".join(lines), "things.jsonl").with_name("things.csv").unlink()
    result = lake.load()
    assert result.files[0].rows_landed == 9
    assert lake.refused("record, line, delivered") == [
        (2, 2, b'{"id": 2'), (3, 4, b"[1]"), (4, 5, b'"x"'), (5, 6, b"null"),
        (6, 7, b"{'id': 3}"), (7, 8, b'{"id": ""}'), (8, 9, b"5"), (9, 10, b"{}"),
    ]  # fmt: skip
    assert lake.reasons() == [["not_an_object"]] * 5 + [
        ["required_missing:id"], ["not_an_object"], ["required_missing:id"],
    ]  # fmt: skip


def test_json_lines_with_mixed_line_ends_and_null_bytes(lake):
    lake.land('{"id": 1}\r\n{"id": 2}\n{"id": 3, "email": "a\\u0000b"}\n', "things.jsonl")
    lake.load()
    assert lake.rows("id") == [("1",), ("2",)]
    assert lake.reasons() == [["null_byte:email"]]


def test_a_new_json_key_is_a_warning(lake):
    lake.land('{"id": 1, "colour": "red"}\n', "things.jsonl")
    assert any("new column colour" in warning for warning in lake.load().warnings)


def test_an_empty_json_delivery_is_one_empty_line(lake):
    lake.land("\n", "things.jsonl")
    assert lake.load().files[0].rows_landed == 0


def test_parquet_values_are_cast_and_what_does_not_cast_is_quarantined(lake):
    lake.land(
        parquet(
            id=pa.array([1.0, 2.0, 3.0, None, 5.5]),
            qty=pa.array([1.0, 2.5, None, 4.0, 3e10]),
            price=pa.array(["1.5", "x", "", "1", "1"]),
            at=pa.array([datetime(2025, 6, 1, 10)] * 5, pa.timestamp("ns")),
            extra=pa.array([1] * 5),
        ),
        "things.parquet",
    )
    result = lake.load()
    assert lake.rows('id, qty, price, "at"') == [
        ("1", 1, Decimal("1.5"), datetime(2025, 6, 1, 10)),
        ("3", None, None, datetime(2025, 6, 1, 10)),
    ]
    assert lake.refused("record, line, byte_offset") == [
        (2, None, None), (4, None, None), (5, None, None),
    ]  # fmt: skip
    assert lake.reasons() == [
        ["wrong_type:qty", "wrong_type:price"], ["required_missing:id"], ["wrong_type:qty"],
    ]  # fmt: skip
    assert json.loads(lake.refused("delivered")[0][0])["qty"] == 2.5
    assert any("new column extra" in warning for warning in result.warnings)


def test_parquet_instants_become_utc(lake):
    zone = timezone(timedelta(hours=2))
    instants = [datetime(2025, 6, 1, 10, tzinfo=zone), None]
    lake.land(
        parquet(
            id=pa.array(["1", "2"]),
            at=pa.array(instants, pa.timestamp("us", "Europe/Berlin")),
            day=pa.array([datetime(2025, 6, 1), datetime(2025, 6, 1, 1)], pa.timestamp("us")),
        ),
        "things.parquet",
    )
    lake.load()
    assert lake.rows('id, "at", day') == [("1", datetime(2025, 6, 1, 8), date(2025, 6, 1))]
    assert lake.reasons() == [["wrong_type:day"]]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("ratio", pa.array([0.5, float("nan"), float("inf")])),
        ("qty", pa.array([1, 2**40, -(2**40)])),
        ("flag", pa.array(["true", "on", "2"])),
        ("status", pa.array(["zu", "weg", "OPEN"]).dictionary_encode()),
        ("qty", pa.array([Decimal("1.0"), Decimal("1.5"), Decimal("2.1")])),
    ],
)
def test_parquet_values_that_would_be_changed_are_refused(lake, column, values):
    lake.land(parquet(**{"id": pa.array(["1", "2", "3"]), column: values}), "things.parquet")
    lake.load()
    assert lake.rows("id") == [("1",)]
    assert len(lake.refused()) == 2


def test_a_parquet_file_without_rows(lake):
    lake.land(parquet(id=pa.array([], pa.string())), "things.parquet")
    assert lake.load().files[0].rows_landed == 0
    assert lake.rows() == []


def test_names_with_quotes_in_paths_and_columns(make_lake):
    lake = make_lake({"id": {"physicalType": "varchar", "physicalName": 'it\'s "id"'}})
    lake.land(parquet(**{'it\'s "id"': pa.array(["a'b"])}), "it's.parquet")
    lake.load()
    assert lake.rows("id, source_file") == [("a'b", "it's.parquet")]
