"""The retention model against an optimum found by hand, and data that carry no estimate."""

import numpy as np
import pytest
from scipy.optimize import minimize
from statsmodels.genmod.generalized_linear_model import GLM

from orchestration.retention.logit import TERMS, LogitFit, fit_logit, is_separated
from orchestration.retention.patterns import COVARIATES, Part, Patterns

PART = Part("PANEL", "P1", "all", "all")
TRUTH = np.array([-2.0, 0.3, 0.15, 0.05])  # per ten points


def patterns(points, retained, lost) -> Patterns:
    return Patterns(
        PART,
        np.asarray(points, dtype=np.float64).reshape(-1, len(COVARIATES)),
        np.asarray(retained, dtype=np.int64),
        np.asarray(lost, dtype=np.int64),
    )


def drawn(customers: int, truth=TRUTH, seed: int = 1) -> Patterns:
    """Customers of a world that obeys the model, with equal patterns put together."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 11, (customers, 3)) * 10.0
    share = 1 / (1 + np.exp(-(truth[0] + points / 10 @ truth[1:])))
    stayed = rng.random(customers) < share
    distinct, of = np.unique(points, axis=0, return_inverse=True)
    retained = np.bincount(of.ravel(), weights=stayed, minlength=len(distinct))
    return patterns(distinct, retained, np.bincount(of.ravel(), minlength=len(distinct)) - retained)


def newton(data: Patterns) -> tuple[np.ndarray, np.ndarray]:
    """Maximum likelihood and standard errors by the textbook's iteration."""
    x = np.column_stack([np.ones(len(data.points)), data.points / 10])
    n = data.retained + data.lost
    beta = np.zeros(len(TERMS))
    for _ in range(50):
        share = 1 / (1 + np.exp(-x @ beta))
        information = (x * (n * share * (1 - share))[:, None]).T @ x
        beta = beta + np.linalg.solve(information, x.T @ (data.retained - n * share))
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


@pytest.mark.parametrize("customers", [300, 20_000])
def test_estimates_and_errors_are_those_of_newtons_iteration(customers: int) -> None:
    data = drawn(customers)
    fit = fit_logit(data, 10)
    beta, errors = newton(data)
    assert fit.status == "converged"
    assert fit.coefficients == pytest.approx(beta, abs=1e-8)
    assert fit.standard_errors == pytest.approx(errors, rel=1e-6)


def test_the_likelihood_is_the_highest_that_an_optimiser_finds() -> None:
    data = drawn(500)
    design = data.design

    def negative(beta: np.ndarray) -> float:
        log_odds = design @ beta
        return float(
            (
                data.retained * np.logaddexp(0, -log_odds) + data.lost * np.logaddexp(0, log_odds)
            ).sum()
        )

    fit = fit_logit(data, 10)
    best = minimize(negative, np.zeros(len(TERMS)), method="BFGS")
    alone = minimize(lambda b: negative(np.array([b[0], 0, 0, 0])), [0.0], method="BFGS")
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert fit.null_log_likelihood == pytest.approx(-alone.fun, abs=1e-6)
    assert fit.pseudo_r2 == pytest.approx(1 - best.fun / alone.fun, abs=1e-8)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = []
    for seed in range(200):
        fit = fit_logit(drawn(600, seed=seed), 10)
        held.append(np.abs(fit.coefficients - TRUTH) <= 1.959963984540054 * fit.standard_errors)
    # 800 intervals of 95 %: 760 expected, standard deviation about 6 (terms of a fit move together)
    assert 0.92 < np.mean(held) < 0.98


def test_how_customers_share_patterns_changes_nothing() -> None:
    data = drawn(500)
    apart = patterns(
        np.repeat(data.points, 2, axis=0),
        np.column_stack([data.retained, 0 * data.retained]).ravel(),
        np.column_stack([0 * data.lost, data.lost]).ravel(),
    )
    together, split = fit_logit(data, 10), fit_logit(apart, 10)
    assert split.coefficients == pytest.approx(together.coefficients, abs=1e-8)
    assert split.log_likelihood == pytest.approx(together.log_likelihood, abs=1e-8)
    assert split.pseudo_r2 == pytest.approx(together.pseudo_r2, abs=1e-10)


