"""Made-up customers under the models that judge segments by rules, and what is changed of them.

Belongs here: putting customers under the compiled SQL at one as-of date, and the changes that an
exit condition names. Does not belong here: what must come out (``test_segment_exits.py``).
"""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pyarrow as pa
from points_models import PointsModels

AS_OF = date(2025, 6, 30)
WINDOW_DAYS = 365
CENT = Decimal("0.01")
# In the order of their references. Cut points are made once and then held.
PURCHASES = (
    "intermediate.int_purchase_occasions",
    "intermediate.int_customers_orders_summed",
    "intermediate.int_customers_habits_measured",
    "intermediate.int_customers_purchases_counted",
    "intermediate.int_customers_rfm_measured",
)
CUT_POINTS = (*PURCHASES, "marts.rfm_cut_point")
MODELS = (
    *PURCHASES,
    "marts.rfm_score",
    "intermediate.int_rfm_changes_grouped",
    "intermediate.int_rfm_groups_judged",
    "intermediate.int_customer_days_evidenced",
    "intermediate.int_customers_histories_dated",
    "intermediate.int_customers_foreseen",
    "intermediate.int_need_changes_classed",
    "intermediate.int_need_classes_judged",
    "intermediate.int_behaviour_changes_classed",
    "intermediate.int_behaviour_classes_judged",
)
JUDGED = {
    "rfm": "int_rfm_groups_judged",
    "need_class": "int_need_classes_judged",
    "behaviour_class": "int_behaviour_classes_judged",
}


@dataclass(frozen=True)
class Purchase:
    """A purchase occasion so many days ago; amounts in cents."""

    days_ago: int
    total: int
    premium: int = 0
    promoted: int = 0


@dataclass(frozen=True)
class Customer:
    purchases: tuple[Purchase, ...]
    promoter_days_ago: int | None = None
    referred_days_ago: int | None = None


@dataclass(frozen=True)
class Judgement:
    segment: str
    nearest: str | None
    distance: Decimal | None
    unit: str | None
    exit_condition: str | None


Customers = dict[str, Customer]


