"""One refresh at a time, and the lock of a killed process is free."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.run_lock import RefreshRunningError, hold_run_lock, release_run_lock
from orchestration.settings import Settings

HOLD = """
import sys
from pathlib import Path
from orchestration.run_lock import hold_run_lock
from orchestration.settings import Settings
hold_run_lock(Settings(home=Path(sys.argv[1])))
print("held", flush=True)
input()
"""


def test_the_holder_is_named_and_a_kill_frees_the_lock(tmp_path: Path):
    settings = Settings(home=tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RefreshRunningError, match=f"process {holder.pid} refreshes"):
            hold_run_lock(settings)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    hold_run_lock(settings)
    hold_run_lock(settings)  # a process that has it keeps it
    release_run_lock(settings)
    release_run_lock(settings)
