"""What `patron` tells whoever is on call: a refresh that failed, or that could not begin.

Belongs here: telling it whatever else fails. Does not belong here: the command's call, which the
failure sensor shares (``automation.py``).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from orchestration.settings import Settings
from orchestration.terminal import console


@contextmanager
def reported(settings: Settings) -> Iterator[None]:
    """What keeps a refresh from running is reported, and raised on.

    Another refresh at work is reported too: the tables of this one will not come.
    """
    try:
        yield
    except typer.Exit:  # said already
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        report(settings, f"no refresh was made in {settings.home}: {reason}\n")
        raise


def report(settings: Settings, text: str) -> None:
    """Report ``text``; a failure command that fails is only said, so that it hides nothing."""
    from orchestration.automation import report_failure

    try:
        report_failure(settings, text)
    except (OSError, subprocess.SubprocessError) as error:
        # Not the error's own words: they quote the command, and with it perhaps a password.
        code = getattr(error, "returncode", None)
        how = type(error).__name__ if code is None else f"exit code {code}"
        console.print(f"[red]PATRON_FAILURE_COMMAND failed itself:[/red] {how}", highlight=False)
