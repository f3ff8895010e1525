-- One row per customer of dim_customer but the unknown member (customer_key): what being heard (C14,
-- influencer value) and telling the firm how to improve (C15, knowledge value) are worth.
with
delivered_contributions as (
    select count(*) > 0 as has_contributions from {{ ref('stg_crm__ugc_items') }}
),

delivered_interactions as (
    select count(*) > 0 as has_interactions from {{ ref('stg_crm__interactions') }}
),

contributions as (
    select
        customer_key,
        count(*) as contribution_count,
        count(expected_purchase_count) as counted_count,
        count(case when uncounted_reason in ('reach_unknown', 'kind_without_rates') then 1 end)
            as unrated_count,
        sum(reached_person_count) as reached_person_count,
        sum(expected_purchase_count) as expected_purchase_count
    from {{ ref('int_contributions_rated') }}
    where customer_key is not null
    group by customer_key
),

feedback as (
    select
        customer_key,
        count(*) as accepted_feedback_count,
        sum(unit_value_amount) as knowledge_amount
    from {{ ref('int_feedback_accepted') }}
    group by customer_key
),

-- Nothing published is a known zero where contributions are delivered at all; published with a reach
-- that nobody knows is not.
joined as (
    select
        customers.customer_key,
        delivered_contributions.has_contributions,
        delivered_interactions.has_interactions,
        margins.margin_reason,
        margins.margin_per_order_amount,
        coalesce(contributions.contribution_count, 0) as contribution_count,
        coalesce(contributions.unrated_count, 0) as unrated_count,
        coalesce(contributions.counted_count, 0) as counted_count,
        coalesce(contributions.reached_person_count, 0) as reached_person_count,
        coalesce(contributions.expected_purchase_count, 0) as expected_purchase_count,
        coalesce(feedback.accepted_feedback_count, 0) as accepted_feedback_count,
        coalesce(feedback.knowledge_amount, 0) as knowledge_amount
    from {{ ref('dim_customer') }} as customers
    cross join delivered_contributions
    cross join delivered_interactions
    cross join {{ ref('int_base_margins_measured') }} as margins
    left join contributions on customers.customer_key = contributions.customer_key
    left join feedback on customers.customer_key = feedback.customer_key
    where customers.customer_kind <> 'unknown'
),

valued as (
    select
        *,
        not has_contributions or (counted_count = 0 and unrated_count > 0) as is_reach_unknown,
        case
            when expected_purchase_count = 0 then 0
            else expected_purchase_count * margin_per_order_amount
        end as reach_amount
    from joined
)

select
    customer_key,
    case when has_contributions then contribution_count end as contribution_count,
    case when not is_reach_unknown then cast(reached_person_count as decimal(18, 4)) end
        as reached_person_count,
    case when not is_reach_unknown then cast(reach_amount as decimal(18, 4)) end
        as influencer_value_amount,
    case
        when not has_contributions then 'no contributions are delivered'
        when is_reach_unknown then 'the reach of no contribution is known'
        when reach_amount is null then margin_reason
        when unrated_count > 0 then 'contributions of unknown reach are left out'
    end as influencer_value_reason,
    case when has_interactions then accepted_feedback_count end as accepted_feedback_count,
    case when has_interactions then cast(knowledge_amount as decimal(18, 4)) end
        as knowledge_value_amount,
    case when not has_interactions then 'no contacts with feedback are delivered' end
        as knowledge_value_reason
from valued
