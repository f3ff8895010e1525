-- One row per audience and customer whom the tool that holds the list has to add, keep or remove
-- (audience, customer_key), at the as-of date: the lists of audience_export as they leave.
select
    exported.audience_export_key,
    exported.as_of_date,
    exported.audience,
    exported.purpose,
    exported.channel,
    exported.customer_key,
    exported.delta,
    exported.is_hold_out,
    exported.member_since_date,
    exported.last_export_date,
    exported.delta_reason,
    exported.consent_since_date,
    exported.contacts_left_count,
    exported.offer_cap_rate,
    exported.next_action
from {{ ref('audience_export') }} as exported
