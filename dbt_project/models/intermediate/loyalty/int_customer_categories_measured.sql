-- One row per known customer and category it ever bought from, and one over all of them (category 'all
-- categories', also for a customer who never bought): attitude, repeat purchases beside what is usual in
-- the category, and the share of each cause that may bring a customer back without attachment.
{%- set rules = [
    'repeat_min_occasions', 'category_min_buyers', 'repeat_min_age_days',
    'sole_source_min_coverage_rate',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
    {% for rule in rules %}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('loyalty_type_rules') }}
),

evidence as (
    select * from {{ ref('int_customer_categories_evidenced') }}
),

-- What half of the buyers of a category do not exceed, test accounts left out.
norms as (
    select
        evidence.category,
        count(*) as buyer_count,
        {{ quantile_discrete('evidence.occasion_count', 0.5) }} as median_count
    from evidence
    inner join {{ ref('dim_customer') }} as dim on evidence.customer_key = dim.customer_key
    where evidence.occasion_count > 0 and not dim.is_test
    group by evidence.category
),

-- What a panel saw or the customer said; an imputed wallet tells of others.
wallets as (
    select
        evidence.customer_key,
        case when levels.is_all then 'all categories' else evidence.category end as category,
        cast(sum(told.own_amount) as double) / cast(sum(told.wallet_amount) as double)
            as share_rate,
        sum(evidence.net_amount) as told_net_amount
    from {{ ref('wallet_share') }} as told
    inner join evidence
        on told.customer_key = evidence.customer_key and told.category = evidence.category
    cross join (values (true), (false)) as levels (is_all)
    where told.spend_share_rate is not null and told.spend_method in ('panel', 'survey')
    group by
        evidence.customer_key,
        case when levels.is_all then 'all categories' else evidence.category end
),

-- Test accounts are measured like everybody; of no purchase nothing but zeros is known.
customers as (
    select
        dim.customer_key as known_customer_key,
        coalesce(evidence.category, 'all categories') as known_category,
        evidence.*
    from {{ ref('dim_customer') }} as dim
    left join evidence on dim.customer_key = evidence.customer_key
    where dim.customer_kind <> 'unknown'
)

select
    customers.known_customer_key as customer_key,
    customers.known_category as category,
    customers.first_purchase_date,
    coalesce(customers.net_amount, 0) as net_amount,
    coalesce(customers.history_net_amount, 0) as history_net_amount,
    coalesce(customers.occasion_count, 0) as occasion_count,
    coalesce(customers.order_count, 0) as order_count,
    coalesce(norms.buyer_count, 0) as category_buyer_count,
    cast(
        greatest(
            case
                when norms.buyer_count >= rules.category_min_buyers then norms.median_count + 1
                else coalesce(all_norms.median_count + 1, 0)
            end,
            rules.repeat_min_occasions
        ) as bigint
    ) as often_from_count,
    customers.first_purchase_date is not null
    and {{ dbt.datediff('customers.first_purchase_date', 'run_context.as_of_date', 'day') }}
    < rules.repeat_min_age_days as is_new,
    case
        when wallets.told_net_amount >= rules.sole_source_min_coverage_rate * customers.net_amount
            then wallets.share_rate
    end as sole_source_share_rate,
    case
        when (select count(told_wallets.share_rate) from wallets as told_wallets) = 0 then 'no wallet is told by panel or survey'
        when wallets.customer_key is null then 'nobody told the wallet'
        when wallets.told_net_amount < rules.sole_source_min_coverage_rate * customers.net_amount
            then 'the wallets told cover too little of the spend'
    end as sole_source_share_reason,
    cast(customers.promoted_net_amount as double)
    / cast(nullif(greatest(customers.promotion_known_net_amount, 0), 0) as double)
        as promotion_share_rate,
    customers.promotion_known_net_amount,
    cast(customers.top_store_order_count as double) / nullif(customers.placed_order_count, 0)
        as one_store_share_rate,
    customers.top_store_id,
    cast(
        case when customers.redemption_reason is null then customers.redeeming_order_count end
        as double
    ) / nullif(customers.order_count, 0) as reward_share_rate,
    customers.redemption_reason
from customers
cross join run_context
cross join rules
left join norms on customers.known_category = norms.category
left join norms as all_norms on all_norms.category = 'all categories'
left join wallets
    on
        customers.known_customer_key = wallets.customer_key
        and customers.known_category = wallets.category
