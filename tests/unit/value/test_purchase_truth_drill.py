"""A hundred simulated shops: the truth lies in the intervals as often as they claim.

The long form is `make drills`; the suite runs a few seeds of it.
"""

import numpy as np
import pytest
from purchase_worlds import simulate

from orchestration.value.intervals import prediction_interval
from orchestration.value.models import purchase_model
from orchestration.value.purchase_history import PurchaseHistory

# BG/NBD with CDNOW's order of magnitude, a third of whose customers come back.
TRUTH = {"r": 0.45, "alpha": 5.0, "a": 0.8, "b": 2.5}
CUSTOMERS = 6_000
HORIZON = 26.0


def one_shop(seed: int) -> tuple[dict[str, bool], float]:
    """Whether each parameter lies in its own 95 % interval, and the share of hold-outs covered."""
    t = np.random.default_rng([seed, 1]).uniform(10, 120, CUSTOMERS)
    world = simulate("bgnbd", TRUTH, t, HORIZON, seed)
    model = purchase_model("bgnbd")
    history = PurchaseHistory.from_customers(world.x, world.t_x, world.t)
    fit = model.fit(history)
    assert fit.status == "converged", fit.reason
    assert fit.log_covariance is not None
    # In logs: the distribution of the estimates is nearer to normal there.
    errors = np.sqrt(np.diag(fit.log_covariance))
    inside = {
        name: bool(abs(np.log(fit.parameters[name] / true)) <= 1.96 * error)
        for (name, true), error in zip(TRUTH.items(), errors, strict=True)
    }
    low, high = prediction_interval(
        model, fit.parameters, world.x, world.t_x, world.t, horizon=HORIZON, level=0.90
    )
    later = world.later(HORIZON)
    return inside, float(np.mean((later >= low) & (later <= high)))


def check(seeds: int, least_inside: float) -> None:
    shops = [one_shop(seed) for seed in range(seeds)]
    for name in TRUTH:
        assert np.mean([inside[name] for inside, _ in shops]) >= least_inside, name
    covered = [share for _, share in shops]
    assert min(covered) >= 0.85
    assert max(covered) <= 0.95


def test_a_few_shops() -> None:
    """Five seeds: three misses of one parameter would have a chance of one in a thousand."""
    check(seeds=5, least_inside=0.6)


@pytest.mark.drill
def test_a_hundred_shops() -> None:
    check(seeds=100, least_inside=0.90)
