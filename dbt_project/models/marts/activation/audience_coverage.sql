-- One row per audience of seed audiences (audience), at the as-of date: how many are in its segments, who of
-- them may not be in the list and why, and what the export changes.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

judged as (
    select
        audience,
        count(*) as in_segments_count,
        {%- for barrier in ['test', 'deleted', 'consent', 'budget', 'priority'] %}
        sum(case when left_out_by = '{{ barrier }}' then 1 else 0 end) as {{ barrier }}_count,
        {%- endfor %}
        sum(case when is_listed then 1 else 0 end) as listed_count
    from {{ ref('int_audiences_judged') }}
    group by audience
),

exported as (
    select
        audience,
        sum(case when delta = 'add' then 1 else 0 end) as added_count,
        sum(case when delta = 'keep' then 1 else 0 end) as kept_count,
        sum(case when delta = 'remove' then 1 else 0 end) as removed_count,
        sum(case when delta <> 'remove' and is_hold_out then 1 else 0 end) as hold_out_count,
        max(last_export_date) as last_export_date
    from {{ ref('audience_export') }}
    group by audience
),

delivered as (
    select exists(select 1 from {{ ref('stg_crm__consents') }}) as has_consents
)

select
    audiences.audience,
    run_context.as_of_date,
    audiences.purpose,
    audiences.channel,
    cast(audiences.priority_rank as integer) as priority_rank,
    audiences.hold_out_share,
    exported.last_export_date,
    {%- for column in [
        'in_segments_count', 'test_count', 'deleted_count', 'consent_count', 'budget_count',
        'priority_count', 'listed_count',
    ] %}
    cast(coalesce(judged.{{ column }}, 0) as bigint) as {{ column }},
    {%- endfor %}
    {%- for column in ['added_count', 'kept_count', 'removed_count', 'hold_out_count'] %}
    cast(coalesce(exported.{{ column }}, 0) as bigint) as {{ column }},
    {%- endfor %}
    {{ share_of_counts('coalesce(judged.listed_count, 0)', 'judged.in_segments_count') }} as listed_rate,
    case
        when not delivered.has_consents then 'no consents are delivered: nobody may be addressed'
        when coalesce(judged.in_segments_count, 0) = 0 then 'nobody is in the segments'
        when judged.listed_count = 0 then 'nobody in the segments may be addressed now'
    end as coverage_reason,
    audiences.reason
from {{ ref('audiences') }} as audiences
cross join run_context
cross join delivered
left join judged on audiences.audience = judged.audience
left join exported on audiences.audience = exported.audience
