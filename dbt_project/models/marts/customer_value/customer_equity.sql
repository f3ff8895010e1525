-- One row per scope of the value models (scope), at the as-of date: what its customers are still
-- worth, and what those are worth who will join within a year. Amounts add up over scopes. Influence
-- is left out: what referred customers bring is in their own value and would count twice.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'annual_discount_rate' then value end) as discount_rate
    from {{ ref('value_rules') }}
),

customers as (
    select clv.*
    from {{ ref('customer_clv') }} as clv
    inner join {{ ref('dim_customer') }} as dim on clv.customer_key = dim.customer_key
    where not dim.is_test
),

summed as (
    select
        customers.scope,
        count(*) as customer_count,
        sum(case when customers.clv_365d_amount is not null then 1 else 0 end)
            as valued_customer_count,
        sum(case when histories.t_days < 365 then 1 else 0 end) as new_customer_count,
        sum(customers.p_alive) as alive_count,
        sum(customers.expected_purchases_365d) as expected_purchases_365d,
        sum(customers.sales_365d_amount) as sales_365d_amount,
        sum(customers.profit_365d_amount) as profit_365d_amount,
        sum(case when customers.profit_365d_amount is not null then customers.sales_365d_amount end)
            as margined_sales_365d_amount,
        sum(customers.clv_365d_amount) as clv_365d_amount,
        sum(customers.clv_infinite_amount) as clv_infinite_amount
    from customers
    inner join {{ ref('customer_cbs') }} as histories
        on customers.customer_key = histories.customer_key
    group by customers.scope
),

-- Ends of the base's interval by its estimate. What is uncertain about single customers cancels
-- out and what is about the parameters does not: the customers' own ends may not be added.
intervals as (
    select
        scope,
        max(case when horizon = '365d' then relative_lo end) as relative_lo_365d,
        max(case when horizon = '365d' then relative_hi end) as relative_hi_365d,
        max(case when horizon = 'infinite' then relative_lo end) as relative_lo_infinite,
        max(case when horizon = 'infinite' then relative_hi end) as relative_hi_infinite
    from {{ source('models', 'equity_interval') }}
    group by scope
),

-- One who joins brings the first purchase and the repeats that the model expects of a customer on
-- the day of it; arriving evenly over the year is arriving in the middle of it.
newcomers as (
    select
        scores.scope,
        (1 + scores.discounted_purchases_infinite)
        * {{ expected_spend('spend.p', 'spend.q', 'spend.v', '0', '0') }}
        / sqrt(1 + cast(rules.discount_rate as double)) as discounted_sales
    from {{ source('models', 'purchase_score') }} as scores
    inner join {{ ref('int_spend_parameters_pivoted') }} as spend on scores.scope = spend.scope
    cross join rules
    where scores.x = 0 and scores.t_x_days = 0 and scores.t_days = 0
)

select
    run_context.as_of_date,
    summed.scope,
    cast(summed.customer_count as bigint) as customer_count,
    cast(summed.valued_customer_count as bigint) as valued_customer_count,
    cast(summed.alive_count as decimal(18, 6)) as expected_alive_count,
    cast(summed.expected_purchases_365d as decimal(18, 6)) as expected_purchases_365d,
    cast(summed.sales_365d_amount as decimal(18, 4)) as sales_365d_amount,
    {% for horizon in ['365d', 'infinite'] %}
    cast(summed.clv_{{ horizon }}_amount as decimal(18, 4)) as base_{{ horizon }}_amount,
    {% for end in ['lo', 'hi'] %}
    cast(
        cast(summed.clv_{{ horizon }}_amount as double)
        * intervals.relative_{{ end }}_{{ horizon }} as decimal(18, 4)
    ) as base_{{ horizon }}_{{ end }}_amount,
    {% endfor %}
    {% endfor %}
    cast(summed.new_customer_count as bigint) as expected_new_customer_count,
    cast(
        summed.new_customer_count * newcomers.discounted_sales
        * cast(summed.profit_365d_amount as double)
        / nullif(cast(summed.margined_sales_365d_amount as double), 0) as decimal(18, 4)
    ) as new_customers_amount,
    case
        when summed.valued_customer_count = 0
            then 'no customer has a CLV; see clv_reason in customer_clv'
        when summed.valued_customer_count < summed.customer_count
            then 'customers without a CLV are left out; see valued_customer_count'
    end as equity_reason,
    run_context.currency_code
from summed
left join intervals on summed.scope = intervals.scope
left join newcomers on summed.scope = newcomers.scope
cross join run_context
