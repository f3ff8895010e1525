-- One row per customer of dim_customer, the unknown member left out: the dates that the need and
-- behaviour classes go by, those included on which the calendar alone changes something.
{%- set thresholds = [
    'new_days', 'lapsed_after_days', 'won_back_days', 'price_window_days', 'loyal_min_days',
] %}
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

thresholds as (
    {% for seed in ['lifecycle_rules', 'behaviour_rules', 'class_rules'] %}
    select
        rule,
        cast(value as integer) as value
    from {{ ref(seed) }}
    where rule in ('{{ thresholds | join("', '") }}')
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

rules as (
    select
    {% for rule in thresholds %}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from thresholds
),

histories as (
    select
        occasions.customer_key,
        count(*) as occasion_count,
        min(occasions.purchase_date) as first_date,
        max(occasions.purchase_date) as last_date,
        max(case
            when occasions.interval_days > rules.lapsed_after_days then occasions.purchase_date
        end) as returned_date
    from {{ ref('int_purchase_occasions') }} as occasions
    cross join rules
    group by occasions.customer_key
),

-- Who recommends: by the latest answer, while it counts, and by referrals of the window.
promoters as (
    select
        classified.customer_key,
        classified.answered_date,
        cast({{ dbt.dateadd('day', 'scales.answer_valid_days', 'classified.answered_date') }} as date)
            as until_date
    from {{ ref('int_customers_nps_classified') }} as classified
    inner join {{ ref('survey_scales') }} as scales on scales.kind = 'nps'
    where classified.nps_class = 'promoter'
),

referrers as (
    select
        referrer_key as customer_key,
        max(referred_date) as referred_date
    from {{ ref('int_referrals_classified') }}
    where uncounted_reason is null
    group by referrer_key
),

joined as (
    select
        customers.customer_key,
        coalesce(histories.occasion_count, 0) as occasion_count,
        histories.first_date,
        histories.last_date,
        histories.returned_date,
        promoters.answered_date as promoter_since_date,
        promoters.until_date as promoter_until_date,
        referrers.referred_date,
        rules.*
    from {{ ref('dim_customer') }} as customers
    cross join rules
    left join histories on customers.customer_key = histories.customer_key
    left join promoters on customers.customer_key = promoters.customer_key
    left join referrers on customers.customer_key = referrers.customer_key
    where customers.customer_kind <> 'unknown'
),

dated as (
    select
        *,
        cast({{ dbt.dateadd('day', 'new_days', 'first_date') }} as date) as new_until_date,
        cast({{ dbt.dateadd('day', 'loyal_min_days', 'first_date') }} as date) as loyal_from_date,
        cast({{ dbt.dateadd('day', 'lapsed_after_days', 'last_date') }} as date) as dormant_from_date,
        cast({{ dbt.dateadd('day', 'won_back_days', 'returned_date') }} as date) as returning_until_date,
        cast({{ dbt.dateadd('day', 'price_window_days', 'referred_date') }} as date) as referral_until_date
    from joined
)

select
    dated.customer_key,
    run_context.as_of_date,
    dated.occasion_count,
    dated.first_date,
    dated.last_date,
    dated.new_until_date,
    dated.loyal_from_date,
    dated.dormant_from_date,
    dated.returned_date,
    dated.returning_until_date,
    dated.promoter_since_date,
    dated.referred_date,
    -- Passes over what never was: null where neither.
    greatest(
        dated.promoter_until_date,
        dated.referral_until_date
    ) as recommends_until_date,
    dated.lapsed_after_days,
    dated.price_window_days as window_days,
    run_context.currency_code
from dated
cross join run_context
