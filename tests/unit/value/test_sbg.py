"""Shifted-beta-geometric: life tables out of contracts, derivatives, lifetimes, thin data."""

import numpy as np
import pytest
from scipy.special import betaln, hyp2f1

from orchestration.value import sbg
from orchestration.value.sbg import ContractHistory

PARAMETERS = {"alpha": 0.7041, "beta": 1.1820}


def simulated(contracts: int, seed: int = 3) -> ContractHistory:
    """Contracts that started at different times: each is observed for 1 to 8 renewals."""
    random = np.random.default_rng(seed)
    ends_at = random.geometric(random.beta(0.7041, 1.1820, contracts))  # number of the lost renewal
    due = random.integers(1, 9, contracts)
    ended = ends_at <= due
    return ContractHistory.from_contracts(np.where(ended, ends_at - 1, due), ended)


def test_life_table_of_contracts_that_started_at_different_times() -> None:
    history = ContractHistory.from_contracts(
        renewals=[0, 0, 1, 2, 3, 2], is_ended=[True, False, True, False, False, True]
    )
    # The second contract was never due, the fourth twice and is running.
    assert history.term.tolist() == [1, 2, 3]
    assert history.due.tolist() == [5, 4, 2]
    assert history.lost.tolist() == [1, 1, 1]
    assert history.contracts == 5
    assert history.renewals_due == 11


def test_survivors_of_a_cohort_are_the_same_life_table() -> None:
    history = ContractHistory.from_survivors([100, 63, 47])
    assert history.due.tolist() == [100, 63]
    assert history.lost.tolist() == [37, 16]


def test_cohorts_add_up_and_impossible_rows_are_counted() -> None:
    history = ContractHistory.from_life_table(
        [1, 1, 2, 2, 0, 1.5, np.nan], [10, 20, 5, 3, 9, 9, 9], [1, 2, 1, 4, 0, 0, 0]
    )
    assert history.term.tolist() == [1, 2]
    assert history.due.tolist() == [30, 5]
    assert history.invalid_rows == 4


def test_likelihood_is_that_of_lost_and_censored_contracts() -> None:
    """In the paper's form: beta functions, lost at t or alive after n."""
    history = ContractHistory.from_contracts([0, 2, 2, 5], [True, True, False, False], [7, 3, 4, 6])
    a, b = PARAMETERS.values()
    base = betaln(a, b)
    expected = (
        7 * (betaln(a + 1, b) - base)
        + 3 * (betaln(a + 1, b + 2) - base)
        + 4 * (betaln(a, b + 2) - base)
        + 6 * (betaln(a, b + 5) - base)
    )
    assert sbg.log_likelihood(PARAMETERS, history) == pytest.approx(expected, rel=1e-12)


def test_gradient_agrees_with_differences() -> None:
    history = simulated(300)
    analytic = sbg.gradient(PARAMETERS, history)
    for i, name in enumerate(sbg.PARAMETERS):
        above, below = (
            sbg.log_likelihood({**PARAMETERS, name: PARAMETERS[name] + step}, history)
            for step in (1e-6, -1e-6)
        )
        assert analytic[i] == pytest.approx((above - below) / 2e-6, rel=1e-6, abs=1e-5), name


def test_fit_finds_what_was_simulated_with_censoring() -> None:
    fit = sbg.fit(simulated(20_000))
    assert fit.status == "converged", fit.reason
    for name, true in PARAMETERS.items():
        error = fit.standard_errors[name]
        assert error is not None
        assert abs(fit.parameters[name] - true) < 3 * error, name


@pytest.mark.parametrize("fall", [0.0, 0.02])
def test_retention_that_does_not_rise_is_a_boundary_at_its_mean(fall: float) -> None:
    rates = 0.8 + fall * np.array([2, 1, 0, -1, -2, -3])
    fit = sbg.fit(ContractHistory.from_life_table(np.arange(1, 7), [1e6] * 6, 1e6 * (1 - rates)))
    assert fit.status == "boundary"
    assert fit.reason is not None
    assert "beta towards infinity" in fit.reason
    assert set(fit.standard_errors.values()) == {None}
    assert sbg.retention_rate(fit.parameters, [1, 5, 20]) == pytest.approx(rates.mean(), abs=2e-3)


@pytest.mark.parametrize(
    ("survivors", "gate"),
    [
        ([0, 0], "0 contracts"),
        ([49, 30, 20], "49 contracts"),
        ([100, 60], "only one renewal"),
        ([100, 98, 97], "3 contracts were lost"),
    ],
)
def test_thin_data_say_which_gate_failed(survivors: list[int], gate: str) -> None:
    fit = sbg.fit(ContractHistory.from_survivors(survivors))
    assert fit.status == "not_enough_data"
    assert fit.reason is not None
    assert fit.reason.startswith(gate)


def test_no_contracts_at_all() -> None:
    assert sbg.fit(ContractHistory.from_contracts([], [])).status == "not_enough_data"


def test_survival_and_retention_belong_together() -> None:
    survival = sbg.survival(PARAMETERS, np.arange(30))
    assert survival[0] == 1.0
    assert survival[1:] / survival[:-1] == pytest.approx(
        sbg.retention_rate(PARAMETERS, np.arange(1, 30))
    )
    a, b = PARAMETERS.values()
    assert survival[29] == pytest.approx(np.exp(betaln(a, b + 29) - betaln(a, b)))
    assert sbg.expected_renewals(PARAMETERS, [0, 4], 3) == pytest.approx(
        [survival[1:4].sum(), survival[5:8].sum() / survival[4]]
    )


@pytest.mark.parametrize("rate", [0.005, 0.03, 0.10, 0.5])
def test_residual_lifetime_is_the_published_closed_form(rate: float) -> None:
    a, b = PARAMETERS.values()
    survived = np.array([0, 1, 7, 30])
    closed = sbg.retention_rate(PARAMETERS, survived + 1) * hyp2f1(
        1, b + survived + 1, a + b + survived + 1, 1 / (1 + rate)
    )
    found = sbg.discounted_expected_residual_lifetime(PARAMETERS, survived, rate)
    assert found == pytest.approx(closed, rel=1e-9)
    whole = sbg.discounted_expected_lifetime(PARAMETERS, rate)
    assert whole == pytest.approx(float(hyp2f1(1, b, a + b, 1 / (1 + rate))), rel=1e-9)


def test_lifetime_without_discount_is_finite_only_where_its_mean_exists() -> None:
    assert np.isinf(sbg.discounted_expected_lifetime(PARAMETERS, 0.0))
    lasting = {"alpha": 3.0, "beta": 5.0}
    undiscounted = sbg.discounted_expected_residual_lifetime(lasting, [0, 4], 0.0)
    nearly = sbg.discounted_expected_residual_lifetime(lasting, [0, 4], 1e-5)
    assert undiscounted == pytest.approx([2.5, 4.5])
    assert nearly == pytest.approx(undiscounted, rel=1e-3)


def test_rate_of_a_term_compounds_to_the_rate_of_a_year() -> None:
    assert sbg.term_rate(0.10, 1) == pytest.approx(0.10)
    assert (1 + sbg.term_rate(0.10, 12)) ** 12 == pytest.approx(1.10)
