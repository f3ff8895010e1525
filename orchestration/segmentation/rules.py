"""The business rules of the statistical segments, as the seeds state them.

Belongs here: names, types and the version of the rules. Does not belong here: their values and
reasons (seeds ``statistical_rules``, ``statistical_features``, ``statistical_words``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import duckdb

from orchestration.seed_rules import SeedRuleError, numbers_of

# The SQL of cells.py measures these, and int_customers_placed places customers by them.
FEATURES = ("days_since_last_order", "occasion_count", "net_amount", "expected_amount")
UNITS = ("days", "purchase days", "median purchases")
SEEDS = ("seeds.statistical_rules", "seeds.statistical_features", "seeds.statistical_words")


@dataclass(frozen=True)
class Feature:
    """A measure of customers: ``ln(1 + value / unit)``, standardised, times the root of weight."""

    name: str
    unit: float
    unit_of: str
    weight: float


@dataclass(frozen=True)
class Word:
    """What a segment is called whose centre lies at ``least_points`` of a feature or above."""

    feature: str
    least_points: float
    word: str


@dataclass(frozen=True)
class SegmentationRules:
    """Rules by the names that the seed gives them, with features and words."""

    least_customers: int
    least_segments: int
    most_segments: int
    least_share: float
    keep_count_gain: float
    keep_start_gain: float
    keep_label_overlap: float
    keep_name_overlap: float
    least_rand_index: float
    grid_step: float
    most_cells: int
    features: tuple[Feature, ...]
    words: tuple[Word, ...]

    @property
    def counts(self) -> range:
        """Numbers of segments that are tried."""
        return range(self.least_segments, self.most_segments + 1)

    @property
    def version(self) -> str:
        """Hash of everything that defines the segments beside the data."""
        text = "|".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_rules(connection: duckdb.DuckDBPyConnection) -> SegmentationRules:
    """The seeds of the warehouse.

    Raises:
        SeedRuleError: naming the rule, feature or word that cannot be.
    """
    seed = dict(connection.execute("SELECT rule, value FROM seeds.statistical_rules").fetchall())
    features = connection.execute(
        "SELECT feature, unit, unit_of, weight FROM seeds.statistical_features"
    ).fetchall()
    words = connection.execute(
        "SELECT feature, least_points, word FROM seeds.statistical_words ORDER BY 1, 2"
    ).fetchall()
    return rules_of(seed, features, words)


def rules_of(
    seed: Mapping[str, float],
    features: Sequence[tuple[str, float, str, float]],
    words: Sequence[tuple[str, float, str]],
) -> SegmentationRules:
    """From rows of the seeds; see :func:`read_rules`."""
    values = numbers_of(SegmentationRules, "statistical_rules", seed)
    refused = [name for name, value in values.items() if value < 0]
    shares = ("least_share", "keep_label_overlap", "keep_name_overlap", "least_rand_index")
    refused += [name for name in shares if values[name] > 1]
    refused += [] if values["grid_step"] > 0 else ["grid_step"]
    refused += [] if 2 <= values["least_segments"] <= values["most_segments"] else ["most_segments"]
    if refused:
        raise SeedRuleError(f"seed statistical_rules: {refused[0]} cannot be {seed[refused[0]]}")
    return SegmentationRules(**values, features=_features(features), words=_words(words))


def _features(rows: Sequence[tuple[str, float, str, float]]) -> tuple[Feature, ...]:
    found = {row[0]: Feature(row[0], float(row[1]), row[2], float(row[3])) for row in rows}
    if sorted(found) != sorted(FEATURES):
        raise SeedRuleError(
            f"seed statistical_features has {', '.join(sorted(found))}; "
            f"known: {', '.join(FEATURES)}"
        )
    for feature in found.values():
        if feature.unit <= 0 or feature.weight < 0 or feature.unit_of not in UNITS:
            raise SeedRuleError(
                f"seed statistical_features: {feature.name} needs a unit above 0 of "
                f"{', '.join(UNITS)} and a weight from 0 on"
            )
    return tuple(found[name] for name in FEATURES)


def _words(rows: Sequence[tuple[str, float, str]]) -> tuple[Word, ...]:
    words = tuple(Word(feature, float(least), word) for feature, least, word in rows)
    wordless = [name for name in FEATURES if name not in {word.feature for word in words}]
    if wordless:
        raise SeedRuleError(f"seed statistical_words has no word for {wordless[0]}")
    return words
