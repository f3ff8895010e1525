"""How each claim about attitudes and the loyalty scorecard is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "attitudes_lie_between_0_and_100": """
        insert into intermediate.int_customers_attitudes_scored (customer_key, trust_score)
        values ('a', 100.0001)
    """,
    "loyalty_definition_is_complete": """
        update seeds.loyalty_weights set weight = weight - 0.000001 where item = 'trust'
    """,
    # Ann has answered the panel and is known by everything but trust.
    "loyalty_scores_are_means_of_their_known_items": """
        insert into intermediate.int_loyalty_items_scored (customer_key, item, score)
        select customer_key, 'trust', 0 from intermediate.int_loyalty_items_scored
        where item = 'attachment'
    """,
    "every_customer_has_exactly_one_scorecard": """
        insert into marts.loyalty_scorecard (customer_key) values ('unknown')
    """,
    "nobody_reaches_a_loyalty_stage_on_what_is_not_known": """
        insert into marts.loyalty_scorecard
            (customer_key, loyalty_stage, loyalty_stage_reason,
             cognitive_dimension_score, emotional_dimension_score, intention_dimension_score)
        values ('a', 'conative', 'the action is not known', 70, 70, 70)
    """,
}
