"""How each claim about influence, perceived value, contracts and acquisition is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    # referrals
    "referral_weights_per_referee_sum_to_one": """
        insert into intermediate.int_referrals_attributed (referee_key, attribution_weight)
        values ('somebody', 0.9999999999)
    """,
    "every_credited_referral_has_its_pair": """
        insert into intermediate.int_referrals_classified (referral_id) values ('without a pair')
    """,
    "nobody_is_brought_after_bringing_others": """
        insert into intermediate.int_referrals_classified (referrer_key, referee_key, referred_at)
        values ('a', 'b', timestamp '2025-01-01'), ('b', 'a', timestamp '2025-01-01')
    """,
    "credits_of_a_referee_sum_to_its_margin": """
        insert into intermediate.int_referrals_attributed
            (referee_key, realised_margin_amount, credited_margin_amount)
        values ('nobody with orders', 0, 0.0001)
    """,
    "credited_margins_reconcile_to_referral_value": """
        update marts.referral_value
        set established_influence_amount = coalesce(established_influence_amount, 0) + 0.0001
        where customer_key = 'unknown'
    """,
    "each_missing_referral_value_has_a_reason": """
        insert into marts.referral_value (customer_key, established_influence_amount)
        values ('a', 0)
    """,
    "referral_value_is_expected_margin_and_saved_cost": """
        insert into marts.referral_value
            (customer_key, expected_margin_amount, saved_acquisition_amount, referral_value_amount)
        values ('a', 1, 1, 3)
    """,
    "influence_is_in_no_sum_over_the_base": """
        insert into marts.customer_equity (scope, base_365d_amount) values ('influence', 0.0001)
    """,
    # engagement
    "each_missing_engagement_value_has_a_reason": """
        insert into marts.customer_engagement_value (customer_key, clv_365d_amount) values ('a', 1)
    """,
    "engagement_value_is_the_sum_of_its_components": """
        insert into marts.customer_engagement_value
            (customer_key, clv_365d_amount, knowledge_value_amount, engagement_value_amount)
        values ('a', 1, 1, 1)
    """,
    # contracts
    "every_term_begun_is_renewed_lost_or_censored": """
        insert into intermediate.int_contracts_counted
            (scope, term_no, begun_count, at_risk_count, renewed_count, lost_count, censored_count)
        values ('a', 1, 3, 2, 1, 1, 0)
    """,
    "every_contract_price_has_a_rate": """
        insert into intermediate.int_contract_terms_settled (contract_id, local_price_amount)
        values ('without a rate', 18)
    """,
    "each_due_term_is_renewed_or_lost": """
        insert into marts.contract_renewal (scope, due_count, renewed_count, lost_count)
        values ('a', 3, 1, 1)
    """,
    "each_missing_contract_value_has_a_reason": """
        insert into marts.contract_clv (contract_id, contract_state) values ('a', 'active')
    """,
    "a_contract_that_ends_has_no_value_left": """
        insert into marts.contract_clv (contract_id, contract_state, contract_clv_amount, p_renewal)
        values ('a', 'leaving', 0.0001, 0)
    """,
    # acquisition
    "every_marketing_spend_has_a_rate": """
        insert into intermediate.int_acquisition_spent (channel, unconverted_row_count)
        values ('without a rate', 1)
    """,
    "every_customer_won_is_counted_in_one_channel_and_month": """
        insert into intermediate.int_acquisition_spent (channel, new_customer_count)
        values ('twice', 1)
    """,
    "each_missing_acquisition_cost_has_a_reason": """
        insert into marts.acquisition_channel_value (channel, payback_months, clv_reason)
        values ('a', 1, 'a')
    """,
    "channels_hold_every_customer_and_all_of_their_clv": """
        insert into marts.acquisition_channel_value (channel, cohort, new_customer_count)
        values ('twice', 'all', 1000000)
    """,
    # perceived value
    "each_missing_perceived_value_has_a_reason": """
        update marts.survey_value set value_ratio_reason = null, perceived_value_reason = null
    """,
    "every_customer_has_one_latest_perceived_value": """
        update marts.survey_value set is_latest = false
    """,
}
