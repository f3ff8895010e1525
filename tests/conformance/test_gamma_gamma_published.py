"""Gamma-Gamma on CDNOW: parameters, likelihood and expected spend are the published ones.

Sources: Fader & Hardie 2013; the test suites of CLVTools and lifetimes. As there, the mean of a
customer is over all repeat days, free ones too (the pipeline counts positive days only).
"""

from collections import defaultdict
from functools import cache

import cdnow
import numpy as np
import pytest

from orchestration.value import gamma_gamma
from orchestration.value.gamma_gamma import SpendHistory

pytestmark = cdnow.needs_cdnow

PUBLISHED = {"p": 6.25, "q": 3.74, "v": 15.44}


@cache
def spend_by_day() -> list[list[float]]:
    """Of each customer, the money of each purchase day of the calibration, in order of time."""
    customers = []
    for bought in cdnow.purchases().values():
        days: dict[object, float] = defaultdict(float)
        for day, amount in bought:
            if day <= cdnow.LAST_CALIBRATION_DAY:
                days[day] += amount
        customers.append([amount for _, amount in sorted(days.items())])
    return customers


def history(first_counted: int = 1) -> SpendHistory:
    """Spend of the repeaters, from purchase ``first_counted`` on (0 is the first one)."""
    repeaters = [days[first_counted:] for days in spend_by_day() if len(days) > 1]
    return SpendHistory.from_customers(
        [len(days) for days in repeaters], [np.mean(days) for days in repeaters]
    )


def test_set_up_has_the_published_sums() -> None:
    assert history().customers == 946
    assert history().mean_of_means == pytest.approx(35.08, abs=0.005)
    assert history().correlation == pytest.approx(0.114, abs=0.0005)


def test_fit_is_the_published_one() -> None:
    fit = gamma_gamma.fit(history())
    assert fit.status == "converged", fit.reason
    for parameter, value in PUBLISHED.items():
        assert fit.parameters[parameter] == pytest.approx(value, abs=1e-2), parameter
    assert fit.log_likelihood == pytest.approx(-4055.9177, abs=0.01)
    at_fit = gamma_gamma.log_likelihood(fit.parameters, history())
    assert fit.log_likelihood == pytest.approx(at_fit, abs=1e-6)


def test_including_the_first_purchase_gives_its_known_wrong_parameters() -> None:
    fit = gamma_gamma.fit(history(first_counted=0))
    wrong = {"p": 7.860, "q": 3.966, "v": 13.329}
    for parameter, value in wrong.items():
        assert fit.parameters[parameter] == pytest.approx(value, abs=1e-3), parameter


def test_expected_spend_of_the_first_ten_customers_is_the_published_one() -> None:
    repeats = [days[1:] for days in spend_by_day()[:10]]
    expected = gamma_gamma.expected_spend(
        PUBLISHED, [len(days) for days in repeats], [np.mean(days or [0]) for days in repeats]
    )
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert expected == pytest.approx(published, abs=0.1)
