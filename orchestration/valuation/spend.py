"""The spend model of each scope, and the renewal model of each kind of contract.

Belongs here: models without a rival: fitted, or fallen back to the whole base. Does not belong
here: purchases (``purchases.py``); money per customer, which SQL computes from the parameters.
"""

from __future__ import annotations

from dataclasses import replace

from orchestration.valuation.statistics import ScopeStatistics
from orchestration.value import gamma_gamma
from orchestration.value.fitting import Fit


def fit_spend(statistics: ScopeStatistics, base: Fit | None = None) -> Fit:
    """Gamma-Gamma of a scope; ``base`` is what it falls back to."""
    fit = gamma_gamma.fit(statistics.spend)
    if fit.has_parameters or base is None or not base.has_parameters:
        return fit
    return replace(
        base,
        status="fallback",
        reason=f"{fit.reason}; the parameters are those of the whole base",
        customers=fit.customers,
        distinct_rows=fit.distinct_rows,
        log_likelihood=None,
        seconds=0.0,
    )


def spend_reason(fit: Fit, statistics: ScopeStatistics) -> str:
    """Why the spend model is used or not, with the assumption that it rests on."""
    if not fit.has_parameters:
        return f"not chosen: no fit ({fit.reason})"
    if fit.status == "fallback":
        return "chosen: too little data for a model of its own, so that of the whole base"
    correlation = statistics.spend.correlation
    return f"chosen: the only one; correlation of frequency and mean spend {correlation:.3f}"
