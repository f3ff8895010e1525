-- One row per programme and period (calendar month, and all history up to the as-of date): members,
-- activity, redemption and cost, for charts without joins. A firm without a programme has one row.
select
    kpis.programme_kpi_key as programme_summary_key,
    kpis.as_of_date,
    kpis.program_id,
    programmes.programme_type,
    kpis.period_kind,
    kpis.period_start_date,
    kpis.is_partial,
    kpis.member_count,
    kpis.new_member_count,
    kpis.enrolment_rate,
    kpis.enrolment_reason,
    kpis.active_member_count,
    kpis.active_member_rate,
    kpis.active_member_reason,
    kpis.redeeming_member_rate,
    kpis.issued_points,
    kpis.redemption_rate,
    kpis.redemption_reason,
    economics.member_net_amount,
    economics.reward_cost_amount,
    economics.operating_cost_amount,
    economics.programme_cost_rate,
    economics.programme_cost_reason,
    economics.supplier_funded_rate,
    economics.supplier_funded_reason,
    economics.currency_code
from {{ ref('programme_kpi') }} as kpis
inner join {{ ref('programme_economics') }} as economics
    on kpis.programme_kpi_key = economics.programme_economics_key
left join {{ ref('dim_programme') }} as programmes
    on kpis.program_id = programmes.program_id
