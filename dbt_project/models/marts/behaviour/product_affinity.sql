-- One row per basis and ordered pair of categories that met in a basket, at the as-of date: of the
-- baskets with A, how many also hold B (attach rate), and how much more than by chance (lift).
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'affinity_min_count' then value end) as min_count
    from {{ ref('behaviour_rules') }}
),

baskets as (
    select * from {{ ref('int_baskets_categorised') }}
),

totals as (
    select
        basis,
        count(distinct basket_key) as basket_count
    from baskets
    group by basis
),

categories as (
    select
        basis,
        category,
        count(*) as basket_count
    from baskets
    group by basis, category
),

-- Each two categories once; the other order is the same count.
met as (
    select
        first_baskets.basis,
        first_baskets.category,
        second_baskets.category as attached_category,
        count(*) as both_count
    from baskets as first_baskets
    inner join baskets as second_baskets
        on
            first_baskets.basis = second_baskets.basis
            and first_baskets.basket_key = second_baskets.basket_key
            and first_baskets.category < second_baskets.category
    group by first_baskets.basis, first_baskets.category, second_baskets.category
),

pairs as (
    select
        basis,
        category,
        attached_category,
        both_count
    from met
    union all
    select
        basis,
        attached_category as category,
        category as attached_category,
        both_count
    from met
)

select
    run_context.as_of_date,
    pairs.basis,
    pairs.category,
    pairs.attached_category,
    cast(totals.basket_count as bigint) as basket_count,
    cast(categories.basket_count as bigint) as category_count,
    cast(attached.basket_count as bigint) as attached_category_count,
    cast(pairs.both_count as bigint) as both_count,
    case
        when pairs.both_count >= rules.min_count
            then cast(pairs.both_count as double) / categories.basket_count
    end as attach_rate,
    -- P(B | A) / P(B)
    case
        when pairs.both_count >= rules.min_count
            then cast(pairs.both_count * totals.basket_count as double)
                / (categories.basket_count * attached.basket_count)
    end as lift,
    case when pairs.both_count < rules.min_count then 'too few baskets hold both' end
        as affinity_reason
from pairs
inner join totals on pairs.basis = totals.basis
inner join categories
    on pairs.basis = categories.basis and pairs.category = categories.category
inner join categories as attached
    on pairs.basis = attached.basis and pairs.attached_category = attached.category
cross join rules
cross join run_context
