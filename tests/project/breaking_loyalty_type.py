"""How each claim about types of loyalty is broken: one statement each.

A claim is a singular test or a named generic test of dbt; the statement changes the warehouse of
the tiny world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "a_loyalty_type_follows_from_attachment_and_repeat": """
        update marts.loyalty_type set loyalty_type = 'inertia' where loyalty_type is null
    """,
    "a_share_behind_a_loyalty_type_or_its_reason": """
        update marts.loyalty_type set reward_share_reason = null, reward_share_rate = null
    """,
    "every_customer_has_one_type_and_buyers_one_main_category": """
        update marts.loyalty_type set net_amount = net_amount + 0.0001
        where category = 'all categories'
    """,
    "loyalty_segments_have_every_customer_and_their_amounts": """
        update segments.seg_loyalty_summary set customer_count = customer_count + 1
        where customer_kind = 'unknown'
    """,
}
