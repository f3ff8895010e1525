"""The rule of choice over made-up fits and track records, one case per branch."""

from dataclasses import replace

import pytest

from orchestration.valuation.choice import ChoiceTests, TrackRecord, choose
from orchestration.value.fitting import Fit, not_enough_data

CONVERGED = Fit(
    model="", status="converged", reason=None, parameters={"r": 1.0}, standard_errors={"r": 0.1},
    log_covariance=None, log_likelihood=-1.0, customers=100, distinct_rows=10, iterations=1,
    seconds=0.0,
)  # fmt: skip
BOUNDARY = replace(CONVERGED, status="boundary", reason="ran to its limit: b towards infinity")


TESTS = ChoiceTests(tie_rate=0.01, least_gain=2, least_origins=2)


def record(error: float, bias: float = 0.0, chance: float = 0.01) -> TrackRecord:
    """Two origins; the default's error is 1, and ``chance`` the standard error of each gain."""
    return TrackRecord((error, error), (bias, bias), (1.0 - error,) * 2, (chance,) * 2)


def test_a_rival_that_is_better_beyond_chance_takes_the_place_of_the_default():
    choice = choose(
        {"mbgnbd": CONVERGED, "bgnbd": CONVERGED},
        {"mbgnbd": record(1.0), "bgnbd": record(0.95)},
        TESTS,
    )
    assert choice.model == "bgnbd"
    assert choice.reasons["bgnbd"].startswith("chosen: lowest mean absolute error 0.9500")
    assert "1.0000" in choice.reasons["mbgnbd"]


@pytest.mark.parametrize(
    "rival",
    [
        record(0.95, chance=0.04),  # .05 less, by 1.8 standard errors
        record(0.995, chance=0.001),  # certain, and half a percent
        record(1.2),
        TrackRecord((0.5, 0.5), (0.0, 0.0)),  # nothing to pair it with
        TrackRecord((0.5,), (0.0,), (0.5,), (0.01,)),  # one origin is one draw
        TrackRecord((0.5, 0.5), (0.0, 0.0), (0.5, float("nan")), (0.01, float("nan"))),
    ],
)
def test_else_it_is_mbg_nbd_and_the_reason_is_told(rival: TrackRecord):
    choice = choose(
        {"bgnbd": CONVERGED, "pareto_nbd": CONVERGED, "mbgnbd": CONVERGED},
        {"bgnbd": rival, "pareto_nbd": rival, "mbgnbd": record(1.0, bias=0.2)},
        TESTS,
    )
    assert choice.model == "mbgnbd"
    assert "no rival is better beyond chance" in choice.reasons["mbgnbd"]
    assert "bought once" in choice.reasons["mbgnbd"]


def test_among_rivals_of_equal_error_the_smaller_bias_wins():
    choice = choose(
        {"mbgnbd": CONVERGED, "bgnbd": CONVERGED, "pareto_nbd": CONVERGED},
        {
            "mbgnbd": record(1.0),
            "bgnbd": record(0.9, bias=-0.12),
            "pareto_nbd": record(0.905, bias=0.02),
        },
        TESTS,
    )
    assert choice.model == "pareto_nbd"
    assert "smallest bias" in choice.reasons["pareto_nbd"]


def test_without_an_interior_default_the_lowest_error_wins():
    choice = choose(
        {"mbgnbd": BOUNDARY, "bgnbd": CONVERGED, "pareto_nbd": CONVERGED},
        {"bgnbd": record(1.05), "pareto_nbd": record(1.02)},
        TESTS,
    )
    assert choice.model == "pareto_nbd"


def test_a_boundary_never_beats_an_interior_rival():
    choice = choose(
        {"bgnbd": BOUNDARY, "pareto_nbd": CONVERGED},
        {"bgnbd": record(0.5), "pareto_nbd": record(1.0)},
        TESTS,
    )
    assert choice.model == "pareto_nbd"
    assert choice.reasons["bgnbd"].startswith("not chosen: boundary")


def test_nbd_is_a_reference_as_long_as_another_model_is_interior():
    fits = {"mbgnbd": CONVERGED, "nbd": CONVERGED}
    records = {"mbgnbd": record(1.0), "nbd": record(0.5)}
    assert choose(fits, records, TESTS).model == "mbgnbd"
    assert choose({**fits, "mbgnbd": BOUNDARY}, records, TESTS).model == "nbd"


def test_without_an_interior_fit_the_best_on_a_boundary_says_so():
    choice = choose({"bgnbd": BOUNDARY, "mbgnbd": BOUNDARY}, {}, TESTS)
    assert choice.model == "mbgnbd"
    assert "no rival has an interior fit" in choice.reasons["mbgnbd"]


def test_without_a_backtest_it_is_the_default():
    choice = choose({"bgnbd": CONVERGED, "mbgnbd": CONVERGED}, {}, TESTS)
    assert choice.model == "mbgnbd"
    assert "no backtest yet" in choice.reasons["mbgnbd"]


def test_without_a_fit_there_is_none_and_the_gate_is_named():
    gate = "3 customers, at least 50 are needed"
    choice = choose({"bgnbd": not_enough_data("bgnbd", gate, 3, 3)}, {}, TESTS)
    assert choice.model is None
    assert gate in choice.reasons["bgnbd"]
