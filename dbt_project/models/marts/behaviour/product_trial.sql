-- One row per customer and launched product it bought within the trial window, at the as-of date, and
-- whether it was a loyal customer on the day of the launch. The unknown member tries nothing.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'trial_days' then value end) as trial_days
    from {{ ref('behaviour_rules') }}
),

tried as (
    select
        lines.customer_key,
        launches.product_key,
        launches.launched_date,
        min(launches.product_id) as product_id,
        min(launches.category) as category,
        bool_or(lines.is_test_customer) as is_test_customer,
        min(lines.purchase_date) as first_trial_date,
        sum(lines.quantity) as trial_quantity
    from {{ ref('int_goods_lines_priced') }} as lines
    inner join {{ ref('int_products_launched') }} as launches
        on lines.product_key = launches.product_key
    cross join rules
    where
        not lines.is_unknown_customer
        and not lines.is_credit_note
        and lines.quantity > 0
        and lines.purchase_date >= launches.launched_date
        and {{ dbt.datediff('launches.launched_date', 'lines.purchase_date', 'day') }}
        < rules.trial_days
    group by lines.customer_key, launches.product_key, launches.launched_date
)

select
    tried.customer_key,
    run_context.as_of_date,
    tried.product_key,
    tried.product_id,
    tried.category,
    tried.launched_date,
    tried.first_trial_date,
    cast({{ dbt.datediff('tried.launched_date', 'tried.first_trial_date', 'day') }} as bigint)
        as days_to_trial,
    cast(tried.trial_quantity as decimal(18, 4)) as trial_quantity,
    tried.is_test_customer,
    spans.customer_key is not null as is_exposed_loyal
from tried
left join {{ ref('int_loyal_customers_spanned') }} as spans
    on
        tried.customer_key = spans.customer_key
        and tried.launched_date between spans.loyal_from_date and spans.loyal_to_date
cross join run_context
