"""How each claim about profit, margin, credit and member sales is broken: one statement each.

A claim is a singular test of dbt; the statement changes the warehouse of the tiny world, and the
claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    # profitability
    "every_customer_has_exactly_one_profitability": """
        delete from marts.customer_profitability where customer_key = 'unknown'
    """,
    "profit_contribution_splits_without_rest": """
        update marts.customer_profitability set payment_fee_amount = payment_fee_amount + 0.0001
        where profit_contribution_amount is not null
    """,
    "net_and_margin_of_profitability_are_those_of_order_net": """
        update marts.customer_profitability set net_amount = net_amount - 0.0001
        where customer_key = 'unknown'
    """,
    "payment_fees_of_profitability_add_up_to_the_payments": """
        update staging.stg_sales__payments set fee = 0.4 where payment_id = 'p1'
    """,
    "activity_costs_of_profitability_are_volume_times_rate": """
        delete from staging.stg_crm__tickets where customer_id = 's-gone'
    """,
    "reward_costs_of_profitability_add_up_to_the_ledger": """
        update marts.customer_profitability
        set supplier_funded_reward_amount = supplier_funded_reward_amount + 0.0001
    """,
    "marketing_spend_is_direct_or_unallocated_without_rest": """
        update marts.customer_profitability set unallocated_marketing_amount = 0
        where customer_key = 'unknown'
    """,
    "acquisition_and_direct_marketing_share_no_spend": """
        update intermediate.int_marketing_spend_split set direct_spend_amount = spend_amount
        where campaign_id = 'none'
    """,
    "cost_savings_of_the_base_add_up_to_zero": """
        update marts.customer_profitability set cost_saving_amount = abs(cost_saving_amount)
    """,
    "every_cost_currency_has_a_rate": """
        update intermediate.int_marketing_spend_split set spend_amount = null
        where local_currency_code = 'EUR'
    """,
    "every_activity_rate_is_used": """
        delete from seeds.service_activities where activity = 'visit'
    """,
    "every_customer_has_a_margin_or_a_reason": """
        delete from intermediate.int_customers_margin_measured
        where customer_key in (select min(customer_key) from marts.dim_customer)
    """,
    # credit
    "credit_bands_hold_every_value_once": """
        delete from seeds.credit_points where characteristic = 'disputes' and lower_bound = 1
    """,
    "every_customer_has_exactly_one_credit_row": """
        delete from marts.customer_credit where customer_key = 'unknown'
    """,
    "credit_grades_follow_from_their_points": """
        update marts.customer_credit
        set credit_grade = case credit_grade when 'A' then 'E' else 'A' end
        where credit_grade is not null
    """,
    "due_amounts_of_credit_add_up_to_the_payments": """
        update marts.customer_credit set due_amount = due_amount + 0.0001
        where customer_key = 'unknown'
    """,
    # member sales
    "member_sales_add_up_to_order_net": """
        update marts.member_sales set net_amount = net_amount + 0.0001
        where sales_date = date '2025-06-30'
    """,
}
