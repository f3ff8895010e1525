-- Claim: each activity that the firm has a rate for is counted by a row of seed service_activities; the
-- rate of membership is used by programme_economics, per member and month.
-- Fails, as a warning, on each that is not: its cost is in no customer's profit.
{{ config(severity='warn') }}
select distinct rates.activity
from {{ ref('int_activity_rates_filled') }} as rates
left join {{ ref('service_activities') }} as activities on rates.activity = activities.activity
where activities.activity is null and rates.activity <> 'membership'
