-- Claim: the liability of all programmes is of all points that members have open, and the programme's row
-- is the sum of its months. Fails with the sums that differ.
with
liabilities as (
    select
        sum(case when cohort = 'all' then open_points else 0 end) as open_points,
        sum(case when cohort <> 'all' then open_points else 0 end) as open_points_of_months,
        coalesce(sum(case when cohort = 'all' then liability_amount end), 0) as liability_amount,
        coalesce(sum(case when cohort <> 'all' then liability_amount end), 0)
            as liability_of_months
    from {{ ref('points_liability') }}
),

balances as (
    select sum(open_points) as open_points
    from {{ ref('points_balance') }}
)

select
    liabilities.*,
    balances.open_points as open_points_of_members
from liabilities
cross join balances
where
    coalesce(liabilities.open_points, 0) <> coalesce(balances.open_points, 0)
    or liabilities.open_points <> liabilities.open_points_of_months
    or liabilities.liability_amount <> liabilities.liability_of_months
