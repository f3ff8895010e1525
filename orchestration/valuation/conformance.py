"""Whether the installed models still find the published results, tried on data that we ship.

Belongs here: the published figures and the comparison, in a second or less, so that a broken
numerical library shows before a wrong number is published. Does not belong here: everything else
that was published (``tests/conformance``).

Sources: BG/NBD from Fader, Hardie and Lee 2005; Pareto/NBD from CLVTools and BTYD; MBG/NBD from
BTYDplus; Gamma-Gamma from Fader and Hardie 2013. Log-likelihoods from CLVTools and BTYD.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestration.value import gamma_gamma
from orchestration.value.fitting import Fit, FloatArray
from orchestration.value.gamma_gamma import SpendHistory
from orchestration.value.models import fit_purchases
from orchestration.value.purchase_history import PurchaseHistory

REFERENCE = Path(__file__).parent / "reference"

# Model, then figure: published value and how far the last printed digit lets us be off.
PUBLISHED: dict[str, dict[str, tuple[float, float]]] = {
    "bgnbd": {
        "r": (0.243, 1e-3), "alpha": (4.414, 1e-3), "a": (0.793, 1e-3), "b": (2.426, 1e-3),
        "log-likelihood": (-9582.429, 0.01),
    },
    "mbgnbd": {
        "r": (0.525, 1e-3), "alpha": (6.183, 1e-3), "a": (0.891, 1e-3), "b": (1.614, 1e-3),
        "log-likelihood": (-9582.136, 0.01),
    },
    "pareto_nbd": {
        "r": (0.553, 1e-3), "alpha": (10.578, 1e-3), "s": (0.606, 1e-3), "beta": (11.669, 1e-2),
        "log-likelihood": (-9594.976, 0.01),
    },
    "gamma_gamma": {
        "p": (6.25, 1e-2), "q": (3.74, 1e-2), "v": (15.44, 1e-2),
        "log-likelihood": (-4055.9177, 0.01),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """One published figure and what the installed code finds."""

    model: str
    figure: str
    published: float
    found: float | None
    tolerance: float

    @property
    def holds(self) -> bool:
        return self.found is not None and abs(self.found - self.published) <= self.tolerance


def compare_with_published(purchases: FloatArray | None = None) -> list[Comparison]:
    """Every figure of ``PUBLISHED``, found anew; ``purchases`` in the place of the shipped rows."""
    rows = _read("cdnow_purchases.csv") if purchases is None else purchases
    spend = _read("cdnow_spend.csv")
    names = [name for name in PUBLISHED if name != gamma_gamma.NAME]
    fits = fit_purchases(PurchaseHistory.from_days(*rows.T), names)
    mean_dollars = spend[:, 1] / 100 / spend[:, 0]
    fits[gamma_gamma.NAME] = gamma_gamma.fit(
        SpendHistory.from_customers(spend[:, 0], mean_dollars, spend[:, 2])
    )
    return [found for name in PUBLISHED for found in _compared(fits[name])]


def _compared(fit: Fit) -> Iterator[Comparison]:
    found = {**fit.parameters, "log-likelihood": fit.log_likelihood}
    for figure, (published, tolerance) in PUBLISHED[fit.model].items():
        yield Comparison(fit.model, figure, published, found.get(figure), tolerance)


def _read(name: str) -> FloatArray:
    return np.loadtxt(REFERENCE / name, delimiter=",", skiprows=1)
