"""What a replayed day leaves in the deployment: its memory, its inputs, and models fitted for it.

Belongs here: copying them from the scratch zones, each file whole or not at all. Does not belong
here: whether they may be written (``days.py``).
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from orchestration.history import run_inputs
from orchestration.history.change_log import ChangeLog, commit
from orchestration.history.segment_memory import segment_log
from orchestration.model_zone import model_file, tables_made_by
from orchestration.private_folder import make_private_folder
from orchestration.replay.scratch import Scratch
from orchestration.settings import Zones


def keep_day(scratch: Scratch, zones: Zones, as_of: date) -> None:
    """Write what the scratch holds of ``as_of``: models first, memory last, which completes it."""
    for step in scratch.fitted.get(as_of, ()):
        for table in tables_made_by(step):
            source = model_file(scratch.settings.zones, table, as_of)
            target = model_file(zones, table, as_of)
            make_private_folder(target.parent)
            partial = target.with_suffix(".tmp")
            shutil.copyfile(source, partial)
            partial.replace(target)
    for log in (run_inputs.LOG, segment_log()):
        _keep(log, scratch.settings.zones, zones, as_of)


def _keep(log: ChangeLog, scratch: Zones, zones: Zones, as_of: date) -> None:
    staged: Path = log.file(zones, as_of).with_suffix(".tmp")
    make_private_folder(staged.parent)
    shutil.copyfile(log.file(scratch, as_of), staged)
    commit(log, zones, staged, as_of)
