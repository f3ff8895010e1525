-- One row per member number with a tier history (member_id), as of the as-of date: the tier, how it
-- came, what the rule gave at the last review (expected), and what it would give today (predicted).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
)

select
    members.member_id,
    run_context.as_of_date,
    members.program_id,
    members.customer_key,
    case when members.is_held then members.tier end as tier,
    case when members.is_held then members.valid_from_date end as tier_since_date,
    case when members.is_held then members.tier_change end as tier_change,
    members.previous_tier,
    members.review_date,
    members.window_amount,
    expected.tier as expected_tier,
    expected.tier_rank = members.tier_rank as is_as_expected,
    predicted.tier as predicted_tier,
    case
        when predicted.tier_rank > members.tier_rank then 'up'
        when predicted.tier_rank < members.tier_rank then 'down'
        when predicted.tier_rank = members.tier_rank then 'stay'
    end as predicted_change,
    case
        when not members.is_held then 'no longer a member'
        when members.customer_key = 'unknown' then 'the member is no customer that is known'
        when members.tier_rank is null then 'the tier is not in seed tier_rules'
        when predicted.tier is null then 'less was spent than the lowest tier asks for'
    end as predicted_reason,
    run_context.currency_code
from {{ ref('int_members_qualified') }} as members
cross join run_context
left join {{ ref('tier_rules') }} as expected
    on
        members.program_id = expected.program_id
        and members.expected_rank = expected.tier_rank
left join {{ ref('tier_rules') }} as predicted
    on
        members.program_id = predicted.program_id
        and members.predicted_rank = predicted.tier_rank
