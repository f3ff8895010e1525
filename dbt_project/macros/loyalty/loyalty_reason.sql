{#- Why a row has its loyalty type, in words for whoever manages the customers.

    Belongs here: the sentences. What decides stands in int_loyalty_types_judged, whose columns these
    macros read; `window_days` is one more column of the row. -#}
{% macro loyalty_reason() -%}
case loyalty_rule
    when 'attached_and_repeating'
        then 'is attached' || {{ attitude_in_words() }} || ' and buys often: '
            || {{ repeat_in_words() }}
    when 'attached_without_repeat'
        then 'is attached' || {{ attitude_in_words() }} || ' but ' || {{ rarity_in_words() }}
    when 'neither'
        then 'is not attached' || {{ attitude_in_words() }} || ' and ' || {{ rarity_in_words() }}
    when 'too_new_to_repeat'
        then case when is_attached then 'is attached' else 'is not attached' end
            || {{ attitude_in_words() }} || ' and first bought on '
            || cast(first_purchase_date as string) || ': too early to tell whether it will be often'
    when 'attachment_unknown'
        then case
                when is_repeating
                    then 'buys often: ' || {{ repeat_in_words() }}
                        || coalesce('; ' || {{ driver_in_words('no cause but habit or attachment shows') }}, '')
                when is_repeating is null
                    then 'first bought on ' || cast(first_purchase_date as string)
                else {{ rarity_in_words() }}
            end
            || case
                when attitude_basis = 'recommendation'
                    then '; to recommend us with ' || {{ whole_in_words('cast(recommendation_score as double) / 10') }}
                        || ' of 10 does not tell of attachment'
                else '; no current answer tells of attachment'
            end
    else
        'buys often, ' || {{ repeat_in_words() }} || ', without being attached'
        || {{ attitude_in_words() }} || ': '
        || coalesce(
            {{ driver_in_words('out of habit, for nothing else explains it') }},
            'only ' || cast(known_cause_count as string)
            || ' of 4 causes can be judged, too few to call it habit'
        )
end
{%- endmacro %}

{#- On which answer attachment rests: ' (83 of 100)', or ' (would recommend us with 9 of 10)'. -#}
{% macro attitude_in_words() -%}
case attitude_basis
    when 'attachment' then ' (' || {{ whole_in_words('attachment_score') }} || ' of 100)'
    else ' (would recommend us with ' || {{ whole_in_words('cast(recommendation_score as double) / 10') }} || ' of 10)'
end
{%- endmacro %}

{% macro repeat_in_words() -%}
concat(
    'on ', cast(occasion_count as string), case when occasion_count = 1 then ' day' else ' days' end,
    ' of the last ', cast(window_days as string), ', where ', cast(often_from_count as string),
    ' are often'
)
{%- endmacro %}

{% macro rarity_in_words() -%}
case
    when first_purchase_date is null then 'has never bought'
    when occasion_count = 0
        then 'has not bought in the last ' || cast(window_days as string) || ' days'
    else 'seldom buys: ' || {{ repeat_in_words() }}
end
{%- endmacro %}

{#- What brings the customer back, `without_cause` where none of the causes holds; null where too few
    can be judged. -#}
{% macro driver_in_words(without_cause) -%}
case repeat_driver
    when 'monopoly'
        then {{ share_in_words('sole_source_share_rate') }} || ' of all spend on these goods is with us'
            || {{ leaving_in_words() }}
    when 'price' then {{ share_in_words('promotion_share_rate') }} || ' of the spend was on promotion'
    when 'convenience'
        then {{ share_in_words('one_store_share_rate') }} || ' of the orders were placed in store '
            || top_store_id
    when 'incentive' then {{ share_in_words('reward_share_rate') }} || ' of the orders redeemed points'
    when 'none_found'
        then '{{ without_cause }} (share of wallet '
            || coalesce(
                {{ share_in_words('sole_source_share_rate') }} || {{ leaving_in_words() }}, 'not known'
            )
            || ', on promotion ' || coalesce({{ share_in_words('promotion_share_rate') }}, 'not known')
            || ', in one store ' || coalesce({{ share_in_words('one_store_share_rate') }}, 'not known')
            || ', redeeming points '
            || coalesce({{ share_in_words('reward_share_rate') }}, 'not known') || ')'
end
{%- endmacro %}

{#- What keeps apart the captive and the one who could leave any day. -#}
{% macro leaving_in_words() -%}
coalesce(', effort of leaving ' || {{ whole_in_words('switching_score') }} || ' of 100', '')
{%- endmacro %}

{% macro whole_in_words(number) -%}
cast(cast({{ number }} as decimal(18, 0)) as string)
{%- endmacro %}

{#- A rate to a tenth of a percent: '82.3 %'. -#}
{% macro share_in_words(rate) -%}
{{ rate_in_words('cast(' ~ rate ~ ' as decimal(9, 3))') }}
{%- endmacro %}
