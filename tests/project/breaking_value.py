"""How each claim about potential value and its changes is broken: one statement.

A claim is a singular test of dbt; the statement changes the warehouse of the tiny world, and the
claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "a_clv_or_its_reason": """
        update marts.customer_clv set clv_365d_amount = null, clv_reason = null
    """,
    "value_components_add_up": """
        update marts.customer_value set total_amount = 0.0001, profit_contribution_amount = 0,
            cost_saving_amount = 0, established_influence_amount = 0, potential_amount = 0,
            influence_amount = 0
    """,
    "a_value_tier_or_its_reason": """
        update marts.customer_value_tier set tier_reason = null, value_tier = 'not_tiered'
    """,
    "value_changes_close_for_every_customer": """
        update marts.customer_value_change set change_reason = null, opening_amount = 1,
            alive_change_amount = 0, frequency_change_amount = 0, spend_change_amount = 0,
            margin_change_amount = 0, influence_change_amount = 0, merge_change_amount = 0,
            definition_change_amount = 0, closing_amount = 1.0001
    """,
    "value_changes_begin_and_end_with_what_is_published": """
        delete from marts.customer_value_change
    """,
    "openings_lose_nobody_through_merges": """
        insert into intermediate.int_customers_value_opened (customer_key, member_count)
        values ('nobody', 1)
    """,
}
