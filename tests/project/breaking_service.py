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
}
