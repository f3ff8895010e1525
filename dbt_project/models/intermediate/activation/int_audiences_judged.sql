-- One row per audience and customer who is in its segments (audience, customer_key): whether the customer
-- may be in the list, and if not, why. Test accounts and deleted records never are; then consent decides,
-- then the contact budget, which goes to the audiences in the order of their priority. Hold-outs use
-- it like the others, so that nothing but the contact makes the difference.
with
required as (
    select
        audience,
        count(distinct scheme) as scheme_count
    from {{ ref('audience_segments') }}
    group by audience
),

-- In one of the named segments of each scheme that is named.
matched as (
    select
        conditions.audience,
        held.customer_key,
        count(*) as scheme_count,
        max(held.segment_since_date) as in_segments_since_date
    from {{ ref('int_segments_held') }} as held
    inner join {{ ref('audience_segments') }} as conditions
        on held.scheme = conditions.scheme and held.segment = conditions.segment
    group by conditions.audience, held.customer_key
),

candidates as (
    select
        audiences.audience,
        audiences.priority_rank,
        audiences.purpose,
        audiences.channel,
        audiences.hold_out_share,
        matched.customer_key,
        matched.in_segments_since_date,
        policies.contact_budget_per_month,
        policies.offer_cap_rate,
        policies.next_action,
        coalesce(contacts.contact_count, 0) as contact_count,
        consents.status_since_date as consent_since_date,
        case
            when customers.is_test then 'test'
            when customers.is_deleted then 'deleted'
            when not coalesce(consents.is_granted, false) then 'consent'
        end as barred_by,
        coalesce(
            audiences.purpose || ' by ' || audiences.channel || ' ' || consents.consent_status,
            'no decision about ' || audiences.purpose || ' by ' || audiences.channel
        ) as consent_words
    from matched
    inner join required
        on matched.audience = required.audience and matched.scheme_count = required.scheme_count
    inner join {{ ref('audiences') }} as audiences on matched.audience = audiences.audience
    inner join {{ ref('dim_customer') }} as customers
        on matched.customer_key = customers.customer_key
    inner join {{ ref('treatment_policy') }} as policies
        on matched.customer_key = policies.customer_key
    left join {{ ref('consent_state') }} as consents
        on
            matched.customer_key = consents.customer_key
            and audiences.purpose = consents.purpose
            and audiences.channel = consents.channel
    left join {{ ref('int_customers_contacted') }} as contacts
        on matched.customer_key = contacts.customer_key
),

budgeted as (
    select
        *,
        row_number() over (
            partition by customer_key, barred_by is null order by priority_rank
        ) as place
    from candidates
),

judged as (
    select
        *,
        case
            when barred_by is not null then barred_by
            when contact_count >= coalesce(contact_budget_per_month, 0) then 'budget'
            when contact_count + place > contact_budget_per_month then 'priority'
        end as left_out_by
    from budgeted
)

select
    audience,
    customer_key,
    purpose,
    channel,
    in_segments_since_date,
    contact_budget_per_month,
    contact_count,
    offer_cap_rate,
    next_action,
    consent_since_date,
    {{ hash_share("'hold-out|' || audience || '|' || customer_key") }} < hold_out_share as is_drawn_hold_out,
    left_out_by is null as is_listed,
    left_out_by,
    case left_out_by
        when 'test' then 'test account'
        when 'deleted' then 'every record of the customer is deleted'
        when 'consent' then consent_words
        when 'budget'
            then 'contact budget used up: ' || cast(contact_count as string) || ' of '
                || cast(coalesce(contact_budget_per_month, 0) as string)
        when 'priority' then 'the contact budget goes to audiences before it'
    end as left_out_reason
from judged
