"""The code location: loads, opens nothing at import, and names things as the warehouse does."""

import json
import subprocess
import sys

import dagster as dg
import pytest

from orchestration.assets.dbt_process import prepared_manifest
from orchestration.automation import JOB_NAME
from orchestration.contracts import load_extract_contracts
from orchestration.definitions import build_defs
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT, Settings

WATCH_IMPORT = """
import json, os, sys
seen = []
def watch(event, arguments):
    if event in ("sqlite3.connect", "socket.connect", "subprocess.Popen", "os.mkdir"):
        seen.append([event, str(arguments[:1])])
    if event == "open":
        path, mode, _ = arguments
        path = str(path)
        ours = path.startswith(sys.argv[1] + os.sep) and os.sep + ".venv" not in path
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        if ours and (writes or not path.endswith((".py", ".pyc"))):
            seen.append([event, path, mode])
sys.dont_write_bytecode = True
import dagster, dagster_dbt
sys.addaudithook(watch)
import orchestration.definitions, orchestration.cli
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    return build_defs(settings)


@pytest.fixture(scope="module")
def job(definitions: dg.Definitions) -> dg.JobDefinition:
    return definitions.resolve_job_def(JOB_NAME)


def test_importing_the_location_opens_nothing():
    result = subprocess.run(
        [sys.executable, "-c", WATCH_IMPORT, str(PROJECT_ROOT)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout.splitlines()[-1]) == []


def test_definitions_are_loadable(definitions: dg.Definitions):
    dg.Definitions.validate_loadable(definitions)


def test_every_active_extract_and_every_model_is_an_asset(
    settings: Settings, definitions: dg.Definitions
):
    keys = {tuple(key.path) for key in definitions.resolve_all_asset_keys()}
    contracts = load_extract_contracts(CONTRACTS_ROOT, settings.sources)
    assert {(c.raw_schema, c.table) for c in contracts.values()} <= keys
    nodes = json.loads(prepared_manifest(settings).read_text())["nodes"].values()
    models = {(n["schema"], n["name"]) for n in nodes if n["resource_type"] in ("model", "seed")}
    assert models <= keys
    assert ("serving", "publication") in keys


def test_assets_are_grouped_described_and_owned(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.group_name in {
            "extracts", "seeds", "staging", "intermediate", "value", "marts", "segments",
            "publication", "history",
        }, key  # fmt: skip
        assert node.description, key
        assert node.owners, key
        assert node.kinds, key


def test_publication_waits_for_every_model_and_every_blocking_check(
    definitions: dg.Definitions, job: dg.JobDefinition
):
    graph = definitions.resolve_asset_graph()
    candidate = graph.get(dg.AssetKey(["serving", "candidate"]))
    models = {
        key for key in graph.materializable_asset_keys
        if graph.get(key).group_name in {"staging", "intermediate", "marts", "segments"}
    }  # fmt: skip
    assert models <= candidate.parent_keys
    blocking = {
        key.name
        for key in graph.asset_check_keys
        if key.asset_key == candidate.key and graph.get_check_spec(key).blocking
    }
    assert {"seg_customer_keeps_its_contract", "seg_summary_keeps_its_contract"} <= blocking


def test_one_process_and_one_run_at_a_time(job: dg.JobDefinition):
    assert job.executor_def.name == "in_process"
    text = (PROJECT_ROOT / "orchestration" / "dagster_instance.yaml").read_text()
    assert "max_concurrent_runs: 1" in text
    assert job.tags["dagster/retry_strategy"] == "FROM_ASSET_FAILURE"


def test_dg_finds_the_same_definitions():
    result = subprocess.run(
        [str(PROJECT_ROOT / ".venv" / "bin" / "dg"), "check", "defs"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
