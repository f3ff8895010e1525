{#- The sentences of int_rfm_groups_judged, which has the columns they read. -#}
{% macro rfm_reason() -%}
case
    when scores.customer_key is null then 'no purchase to score'
    else 'bought ' || {{ counted_in_words('scores.days_since_last_order', 'day') }} || ' ago (R '
        || cast(scores.r_score as string) || '), on '
        || {{ counted_in_words('scores.occasion_count', 'day') }} || ' (F '
        || cast(scores.f_score as string) || ') for ' || {{ amount_in_words('scores.net_amount') }} || ' '
        || run_context.currency_code || ' (M ' || cast(scores.m_score as string) || ')'
end
{%- endmacro %}

{% macro rfm_exit_condition() -%}
case
    when not is_scored then 'a first purchase'
    when change = 'no purchase' then 'no purchase until ' || cast(exit_date as string)
    when change = 'purchase' and other_from_amount is null then 'a purchase'
    -- The last whole cent that does not lead further.
    when change = 'purchase'
        then 'a purchase of up to '
            || {{ amount_in_words(
                'cast(floor(100 * (other_from_amount - 0.0001)) as double) / 100'
            ) }} || ' ' || currency_code
    when change = 'large purchase'
        then 'a purchase of ' || {{ enough_in_words('distance') }} || ' ' || currency_code
end
|| case when is_scored then ': ' || {{ segment_in_words('target_group') }} else '' end
{%- endmacro %}
