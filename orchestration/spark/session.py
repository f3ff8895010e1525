"""The Spark session of a refresh.

Belongs here: what the meaning of the SQL and the keyed hash ask of a session. Does not belong here:
where the cluster and its catalog are, which stand in Spark's own ``spark-defaults.conf``
(``SPARK_CONF_DIR``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from pyspark.sql import SparkSession

from orchestration.privacy.pii_key import hmac_pads, load_pii_key
from orchestration.settings import DBT_PROJECT_ROOT, Settings

# Read by macro spark__pii_hmac; Spark redacts settings with SECRET in their name.
PADS = ("PATRON_SECRET_INNER_PAD", "PATRON_SECRET_OUTER_PAD")


@contextmanager
def spark_session(settings: Settings) -> Iterator[SparkSession]:
    """A session with the parameters of the dbt profile; stopped at the end.

    dbt's method ``session`` takes the one that its process has.
    """
    pads = dict(zip(PADS, hmac_pads(load_pii_key(settings.zones.secrets)), strict=True))
    builder: Any = SparkSession.builder
    builder = builder.appName("patron")
    for name, value in _profile()["server_side_parameters"].items():
        builder = builder.config(name, value)
    for name, value in pads.items():
        builder = builder.config(f"spark.executorEnv.{name}", value)
    os.environ.update(pads)  # of the driver, which starts here
    try:
        session = builder.getOrCreate()
    finally:
        for name in pads:
            del os.environ[name]
    try:
        yield session
    finally:
        session.stop()


def _profile() -> dict[str, Any]:
    profiles = yaml.safe_load((DBT_PROJECT_ROOT / "profiles.yml").read_text())
    output: dict[str, Any] = profiles["patron"]["outputs"]["spark"]
    return output
