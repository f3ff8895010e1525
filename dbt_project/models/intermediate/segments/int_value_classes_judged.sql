-- One row per customer of dim_customer, the unknown member left out: the value class (J2) that today's
-- values and cut points give, and the smallest change of value that leads into another class. Cut points
-- are held where they are; more or less of potential value is as much more or less of total value.
{%- set shares = var('value_tier_shares') %}
{#- What may change, the cut point it meets, how much it takes (a class begins above its cut point, so
    a rise must pass it by the smallest amount that is kept), where it leads, and from where. -#}
{%- set below_high = "case when potential_amount > potential_above_amount then 'potential' "
    ~ "when high_above_amount > middle_above_amount then 'middle' else 'low' end" %}
{%- set above_low = "case when middle_above_amount < high_above_amount then 'middle' else 'high' end" %}
{%- set without_potential = "case when total_amount - potential_amount + potential_above_amount "
    ~ "> middle_above_amount then 'middle' else 'low' end" %}
{%- set changes = [
    ('more of total value', 'high_above_amount', 'high_above_amount - total_amount + 0.0001',
        "'high'", "value_tier in ('potential', 'middle')"),
    ('more of total value', 'middle_above_amount', 'middle_above_amount - total_amount + 0.0001',
        above_low, "value_tier = 'low'"),
    ('less of total value', 'high_above_amount', 'total_amount - high_above_amount',
        below_high, "value_tier = 'high'"),
    ('less of total value', 'middle_above_amount', 'total_amount - middle_above_amount',
        "'low'", "value_tier = 'middle'"),
    ('more of potential value', 'potential_above_amount',
        'potential_above_amount - potential_amount + 0.0001',
        "'potential'", "value_tier in ('middle', 'low') and potential_amount <= potential_above_amount"),
    ('less of potential value', 'potential_above_amount', 'potential_amount - potential_above_amount',
        without_potential, "value_tier = 'potential'"),
] %}
with
tiers as (
    select * from {{ ref('customer_value_tier') }}
),

changes as (
    {% for change, cut, amount, target, condition in changes %}
    select
        customer_key,
        {{ loop.index }} as change_rank,
        '{{ change }}' as change,
        {{ cut }} as cut_amount,
        cast({{ amount }} as decimal(18, 4)) as change_amount,
        {{ target }} as target_segment
    from tiers
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_key order by change_amount asc, change_rank asc
        ) as nearness,
        min(cast(change_amount as double) / nullif(abs(cast(cut_amount as double)), 0)) over (
            partition by customer_key
        ) as clear_rate
    from changes
)

select
    tiers.customer_key,
    'value_class' as scheme,
    tiers.value_tier as raw_segment,
    case
        when tiers.value_tier = 'not_tiered' then tiers.tier_reason
        else 'total value ' || {{ amount_in_words('tiers.total_amount') }} || ' ' || tiers.currency_code
    end
    || case tiers.value_tier
        when 'high'
            then ', above the ' || {{ amount_in_words('tiers.high_above_amount') }}
                || ' that {{ (100 * shares.high) | int }} % of buyers do not exceed'
        when 'potential'
            then ', not above ' || {{ amount_in_words('tiers.high_above_amount') }}
                || '; potential value ' || {{ amount_in_words('tiers.potential_amount') }}
                || ', above the ' || {{ amount_in_words('tiers.potential_above_amount') }}
                || ' that {{ (100 * shares.potential) | int }} % of buyers do not exceed'
        when 'middle'
            then ', between ' || {{ amount_in_words('tiers.middle_above_amount') }} || ' and '
                || {{ amount_in_words('tiers.high_above_amount') }}
        when 'low'
            then ', not above the ' || {{ amount_in_words('tiers.middle_above_amount') }}
                || ' that {{ (100 * shares.middle) | int }} % of buyers do not exceed'
        else ''
    end as segment_reason,
    ranked.target_segment as nearest_segment,
    cast(ranked.change_amount as double) as distance_to_exit,
    case when ranked.customer_key is not null then 'amount' end as distance_unit,
    ranked.clear_rate,
    {{ enough_in_words('ranked.change_amount') }} || ' ' || tiers.currency_code || ' ' || ranked.change
    || ': ' || ranked.target_segment as exit_condition
from tiers
left join ranked on tiers.customer_key = ranked.customer_key and ranked.nearness = 1
