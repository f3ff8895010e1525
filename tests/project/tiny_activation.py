"""Rows of the tiny world about consent and contacts.

Belongs here: what audiences and tiered service need to have something to hold for. Does not belong
here: the people (``tiny_world.py``).

Ann allows e-mail with one record and has refused the phone with the other. Bob has withdrawn by a
click. Cleo is a guest whom nobody asked. Tess allows everything, and is a tester.
"""

from typing import Any

Row = dict[str, Any]


def _consent(number: int, customer: str, channel: str, status: str, **columns: Any) -> Row:
    return {"consent_id": f"consent-{number}", "source_system": "shop", "customer_id": customer,
            "purpose": "marketing", "channel": channel, "status": status,
            "legal_basis": "consent", "effective_at": "2025-02-01 09:00:00", **columns}  # fmt: skip


def _message(event: str, customer: str, what: str, at: str) -> Row:
    return {"event_id": event, "message_id": f"message of {customer}", "source_system": "shop",
            "customer_id": customer, "channel": "email", "event": what, "at": at}  # fmt: skip


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_consents"): [
        _consent(1, "s-ann", "email", "granted"),
        _consent(2, "s-ann", "phone", "granted"),
        _consent(3, "c-ann", "phone", "denied", source_system="crm"),
        _consent(4, "s-bob", "email", "granted"),
        _consent(5, "s-tess", "email", "granted"),
        _consent(6, "s-tess", "sms", "granted", expires_at="2025-03-01 00:00:00"),
    ],
    ("crm", "crm_message_events"): [
        _message("sent to ann", "s-ann", "sent", "2025-06-20 09:00:00"),
        _message("sent to bob", "s-bob", "sent", "2025-05-20 09:00:00"),
        _message("bob clicks", "s-bob", "unsubscribe", "2025-05-20 10:00:00"),
    ],
}
