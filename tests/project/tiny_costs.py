"""What serving the people of the tiny world costs, who owes what, and who is written to.

Belongs here: raw rows of activity rates, cases, contacts, payments, points, credit and marketing,
of the people and orders of ``tiny_world.py``. Does not belong here: people and orders themselves.
"""

from typing import Any

Row = dict[str, Any]


def _rate(activity: str, period: str, unit_cost: float, currency: str = "GBP") -> Row:
    return {"activity": activity, "period": period, "unit_cost": unit_cost, "currency": currency}


def _payment(payment: str, order: str, due: str, paid: str | None, amount: float, **columns: Any):
    return {
        "payment_id": payment,
        "order_id": order,
        "due_at": f"{due} 12:00:00",
        "paid_at": paid and f"{paid} 12:00:00",
        "amount": amount,
        **columns,
    }


def _burn(entry: str, points: int, funder: str, **columns: Any) -> Row:
    return {
        "entry_id": entry,
        "member_id": "M-1",
        "at": "2025-06-30 13:00:00",
        "kind": "burn",
        "points": points,
        "funder": funder,
        **columns,
    }


def _sent(event: str, customer: str) -> Row:
    return {
        "source_system": "shop",
        "event_id": event,
        "message_id": f"m-{event}",
        "campaign_id": "summer-mail",
        "customer_id": customer,
        "channel": "email",
        "at": "2025-06-10 08:00:00",
        "event": "sent",
    }


ROWS: dict[tuple[str, str], list[Row]] = {
    ("sales", "sales_cost_to_serve"): [
        _rate("ticket", "2024-01-01", 6), _rate("ticket", "2025-06-01", 8, "EUR"),
        _rate("delivery", "2024-01-01", 3), _rate("visit", "2024-01-01", 18),
        _rate("call", "2024-01-01", 4.5), _rate("return", "2024-01-01", 5.4),
    ],
    ("crm", "crm_tickets"): [
        {"ticket_id": "t1", "source_system": "shop", "customer_id": "s-ann", "type": "question",
         "created_at": "2024-02-10 09:00:00"},
        {"ticket_id": "t2", "source_system": "shop", "customer_id": "s-bob", "type": "complaint",
         "created_at": "2025-06-10 09:00:00"},
        # Of a customer whom no other extract knows.
        {"ticket_id": "t3", "source_system": "shop", "customer_id": "s-gone", "type": "question",
         "created_at": "2025-06-10 09:00:00"},
    ],
    ("crm", "crm_interactions"): [
        {"interaction_id": "i1", "source_system": "shop", "customer_id": "s-ann", "kind": "visit",
         "at": "2025-05-10 10:00:00", "direction": "inbound"},
        {"interaction_id": "i2", "source_system": "shop", "customer_id": "s-bob", "kind": "care",
         "at": "2025-05-10 10:00:00", "direction": "outbound"},
        # A kind that the firm has no rate for.
        {"interaction_id": "i3", "source_system": "shop", "customer_id": "s-bob", "kind": "chat",
         "at": "2025-05-11 10:00:00", "direction": "inbound"},
    ],
    ("sales", "sales_payments"): [
        _payment("p1", "o1", "2024-02-01", "2024-02-01", 27.6, method="card", fee=0.39),
        _payment("p2", "o2", "2024-05-15", "2024-06-20", 24, method="invoice", fee=0.5),
        _payment("p3", "o4", "2025-01-24", "2025-01-20", 36, method="invoice", fee=0),
        _payment("p4", "o5", "2025-02-24", None, 14.4, method="invoice", fee=0),
        _payment("p5", "o7", "2025-03-11", "2025-03-11", 10.8, method="card", fee=0.15),
        _payment("p6", "o-not-delivered", "2025-03-11", "2025-03-11", 1.2, fee=0.02),
    ],
    ("crm", "loyalty_programs"): [
        {"program_id": "card", "type": "points", "unit_cost": 0.008, "currency": "GBP"},
    ],
    ("crm", "loyalty_ledger"): [
        _burn("e1", -100, "own", reward_cost=0.8, currency="GBP", reward_kind="voucher"),
        _burn("e2", -250, "supplier", reward_kind="product"),
    ],
    ("sales", "marketing_spend"): [
        {"date": "2025-06-10", "channel": "email", "campaign_id": "summer-mail", "spend": 1,
         "currency": "GBP"},
        {"date": "2025-06-10", "channel": "search", "campaign_id": "none", "spend": 7,
         "currency": "EUR"},
    ],
    ("crm", "crm_message_events"): [
        _sent("sent-1", "s-ann"), _sent("sent-2", "s-bob"), _sent("sent-3", "s-gone"),
    ],
    ("crm", "crm_credit"): [
        {"source_system": "shop", "customer_id": "s-ann", "as_of": "2025-06-01", "limit": 500,
         "used": 100, "currency": "GBP", "days_past_due": 0, "bureau_score": 750, "disputes": 0},
        {"source_system": "shop", "customer_id": "s-bob", "as_of": "2025-06-01", "limit": 200,
         "used": 190, "currency": "GBP", "days_past_due": 40, "bureau_score": 590, "disputes": 1},
    ],
}  # fmt: skip
