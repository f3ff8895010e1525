"""The retention model of one as-of date, from patterns to its table of the models zone.

Belongs here: the order of the steps and the rows. Does not belong here: the steps, and Dagster
(``assets/python_models.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from orchestration import warehouse
from orchestration.model_zone import write_model_table
from orchestration.retention.logit import TERMS, Z_95, LogitFit, fit_logit
from orchestration.retention.patterns import Patterns, read_patterns
from orchestration.seed_rules import SeedRuleError
from orchestration.settings import Settings
from orchestration.valuation.tables import table_of_rows

STEP, TABLE = "retention_model", "retention_coefficient"


def run_retention_model(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date
) -> pa.Table:
    """Fit every part, write the table of the models zone and register it.

    ``connection`` is the warehouse after the first dbt build, for writing.
    """
    least_outcomes = _least_outcomes(connection)
    parts = read_patterns(connection)
    rows = [row for part in parts for row in _rows(part, fit_logit(part, least_outcomes))]
    table = table_of_rows(TABLE, rows)
    write_model_table(settings.zones, TABLE, as_of, table)
    warehouse.register_models(connection, settings, as_of, [TABLE])
    return table


def _least_outcomes(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(
        "SELECT value FROM seeds.survey_rules WHERE rule = 'retention_least_outcomes'"
    ).fetchall()
    if len(found) != 1 or found[0][0] is None or found[0][0] < 1:
        raise SeedRuleError(
            "seed survey_rules needs one row retention_least_outcomes, a number from 1 on"
        )
    return int(found[0][0])


def _rows(patterns: Patterns, fit: LogitFit) -> Iterator[dict[str, object]]:
    """One row per term; without estimates they say why."""
    data = patterns.complete
    unknown = np.full(len(TERMS), np.nan)
    estimates = unknown if fit.coefficients is None else fit.coefficients
    errors = unknown if fit.standard_errors is None else fit.standard_errors
    for term, estimate, error in zip(TERMS, estimates, errors, strict=True):
        low, high = estimate - Z_95 * error, estimate + Z_95 * error
        with np.errstate(over="ignore"):
            ratios = np.exp([estimate, low, high])
        yield {
            **vars(patterns.part),
            "term": term,
            "coefficient": estimate,
            "standard_error": error,
            "coefficient_lo": low,
            "coefficient_hi": high,
            "odds_ratio": ratios[0],
            "odds_ratio_lo": ratios[1],
            "odds_ratio_hi": ratios[2],
            "status": fit.status,
            "reason": fit.reason,
            "customer_count": data.customers,
            "retained_count": int(data.retained.sum()),
            "incomplete_customer_count": patterns.customers - data.customers,
            "pattern_count": len(data.points),
            "log_likelihood": fit.log_likelihood,
            "null_log_likelihood": fit.null_log_likelihood,
            "pseudo_r2": fit.pseudo_r2,
            "input_hash": data.digest,
        }
