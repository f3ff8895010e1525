"""Every row of the metric catalogue has a tested home, or says which work it waits for.

Belongs here: which rows must have a home, what a home must have, and what the definitions look
like. Reads the project's files; nothing is built. Does not belong here: what a column holds (unit
tests beside the models) and the pages made of it (``test_metric_dictionary.py``).
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from orchestration.contracts.metric_catalogue import (
    CarriedMetrics,
    Metric,
    MetricColumn,
    read_carried_metrics,
    read_catalogue,
)
from orchestration.settings import DBT_PROJECT_ROOT, PROJECT_ROOT

# Rows per group; 188 in all.
GROUP_SIZES = dict(A=12, B=28, C=25, D=22, E=18, F=23, G=10, H=16, I=16, J=9, K=5, L=4)
# Groups whose marts are built: of these only the named rows may still wait.
FINISHED_GROUPS = "BCDEH"
FINISHED_ROWS = {"F23", "L4"}
MAY_STILL_WAIT = {"C19"}  # measured against hold-outs, so it comes with the campaign marts
# Homes that only pass on what another has made: their figures are proven by these tests.
PROVEN_ELSEWHERE = {
    "bridge_customer_identity": "tests/project/test_tiny_world.py"
    "::test_records_that_share_a_proof_are_one_customer",
    "model_backtest": "tests/unit/valuation/test_backtest_measures.py"
    "::test_measures_weigh_customers",
}
LONGEST_DEFINITION = 320
# Words that point at another column's description, and numbers that the meta states already.
POINTS_ELSEWHERE = re.compile(
    r"^(its|their|of (it|these|them))\b|\b(end|share|part) of (it|these|them)\b|\([A-L]\d+\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Project:
    """The catalogue, and what the yml files of the models carry of it."""

    catalogue: dict[str, Metric]
    carried: CarriedMetrics

    def homes(self) -> dict[str, list[MetricColumn]]:
        return {number: self.carried.homes(number) for number in self.catalogue}


def rows_without_a_home(project: Project) -> list[str]:
    """Carry the row in a column of a mart, ``config: {meta: {metric: B2}}``, or state in the seed
    metric_catalogue what it waits for."""
    homes = project.homes()
    return [n for n, row in project.catalogue.items() if not homes[n] and not row.waits_for]


def rows_that_have_what_they_wait_for(project: Project) -> list[str]:
    """Empty waits_for in the seed metric_catalogue: the row has a home now."""
    homes = project.homes()
    return [n for n, row in project.catalogue.items() if homes[n] and row.waits_for]


def rows_that_may_not_wait_any_more(project: Project) -> list[str]:
    """Build the home of the row: the marts of its group are finished."""
    return [
        number
        for number, row in project.catalogue.items()
        if row.waits_for
        and (number[0] in FINISHED_GROUPS or number in FINISHED_ROWS)
        and number not in MAY_STILL_WAIT
    ]


def numbers_that_are_not_in_the_catalogue(project: Project) -> list[str]:
    """Write a number of the seed metric_catalogue into the column's meta, or add the row there."""
    return [
        f"{column.model}.{column.column}: {number}"
        for column in project.carried.columns
        for number in column.metrics
        if number not in project.catalogue
    ]


def homes_without_a_unit_test(project: Project) -> list[str]:
    """Write a unit test for the model, or name the test of what makes its figures."""
    homes = {column.model for columns in project.homes().values() for column in columns}
    return sorted(homes - project.carried.unit_tests.keys() - PROVEN_ELSEWHERE.keys())


def definitions_in_bad_form(project: Project) -> list[str]:
    """Write one or two sentences that a reader of a report understands, with a name of its own."""
    names = Counter(row.name for row in project.catalogue.values())
    return [
        number
        for number, row in project.catalogue.items()
        if not (row.name and row.grain and row.definition.endswith("."))
        or len(row.definition) > LONGEST_DEFINITION
        or names[row.name] > 1
    ]


def descriptions_that_do_not_stand_alone(project: Project) -> list[str]:
    """Say what "it" and "these" are, and leave the number to the meta: the dictionary, tooltips and
    seg_metric_definition show the description without the columns beside it."""
    return [
        f"{column.model}.{column.column}: {column.description}"
        for columns in project.homes().values()
        for column in columns
        if POINTS_ELSEWHERE.search(column.description)
    ]


