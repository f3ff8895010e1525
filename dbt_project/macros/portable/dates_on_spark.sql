{#- dbt's own date macros on Spark, with the meaning that they have on DuckDB: timestamps carry no zone,
    a difference counts the boundaries that were crossed, and a week begins on Monday. dbt-spark's
    own count months by days and return timestamps with zone. -#}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd(
        {{ datepart }}, cast({{ interval }} as integer),
        cast({{ from_date_or_timestamp }} as timestamp_ntz)
    )
{%- endmacro %}

{% macro spark__date_trunc(datepart, date) -%}
    cast(date_trunc('{{ datepart }}', {{ date }}) as timestamp_ntz)
{%- endmacro %}

{% macro spark__datediff(first_date, second_date, datepart) -%}
    {%- if datepart == 'day' -%}
        datediff({{ second_date }}, {{ first_date }})
    {%- elif datepart == 'month' -%}
        {{ calendar_months_between(first_date, second_date) }}
    {%- elif datepart in ('week', 'hour', 'minute', 'second') -%}
        timestampdiff(
            {{ datepart }},
            {{ dbt.date_trunc(datepart, first_date) }},
            {{ dbt.date_trunc(datepart, second_date) }}
        )
    {%- else -%}
        {{ exceptions.raise_compiler_error("datediff in " ~ datepart ~ " is not written for Spark") }}
    {%- endif -%}
{%- endmacro %}

{#- Numbers from 1; dbt's own crosses a table of two rows with itself for each binary digit. -#}
{% macro spark__generate_series(upper_bound) -%}
    select explode(sequence(1, {{ upper_bound }})) as generated_number
{%- endmacro %}
