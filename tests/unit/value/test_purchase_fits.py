"""Fits: what a base allows is found again, what it does not allow is said and never raised."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from purchase_worlds import PARAMETERS, simulate

from orchestration.value.fitting import HIGHEST, LOWEST, Fit, maximise
from orchestration.value.models import (
    DEFAULT_MODEL,
    PURCHASE_MODELS,
    borrowed,
    fit_purchases,
    may_be_chosen,
    purchase_model,
)
from orchestration.value.purchase_history import PurchaseHistory

STATUSES = {"converged", "boundary", "fallback", "not_enough_data"}


def base(name: str, customers: int, seed: int = 3) -> PurchaseHistory:
    """A simulated base observed for 40 to 150 weeks, in whole days."""
    t = np.random.default_rng(seed).integers(280, 1050, customers) / 7
    world = simulate(name, PARAMETERS[name], t, 1e-9, seed)
    last = np.minimum(np.ceil(world.t_x * 7), t * 7)
    return PurchaseHistory.from_days(world.x, last, np.round(t * 7))


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_parameters_are_found_again(name: str) -> None:
    history = base(name, 30_000)
    fit = purchase_model(name).fit(history)
    assert fit.status == "converged", fit.reason
    assert fit.customers == 30_000
    assert fit.distinct_rows == len(history.x)
    for parameter, true in PARAMETERS[name].items():
        error = fit.standard_errors[parameter]
        assert error is not None
        assert abs(fit.parameters[parameter] - true) < 4 * error, parameter
        assert error < 0.35 * true, parameter


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_fit_on_grouped_rows_is_the_fit_on_customers(name: str) -> None:
    """The thin sample on which starts are tried leaves no trace either."""
    model = purchase_model(name)
    history = base(name, 20_000)
    order = np.random.default_rng(1).permutation(len(history.x))
    shuffled = replace(
        history,
        x=history.x[order],
        t_x=history.t_x[order],
        t=history.t[order],
        count=history.count[order],
    )
    there, here = model.fit(shuffled), model.fit(history)
    assert here.log_likelihood == pytest.approx(there.log_likelihood, abs=1e-5)
    assert here.parameters == pytest.approx(there.parameters, rel=1e-4)
    gradient = model.objective(history)(np.log(list(here.parameters.values())))[1]
    assert np.abs(gradient).max() / history.customers < 1e-6
    again = model.fit(history)
    assert again.parameters == here.parameters


@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_a_change_of_unit_scales_times_and_nothing_else(name: str) -> None:
    model = purchase_model(name)
    weeks = base(name, 4_000)
    days = PurchaseHistory.from_customers(
        weeks.x, weeks.t_x * 7, weeks.t * 7, weeks.count, time_unit="day"
    )
    per_week, per_day = model.fit(weeks), model.fit(days)
    for parameter, estimate in per_week.parameters.items():
        scale = 7 if parameter in model.time_parameters else 1
        assert per_day.parameters[parameter] == pytest.approx(estimate * scale, rel=1e-4)
    # A density of purchase times per day is a seventh of the one per week.
    shift = weeks.repeat_purchases * np.log(7)
    assert per_day.log_likelihood == pytest.approx((per_week.log_likelihood or 0) - shift, abs=1e-3)


def bases_of_trouble() -> dict[str, tuple[PurchaseHistory, set[str]]]:
    """Bases that break naive fits, and the statuses that are sensible for them."""
    draw = np.random.default_rng(5)
    ages = np.arange(1_000)
    shop = base("mbgnbd", 3_000)
    with_giant = PurchaseHistory.from_customers(
        np.append(shop.x, 50_000),
        np.append(shop.t_x, 5_000.0),
        np.append(shop.t, 5_000.5),
        np.append(shop.count, 1),
    )
    t = draw.integers(10, 700, 5_000)
    x = draw.poisson(0.01 * t)
    t_x = np.where(x > 0, t * draw.beta(np.maximum(x, 1), 1), 0)
    boundary, refused = {"boundary"}, {"not_enough_data"}
    return {
        "nobody": (PurchaseHistory.from_days([], [], []), refused),
        "one customer": (PurchaseHistory.from_days(3, 10, 20), refused),
        "all bought once": (PurchaseHistory.from_days(0 * ages, 0 * ages, ages), refused),
        "all new today": (PurchaseHistory.from_days(0 * ages, 0 * ages, 0 * ages), refused),
        "all alike": (PurchaseHistory.from_days(3, 100, 150, 1_000), boundary),
        "all alike and here today": (PurchaseHistory.from_days(3, 150, 150, 1_000), boundary),
        "all left": (PurchaseHistory.from_days(2, 20, 650, 3_000), boundary),
        "one of 50,000 orders": (with_giant, {"converged"}),
        "an order after the end": (
            PurchaseHistory.from_days([1] * 99, [9] * 99, [7] * 99),
            refused,
        ),
        "all alike in rate, none leaves": (
            PurchaseHistory.from_days(x, t_x, t),
            {"boundary", "converged"},
        ),
        "daily buyers": (PurchaseHistory.from_days(t, t, t + 1), refused),
    }


@pytest.mark.parametrize("trouble", bases_of_trouble())
@pytest.mark.parametrize("name", PURCHASE_MODELS)
def test_trouble_has_a_status_and_a_reason(name: str, trouble: str) -> None:
    history, sensible = bases_of_trouble()[trouble]
    model = purchase_model(name)
    fit = model.fit(history)
    assert fit.status in sensible, fit.reason
    assert (fit.reason is None) is (fit.status == "converged")
    if fit.status == "not_enough_data":
        assert not fit.has_parameters
        assert fit.log_likelihood is None
        return
    if fit.status == "boundary":
        assert set(fit.standard_errors.values()) == {None}
        assert any(parameter in str(fit.reason) for parameter in model.parameter_names)
    assert np.isfinite(fit.log_likelihood or np.nan)
    expected = model.expected_purchases(fit.parameters, history.x, history.t_x, history.t, 52.0)
    assert np.all(np.isfinite(expected) & (expected >= 0))


def test_without_dropout_the_dropout_parameters_are_named() -> None:
    history = base("nbd", 5_000)
    fits = fit_purchases(history)
    assert "s towards zero" in str(fits["pareto_nbd"].reason)
    assert "a" in str(fits["bgnbd"].reason).split(": ")[1]
    assert fits["nbd"].status == "converged"
    assert may_be_chosen(fits) == ["nbd"]


@st.composite
def histories(draw: st.DrawFn) -> PurchaseHistory:
    """A few kinds of customers, each in any number."""
    kinds = draw(
        st.lists(
            st.tuples(
                st.integers(0, 400),
                st.floats(0, 1),
                st.integers(0, 4000),
                st.integers(1, 10**6),
            ),
            min_size=1,
            max_size=8,
        )
    )
    x, share, t, count = (np.array(column, dtype=float) for column in zip(*kinds, strict=True))
    return PurchaseHistory.from_days(x, np.where(x > 0, np.floor(share * t), 0), t, count)


@given(histories())
@settings(max_examples=12, deadline=None)
def test_no_history_makes_a_fit_raise(history: PurchaseHistory) -> None:
    for name, fit in fit_purchases(history).items():
        assert fit.status in STATUSES
        assert (fit.reason is None) is (fit.status == "converged")
        assert fit.has_parameters is (fit.status != "not_enough_data")
        if fit.is_interior:
            assert all(error is not None and error > 0 for error in fit.standard_errors.values())
        if fit.has_parameters:
            alive = purchase_model(name).probability_alive(
                fit.parameters, history.x, history.t_x, history.t
            )
            assert np.all((alive >= 0) & (alive <= 1))


def made_up(model: str, status: str) -> Fit:
    assert status in STATUSES
    known = {} if status == "not_enough_data" else {"r": 1.0, "alpha": 10.0}
    return Fit(model, status, None, known, {}, None, -1.0, 100, 10, 1, 0.0)  # type: ignore[arg-type]


def test_a_boundary_is_never_chosen_over_an_estimate() -> None:
    fits = {
        name: made_up(name, status) for name, status in zip("abcd", sorted(STATUSES), strict=True)
    }
    assert may_be_chosen(fits) == ["b"]
    assert may_be_chosen({"a": fits["a"], "c": fits["c"], "d": fits["d"]}) == ["c"]
    assert may_be_chosen({"a": fits["a"], "d": fits["d"]}) == ["a"]
    assert may_be_chosen({"d": fits["d"]}) == []


def test_a_small_scope_borrows_from_the_whole_base() -> None:
    whole = purchase_model("nbd").fit(base("nbd", 3_000))
    scope = PurchaseHistory.from_days([0, 2], [0, 30], [100, 100], [5, 2])
    own = purchase_model("nbd").fit(scope)
    lent = borrowed(whole, own, scope)
    assert lent.status == "fallback"
    assert lent.reason == "parameters of the whole base, because here: " + str(own.reason)
    assert lent.parameters == whole.parameters
    assert lent.customers == 7
    assert not lent.is_interior
    rows = purchase_model("nbd").log_likelihood(
        whole.parameters, [0, 2], [0, 30 / 7], [100 / 7] * 2
    )
    assert lent.log_likelihood == pytest.approx(5 * rows[0] + 2 * rows[1])
    with pytest.raises(ValueError, match=r"nbd \(not_enough_data\) cannot be lent"):
        borrowed(own, own, scope)


def test_models_are_known_by_name() -> None:
    assert DEFAULT_MODEL == "mbgnbd"
    with pytest.raises(ValueError, match="unknown purchase model 'gg'; known: mbgnbd, bgnbd"):
        purchase_model("gg")


def test_the_search_backs_off_from_where_nothing_is_finite() -> None:
    """A likelihood that is not a number left of its start, with its maximum at 2."""

    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        off = theta[0] - np.log(2.0)
        value = -50.0 * off**2 if theta[0] > -1 else float("nan")
        return value, np.array([-100.0 * off])

    fit = maximise("one", ["k"], objective, [(0.4,), (90.0,)], customers=100, distinct_rows=1)
    assert fit.status == "converged"
    assert fit.parameters["k"] == pytest.approx(2.0, rel=1e-6)
    assert fit.standard_errors["k"] == pytest.approx(2.0 / np.sqrt(100), rel=1e-4)


@pytest.mark.parametrize(("slope", "limit"), [(1.0, HIGHEST), (-1.0, LOWEST)])
def test_a_parameter_that_runs_to_its_limit_is_named(slope: float, limit: float) -> None:
    fit = maximise(
        "slope",
        ["k"],
        lambda theta: (slope * float(theta[0]), np.array([slope])),
        [(1.0,)],
        customers=10,
        distinct_rows=1,
    )
    assert fit.status == "boundary"
    assert fit.parameters["k"] == pytest.approx(limit)
    assert "k towards" in str(fit.reason)
    assert fit.log_covariance is None


def test_two_parameters_of_which_only_the_product_matters_are_named() -> None:
    def objective(theta: np.ndarray) -> tuple[float, np.ndarray]:
        off = theta[0] + theta[1] - 1.0
        return -50.0 * off**2, np.array([-100.0 * off, -100.0 * off])

    fit = maximise("product", ["k", "m"], objective, [(1.0, 1.0)], customers=10, distinct_rows=1)
    assert fit.status == "boundary"
    assert "not identified" in str(fit.reason)
    assert "k, m" in str(fit.reason)