RULES: tuple[Callable[[Project], list[str]], ...] = (
    rows_without_a_home,
    rows_that_have_what_they_wait_for,
    rows_that_may_not_wait_any_more,
    numbers_that_are_not_in_the_catalogue,
    homes_without_a_unit_test,
    definitions_in_bad_form,
    descriptions_that_do_not_stand_alone,
)


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(read_catalogue(DBT_PROJECT_ROOT), read_carried_metrics(DBT_PROJECT_ROOT))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_catalogue(rule, project: Project) -> None:
    found = rule(project)
    assert not found, "\n".join([rule.__doc__, *found])


def test_the_rows_are_numbered_without_gaps_in_their_groups(project: Project) -> None:
    expected = [f"{group}{n}" for group, size in GROUP_SIZES.items() for n in range(1, size + 1)]
    assert list(project.catalogue) == expected
    assert len(expected) == 188
    named = {(number[0], row.group_name) for number, row in project.catalogue.items()}
    assert len(named) == len(GROUP_SIZES)


def test_homes_that_are_proven_elsewhere_exist_and_so_do_their_tests(project: Project) -> None:
    homes = {column.model for columns in project.homes().values() for column in columns}
    for model, test in PROVEN_ELSEWHERE.items():
        assert model in homes
        assert model not in project.carried.unit_tests, f"{model} has a unit test of its own now"
        path, name = test.split("::")
        assert f"def {name}(" in (PROJECT_ROOT / path).read_text(), test


def sound_project() -> Project:
    """B2 has a tested home and F1 waits."""
    bought = Metric("B2", "Behaviour", "Purchase amount", "Sum of amounts.", "customer", "", "")
    engaged = Metric("F1", "Engagement", "Functional", "Buying.", "customer", "", "engagement")
    amount = MetricColumn("marts", "customer_value", "net_amount", "double", "Net.", ("B2",))
    return Project(
        {"B2": bought, "F1": engaged},
        CarriedMetrics((amount,), {"customer_value": ("a_story",)}),
    )


def changed_row(project: Project, number: str, **values: str) -> Project:
    return replace(
        project,
        catalogue=project.catalogue | {number: replace(project.catalogue[number], **values)},
    )


def changed_column(project: Project, **values: object) -> Project:
    (column,) = project.carried.columns
    columns = (replace(column, **values),)  # type: ignore[arg-type]
    return replace(project, carried=replace(project.carried, columns=columns))


BROKEN: tuple[tuple[str, Callable[[Project], Project], list[str]], ...] = (
    ("rows_without_a_home", lambda p: replace(p, carried=CarriedMetrics((), {})), ["B2"]),
    ("rows_without_a_home", lambda p: changed_column(p, layer="intermediate"), ["B2"]),
    ("rows_without_a_home", lambda p: changed_row(p, "F1", waits_for=""), ["F1"]),
    ("rows_that_have_what_they_wait_for", lambda p: changed_row(p, "B2", waits_for="x"), ["B2"]),
    ("rows_that_may_not_wait_any_more", lambda p: changed_row(p, "B2", waits_for="x"), ["B2"]),
    (
        "numbers_that_are_not_in_the_catalogue",
        lambda p: changed_column(p, metrics=("B2", "B99", 2)),
        ["customer_value.net_amount: B99", "customer_value.net_amount: 2"],
    ),
    (
        "homes_without_a_unit_test",
        lambda p: replace(p, carried=replace(p.carried, unit_tests={})),
        ["customer_value"],
    ),
    ("definitions_in_bad_form", lambda p: changed_row(p, "F1", definition=""), ["F1"]),
    ("definitions_in_bad_form", lambda p: changed_row(p, "F1", definition="x" * 400 + "."), ["F1"]),
    (
        "definitions_in_bad_form",
        lambda p: changed_row(p, "F1", name="Purchase amount"),
        ["B2", "F1"],
    ),
    (
        "descriptions_that_do_not_stand_alone",
        lambda p: changed_column(p, description="Upper end of it."),
        ["customer_value.net_amount: Upper end of it."],
    ),
    (
        "descriptions_that_do_not_stand_alone",
        lambda p: changed_column(p, description="Net amount (B2)."),
        ["customer_value.net_amount: Net amount (B2)."],
    ),
)


@pytest.mark.parametrize(("rule", "break_it", "found"), BROKEN)
def test_a_catalogue_that_breaks_a_rule_is_found(rule, break_it, found) -> None:
    function = {rule.__name__: rule for rule in RULES}[rule]
    assert function(sound_project()) == []
    assert function(break_it(sound_project())) == found


def test_each_rule_has_a_project_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN} == {rule.__name__ for rule in RULES}
