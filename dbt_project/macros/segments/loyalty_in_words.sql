{#- The sentence of int_loyalty_classes_judged: reads its relations `types` and `exits`. -#}
{% macro loyalty_exit_condition() -%}
case
    when types.is_attached is null then 'an answer that tells of attachment'
    when exits.change = 'no purchase'
        then 'no purchase until ' || cast(cast({{ dbt.dateadd(
            'day', 'cast(exits.size as integer)', 'types.as_of_date'
        ) }} as date) as string)
    when exits.change = 'purchase'
        then {{ counted_in_words('cast(exits.size as integer)', 'more purchase day') }} || ' like those before'
    when exits.change = 'attachment'
        then 'attachment ' || case when types.is_attached then 'below ' else 'of ' end
            || {{ whole_in_words('types.attachment_high_min') }} || ' of 100'
    when exits.change = 'recommendation' and types.is_attached
        then 'would recommend us with less than ' || {{ whole_in_words('cast(types.recommending_high_min as double) / 10') }}
            || ' of 10'
    when exits.change = 'recommendation'
        then 'would recommend us with more than ' || {{ whole_in_words('cast(types.recommending_low_max as double) / 10') }}
            || ' of 10'
end
|| case
    when exits.target_segment is null then ''
    else ': ' || {{ segment_in_words('exits.target_segment') }}
end
{%- endmacro %}
