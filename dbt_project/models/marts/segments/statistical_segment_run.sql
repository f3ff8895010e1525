-- One row per number of statistical segments that was tried (segment_count), at the as-of date, and a
-- single one with the number 0 where none could be: why that many, and how the segments agree with
-- those of the run before.
with
rules as (
    select
        max(case when rule = 'least_rand_index' then value end) as least_rand_index,
        max(case when rule = 'fail_below_least_rand_index' then value end) as fails_below
    from {{ ref('statistical_rules') }}
)

select
    runs.as_of_date,
    coalesce(tried.segment_count, 0) as segment_count,
    coalesce(tried.is_chosen, false) as is_chosen,
    tried.reason as choice_reason,
    round(tried.silhouette, 6) as silhouette,
    round(tried.bic, 2) as bic,
    round(tried.inertia, 4) as inertia,
    round(tried.smallest_share_rate, 6) as smallest_share_rate,
    runs.status,
    runs.reason as status_reason,
    runs.customer_count,
    runs.cell_count,
    case when tried.is_chosen then runs.is_remembered_start end as is_remembered_start,
    case when tried.is_chosen then runs.compared_as_of_date end as compared_as_of_date,
    case when tried.is_chosen then round(runs.adjusted_rand_index, 6) end as adjusted_rand_index,
    case
        when runs.status <> 'fitted' then runs.reason
        when not tried.is_chosen then 'not taken'
        when runs.compared_as_of_date is null then 'no segments are remembered'
    end as adjusted_rand_index_reason,
    cast(rules.least_rand_index as double) as least_rand_index,
    rules.fails_below = 1 as is_failing_below,
    runs.definition_version,
    runs.input_hash
from {{ source('models', 'statistical_run') }} as runs
left join {{ source('models', 'statistical_k') }} as tried on true
cross join rules
