"""Other places where the publication is shown exist where they are configured, and only there."""

import json
import os
import subprocess
import sys

import dagster as dg
import pytest

from orchestration.automation import JOB_NAME
from orchestration.definitions import build_defs
from orchestration.settings import PROJECT_ROOT, SettingError, Settings, load_settings

DSN = "postgresql://publisher:t0p-secret@127.0.0.1:1/bi"
WITHOUT_TARGET = """
import json, sys
from orchestration.settings import load_settings
import orchestration.cli, orchestration.definitions, orchestration.status, orchestration.doctor
import orchestration.publish.targets
settings = load_settings()
assert orchestration.publish.targets.configured_targets(settings) == []
list(orchestration.doctor._targets(settings))
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_without_a_setting_nothing_of_a_target_is_imported() -> None:
    environment = {n: v for n, v in os.environ.items() if not n.startswith("PATRON_")}
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_TARGET],
        cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    imported = json.loads(result.stdout)
    assert "dagster" in imported
    assert {"psycopg", "boto3"}.isdisjoint(imported)


def test_each_target_that_is_set_stands_behind_the_publication_with_its_check(tmp_path) -> None:
    settings = load_settings(
        {
            "PATRON_HOME": str(tmp_path),
            "PATRON_POSTGRES_DSN": DSN,
            "PATRON_OBJECT_STORE_URL": "s3://lake/bi",
        }
    )
    definitions = build_defs(settings)
    graph = definitions.resolve_asset_graph()
    for name in ("postgres", "object_store"):
        key = dg.AssetKey(["serving", name])
        assert graph.get(key).parent_keys == {dg.AssetKey(["serving", "publication"])}
        assert {check.name for check in graph.asset_check_keys if check.asset_key == key} == {
            f"{name}_equals_what_is_served"
        }
        assert f"serving__{name}" in definitions.resolve_job_def(JOB_NAME).graph.node_dict


@pytest.mark.parametrize(
    "wrong",
    ["lake", "https://lake/bi", "s3://", "s3://key:t0p-secret@lake/bi", "s3://lake/a b",
     "s3://lake/bi?secret=t0p-secret", "s3://Lake/bi", "s3://lake//bi"],
)  # fmt: skip
def test_what_is_no_bucket_is_refused_without_quoting_it(wrong: str) -> None:
    with pytest.raises(SettingError, match="PATRON_OBJECT_STORE_URL is no address") as failure:
        load_settings({"PATRON_OBJECT_STORE_URL": wrong})
    assert "t0p-secret" not in str(failure.value)


def test_the_secret_is_in_no_picture_of_the_settings() -> None:
    settings = load_settings({"PATRON_POSTGRES_DSN": DSN})
    assert settings.postgres_dsn == DSN
    assert "t0p-secret" not in f"{settings} {settings!r}"
    assert (
        load_settings({"PATRON_POSTGRES_DSN": ""})
        == load_settings({})
        == Settings(home=PROJECT_ROOT / "data")
    )


@pytest.mark.parametrize(
    "wrong",
    ["t0p-secret", "host=h password t0p-secret", "host=h t0p-secret=1", "postgres:/t0p-secret"],
)
def test_what_is_no_connection_string_is_refused_without_quoting_it(wrong: str) -> None:
    with pytest.raises(SettingError, match="PATRON_POSTGRES_DSN is no connection") as failure:
        load_settings({"PATRON_POSTGRES_DSN": wrong})
    assert "t0p-secret" not in str(failure.value)
    assert failure.value.__suppress_context__


@pytest.mark.parametrize("wrong", ["", "public", "pg_monitor", "x" * 64])
def test_what_is_no_name_of_a_role_is_refused(wrong: str) -> None:
    with pytest.raises(SettingError, match="PATRON_POSTGRES_READER"):
        load_settings({"PATRON_POSTGRES_READER": wrong})
