"""What the people of the tiny world say of satisfaction, leaving and telling, and who stays silent.

Belongs here: raw rows of surveys beside recommendation (``tiny_world.py``) and perceived value
(``tiny_influence.py``). Does not belong here: people and orders themselves.
"""

from typing import Any

Row = dict[str, Any]


def _answer(response: str, question: str, customer: str, day: str | None, **columns: Any) -> Row:
    return {
        "source_system": "shop",
        "response_id": response,
        "question_code": question,
        "survey_id": "after-order",
        "version": "1",
        "wave": "2025-06",
        "customer_id": customer,
        "invited_at": "2025-06-01 09:00:00",
        "answered_at": day and f"{day} 10:00:00",
        **columns,
    }


def _csat(response: str, customer: str, day: str | None, score: int | None) -> Row:
    return _answer(response, "CSAT", customer, day, kind="csat", score=score, scale_min=1,
                   scale_max=5, touchpoint="delivery")  # fmt: skip


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_survey_responses"): [
        _csat("c1", "s-ann", "2025-06-02", 5),
        _csat("c2", "s-bob", "2025-06-03", 2),
        _csat("c3", "s-nobody-we-know", "2025-06-03", 4),
        _csat("c4", "s-tess", "2025-06-03", 1),
        _csat("c5", "s-cleo", None, None),
        _answer("c1", "WOM_TOLD", "s-ann", "2025-06-02", score=3, scale_min=0, scale_max=50),
        _answer("c2", "WOM_TOLD", "s-bob", "2025-06-03", score=9, scale_min=0, scale_max=50),
        _answer("c1", "SWITCH_EFFORT", "s-ann", "2025-06-02", kind="switching", score=6,
                scale_min=1, scale_max=7),
    ],
}  # fmt: skip
