"""Buying by calendar period: BG/BB of each scope, and what it says of each history of periods.

Belongs here: the fit of Fader, Hardie and Shang 2010 on counted periods and
``models.opportunity_score``. Does not belong here: buying in continuous time (``purchases.py``),
which the values rest on; this is the view for firms whose customers buy at most once a period.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray

from orchestration.valuation.rules import ValueRules
from orchestration.valuation.runs import ModelRun
from orchestration.valuation.statistics import BASE, by_scope
from orchestration.value import bgbb, sbg
from orchestration.value.fitting import Fit

IntArray = NDArray[np.int64]
MONTHS_PER_YEAR = 12
ROLE = "repeat_by_period"


@dataclass(frozen=True, eq=False)
class OpportunityStatistics:
    """Histories of periods of one scope with their customers; arrays of shape (n,)."""

    scope: str
    x: IntArray
    t_x: IntArray
    n: IntArray
    customers: IntArray

    @cached_property
    def history(self) -> bgbb.OpportunityHistory:
        """What is fitted: rows that at least one customer of the base has."""
        kept = self.customers > 0
        return bgbb.OpportunityHistory.from_customers(
            self.x[kept], self.t_x[kept], self.n[kept], self.customers[kept]
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the rows."""
        digest = hashlib.sha256()
        for column in (self.x, self.t_x, self.n, self.customers):
            digest.update(np.ascontiguousarray(column, dtype=np.int64).tobytes())
        return digest.hexdigest()


def read_opportunity_statistics(
    connection: duckdb.DuckDBPyConnection,
) -> list[OpportunityStatistics]:
    """The scopes by name; where they are parts, the whole base comes first."""
    found = [
        OpportunityStatistics(scope, *columns)
        for scope, columns in by_scope(
            connection,
            "SELECT scope, x, t_x, n, customer_count "
            "FROM intermediate.int_opportunity_statistics ORDER BY ALL",
        ).items()
    ]
    if [statistics.scope for statistics in found] in ([], [BASE]):
        return found
    columns = [(s.x, s.t_x, s.n, s.customers) for s in found]
    x, t_x, n, customers = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return [OpportunityStatistics(BASE, x, t_x, n, customers), *found]


def opportunity_runs(
    statistics: list[OpportunityStatistics], rules: ValueRules, identity: Mapping[str, object]
) -> list[ModelRun]:
    """The fit of each scope as a model run, in the order of ``statistics``."""
    months = rules.opportunity_months
    runs: list[ModelRun] = []
    for own in statistics:
        fit = bgbb.fit(own.history)
        base = runs[0].fit if runs else None
        reason = "chosen: the only one"
        if not fit.has_parameters and base is not None and base.has_parameters:
            fit = _lent(base, fit)
            reason = "chosen: too little data for a model of its own, so that of the whole base"
        if not fit.has_parameters:
            reason = f"not chosen: no fit ({fit.reason})"
        runs.append(
            ModelRun(
                scope=own.scope,
                role=ROLE,
                fit=fit,
                is_chosen=fit.has_parameters,
                choice_reason=reason,
                excluded=own.history.invalid_customers,
                time_unit="month" if months == 1 else f"{months} months",
                input_hash=own.digest,
                **identity,  # type: ignore[arg-type]
            )
        )
    return runs


def _lent(base: Fit, own: Fit) -> Fit:
    return replace(
        base,
        status="fallback",
        reason=f"parameters of the whole base, because here: {own.reason}",
        customers=own.customers,
        distinct_rows=own.distinct_rows,
        log_likelihood=None,
        seconds=own.seconds,
    )


def opportunity_scores(
    statistics: list[OpportunityStatistics], runs: list[ModelRun], rules: ValueRules
) -> list[dict[str, object]]:
    """One row per scope and history of periods; of parts only, where there are parts."""
    ahead = max(MONTHS_PER_YEAR // rules.opportunity_months, 1)
    rate = sbg.term_rate(rules.annual_discount_rate, MONTHS_PER_YEAR / rules.opportunity_months)
    rows: list[dict[str, object]] = []
    for own, run in list(zip(statistics, runs, strict=True))[min(len(runs) - 1, 1) :]:
        history = (own.x, own.t_x, own.n)
        alive = expected = discounted = np.full(len(own.x), np.nan)
        if run.fit.has_parameters:
            parameters = run.fit.parameters
            alive = bgbb.probability_alive(parameters, *history)
            expected = bgbb.expected_purchases(parameters, *history, ahead)
            discounted = bgbb.discounted_purchases(parameters, *history, rate_per_period=rate)
        rows += [
            {
                "scope": own.scope,
                "x": int(own.x[i]),
                "t_x": int(own.t_x[i]),
                "n": int(own.n[i]),
                "model_run_id": run.run_id if run.is_chosen else None,
                "p_alive": alive[i],
                "expected_opportunities_365d": expected[i],
                "discounted_opportunities_infinite": discounted[i],
            }
            for i in range(len(own.x))
        ]
    return rows
