"""The freshness policy of the publication: it is evaluated, and a missed refresh shows."""

import asyncio
import time

import dagster as dg
import pytest
import yaml
from dagster._core.definitions import freshness_evaluator
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.loader import LoadingContextForTest

from orchestration.automation import PUBLICATION_FRESH_HOURS, publication_freshness
from orchestration.refresh import INSTANCE_CONFIG


def test_the_daemon_evaluates_freshness():
    assert yaml.safe_load(INSTANCE_CONFIG.read_text())["freshness"] == {"enabled": True}


@pytest.mark.parametrize(
    ("hours_later", "state"),
    [
        (1, FreshnessState.PASS),
        (PUBLICATION_FRESH_HOURS - 2, FreshnessState.WARN),
        (PUBLICATION_FRESH_HOURS + 1, FreshnessState.FAIL),
    ],
)
def test_a_missed_refresh_shows(monkeypatch, hours_later, state):
    @dg.asset(freshness_policy=publication_freshness())
    def publication() -> None: ...

    now = time.time()
    node = dg.Definitions(assets=[publication]).resolve_asset_graph().get(publication.key)
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([publication], instance=instance)
        monkeypatch.setattr(
            freshness_evaluator, "get_current_timestamp", lambda: now + hours_later * 3600
        )
        evaluator = freshness_evaluator.TimeWindowFreshnessPolicyEvaluator()
        context = LoadingContextForTest(instance)
        assert asyncio.run(evaluator.evaluate_freshness(context, node)) == state
