"""Extract tables of the shop: orders and their courses, lines, returns, payments, discounts.

Belongs here: what the shop delivers about orders, in its own words. Does not belong here: how
orders come about (``orders.py``, ``baskets.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Bools,
    Ints,
    constant,
    decimals,
    draw,
    ids,
    instants,
    joined,
    numbers,
    stream,
    texts,
    where,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.tables import Table, known_from
from orchestration.sample_world.firm.baskets import Lines, Returns
from orchestration.sample_world.firm.orders import (
    CHANNELS,
    FAILED,
    GOOD,
    KNOWN_EMAIL,
    KNOWN_PHONE,
    PHONE,
    REPS,
    STORE,
    STRAY_EMAIL,
    Orders,
)
from orchestration.sample_world.firm.people import CRM_PHONE, Calendar, People, emails
from orchestration.sample_world.firm.records import (
    Records,
    plain_emails,
    written_emails,
    written_phones,
)
from orchestration.sample_world.parameters import Parameters

# The shop's own words; the contract maps two of them.
STAGES = ("placed", "paid", "dispatched", "delivered", "completed", "canceled", "failed")
PLACED, PAID, DISPATCHED, DELIVERED, COMPLETED, CANCELED, ENDED_FAILED = range(len(STAGES))
RETURN_REASONS = ("damaged", "not_as_described", "changed_mind", "wrong_item")
METHODS = ("card", "wallet", "invoice", "cash")
FEE_RATES = np.array([0.014, 0.019, 0.0, 0.0])
INVOICE = 2


def order_ids(numbers_of: Ints, missing: Bools | None = None) -> pa.Array:
    return ids("O", numbers_of + 1, 9, missing)


def member_ids(person: Ints, missing: Bools | None = None) -> pa.Array:
    return ids("M", person + 1, 8, missing)


def orders_table(
    people: People, records: Records, orders: Orders, calendar: Calendar, first_extract: int
) -> Table:
    """One version per stage that an order goes through; stages before the first extract merge."""
    attributes = _attributes(people, records, orders)
    index, stage, since, until = _stages(orders, calendar, first_extract)
    taken = attributes.take(pa.array(index))
    is_over = stage == CANCELED
    columns = {
        "status": chosen(STAGES, stage),
        "cancelled_at": instants(np.where(is_over, orders.ended_at[index], NEVER)),
        "updated_at": instants(since),
    }
    for name, column in columns.items():
        taken = taken.append_column(name, column)
    late = orders.late_days[index]
    return Table(
        "sales", "sales_orders", "delta", "csv", taken,
        day=since // DAY + late,
        until=np.where(until >= NEVER, NEVER, known_from(until) + late),
        op=(since // DAY > orders.day[index]).astype(np.int64),  # new on its first day
    )  # fmt: skip


def _stages(
    orders: Orders, calendar: Calendar, first_extract: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """(order, stage, since, until) of all stages that some extract can show, by order."""
    start = np.where(orders.channel == STORE, COMPLETED, PLACED)
    start = np.where(orders.ended_at < NEVER, PLACED, start)
    ending = np.where(orders.outcome == FAILED, ENDED_FAILED, CANCELED)
    instant = np.stack(
        [orders.ordered_at, orders.paid_at, orders.shipped_at, orders.delivered_at, orders.ended_at]
    )
    instant[instant >= (calendar.last_day + 1) * DAY] = NEVER
    stage = np.stack([start, *(np.full(orders.count, s) for s in (PAID, DISPATCHED, DELIVERED)),
                      ending])  # fmt: skip
    after = np.full(instant.shape, NEVER)
    for earlier in range(3, -1, -1):
        after[earlier] = np.minimum(after[earlier + 1], instant[earlier + 1])
    shown = (instant < NEVER) & (known_from(after) + orders.late_days > first_extract)
    order, step = np.nonzero(shown.T)
    return order, stage[step, order], instant[step, order], after[step, order]


def _attributes(people: People, records: Records, orders: Orders) -> pa.Table:
    number = np.arange(orders.count)
    anonymous = orders.record < 0
    account = np.maximum(orders.record, 0)
    gross = orders.net * 100
    ships = (orders.channel != STORE) & (orders.net < 5_000) & (orders.net > 0)
    email, phone = guest_contacts(people, records, orders)
    return pa.table(
        {
            "source_system": constant("sales", orders.count),
            "order_id": order_ids(number),
            "customer_id": ids("S", records.number[account], 8, anonymous),
            "guest_email": email,
            "guest_phone": phone,
            "ordered_at": instants(orders.ordered_at),
            "channel": chosen(CHANNELS, orders.channel),
            "store_id": ids("ST", orders.store + 1, 3, orders.channel != STORE),
            "currency": chosen(words.CURRENCIES, orders.currency),
            "shipping": decimals(np.where(ships, 39_500, 0)),
            "tax": decimals(gross // 5),
            "member_id": member_ids(orders.person, ~orders.shows_card),
            "rep_id": ids("R", orders.person % REPS + 1, 3, orders.channel != PHONE),
            "session_id": session_ids(number, orders.channel >= STORE),
        }
    )


def session_ids(order: Ints, missing: Bools | None = None) -> pa.Array:
    """The web session in which an order was placed."""
    return ids("WS", order + 1, 10, missing)


def guest_contacts(people: People, records: Records, orders: Orders) -> tuple[pa.Array, pa.Array]:
    """What guests typed: sometimes in other letters or another form than the record has."""
    person, style = orders.person, np.arange(orders.count) % 23
    known = np.full(people.count, -1)
    first = np.flatnonzero(~records.is_second)
    by_crm = first[np.argsort(-records.system[first], kind="stable")]
    known[records.person[by_crm]] = by_crm  # a CRM record, where there is one, comes last and wins
    by_shop = records.first_of(people.count, 1)
    record = np.where(people.kind[person] == CRM_PHONE, known[person], by_shop[person])
    plain = plain_emails(people, records).take(pa.array(np.maximum(record, 0)))
    own = where(record >= 0, plain, emails(people, person, np.zeros(orders.count, dtype=np.int64)))
    stray = joined("guest", texts(person + 1), "@mail.example")
    email = written_emails(where(orders.guest == STRAY_EMAIL, stray, own), style)
    has_email = (orders.guest == KNOWN_EMAIL) | (orders.guest == STRAY_EMAIL)
    owner = np.where(record >= 0, records.phone_of[np.maximum(record, 0)], person)
    which = np.where(record >= 0, records.phone_which[np.maximum(record, 0)], 0)
    phone = written_phones(people, owner, which, style % 3)
    none = pa.nulls(orders.count, pa.string())
    return where(has_email, email, none), where(orders.guest == KNOWN_PHONE, phone, none)


def lines_table(
    seed: int, orders: Orders, lines: Lines, calendar: Calendar, par: Parameters
) -> Table:
    """Lines, of which a few are told with a wrong price first and mended the next day."""
    told = orders.day[lines.order] + orders.late_days[lines.order]
    lot = stream(seed, "corrected lines").random(lines.count)
    wrong = np.flatnonzero((lot < par.corrected_share) & (told < calendar.last_day))
    rows = _line_rows(lines, np.arange(lines.count), lines.unit_price)
    mistaken = _line_rows(lines, wrong, lines.unit_price[wrong] + 10_000)
    day, op = told.copy(), np.zeros(lines.count, dtype=np.int64)
    day[wrong] += 1
    op[wrong] = 1
    return Table(
        "sales", "sales_order_lines", "delta", "csv",
        pa.concat_tables([rows, mistaken]),
        day=np.concatenate([day, told[wrong]]),
        until=np.concatenate([np.full(lines.count, NEVER), told[wrong] + 1]),
        op=np.concatenate([op, np.zeros(len(wrong), dtype=np.int64)]),
    )  # fmt: skip


def _line_rows(lines: Lines, of: Ints, unit_price: Ints) -> pa.Table:
    return pa.table(
        {
            "order_id": order_ids(lines.order[of]),
            "line_no": numbers(lines.number[of]),
            "product_id": ids("P", lines.product[of] + 1, 5),
            "qty": decimals(lines.quantity[of]),
            "list_price": decimals(lines.list_price[of]),
            "unit_price": decimals(unit_price),
            "discount": decimals(lines.discount[of]),
            "promo_id": promo_ids(lines.promo[of]),
            "cost": decimals(lines.cost[of]),
        }
    )


def promo_ids(promo: Ints) -> pa.Array:
    return ids("PR", np.maximum(promo, 0) + 1, 4, promo < 0)


def returns_table(lines: Lines, returns: Returns) -> Table:
    of = returns.line
    rows = pa.table(
        {
            "return_line_id": ids("RT", np.arange(len(of)) + 1),
            "order_id": order_ids(lines.order[of]),
            "line_no": numbers(lines.number[of]),
            "returned_at": instants(returns.at),
            "qty": decimals(returns.quantity),
            "amount": decimals(returns.amount),
            "reason_code": chosen(RETURN_REASONS, returns.reason),
            "restocked": numbers(returns.is_restocked),
        }
    )
    return Table("sales", "sales_returns", "delta", "csv", rows, day=returns.at // DAY)


def line_discounts_table(orders: Orders, lines: Lines) -> Table:
    """How the discount of a line is shared by its stacked promotions."""
    of = np.flatnonzero((lines.other_promo >= 0) & (lines.other_discount > 0))
    both = np.concatenate([of, of])
    promo = np.concatenate([lines.promo[of], lines.other_promo[of]])
    other = lines.other_discount[of]
    rows = pa.table(
        {
            "order_id": order_ids(lines.order[both]),
            "line_no": numbers(lines.number[both]),
            "promo_id": promo_ids(promo),
            "amount": decimals(np.concatenate([lines.discount[of] - other, other])),
            "funder": chosen(("own", "supplier"), (promo % 3 == 0).astype(np.int64)),
        }
    )
    day = orders.day[lines.order[both]] + orders.late_days[lines.order[both]]
    return Table("sales", "sales_line_discounts", "delta", "csv.gz", rows, day=day)


def payments_table(seed: int, orders: Orders, calendar: Calendar, par: Parameters) -> Table:
    """One payment per good order; invoices are due after 14 days and some are paid late."""
    rng = stream(seed, "payments")
    of = np.flatnonzero((orders.outcome == GOOD) & (orders.net > 0))
    method = draw(rng, (0.62, 0.24, 0.14, 0), len(of))
    in_store = (orders.channel[of] == STORE) & (rng.random(len(of)) < 0.3)
    method = np.where(in_store, 3, method)
    due = orders.ordered_at[of] + np.where(method == INVOICE, 14 * DAY, 0)
    days = rng.uniform(-10, 0, len(of))
    is_late = rng.random(len(of)) < par.late_payment_share
    days = np.where(is_late, rng.gamma(1.5, 12, len(of)), days)
    paid = np.where(method == INVOICE, due + (days * DAY).astype(np.int64), due + 60)
    told = orders.day[of] + orders.late_days[of]
    is_paid = (paid // DAY <= told) & (method != INVOICE)
    known_paid = paid < (calendar.last_day + 1) * DAY
    later = np.flatnonzero(~is_paid & known_paid)
    first = _payment_rows(orders, of, method, due, np.where(is_paid, paid, NEVER))
    second = _payment_rows(orders, of, method, due, paid).take(pa.array(later))
    paid_day = np.maximum(paid[later] // DAY, told[later] + 1)
    until = np.full(len(of), NEVER)
    until[later] = paid_day
    return Table(
        "sales", "sales_payments", "delta", "csv.gz",
        pa.concat_tables([first, second]),
        day=np.concatenate([told, paid_day]),
        until=np.concatenate([until, np.full(len(later), NEVER)]),
        op=np.concatenate([np.zeros(len(of), dtype=np.int64), np.ones(len(later), dtype=np.int64)]),
    )  # fmt: skip


def _payment_rows(orders: Orders, of: Ints, method: Ints, due: Ints, paid: Ints) -> pa.Table:
    amount = orders.net[of] * 100 + orders.net[of] * 100 // 5
    fee = np.rint(amount / 100 * FEE_RATES[method]).astype(np.int64) * 100
    return pa.table(
        {
            "payment_id": ids("PY", of + 1, 9),
            "order_id": order_ids(of),
            "due_at": instants(due),
            "paid_at": instants(paid),
            "amount": decimals(amount),
            "method": chosen(METHODS, method),
            "fee": decimals(fee),
            "status": pc.if_else(pa.array(paid < NEVER), "paid", "open"),
        }
    )
