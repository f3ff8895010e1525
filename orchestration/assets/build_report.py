"""What a build leaves for whoever looks into it: each node with its time, and the SQL that failed.

Belongs here: the folder of a build's report. Does not belong here: Dagster's metadata
(``dbt_models.py``).
"""

from __future__ import annotations

import csv
import shutil
from types import TracebackType
from typing import Self

from orchestration.private_folder import make_private_folder
from orchestration.settings import Settings
from orchestration.transform.compiled import CompiledProject
from orchestration.transform.results import NodeResult

KEPT_REPORTS = 10
RESULTS_FILE = "results.csv"
COLUMNS = ("node", "status", "seconds", "rows", "message")


class BuildReport:
    """``results.csv`` and one ``.sql`` file per failed node, in a folder of the build."""

    def __init__(self, settings: Settings, name: str) -> None:
        parent = settings.zones.logs / "builds"
        make_private_folder(parent)
        reports = sorted(parent.iterdir(), key=lambda folder: folder.stat().st_mtime)
        for old in reports[: -(KEPT_REPORTS - 1)]:
            shutil.rmtree(old)
        self.folder = parent / name
        self.folder.mkdir(exist_ok=True)  # a step that is tried again begins its report anew

    def __enter__(self) -> Self:
        self._file = (self.folder / RESULTS_FILE).open("w", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(COLUMNS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, project: CompiledProject, result: NodeResult) -> None:
        """One node; of a failed one its SQL too, to run against the warehouse."""
        told = (result.node, result.status, f"{result.seconds:.3f}", result.rows, result.message)
        self._rows.writerow(told)
        if result.is_failure:
            item = project.models.get(result.node) or project.claims[result.node]
            (self.folder / f"{result.node.split('.')[2]}.sql").write_text(item.sql + "\n")