def drawn(seed: int, number: int) -> Customers:
    """Customers who stand on thresholds more often than chance would have it; none bought today."""
    rng = random.Random(seed)
    edges = (1, 30, 89, 90, 91, 179, 180, 181, 270, 364, 365, 366, 540, 546)

    def purchase(days_ago: int, lean: float) -> Purchase:
        total = rng.choice((100, 200, 1_000, rng.randint(50, 20_000)))
        share = (0, total // 2, total)
        return Purchase(
            days_ago,
            total,
            premium=rng.choice(share) if rng.random() < lean else 0,
            promoted=rng.choice(share) if rng.random() < 1 - lean else 0,
        )

    customers = {}
    for index in range(number):
        longest = rng.choice((60, 365, 365, 800))
        days = {
            rng.choice((rng.randint(1, longest), rng.choice(edges)))
            for _ in range(rng.choice((0, 1, 1, 2, 3, 4, 6, 7, 12)))
        }
        lean = rng.random()
        customers[f"c{index:04}"] = Customer(
            tuple(purchase(day, lean) for day in sorted(days)),
            rng.choice((None, None, rng.randint(0, 400))),
            rng.choice((None, None, rng.randint(0, 400))),
        )
    return customers


def put(models: PointsModels, customers: Customers) -> None:
    """The rows that the judging models read, for these customers and nobody else."""
    bought = [(key, p) for key, customer in customers.items() for p in customer.purchases]

    def day(days_ago: int) -> date:
        return AS_OF - timedelta(days=days_ago)

    def rows(table: str, found: list[dict[str, Any]]) -> None:
        models.connection.execute(f"DELETE FROM {table}")
        if found:
            models.put(table, pa.Table.from_pylist(found))

    rows(
        "marts.dim_customer",
        [dict(customer_key=key, customer_kind="known", is_test=False) for key in customers],
    )
    rows(
        "intermediate.int_customer_days_netted",
        [
            dict(
                customer_key=key,
                purchase_date=day(p.days_ago),
                is_test_customer=False,
                order_count=1,
                net_amount=p.total * CENT,
                is_occasion=True,
            )
            for key, p in bought
        ],
    )
    orders = [
        dict(
            order_key=f"{key} {p.days_ago}",
            customer_key=key,
            purchase_date=day(p.days_ago),
            ordered_at=datetime.combine(day(p.days_ago), time(12)),
            is_valid_order=True,
            is_purchase=True,
            net_amount=p.total * CENT,
        )
        for key, p in bought
    ]
    rows("intermediate.int_orders_netted", orders)
    parts = [
        (key, p, dict(is_premium=is_so, is_promoted_or_discounted=None), amount)
        for key, p in bought
        for is_so, amount in ((True, p.premium), (False, p.total - p.premium))
    ] + [
        (key, p, dict(is_premium=None, is_promoted_or_discounted=is_so), amount)
        for key, p in bought
        for is_so, amount in ((True, p.promoted), (False, p.total - p.promoted))
    ]
    rows(
        "intermediate.int_goods_lines_priced",
        [
            dict(
                customer_key=key,
                purchase_date=day(p.days_ago),
                is_unknown_customer=False,
                is_credit_note=False,
                quantity=Decimal(1),
                net_amount=amount * CENT,
                **said,
            )
            for key, p, said, amount in parts
        ],
    )
    rows(
        "intermediate.int_customers_nps_classified",
        [
            dict(customer_key=key, nps_class="promoter", answered_date=day(c.promoter_days_ago))
            for key, c in customers.items()
            if c.promoter_days_ago is not None
        ],
    )
    rows(
        "intermediate.int_referrals_classified",
        [
            dict(referral_id=key, referrer_key=key, referred_date=day(c.referred_days_ago))
            for key, c in customers.items()
            if c.referred_days_ago is not None
        ],
    )


def judged(models: PointsModels, customers: Customers, scheme: str) -> dict[str, Judgement]:
    put(models, customers)
    models.run(AS_OF, MODELS)
    return {
        row[0]: Judgement(row[1], row[2], row[3], row[4], row[5])
        for row in models.rows(
            "select customer_key, raw_segment, nearest_segment,"
            " cast(distance_to_exit as decimal(18, 4)), distance_unit, exit_condition"
            f" from intermediate.{JUDGED[scheme]}"
        )
    }


def later(customer: Customer, days: int) -> Customer:
    """The customer so many days on, having bought nothing."""

    def aged(days_ago: int | None) -> int | None:
        return None if days_ago is None else days_ago + days

    return Customer(
        tuple(replace(p, days_ago=p.days_ago + days) for p in customer.purchases),
        aged(customer.promoter_days_ago),
        aged(customer.referred_days_ago),
    )


def having_bought(customer: Customer, *purchases: Purchase) -> Customer:
    """With purchases today, or on the latest days on which there was none."""
    taken = {p.days_ago for p in customer.purchases}
    free = (days_ago for days_ago in range(10_000) if days_ago not in taken)
    placed = tuple(replace(p, days_ago=next(free)) for p in purchases)
    return replace(customer, purchases=customer.purchases + placed)


def having_bought_as_before(customer: Customer, days: int) -> Customer:
    """With so many purchase days more, shares of the window as they were."""
    window = [p for p in customer.purchases if p.days_ago < WINDOW_DAYS]
    same = Purchase(
        0,
        sum(p.total for p in window),
        sum(p.premium for p in window),
        sum(p.promoted for p in window),
    )
    return having_bought(customer, same, *(Purchase(0, 0) for _ in range(days - 1)))


def changed(customer: Customer, judgement: Judgement, scheme: str, *, short: bool) -> Customer:
    """The change that the judgement states; ``short`` by the least that it can be smaller."""
    said, distance = judgement.exit_condition or "", judgement.distance
    assert distance is not None
    less = 1 if short else 0
    if judgement.unit == "days":
        return later(customer, int(distance) - less)
    if "a referral" in said:
        return customer if short else replace(customer, referred_days_ago=0)
    if judgement.unit == "amount":
        cents = int((distance * 100).to_integral_value(ROUND_CEILING)) - less
        premium = cents if "in premium tiers" in said else 0
        promoted = cents if "on promotion" in said else 0
        return having_bought(customer, Purchase(0, cents, premium, promoted))
    if scheme == "rfm":
        return customer if short else having_bought(customer, Purchase(0, 1))
    days = int(distance) - less
    return having_bought_as_before(customer, days) if days else customer
