"""How each claim about consent, audiences and tiered service is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "what_was_delivered_is_of_what_was_due": """
        update marts.tiered_service set answered_as_promised_count = ticket_count + 1
        where ticket_count > 0
    """,
}
