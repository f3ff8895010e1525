"""Rows of the tiny world about winning back: a campaign, whom it chose, and a reason for leaving.

Belongs here: what causes of churn and win-back need to have something to hold for. Does not belong
here: the people (``tiny_village.py``).

Vera had been silent for 181 days when she was written to, clicked, and came the day after. Olga was
written to and did not come, Lea was held out and did not come either. Ida was buying all the time.
Noa's parcel was damaged.
"""

from typing import Any

Row = dict[str, Any]
CAMPAIGN = "come-back"


def _chosen(customer: str, day: str, arm: str) -> Row:
    return {"campaign_id": CAMPAIGN, "source_system": "village", "customer_id": customer,
            "arm": arm, "assigned_at": f"{day} 10:00:00"}  # fmt: skip


def _message(customer: str, at: str, event: str) -> Row:
    return {"event_id": f"{customer} {event}", "message_id": f"{CAMPAIGN} {customer}",
            "campaign_id": CAMPAIGN, "source_system": "village", "customer_id": customer,
            "channel": "email", "at": at, "event": event, "is_machine": False}  # fmt: skip


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_campaigns"): [
        {
            "campaign_id": CAMPAIGN,
            "kind": "winback",
            "channel": "email",
            "start": "2025-01-10",
            "end": "2025-06-30",
            "offer_id": "ten-percent",
        },
    ],
    ("crm", "crm_campaign_assignments"): [
        _chosen("roaming-vera", "2025-04-04", "treated"),
        _chosen("lapsed-olga", "2025-01-10", "treated"),
        _chosen("fond-lea", "2025-03-10", "holdout"),
        _chosen("inert-ida", "2025-01-10", "treated"),
    ],
    ("crm", "crm_message_events"): [
        _message("roaming-vera", "2025-04-04 12:00:00", "sent"),
        _message("roaming-vera", "2025-04-04 13:00:00", "click"),
        _message("lapsed-olga", "2025-01-10 12:00:00", "sent"),
        _message("inert-ida", "2025-01-10 12:00:00", "sent"),
    ],
    ("crm", "crm_tickets"): [
        {
            "ticket_id": "noa",
            "source_system": "village",
            "customer_id": "passing-noa",
            "type": "complaint",
            "category": "product",
            "cause_code": "product_quality",
            "created_at": "2024-12-30 10:00:00",
        },
    ],
}
