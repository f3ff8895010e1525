"""A standalone Spark cluster of the tests' own: a master and workers on loopback, Iceberg tables
with their catalog in PostgreSQL.

Belongs here: starting and stopping it, and the ``spark-defaults.conf`` that a deployment writes for
itself. Does not belong here: what runs on it.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 120
WORKER_MEMORY = "1500m"
DRIVER_MEMORY = "3g"
JDBC_DRIVER = Path("/usr/share/java/postgresql.jar")  # Debian's libpostgresql-jdbc-java
ICEBERG_JAR = "jars/iceberg-spark-runtime-3.5_2.12-1.10.2.jar"
LOOPBACK = "127.0.0.1"
OPTIMISER_STACK = "-Xss16m"  # the plans of wide models are deep


@dataclass(frozen=True)
class Catalog:
    """Where Iceberg keeps the names of its tables, and the folder of their files."""

    host_port: str
    database: str
    user: str
    password: str = field(repr=False)
    folder: Path = field(default=Path("iceberg"))


@dataclass
class Cluster:
    """A running cluster; ``configuration`` is the folder for ``SPARK_CONF_DIR``."""

    master_url: str
    configuration: Path
    master: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def kill_a_worker(self) -> None:
        """SIGKILL to the first worker; its executors find their worker gone and end."""
        self.workers[0].kill()
        self.workers[0].wait(timeout=30)

    def stop(self) -> None:
        for process in (*self.workers, self.master):
            if process.poll() is None:
                process.terminate()
        for process in (*self.workers, self.master):
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:  # a worker that waits for a master that is gone
                process.kill()
                process.wait(timeout=30)


@contextmanager
def running_cluster(folder: Path, catalog: Catalog, workers: int = 2) -> Iterator[Cluster]:
    """A master and workers with a core each, for the duration of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    url = f"spark://{LOOPBACK}:{port}"
    configuration = folder / "conf"
    _write_defaults(configuration, url, catalog)
    master = _start(
        folder / "master.log", configuration,
        "org.apache.spark.deploy.master.Master",
        "--host", LOOPBACK, "--port", str(port), "--webui-port", str(_free_port()),
    )  # fmt: skip
    cluster = Cluster(url, configuration, master, [])
    try:
        _wait_for(port, master, folder / "master.log")
        for number in range(workers):
            worker = _start(
                folder / f"worker_{number}.log", configuration,
                "org.apache.spark.deploy.worker.Worker", url,
                "--host", LOOPBACK, "--webui-port", str(_free_port()),
                "--cores", "1", "--memory", WORKER_MEMORY, "--work-dir", str(folder / "work"),
            )  # fmt: skip
            cluster.workers.append(worker)
        yield cluster
    finally:
        cluster.stop()


def iceberg_jar() -> Path:
    """The jar that the registry's package carries."""
    package = importlib.util.find_spec("snowpark_connect_deps_iceberg")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("Iceberg's jar is not installed; `make test-spark` installs it")
    return Path(package.submodule_search_locations[0]) / ICEBERG_JAR


def spark_home() -> Path:
    package = importlib.util.find_spec("pyspark")
    if package is None or package.origin is None:
        raise RuntimeError("PySpark is not installed; `make test-spark` installs it")
    return Path(package.origin).parent


def _write_defaults(folder: Path, master_url: str, catalog: Catalog) -> None:
    lake = "spark.sql.catalog.lake"
    settings = {
        "spark.master": master_url,
        "spark.jars": f"{iceberg_jar()},{JDBC_DRIVER}",
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.driver.extraJavaOptions": OPTIMISER_STACK,
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.executor.memory": "1g",
        "spark.ui.enabled": "false",
        # Tables are small here: what costs is planning, compiling and waiting for a place.
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.codegen.wholeStage": "false",
        "spark.scheduler.mode": "FAIR",
        "spark.locality.wait": "0",
        "spark.sql.defaultCatalog": "lake",
        "spark.sql.extensions": (
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
        ),
        lake: "org.apache.iceberg.spark.SparkCatalog",
        f"{lake}.type": "jdbc",
        f"{lake}.uri": f"jdbc:postgresql://{catalog.host_port}/{catalog.database}",
        f"{lake}.jdbc.user": catalog.user,
        f"{lake}.jdbc.password": catalog.password,
        f"{lake}.jdbc.schema-version": "V1",  # views
        f"{lake}.warehouse": str(catalog.folder),
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "spark-defaults.conf"
    file.touch(mode=0o600)  # it holds passwords
    file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))


def _start(log: Path, configuration: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A daemon of Spark, in the foreground of a process of ours."""
    environment = {
        **os.environ,
        "SPARK_HOME": str(spark_home()),
        "SPARK_CONF_DIR": str(configuration),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    if shutil.which("java") is None:
        raise RuntimeError("Java is not installed; `make test-spark` installs it")
    with log.open("wb") as output:
        return subprocess.Popen(
            [spark_home() / "bin" / "spark-class", *arguments],
            stdout=output,
            stderr=output,
            env=environment,
            cwd=log.parent,
        )


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"Spark's master did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
