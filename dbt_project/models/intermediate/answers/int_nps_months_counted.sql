-- One row per month in which an answer to the likelihood to recommend counts (month_start_date): the
-- Net Promoter Score of the month, and that of the three months that end with it. Each respondent
-- counts once in either, by the latest answer. Test customers are left out.
with
answers as (
    select
        respondent_key,
        nps_class,
        answered_date,
        response_id,
        cast({{ dbt.date_trunc('month', 'answered_date') }} as date) as answer_month_date
    from {{ ref('int_survey_answers_segmented') }}
    where kind = 'nps' and segment_kind = 'all'
),

placed as (
    {% for months_later in [0, 1, 2] %}
    select
        answers.*,
        cast({{ dbt.dateadd('month', months_later, 'answer_month_date') }} as date)
            as month_start_date
    from answers
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Three months end with a month up to the as-of date.
ranked as (
    select
        placed.*,
        row_number() over (
            partition by placed.month_start_date, placed.respondent_key
            order by placed.answered_date desc, placed.response_id desc
        ) as place
    from placed
    inner join {{ source('raw', 'run_context') }} as run_context
        on placed.month_start_date <= run_context.as_of_date
),

counted as (
    select
        {% for scope, is_month in [('', 'answer_month_date = month_start_date'), ('quarter_', 'true')] %}
        count(case when {{ is_month }} then 1 end) as {{ scope }}answer_count,
        count(case when {{ is_month }} and nps_class = 'promoter' then 1 end)
            as {{ scope }}promoter_count,
        count(case when {{ is_month }} and nps_class = 'detractor' then 1 end)
            as {{ scope }}detractor_count,
        {% endfor %}
        month_start_date
    from ranked
    where place = 1
    group by month_start_date
)

select
    {% for scope in ['', 'quarter_'] %}
    cast({{ scope }}answer_count as bigint) as {{ scope }}answer_count,
    100 * cast({{ scope }}promoter_count - {{ scope }}detractor_count as double)
    / nullif({{ scope }}answer_count, 0) as {{ scope }}nps,
    {{ nps_standard_error(
        scope ~ 'promoter_count', scope ~ 'detractor_count', scope ~ 'answer_count'
    ) }} as {{ scope }}nps_se,
    {% endfor %}
    month_start_date
from counted
