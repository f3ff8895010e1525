"""What is kept from run to run may not change with the as-of date, and must be followed."""

import re
from dataclasses import replace

import pytest

from orchestration.settings import Settings
from orchestration.transform.compiled import CompiledProject, compiled_project
from orchestration.transform.incremental.followed import LOOKED_UP, followed_tables
from orchestration.transform.incremental.part import KeptPart
from orchestration.transform.incremental.touched import ROWS_OF

# What lies beyond the as-of date is not there yet; the day after it counts as new.
ALLOWED = (
    r"extract_date <= run_context\.as_of_date",
    r"< run_context\.as_of_end_at",
    r"\brun_context\.as_of_date\s+from ",  # a column of a date, set to today's on all rows
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    return compiled_project(Settings(home=tmp_path_factory.mktemp("home")))


def dated_models(project: CompiledProject) -> list[str]:
    """Models of the chain that use the as-of date otherwise than allowed."""
    chain = KeptPart(project).chain.values()
    left = {
        model.node: re.sub("|".join(ALLOWED), "", without_comments(model.sql)) for model in chain
    }
    return [node for node, sql in left.items() if "as_of_" in sql]


def test_rows_that_are_kept_do_not_depend_on_the_as_of_date(project: CompiledProject):
    assert dated_models(project) == []


def test_a_kept_model_that_depends_on_the_date_is_found(project: CompiledProject):
    node = project.node_of("int_customers_rfm_measured")
    kept = {node: replace(project.models[node], kept_by="customer_key")}
    assert dated_models(replace(project, models={**project.models, **kept})) == [node]


def test_a_date_on_kept_rows_is_in_their_contract(project: CompiledProject):
    for model in KeptPart(project).kept.values():
        if re.search(ALLOWED[2], model.sql):
            assert "as_of_date" in model.contract, model.node


def test_rows_are_kept_by_a_key_that_is_followed(project: CompiledProject):
    kept = KeptPart(project).kept
    assert len(kept) > 10
    assert {model.kept_by for model in kept.values()} <= set(ROWS_OF)


def test_what_kept_rows_stand_on_is_followed_or_looked_up(project: CompiledProject):
    part = KeptPart(project)
    reads = {read for model in part.chain.values() for read in model.reads}
    assert set(LOOKED_UP) | set(followed_tables()) <= reads
    # A file without ids of orders, delivered whole: where it is used everything is made anew.
    assert part.unfollowed == {"source.patron.online_retail.online_retail_lines"}


def test_claims_about_kept_tables_are_judged_of_the_touched(project: CompiledProject):
    names = {project.claims[node].name for node in KeptPart(project).claims}
    assert {"order_amounts_reconcile_to_raw", "no_identifier_spans_two_customers"} <= names


def without_comments(sql: str) -> str:
    return re.sub(r"--.*", "", sql)
