"""The dbt project as plain SQL: compiled once per state of its files, with its seeds loaded.

Belongs here: the compiled models and claims (data tests) with what each reads, and where they are
kept. Does not belong here: running them (``statements.py``, ``build.py``).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.assets.dbt_process import (
    MANIFEST,
    PARTIAL_PARSE,
    DbtParseError,
    dbt_executable,
    parsing_alone,
    prepared_manifest,
    process_environment,
    project_digest,
)
from orchestration.settings import DBT_PROJECT_ROOT, Settings

COMPILED = MANIFEST.parent / "compiled"
NODES_FILE = "nodes-2.json"  # the number is raised when Model or Claim get other fields
MODELS_SOURCE = "source.patron.models."  # tables that Python models make
# Compiled SQL names its tables by database, which DuckDB calls by the stem of the file.
SEEDS_FILE = "patron.duckdb"


class UnknownModelError(ValueError):
    """A model is asked for that the project does not have."""


@dataclass(frozen=True, eq=False)
class Model:
    """One compiled model. ``contract`` holds its column types where dbt enforces them; of a model
    that is kept from run to run, ``kept_by`` is the column that says whose a row is.
    """

    node: str
    relation: str
    sql: str
    is_view: bool
    contract: Mapping[str, str]
    reads: tuple[str, ...]  # nodes: models, seeds, sources
    kept_by: str = ""


@dataclass(frozen=True, eq=False)
class Claim:
    """One compiled data test: ``sql`` gives the rows that break it.

    ``failures`` counts them (``fail_calc`` of dbt); ``warns`` and ``fails`` are the conditions on
    that count that make it a warning or a failure; a claim that only warns has no ``fails``.
    """

    node: str
    name: str
    sql: str
    failures: str
    warns: str
    fails: str | None
    reads: tuple[str, ...]


@dataclass(frozen=True)
class CompiledProject:
    """All models and claims by node, and a DuckDB file that holds the seeds."""

    models: Mapping[str, Model]
    seeds_file: Path
    claims: Mapping[str, Claim] = field(default_factory=dict)

    def node_of(self, name: str) -> str:
        """The node of a model by its name.

        Raises:
            UnknownModelError: the project has no such model.
        """
        node = f"model.patron.{name}"
        if node not in self.models:
            raise UnknownModelError(f"the dbt project has no model {name}")
        return node


def compiled_project(
    settings: Settings, before_compiling: Callable[[], None] = lambda: None
) -> CompiledProject:
    """The project as it stands; compiled again (half a minute) only when a file of it changed.

    Raises:
        DbtParseError: with dbt's own message.
    """
    prepared_manifest(settings)
    folder = COMPILED / project_digest()[:16]
    if not (folder / NODES_FILE).exists():
        with parsing_alone():
            if not (folder / NODES_FILE).exists():
                before_compiling()
                _compile(settings, folder)
    nodes = json.loads((folder / NODES_FILE).read_text())
    models = [Model(**{**d, "reads": tuple(d["reads"])}) for d in nodes["models"]]
    claims = [Claim(**{**d, "reads": tuple(d["reads"])}) for d in nodes["claims"]]
    return CompiledProject(
        {model.node: model for model in models},
        folder / SEEDS_FILE,
        {claim.node: claim for claim in claims},
    )


def _compile(settings: Settings, folder: Path) -> None:
    """Seeds first, then the models' SQL; the file of nodes is written last and completes it."""
    shutil.rmtree(COMPILED, ignore_errors=True)  # what older states of the project left
    folder.mkdir(parents=True)
    shutil.copy(MANIFEST.parent / PARTIAL_PARSE, folder)
    for command in (["seed"], ["compile", "--select", "resource_type:model", "resource_type:test"]):
        result = subprocess.run(  # noqa: S603 -- our own executable and arguments
            [dbt_executable(), *command, "--quiet", "--target", settings.target],
            env=process_environment(settings, folder)
            | {"DBT_LOG_FORMAT": "text", "PATRON_WAREHOUSE_FILE": str(folder / SEEDS_FILE)},
            cwd=DBT_PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise DbtParseError(
                f"dbt {command[0]} of the project failed:\n{result.stdout}{result.stderr}"
            )
    manifest = json.loads((folder / MANIFEST.name).read_text())
    nodes = list(manifest["nodes"].values())
    compiled = {
        "models": [asdict(model) for model in _models(nodes)],
        "claims": [asdict(claim) for claim in _claims(nodes)],
    }
    for left_over in folder.iterdir():
        if left_over.name != SEEDS_FILE:
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
    partial = folder / f"{NODES_FILE}.tmp"
    partial.write_text(json.dumps(compiled))
    partial.replace(folder / NODES_FILE)


def _models(nodes: Iterable[Mapping[str, Any]]) -> Iterable[Model]:
    for node in nodes:
        if node["resource_type"] != "model":
            continue
        is_enforced = node["contract"]["enforced"]
        columns = node["columns"].values() if is_enforced else ()
        yield Model(
            node=node["unique_id"],
            relation=f"{node['schema']}.{node['alias']}",
            sql=node["compiled_code"].rstrip().rstrip(";"),
            is_view=node["config"]["materialized"] == "view",
            contract={column["name"]: column["data_type"] for column in columns},
            reads=tuple(node["depends_on"]["nodes"]),
            kept_by=node["config"].get("meta", {}).get("kept_by", ""),
        )


def _claims(nodes: Iterable[Mapping[str, Any]]) -> Iterable[Claim]:
    for node in nodes:
        if node["resource_type"] != "test":
            continue
        config = node["config"]
        only_warns = config["severity"].lower() == "warn"
        yield Claim(
            node=node["unique_id"],
            name=node["name"],
            sql=node["compiled_code"].rstrip().rstrip(";"),
            failures=config["fail_calc"],
            warns=config["warn_if"],
            fails=None if only_warns else config["error_if"],
            reads=tuple(node["depends_on"]["nodes"]),
        )
