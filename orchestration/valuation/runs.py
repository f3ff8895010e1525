"""The record of every fit: ``models.model_run`` and ``models.model_parameter``.

Belongs here: identity and columns of a model run. Does not belong here: fitting.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from orchestration.value.fitting import Fit


@dataclass(frozen=True)
class ModelRun:
    """One fit of one model in one role on one scope, and whether it is the one that scores."""

    as_of: date
    scope: str
    role: str
    fit: Fit
    is_chosen: bool
    choice_reason: str
    excluded: int
    time_unit: str
    definition_version: str
    input_hash: str

    @property
    def run_id(self) -> str:
        return model_run_id(self.as_of, self.scope, self.role, self.fit.model)

    def row(self) -> dict[str, object]:
        """The columns of ``models.model_run``."""
        return {
            "model_run_id": self.run_id,
            "as_of_date": self.as_of,
            "scope": self.scope,
            "role": self.role,
            "model": self.fit.model,
            "status": self.fit.status,
            "reason": self.fit.reason,
            "is_chosen": self.is_chosen,
            "choice_reason": self.choice_reason,
            "log_likelihood": self.fit.log_likelihood,
            "customer_count": self.fit.customers,
            "distinct_row_count": self.fit.distinct_rows,
            "excluded_customer_count": self.excluded,
            "time_unit": self.time_unit,
            "definition_version": self.definition_version,
            "input_hash": self.input_hash,
            "fit_seconds": self.fit.seconds,
        }

    def parameter_rows(self) -> list[dict[str, object]]:
        """The rows of ``models.model_parameter``."""
        return [
            {
                "model_run_id": self.run_id,
                "parameter": name,
                "estimate": estimate,
                "standard_error": self.fit.standard_errors.get(name),
            }
            for name, estimate in self.fit.parameters.items()
        ]


def model_run_id(as_of: date, scope: str, role: str, model: str) -> str:
    """The same fit has the same id however often it is made."""
    text = "|".join([as_of.isoformat(), scope, role, model])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
