-- One row per launched product, at the as-of date: how many loyal customers the launch met, and how many
-- of them bought within the trial window. Loyal customers are counted by a running sum over the days on
-- which spans begin and end; nobody is paired with a product that was not bought.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(max(case when rule = 'trial_days' then value end) as bigint) as trial_days
    from {{ ref('behaviour_rules') }}
),

launches as (
    select * from {{ ref('int_products_launched') }}
),

changes as (
    select
        loyal_from_date as change_date,
        1 as change
    from {{ ref('int_loyal_customers_spanned') }}
    union all
    select
        cast({{ dbt.dateadd('day', 1, 'loyal_to_date') }} as date) as change_date,
        -1 as change
    from {{ ref('int_loyal_customers_spanned') }}
    union all
    select distinct
        launched_date as change_date,
        0 as change
    from launches
),

daily_changes as (
    select
        change_date,
        sum(change) as change
    from changes
    group by change_date
),

loyal_counts as (
    select
        change_date,
        sum(change) over (
            order by change_date rows between unbounded preceding and current row
        ) as loyal_count
    from daily_changes
),

trials as (
    select
        product_key,
        count(*) as trial_count,
        sum(case when is_exposed_loyal then 1 else 0 end) as loyal_trial_count
    from {{ ref('product_trial') }}
    where not is_test_customer
    group by product_key
),

joined as (
    select
        launches.*,
        loyal_counts.loyal_count,
        coalesce(trials.trial_count, 0) as trial_count,
        coalesce(trials.loyal_trial_count, 0) as loyal_trial_count,
        {{ dbt.datediff('launches.launched_date', 'run_context.as_of_date', 'day') }}
        >= rules.trial_days - 1 as is_window_over,
        run_context.as_of_date
    from launches
    cross join run_context
    cross join rules
    inner join loyal_counts on launches.launched_date = loyal_counts.change_date
    left join trials on launches.product_key = trials.product_key
)

select
    product_key,
    as_of_date,
    product_id,
    category,
    launched_date,
    is_window_over,
    cast(trial_count as bigint) as trial_customer_count,
    cast(loyal_count as bigint) as exposed_loyal_count,
    cast(loyal_trial_count as bigint) as loyal_trial_count,
    case when is_window_over then cast(loyal_trial_count as double) / nullif(loyal_count, 0) end
        as loyal_trial_rate,
    case
        when not is_window_over then 'the trial window is not over'
        when loyal_count = 0 then 'no loyal customer on the day of the launch'
    end as loyal_trial_reason
from joined
