"""What is true about the world, for tests: persons, identities, orders, totals.

Belongs here: the generator's own figures, written as ``truth/*.parquet``. Does not belong here:
anything read back from the extracts.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    NEVER,
    dates,
    decimals,
    ids,
    instants,
    numbers,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.broken import BrokenRows
from orchestration.sample_world.extracts.sales import order_ids
from orchestration.sample_world.firm.baskets import Lines, Returns
from orchestration.sample_world.firm.orders import CHANNELS, GOOD, OUTCOMES, Orders
from orchestration.sample_world.firm.people import KINDS, People
from orchestration.sample_world.firm.purchases import Purchases
from orchestration.sample_world.firm.records import SYSTEMS, Records, linked, plain_emails


def person_ids(person: np.ndarray) -> pa.Array:
    return ids("H", person + 1, 8)


def persons(people: People, purchases: Purchases) -> pa.Table:
    """One row per person; prospects have no purchase process."""
    is_buyer = np.arange(people.count) < people.buyers
    gap = people.count - people.buyers

    def padded(values: np.ndarray) -> pa.Array:
        return numbers(np.concatenate([values, np.zeros(gap, dtype=values.dtype)]), ~is_buyer)

    occasions = np.bincount(purchases.person, minlength=people.buyers)
    spend = np.bincount(purchases.person, purchases.spend.astype(float), people.buyers)
    left = np.concatenate([purchases.dropout_day, np.full(gap, NEVER)])
    return pa.table(
        {
            "person_id": person_ids(np.arange(people.count)),
            "kind": chosen(KINDS, people.kind),
            "is_test": numbers(people.is_test),
            "currency_code": chosen(words.CURRENCIES, people.currency),
            "satisfaction": numbers(people.satisfaction),
            "acquired_date": dates(people.acquired_day),
            "purchase_rate_weekly": padded(purchases.rate),
            "dropout_probability": padded(purchases.dropout),
            "dropout_date": dates(left),
            "occasions": padded(occasions),
            "expected_spend": padded(purchases.expected_spend),
            "spend_amount": decimals(
                np.concatenate([np.rint(spend).astype(np.int64), np.zeros(gap, np.int64)]), 2
            ),
        }
    )


def identities(people: People, records: Records) -> pa.Table:
    """Which person stands behind each source record, and what verified identifiers connect.

    ``linked_customer_id`` names the first record of the cluster that a deterministic match finds.
    """
    return pa.table(
        {
            "source_system": chosen(SYSTEMS, records.system),
            "customer_id": records.ids,
            "person_id": person_ids(records.person),
            "linked_customer_id": records.ids.take(pa.array(linked(records))),
            "email": plain_emails(people, records),
            "email_verified": numbers(records.email_verified),
            "phone_verified": numbers(records.phone_verified),
            "has_loyalty_number": numbers(records.has_loyalty_number),
            "is_shared_mailbox": numbers(records.mailbox >= 0),
            "has_family_phone": numbers(records.phone_of != records.person),
            "erased_at": instants(records.erased_at),
        }
    )


def orders_truth(people: People, orders: Orders, guest_email: pa.Array) -> pa.Table:
    """One row per order: who really placed it and what it stands for."""
    number = np.arange(orders.count)
    return pa.table(
        {
            "order_id": order_ids(number),
            "person_id": person_ids(orders.person),
            "guest_email": guest_email,
            "outcome": chosen(OUTCOMES, orders.outcome),
            "ordered_at": instants(orders.ordered_at),
            "channel": chosen(CHANNELS, orders.channel),
            "currency_code": chosen(words.CURRENCIES, orders.currency),
            "net_amount": decimals(orders.net, 2),
            "spend_amount": decimals(orders.spend, 2),
            "is_test": numbers(people.is_test[orders.person]),
            "late_days": numbers(orders.late_days),
        }
    )


def totals(people: People, orders: Orders, lines: Lines, returns: Returns) -> pa.Table:
    """Money per order day and currency: raw = net + cancelled + failed + returned, exactly.

    ``returned_amount`` counts on the day of the order. Test customers are included in all of
    them and shown once more in ``test_net_amount``.
    """
    first = int(orders.day.min())
    cell = (orders.day - first) * len(words.CURRENCIES) + orders.currency
    size = (int(orders.day.max()) - first + 1) * len(words.CURRENCIES)
    returned = np.zeros(orders.count, dtype=np.int64)
    np.add.at(returned, lines.order[returns.line], returns.amount)
    raw = orders.net * 100
    net = np.where(orders.outcome == GOOD, raw - returned, 0)
    is_test = people.is_test[orders.person]

    def summed(values: np.ndarray) -> np.ndarray:
        found = np.zeros(size, dtype=np.int64)
        np.add.at(found, cell, values)
        return found

    used = np.flatnonzero(np.bincount(cell, minlength=size))
    by_outcome = {name: summed(np.where(orders.outcome == code, raw, 0))
                  for code, name in enumerate(OUTCOMES)}  # fmt: skip
    amounts = {
        "raw_amount": summed(raw),
        "cancelled_amount": by_outcome["cancelled"],
        "failed_amount": by_outcome["failed"],
        "returned_amount": summed(returned),
        "net_amount": summed(net),
        "test_net_amount": summed(np.where(is_test, net, 0)),
    }
    return pa.table(
        {
            "order_date": dates(first + used // len(words.CURRENCIES)),
            "currency_code": chosen(words.CURRENCIES, used % len(words.CURRENCIES)),
            "orders": numbers(np.bincount(cell, minlength=size)[used]),
            **{name: decimals(values[used]) for name, values in amounts.items()},
        }
    )


def broken_rows(planted: list[BrokenRows]) -> pa.Table:
    names = ("source", "table", "extract_date", "kind", "rows")
    types = (pa.string(),) * 4 + (pa.int64(),)
    return pa.table(
        [pa.array([getattr(row, name) for row in planted], kind)
         for name, kind in zip(names, types, strict=True)],
        names=list(names),
    )  # fmt: skip
