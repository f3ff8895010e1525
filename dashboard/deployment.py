"""What the page knows of the deployment: where the serving zone is, and where the lineage is shown.

Belongs here: reading those settings, and no others. The page is often started with the environment
of the refresh; the secrets in it are none of its business, and neither are the drivers they need.
"""

from __future__ import annotations

import os

from orchestration.settings import Settings, load_settings

WANTED = ("PATRON_HOME", "PATRON_DAGSTER_URL")


def read_deployment() -> Settings:
    """Settings of the deployment, all but ``WANTED`` at their defaults.

    Raises:
        SettingError: a wanted setting has a value that the system does not know.
    """
    return load_settings({name: os.environ[name] for name in WANTED if name in os.environ})
