-- One row per table that an active source system may deliver and extract of it up to the as-of date
-- (extract_key); one without an extract date where nothing ever came. What landed, what became of it,
-- and how old the newest extract is by what its contract promises. Counts only.
with
run_context as (
    select as_of_date from {{ source('raw', 'run_context') }}
),

promises as (
    select * from {{ source('raw', 'extract_contract') }}
),

extracts as (
    select
        source,
        table_name,
        extract_date,
        count(*) as file_count,
        sum(rows_landed) as rows_landed,
        sum(rows_accepted) as rows_accepted,
        sum(rows_quarantined) as rows_quarantined
    from {{ source('raw', 'extract_load') }}
    group by source, table_name, extract_date
),

newest as (
    select
        source,
        table_name,
        max(extract_date) as newest_extract_date
    from extracts
    group by source, table_name
),

aged as (
    select
        promises.*,
        run_context.as_of_date,
        newest.newest_extract_date,
        cast(
            {{ dbt.datediff('newest.newest_extract_date', 'run_context.as_of_date', 'day') }} as integer
        ) as age_days
    from promises
    cross join run_context
    left join newest
        on promises.source = newest.source and promises.table_name = newest.table_name
)

select
    aged.source || '/' || aged.table_name || '/'
    || coalesce(cast(extracts.extract_date as string), 'none') as extract_key,
    aged.as_of_date,
    aged.source,
    aged.table_name,
    extracts.extract_date,
    coalesce(extracts.extract_date = aged.newest_extract_date, true) as is_newest,
    aged.newest_extract_date,
    aged.age_days,
    aged.freshness_days,
    case
        when aged.newest_extract_date is null then 'never_delivered'
        when aged.freshness_days is null then 'no_promise'
        when aged.age_days <= aged.freshness_days then 'fresh'
        else 'late'
    end as freshness,
    aged.is_required,
    aged.delivery,
    cast(coalesce(extracts.file_count, 0) as bigint) as file_count,
    cast(coalesce(extracts.rows_landed, 0) as bigint) as rows_landed,
    cast(coalesce(extracts.rows_accepted, 0) as bigint) as rows_accepted,
    cast(coalesce(extracts.rows_quarantined, 0) as bigint) as rows_quarantined,
    cast(extracts.rows_quarantined as double) / nullif(extracts.rows_landed, 0) as quarantined_rate,
    aged.quarantine_limit_rate,
    aged.contract_version,
    aged.owner,
    aged.description
from aged
left join extracts
    on aged.source = extracts.source and aged.table_name = extracts.table_name
