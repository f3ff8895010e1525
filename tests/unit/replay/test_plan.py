"""What has to be made for a model, in which order, and what a day leaves as it was."""

from pathlib import Path

import pytest

from orchestration.model_steps import PythonStep
from orchestration.replay.plan import plan_for
from orchestration.replay.scratch import EXTRACT_GUARD
from orchestration.replay.steps import UnknownStepError, python_steps
from orchestration.transform.compiled import CompiledProject, Model, UnknownModelError


def model(name: str, *reads: str, sql: str = "select 1") -> Model:
    nodes = tuple(read if "." in read else f"model.patron.{read}" for read in reads)
    return Model(f"model.patron.{name}", f"intermediate.{name}", sql, False, {}, nodes)


def project(*models: Model) -> CompiledProject:
    return CompiledProject({own.node: own for own in models}, Path("patron.duckdb"))


SCORED = project(
    model("statistics", "source.patron.crm.crm_customers", "seed.patron.rules"),
    model("scored", "source.patron.models.purchase_score", "source.patron.models.model_run"),
    model("held", "scored", "statistics"),
    model("elsewhere", "statistics"),
)
VALUE = PythonStep("value_models", ("intermediate.statistics", "seeds.rules"), lambda *_: None)


def test_what_a_python_step_reads_is_made_before_it_and_it_runs_once():
    plan = plan_for(SCORED, ["held"], {VALUE.name: VALUE})

    names = [getattr(item, "relation", None) or item.name for item in plan.items]
    assert names == [
        "intermediate.statistics", "value_models", "intermediate.scored", "intermediate.held",
    ]  # fmt: skip


def test_a_step_that_a_replay_does_not_know_is_named():
    with pytest.raises(UnknownStepError, match=r"made by value_models; a replay knows only other"):
        plan_for(SCORED, ["held"], {"other": VALUE})


def test_a_model_that_is_not_there_is_named():
    with pytest.raises(UnknownModelError, match="no model nobody"):
        plan_for(SCORED, ["nobody"], {})


def test_every_step_of_a_refresh_says_what_it_reads():
    for name, step in python_steps().items():
        assert step.name == name
        assert step.reads


def test_the_guard_of_staging_is_all_that_is_taken_for_it():
    guard = """
        from raw_rows
        cross join "patron"."raw"."run_context" as run_context
        where raw_rows.extract_date <= run_context.as_of_date
    """
    assert "run_context" not in EXTRACT_GUARD.sub("", guard)
    asked = guard + "and lines.invoiced_at < run_context.as_of_end_at"
    assert "run_context" in EXTRACT_GUARD.sub("", asked)
