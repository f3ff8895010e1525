-- One row per customer who bought and then complained (customer_key), at the first complaint: how it
-- was handled within recovery_window_days, and the purchases around it.
with
rules as (
    select
        max(case when rule = 'recovery_window_days' then value end) as window_days,
        max(case when rule = 'fast_resolution_hours' then value end) as fast_hours
    from {{ ref('service_rules') }}
),

ranked as (
    select
        *,
        row_number() over (partition by customer_key order by created_at, ticket_id) as place
    from {{ ref('int_tickets_measured') }}
    where is_complaint and not is_test_customer
)

select
    complaints.customer_key,
    case
        when complaints.first_resolved_at <= {{ dbt.dateadd(
            'hour', 'rules.fast_hours', 'complaints.created_at'
        ) }} then 'fast'
        when complaints.first_resolved_at <= {{ dbt.dateadd(
            'day', 'rules.window_days', 'complaints.created_at'
        ) }} then 'slow'
        else 'unresolved'
    end as recovery_group,
    {{ recovery_stratum('occasions.purchase_date', 'occasions.occasion_number') }} as stratum,
    complaints.created_date as start_date,
    {{ dbt.datediff('occasions.purchase_date', 'complaints.created_date', 'day') }} as lag_days,
    occasions.next_purchase_date
from ranked as complaints
cross join rules
inner join {{ ref('int_purchase_occasions') }} as occasions
    on
        complaints.customer_key = occasions.customer_key
        and complaints.created_date >= occasions.purchase_date
        and (
            occasions.next_purchase_date is null
            or complaints.created_date < occasions.next_purchase_date
        )
where complaints.place = 1
