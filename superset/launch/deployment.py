"""Where Superset keeps what belongs to one deployment, and what its processes are told.

Belongs here: places, secrets, environment variables, and whether anything is published. Does not
belong here: how a database is reached (``connections.py``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from orchestration.privacy.kept_secret import kept_secret
from orchestration.settings import PROJECT_ROOT, Settings

FOLDER = Path(__file__).resolve().parent
ADMIN = "admin"


class NotReadyError(Exception):
    """Superset cannot be started; the message says why and the remedy."""


@dataclass(frozen=True)
class Deployment:
    """Superset's part of one deployment."""

    settings: Settings

    @property
    def folder(self) -> Path:
        """What Superset writes: its own database, the assembled bundle, its log."""
        return self.settings.home / "superset"

    @property
    def own_database(self) -> Path:
        return self.folder / "superset.db"

    @property
    def log(self) -> Path:
        return self.folder / "prepare.log"

    @property
    def served_file(self) -> Path:
        """The published file by the link that follows each publication."""
        return self.settings.zones.serving / "current" / "patron.duckdb"

    @property
    def secret_key(self) -> str:
        """Signs sessions and encrypts passwords in Superset's own database."""
        return kept_secret(self.settings.zones.secrets / "superset_secret_key")

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of Superset."""
        return {
            **os.environ,
            "PATRON_HOME": str(self.settings.home),
            "SUPERSET_HOME": str(self.folder),
            "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
            "FLASK_APP": "superset.app:create_app()",
            "SCARF_ANALYTICS": "false",
            "PYTHONPATH": os.pathsep.join((str(FOLDER.parent), str(PROJECT_ROOT))),
        }

    def require_publication(self) -> None:
        """Stops where there is nothing to show.

        Raises:
            NotReadyError: nothing is published yet.
        """
        if not self.served_file.exists():
            raise NotReadyError(
                f"Nothing is published in {self.settings.home}: run `make run` first, then "
                "`make superset`."
            )
