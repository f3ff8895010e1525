"""``python -m launch``: Superset on this machine alone, with the bundle imported.

Belongs here: the order of a start and what the operator is told. Does not belong here: what is done
inside Superset (``prepare.py``).
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

from launch.connections import connections
from launch.deployment import ADMIN, FOLDER, Deployment, NotReadyError
from orchestration.settings import SettingError, load_settings

HOST, PORT = "127.0.0.1", 8088
GENERATED = "generated-password "
# One process: it forgets nothing of a publication between queries, and DuckDB answers in threads.
SERVER = (
    *("--workers", "1", "--worker-class", "gthread", "--threads", "8"),
    *("--timeout", "120", "--graceful-timeout", "5", "--log-level", "warning"),
)


def main() -> None:
    """Prepares, imports, and replaces this process by the server."""
    parser = argparse.ArgumentParser(prog="superset", description="Superset, on localhost")
    parser.add_argument("--port", type=int, default=PORT)
    port = parser.parse_args().port
    try:
        deployment = Deployment(load_settings())
        deployment.require_publication()
        _require_free(port)
        _say("Importing the dashboard (half a minute the first time) ...")
        password = _prepare(deployment)
    except (NotReadyError, SettingError) as error:
        _say(str(error))
        sys.exit(1)
    shown = " and ".join(sorted(each.kind for each in connections(deployment)))
    _say(f"Superset, reading {shown}: http://{HOST}:{port}/dashboard/list/")
    if len(connections(deployment)) == 1:
        _say("For PostgreSQL too, set PATRON_SUPERSET_POSTGRES_DSN (README, PostgreSQL).")
    if password:
        _say(
            f"User {ADMIN}, password {password} (shown this once; PATRON_SUPERSET_PASSWORD sets it)"
        )
    program = str(Path(sys.executable).with_name("gunicorn"))
    command = [program, "--bind", f"{HOST}:{port}", *SERVER, "superset.app:create_app()"]
    os.execve(program, command, deployment.environment)  # noqa: S606 -- no shell, fixed words


def _prepare(deployment: Deployment) -> str | None:
    """Runs ``prepare.py``; returns the password that it made, if it made one."""
    deployment.folder.mkdir(parents=True, exist_ok=True)
    with deployment.log.open("w") as log:
        done = subprocess.run(
            [sys.executable, "-m", "launch.prepare"],
            cwd=FOLDER.parent,
            env=deployment.environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            check=False,
        )
    if done.returncode:
        last = deployment.log.read_text().strip().splitlines()[-1:]
        raise NotReadyError(
            f"Superset could not be prepared: {' '.join(last)} (more in {deployment.log})"
        )
    said = [line for line in done.stdout.splitlines() if line.startswith(GENERATED)]
    return said[0].removeprefix(GENERATED) if said else None


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise NotReadyError(
                f"Port {port} of {HOST} is taken; stop what listens there, or start with another: "
                "make superset SUPERSET_PORT=8089"
            ) from None


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 -- a command's answer


if __name__ == "__main__":
    main()
