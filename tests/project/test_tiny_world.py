"""What the marts make of the tiny world, by hand: people, hashes, amounts, and no name in clear."""

import hashlib
import hmac
from decimal import Decimal
from typing import Any

import duckdb
import pytest
import tiny_world
from conftest import PII_KEY, Build, contracts

ANN, BOB, TESS = "crm|c-ann", "shop|s-bob", "shop|s-tess"


def key(record: str) -> str:
    """Our customer key of a surviving record."""
    return hashlib.md5(record.encode(), usedforsecurity=False).hexdigest()


def keyed_hash(kind: str, standardised: str) -> str:
    """The same HMAC by another implementation: Python's."""
    message = f"{kind}:{standardised}".encode()
    return hmac.new(PII_KEY.encode(), message, hashlib.sha256).hexdigest()


def column(tiny: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return [row[0] for row in tiny.execute(sql).fetchall()]


@pytest.mark.parametrize(
    ("sql", "kind", "standardised"),
    [
        ("select email_hmac from staging.stg_crm__customers where customer_id like '%ann'",
         "email", "ann@example.com"),
        ("select id_value_hmac from staging.stg_crm__identities where id_type = 'email'",
         "email", "ann@example.com"),
        ("select phone_hmac from staging.stg_crm__customers where customer_id = 'c-ann'",
         "phone", "442079460001"),
        ("select phone_hmac from staging.stg_crm__customers where customer_id = 's-bob'",
         "phone", "447700900001"),
        ("select id_value_hmac from staging.stg_crm__identities where id_type = 'phone'",
         "phone", "447700900001"),
        ("select guest_phone_hmac from staging.stg_sales__orders where order_id = 'o5'",
         "phone", "447700900001"),
        ("select full_name_hmac from staging.stg_crm__customers where customer_id like '%ann'",
         "name", "ANN ARCHER"),
        ("select birth_date_hmac from staging.stg_crm__customers where customer_id = 'c-ann'",
         "date_of_birth", "1980-03-01"),
        ("select member_id_hmac from staging.stg_sales__orders where order_id = 'o3'",
         "identifier:loyalty_no", "M-1"),
        ("select member_id_hmac from staging.stg_crm__loyalty_members"
         " where source_system <> 'village'",
         "identifier:loyalty_no", "M-1"),
    ],
)  # fmt: skip
def test_every_spelling_has_the_hash_of_the_standardised_value(tiny, sql, kind, standardised):
    assert set(column(tiny, sql)) == {keyed_hash(kind, standardised)}


def test_what_is_missing_stays_null_and_is_no_hash_of_nothing(tiny):
    sql = "select email_hmac from staging.stg_crm__customers where customer_id = 's-bob'"
    assert column(tiny, sql) == [None]


def test_without_a_key_nothing_is_hashed(tiny, tiny_build: Build):
    """A session that the plugin did not give the key to fails instead of hashing without it."""
    model = tiny_build.results["model.patron.stg_crm__customers"]["compiled_code"]
    with pytest.raises(duckdb.InvalidInputException, match="no key for personal data"):
        tiny.execute(model).fetchall()


def test_records_that_share_a_proof_are_one_customer(tiny):
    found = tiny.execute(
        "select customer_key, customer_id, method from marts.bridge_customer_identity"
        " where source_system <> 'village'"
    ).fetchall()
    guest = {name: f"guest:{name}:{keyed_hash(kind, value)}" for name, kind, value in (
        ("member", "identifier:loyalty_no", "M-1"),
        ("phone", "phone", "447700900001"),
        ("email", "email", "cleo@example.com"),
    )}  # fmt: skip
    assert sorted(found) == sorted([
        (key(ANN), "c-ann", "email"),
        (key(ANN), "s-ann", "email"),
        (key(ANN), guest["member"], "loyalty_no"),
        (key(BOB), "s-bob", "phone"),
        (key(BOB), guest["phone"], "phone"),
        (key(TESS), "s-tess", "single"),
        (key(f"shop|{guest['email']}"), guest["email"], "single"),
        (key("shop|s-deleted-before-we-came"), "s-deleted-before-we-came", "single"),
        (key("online_retail|13085"), "13085", "single"),
    ])  # fmt: skip


def test_a_customer_has_the_latest_of_all_records(tiny):
    row = tiny.execute(
        "select customer_kind, gender, city, birth_year, acquisition_channel, source_record_count,"
        " is_test, is_deleted from marts.dim_customer where customer_key = ?",
        [key(ANN)],
    ).fetchone()
    assert row == ("known", "female", "York", 1980, "search", 3, False, False)
    kinds = "select customer_kind from marts.dim_customer group by 1 order by 1"
    assert column(tiny, kinds) == ["guest", "known", "unknown"]


@pytest.mark.parametrize(
    ("order_id", "customer", "gross", "cancelled", "returned", "excluded", "net"),
    [
        ("o1", ANN, "23", "0", "9", "0", "14"),
        ("o2", ANN, "17", "0", "0", "0", "17"),  # 20 EUR at 0.85; 0.86 came a month later
        ("o3", ANN, "12", "0", "0", "0", "12"),
        ("o4", BOB, "30", "0", "0", "0", "30"),  # the return is after the as-of date
        ("o5", BOB, "12", "0", "0", "0", "12"),
        ("o7", None, "9", "0", "0", "0", "9"),
        ("o8", BOB, "50", "50", "0", "0", "0"),  # what was cancelled is not returned as well
        ("o9", BOB, "0", "0", "0", "0", "0"),
        ("536365", "online_retail|13085", "33.3", "0", "0", "18", "15.3"),
        ("536366", "online_retail|13085", "6.78", "0", "0", "0", "6.78"),
        ("C536379", "online_retail|13085", "0", "0", "4.89", "0", "-4.89"),
        ("A563185", None, "11.06", "0", "0", "11.06", "0"),
    ],
)
def test_orders_have_these_amounts(
    tiny, order_id, customer, gross, cancelled, returned, excluded, net
):
    row = tiny.execute(
        "select min(customer_key), count(distinct customer_key), sum(gross_amount),"
        " sum(cancelled_amount), sum(returned_amount), sum(excluded_amount), sum(net_amount)"
        " from marts.fct_order_net where order_id = ?",
        [order_id],
    ).fetchone()
    amounts = [Decimal(text) for text in (gross, cancelled, returned, excluded, net)]
    assert row == (key(customer) if customer else "unknown", 1, *amounts)


def test_orders_after_the_as_of_date_and_lines_without_order_are_not_in_the_totals(tiny):
    assert column(tiny, "select 1 from marts.fct_order_net where order_id = 'o11'") == []
    waiting = "select order_id from marts.fct_line_without_order"
    assert column(tiny, waiting) == ["o-not-delivered"]


def test_the_as_of_date_is_the_last_day_of_occasions(tiny):
    row = tiny.execute(
        "select occasion_count, last_purchase_date, days_since_last_order, t_x_days, t_days"
        " from marts.customer_cbs where customer_key = ?",
        [key(ANN)],
    ).fetchone()
    # o1, o2 and o3, which is of the day itself; o11, two days later, is no occasion yet.
    assert row == (3, tiny_world.AS_OF, 0, 515, 515)


def test_returns_that_do_not_count_say_why(tiny):
    found = tiny.execute(
        "select return_line_id, uncounted_reason from marts.fct_return"
        " where return_kind = 'return' order by 1"
    ).fetchall()
    assert found == [("r1", None), ("r2", "order_cancelled"), ("r4", "order_unknown")]


def test_no_personal_value_stands_in_clear_past_raw(tiny):
    values = {
        str(row[personal.name]).strip().upper()
        for (source, table), contract in contracts().items()
        for personal in contract.personal_columns
        for row in tiny_world.raw_rows(source, table)
        if row.get(personal.name) is not None
    }
    assert {"ANN@EXAMPLE.COM", "BOB BAKER", "CLEO@EXAMPLE.COM"} <= values
    tables = tiny.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema not like 'raw%'"
    ).fetchall()
    leaks = []
    for (table,) in tables:
        for row in tiny.execute(f"select * from {table}").fetchall():
            cells = {str(cell).upper() for cell in row if cell is not None}
            leaks += [(table, value) for value in values if any(value in cell for cell in cells)]
    assert leaks == []
