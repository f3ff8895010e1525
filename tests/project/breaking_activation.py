"""How each claim about consent, audiences and tiered service is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "what_was_delivered_is_of_what_was_due": """
        update marts.tiered_service set answered_as_promised_count = ticket_count + 1
        where ticket_count > 0
    """,
    "everybody_in_the_segments_is_listed_or_left_out": """
        update marts.audience_coverage set in_segments_count = in_segments_count + 1
    """,
    "nobody_is_addressed_without_consent": """
        insert into marts.audience_export (audience, customer_key, purpose, channel, delta)
        select 'rescue_valuable', min(customer_key), 'marketing', 'pigeon', 'add'
        from marts.dim_customer where customer_kind = 'known'
    """,
    "lists_stay_within_the_contact_budget": """
        insert into marts.audience_export (audience, customer_key, delta)
        select audience, max(customer_key), 'keep' from seeds.audiences
        cross join marts.treatment_policy group by audience
    """,
    "everybody_of_the_last_export_is_kept_or_removed": """
        insert into marts.audience_export (audience, customer_key, delta)
        values ('rescue_valuable', 'never exported before', 'keep')
    """,
    "every_audience_names_segments_that_exist": """
        update seeds.audience_segments set segment = 'no such segment'
        where scheme = 'lifecycle'
    """,
}
