"""Who brings whom in the tiny world, what is published and answered, and who subscribes.

Belongs here: raw rows of referrals, contributions, accepted ideas, perceived value and contracts of
the people of ``tiny_world.py``. Does not belong here: people and orders themselves.
"""

from typing import Any

Row = dict[str, Any]


def _referral(referral: str, referrer: str, referee: str | None, day: str, **columns: Any) -> Row:
    return {
        "source_system": "shop",
        "referral_id": referral,
        "referrer_id": referrer,
        "referee_id": referee,
        "at": f"{day} 12:00:00",
        **columns,
    }


def _answer(question: str, score: int) -> Row:
    return {
        "response_id": "v1",
        "question_code": question,
        "survey_id": "panel",
        "wave": "2025",
        "customer_id": "s-ann",
        "source_system": "shop",
        "kind": "value",
        "score": score,
        "scale_min": 1,
        "scale_max": 7,
        "answered_at": "2025-06-02 09:00:00",
    }


def _term(contract: str, number: int, start: str, end: str, renewed: bool | None) -> Row:
    return {
        "contract_id": contract,
        "term_no": number,
        "customer_id": "s-bob",
        "source_system": "shop",
        "start": start,
        "end": end,
        "renewed": renewed,
        "price": 18,
        "currency": "EUR",
    }


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_referrals"): [
        # Ann brought Bob, and so did one who is known from an order only; a friend is no customer.
        _referral("rf1", "s-ann", "s-bob", "2025-01-05", incentivised=True),
        _referral("rf2", "s-friend", "s-bob", "2025-01-06", incentivised=False),
        _referral("rf3", "s-ann", "s-ann", "2024-01-20"),
        _referral("rf4", "s-ann", None, "2025-02-01"),
        # Bob cannot have brought Ann, who bought before; Tess is a tester.
        _referral("rf5", "s-bob", "s-ann", "2025-02-02"),
        _referral("rf6", "s-ann", "s-tess", "2025-04-01"),
        _referral("rf7", "s-deleted-before-we-came", "s-bob", "2025-01-07"),
    ],
    ("crm", "ugc_items"): [
        {"ugc_id": "u1", "source_system": "shop", "customer_id": "s-ann", "kind": "review",
         "rating": 5, "shares": 3, "at": "2025-05-01 09:00:00"},
        {"ugc_id": "u2", "source_system": "shop", "customer_id": "s-bob", "kind": "photo",
         "at": "2025-05-01 09:00:00"},
    ],
    ("crm", "crm_interactions"): [
        {"interaction_id": "idea-1", "source_system": "shop", "customer_id": "s-ann",
         "kind": "community", "outcome": "idea_accepted", "at": "2025-05-02 09:00:00"},
    ],
    ("crm", "crm_survey_responses"): [
        _answer("VAL_ECONOMIC", 6), _answer("VAL_FUNCTIONAL", 5), _answer("VAL_EMOTIONAL", 7),
        _answer("VAL_COST", 3), _answer("VAL_COMPETITOR", 4),
    ],
    ("sales", "sales_contracts"): [
        _term("k1", 1, "2025-05-01", "2025-05-31", True),
        _term("k1", 2, "2025-06-01", "2025-06-30", None),
        _term("k2", 1, "2025-05-01", "2025-05-31", False),
    ],
}  # fmt: skip
