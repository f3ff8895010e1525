"""The rule of choice over made-up fits and track records, one case per branch."""

from dataclasses import replace

from orchestration.valuation.choice import TrackRecord, choose
from orchestration.value.fitting import Fit, not_enough_data

CONVERGED = Fit(
    model="", status="converged", reason=None, parameters={"r": 1.0}, standard_errors={"r": 0.1},
    log_covariance=None, log_likelihood=-1.0, customers=100, distinct_rows=10, iterations=1,
    seconds=0.0,
)  # fmt: skip
BOUNDARY = replace(CONVERGED, status="boundary", reason="ran to its limit: b towards infinity")


def record(error: float, bias: float = 0.0) -> TrackRecord:
    return TrackRecord((error, error), (bias, bias))


def test_the_lowest_error_wins():
    choice = choose(
        {"mbgnbd": CONVERGED, "bgnbd": CONVERGED},
        {"mbgnbd": record(1.05), "bgnbd": record(1.0)},
        tie_rate=0.01,
    )
    assert choice.model == "bgnbd"
    assert choice.reasons["bgnbd"].startswith("chosen: lowest mean absolute error 1.0000")
    assert "1.0500" in choice.reasons["mbgnbd"]


def test_among_equal_errors_the_smaller_bias_wins():
    choice = choose(
        {"mbgnbd": CONVERGED, "bgnbd": CONVERGED},
        {"mbgnbd": record(1.0, bias=-0.12), "bgnbd": record(1.005, bias=0.02)},
        tie_rate=0.01,
    )
    assert choice.model == "bgnbd"
    assert "smallest bias" in choice.reasons["bgnbd"]


def test_among_equals_it_is_mbg_nbd_and_the_reason_is_told():
    choice = choose(
        {"bgnbd": CONVERGED, "pareto_nbd": CONVERGED, "mbgnbd": CONVERGED},
        {"bgnbd": record(1.0), "pareto_nbd": record(1.2), "mbgnbd": record(1.004)},
        tie_rate=0.01,
    )
    assert choice.model == "mbgnbd"
    assert "bought once" in choice.reasons["mbgnbd"]


def test_a_boundary_never_beats_an_interior_rival():
    choice = choose(
        {"bgnbd": BOUNDARY, "pareto_nbd": CONVERGED},
        {"bgnbd": record(0.5), "pareto_nbd": record(1.0)},
        tie_rate=0.01,
    )
    assert choice.model == "pareto_nbd"
    assert choice.reasons["bgnbd"].startswith("not chosen: boundary")


def test_nbd_is_a_reference_as_long_as_another_model_is_interior():
    fits = {"mbgnbd": CONVERGED, "nbd": CONVERGED}
    records = {"mbgnbd": record(1.0), "nbd": record(0.5)}
    assert choose(fits, records, 0.01).model == "mbgnbd"
    assert choose({**fits, "mbgnbd": BOUNDARY}, records, 0.01).model == "nbd"


def test_without_an_interior_fit_the_best_on_a_boundary_says_so():
    choice = choose({"bgnbd": BOUNDARY, "mbgnbd": BOUNDARY}, {}, 0.01)
    assert choice.model == "mbgnbd"
    assert "no rival has an interior fit" in choice.reasons["mbgnbd"]


def test_without_a_backtest_it_is_the_default():
    choice = choose({"bgnbd": CONVERGED, "mbgnbd": CONVERGED}, {}, 0.01)
    assert choice.model == "mbgnbd"
    assert "no backtest yet" in choice.reasons["mbgnbd"]


def test_without_a_fit_there_is_none_and_the_gate_is_named():
    gate = "3 customers, at least 50 are needed"
    choice = choose({"bgnbd": not_enough_data("bgnbd", gate, 3, 3)}, {}, 0.01)
    assert choice.model is None
    assert gate in choice.reasons["bgnbd"]
