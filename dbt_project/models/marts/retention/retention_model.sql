-- One row per wave, segment and term of the retention model, at the as-of date: staying explained by
-- satisfaction, perceived value and switching cost (D18). What could not be fitted has its rows too,
-- with the status and the reason.
select
    models.survey_id || '/' || models.wave || '/' || models.segment_kind || '/' || models.segment || '/'
    || models.term as retention_model_key,
    run_context.as_of_date,
    models.survey_id,
    models.wave,
    models.segment_kind,
    models.segment,
    models.term,
    models.coefficient,
    models.standard_error,
    models.coefficient_lo,
    models.coefficient_hi,
    models.odds_ratio,
    models.odds_ratio_lo,
    models.odds_ratio_hi,
    models.status,
    models.reason as status_reason,
    models.customer_count,
    models.retained_count,
    models.incomplete_customer_count,
    cast(models.customer_count as double)
    / nullif(models.customer_count + models.incomplete_customer_count, 0) as coverage_rate,
    models.log_likelihood,
    models.null_log_likelihood,
    models.pseudo_r2,
    models.input_hash
from {{ source('models', 'retention_coefficient') }} as models
cross join {{ source('raw', 'run_context') }} as run_context
