"""What each contract type accepts from text, and with which reason the rest is refused."""

from datetime import date, datetime
from decimal import Decimal

import pytest

ACCEPTED = [
    ("qty", "7", 7),
    ("qty", " 7 ", 7),
    ("qty", "+7", 7),
    ("qty", "007", 7),
    ("qty", "-7.0", -7),
    ("price", "1.5", Decimal("1.5000")),
    ("price", " 1.5 ", Decimal("1.5000")),
    ("price", ".5", Decimal("0.5000")),
    ("price", "1e3", Decimal("1000.0000")),
    ("price", "1_000", Decimal("1000.0000")),
    ("price", "1.00005", Decimal("1.0001")),  # rounded half away from zero, as documented
    ("price", "-1.00005", Decimal("-1.0001")),
    ("ratio", "0.1", 0.1),
    ("ratio", "1e-3", 0.001),
    ("flag", "TRUE", True),
    ("flag", "y", True),
    ("flag", "No", False),
    ("flag", "0", False),
    ("day", "2025-01-02", date(2025, 1, 2)),
    ("day", "2025-1-2", date(2025, 1, 2)),
    ("day", "2025/01/02", date(2025, 1, 2)),
    ("day", " 2025-01-02 ", date(2025, 1, 2)),
    ("day", "2025-01-02 00:00:00", date(2025, 1, 2)),
    ("day", "2025-01-02T00:00:00.000Z", date(2025, 1, 2)),
    ("at", "2025-01-02", datetime(2025, 1, 2)),
    ("at", "2025-01-02 10:00", datetime(2025, 1, 2, 10)),
    ("at", "2025-01-02 10:00:00", datetime(2025, 1, 2, 10)),
    ("at", "2025-01-02T10:00:00Z", datetime(2025, 1, 2, 10)),
    ("at", "2025-01-02T10:00:00+02:00", datetime(2025, 1, 2, 8)),
    ("at", "2025-01-02 10:00:00+0200", datetime(2025, 1, 2, 8)),
    ("at", "2025-01-02 10:00:00-05", datetime(2025, 1, 2, 15)),
    ("at", "2025-01-02 10:00+02", datetime(2025, 1, 2, 8)),  # as long as a time with seconds
    ("at", "2025-1-2 1:02:03+02", datetime(2025, 1, 1, 23, 2, 3)),  # as long as a plain one
    ("at", "2025-01-02T10:00:00.123456+05:30", datetime(2025, 1, 2, 4, 30, 0, 123456)),
    ("at", "2025-01-02 10:00:00 UTC", datetime(2025, 1, 2, 10)),
    ("status", "open", "open"),
    ("status", "offen", "open"),
    ("email", "  spaces stay ", "  spaces stay "),
    ("email", "n/a", "n/a"),  # text, not a null
    ("email", "NULL", "NULL"),
]
REFUSED = [
    ("qty", "7.5", "wrong_type:qty"),
    ("qty", "1e3", "wrong_type:qty"),
    ("qty", "0x1F", "wrong_type:qty"),
    ("qty", "1_000", "wrong_type:qty"),
    ("qty", "9999999999", "wrong_type:qty"),
    ("qty", "n/a", "wrong_type:qty"),
    ("qty", "   ", "wrong_type:qty"),
    ("price", '"1,5"', "wrong_type:price"),
    ("price", '"1,000.00"', "wrong_type:price"),
    ("price", "nan", "wrong_type:price"),
    ("price", "1e20", "wrong_type:price"),
    ("price", "12 GBP", "wrong_type:price"),
    ("ratio", "nan", "wrong_type:ratio"),
    ("ratio", "inf", "wrong_type:ratio"),
    ("flag", "on", "wrong_type:flag"),
    ("flag", "2", "wrong_type:flag"),
    ("day", "2025-02-30", "wrong_type:day"),
    ("day", "2025-01-02x", "wrong_type:day"),
    ("day", "2025-01-02T10:00:00", "wrong_type:day"),
    ("day", "01/02/2025", "wrong_type:day"),
    ("day", "20250102", "wrong_type:day"),
    ("day", "infinity", "wrong_type:day"),
    ("day", "epoch", "wrong_type:day"),
    ("at", "01/02/2025 10:00", "wrong_type:at"),
    ("at", "2025-01-02 25:00:00", "wrong_type:at"),
    ("at", "2025-13-02T10:00:00Z", "wrong_type:at"),
    ("at", "2025-01-02 10:00:00x", "wrong_type:at"),
    ("at", "2025-01-02 10:00:00 Europe/London", "wrong_type:at"),
    ("at", "infinity", "wrong_type:at"),
    ("at", "2025-1-2 1:02:03+02x", "wrong_type:at"),
    ("at", "1735812000", "wrong_type:at"),
    ("status", "Open", "unknown_code:status"),
    ("status", "lost", "unknown_code:status"),
    ("id", "", "required_missing:id"),
    ("id", '""', "required_missing:id"),
    ("id", "   ", "required_missing:id"),
]


@pytest.mark.parametrize(("column", "text", "value"), ACCEPTED)
def test_text_is_read_as_this_value(lake, column, text, value):
    lake.land(f"id,{column}\n1,{text}\n")
    lake.load()
    assert lake.rows(f'"{column}"') == [(value,)]


@pytest.mark.parametrize(("column", "text", "reason"), REFUSED)
def test_text_is_refused_with_this_reason(lake, column, text, reason):
    header, row = ("id,qty", f"{text},1") if column == "id" else (f"id,{column}", f"1,{text}")
    lake.land(f"{header}\n{row}\n")
    lake.load()
    assert lake.reasons() == [[reason]]
    assert lake.rows() == []
    assert lake.refused("delivered") == [(row.encode(),)]


@pytest.mark.parametrize(
    "column", ["qty", "price", "ratio", "flag", "day", "at", "status", "email"]
)
@pytest.mark.parametrize("empty", ["", '""'])
def test_an_empty_field_is_null(lake, column, empty):
    lake.land(f"id,{column}\n1,{empty}\n")
    lake.load()
    assert lake.rows(f'"{column}"') == [(None,)]


def test_a_row_is_refused_once_with_all_its_reasons(lake):
    lake.land("id,qty,price,status\n1,x,y,z\n2,1,1,open\n")
    result = lake.load()
    assert lake.reasons() == [["wrong_type:qty", "wrong_type:price", "unknown_code:status"]]
    assert result.files[0].refused_by_reason == {
        "unknown_code:status": 1,
        "wrong_type:price": 1,
        "wrong_type:qty": 1,
    }


def test_carried_columns_are_filled_in_where_the_source_has_none(lake):
    lake.land("id,op,extracted_at\n1,,\n2,D,2025-06-01 03:00:00+01:00\n3,X,\n")
    lake.load()
    assert lake.rows("id, source_system, extracted_at, op") == [
        ("1", "shop", datetime(2025, 6, 1), "I"),
        ("2", "shop", datetime(2025, 6, 1, 2), "D"),
    ]
    assert lake.reasons() == [["unknown_code:op"]]


def test_a_value_map_applies_before_the_type(make_lake):
    lake = make_lake(
        {
            "id": {"physicalType": "varchar", "required": True},
            "paid": {
                "physicalType": "boolean",
                "customProperties": [{"property": "valueMap", "value": {"ja": "true"}}],
            },
        }
    )
    lake.land("id,paid\n1,ja\n2,nein\n")
    lake.load()
    assert lake.rows("id, paid") == [("1", True)]
    assert lake.reasons() == [["wrong_type:paid"]]
