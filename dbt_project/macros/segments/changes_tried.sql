{#- What may change in the facts of a customer, and the nearest change that leads into another class: one
    home for the need and the behaviour class.

    Belongs here: CTEs of their models. Does not belong here: conditions (classes_in_order) and sentences
    (classes_in_words). -#}

{#- CTEs `purchases` and `bought`: the purchases that could lead into another class of a customer of CTE
    `today`, which holds facts and thresholds. As many purchase days as each of `counts` says, and the
    smallest amount, in whole cents, that brings `part` of amount `whole` to `share`: a purchase called
    `inside` where it is below, one outside of it where it is not. -#}
{% macro purchases_tried(counts, inside, part, whole, share) -%}
tried as (
    {% for count in ['1'] + counts %}
    select
        customer_key,
        'purchase' as change,
        cast({{ count }} as decimal(18, 4)) as size
    from today
    where {{ count }} >= 1
    union all
    {% endfor %}
    select
        customer_key,
        '{{ inside }}' as change,
        cast(ceil(
            cast(100 * ({{ share }} * {{ whole }} - {{ part }}) as double) / nullif(1 - {{ share }}, 0)
        ) as double) / 100 as size
    from today
    where {{ whole }} > 0 and {{ part }} < {{ share }} * {{ whole }}
    union all
    select
        customer_key,
        'other purchase' as change,
        cast(
            floor(cast(100 * ({{ part }} - {{ share }} * {{ whole }}) as double) / {{ share }}) + 1 as double
        ) / 100 as size
    from today
    where {{ whole }} > 0 and {{ part }} >= {{ share }} * {{ whole }}
),

purchases as (
    select distinct
        customer_key,
        change,
        size
    from tried
),

counted as (
    select
        today.*,
        purchases.change,
        purchases.size,
        case when purchases.change = 'purchase' then purchases.size else 1 end as added_count,
        case when purchases.change = 'purchase' then 0 else purchases.size end as added_{{ whole }},
        case when purchases.change = '{{ inside }}' then purchases.size else 0 end as added_{{ part }}
    from today
    inner join purchases on today.customer_key = purchases.customer_key
),

bought as (
    select
        *,
        greatest(
            cast(added_count as double) / greatest(window_count, 1),
            coalesce(cast(added_{{ whole }} as double) / nullif(cast({{ whole }} as double), 0), 0)
        ) as size_share
    from counted
)
{%- endmacro %}

{#- CTE `classed`: each customer with its class of today and the one that the smallest change leads into.
    `changes` is the model of the ranks after each change, `classes` the seed of precedences. Sizes compare
    as shares: days of the window, purchase days of those in it, amounts of the spend in it. -#}
{% macro nearest_class(changes, classes) -%}
changes as (
    select * from {{ ref(changes) }}
),

leading_out as (
    select
        changes.*,
        today.class_rank as raw_rank
    from changes
    inner join changes as today on changes.customer_key = today.customer_key and today.change = 'none'
    where changes.class_rank <> today.class_rank
),

-- Most changes are far from the smallest: what is sorted is only what ties with it.
smallest as (
    select
        customer_key,
        min(size_share) as size_share
    from leading_out
    group by customer_key
),

exits as (
    select
        leading_out.*,
        row_number() over (
            partition by leading_out.customer_key
            order by
                case leading_out.change when 'no purchase' then 1 when 'purchase' then 2 else 3 end asc,
                leading_out.size asc,
                leading_out.change asc
        ) as nearness
    from leading_out
    inner join smallest
        on
            leading_out.customer_key = smallest.customer_key
            and leading_out.size_share = smallest.size_share
),

joined as (
    select
        foreseen.*,
        histories.first_date,
        histories.last_date,
        histories.returned_date,
        histories.promoter_since_date,
        histories.referred_date,
        histories.recommends_until_date,
        histories.currency_code,
        today.class_rank as raw_rank,
        exits.class_rank as exit_rank,
        exits.change,
        exits.size,
        exits.size_share,
        cast({{ dbt.dateadd('day', 'cast(exits.size as integer)', 'histories.as_of_date') }} as date)
            as exit_date,
        case
            when exits.change = 'no purchase' then 'days'
            when exits.change in ('purchase', 'recommendation') then 'occasions'
            when exits.change like '% purchase' then 'amount'
        end as distance_unit
    from {{ ref('int_customers_foreseen') }} as foreseen
    inner join {{ ref('int_customers_histories_dated') }} as histories
        on foreseen.customer_key = histories.customer_key
    inner join changes as today
        on foreseen.customer_key = today.customer_key and today.change = 'none'
    left join exits on foreseen.customer_key = exits.customer_key and exits.nearness = 1
    where foreseen.ahead_days = 0
),

classed as (
    select
        joined.*,
        classes.{{ classes[:-2] }},
        exit_classes.{{ classes[:-2] }} as exit_class
    from joined
    inner join {{ ref(classes) }} as classes on joined.raw_rank = classes.precedence
    left join {{ ref(classes) }} as exit_classes on joined.exit_rank = exit_classes.precedence
)
{%- endmacro %}
