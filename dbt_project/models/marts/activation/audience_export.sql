-- One row per audience and customer who is in its list at the as-of date, or was in the list before it
-- (audience, customer_key): what the tool that holds the list has to add, keep or remove (J9). Only keys
-- leave, and only of those who allow it; hold-outs are marked and must not be contacted.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

remembered as (
    select * from {{ source('history', 'audience_opening') }}
),

listed as (
    select * from {{ ref('int_audiences_judged') }}
    where is_listed
),

left_out as (
    select * from {{ ref('int_audiences_judged') }}
    where not is_listed
),

compared as (
    select
        coalesce(listed.audience, remembered.audience) as audience,
        coalesce(listed.customer_key, remembered.customer_key) as customer_key,
        case
            when remembered.customer_key is null then 'add'
            when listed.customer_key is null then 'remove'
            else 'keep'
        end as delta,
        -- Who is in the list stays on the side it entered, whatever the share becomes.
        coalesce(remembered.is_hold_out, listed.is_drawn_hold_out) as is_hold_out,
        remembered.member_since_date,
        remembered.as_of_date as last_export_date,
        listed.in_segments_since_date,
        listed.consent_since_date,
        listed.contact_budget_per_month - listed.contact_count as contacts_left_count,
        listed.offer_cap_rate,
        listed.next_action
    from listed
    full outer join remembered
        on listed.audience = remembered.audience and listed.customer_key = remembered.customer_key
)

select
    compared.audience || '/' || compared.customer_key as audience_export_key,
    run_context.as_of_date,
    compared.audience,
    audiences.purpose,
    audiences.channel,
    compared.customer_key,
    compared.delta,
    compared.is_hold_out,
    coalesce(compared.member_since_date, run_context.as_of_date) as member_since_date,
    compared.last_export_date,
    case
        when compared.delta <> 'remove'
            then 'in the segments since ' || cast(compared.in_segments_since_date as string)
                || ', consent since ' || cast(compared.consent_since_date as string)
        when audiences.audience is null then 'the audience is closed'
        when left_out.left_out_reason is not null then left_out.left_out_reason
        when customers.customer_key is null then 'the customer is gone, or merged into another'
        else 'no longer in the segments of the audience'
    end as delta_reason,
    compared.consent_since_date,
    cast(compared.contacts_left_count as integer) as contacts_left_count,
    compared.offer_cap_rate,
    compared.next_action
from compared
cross join run_context
left join {{ ref('audiences') }} as audiences on compared.audience = audiences.audience
left join {{ ref('dim_customer') }} as customers
    on compared.customer_key = customers.customer_key
left join left_out
    on
        compared.audience = left_out.audience
        and compared.customer_key = left_out.customer_key
