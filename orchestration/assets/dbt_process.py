"""dbt as a process: its environment, and the project parsed when a file of it changed.

Belongs here: what every dbt command needs. Does not belong here: the SQL that it compiles
(``orchestration/transform``).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from orchestration import warehouse
from orchestration.settings import DBT_PROJECT_ROOT, PROJECT_ROOT, Settings

MANIFEST = DBT_PROJECT_ROOT / "target" / "manifest.json"
SEMANTIC_MANIFEST = "semantic_manifest.json"  # beside it, of the same parse
STAMP = DBT_PROJECT_ROOT / "target" / "patron_project.sha256"
PARTIAL_PARSE = "partial_parse.msgpack"


# Python models stand between two builds. Their nodes are disjoint and together all, so a data test
# runs in the build that makes the last of its models.
NEEDS_VALUE_MODELS = "source:models+"
BUILDS = {
    "base_models": {"exclude": NEEDS_VALUE_MODELS},
    "valued_models": {"select": NEEDS_VALUE_MODELS},
}


class DbtParseError(RuntimeError):
    """The dbt project does not parse; the message holds dbt's own words."""


def dbt_executable() -> str:
    """The dbt of the environment that runs this process."""
    return str(Path(sys.executable).parent / "dbt")


def selection(build: str) -> list[str]:
    """dbt's arguments that select the nodes of a build."""
    return [word for option, value in BUILDS[build].items() for word in (f"--{option}", value)]


def process_environment(settings: Settings, target_path: Path) -> dict[str, str]:
    """Environment of a dbt process: artefacts and logs of its own, structured log lines."""
    return {
        **os.environ,
        **warehouse.dbt_environment(settings),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(PROJECT_ROOT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_LOG_FORMAT": "json",
        "DBT_LOG_LEVEL_FILE": "info",  # debug lines of 800 nodes cost a tenth of the build
        "DBT_TARGET_PATH": str(target_path),
        "DBT_LOG_PATH": str(target_path),
        "DBT_PROJECT_DIR": str(DBT_PROJECT_ROOT),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_ROOT),
    }


def prepared_manifest(settings: Settings) -> Path:
    """The manifest of the project as it stands, parsed again only when a file of it changed.

    Raises:
        DbtParseError: with dbt's own message.
    """
    digest = project_digest()
    if not _is_of(digest):
        with parsing_alone():
            if not _is_of(digest):  # another process may have parsed it meanwhile
                _parse(settings)
                STAMP.write_text(digest)
    return MANIFEST


def prepared_semantic_manifest(settings: Settings) -> Path:
    """The metrics of the project as it stands, for MetricFlow."""
    return prepared_manifest(settings).with_name(SEMANTIC_MANIFEST)


def _is_of(digest: str) -> bool:
    return MANIFEST.exists() and STAMP.exists() and STAMP.read_text() == digest


@contextlib.contextmanager
def parsing_alone() -> Iterator[None]:
    """Waits while another process (a UI, a test worker) parses the same project."""
    MANIFEST.parent.mkdir(exist_ok=True)
    with (MANIFEST.parent / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parse(settings: Settings) -> None:
    """Parse beside the artefacts in use, then replace each whole: a reader sees no half of one."""
    target = MANIFEST.parent
    with tempfile.TemporaryDirectory(prefix="parse-", dir=target) as folder:
        parsed = Path(folder)
        if (target / PARTIAL_PARSE).exists():
            shutil.copy(target / PARTIAL_PARSE, parsed)
        result = subprocess.run(  # noqa: S603 -- our own executable and arguments
            [dbt_executable(), "parse", "--quiet", "--target", settings.target],
            env=process_environment(settings, parsed) | {"DBT_LOG_FORMAT": "text"},
            cwd=DBT_PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise DbtParseError(f"the dbt project does not parse:\n{result.stdout}{result.stderr}")
        for name in (PARTIAL_PARSE, SEMANTIC_MANIFEST, MANIFEST.name):
            (parsed / name).replace(target / name)


def project_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT_ROOT.rglob("*")):
        relative = path.relative_to(DBT_PROJECT_ROOT)
        if path.is_file() and relative.parts[0] not in ("target", "logs"):
            digest.update(str(relative).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
