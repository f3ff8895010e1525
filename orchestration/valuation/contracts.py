"""The renewal model of each kind of contract, and what it says of contracts by terms survived.

Belongs here: the shifted-beta-geometric fit on counted terms and ``models.contract_score``. Does
not belong here: prices and margins (SQL multiplies).

Scopes are lengths of terms: a renewal after a month and one after a year are different decisions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np

from orchestration.valuation.rules import ValueRules
from orchestration.valuation.runs import ModelRun
from orchestration.value import sbg
from orchestration.value.fitting import Fit


@dataclass(frozen=True, eq=False)
class ContractStatistics:
    """Contracts of one length of term: by number of the term, those that reached its end."""

    scope: str
    term_years: float | None
    begun: int
    term_no: np.ndarray
    at_risk: np.ndarray
    lost: np.ndarray

    @cached_property
    def history(self) -> sbg.ContractHistory:
        return sbg.ContractHistory.from_life_table(self.term_no, self.at_risk, self.lost)

    @property
    def digest(self) -> str:
        """SHA-256 of the rows."""
        digest = hashlib.sha256()
        for column in (self.term_no, self.at_risk, self.lost):
            digest.update(np.ascontiguousarray(column, dtype=np.int64).tobytes())
        return digest.hexdigest()


def read_contract_statistics(connection: duckdb.DuckDBPyConnection) -> list[ContractStatistics]:
    """Every length of term with a contract, in order of the scope's name."""
    rows = connection.execute(
        "SELECT scope, term_years, term_no, begun_count, at_risk_count, lost_count "
        "FROM intermediate.int_contracts_counted ORDER BY scope, term_no"
    ).fetchall()
    found = []
    for scope in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == scope]
        columns = np.array([row[2:] for row in own], dtype=np.int64).T
        found.append(
            ContractStatistics(
                scope, own[0][1], int(columns[1].max()), columns[0], columns[2], columns[3]
            )
        )
    return found


def contract_run(statistics: ContractStatistics, **identity: object) -> ModelRun:
    """The fit of one length of term as a model run."""
    fit = sbg.fit(statistics.history)
    reason = "chosen: the only one" if fit.has_parameters else f"not chosen: no fit ({fit.reason})"
    return ModelRun(
        scope=statistics.scope,
        role="contracts",
        fit=fit,
        is_chosen=fit.has_parameters,
        choice_reason=reason,
        excluded=max(statistics.begun - fit.customers, 0),
        time_unit="term",
        input_hash=statistics.digest,
        **identity,  # type: ignore[arg-type]
    )


def contract_scores(
    statistics: ContractStatistics, fit: Fit, run_id: str, rules: ValueRules
) -> list[dict[str, object]]:
    """One row per number of terms that a contract of the scope can have survived by now."""
    survived = np.arange(int(statistics.term_no.max(initial=0)) + 1)
    renewal = residual = [None] * len(survived)
    years = statistics.term_years
    if fit.has_parameters and years:
        rate = sbg.term_rate(rules.annual_discount_rate, 1 / years)
        renewal = sbg.retention_rate(fit.parameters, survived + 1).tolist()
        residual = sbg.discounted_expected_residual_lifetime(
            fit.parameters, survived, rate
        ).tolist()
    return [
        {
            "scope": statistics.scope,
            "terms_survived": int(n),
            "model_run_id": run_id if fit.has_parameters else None,
            "p_renewal": renewal[i],
            "discounted_expected_residual_terms": residual[i],
        }
        for i, n in enumerate(survived)
    ]
