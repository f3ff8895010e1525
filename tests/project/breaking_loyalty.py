"""How each claim about brands, wallets, choosing and early signals is broken: one statement."""

BREAKS = {
    "every_wallet_currency_has_a_rate": """
        update intermediate.int_wallets_matched set wallet_amount = null
    """,
    "brand_shares_are_there_or_say_why_not": """
        update marts.brand_loyalty set requirements_reason = null
    """,
    "brand_shares_of_a_category_add_up_to_one": """
        update marts.brand_loyalty set occasion_count = occasion_count + 1
    """,
    "decision_times_are_there_or_say_why_not": """
        update marts.decision_effort set decision_minutes = -1
    """,
    "loyalty_signals_have_a_date_and_say_why_not": """
        update marts.loyalty_signal set is_falling = true
    """,
    "wallet_shares_are_there_or_say_why_not": """
        update marts.wallet_share set wallet_share_rate = 0
        where wallet_share_reason is not null
    """,
    "stability_under_shock_is_there_or_says_why_not": """
        update marts.shock_stability set stability_rate = 2, stability_reason = null
    """,
    "loyalty_rules_are_complete": """
        delete from seeds.loyalty_rules where rule = 'overdue_z'
    """,
}
