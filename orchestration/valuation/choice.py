"""Which purchase model of a scope is believed, and why, in words.

Belongs here: the rule of choice over fits and their track record. Does not belong here: fits and
the backtest itself.

A model with parameters inside their space beats one on a boundary. Among those the lowest mean
absolute error over the origins of the rolling backtest decides; within ``backtest_tie_rate`` of it
the smaller mean absolute bias does, and within the same of that MBG/NBD: in BG/NBD everybody who
bought once is a customer for ever, P(alive) = 1, which for most shops is plainly untrue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from orchestration.value.fitting import Fit
from orchestration.value.models import DEFAULT_MODEL

WHY_DEFAULT = "the default: to BG/NBD whoever bought once is certain to be alive"
# NBD knows no leaving: a reference, and a model only where no other has an interior fit.
REFERENCE = "nbd"


@dataclass(frozen=True)
class TrackRecord:
    """Mean absolute error and bias (predicted by actual minus 1) by origin, NaN where unknown."""

    errors: tuple[float, ...]
    biases: tuple[float, ...]

    @property
    def error(self) -> float:
        return float(np.mean(self.errors)) if self.errors else float("nan")

    @property
    def bias(self) -> float:
        """Mean of the absolute biases."""
        known = [abs(bias) for bias in self.biases if np.isfinite(bias)]
        return float(np.mean(known)) if known else float("nan")

    def told(self) -> str:
        origins = f"{len(self.errors)} origin" + ("s" if len(self.errors) != 1 else "")
        return f"mean absolute error {self.error:.4f}, bias {self.bias:.1%} over {origins}"


@dataclass(frozen=True)
class Choice:
    """The chosen model, None where none has parameters, and a reason for every candidate."""

    model: str | None
    reasons: Mapping[str, str]


def choose(fits: Mapping[str, Fit], records: Mapping[str, TrackRecord], tie_rate: float) -> Choice:
    """Choose among ``fits`` by their track ``records`` (those of models that have one)."""
    usable = {name: fit for name, fit in fits.items() if fit.has_parameters}
    if not usable:
        return Choice(None, {name: f"no fit: {fit.reason}" for name, fit in fits.items()})
    interior = [name for name, fit in usable.items() if fit.is_interior and name != REFERENCE]
    if interior:
        best, why = _best(interior, records, tie_rate)
    elif REFERENCE in usable and usable[REFERENCE].is_interior:
        best, why = REFERENCE, "no model with customers who leave has an interior fit"
    else:
        best, why = _best(list(usable), records, tie_rate)
        why += "; no rival has an interior fit"
    return Choice(best, {n: _reason(n, best, why, fits, records, interior) for n in fits})


def _best(names: list[str], records: Mapping[str, TrackRecord], tie_rate: float) -> tuple[str, str]:
    """The best of ``names`` and the rule that found it."""
    judged = [name for name in names if name in records and records[name].errors]
    if len(names) == 1:
        return names[0], "the only one to choose from"
    if not judged:
        name = DEFAULT_MODEL if DEFAULT_MODEL in names else names[0]
        return name, f"no backtest yet; {WHY_DEFAULT}"
    least = min(records[name].error for name in judged)
    close = [name for name in judged if records[name].error <= least * (1 + tie_rate)]
    if len(close) == 1:
        return close[0], f"lowest {records[close[0]].told()}"
    smallest = min(records[name].bias for name in close)
    level = [name for name in close if not records[name].bias > smallest + tie_rate]
    if len(level) == 1:
        told = records[level[0]].told()
        return level[0], f"smallest bias among equal errors: {told}"
    name = DEFAULT_MODEL if DEFAULT_MODEL in level else level[0]
    why = WHY_DEFAULT if name == DEFAULT_MODEL else "the first of equals"
    return name, f"as good as its rivals ({records[name].told()}); {why}"


def _reason(
    name: str,
    best: str,
    why: str,
    fits: Mapping[str, Fit],
    records: Mapping[str, TrackRecord],
    interior: list[str],
) -> str:
    if name == best:
        return f"chosen: {why}"
    fit = fits[name]
    if not fit.has_parameters:
        return f"not chosen: no fit ({fit.reason})"
    told = f"; here: {records[name].told()}" if name in records and records[name].errors else ""
    if name == REFERENCE:
        return f"not chosen: a reference without customers who leave{told}"
    if name not in interior and interior:
        return f"not chosen: {fit.status}, and {best} has an interior fit{told}"
    return f"not chosen, {best} is: {why}{told}"
