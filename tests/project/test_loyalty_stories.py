"""The twenty people of the village: type of loyalty, rule, evidence and reason, by hand.

Of 18 people who bought coffee in the year, half reach 3 days: 4 days are often (seed
loyalty_type_rules). The answer 1 of 7 is 0 of 100, 2 is 17, 3 is 33, 4 is 50 and 6 is 83.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
import tiny_village
from conftest import Build, opened

OFTEN = "buys often, on 6 days of the last 365, where 4 are often, without being attached"
INERT = "out of habit, for nothing else explains it"


@dataclass(frozen=True)
class Story:
    """What is known of one person's coffee; ``evidence`` names columns of the mart."""

    type: str | None
    cell: str | None
    rule: str
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)


STORIES = {
    "inert-ida": Story(
        "inertia", "spurious", "no_other_cause",
        f"{OFTEN} (33 of 100): {INERT} (share of wallet not known, on promotion 16.7 %, in one"
        " store 33.3 %, redeeming points 0 %)",
        # What is said of her wallet was imputed from others.
        {"sole_source_share_rate": None, "sole_source_share_reason": "nobody told the wallet",
         "promotion_share_rate": 10 / 60, "one_store_share_rate": 2 / 6, "known_cause_count": 3},
    ),
    "coupon-carl": Story(
        "price", "spurious", "promotion",
        f"{OFTEN} (17 of 100): 83.3 % of the spend was on promotion",
        {"promotion_share_rate": 50 / 60, "repeat_driver": "price", "occasion_count": 6},
    ),
    "captive-mona": Story(
        "monopoly", "spurious", "sole_source",
        f"{OFTEN} (0 of 100): 100 % of all spend on these goods is with us, effort of leaving"
        " 100 of 100",
        # All of her orders are from one store as well: the first rule decides.
        {"sole_source_share_rate": 1, "one_store_share_rate": 1, "switching_score": 100},
    ),
    "free-fred": Story(
        "inertia", "spurious", "no_other_cause",
        f"{OFTEN} (33 of 100): {INERT} (share of wallet 100 %, effort of leaving 0 of 100, on"
        " promotion 0 %, in one store 0 %, redeeming points 0 %)",
        {"sole_source_share_rate": 1, "switching_score": 0, "known_cause_count": 4},
    ),
    "nearby-conny": Story(
        "convenience", "spurious", "one_store",
        f"{OFTEN} (33 of 100): 83.3 % of the orders were placed in store V2",
        {"sole_source_share_rate": 0.25, "one_store_share_rate": 5 / 6, "top_store_id": "V2"},
    ),
    "collecting-paul": Story(
        "incentive", "spurious", "reward",
        f"{OFTEN} (33 of 100): 33.3 % of the orders redeemed points",
        {"reward_share_rate": 2 / 6, "promotion_share_rate": 0, "one_store_share_rate": 0},
    ),
    "unmoved-udo": Story(
        "inertia", "spurious", "no_other_cause",
        f"{OFTEN} (50 of 100): {INERT} (share of wallet not known, on promotion 0 %, in one store"
        " 0 %, redeeming points 0 %)",
        {"is_little_involved": True, "loyalty_barriers": "low involvement"},
    ),
    "loyal-tara": Story(
        "super_value", "true", "attached_and_repeating",
        "is attached (100 of 100) and buys often: on 7 days of the last 365, where 4 are often",
        {"attachment_score": 100, "occasion_count": 7, "often_from_count": 4,
         "category_buyer_count": 18, "choice_evenness_rate": 0, "is_variety_seeking": False},
    ),
    "fond-lea": Story(
        "latent", "latent", "attached_without_repeat",
        "is attached (83 of 100) but seldom buys: on 1 day of the last 365, where 4 are often",
        {"is_variety_seeking": None},
    ),
    "roaming-vera": Story(
        "latent", "latent", "attached_without_repeat",
        "is attached (83 of 100) but seldom buys: on 2 days of the last 365, where 4 are often",
        # Six brands in two orders, none of them twice: as even as can be.
        {"choice_purchase_count": 6, "choice_evenness_rate": 1,
         "loyalty_barriers": "variety seeking"},
    ),
    "both-bea": Story(
        "latent", "latent", "attached_without_repeat",
        "is attached (100 of 100) but seldom buys: on 3 days of the last 365, where 4 are often",
        {"net_amount": 30},
    ),
    "lapsed-olga": Story(
        "latent", "latent", "attached_without_repeat",
        "is attached (100 of 100) but has not bought in the last 365 days",
        {"occasion_count": 0, "reward_share_rate": None, "net_amount": 0,
         "reward_share_reason": "no purchase in the last 365 days"},
    ),
    "passing-noa": Story(
        "none", "none", "neither",
        "is not attached (17 of 100) and seldom buys: on 1 day of the last 365, where 4 are often",
    ),
    "torn-eve": Story(
        "none", "none", "neither",
        "is not attached (33 of 100) and seldom buys: on 2 days of the last 365, where 4 are often",
        # She rates the best alternative exactly as us, and spends as much there.
        {"value_ratio": 1, "loyalty_barriers": "competitive parity", "sole_source_share_rate": 0.5},
    ),
    "cross-del": Story(
        "none", "none", "neither",
        "is not attached (would recommend us with 3 of 10) and seldom buys: on 1 day of the last"
        " 365, where 4 are often",
        {"attitude_basis": "recommendation", "attachment_score": None},
    ),
    "passive-pam": Story(
        None, None, "attachment_unknown",
        "seldom buys: on 1 day of the last 365, where 4 are often; to recommend us with 8 of 10"
        " does not tell of attachment",
        {"is_attached": None, "is_repeating": False},
    ),
    "unasked-nora": Story(
        None, None, "attachment_unknown",
        "buys often: on 6 days of the last 365, where 4 are often; 100 % of the orders were placed"
        " in store V2; no current answer tells of attachment",
        {"repeat_driver": "convenience", "attitude_basis": None},
    ),
    "silent-sid": Story(
        None, None, "attachment_unknown",
        "first bought on 2025-06-11; no current answer tells of attachment",
        {"is_repeating": None},
    ),
    "new-nele": Story(
        None, None, "too_new_to_repeat",
        "is attached (100 of 100) and first bought on 2025-06-01: too early to tell whether it will"
        " be often",
        {"is_attached": True, "is_repeating": None},
    ),
}  # fmt: skip
# Who never bought has no category but all of them.
NEVER_BOUGHT = Story(
    "latent", "latent", "attached_without_repeat",
    "is attached (would recommend us with 10 of 10) but has never bought",
    {"attitude_basis": "recommendation", "occasion_count": 0, "is_main_category": False},
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(tiny_build: Build) -> dict[tuple[str, str], dict[str, Any]]:
    """The mart's rows of the village by person and category."""
    with opened(tiny_build) as connection:
        found = connection.execute(
            "select identities.customer_id, types.* from marts.loyalty_type as types"
            " inner join marts.bridge_customer_identity as identities using (customer_key)"
            f" where identities.source_system = '{tiny_village.VILLAGE}'"
        )
        names = [column[0] for column in found.description]
        records = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(record["customer_id"], record["category"]): record for record in records}


