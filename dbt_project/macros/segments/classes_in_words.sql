{#- The sentences of need and behaviour classes: they read the columns of int_need_classes_judged and
    int_behaviour_classes_judged, and thresholds `rules.*`. -#}

{#- '9 days of the last 365'. -#}
{% macro window_in_words() -%}
{{ counted_in_words('window_count', 'day') }} || ' of the last ' || cast(window_days as string)
{%- endmacro %}

{#- A share of two amounts in percent, rounded down so that half is never said of less. -#}
{% macro percent_in_words(part, whole) -%}
cast(cast(floor(cast(100 * {{ part }} as double) / nullif({{ whole }}, 0)) as integer) as string) || ' %'
{%- endmacro %}

{% macro premium_in_words() -%}
case
    when tiered_amount > 0
        then {{ percent_in_words('premium_amount', 'tiered_amount') }} || ' of the spend in premium tiers'
    else 'no price tier known'
end
{%- endmacro %}

{% macro promotion_in_words() -%}
case
    when promotion_known_amount > 0
        then {{ percent_in_words('promoted_amount', 'promotion_known_amount') }}
            || ' of the spend on promotion'
    else 'no promotion known'
end
{%- endmacro %}

{% macro need_reason() -%}
case
    when occasion_count = 0 then 'no purchase yet'
    when need_class = 'new' then 'first purchase on ' || cast(first_date as string)
    when window_count = 0 then 'no purchase since ' || cast(last_date as string)
    when need_class = 'trial'
        then 'has bought on ' || {{ counted_in_words('occasion_count', 'day') }}
            || ' in all, the last on ' || cast(last_date as string)
    when need_class = 'high_quality'
        then {{ premium_in_words() }} || '; bought on ' || {{ window_in_words() }}
    else 'bought on ' || {{ window_in_words() }} || ', where '
        || cast(cast(rules.frequency_min_occasions as integer) as string) || ' are often; '
        || {{ premium_in_words() }}
end
{%- endmacro %}

{% macro recommending_in_words() -%}
case
    when not is_recommending then 'recommends us to nobody we know of'
    when referred_date is not null and (promoter_since_date is null or referred_date > promoter_since_date)
        then 'referred somebody on ' || cast(referred_date as string)
    else 'would recommend us (answer of ' || cast(promoter_since_date as string) || ')'
end
{%- endmacro %}

{#- Stickiness may end because the recommendation is too old. -#}
{% macro behaviour_waiting() -%}
case
    when behaviour_class = 'sticky' and exit_date >= recommends_until_date then 'no new recommendation'
    else 'no purchase'
end
{%- endmacro %}

{% macro behaviour_reason() -%}
case
    when occasion_count = 0 then 'no purchase yet'
    when behaviour_class = 'dormant' then 'no purchase since ' || cast(last_date as string)
    when behaviour_class = 'returning'
        then 'came back on ' || cast(returned_date as string) || ' after more than '
            || cast(lapsed_after_days as string) || ' days'
    when behaviour_class = 'sticky'
        then 'customer since ' || cast(first_date as string) || ', bought on ' || {{ window_in_words() }}
            || ', ' || {{ recommending_in_words() }}
    when behaviour_class = 'price_driven'
        then {{ promotion_in_words() }} || '; bought on ' || {{ window_in_words() }}
    when behaviour_class = 'occasional'
        then 'bought on ' || {{ window_in_words() }} || '; ' || {{ promotion_in_words() }}
    when is_new then 'first purchase on ' || cast(first_date as string) || ': too early to tell'
    else 'bought on ' || {{ window_in_words() }} || ', but ' || case
            when is_recommending then 'is not yet known for long'
            else {{ recommending_in_words() }}
        end || '; ' || {{ promotion_in_words() }}
end
{%- endmacro %}

{#- The change that leads out; `other` says where the money of a purchase goes otherwise, `waiting` what
    does not happen while days pass. -#}
{% macro change_in_words(other, waiting="'no purchase'") -%}
case classed.change
    when 'no purchase' then {{ waiting }} || ' until ' || cast(exit_date as string)
    when 'recommendation' then 'a referral, or 9 or 10 of 10 in a survey'
    when 'purchase'
        then case
                when size = 1 then 'a purchase'
                else cast(cast(size as integer) as string) || ' more purchase days'
            end
            || case
                when window_count > 0 and exit_class not in ('new', 'returning') then ' like those before'
                else ''
            end
    when 'premium purchase'
        then 'a purchase of ' || {{ amount_in_words('size') }} || ' ' || currency_code || ' in premium tiers'
    when 'promoted purchase'
        then 'a purchase of ' || {{ amount_in_words('size') }} || ' ' || currency_code || ' on promotion'
    when 'other purchase'
        then 'a purchase of ' || {{ amount_in_words('size') }} || ' ' || currency_code || ' {{ other }}'
end
{%- endmacro %}
