"""Shifted-beta-geometric: the two segments of Fader & Hardie 2007, and related closed forms.

Also here: the multiple of Gupta & Lehmann, which is the same lifetime with constant retention.
"""

import numpy as np
import pytest

from orchestration.value import sbg
from orchestration.value.fitting import Fit
from orchestration.value.sbg import ContractHistory

# Table 1: percent of 1,000 contracts that survive years 0 to 12; the fit sees years 0 to 7.
SURVIVING = {
    "regular": (100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3),
    "high end": (100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4),
}
FITTED = {"regular": (0.7041, 1.1820, -1680.265), "high end": (0.6681, 3.8061, -1611.158)}
PREDICTED = {
    "regular": (22.0, 20.4, 19.1, 18.0, 17.0),
    "high end": (46.0, 43.6, 41.4, 39.5, 37.8),
}
RETENTION = {
    "regular": (0.627, 0.756, 0.819, 0.856, 0.880, 0.898, 0.911, 0.921, 0.929, 0.935, 0.941, 0.945),
    "high end": (
        *(0.851, 0.878, 0.897, 0.911, 0.921, 0.929),
        *(0.936, 0.942, 0.946, 0.950, 0.954, 0.957),
    ),
}
LIFETIME_AT_TEN_PERCENT = {"regular": 3.695, "high end": 5.922}

segments = pytest.mark.parametrize("segment", ["regular", "high end"])


def history(segment: str) -> ContractHistory:
    """Years 0 to 7 of the segment."""
    return ContractHistory.from_survivors(np.round(np.array(SURVIVING[segment][:8]) * 10))


def fitted(segment: str) -> Fit:
    fit = sbg.fit(history(segment))
    assert fit.status == "converged", fit.reason
    return fit


@segments
def test_fit_is_the_published_one(segment: str) -> None:
    alpha, beta, log_likelihood = FITTED[segment]
    fit = fitted(segment)
    assert fit.parameters["alpha"] == pytest.approx(alpha, abs=1e-4)
    assert fit.parameters["beta"] == pytest.approx(beta, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)


@segments
def test_years_that_the_fit_did_not_see_are_predicted_as_published(segment: str) -> None:
    predicted = sbg.survival(fitted(segment).parameters, np.arange(8, 13)) * 100
    assert predicted == pytest.approx(PREDICTED[segment], abs=0.05)
    assert predicted == pytest.approx(SURVIVING[segment][8:], abs=1.7)  # what happened


@segments
def test_retention_rises_as_published(segment: str) -> None:
    rates = sbg.retention_rate(fitted(segment).parameters, np.arange(1, 13))
    assert rates == pytest.approx(RETENTION[segment], abs=5e-4)


@segments
def test_discounted_lifetime_is_the_published_one(segment: str) -> None:
    lifetime = sbg.discounted_expected_lifetime(fitted(segment).parameters, 0.10)
    assert lifetime == pytest.approx(LIFETIME_AT_TEN_PERCENT[segment], abs=5e-4)


def test_the_estimate_that_another_test_suite_calls_the_maximum_is_none() -> None:
    """pymc-marketing names alpha .688 with a tolerance of 10 %; the likelihood there is lower."""
    named = sbg.log_likelihood({"alpha": 0.688, "beta": 1.182}, history("regular"))
    assert named == pytest.approx(-1680.411, abs=1e-3)
    everywhere = [
        sbg.log_likelihood({"alpha": 0.688, "beta": beta}, history("regular"))
        for beta in np.linspace(0.9, 1.5, 601)
    ]
    assert max(everywhere) < sbg.log_likelihood(fitted("regular").parameters, history("regular"))


@pytest.mark.parametrize(("annual_rate", "multiple"), [(0.12, 2.5), (0.10, 2.67)])
def test_gupta_lehmann_multiple(annual_rate: float, multiple: float) -> None:
    found = float(sbg.gupta_lehmann_multiple(0.8, annual_rate))
    assert found == pytest.approx(multiple, abs=5e-3)
    # A contract whose retention is 0.8 for ever has just this discounted residual lifetime.
    constant = {"alpha": 0.2e9, "beta": 0.8e9}
    derl = float(sbg.discounted_expected_residual_lifetime(constant, 0, annual_rate))
    assert derl / (1 + annual_rate) == pytest.approx(found, rel=1e-6)
