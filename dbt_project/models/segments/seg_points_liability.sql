-- One row per programme and month of issue, and one of the whole programme (program_id, cohort): the
-- points given, what became of them, and what those still open are expected to cost.
select
    program_id,
    cohort,
    as_of_date,
    issue_month_date,
    issued_points,
    net_issued_points,
    redeemed_points,
    expired_points,
    open_points,
    redemption_rate,
    ultimate_redemption_rate,
    ultimate_redemption_reason,
    estimation_method,
    expected_points,
    expected_breakage_points,
    liability_amount,
    plain_liability_amount,
    liability_reason,
    currency_code
from {{ ref('points_liability') }}
