"""The scores of all scopes as one table, and the intervals of their bases.

Belongs here: ``models.purchase_score`` and ``models.equity_interval``, which come of the same
numbers. Does not belong here: the numbers of one scope (``scoring.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.model_zone import model_tables
from orchestration.valuation.rules import ValueRules
from orchestration.valuation.runs import ModelRun
from orchestration.valuation.scope import ScopeValuation
from orchestration.valuation.scoring import HORIZONS, equity_interval, score_histories
from orchestration.valuation.tables import table_of_columns


def score_table(
    scopes: list[ScopeValuation],
    runs: list[ModelRun],
    rules: ValueRules,
) -> tuple[pa.Table, list[dict[str, object]]]:
    """``purchase_score``, and the rows of ``equity_interval`` that come of the same numbers."""
    run_ids = {run.scope: run.run_id for run in runs if run.role == "purchases" and run.is_chosen}
    parts: list[pa.Table] = []
    equity: list[dict[str, object]] = []
    scored_scopes = scopes if len(scopes) == 1 else scopes[1:]  # the first is all parts together
    for scope in scored_scopes:
        name = scope.statistics.scope
        histories = scope.statistics.histories
        model, fit = scope.purchases.model, scope.purchases.fit
        columns: dict[str, object] = {
            "scope": [name] * len(histories),
            "x": histories.x,
            "t_x_days": histories.t_x_days,
            "t_days": histories.t_days,
            "model_run_id": [run_ids.get(name)] * len(histories),
        }
        if model is not None and fit is not None and len(histories):
            scores, discounted = score_histories(model, fit, histories, rules)
            columns |= scores
            ends = equity_interval(
                discounted, histories.customers.astype(np.float64), fit,
                rules.interval_level, rules.bootstrap_draws, int(_seed(scope)),
            )  # fmt: skip
        else:
            ends = [None] * len(HORIZONS)
            unknown = np.full(len(histories), np.nan)
            columns = dict.fromkeys(model_tables()["purchase_score"].columns, unknown) | columns
        parts.append(table_of_columns("purchase_score", columns))  # type: ignore[arg-type]
        equity += [
            {
                "scope": name,
                "horizon": horizon,
                "relative_lo": end[0] if end else None,
                "relative_hi": end[1] if end else None,
                "draw_count": rules.bootstrap_draws if end else 0,
            }
            for horizon, end in zip(HORIZONS, ends, strict=True)
        ]
    return pa.concat_tables(parts), equity


def _seed(scope: ScopeValuation) -> int:
    """Draws depend on the as-of date alone, so that a date gives the same interval every time."""
    return scope.statistics.as_of.toordinal()
