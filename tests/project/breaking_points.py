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
        update intermediate.int_points_entries_ordered set position = -position where is_lot
    """,
    "points_of_lots_and_missing_points_add_up_to_the_ledger": """
        update staging.stg_crm__loyalty_ledger set kind = 'expire' where kind = 'burn'
    """,
}
