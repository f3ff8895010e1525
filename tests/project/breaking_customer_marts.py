"""How each claim about value, loyalty, surveys, lifecycle and segments is broken: one statement.

A claim is a singular test of dbt; the statement changes the warehouse of the tiny world, and the
claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    # customer value
    "orders_reconcile_to_customer_value": """
        update marts.customer_value set net_amount = net_amount + 0.0001
        where customer_key = 'unknown'
    """,
    "every_customer_has_exactly_one_value": """
        delete from marts.customer_value where customer_key = 'unknown'
    """,
    "gross_value_splits_without_rest": """
        update marts.customer_value set cancelled_amount = cancelled_amount + 0.0001
    """,
    "buyers_are_the_customers_with_a_purchase_occasion": """
        delete from intermediate.int_customers_purchases_counted where x = 0
    """,
    "statistics_are_of_all_purchases_counted": """
        delete from marts.customer_cbs where x = 0
    """,
    "purchase_statistics_agree_with_each_other": """
        update marts.customer_cbs set t_x_days = t_x_days + 1, t_days = t_days + 1 where x > 0
    """,
    "rfm_scores_lie_between_their_cut_points": """
        update marts.rfm_score set m_score = case m_score when 5 then 4 else m_score + 1 end
    """,
    "each_measure_has_four_rising_cut_points": """
        delete from marts.rfm_cut_point where measure = 'f' and quantile_percent = 80
    """,
    "every_rfm_score_pair_has_a_group": """
        delete from seeds.rfm_groups where r_score = 1 and fm_score = 1
    """,
    # loyalty
    "repurchase_counts_add_up": """
        update marts.loyalty_kpi set young_customer_count = young_customer_count + 1
        where horizon_days = 30 and period_kind = 'all_history'
    """,
    "buyers_of_a_month_agree_with_lifecycle_flow": """
        delete from marts.loyalty_kpi where period_kind = 'month'
    """,
    # surveys
    "nps_classes_add_up": """
        update marts.survey_nps set passive_count = passive_count + 1 where segment_kind = 'all'
    """,
    # lifecycle
    "every_customer_has_exactly_one_lifecycle_stage": """
        insert into marts.lifecycle_state select * from marts.lifecycle_state limit 1
    """,
    "stages_do_not_begin_after_the_as_of_date": """
        update marts.lifecycle_state set stage_since_date = as_of_date + 1
    """,
    "lifecycle_flow_closes": """
        update marts.lifecycle_flow set dormant_count = dormant_count + 1
        where period_kind = 'week'
    """,
    "lifecycle_flow_ends_with_the_customers_in_active_stages": """
        update marts.lifecycle_state set lifecycle_stage = 'lapsed' where lifecycle_stage = 'new'
    """,
    "lifecycle_rules_are_complete_and_ordered": """
        delete from seeds.lifecycle_rules where rule = 'won_back_days'
    """,
    "cohorts_add_up_to_their_buyers": """
        update marts.cohort_retention set net_amount = net_amount - 0.0001 where age_months = 0
    """,
    "periods_reach_the_as_of_date": """
        delete from intermediate.int_periods_spanned
        where calendar_date = (select max(calendar_date) from intermediate.int_periods_spanned)
    """,
    # segments
    "segments_have_every_customer_and_their_amounts": """
        delete from segments.seg_summary where customer_kind = 'unknown'
    """,
}
