-- One row per campaign and customer assigned to it (campaign_id, customer_key), hold-outs included: what
-- it had bought by the day of the assignment, whether it was reached and answered, and when it bought
-- next. Both arms are followed from the day of the assignment: the hold-out has no other.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

assigned as (
    select
        assignments.campaign_id,
        identities.customer_key,
        min(assignments.assigned_at) as assigned_at,
        min(coalesce(assignments.arm, 'treated')) as first_arm,
        max(coalesce(assignments.arm, 'treated')) as last_arm
    from {{ ref('stg_crm__campaign_assignments') }} as assignments
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            assignments.source_system = identities.source_system
            and assignments.customer_id = identities.customer_id
    cross join run_context
    where assignments.assigned_at < run_context.as_of_end_at
    group by assignments.campaign_id, identities.customer_key
),

events as (
    select
        messages.source_system,
        messages.customer_id,
        messages.campaign_id,
        messages.at as happened_at,
        messages.event in ('sent', 'delivered') as is_contact,
        messages.event = 'click' and not coalesce(messages.is_machine, false) as is_response
    from {{ ref('stg_crm__message_events') }} as messages
    union all
    select
        offers.source_system,
        offers.customer_id,
        offers.campaign_id,
        offers.at as happened_at,
        offers.event = 'issued' as is_contact,
        offers.event in ('activated', 'redeemed') as is_response
    from {{ ref('stg_crm__offer_events') }} as offers
),

answered as (
    select
        events.campaign_id,
        identities.customer_key,
        min(case when events.is_contact then events.happened_at end) as contacted_at,
        min(case when events.is_response then events.happened_at end) as responded_at
    from events
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            events.source_system = identities.source_system
            and events.customer_id = identities.customer_id
    cross join run_context
    where events.happened_at < run_context.as_of_end_at
    group by events.campaign_id, identities.customer_key
),

contacting_campaigns as (
    select distinct campaign_id from answered
    where contacted_at is not null
),

dated as (
    select
        assigned.campaign_id,
        assigned.customer_key,
        customers.is_test as is_test_customer,
        customers.sales_rep_id,
        lower(trim(campaigns.kind)) as campaign_kind,
        campaigns.channel,
        campaigns.offer_id,
        assigned.last_arm as arm,
        assigned.first_arm <> assigned.last_arm as is_in_both_arms,
        {{ business_date('assigned.assigned_at', 'run_context.business_time_zone') }}
            as assigned_date,
        -- A campaign without messages or offers on record has reached whom it chose.
        coalesce(
            {{ business_date('answered.contacted_at', 'run_context.business_time_zone') }},
            case
                when assigned.last_arm = 'treated' and contacting_campaigns.campaign_id is null
                    then {{ business_date(
                        'assigned.assigned_at', 'run_context.business_time_zone'
                    ) }}
            end
        ) as contacted_date,
        {{ business_date('answered.responded_at', 'run_context.business_time_zone') }}
            as responded_date
    from assigned
    inner join {{ ref('dim_customer') }} as customers
        on assigned.customer_key = customers.customer_key
    cross join run_context
    left join {{ ref('stg_crm__campaigns') }} as campaigns
        on assigned.campaign_id = campaigns.campaign_id
    left join answered
        on
            assigned.campaign_id = answered.campaign_id
            and assigned.customer_key = answered.customer_key
    left join contacting_campaigns on assigned.campaign_id = contacting_campaigns.campaign_id
)

select
    dated.*,
    occasions.purchase_date as last_purchase_date,
    coalesce(occasions.occasion_number, 0) as occasion_count,
    coalesce(occasions.next_purchase_date, firsts.purchase_date) as next_purchase_date
from dated
left join {{ ref('int_purchase_occasions') }} as occasions
    on
        dated.customer_key = occasions.customer_key
        and dated.assigned_date >= occasions.purchase_date
        and dated.assigned_date < coalesce(occasions.next_purchase_date, cast('9999-12-31' as date))
left join {{ ref('int_purchase_occasions') }} as firsts
    on
        dated.customer_key = firsts.customer_key
        and firsts.occasion_number = 1
        and dated.assigned_date < firsts.purchase_date
