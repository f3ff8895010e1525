"""How each claim about the programme's results, its lift and the tested claims is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "each_missing_lift_has_a_reason_and_each_lift_its_interval": """
        update marts.programme_lift set lift_reason = null
    """,
    "programme_shares_count_the_same_members": """
        insert into marts.programme_kpi (programme_kpi_key, member_count, active_member_count)
        values ('more than there are', 1, 2)
    """,
    "points_of_an_issue_month_are_all_accounted_for": """
        insert into marts.programme_kpi (programme_kpi_key, issued_points, cohort_open_points)
        values ('lost points', 2, 1)
    """,
    "each_missing_programme_cost_has_a_reason": """
        insert into marts.programme_economics (programme_economics_key) values ('silent')
    """,
    "referred_customers_were_invited": """
        insert into marts.referral_programme
            (referral_programme_key, invite_count, joined_count, first_order_count, join_rate)
        values ('more orders than newcomers', 2, 1, 2, 0.5)
    """,
    "programme_sales_are_those_of_members": """
        update intermediate.int_programme_months_costed
        set member_net_amount = coalesce(member_net_amount, 0) + 0.0001
    """,
    "points_that_expire_soon_are_open": """
        insert into segments.seg_programme_member
            (membership_key, points_expiring_30d, points_expiring_90d, open_points)
        values ('more than are open', 1, 1, 0)
    """,
    "each_claim_has_an_interval_or_a_reason": """
        update marts.claim_check set verdict_reason = null
    """,
}
