-- Claim: each line of the newest extract is in staging, and each line there is either an overlap
-- copy or a line of an order. Fails, with the counts, when one is missing or there twice.
with
newest as (
    select max(lines.extract_date) as extract_date
    from {{ source('online_retail', 'online_retail_lines') }} as lines
),

counted as (
    select
        (
            select count(*)
            from {{ source('online_retail', 'online_retail_lines') }} as lines
            inner join newest on lines.extract_date = newest.extract_date
            where lines.op <> 'D'
        ) as raw_count,
        (select count(*) from {{ ref('stg_online_retail__lines') }}) as staged_count,
        (
            select count(*) from {{ ref('stg_online_retail__lines') }}
            where is_overlap_copy
        ) as overlap_count,
        (
            select count(*) from {{ ref('int_order_lines_unioned') }}
            where delivered_by = 'online_retail'
        ) as order_line_count
)

select * from counted
where
    raw_count <> staged_count
    or staged_count <> overlap_count + order_line_count
