"""How each claim about the cross-checks of customer value and the treatment policy is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    # states of silence
    "customers_of_states_add_up_to_those_with_a_clv": """
        delete from marts.state_value where state = 0
    """,
    "moves_count_every_customer_once_in_each_period": """
        insert into intermediate.int_states_migrated (from_state, to_state, move_count)
        values (0, 2, 1)
    """,
    "state_values_hold_from_one_period_to_the_next": """
        update marts.state_value
        set value_status = 'valued', value_amount = 1, period_margin_amount = 1,
            purchase_rate = 0.5
    """,
    # segments
    "segments_of_each_kind_add_up_to_the_base": """
        delete from marts.segment_value where segment = 'search'
    """,
    "a_simple_clv_or_its_reason": """
        update marts.segment_value
        set simple_clv_amount = 1, simple_clv_reason = 'and yet it is known'
    """,
    # treatment
    "every_treatment_cell_has_exactly_one_rule": """
        update intermediate.int_treatments_resolved set treatment_rule = null
        where value_tier = 'high' and lifecycle_stage = 'lapsed' and need_class = 'trial'
    """,
    "every_treatment_rule_can_fire": """
        insert into seeds.treatment_rules (value_tier, lifecycle_stage, need_class)
        values ('high', 'prospect', 'high_quality')
    """,
    "no_stage_is_treated_alike_in_all_tiers": """
        update intermediate.int_treatments_resolved set service_level = 'standard'
        where lifecycle_stage = 'lapsed'
    """,
    "a_level_of_service_promises_something": """
        update seeds.service_levels set response_business_hours = 0
        where service_level = 'standard'
    """,
    "every_customer_has_exactly_one_treatment": """
        update marts.treatment_policy set service_level = null
    """,
}
