-- One row per visible extract, reason and column of refused rows (quarantine_key): how many rows broke
-- their contract how. A row with several reasons counts at each; what was delivered stays private.
select
    refusals.source || '/' || refusals.table_name || '/' || cast(refusals.extract_date as string)
    || '/' || refusals.reason || '/' || coalesce(refusals.column_name, '') as quarantine_key,
    run_context.as_of_date,
    refusals.source,
    refusals.table_name,
    refusals.extract_date,
    refusals.reason,
    refusals.column_name,
    refusals.row_count
from {{ source('raw', 'extract_refusal') }} as refusals
cross join {{ source('raw', 'run_context') }} as run_context
