"""How each claim about service, recovery, feedback and employees is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "every_case_is_measured_once": """
        delete from intermediate.int_tickets_measured where ticket_id = 'k1'
    """,
    "waits_of_a_case_are_in_order": """
        update intermediate.int_tickets_measured
        set response_business_minutes = response_minutes + 1
        where ticket_id = 'k1'
    """,
    "the_service_desk_closes_after_it_opens": """
        update seeds.service_hours set closes = '08:00' where weekday = 1
    """,
    "cases_of_a_slice_add_up": """
        update marts.service_quality set opening_backlog_count = opening_backlog_count + 1
        where ticket_count = 1
    """,
    "each_missing_service_figure_has_a_reason": """
        update marts.service_quality set queue_reason = null where queue_median_minutes is null
    """,
    "cases_of_each_kind_of_period_are_all_cases": """
        delete from marts.service_quality
        where period_kind = 'week' and ticket_dimension = 'type' and ticket_count > 0
    """,
    "response_times_are_of_all_answered_cases": """
        delete from marts.service_response_time where bin_count > 0
    """,
    "repurchases_after_complaints_are_shares_of_their_group": """
        update marts.service_recovery set repurchased_count = start_count + 1
        where recovery_group = 'fast'
    """,
    "feedback_that_is_closed_was_given": """
        update marts.feedback_loop set closed_count = judged_count + 1
    """,
    "every_accepted_idea_is_in_the_feedback_loop": """
        delete from intermediate.int_feedback_items_gathered where feedback_id = 'idea-1'
    """,
    "shrunk_figures_of_employees_lie_in_range": """
        update marts.rep_scorecard set book_value_reason = null, book_value_amount = null
    """,
    "each_missing_friction_has_a_reason": """
        update marts.journey_friction set drop_off_reason = null where step_no = 0
    """,
}
