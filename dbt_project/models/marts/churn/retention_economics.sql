-- One row per period (period_kind, period_start_date): what winning a customer cost against keeping one,
-- promotion per purchase of new against known customers, and how often offers succeeded with either
-- (I14). The firm's own ratios, in place of the asserted ones. A ratio's interval takes the spend as
-- it was and the numbers of customers as Poisson counts.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

joined as (
    select
        periods.is_running,
        {{ dbt.dateadd('day', -1, 'periods.next_start_date') }} as period_end_date,
        spent.*,
        coalesce(new_offers.offer_count, 0) as new_offer_count,
        coalesce(new_offers.success_count, 0) as new_success_count,
        coalesce(known_offers.offer_count, 0) as known_offer_count,
        coalesce(known_offers.success_count, 0) as known_success_count
    from {{ ref('int_retention_periods_spent') }} as spent
    inner join {{ ref('int_retention_periods_spanned') }} as periods
        on
            spent.period_kind = periods.period_kind
            and spent.period_start_date = periods.period_start_date
    left join {{ ref('int_retention_offers_counted') }} as new_offers
        on
            spent.period_kind = new_offers.period_kind
            and spent.period_start_date = new_offers.period_start_date
            and not new_offers.is_known
    left join {{ ref('int_retention_offers_counted') }} as known_offers
        on
            spent.period_kind = known_offers.period_kind
            and spent.period_start_date = known_offers.period_start_date
            and known_offers.is_known
),

compared as (
    select
        *,
        {% for name, known_count in [('cost', 'kept_count'), ('promotion', 'repeat_count')] %}
        cast(acquisition_spend_amount as double) / nullif(new_customer_count, 0)
        / nullif(cast(retention_spend_amount as double) / nullif({{ known_count }}, 0), 0)
            as {{ name }}_ratio,
        1.959963984540054e0 * sqrt(
            1e0 / nullif(new_customer_count, 0) + 1e0 / nullif({{ known_count }}, 0)
        ) as {{ name }}_error,
        {% endfor %}
        case
            when acquisition_spend_amount is null
                then 'no spend to win customers is delivered for the period'
            when new_customer_count = 0 then 'no customer was won through a paid channel'
        end as acquisition_reason,
        case
            when retention_spend_amount is null
                then 'no spend on campaigns to known customers is delivered for the period'
        end as retention_reason
    from joined
)

select
    compared.period_kind,
    compared.period_start_date,
    least(cast(compared.period_end_date as date), run_context.as_of_date) as period_end_date,
    run_context.as_of_date,
    compared.is_running,
    compared.acquisition_spend_amount,
    compared.new_customer_count,
    cast(
        cast(compared.acquisition_spend_amount as double) / nullif(compared.new_customer_count, 0)
        as decimal(18, 4)
    ) as acquisition_cost_amount,
    compared.acquisition_reason,
    compared.retention_spend_amount,
    compared.start_count,
    compared.kept_count,
    cast(
        cast(compared.retention_spend_amount as double) / nullif(compared.kept_count, 0)
        as decimal(18, 4)
    ) as retention_cost_amount,
    coalesce(
        compared.retention_reason,
        case when compared.kept_count = 0 then 'nobody of the period before bought again' end
    ) as retention_reason,
    compared.repeat_count,
    {% for name in ['cost', 'promotion'] %}
    round(compared.{{ name }}_ratio, 12) as {{ name }}_ratio,
    round(compared.{{ name }}_ratio * exp(-compared.{{ name }}_error), 12) as {{ name }}_ratio_lo,
    round(compared.{{ name }}_ratio * exp(compared.{{ name }}_error), 12) as {{ name }}_ratio_hi,
    {% endfor %}
    {% for name, nobody in [
        ('cost', 'nobody of the period before bought again'),
        ('promotion', 'no known customer bought'),
    ] %}
    case
        when compared.{{ name }}_ratio is null
            then coalesce(compared.acquisition_reason, compared.retention_reason, '{{ nobody }}')
    end as {{ name }}_ratio_reason,
    {% endfor %}
    {% for name in ['new', 'known'] %}
    {% set counts = ('compared.' ~ name ~ '_success_count', 'compared.' ~ name ~ '_offer_count') %}
    compared.{{ name }}_offer_count,
    compared.{{ name }}_success_count,
    round({{ share_of_counts(*counts) }}, 12) as {{ name }}_success_rate,
    {{ wilson_low(*counts) }} as {{ name }}_success_rate_lo,
    {{ wilson_high(*counts) }} as {{ name }}_success_rate_hi,
    case
        when compared.{{ name }}_offer_count = 0
            then 'no offer to {{ name }} customers is old enough'
    end as {{ name }}_success_reason,
    {% endfor %}
    run_context.currency_code
from compared
cross join run_context
