"""The purchase models by name, and which of several fits may speak for a base.

Belongs here: the registry, the default, and the rules of falling back. Does not belong here: the
backtest that ranks the candidates, and the models themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from orchestration.value import bgnbd, mbgnbd, nbd, pareto_nbd
from orchestration.value.fitting import Fit, dot
from orchestration.value.purchase_history import PurchaseHistory
from orchestration.value.purchase_model import PurchaseModel

PURCHASE_MODELS: Mapping[str, PurchaseModel] = {
    model.name: model for model in (mbgnbd.MODEL, bgnbd.MODEL, pareto_nbd.MODEL, nbd.MODEL)
}

# BG/NBD calls everybody alive who never came back; the reason stands in ``mbgnbd.py``.
DEFAULT_MODEL = mbgnbd.MODEL.name


def purchase_model(name: str) -> PurchaseModel:
    """The model of that name.

    Raises:
        ValueError: there is none.
    """
    if name not in PURCHASE_MODELS:
        raise ValueError(f"unknown purchase model {name!r}; known: {', '.join(PURCHASE_MODELS)}")
    return PURCHASE_MODELS[name]


def fit_purchases(
    history: PurchaseHistory, names: Iterable[str] = tuple(PURCHASE_MODELS)
) -> dict[str, Fit]:
    """Each of the models fitted to ``history``, by name."""
    return {name: purchase_model(name).fit(history) for name in names}


def may_be_chosen(fits: Mapping[str, Fit]) -> list[str]:
    """Names of the fits among which a backtest may choose, in their order.

    The interior ones. Where there is none, the borrowed ones, and after them the nearest to an
    estimate that exists: those on a boundary. Not one when nothing could be fitted.
    """
    for status in ("converged", "fallback", "boundary"):
        names = [name for name, fit in fits.items() if fit.status == status and fit.has_parameters]
        if names:
            return names
    return []


def borrowed(pooled: Fit, own: Fit, history: PurchaseHistory) -> Fit:
    """The fit of the whole base, lent to a scope whose own fit is no estimate.

    Its log-likelihood is that of the scope's customers under the borrowed parameters.

    Raises:
        ValueError: ``pooled`` has no parameters, or is of another model.
    """
    if not pooled.has_parameters or pooled.model != own.model:
        raise ValueError(
            f"{pooled.model} ({pooled.status}) cannot be lent to a scope of {own.model}"
        )
    model = purchase_model(pooled.model)
    rows = model.log_likelihood(pooled.parameters, history.x, history.t_x, history.t)
    return replace(
        pooled,
        status="fallback",
        reason=f"parameters of the whole base, because here: {own.reason}",
        log_likelihood=dot(history.count, rows),
        customers=history.customers,
        distinct_rows=len(history.x),
        iterations=own.iterations,
        seconds=own.seconds,
    )
