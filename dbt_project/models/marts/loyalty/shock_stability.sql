-- One row per customer with at least one purchase occasion and kind of shock, at the as-of date: how the
-- customer's spend per day in such windows differs from that outside of them (D22). Counted are the days
-- after the first purchase up to the last one, on which it was surely a customer. Rises of the catalogue
-- price are a shock to single products: there the repeat purchases of B19 are compared.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'shock_min_occasions' then value end) as min_occasions
    from {{ ref('loyalty_rules') }}
),

spans as (
    select
        occasions.customer_key,
        days.shock_kind,
        sum(case when days.is_shocked then 1 else 0 end) as shock_occasion_count,
        sum(case when days.is_shocked then 0 else 1 end) as other_occasion_count,
        sum(case when days.is_shocked then occasions.net_amount else 0 end) as shock_amount,
        sum(case when days.is_shocked then 0 else occasions.net_amount end) as other_amount
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join {{ ref('int_days_shocked') }} as days
        on occasions.purchase_date = days.calendar_date
    where occasions.occasion_number > 1
    group by occasions.customer_key, days.shock_kind
),

counted as (
    select
        statistics.customer_key,
        first_days.shock_kind,
        last_days.shocked_day_count - first_days.shocked_day_count as shock_day_count,
        statistics.t_x_days - last_days.shocked_day_count + first_days.shocked_day_count
            as other_day_count,
        spans.shock_occasion_count,
        spans.other_occasion_count,
        spans.shock_amount,
        spans.other_amount,
        rules.min_occasions
    from {{ ref('customer_cbs') }} as statistics
    cross join rules
    inner join {{ ref('int_days_shocked') }} as first_days
        on statistics.first_purchase_date = first_days.calendar_date
    inner join {{ ref('int_days_shocked') }} as last_days
        on
            statistics.last_purchase_date = last_days.calendar_date
            and first_days.shock_kind = last_days.shock_kind
    left join spans
        on statistics.customer_key = spans.customer_key and first_days.shock_kind = spans.shock_kind
),

compared as (
    select
        customer_key,
        shock_kind,
        'spend per day' as measured_by,
        cast(shock_day_count as bigint) as shock_day_count,
        cast(other_day_count as bigint) as other_day_count,
        cast(coalesce(shock_amount, 0) as decimal(18, 4)) as shock_amount,
        cast(coalesce(other_amount, 0) as decimal(18, 4)) as other_amount,
        case
            when
                other_occasion_count >= min_occasions
                and other_occasion_count * shock_day_count >= min_occasions * other_day_count
                and other_amount > 0
                then cast(shock_amount as double) * other_day_count
                    / (cast(other_amount as double) * shock_day_count)
        end as shock_ratio,
        case
            when shock_day_count = 0 then 'no such window while the customer was buying'
            when other_day_count = 0 then 'every day lies in such a window'
            else 'too few purchases to be expected in the windows'
        end as missing_reason
    from counted
    union all
    select
        customer_key,
        'price rise' as shock_kind,
        'repeat purchases' as measured_by,
        cast(null as bigint) as shock_day_count,
        cast(null as bigint) as other_day_count,
        cast(null as decimal(18, 4)) as shock_amount,
        cast(null as decimal(18, 4)) as other_amount,
        price_tolerance_ratio as shock_ratio,
        price_tolerance_reason as missing_reason
    from {{ ref('price_behaviour') }}
)

select
    compared.customer_key,
    run_context.as_of_date,
    compared.shock_kind,
    compared.measured_by,
    compared.shock_day_count,
    compared.other_day_count,
    compared.shock_amount,
    compared.other_amount,
    run_context.currency_code,
    compared.shock_ratio - 1 as shock_change_rate,
    case when compared.shock_ratio > 1 then 1 / compared.shock_ratio else compared.shock_ratio end
        as stability_rate,
    case when compared.shock_ratio is null then compared.missing_reason end as stability_reason
from compared
cross join run_context
