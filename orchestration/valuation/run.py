"""The whole valuation of one as-of date, from statistics to the tables of the models zone.

Belongs here: the order of the steps and what is written. Does not belong here: the steps, and
Dagster (``assets/python_models.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from types import MappingProxyType

import duckdb
import numpy as np
import pyarrow as pa

from orchestration import warehouse
from orchestration.model_zone import tables_made_by, write_model_table
from orchestration.settings import Settings
from orchestration.valuation.contracts import (
    contract_run,
    contract_scores,
    read_contract_statistics,
)
from orchestration.valuation.opportunities import (
    opportunity_runs,
    opportunity_scores,
    read_opportunity_statistics,
)
from orchestration.valuation.purchases import choose_purchase_model
from orchestration.valuation.rules import ValueRules
from orchestration.valuation.runs import ModelRun
from orchestration.valuation.scope import ScopeValuation
from orchestration.valuation.score_table import score_table
from orchestration.valuation.spend import fit_spend, spend_reason
from orchestration.valuation.states import read_state_moves, state_value_rows
from orchestration.valuation.statistics import (
    ScopeStatistics,
    read_statistics,
)
from orchestration.valuation.tables import table_of_rows
from orchestration.valuation.tracking import track

STEP = "value_models"


@dataclass(frozen=True, eq=False)
class Valuation:
    """The tables of one as-of date by name, and the scopes that they are about."""

    as_of: date
    tables: Mapping[str, pa.Table]
    scopes: tuple[ScopeValuation, ...]


def run_value_models(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    known: Mapping[str, str] | None = None,
) -> Valuation:
    """Fit, choose, score and judge; write the step's tables of the models zone and register them.

    ``connection`` is the warehouse after the first dbt build, for writing. With ``known``, the
    models by scope that were chosen on an earlier day, nothing is judged and no interval computed:
    a fifth of the work, for days of which only the scores are asked.
    """
    valuation = value_base(connection, settings, as_of, known or {})
    names = tables_made_by(STEP)
    for name in names:
        write_model_table(settings.zones, name, as_of, valuation.tables[name])
    warehouse.register_models(connection, settings, as_of, names)
    return valuation


def value_base(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    as_of: date,
    known: Mapping[str, str] = MappingProxyType({}),
) -> Valuation:
    """The valuation, not yet written."""
    rules = _rules(connection)
    identity = {"as_of": as_of, "definition_version": rules.version(settings.value_scope)}
    scopes = _value_scopes(read_statistics(connection, as_of), rules, known)
    runs = [run for scope in scopes for run in _runs(scope, identity)]
    contracts = read_contract_statistics(connection)
    contract_runs = [contract_run(statistics, **identity) for statistics in contracts]
    opportunities = read_opportunity_statistics(connection)
    period_runs = opportunity_runs(opportunities, rules, identity)
    scored, equity = score_table(scopes, runs, rules)
    every_run = [*runs, *period_runs, *contract_runs]
    tables = {
        "model_run": table_of_rows("model_run", [run.row() for run in every_run]),
        "model_parameter": table_of_rows(
            "model_parameter", [row for run in every_run for row in run.parameter_rows()]
        ),
        "purchase_score": scored,
        "model_backtest": table_of_rows("model_backtest", list(_backtest_rows(scopes))),
        "purchase_tracking": table_of_rows("purchase_tracking", list(_tracking_rows(scopes))),
        "equity_interval": table_of_rows("equity_interval", equity),
        "opportunity_score": table_of_rows(
            "opportunity_score", opportunity_scores(opportunities, period_runs, rules)
        ),
        "contract_score": table_of_rows(
            "contract_score",
            [
                row
                for statistics, run in zip(contracts, contract_runs, strict=True)
                for row in contract_scores(statistics, run.fit, run.run_id, rules)
            ],
        ),
        "state_value": table_of_rows(
            "state_value", state_value_rows(read_state_moves(connection), rules)
        ),
    }
    return Valuation(as_of, tables, tuple(scopes))


def _rules(connection: duckdb.DuckDBPyConnection) -> ValueRules:
    seed = dict(connection.execute("SELECT rule, value FROM seeds.value_rules").fetchall())
    return ValueRules.from_seed(seed)


def is_still_valid(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> bool:
    """Whether the registered tables were fitted on the statistics that the warehouse holds now."""
    rules = _rules(connection)
    kept = set(
        connection.execute(
            "SELECT role, scope, input_hash, definition_version FROM models.model_run "
            "WHERE role IN ('purchases', 'spend')"
        ).fetchall()
    )
    version = rules.version(settings.value_scope)
    return kept == {
        (role, scope.scope, digest, version)
        for scope in read_statistics(connection, as_of)
        for role, digest in (
            ("purchases", scope.histories.digest),
            ("spend", scope.spend_digest),
        )
    }


def _value_scopes(
    statistics: list[ScopeStatistics], rules: ValueRules, known: Mapping[str, str]
) -> list[ScopeValuation]:
    """Each scope's models; the whole base, where it comes first, is what parts fall back to."""
    found: list[ScopeValuation] = []
    for own in statistics:
        base = found[0] if found else None
        purchases = choose_purchase_model(
            own, rules, base.purchases if base else None, known.get(own.scope)
        )
        spend = fit_spend(own, base.spend if base else None)
        model, fit = purchases.model, purchases.fit
        is_judged = own.scope not in known
        tracked = None
        if model and fit and own.weekly and is_judged:
            tracked = track(own, model, fit.parameters)
        found.append(ScopeValuation(own, purchases, spend, tracked))
    return found


def _runs(scope: ScopeValuation, identity: dict[str, object]) -> Iterable[ModelRun]:
    statistics, purchases = scope.statistics, scope.purchases
    for name, fit in purchases.fits.items():
        yield ModelRun(
            scope=statistics.scope,
            role="purchases",
            fit=fit,
            is_chosen=name == purchases.choice.model,
            choice_reason=purchases.choice.reasons[name],
            excluded=statistics.histories.fitted.invalid_customers,
            time_unit="week",
            input_hash=statistics.histories.digest,
            **identity,  # type: ignore[arg-type]
        )
    yield ModelRun(
        scope=statistics.scope,
        role="spend",
        fit=scope.spend,
        is_chosen=scope.spend.has_parameters,
        choice_reason=spend_reason(scope.spend, statistics),
        excluded=statistics.spend.without_repeat + statistics.spend.not_positive,
        time_unit="occasion",
        input_hash=statistics.spend_digest,
        **identity,  # type: ignore[arg-type]
    )


def _backtest_rows(scopes: list[ScopeValuation]) -> Iterable[dict[str, object]]:
    for scope in scopes:
        for row in scope.purchases.backtest:
            yield {"scope": scope.statistics.scope, **asdict(row)}


def _tracking_rows(scopes: list[ScopeValuation]) -> Iterable[dict[str, object]]:
    for scope in scopes:
        tracked, first = scope.tracking, scope.statistics.first_date
        if tracked is None or first is None:
            continue
        expected = np.diff(tracked.expected, prepend=0.0)
        actual = np.diff(tracked.actual, prepend=0)
        for i, week in enumerate(tracked.week.tolist()):
            yield {
                "scope": scope.statistics.scope,
                "model": scope.purchases.choice.model,
                "week_number": week,
                "week_end_date": first + timedelta(days=7 * week),
                "expected_repeat_purchases": float(expected[i]),
                "actual_repeat_purchases": int(actual[i]),
                "cumulative_expected_repeat_purchases": float(tracked.expected[i]),
                "cumulative_actual_repeat_purchases": int(tracked.actual[i]),
            }
