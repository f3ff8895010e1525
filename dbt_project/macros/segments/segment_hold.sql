{#- The decision and the sentence of int_segments_held, which has the columns they read. -#}

{#- What moves the customer today: first where nothing is remembered, null where it stays. -#}
{% macro segment_decision() -%}
case
    when is_first then 'first'
    when raw_segment = opened_segment then null
    when is_redefined then 'definition'
    when is_event then 'event'
    when {{ dbt.datediff('opened_segment_since_date', 'as_of_date', 'day') }} < min_dwell_days
        then null
    when {{ dbt.datediff('raw_since_date', 'as_of_date', 'day') }} >= confirm_days
        then 'confirmed'
    when clear_rate >= least_clear_rate then 'clear'
    when {{ dbt.datediff('away_date', 'as_of_date', 'day') }} >= give_up_days then 'gave_up'
end
{%- endmacro %}

{% macro segment_hold_reason() -%}
case when is_held_back then
    'judged ' || {{ segment_in_words('raw_segment') }} || ' since ' || cast(raw_since_date as string)
    || '; moves on ' || cast(earliest_move_date as string) || ' if that lasts'
end
{%- endmacro %}
