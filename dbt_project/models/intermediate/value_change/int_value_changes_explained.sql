-- One row per customer with a value (customer_key), at the as-of date: the change of its total value
-- since the close of the last period by effect, or why there is none.
with
closed as (
    select * from {{ ref('int_customers_value_closed') }}
),

opening_day as (
    select max(closing_date) as opening_date
    from {{ source('history', 'customer_value_opening') }}
),

-- known: bridged by factor. appeared: bought before the opening but was not known then (split from
-- another customer, or delivered late), which is no behaviour of the period. gone: merged or erased.
classified as (
    select
        closed.*,
        opening_day.opening_date,
        opened.own_total_amount,
        opened.merged_total_amount,
        opened.potential_amount as opened_potential_amount,
        coalesce(opened.influence_amount, 0) + coalesce(opened.established_influence_amount, 0)
            as opened_influence_amount,
        case
            when opening_day.opening_date is null
                then 'no closing of an earlier period is kept yet'
            when closed.total_amount is null then closed.total_reason
            when opened.unknown_total_count > 0 then 'the value at the opening is not known'
            when opened.currency_code <> closed.currency_code
                then 'the reporting currency was ' || opened.currency_code || ' at the opening'
        end as change_reason,
        case
            when opened.customer_key is not null then 'known'
            when closed.first_purchase_date <= opening_day.opening_date then 'appeared'
            else 'new'
        end as presence
    from closed
    left join {{ ref('int_customers_value_opened') }} as opened
        on closed.customer_key = opened.customer_key
    cross join opening_day
),

split as (
    select
        classified.customer_key,
        classified.opening_date,
        case when classified.change_reason is null then classified.presence end as presence,
        coalesce(classified.own_total_amount, 0) as opening_amount,
        potential.alive_amount as alive_change_amount,
        potential.frequency_amount + established.frequency_amount as frequency_change_amount,
        potential.spend_amount + established.spend_amount as spend_change_amount,
        potential.margin_amount + established.margin_amount as margin_change_amount,
        coalesce(classified.influence_amount, 0)
        + coalesce(classified.established_influence_amount, 0)
        - classified.opened_influence_amount as influence_change_amount,
        coalesce(classified.merged_total_amount, 0) as merge_change_amount,
        potential.restated_amount - coalesce(classified.opened_potential_amount, 0)
            as definition_change_amount,
        classified.total_amount as closing_amount,
        classified.change_reason
    from classified
    inner join {{ ref('int_established_changes_split') }} as established
        on classified.customer_key = established.customer_key
    inner join {{ ref('int_potential_changes_split') }} as potential
        on classified.customer_key = potential.customer_key
)

select * from split
