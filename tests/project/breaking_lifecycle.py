"""How each claim about lifecycle stages, survival and cohorts is broken: one statement each.

Those that are older than these models stand in ``breaking_customer_marts.py``.
"""

BREAKS = {
    "a_lifecycle_stage_has_its_reason_and_an_exit_ahead": """
        update intermediate.int_lifecycle_stages_judged set nearest_segment = raw_segment
    """,
    "a_stage_without_a_first_day_says_why": """
        update marts.lifecycle_state set stage_since_reason = 'x' where stage_since_date is not null
    """,
    "survival_lies_in_its_interval": """
        insert into marts.survival_curve (subject_kind, survival_rate) values ('customers', 1.01)
    """,
    "survival_counts_every_buyer_once": """
        update marts.survival_curve set censored_count = censored_count + 1
        where subject_kind = 'customers' and cohort = 'all'
    """,
    "a_stage_converts_into_others_only": """
        update marts.lifecycle_migration set move_count = 1 where from_stage = to_stage
    """,
    "a_stage_without_figures_says_why": """
        update marts.lifecycle_contribution set value_reason = null, clv_365d_amount = null
    """,
    "stages_hold_every_customer_and_what_it_brought": """
        update marts.lifecycle_contribution set net_amount = net_amount + 0.0001
        where lifecycle_stage = 'new'
    """,
    "lifecycle_stages_are_the_segments_of_their_scheme": """
        update seeds.segments set is_left_at_once = false
        where scheme = 'lifecycle' and segment = 'lapsed'
    """,
    "lifecycle_segments_are_those_of_the_summary": """
        delete from segments.seg_lifecycle where lifecycle_stage = 'new'
    """,
}
