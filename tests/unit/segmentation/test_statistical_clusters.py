"""Clustering cells in place of customers, the number of segments, labels and names."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from orchestration.seed_rules import SeedRuleError
from orchestration.segmentation.cells import Cells, Scale
from orchestration.segmentation.clusters import (
    Candidate,
    bic,
    candidates,
    distances,
    fit,
    placed,
)
from orchestration.segmentation.labels import (
    adjusted_rand_index,
    matched_labels,
    shared_customers,
)
from orchestration.segmentation.names import segment_names
from orchestration.segmentation.rules import (
    FEATURES,
    SegmentationRules,
    Word,
    rules_of,
)

SEED = {
    "least_customers": 20, "least_segments": 2, "most_segments": 5, "least_share": 0.05,
    "keep_count_gain": 0.02, "keep_start_gain": 0.01, "keep_label_overlap": 0.33,
    "keep_name_overlap": 0.8, "least_rand_index": 0.8, "grid_step": 0.1, "most_cells": 50000,
}  # fmt: skip
UNITS = [
    ("days_since_last_order", 30, "days", 1),
    ("occasion_count", 1, "purchase days", 1),
    ("net_amount", 1, "median purchases", 1),
    ("expected_amount", 1, "median purchases", 1),
]
WORDS = [(name, -9, f"low {name}") for name in FEATURES] + [
    (name, 0, f"high {name}") for name in FEATURES
]


def rules(**changes: float) -> SegmentationRules:
    return rules_of(SEED | changes, UNITS, WORDS)


def cells(points, counts) -> Cells:
    """Cells whose values are their points: ln(1 + value) with mean 0 and deviation 1."""
    points = np.asarray(points, dtype=np.float64)
    scales = tuple(Scale(name, 1.0, 0.0, 1.0, 1.0) for name in FEATURES[: points.shape[1]])
    return Cells(np.expm1(points), np.asarray(counts, dtype=np.int64), scales, 0.1)


def blobs(centres, customers=200, spread=0.2, seed=1) -> Cells:
    rng = np.random.default_rng(seed)
    points = np.vstack([rng.normal(centre, spread, (customers, 2)) for centre in centres])
    grid, counts = np.unique(np.round(points, 1), axis=0, return_counts=True)
    return cells(grid, counts)


def test_cells_cluster_as_their_customers_would():
    data = blobs([(0, 0), (3, 0), (0, 3)])
    repeated = np.repeat(data.points, data.counts, axis=0)
    ours = fit(data, 3, None, 0.01)
    theirs = KMeans(3, n_init=8, random_state=0).fit(repeated)
    assert ours.inertia == pytest.approx(theirs.inertia_, rel=1e-6)
    assert ours.counts.sum() == len(repeated)
    assert adjusted_rand_score(np.repeat(ours.own, data.counts), theirs.labels_) == 1


def test_clearness_is_one_less_the_ratio_of_the_two_nearest_distances():
    data = cells([(0, 0), (1, 0), (2, 0)], [1, 2, 1])
    clusters = placed(data, np.array([[0.0, 0.0], [4.0, 0.0], [9.0, 0.0]]))
    assert clusters.own.tolist() == [0, 0, 0]  # (2, 0) is as near to both: the first has it
    assert clusters.clear == pytest.approx([1, 1 - 1 / 3, 0])
    assert clusters.inertia == pytest.approx(0 + 2 * 1 + 4)
    assert clusters.silhouettes(data.counts)[0] == pytest.approx((1 + 4 / 3) / 4)


def test_two_centres_in_one_place_are_no_clear_segments():
    clusters = placed(cells([(1, 1)], [5]), np.array([[1.0, 1.0], [1.0, 1.0]]))
    assert clusters.clear.tolist() == [0]


@pytest.mark.parametrize(("centres", "number"), [
    ([(0, 0), (3, 0)], 2), ([(0, 0), (3, 0), (0, 3)], 3), ([(0, 0), (3, 0), (0, 3), (3, 3)], 4),
])  # fmt: skip
def test_the_true_number_of_segments_is_found_by_silhouette_and_by_bic(centres, number):
    tried = candidates(blobs(centres), rules(), None)
    assert chosen(tried).k == number
    assert chosen(tried).reason == "the highest mean silhouette"
    assert min(tried, key=lambda candidate: candidate.bic).k in (number, number + 1)


def test_bic_is_that_of_a_mixture_of_equal_spheres():
    data = blobs([(0, 0), (3, 0)])
    clusters = fit(data, 2, None, 0.01)
    repeated = np.repeat(data.points, data.counts, axis=0)
    own = np.repeat(clusters.own, data.counts)
    n, variance = len(repeated), clusters.inertia / (2 * (len(repeated) - 2))
    square = ((repeated - clusters.centres[own]) ** 2).sum(axis=1)
    shares = np.bincount(own) / n
    log_likelihood = np.sum(
        np.log(shares[own]) - np.log(2 * np.pi * variance) - square / (2 * variance)
    )
    assert bic(clusters, 2) == pytest.approx(2 * 3 * np.log(n) - 2 * log_likelihood, rel=1e-9)


def chosen(tried: list[Candidate]) -> Candidate:
    [one] = [candidate for candidate in tried if candidate.is_chosen]
    return one


def test_a_segment_too_small_rules_a_number_out():
    data = cells([(0, 0), (0.1, 0), (3, 0), (3.1, 0), (9, 9)], [100, 100, 100, 100, 1])
    tried = candidates(data, rules(), None)
    assert chosen(tried).k == 2
    assert "least share" in tried[1].reason
    assert candidates(cells([(0, 0), (1, 0)], [5, 5]), rules(), None)[-1].reason == (
        "fewer different customers than segments"
    )


def test_the_number_of_before_stays_unless_another_is_better_by_more_than_the_gain():
    data = blobs([(0, 0), (3, 0), (0, 3)])
    before = fit(data, 2, None, 0.01).centres
    silhouettes = {c.k: c.silhouette for c in candidates(data, rules(), before)}
    lead = silhouettes[3] - silhouettes[2]
    assert chosen(candidates(data, rules(keep_count_gain=lead - 0.001), before)).k == 3
    kept = chosen(candidates(data, rules(keep_count_gain=lead + 0.001), before))
    assert (kept.k, kept.reason[:15]) == (2, "as many as befo")


def test_remembered_centres_are_continued_unless_others_are_clearly_better():
    data = blobs([(0, 0), (3, 0), (0, 3), (3, 3)])
    best = fit(data, 4, None, 0.01)
    assert not best.is_remembered_start
    continued = fit(data, 4, best.centres[::-1] + 0.05, 0.01)
    assert continued.is_remembered_start
    assert distances(continued.centres, best.centres[::-1]).diagonal() == pytest.approx(0, abs=1e-6)
    stuck = np.array([[0, 0], [0.1, 0.1], [3, 1.5], [0, 3]], dtype=np.float64)
    assert not fit(data, 4, stuck, 0.01).is_remembered_start
    assert fit(data, 3, best.centres, 0.01).k == 3  # of another number: no start


def test_agreement_is_the_adjusted_rand_index_of_the_customers():
    rng = np.random.default_rng(2)
    for _ in range(20):
        before, now = rng.integers(0, 4, 50), rng.integers(0, 3, 50)
        counts = rng.integers(1, 9, 50)
        ours = adjusted_rand_index(shared_customers(before, now, counts))
        theirs = adjusted_rand_score(np.repeat(before, counts), np.repeat(now, counts))
        assert ours == pytest.approx(theirs)
    assert adjusted_rand_index(np.array([[7]])) == 1


def test_labels_stay_with_their_customers():
    shared = np.array([[0, 90, 0], [80, 0, 5], [0, 0, 70]])
    labels = matched_labels(shared, [4, 1, 2], 6, 0.33)
    assert [label.number for label in labels] == [1, 4, 2]
    assert labels[0].overlap == pytest.approx(80 / 85)


def test_the_larger_part_of_a_split_keeps_the_label_and_no_number_is_given_twice():
    labels = matched_labels(np.array([[60, 40]]), [3], 7, 0.33)
    assert [(label.number, label.matched) for label in labels] == [(3, 0), (8, None)]
    scattered = matched_labels(np.array([[10, 0], [0, 10]]) + 10, [1, 2], 7, 0.9)
    assert [label.number for label in scattered] == [8, 9]


def test_names_tell_more_where_they_would_be_alike():
    words = [Word(feature, float(least), word) for feature, least, word in (
        ("days_since_last_order", -9, "active"), ("days_since_last_order", 0.5, "silent"),
        ("occasion_count", -9, "rare buyers"), ("occasion_count", 0.5, "frequent buyers"),
        ("net_amount", -9, "low spend"), ("expected_amount", -9, "little to come"),
        ("expected_amount", 0.5, "much to come"),
    )]  # fmt: skip
    low = dict.fromkeys(FEATURES, -1.0)
    assert segment_names([low], words) == ["active rare buyers, low spend"]
    assert segment_names([low, low | {"occasion_count": 0.5}], words) == [
        "active rare buyers, low spend", "active frequent buyers, low spend"]  # fmt: skip
    assert segment_names([low, low | {"expected_amount": 2.0}], words) == [
        "active rare buyers, low spend, little to come",
        "active rare buyers, low spend, much to come"]  # fmt: skip
    assert len(set(segment_names([low, low], words))) == 2
    assert segment_names([{"net_amount": -99.0}], words) == ["low spend"]


@pytest.mark.parametrize(("change", "named"), [
    ({"least_share": None}, "least_share"), ({"least_segments": 1}, "most_segments"),
    ({"most_segments": 1}, "most_segments"), ({"keep_name_overlap": 1.2}, "keep_name_overlap"),
    ({"grid_step": 0}, "grid_step"), ({"most_cells": -1}, "most_cells"),
])  # fmt: skip
def test_a_missing_or_senseless_rule_is_refused(change, named: str):
    with pytest.raises(SeedRuleError, match=named):
        rules_of(SEED | change, UNITS, WORDS)


def test_features_and_words_that_cannot_be_are_refused():
    with pytest.raises(SeedRuleError, match="known: days"):
        rules_of(SEED, UNITS[1:], WORDS)
    with pytest.raises(SeedRuleError, match="net_amount needs a unit"):
        rules_of(SEED, [*UNITS[:2], ("net_amount", 1, "pounds", 1), UNITS[3]], WORDS)
    with pytest.raises(SeedRuleError, match="no word for occasion_count"):
        rules_of(SEED, UNITS, [word for word in WORDS if word[0] != "occasion_count"])
    assert rules().version == rules().version != rules(least_share=0.1).version
