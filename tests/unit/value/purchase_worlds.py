"""Customers who buy and drop out as the models say, one event after the other.

Belongs here: simulation from the story of each model, with no formula of the library in it. Does
not belong here: what is tested with it.
"""

from dataclasses import dataclass

import numpy as np

# Parameters of no particular shop, with enough of everything: repeaters, dropouts, differences.
PARAMETERS: dict[str, dict[str, float]] = {
    "nbd": {"r": 0.8, "alpha": 10.0},
    "bgnbd": {"r": 0.6, "alpha": 6.0, "a": 0.8, "b": 2.5},
    "mbgnbd": {"r": 0.9, "alpha": 6.0, "a": 0.9, "b": 2.5},
    "pareto_nbd": {"r": 0.7, "alpha": 8.0, "s": 0.8, "beta": 20.0},
}


@dataclass(frozen=True)
class World:
    """One value per customer in weeks; purchases after T as customer and time since T."""

    x: np.ndarray
    t_x: np.ndarray
    t: np.ndarray
    lifetime_after: np.ndarray
    later_customer: np.ndarray
    later_time: np.ndarray

    def later(self, horizon: float) -> np.ndarray:
        """Purchases of each customer in (T, T + horizon]."""
        within = self.later_customer[self.later_time <= horizon]
        return np.bincount(within, minlength=len(self.x))


def simulate(
    model: str, parameters: dict[str, float], t: np.ndarray, horizon: float, seed: int
) -> World:
    """Customers observed for ``t`` weeks and followed for ``horizon`` more."""
    draw = np.random.default_rng(seed)
    count = len(t)
    rate = draw.gamma(parameters["r"], 1 / parameters["alpha"], count)
    leaves = np.full(count, np.inf)
    chance = np.zeros(count)
    if model == "pareto_nbd":
        # A gamma variate may underflow to zero: such a customer never leaves.
        hazard = draw.gamma(parameters["s"], 1 / parameters["beta"], count)
        leaves = draw.exponential(1.0, count) / np.maximum(hazard, 1e-300)
    elif model != "nbd":
        chance = draw.beta(parameters["a"], parameters["b"], count)
    if model == "mbgnbd":
        leaves[draw.random(count) < chance] = 0.0

    x, t_x, now = np.zeros(count), np.zeros(count), np.zeros(count)
    customers, times = [], []
    active = np.flatnonzero(leaves > 0)
    while len(active):
        now[active] += draw.exponential(1.0, len(active)) / np.maximum(rate[active], 1e-300)
        active = active[(now[active] <= t[active] + horizon) & (now[active] <= leaves[active])]
        seen = now[active] <= t[active]
        x[active[seen]] += 1
        t_x[active[seen]] = now[active[seen]]
        customers.append(active[~seen])
        times.append(now[active[~seen]] - t[active[~seen]])
        gone = draw.random(len(active)) < chance[active]
        leaves[active[gone]] = now[active[gone]]
        active = active[~gone]
    return World(
        x,
        t_x,
        t,
        np.maximum(leaves - t, 0.0),
        np.concatenate(customers),
        np.concatenate(times),
    )
