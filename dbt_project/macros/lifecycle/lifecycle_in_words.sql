{#- What int_lifecycle_stages_judged says in words; both read its columns. -#}

{#- The facts that gave the stage. -#}
{% macro lifecycle_reason() -%}
    case raw_segment
        when 'prospect' then 'no purchase yet'
        when 'churned'
            then 'no purchase since ' || cast(last_date as string) || '; churned from '
                || {{ counted_in_words('churned_after_days', 'day') }} || ' on'
        when 'lapsed'
            then 'no purchase since ' || cast(last_date as string) || '; lapsed from '
                || {{ counted_in_words('lapsed_after_days', 'day') }} || ' on'
        when 'won_back'
            then 'bought again on ' || cast(won_back_date as string) || ' after being churned'
        when 'new' then 'first purchase on ' || cast(first_date as string)
        when 'declining' then concat_ws(
            '; ',
            case
                when silence_margin >= 0 and overdue_after_days is not null
                    then 'no purchase for ' || {{ counted_in_words('silent_days', 'day') }}
                        || ', longer than nine in ten of the own intervals ('
                        || {{ counted_in_words('usual_interval_days', 'day') }} || ')'
                when silence_margin >= 0
                    then 'no purchase for ' || {{ counted_in_words('silent_days', 'day') }}
                        || '; still a customer with a probability of '
                        || cast(cast(round(100 * deciding_p_alive) as integer) as string) || ' %'
            end,
            case when fall_margin >= 0 then {{ spend_in_words() }} end
        )
        when 'growing' then concat_ws(
            '; ',
            case when rise_margin >= 0 then {{ spend_in_words() }} end,
            case
                when referral_margin >= 0
                    then 'won a customer who first bought on ' || cast(last_referee_date as string)
            end
        )
        else {{ counted_in_words('occasion_count', 'purchase') }} || ', the last on '
            || cast(last_date as string)
            || case
                when raw_segment = 'developing'
                    then '; mature from ' || cast(mature_min_occasions as string) || ' on'
                else ''
            end
    end
{%- endmacro %}

{#- The smallest change that would move the customer. -#}
{% macro lifecycle_exit() -%}
    case
        when raw_segment = 'prospect' then 'a first purchase: new'
        when raw_segment = 'churned' then 'a purchase: won back'
        when raw_segment = 'declining'
            then 'a purchase' || coalesce(' of ' || {{ enough_in_words('change_amount') }}, '')
                || ': ' || case when referral_margin >= 0 then 'growing' else bought_segment end
                || '; none until ' || cast(next_date as string) || ': lapsed'
        when distance_unit = 'occasions'
            then {{ counted_in_words('mature_min_occasions - occasion_count', 'more purchase') }}
                || ': mature'
        when distance_unit = 'amount'
            then {{ enough_in_words('change_amount') }} || ' less in the last '
                || {{ counted_in_words('trend_window_days', 'day') }} || ': ' || plain_segment
        when raw_segment = 'lapsed'
            then 'no purchase until ' || cast(next_date as string) || ': churned; a purchase: active again'
        when silent_segment in ('declining', 'lapsed')
            then 'no purchase until ' || cast(next_date as string) || ': ' || silent_segment
        when raw_segment = 'growing'
            then 'no other customer won until ' || cast(next_date as string) || ': ' || silent_segment
        else 'from ' || cast(next_date as string) || ' on: ' || silent_segment
    end
{%- endmacro %}

{% macro spend_in_words() -%}
    'spent ' || {{ amount_in_words('recent_net_amount') }} || ' in the last '
    || {{ counted_in_words('trend_window_days', 'day') }} || ' after '
    || {{ amount_in_words('prior_net_amount') }} || ' in those before'
{%- endmacro %}
