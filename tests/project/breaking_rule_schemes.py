"""How each claim about the segments of rule schemes is broken: one statement each.

A claim is a singular test or a named generic test of dbt; the statement changes the warehouse of
the tiny world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "a_behaviour_class_has_a_reason_and_its_exit_another_class": """
        update intermediate.int_behaviour_classes_judged set nearest_segment = raw_segment
    """,
    "a_loyalty_class_has_a_reason_and_its_exit_another_class": """
        update intermediate.int_loyalty_classes_judged set segment_reason = null
    """,
    "a_need_class_has_a_reason_and_its_exit_another_class": """
        update intermediate.int_need_classes_judged set segment_reason = null
    """,
    "a_value_class_has_an_exit_or_no_value": """
        update intermediate.int_value_classes_judged
        set raw_segment = 'high', distance_to_exit = null
    """,
    "an_rfm_group_has_a_reason_and_its_exit_another_group": """
        update intermediate.int_rfm_groups_judged set nearest_segment = raw_segment
    """,
    # With a frequency below the trial's count, who tries buys often already.
    "every_need_and_behaviour_class_can_occur": """
        update seeds.class_rules set value = 1 where rule = 'frequency_min_occasions'
    """,
    "every_rfm_group_and_value_class_can_occur": """
        update seeds.rfm_groups set rfm_group = 'loyal' where rfm_group = 'champions'
    """,
}
