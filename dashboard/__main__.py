"""``python -m dashboard``: starts the page on this machine alone, telemetry off.

Belongs here: how the server is started. Does not belong here: anything that is shown.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from dashboard import palette

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).with_name("app.py")

OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": "127.0.0.1",
    # A fault is told to the reader in one line; its trace belongs to the terminal.
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "theme.base": "light",
    "theme.primaryColor": palette.ACCENT,
    "theme.backgroundColor": palette.PAPER,
    "theme.secondaryBackgroundColor": palette.SHADE,
    "theme.textColor": palette.INK,
    "theme.borderColor": palette.RULE,
    "theme.greenColor": palette.GOOD,
    "theme.redColor": palette.BAD,
    "theme.font": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "theme.baseFontSize": "14",
    "theme.metricValueFontSize": "1.55rem",
    "theme.metricValueFontWeight": "600",
    "theme.baseRadius": "4px",
}


def main() -> None:
    """Replaces this process by Streamlit's server."""
    parser = argparse.ArgumentParser(prog="dashboard", description="Patron's page, on localhost")
    parser.add_argument("--port", type=int, default=8501)
    port = parser.parse_args().port
    options = [f"--{name}={value}" for name, value in {**OPTIONS, "server.port": port}.items()]
    print(f"The page: http://127.0.0.1:{port}", flush=True)  # noqa: T201 -- a command's answer
    os.chdir(ROOT)
    command = [sys.executable, "-m", "streamlit", "run", str(SCRIPT), *options]
    os.execv(sys.executable, command)  # noqa: S606 -- no shell, fixed words


if __name__ == "__main__":
    main()
