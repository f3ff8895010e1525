"""How each claim about points and tiers is broken: one statement each.

A claim is a singular test of dbt or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "a_lot_is_issued_points_without_rest_and_never_negative": """
        update marts.points_ledger_lot
        set open_points = open_points - issued_points,
            redeemed_points = redeemed_points + issued_points
    """,
    "a_ledger_balance_is_open_points_less_what_found_no_lot": """
        update marts.points_balance set debt_points = debt_points + 0.0001
    """,
    "debits_take_from_lots_that_were_there": """
        update intermediate.int_points_entries_ordered set position = position + 1000 where is_lot
    """,
    "points_of_lots_and_missing_points_add_up_to_the_ledger": """
        update staging.stg_crm__loyalty_ledger set kind = 'expire' where kind = 'burn'
    """,
    "points_expected_to_be_redeemed_are_among_those_open": """
        update marts.points_liability set expected_points = open_points + 0.0001
    """,
    "the_liability_is_of_all_open_points": """
        update marts.points_liability set open_points = open_points + 1 where cohort = 'all'
    """,
    "revenue_of_goods_and_points_is_what_was_sold": """
        insert into marts.points_revenue
            (sold_amount, goods_revenue_amount, points_revenue_amount, deferred_revenue_amount)
        values (1, 1, 1, 0)
    """,
    "tiers_open_a_month_as_they_closed_the_one_before": """
        insert into marts.tier_migration
            (program_id, month_start_date, from_tier, to_tier, member_count)
        values ('card', date '2025-01-01', 'none', 'gold', 1)
    """,
}
