-- One row per period kind (day, week from Monday, calendar month) and period, from the first order to
-- the as-of date, days without sales included: what was sold and earned, and by how much that is more
-- than before. A day is compared with the same weekday a week and 52 weeks before, a week with the
-- week and the 52nd week before, a month with the month and the same month of the year before.
{%- set measures = ['net_amount', 'order_count', 'buyer_count', 'gross_margin_amount'] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

periods as (
    select
        summed.*,
        {{ is_running_period(
            'summed.period_kind', 'summed.period_start_date', 'run_context.as_of_date'
        ) }} as is_running,
        cast(case summed.period_kind
            when 'month' then {{ dbt.dateadd('month', -1, 'summed.period_start_date') }}
            else {{ dbt.dateadd('day', -7, 'summed.period_start_date') }}
        end as date) as before_date,
        cast(case summed.period_kind
            when 'month' then {{ dbt.dateadd('month', -12, 'summed.period_start_date') }}
            else {{ dbt.dateadd('day', -364, 'summed.period_start_date') }}
        end as date) as year_before_date
    from {{ ref('int_sales_periods_summed') }} as summed
    cross join run_context
),

-- Null as well where the earlier figure is not above 0 or not known.
compared as (
    select
        periods.*,
        {% for earlier in ['before', 'year_before'] %}
        {{ earlier }}.net_amount as {{ earlier }}_net_amount,
        {% for measure in measures %}
        case
            when not periods.is_running and {{ earlier }}.{{ measure }} > 0
                then
                    cast(periods.{{ measure }} - {{ earlier }}.{{ measure }} as double)
                    / cast({{ earlier }}.{{ measure }} as double)
        end as {{ earlier }}_{{ measure }}_growth,
        {% endfor %}
        case
            when periods.is_running then 'the period is not over'
            when {{ earlier }}.period_start_date is null then 'no sales are known of the earlier period'
            when {{ earlier }}.net_amount <= 0 then 'no positive net sales in the earlier period'
        end as {{ earlier }}_reason,
        {% endfor %}
        run_context.as_of_date,
        run_context.currency_code
    from periods
    left join periods as before
        on periods.period_kind = before.period_kind and periods.before_date = before.period_start_date
    left join periods as year_before
        on
            periods.period_kind = year_before.period_kind
            and periods.year_before_date = year_before.period_start_date
    cross join run_context
)

select
    period_kind,
    period_start_date,
    as_of_date,
    is_running,
    net_amount,
    test_net_amount,
    order_count,
    buyer_count,
    new_buyer_count,
    cast(cast(net_amount as double) / nullif(order_count, 0) as decimal(18, 4))
        as average_order_value_amount,
    gross_margin_amount,
    cast(gross_margin_amount as double) / nullif(cast(costed_net_amount as double), 0)
        as gross_margin_rate,
    case
        when gross_margin_amount is not null then null
        when order_count = 0 then 'no order'
        else 'no cost of goods sold is known'
    end as gross_margin_reason,
    case when net_amount > 0 then cast(costed_net_amount as double) / cast(net_amount as double) end
        as costed_share_rate,
    before_net_amount as previous_net_amount,
    year_before_net_amount,
    before_net_amount_growth as net_growth_rate,
    before_order_count_growth as order_growth_rate,
    before_buyer_count_growth as buyer_growth_rate,
    before_gross_margin_amount_growth as gross_margin_growth_rate,
    before_reason as growth_reason,
    year_before_net_amount_growth as net_year_growth_rate,
    year_before_order_count_growth as order_year_growth_rate,
    year_before_buyer_count_growth as buyer_year_growth_rate,
    year_before_gross_margin_amount_growth as gross_margin_year_growth_rate,
    year_before_reason as year_growth_reason,
    currency_code
from compared