def told(row: dict[str, Any]) -> Story:
    return Story(
        row["loyalty_type"], row["matrix_cell"], row["loyalty_rule"], row["loyalty_reason"]
    )


def differing(row: dict[str, Any], story: Story) -> dict[str, Any]:
    """The evidence that is not as expected."""
    return {
        name: row[name]
        for name, expected in story.evidence.items()
        if row[name] != (expected if expected is None else pytest.approx(expected))
        and row[name] != expected
    }


def test_every_person_has_a_story() -> None:
    assert {*STORIES, "promoter-pru"} == set(tiny_village.COFFEE)


@pytest.mark.parametrize("person", STORIES)
def test_a_person_has_the_type_the_evidence_and_the_reason(rows, person: str) -> None:
    row, story = rows[person, "Coffee"], STORIES[person]
    assert told(row) == Story(story.type, story.cell, story.rule, story.reason)
    assert differing(row, story) == {}
    assert row["is_main_category"]


@pytest.mark.parametrize("person", sorted({*STORIES} - {"both-bea"}))
def test_who_buys_coffee_alone_is_of_that_type_altogether(rows, person: str) -> None:
    row, story = rows[person, "all categories"], STORIES[person]
    assert (row["loyalty_type"], row["matrix_cell"], row["loyalty_rule"]) == (
        story.type, story.cell, story.rule,
    )  # fmt: skip
    assert not row["is_main_category"]


def test_the_promoter_who_never_buys_is_latent(rows) -> None:
    row = rows["promoter-pru", "all categories"]
    assert told(row) == Story(
        NEVER_BOUGHT.type, NEVER_BOUGHT.cell, NEVER_BOUGHT.rule, NEVER_BOUGHT.reason
    )
    assert differing(row, NEVER_BOUGHT) == {}


def test_who_buys_often_but_nothing_often_is_loyal_altogether(rows) -> None:
    """Three days of coffee and three of tea: seldom for coffee, often for a customer."""
    assert rows["both-bea", "Coffee"]["loyalty_type"] == "latent"
    assert rows["both-bea", "all categories"]["loyalty_type"] == "super_value"
    assert rows["both-bea", "all categories"]["occasion_count"] == 6


def test_each_of_the_twenty_has_one_row_over_all_categories(rows) -> None:
    everybody = [person for person, category in rows if category == "all categories"]
    assert sorted(everybody) == sorted(tiny_village.COFFEE)
    assert len(everybody) == 20
