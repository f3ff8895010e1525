"""Names of segments: where their centres lie, in words a manager understands.

Belongs here: putting words together. Does not belong here: the words (seed ``statistical_words``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from orchestration.segmentation.rules import Word

Centre = Mapping[str, float]  # feature -> standard deviations from the base's mean; used ones only
PURCHASES, SPEND, RECENCY, EXPECTED = (
    "occasion_count", "net_amount", "days_since_last_order", "expected_amount",
)  # fmt: skip


def segment_names(centres: Sequence[Centre], words: Sequence[Word]) -> list[str]:
    """One name per centre, all different: more is told where two would have the same."""
    said = [
        {feature: _word(points, feature, words) for feature, points in centre.items()}
        for centre in centres
    ]
    names = [_short(one) for one in said]
    longer = [
        f"{name}, {one[EXPECTED]}" if EXPECTED in one else name
        for name, one in zip(names, said, strict=True)
    ]
    names = _where_alike(names, longer)
    return _where_alike(names, [f"{name} ({i})" for i, name in enumerate(names, start=1)])


def _word(points: float, feature: str, words: Sequence[Word]) -> str:
    """The word with the highest floor below ``points``, the lowest one where there is none."""
    own = sorted((w for w in words if w.feature == feature), key=lambda word: word.least_points)
    reached = [word.word for word in own if word.least_points <= points]
    return reached[-1] if reached else own[0].word


def _short(said: Mapping[str, str]) -> str:
    who = " ".join(said[feature] for feature in (RECENCY, PURCHASES) if feature in said)
    return ", ".join(part for part in (who, said.get(SPEND, "")) if part) or "customers"


def _where_alike(names: Sequence[str], longer: Sequence[str]) -> list[str]:
    counts = Counter(names)
    return [long if counts[name] > 1 else name for name, long in zip(names, longer, strict=True)]
