"""What the pandas way of the benchmark computes by itself: rounding, keys, people, quintiles."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pandas as pd
import pytest

from benchmarks.pandas_way import keys
from benchmarks.pandas_way.customers import rfm_score
from benchmarks.pandas_way.exact import as_units, divided
from benchmarks.pandas_way.identity import bridge_customer_identity

KEY = b"k" * 64


def texts(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


def test_quotients_round_half_away_from_zero() -> None:
    found = divided(pd.Series([25, -25, 24, -24, 0, None], dtype="Int64"), 10)
    assert found.tolist()[:5] == [3, -3, 2, -2, 0]
    assert found.isna().tolist() == [False] * 5 + [True]
    assert as_units(pd.Series([0.00005, -0.00005, np.nan])).tolist()[:2] == [1, -1]


@pytest.mark.parametrize(
    "spelled", ["+44 7455 516297", "07455 516297", "00447455516297", " +44 (0)7455-516297"]
)
def test_a_phone_number_has_one_key_however_it_is_spelled(spelled: str) -> None:
    expected = hmac.new(KEY, b"phone:447455516297", hashlib.sha256).hexdigest()
    assert keys.phone(texts(spelled, None), KEY).tolist()[0] == expected


def test_what_is_empty_has_no_key() -> None:
    assert keys.email(texts(" ", None), KEY).isna().all()
    assert keys.phone(texts("none", None), KEY).isna().all()


def people(holders: dict[str, list[str]]) -> dict[str, str]:
    """Key of the person of each customer, who holds these verified member numbers."""
    customers = pd.DataFrame({
        "source_system": "crm", "customer_id": list(holders),
        "first_seen_at": pd.date_range("2025-01-01", periods=len(holders)),
    })  # fmt: skip
    held = [(customer, number) for customer, numbers in holders.items() for number in numbers]
    identities = pd.DataFrame({
        "source_system": "crm", "customer_id": [customer for customer, _ in held],
        "id_type": "loyalty_no", "id_value": [number for _, number in held],
        "verified": pd.array([True] * len(held), "boolean"),
    })  # fmt: skip
    nothing = dict.fromkeys(
        ("source_system", "customer_id", "record_id", "member", "guest_mail", "guest_number"),
        texts(),
    )
    orders = pd.DataFrame(nothing | {"ordered_at": pd.to_datetime(texts())})
    members = pd.DataFrame(dict.fromkeys(("source_system", "customer_id", "member_id"), texts()))
    bridge = bridge_customer_identity(customers, identities, members, orders, KEY)
    return dict(zip(bridge["customer_id"], bridge["customer_key"], strict=True))


def test_records_are_one_person_through_others_and_named_after_the_first() -> None:
    found = people({"a": ["1"], "b": ["1", "2"], "c": ["2"], "d": ["3"]})
    first, other = keys.entity_key(texts("crm", "crm"), texts("a", "d"))
    assert found == {"a": first, "b": first, "c": first, "d": other}


def test_a_number_that_six_carry_links_nobody() -> None:
    assert len(set(people({name: ["1"] for name in "abcde"}).values())) == 1
    assert len(set(people({name: ["1"] for name in "abcdef"}).values())) == 6


def test_quintiles_are_cut_among_customers_that_are_no_tests() -> None:
    amounts = [10, 20, 30, 40, 50, 1000]
    days = pd.DataFrame({
        "customer_key": list("abcdet"), "purchase_date": pd.Timestamp("2025-06-01"),
        "is_occasion": True, "is_test": [False] * 5 + [True],
        "net_amount": pd.array(amounts, "Int64"),
    })  # fmt: skip
    groups = pd.DataFrame({"r_score": [1], "fm_score": [2], "rfm_group": ["some"]})
    scores = rfm_score(days, pd.Timestamp("2025-06-30"), groups)
    assert scores["m_score"].tolist() == [1, 2, 3, 4, 5, 5]
    assert scores["r_score"].tolist() == scores["f_score"].tolist() == [1] * 6