def changed(data: Patterns, *, points=None, retained=None, lost=None) -> Patterns:
    return patterns(
        data.points if points is None else points,
        data.retained if retained is None else retained,
        data.lost if lost is None else lost,
    )


def separated(data: Patterns, edge: float) -> Patterns:
    """Whoever is satisfied above the edge stays, whoever is below leaves."""
    n = data.retained + data.lost
    satisfied = data.points[:, 0] > edge
    return changed(data, retained=np.where(satisfied, n, 0), lost=np.where(satisfied, 0, n))


def without_estimates(fit: LogitFit, status: str, reason: str) -> None:
    assert fit.status == status
    assert reason in str(fit.reason)
    assert (fit.coefficients, fit.standard_errors, fit.log_likelihood) == (None, None, None)
    assert fit.pseudo_r2 is None


def test_complete_separation_has_no_estimate() -> None:
    without_estimates(fit_logit(separated(drawn(400), 45), 10), "separation", "no finite")


def test_separation_at_an_edge_has_no_estimate() -> None:
    data = separated(drawn(2000), 45)
    on_edge = data.points[:, 0] == 50
    both = changed(
        data, lost=np.where(on_edge, 1, data.lost), retained=np.where(on_edge, 1, data.retained)
    )
    without_estimates(fit_logit(both, 10), "separation", "at an edge")


def test_a_fit_that_breaks_off_is_a_status(monkeypatch) -> None:
    def broken(*_args, **_options) -> None:
        raise np.linalg.LinAlgError("SVD did not converge")

    monkeypatch.setattr(GLM, "fit", broken)
    without_estimates(fit_logit(drawn(400), 10), "not_converged", "SVD did not converge")


def test_one_customer_on_the_other_side_ends_separation() -> None:
    data = separated(drawn(2000), 45)
    lowest = int(np.argmin(data.points[:, 0]))
    highest = int(np.argmax(data.points[:, 0]))
    retained, lost = data.retained.copy(), data.lost.copy()
    retained[lowest] += 1
    lost[highest] += 1
    assert is_separated(data)
    assert not is_separated(changed(data, retained=retained, lost=lost))


@pytest.mark.parametrize(
    ("retained", "reason"), [(1, "every one of 5 customers stayed"), (0, "left")]
)
def test_one_outcome_is_not_enough(retained: int, reason: str) -> None:
    points = np.arange(15).reshape(5, 3)
    data = patterns(points, np.full(5, retained), np.full(5, 1 - retained))
    without_estimates(fit_logit(data, 1), "not_enough_data", reason)


def test_a_rare_outcome_is_not_enough_and_the_gate_is_named() -> None:
    data = drawn(300, truth=np.array([-4.5, 0.1, 0.1, 0.1]))
    stayed = int(data.retained.sum())
    assert stayed < 30
    without_estimates(
        fit_logit(data, 10),
        "not_enough_data",
        f"{stayed} stayed and {300 - stayed} left; 30 of each are needed",
    )


def test_a_covariate_that_does_not_vary_is_named() -> None:
    data = drawn(500)
    points = data.points.copy()
    points[:, 1:] = 50
    without_estimates(
        fit_logit(changed(data, points=points), 10),
        "not_enough_data",
        "does not vary: perceived value, switching cost",
    )


def test_covariates_that_follow_from_each_other_are_refused() -> None:
    data = drawn(500)
    points = data.points.copy()
    points[:, 2] = 100 - (points[:, 0] + points[:, 1]) / 2
    without_estimates(
        fit_logit(changed(data, points=points), 10), "not_enough_data", "follows exactly"
    )


def test_customers_without_a_covariate_are_left_out() -> None:
    data = drawn(500)
    incomplete = patterns(
        np.vstack([data.points, [[np.nan, 50, 50], [50, 50, np.nan]]]),
        np.append(data.retained, [1000, 0]),
        np.append(data.lost, [0, 1000]),
    )
    assert fit_logit(incomplete, 10).coefficients == pytest.approx(fit_logit(data, 10).coefficients)


def test_nobody_is_not_enough() -> None:
    without_estimates(fit_logit(patterns([], [], []), 10), "not_enough_data", "no customer")
