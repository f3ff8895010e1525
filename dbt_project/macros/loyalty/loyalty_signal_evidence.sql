{#- What speaks for falling loyalty, in words; null where nothing does. `signals` is the relation that
    holds the dates and days of loyalty_signal. -#}
{% macro loyalty_signal_evidence(signals) -%}
    nullif(
        substr(
            case when {{ signals }}.is_interval_falling
                then '; buys at longer intervals since '
                    || cast({{ signals }}.interval_signal_date as string) else '' end
            || case when {{ signals }}.is_spend_falling
                then '; spends less per purchase since '
                    || cast({{ signals }}.spend_signal_date as string) else '' end
            || case when {{ signals }}.is_overdue
                then '; has not bought for ' || cast({{ signals }}.days_since_last_order as string)
                    || ' days, where up to ' || cast({{ signals }}.overdue_after_days as string)
                    || ' are usual' else '' end,
            3
        ), ''
    )
{%- endmacro %}
