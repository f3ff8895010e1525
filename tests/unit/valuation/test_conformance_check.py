"""The check on the installed models passes as they are, and fails on what is known to be wrong."""

import numpy as np
import pytest

from orchestration.checks.value_models import build_value_model_checks, conformance
from orchestration.valuation.conformance import REFERENCE, Comparison, compare_with_published


def test_the_installed_models_find_every_published_figure():
    found = compare_with_published()
    assert [item for item in found if not item.holds] == []
    assert conformance(found).passed
    assert len(found) == 19


def test_times_in_other_units_are_noticed():
    rows = np.loadtxt(REFERENCE / "cdnow_purchases.csv", delimiter=",", skiprows=1)
    rows[:, 1:3] *= 7
    found = compare_with_published(rows)
    missed = {(item.model, item.figure) for item in found if not item.holds}
    assert ("bgnbd", "alpha") in missed
    assert ("bgnbd", "log-likelihood") in missed
    result = conformance(found)
    assert not result.passed
    assert "bgnbd alpha: published 4.414, found 30.89" in str(result.metadata["missed"])


@pytest.mark.parametrize("found", [[], [Comparison("bgnbd", "r", 0.243, None, 0.001)]])
def test_a_comparison_that_did_not_happen_has_failed(found):
    assert not conformance(found).passed


def test_it_blocks_what_is_built_on_the_models():
    [spec] = build_value_model_checks().check_specs
    assert spec.blocking
    assert spec.asset_key.path == ["models", "model_run"]
