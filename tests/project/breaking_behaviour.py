"""How each claim about buying behaviour is broken: one statement each.

A claim is a singular test or a named generic test of dbt; the statement changes the warehouse of
the tiny world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "behaviour_rules_are_complete": """
        delete from seeds.behaviour_rules where rule = 'trial_days'
    """,
    "concentration_ties_to_customer_value": """
        update marts.concentration set revenue_amount = revenue_amount + 0.0001
        where revenue_window = 'all_history'
    """,
    "shares_of_the_largest_rise_with_the_cut": """
        update marts.concentration_top set revenue_amount = revenue_amount - 0.0001
        where cut_kind = 'top_customers' and cut_size = 100
    """,
    "every_buyer_has_one_trend": """
        update marts.customer_trend set recent_net_amount = recent_net_amount + 0.0001
    """,
    "regularity_rests_on_customers_with_two_intervals": """
        delete from marts.purchase_regularity
    """,
}
