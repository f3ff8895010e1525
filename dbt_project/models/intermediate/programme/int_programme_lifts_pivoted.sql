-- One row per programme (program_id): members beside their matched counterparts, outcome by outcome, as
-- programme_lift has them. Of a firm with one programme the comparison of the base is the programme's.
with
programmes as (
    select
        program_id,
        count(*) over () as programme_count
    from {{ ref('int_programme_periods_spanned') }}
    where period_kind = 'all_history'
)

select
    programmes.program_id,
{% for outcome in programme_comparisons() %}
max(case when lifts.outcome = '{{ outcome }}' then lifts.member_mean end)
    as member_{{ outcome }},
max(case when lifts.outcome = '{{ outcome }}' then lifts.matched_other_mean end)
    as matched_{{ outcome }},
case
    when count(lifts.outcome) = 0 then 'nobody of the programme is compared'
    else max(case when lifts.outcome = '{{ outcome }}' then lifts.lift_reason end)
end as {{ outcome }}_reason
{{- ',' if not loop.last }}
{% endfor %}
from programmes
left join {{ ref('programme_lift') }} as lifts
    on
        lifts.scope = case
            when programmes.programme_count = 1 then 'base'
            else 'programme/' || programmes.program_id
        end
group by programmes.program_id
