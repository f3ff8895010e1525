"""What the people of the tiny world feel about the firm.

Belongs here: answers about attitudes, for the loyalty scorecard. Does not belong here: perceived
value (``tiny_influence.py``) and people themselves (``tiny_world.py``).
"""

from typing import Any

Row = dict[str, Any]


def _answer(question: str, kind: str, score: int, highest: int = 7) -> Row:
    return {
        "response_id": "attitudes-ann",
        "question_code": question,
        "survey_id": "panel",
        "wave": "2025",
        "customer_id": "s-ann",
        "source_system": "shop",
        "kind": kind,
        "score": score,
        "scale_min": 1,
        "scale_max": highest,
        "answered_at": "2025-06-03 09:00:00",
    }


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_survey_responses"): [
        # Trust she was not asked for.
        _answer("ATT_ATTACHED", "attitude", 6),
        _answer("ATT_BEST_CHOICE", "attitude", 5),
        _answer("COMP_RANK", "competitor_rank", 1, highest=5),
    ],
}
