-- One row per customer of dim_customer, the unknown member left out: the loyalty type (D12) over all
-- categories, and the smallest change that leads into another: of attachment, of purchase days, or of time.
-- Everything else is held as it is: what is usual in the base, the causes of repeat purchases, answers.
{%- set rules = [
    ('attachment_high_min', 'loyalty_type_rules'), ('recommending_high_min', 'loyalty_type_rules'),
    ('recommending_low_max', 'loyalty_type_rules'), ('repeat_min_age_days', 'loyalty_type_rules'),
    ('loyalty_window_days', 'loyalty_rules'),
] %}
{#- Where each change leads: from attached to not and back, from often to seldom and back. -#}
{%- set unattached_often = "coalesce(case when repeat_cause = 'none_found' then 'inertia' else repeat_cause end, 'not_typed')" %}
{%- set turned = "case when is_attached and is_repeating then " ~ unattached_often
    ~ " when is_attached then 'none' when is_repeating then 'super_value' else 'latent' end" %}
{%- set often = "case when is_attached then 'super_value' else " ~ unattached_often ~ " end" %}
{%- set seldom = "case when is_attached then 'latent' else 'none' end" %}
{#- Change, size, boundary that it is a share of, where it leads, and for whom. -#}
{%- set changes = [
    ('attachment', 'abs(attachment_score - attachment_high_min)', 'attachment_high_min', turned,
        "raw_segment <> 'not_typed' and attitude_basis = 'attachment'"),
    ('recommendation', 'recommendation_score - recommending_high_min', 'recommending_high_min',
        "'not_typed'", "raw_segment <> 'not_typed' and attitude_basis = 'recommendation' and is_attached"),
    ('recommendation', 'recommending_low_max - recommendation_score', 'recommending_low_max',
        "'not_typed'", "raw_segment <> 'not_typed' and attitude_basis = 'recommendation' and not is_attached"),
    ('purchase', 'often_from_count - occasion_count', 'often_from_count', often,
        'is_attached is not null and not coalesce(is_repeating, false)'),
    ('no purchase', dbt.datediff('as_of_date', 'seldom_from_date', 'day'), 'loyalty_window_days', seldom,
        'is_attached is not null and is_repeating'),
    ('no purchase', dbt.datediff('as_of_date', 'judged_from_date', 'day'), 'loyalty_window_days', seldom,
        'is_attached is not null and is_repeating is null'),
] %}
with
rules as (
    select
    {% for rule, seed in rules %}
        (
            select max(value)
            from {{ ref(seed) }}
            where rule = '{{ rule }}'
        ) as {{ rule }}
        {{- ',' if not loop.last }}
    {% endfor %}
),

-- Purchase days, the latest first; with the last one that makes often, often ends.
days as (
    select
        customer_key,
        purchase_date,
        row_number() over (partition by customer_key order by purchase_date desc) as day_number
    from {{ ref('int_customer_days_evidenced') }}
    where has_goods
),

types as (
    select
        types.*,
        coalesce(types.loyalty_type, 'not_typed') as raw_segment,
        judged.repeat_cause,
        rules.*,
        cast({{ dbt.dateadd('day', 'cast(rules.loyalty_window_days as integer)', 'days.purchase_date') }} as date)
            as seldom_from_date,
        cast({{ dbt.dateadd(
            'day', 'cast(rules.repeat_min_age_days as integer)', 'types.first_purchase_date'
        ) }} as date) as judged_from_date
    from {{ ref('loyalty_type') }} as types
    cross join rules
    inner join {{ ref('int_loyalty_types_judged') }} as judged
        on types.customer_key = judged.customer_key and types.category = judged.category
    left join days
        on types.customer_key = days.customer_key and types.often_from_count = days.day_number
    where types.category = 'all categories'
),

changes as (
    {% for change, size, boundary, target, condition in changes %}
    select
        customer_key,
        raw_segment,
        '{{ change }}' as change,
        cast({{ size }} as decimal(18, 4)) as size,
        cast({{ size }} as double) / cast({{ boundary }} as double) as size_share,
        {{ target }} as target_segment
    from types
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

exits as (
    select
        *,
        row_number() over (
            partition by customer_key order by size_share asc, change asc, size asc
        ) as nearness
    from changes
    where target_segment <> raw_segment
)

select
    types.customer_key,
    'loyalty' as scheme,
    types.raw_segment,
    types.loyalty_reason as segment_reason,
    exits.target_segment as nearest_segment,
    cast(exits.size as double) as distance_to_exit,
    case
        when exits.change in ('attachment', 'recommendation') then 'points'
        when exits.change = 'purchase' then 'occasions'
        when exits.change = 'no purchase' then 'days'
    end as distance_unit,
    exits.size_share as clear_rate,
    {{ loyalty_exit_condition() }} as exit_condition
from types
left join exits on types.customer_key = exits.customer_key and exits.nearness = 1
