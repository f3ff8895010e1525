"""What is said of the firm of the tiny world in public, by nobody in particular.

Belongs here: raw rows of mentions. Does not belong here: what its people publish
(``tiny_influence.py``).
"""

from typing import Any

ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("crm", "social_mentions"): [
        {"mention_id": "mn1", "at": "2025-05-03 09:00:00", "text": "Nice mugs, says Ann Archer",
         "reach": 40, "author_ref": "@ann", "sentiment": 0.8},
        {"mention_id": "mn2", "at": "2025-06-03 09:00:00", "text": "Late again", "sentiment": -0.7},
    ],
}  # fmt: skip
