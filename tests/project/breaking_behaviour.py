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
    "every_buyer_has_one_price_behaviour": """
        update marts.price_behaviour
        set price_tolerance_reason = null, price_tolerance_ratio = null
    """,
    "window_spend_reconciles_to_order_lines": """
        update marts.price_behaviour set window_net_amount = window_net_amount + 0.0001
    """,
    "repeats_after_price_rises_add_up": """
        update marts.price_elasticity
        set purchases_without_rise_count = purchases_without_rise_count + 1
        where segment_kind = 'all'
    """,
    "demand_contributions_of_a_category_add_up_to_one": """
        update marts.customer_category
        set demand_contribution_rate = demand_contribution_rate + 0.001
        where customer_key = 'unknown'
    """,
    "category_amounts_reconcile_to_customer_value": """
        update marts.customer_category set net_amount = net_amount + 0.0001
        where customer_key = 'unknown'
    """,
    "affinity_counts_agree_with_each_other": """
        insert into marts.product_affinity
            (basis, category, attached_category, both_count, category_count,
             attached_category_count)
        values ('order', 'Mugs', 'Bowls', 1, 1, 1)
    """,
    "trials_of_a_launch_are_of_its_loyal_customers": """
        insert into marts.product_launch
            (product_key, launched_date, exposed_loyal_count, loyal_trial_count,
             trial_customer_count)
        values ('never sold', date '2025-01-01', 1, 0, 0)
    """,
    "returns_reconcile_to_order_lines": """
        update marts.customer_return set returned_amount = returned_amount + 0.0001
    """,
    "every_behaviour_figure_is_there": """
        delete from marts.behaviour_kpi where kpi = 'loyal_trial_rate'
    """,
}
