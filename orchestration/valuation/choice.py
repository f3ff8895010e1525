"""Which purchase model of a scope is believed, and why, in words.

Belongs here: the rule of choice over fits and their track record. Does not belong here: fits and
the backtest itself.

A model with parameters inside their space beats one on a boundary. Among those it is MBG/NBD (in
BG/NBD everybody who bought once is a customer for ever, P(alive) = 1, which for most shops is
plainly untrue), unless the rolling backtest of a rival is better beyond chance: its mean absolute
error is less by more than ``backtest_tie_rate`` and by more than ``backtest_least_gain`` standard
errors of the difference, over ``backtest_least_origins`` or more. Otherwise a small or young base
would change its model, and everybody's value, from day to day. Among several such rivals, and where
MBG/NBD is no candidate, the lowest error decides; within ``backtest_tie_rate`` of it the smaller
mean absolute bias.
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
class ChoiceTests:
    """When records differ: as a share of the error, in standard errors, over how many origins."""

    tie_rate: float
    least_gain: float
    least_origins: int


@dataclass(frozen=True)
class TrackRecord:
    """Mean absolute error and bias (predicted by actual minus 1) by origin, NaN where unknown.

    ``gains``: how much less the error is than the default model's, with ``gain_errors``.
    """

    errors: tuple[float, ...]
    biases: tuple[float, ...]
    gains: tuple[float, ...] = ()
    gain_errors: tuple[float, ...] = ()

    @property
    def error(self) -> float:
        return float(np.mean(self.errors)) if self.errors else float("nan")

    @property
    def bias(self) -> float:
        """Mean of the absolute biases."""
        known = [abs(bias) for bias in self.biases if np.isfinite(bias)]
        return float(np.mean(known)) if known else float("nan")

    def is_better(self, than: TrackRecord, tests: ChoiceTests) -> bool:
        """Whether the error is less than that of the default's record, beyond chance."""
        if len(self.gains) < tests.least_origins:
            return False
        gain = float(np.mean(self.gains))
        chance = float(np.sqrt(np.sum(np.square(self.gain_errors)))) / len(self.gain_errors)
        return gain > tests.tie_rate * than.error and gain > tests.least_gain * chance

    def told(self) -> str:
        origins = f"{len(self.errors)} origin" + ("s" if len(self.errors) != 1 else "")
        return f"mean absolute error {self.error:.4f}, bias {self.bias:.1%} over {origins}"


@dataclass(frozen=True)
class Choice:
    """The chosen model, None where none has parameters, and a reason for every candidate."""

    model: str | None
    reasons: Mapping[str, str]


def choose(
    fits: Mapping[str, Fit], records: Mapping[str, TrackRecord], tests: ChoiceTests
) -> Choice:
    """Choose among ``fits`` by their track ``records`` (those of models that have one)."""
    usable = {name: fit for name, fit in fits.items() if fit.has_parameters}
    if not usable:
        return Choice(None, {name: f"no fit: {fit.reason}" for name, fit in fits.items()})
    interior = [name for name, fit in usable.items() if fit.is_interior and name != REFERENCE]
    if interior:
        best, why = _best(interior, records, tests)
    elif REFERENCE in usable and usable[REFERENCE].is_interior:
        best, why = REFERENCE, "no model with customers who leave has an interior fit"
    else:
        best, why = _best(list(usable), records, tests)
        why += "; no rival has an interior fit"
    return Choice(best, {n: _reason(n, best, why, fits, records, interior) for n in fits})


def _best(
    names: list[str], records: Mapping[str, TrackRecord], tests: ChoiceTests
) -> tuple[str, str]:
    """The best of ``names`` and the rule that found it."""
    judged = [name for name in names if name in records and records[name].errors]
    if len(names) == 1:
        return names[0], "the only one to choose from"
    if not judged:
        name = DEFAULT_MODEL if DEFAULT_MODEL in names else names[0]
        return name, f"no backtest yet; {WHY_DEFAULT}"
    if DEFAULT_MODEL in judged:
        default = records[DEFAULT_MODEL]
        judged = [name for name in judged if records[name].is_better(default, tests)]
        if not judged:
            return (
                DEFAULT_MODEL,
                f"no rival is better beyond chance ({default.told()}); {WHY_DEFAULT}",
            )
    least = min(records[name].error for name in judged)
    close = [name for name in judged if records[name].error <= least * (1 + tests.tie_rate)]
    if len(close) == 1:
        return close[0], f"lowest {records[close[0]].told()}"
    name = min(close, key=lambda name: np.nan_to_num(records[name].bias, nan=np.inf))
    return name, f"smallest bias among equal errors: {records[name].told()}"


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
