"""The stated exit leads where it says, and nothing smaller does: random customers, judged again.

Belongs here: exits of RFM groups, need, behaviour and value classes on the compiled SQL. Does not
belong here: the words of reasons (unit tests beside the models).
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pytest
from conftest import Build
from judged_customers import (
    AS_OF,
    CUT_POINTS,
    Customer,
    Customers,
    Purchase,
    changed,
    drawn,
    having_bought,
    judged,
    put,
)
from points_models import PointsModels, points_models

CUSTOMERS = 600
LEAST = Decimal("0.0001")
UP_TO = re.compile(r"up to ([0-9.]+)")
EVERY_SEGMENT = {
    "rfm": 12,
    "need_class": 5,
    "behaviour_class": 6,
}


@pytest.fixture(scope="module")
def models(empty_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PointsModels]:
    with points_models(empty_build, tmp_path_factory.mktemp("judged")) as found:
        found.connection.execute("UPDATE raw.run_context SET currency_code = 'GBP'")
        yield found


@pytest.fixture(scope="module")
def customers(models: PointsModels) -> Customers:
    """Random customers, with the cut points that they give, which then stay."""
    found = drawn(7, CUSTOMERS)
    put(models, found)
    models.run(AS_OF, CUT_POINTS)
    return found


@pytest.mark.parametrize("scheme", EVERY_SEGMENT)
def test_the_stated_change_leads_into_the_stated_segment_and_less_of_it_does_not(
    models: PointsModels, customers: Customers, scheme: str
) -> None:
    today = judged(models, customers, scheme)
    leaving = {key: j for key, j in today.items() if j.nearest is not None}
    assert len({j.segment for j in today.values()}) == EVERY_SEGMENT[scheme]
    assert {j.unit for j in leaving.values()} == {"days", "occasions", "amount"}

    for short in (False, True):
        after = judged(
            models,
            {key: changed(customers[key], today[key], scheme, short=short) for key in leaving},
            scheme,
        )
        wrong = {
            key: (judgement, after[key].segment)
            for key, judgement in leaving.items()
            if after[key].segment != (judgement.segment if short else judgement.nearest)
        }
        assert wrong == {}, f"{len(wrong)} of {len(leaving)}, short: {short}"


def test_a_purchase_of_up_to_an_amount_leads_to_the_group_and_one_cent_more_does_not(
    models: PointsModels, customers: Customers
) -> None:
    today = judged(models, customers, "rfm")
    bounds = {
        key: int(Decimal(found.group(1)) * 100)
        for key, judgement in today.items()
        if (found := UP_TO.search(judgement.exit_condition or ""))
    }
    assert len(bounds) > 50

    def bought(customer: Customer, cents: int) -> Customer:
        return having_bought(customer, Purchase(0, cents))

    at = judged(models, {k: bought(customers[k], cents) for k, cents in bounds.items()}, "rfm")
    above = judged(models, {k: bought(customers[k], c + 1) for k, c in bounds.items()}, "rfm")
    for key in bounds:
        assert at[key].segment == today[key].nearest
        assert above[key].segment != today[key].nearest


@dataclass(frozen=True)
class Value:
    total: Decimal
    potential: Decimal | None


def tier(value: Value, high: Decimal, middle: Decimal, potential: Decimal) -> str:
    """The value tier by the definition of C23."""
    if value.total > high:
        return "high"
    if value.potential is not None and value.potential > potential:
        return "potential"
    return "middle" if value.total > middle else "low"


@pytest.mark.parametrize("cuts", [("40", "30", "8"), ("40", "40", "8"), ("10.5", "-3", "-1")])
def test_the_stated_change_of_value_leads_into_the_stated_class_and_less_of_it_does_not(
    models: PointsModels, cuts: tuple[str, str, str]
) -> None:
    rng = random.Random(11)
    high, middle, potential = (Decimal(cut) for cut in cuts)

    def near(cut: Decimal, spread: int) -> Decimal:
        return cut + rng.choice((0, 1, -1, rng.randint(-spread, spread))) * LEAST

    values = {
        f"c{number}": Value(
            near(rng.choice((high, middle)), 200_000),
            rng.choice((None, near(potential, 100_000))),
        )
        for number in range(1_000)
    }
    models.put(
        "marts.customer_value_tier",
        pa.table(
            {
                "customer_key": [*values],
                "value_tier": [tier(value, high, middle, potential) for value in values.values()],
                "total_amount": [value.total for value in values.values()],
                "potential_amount": pa.array(
                    [value.potential for value in values.values()], pa.decimal128(18, 4)
                ),
                "high_above_amount": [high] * len(values),
                "middle_above_amount": [middle] * len(values),
                "potential_above_amount": [potential] * len(values),
                "currency_code": ["GBP"] * len(values),
            }
        ),
    )
    models.run(AS_OF, ("intermediate.int_value_classes_judged",))
    found = models.rows(
        "select customer_key, raw_segment, nearest_segment,"
        " cast(distance_to_exit as decimal(18, 4)), exit_condition"
        " from intermediate.int_value_classes_judged"
    )

    led = Counter()
    for key, segment, nearest, distance, said in found:
        value = values[key]
        sign = 1 if "more" in said else -1

        def after(amount: Decimal, value=value, sign=sign, said=said) -> str:
            # Potential value is a part of total value.
            moved = sign * amount
            is_potential = "potential value" in said
            part = value.potential + moved if is_potential else value.potential
            return tier(Value(value.total + moved, part), high, middle, potential)

        assert after(distance) == nearest, (value, said)
        assert after(distance - LEAST) == segment, (value, said)
        led[segment, nearest] += 1
    assert len(led) >= 4
