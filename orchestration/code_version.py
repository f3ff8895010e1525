"""Which code made a publication: the package's version and, in a checkout, the commit."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from importlib.metadata import version

from orchestration.settings import PROJECT_ROOT


@cache
def code_version() -> str:
    """For example ``0.1.0+g1a2b3c4``; ``.changed`` follows where files differ from the commit."""
    git = shutil.which("git")
    if git is None or not (PROJECT_ROOT / ".git").exists():
        return version("patron")
    result = subprocess.run(  # noqa: S603 -- fixed arguments
        [git, "describe", "--always", "--dirty=.changed", "--exclude=*"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return version("patron") + (f"+g{result.stdout.strip()}" if result.returncode == 0 else "")
