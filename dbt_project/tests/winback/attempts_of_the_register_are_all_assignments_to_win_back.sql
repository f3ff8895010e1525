-- Claim: the register has one attempt for each customer assigned to a campaign of a kind in seed
-- winback_campaign_kinds, and the comparisons by campaign count each attempt of a lapsed customer once.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

assigned as (
    select count(distinct assignments.campaign_id || ' ' || identities.customer_key) as attempt_count
    from {{ ref('stg_crm__campaign_assignments') }} as assignments
    cross join run_context
    inner join {{ ref('stg_crm__campaigns') }} as campaigns
        on assignments.campaign_id = campaigns.campaign_id
    inner join {{ ref('winback_campaign_kinds') }} as kinds
        on lower(trim(campaigns.kind)) = kinds.campaign_kind
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            assignments.source_system = identities.source_system
            and assignments.customer_id = identities.customer_id
    where assignments.assigned_at < run_context.as_of_end_at
),

registered as (
    select
        count(case when attempt_state <> 'candidate' then 1 end) as attempt_count,
        count(case
            when attempt_result in ('running', 'reactivated', 'not_reactivated') and not is_test_customer
                then 1
        end) as counted_count
    from {{ ref('winback') }}
),

compared as (
    select
        coalesce(sum(
            treated_attempt_count + holdout_attempt_count
            + treated_young_count + holdout_young_count
        ), 0) as counted_count
    from {{ ref('winback_kpi') }}
    where scope_kind = 'campaign'
)

select
    assigned.attempt_count as assigned_count,
    registered.attempt_count,
    registered.counted_count,
    compared.counted_count as compared_count
from assigned
cross join registered
cross join compared
where
    assigned.attempt_count <> registered.attempt_count
    or registered.counted_count <> compared.counted_count
