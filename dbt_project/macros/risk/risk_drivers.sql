{#- What drives the risk of silence, in words. Belongs here: one sentence per driver of seed risk_features
    and of the purchase model, over the columns of int_churn_histories_counted (`histories`),
    int_churn_examples_observed (`examples`). Does not belong here: how much a driver weighs. -#}
{% macro risk_driver_in_words(driver) -%}
case {{ driver }}
    when 'silence' then
        'last purchase ' || {{ counted_in_words('histories.days_since_last_order', 'day') }} || ' ago'
        || case
            when
                histories.x >= 2
                and histories.days_since_last_order * histories.x <= histories.t_x_days
                then ', within its mean interval of '
                    || {{ counted_in_words(
                        'cast(round(cast(histories.t_x_days as double) / histories.x) as bigint)', 'day'
                    ) }}
            when histories.x >= 2
                then ', ' || cast(cast(
                    cast(histories.days_since_last_order * histories.x as double) / histories.t_x_days
                    as decimal(18, 1)) as string)
                    || ' times its mean interval of '
                    || {{ counted_in_words(
                        'cast(round(cast(histories.t_x_days as double) / histories.x) as bigint)', 'day'
                    ) }}
            else ''
        end
    when 'frequency' then
        case
            when histories.purchase_count = 1 then 'has bought once'
            else cast(histories.purchase_count as string) || ' purchases, '
                || cast(histories.purchase_count_365d as string) || ' in the last year, '
                || cast(histories.purchase_count_90d as string) || ' in the last 90 days'
        end
    when 'relationship' then
        case
            when histories.x = 0 then 'first purchase '
                || {{ counted_in_words('histories.t_days', 'day') }} || ' ago'
            else 'its purchases are spread over ' || {{ counted_in_words('histories.t_days', 'day') }}
        end
    when 'season' then
        case
            when histories.season_purchase_count is null then 'not a customer for a year'
            when histories.season_purchase_count = 0
                then 'bought nothing in the same 90 days a year ago'
            else 'bought ' || {{ counted_in_words('histories.season_purchase_count', 'time') }}
                || ' in the same 90 days a year ago'
        end
    when 'spend' then
        coalesce(
            'spends ' || {{ amount_in_words('examples.mean_amount') }} || ' per purchase',
            'nothing bought in the last year'
        )
    when 'range' then
        coalesce(
            cast(cast(examples.mean_item_count as decimal(18, 1)) as string)
            || ' order lines per purchase', 'nothing bought in the last year'
        )
    when 'promotion' then
        coalesce(
            cast(cast(round(100 * examples.promotion_share) as bigint) as string)
            || ' % of the spend on promotion', 'nothing bought in the last year'
        )
    when 'returns' then
        coalesce(
            cast(cast(round(100 * examples.return_share) as bigint) as string)
            || ' % of the spend returned', 'nothing bought in the last year'
        )
    when 'visits' then
        case
            when examples.days_since_last_visit is null then 'no visit without a purchase on record'
            else {{ counted_in_words('examples.visit_count_90d', 'visit') }}
                || ' without a purchase in the last 90 days, the last one '
                || {{ counted_in_words('examples.days_since_last_visit', 'day') }} || ' ago'
        end
    when 'messages' then
        {{ counted_in_words('examples.response_count_90d', 'response') }}
        || ' to messages in the last 90 days'
    when 'complaints' then
        {{ counted_in_words('examples.complaint_count_180d', 'complaint') }} || ' in the last 180 days'
    when 'satisfaction' then
        coalesce(
            'answers about satisfaction at '
            || cast(cast(round(examples.answer_index) as bigint) as string) || ' of 100',
            'gave no answer about satisfaction in the last year'
        )
    when 'membership' then
        case when examples.is_member = 1 then 'member of the programme' else 'no member' end
end
{%- endmacro %}

{#- By how many points the risk would differ with the driver as it is for the average customer. -#}
{% macro risk_points(risk, log_odds) -%}
100 * (
    {{ risk }} - 1 / (
        1 + exp({{ log_odds }} - ln(
            least(greatest({{ risk }}, 0.000001), 0.999999)
            / (1 - least(greatest({{ risk }}, 0.000001), 0.999999))
        ))
    )
)
{%- endmacro %}

{#- The driver with its weight; null where there is none. -#}
{% macro risk_driver_weighed(driver, risk, log_odds) -%}
{{ risk_driver_in_words(driver) }}
|| case when {{ log_odds }} > 0 then ': raises the risk against the average customer by '
    else ': lowers it against the average customer by ' end
|| case
    when abs({{ risk_points(risk, log_odds) }}) < 0.5 then 'less than a point'
    else {{ counted_in_words(
        'cast(round(abs(' ~ risk_points(risk, log_odds) ~ ')) as bigint)', 'point'
    ) }}
end
{%- endmacro %}

{#- What speaks for decline, in words, over the columns of churn_risk; null where nothing does. -#}
{% macro risk_decline_evidence() -%}
nullif(substr(
    case when is_volume_falling then '; spent ' || {{ amount_in_words('recent_net_amount') }}
            || ' in the last 90 days after ' || {{ amount_in_words('prior_net_amount') }}
            || ' in the 90 before' else '' end
    || case when is_overdue then '; has not bought for '
            || {{ counted_in_words('silent_days', 'day') }} || ', where up to '
            || cast(overdue_after_days as string) || ' are usual' else '' end
    || case when is_engagement_falling then '; '
            || cast(engagement_count as string) || ' visits and responses in the last 90 days after '
            || cast(engagement_count_90d_before as string)
            || ' in the 90 before' else '' end,
    3
), '')
{%- endmacro %}
