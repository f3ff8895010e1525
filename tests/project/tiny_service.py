"""Rows of the tiny world about service: cases, their steps, feedback and employees.

Belongs here: what the marts of service need to have something to hold for. Does not belong here:
the people (``tiny_world.py``).

Ann complains on the Friday before clocks change and is answered on Monday; the case is reopened and
solved again. Bob's question is answered by a bot alone; his return is open. Tess is a tester. One
case is of a customer whom nobody knows.
"""

from typing import Any

Row = dict[str, Any]


def _case(case: str, customer: str, created_at: str, kind: str, **columns: Any) -> Row:
    return {"ticket_id": case, "source_system": "shop", "customer_id": customer, "type": kind,
            "created_at": created_at, "category": "delivery", **columns}  # fmt: skip


def _step(case: str, at: str, actor: str, event: str, status: str, **columns: Any) -> Row:
    return {"ticket_event_id": f"{case} {at}", "ticket_id": case, "at": at, "actor": actor,
            "event": event, "to_status": status, "is_public": True, **columns}  # fmt: skip


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_tickets"): [
        _case(
            "k1",
            "s-ann",
            "2025-03-28 16:30:00",
            "complaint",
            product_id="mug",
            cause_code="late_delivery",
            order_id="o3",
            closed_at="2025-04-03 10:00:00",
        ),
        _case("k2", "s-bob", "2025-04-05 10:00:00", "question", closed_at="2025-04-05 10:05:00"),
        _case("k3", "s-bob", "2025-06-29 10:00:00", "return", category="product"),
        _case("k4", "s-tess", "2025-04-01 10:00:00", "complaint"),
        _case("k5", "s-deleted-before-we-came", "2025-04-01 10:00:00", "complaint"),
    ],
    ("crm", "crm_ticket_events"): [
        _step("k1", "2025-03-28 16:30:00", "customer", "created", "new"),
        _step("k1", "2025-03-28 16:40:00", "agent", "note", "new", is_public=False),
        _step("k1", "2025-03-31 08:30:00", "agent", "reply", "open"),
        _step("k1", "2025-03-31 09:00:00", "agent", "solved", "solved"),
        _step("k1", "2025-04-02 09:00:00", "customer", "reopened", "open"),
        _step("k1", "2025-04-03 10:00:00", "agent", "solved", "solved"),
        _step("k2", "2025-04-05 10:00:00", "customer", "created", "new"),
        _step("k2", "2025-04-05 10:00:05", "bot", "auto_reply", "new"),
        _step("k2", "2025-04-05 10:05:00", "customer", "solved", "solved"),
        _step("k3", "2025-06-30 10:00:00", "agent", "reply", "open"),
    ],
    ("crm", "crm_survey_responses"): [
        {
            "response_id": "c1",
            "question_code": "satisfied",
            "survey_id": "order",
            "kind": "csat",
            "wave": "2025-Q2",
            "source_system": "shop",
            "customer_id": "s-ann",
            "score": 4,
            "scale_min": 1,
            "scale_max": 5,
            "touchpoint": "delivery",
            "text": "Late again",
            "answered_at": "2025-06-05 09:00:00",
        },
    ],
    ("crm", "crm_interactions"): [
        {
            "interaction_id": "said",
            "source_system": "shop",
            "customer_id": "s-bob",
            "direction": "inbound",
            "kind": "call",
            "topic": "feedback",
            "outcome": "follow_up",
            "touchpoint": "phone",
            "rep_id": "rep-1",
            "at": "2025-05-01 09:00:00",
        },
        {
            "interaction_id": "answered",
            "source_system": "shop",
            "customer_id": "s-bob",
            "direction": "outbound",
            "kind": "call",
            "topic": "feedback",
            "outcome": "resolved",
            "touchpoint": "phone",
            "rep_id": "rep-1",
            "at": "2025-05-03 09:00:00",
        },
    ],
    ("sales", "web_events"): [
        {"event_id": "sw1", "session_id": "sw", "kind": "view", "at": "2025-06-01 09:00:00"},
        {"event_id": "sw2", "session_id": "sw", "kind": "product", "at": "2025-06-01 09:01:00"},
    ],
}
