"""Points and tiers in the tiny world: Ann earns, spends, gives back; one number is nobody's.

Belongs here: raw rows of the ledger beyond the rewards of ``tiny_costs.py`` (350 points on 30 June
2025), and of tiers. Does not belong here: programme and membership themselves.
"""

from typing import Any

Row = dict[str, Any]


def _entry(entry: str, member: str, day: str, kind: str, points: float, **columns: Any) -> Row:
    return {
        "entry_id": entry,
        "member_id": member,
        "at": f"{day} 12:00:00",
        "kind": kind,
        "points": points,
        **columns,
    }


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "loyalty_ledger"): [
        _entry("p1", "M-1", "2024-02-01", "opening", 100, lot_id="L1", expires_at="2025-02-01"),
        _entry("p2", "M-1", "2024-05-01", "earn", 200, lot_id="L2", order_id="o2"),
        # Taken back after L1 was spent in part, and expired twice.
        _entry("p3", "M-1", "2024-06-01", "burn", -80, lot_id="L1", reward_kind="voucher"),
        _entry("p4", "M-1", "2024-06-02", "reverse", -30, lot_id="L1"),
        _entry("p5", "M-1", "2025-02-01", "expire", -20, lot_id="L1"),
        _entry("p6", "M-1", "2025-03-01", "earn", 40, order_id="o3"),
        _entry("p7", "M-1", "2025-03-02", "reverse", -10, order_id="o3"),
        # Nobody's number: past its expiry, and not booked.
        _entry("p8", "M-0", "2024-02-01", "earn", 5, expires_at="2025-02-01"),
    ],
    ("crm", "loyalty_tier_history"): [
        {"member_id": "M-1", "valid_from": "2024-02-01", "valid_to": "2025-01-01",
         "tier": "blue", "reason": "enrolled"},
        {"member_id": "M-1", "valid_from": "2025-01-01", "tier": "red", "reason": "qualified"},
    ],
}  # fmt: skip
