-- Claim: every customer of today ends with the total value of customer_value, and every customer of
-- the last closing begins with the value of that closing, so that bridges of periods chain.
with
ends as (
    select
        coalesce(changes.customer_key, customer_values.customer_key) as customer_key,
        changes.closing_amount as bridged_amount,
        customer_values.total_amount as published_amount,
        changes.customer_key is null as is_missing
    from {{ ref('customer_value') }} as customer_values
    left join {{ ref('customer_value_change') }} as changes
        on customer_values.customer_key = changes.customer_key
),

beginnings as (
    select
        openings.customer_key,
        changes.opening_amount as bridged_amount,
        openings.total_amount as published_amount,
        changes.customer_key is null as is_missing
    from {{ source('history', 'customer_value_opening') }} as openings
    left join {{ ref('customer_value_change') }} as changes
        on openings.customer_key = changes.customer_key
    where changes.change_reason is null
)

select * from ends
where is_missing or bridged_amount is distinct from published_amount
union all
select * from beginnings
where is_missing or bridged_amount is distinct from published_amount
