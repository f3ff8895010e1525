"""How each claim about statistical segments and business results is broken."""

BREAKS = {
    "a_clustered_customer_is_nearest_to_its_own_centre": (
        "INSERT INTO intermediate.int_customers_clustered (customer_key, segment, clear_rate)"
        " VALUES ('nearer to another', 'S1', -0.1)"
    ),
    "statistical_segments_are_those_of_the_run_before": (
        "UPDATE marts.statistical_segment_run SET adjusted_rand_index = 0.2"
    ),
    "statistical_segments_hold_every_clustered_customer": (
        "INSERT INTO marts.statistical_segment (segment, customer_count) VALUES ('S9', 1)"
    ),
    "kpis_add_up_to_all_orders": (
        "UPDATE marts.kpi_daily SET net_amount = net_amount + 1 WHERE period_kind = 'week'"
    ),
    "a_share_of_the_market_lies_within_it": (
        "INSERT INTO marts.market_share (period_kind, wallet_share_rate) VALUES ('month', 1.2)"
    ),
    "reputation_holds_every_opinion_and_answer": (
        "UPDATE marts.brand_reputation SET nps_answer_count = nps_answer_count + 1"
    ),
    "an_attractiveness_has_a_rank_and_a_reason": (
        "INSERT INTO marts.segment_attractiveness (scheme, segment, attractiveness_score)"
        " VALUES ('rfm', 'new', 101)"
    ),
}
