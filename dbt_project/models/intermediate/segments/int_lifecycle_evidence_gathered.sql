-- One row per customer of dim_customer, the unknown member left out: what its lifecycle stage is judged
-- by. A margin says how far the customer is inside a rule, as a share of the rule's limit: 0 at the
-- limit, below 0 outside, null where nothing is known.
{% set thresholds = [
    'declining_p_alive_percent', 'falling_spend_percent', 'rising_spend_percent',
    'trend_min_error_percent', 'growing_min_occasions',
] %}
with
rules as (
    select
        {% for rule in thresholds %}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }},
        {% endfor %}
        max(case when rule = 'referral_growth_days' then value end) as referral_growth_days
    from {{ ref('lifecycle_rules') }}
),

windows as (
    select cast(value as integer) as trend_window_days
    from {{ ref('behaviour_rules') }}
    where rule = 'trend_window_days'
),

referrers as (
    select
        referrer_key,
        max(referee_first_purchase_date) as last_referee_date
    from {{ ref('int_referrals_classified') }}
    where uncounted_reason is null
    group by referrer_key
),

joined as (
    select
        histories.customer_key,
        histories.as_of_date,
        histories.occasion_count,
        histories.first_date,
        histories.last_date,
        histories.won_back_date,
        histories.mature_min_occasions,
        histories.lapsed_after_days,
        histories.churned_after_days,
        histories.usual_interval_days,
        histories.overdue_after_days,
        histories.silent_days,
        histories.new_until_date,
        histories.won_back_until_date,
        histories.overdue_date,
        histories.lapsed_date,
        histories.churned_date,
        rules.*,
        windows.trend_window_days,
        case when histories.usual_interval_days is null then scores.p_alive end as deciding_p_alive,
        trends.recent_net_amount,
        trends.prior_net_amount,
        trends.spend_trend_log_ratio,
        100 * trends.spend_trend_z / rules.trend_min_error_percent as error_ratio,
        referrers.last_referee_date,
        cast({{ dbt.dateadd(
            'day', 'rules.referral_growth_days', 'referrers.last_referee_date'
        ) }} as date) as referral_until_date
    from {{ ref('int_lifecycle_histories_dated') }} as histories
    cross join rules
    cross join windows
    left join {{ ref('customer_clv') }} as scores on histories.customer_key = scores.customer_key
    left join {{ ref('customer_trend') }} as trends on histories.customer_key = trends.customer_key
    left join referrers on histories.customer_key = referrers.referrer_key
)

select
    *,
    -- By the own rhythm where it can be told, else by the purchase model.
    case
        when overdue_after_days is not null
            then cast(silent_days - overdue_after_days - 1 as double) / (overdue_after_days + 1)
        else cast(declining_p_alive_percent - 100 * deciding_p_alive as double)
            / declining_p_alive_percent
    end as silence_margin,
    -- Both the size of a change and its error must reach their limits.
    case
        when spend_trend_log_ratio is not null and error_ratio is not null
            then least(
                    spend_trend_log_ratio / ln(cast(falling_spend_percent as double) / 100),
                    -error_ratio
                ) - 1
    end as fall_margin,
    case
        when occasion_count >= growing_min_occasions
            and spend_trend_log_ratio is not null and error_ratio is not null
            then least(
                    spend_trend_log_ratio / ln(cast(rising_spend_percent as double) / 100),
                    error_ratio
                ) - 1
    end as rise_margin,
    case
        when occasion_count >= growing_min_occasions
            then cast({{ dbt.datediff('as_of_date', 'referral_until_date', 'day') }} - 1 as double)
                / referral_growth_days
    end as referral_margin
from joined
