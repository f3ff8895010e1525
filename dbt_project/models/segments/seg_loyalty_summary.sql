-- One row per loyalty type, cell of attitude and behaviour, main category, region, acquisition channel,
-- customer kind and test flag, at the as-of date: customers and what they are worth. The row of the unknown
-- member counts no customer and carries its amounts, so that totals tie.
with
summed as (
    select
        as_of_date,
        loyalty_type,
        matrix_cell,
        coalesce(main_category, 'none') as main_category,
        coalesce(region, 'not_known') as region,
        coalesce(acquisition_channel, 'not_known') as acquisition_channel,
        customer_kind,
        is_test,
        sum(case when customer_kind <> 'unknown' then 1 else 0 end) as customer_count,
        sum(case when is_falling then 1 else 0 end) as falling_count,
        count(is_falling) as signalled_count,
        sum(case when nps_class = 'promoter' then 1 else 0 end) as promoter_count,
        sum(case when nps_class = 'detractor' then 1 else 0 end) as detractor_count,
        count(nps_class) as nps_answer_count,
        sum(loyalty_index) as loyalty_index_sum,
        count(loyalty_index) as indexed_count,
        sum(net_amount) as net_amount,
        sum(profit_contribution_amount) as profit_contribution_amount,
        sum(potential_amount) as potential_amount,
        count(potential_amount) as valued_count,
        min(currency_code) as currency_code
    from {{ ref('seg_loyalty') }}
    group by
        as_of_date,
        loyalty_type,
        matrix_cell,
        coalesce(main_category, 'none'),
        coalesce(region, 'not_known'),
        coalesce(acquisition_channel, 'not_known'),
        customer_kind,
        is_test
),

totals as (
    select sum(customer_count) as customer_count from summed
)

select
    summed.as_of_date,
    summed.loyalty_type,
    summed.matrix_cell,
    summed.main_category,
    summed.region,
    summed.acquisition_channel,
    summed.customer_kind,
    summed.is_test,
    cast(summed.customer_count as bigint) as customer_count,
    cast(summed.customer_count as double) / nullif(totals.customer_count, 0) as customer_share_rate,
    {% for count in ['falling', 'signalled', 'promoter', 'detractor', 'nps_answer', 'indexed'] %}
    cast(summed.{{ count }}_count as bigint) as {{ count }}_count,
    {% endfor %}
    cast(summed.loyalty_index_sum as decimal(18, 4)) as loyalty_index_sum,
    cast(summed.loyalty_index_sum as double) / nullif(summed.indexed_count, 0)
        as mean_loyalty_index,
    cast(summed.net_amount as decimal(18, 4)) as net_amount,
    cast(summed.profit_contribution_amount as decimal(18, 4)) as profit_contribution_amount,
    cast(summed.potential_amount as decimal(18, 4)) as potential_amount,
    cast(summed.valued_count as bigint) as valued_count,
    summed.currency_code
from summed
cross join totals
