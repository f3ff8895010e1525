-- One row per customer, purpose and channel that a decision names (customer_key, purpose, channel), at the
-- as-of date: whether the customer may be addressed for it there (A6). One record that refuses outweighs
-- another that grants: a merge of records must not lend anybody a consent. A refusal that names no
-- purpose or no channel is one for all of them.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

ranked as (
    select
        identities.customer_key,
        decided.*,
        count(*) over (
            partition by identities.customer_key, decided.purpose, decided.channel
        ) as record_count,
        row_number() over (
            partition by identities.customer_key, decided.purpose, decided.channel
            order by
                case decided.status
                    when 'withdrawn' then 1
                    when 'denied' then 1
                    when 'granted' then 2
                    when 'expired' then 3
                    else 4
                end asc,
                decided.effective_at desc,
                decided.decision_id asc
        ) as record_rank
    from {{ ref('int_consents_decided') }} as decided
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            decided.source_system = identities.source_system
            and decided.customer_id = identities.customer_id
),

customers as (
    select * from ranked
    where record_rank = 1
),

refused_at_large as (
    select distinct
        own.customer_key,
        own.purpose,
        own.channel
    from customers as own
    inner join customers as wide
        on
            own.customer_key = wide.customer_key
            and (own.purpose = wide.purpose or wide.purpose = 'not_stated')
            and (own.channel = wide.channel or wide.channel = 'not_stated')
            and own.effective_at <= wide.effective_at
    where
        own.status = 'granted'
        and wide.status in ('denied', 'withdrawn')
)

select
    customers.customer_key,
    run_context.as_of_date,
    customers.purpose,
    customers.channel,
    customers.status = 'granted' and refused_at_large.customer_key is null as is_granted,
    case when refused_at_large.customer_key is null then customers.status else 'withdrawn' end
        as consent_status,
    {{ business_date('customers.effective_at', 'run_context.business_time_zone') }}
        as status_since_date,
    customers.legal_basis,
    cast(customers.record_count as bigint) as record_count,
    case
        when refused_at_large.customer_key is not null
            then 'a later refusal names no purpose or no channel'
        when customers.status = 'not_stated' then 'the decision says neither yes nor no'
        when customers.status <> 'granted' then customers.status || ' by ' || customers.decision_id
    end as consent_reason
from customers
cross join run_context
left join refused_at_large
    on
        customers.customer_key = refused_at_large.customer_key
        and customers.purpose = refused_at_large.purpose
        and customers.channel = refused_at_large.channel
