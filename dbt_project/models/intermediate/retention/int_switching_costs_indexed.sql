-- One row per customer and day on which switching cost is looked at: the components, 0 to 100, and the
-- index, their mean by seed switching_weights over what is known (D17). Who has no points, tier or
-- contract has 0 of it; a component is null where the firm delivers none of its data, or where the
-- customer has not answered.
{%- set components = ['points', 'tier', 'contract', 'survey'] %}
with
rules as (
    select
        max(case when rule = 'points_full_amount' then value end) as points_full_amount,
        max(case when rule = 'contract_full_days' then value end) as contract_full_days,
        max(case when rule = 'switching_min_coverage_rate' then value end) as min_coverage_rate
    from {{ ref('survey_rules') }}
),

delivered as (
    select
        (select count(*) from {{ ref('stg_crm__loyalty_ledger') }}) > 0 as has_points,
        (select count(*) from {{ ref('stg_crm__loyalty_tier_history') }}) > 0 as has_tiers,
        (select count(*) from {{ ref('int_contract_terms_settled') }}) > 0 as has_contracts
),

scored as (
    select
        benefits.customer_key,
        benefits.measured_date,
        benefits.points_amount,
        bonds.contract_days_left,
        case
            when delivered.has_points and benefits.entry_count = 0 then 0
            when benefits.points_amount > 0
                then
                    least(
                        100,
                        100 * benefits.points_amount / cast(rules.points_full_amount as double)
                    )
            when benefits.points_amount <= 0 then 0
        end as points_score,
        case
            when delivered.has_tiers and benefits.held_tier_count = 0 then 0
            else benefits.tier_score
        end as tier_score,
        case
            when delivered.has_contracts
                then
                    least(
                        100,
                        100 * coalesce(bonds.contract_days_left, 0)
                        / cast(rules.contract_full_days as double)
                    )
        end as contract_score,
        bonds.survey_score,
        rules.min_coverage_rate
    from {{ ref('int_switching_benefits_measured') }} as benefits
    inner join {{ ref('int_switching_bonds_measured') }} as bonds
        on
            benefits.customer_key = bonds.customer_key
            and benefits.measured_date = bonds.measured_date
    cross join rules
    cross join delivered
),

weights as (
    select
        {% for component in components %}
        max(case when component = '{{ component }}' then weight end) as {{ component }}_weight,
        {% endfor %}
        sum(weight) as all_weights
    from {{ ref('switching_weights') }}
),

weighed as (
    select
        scored.*,
        {% for component in components -%}
        coalesce(scored.{{ component }}_score, 0)
        * cast(weights.{{ component }}_weight as double){{ ' + ' if not loop.last }}
        {%- endfor %} as weighed_score,
        {% for component in components -%}
        case when scored.{{ component }}_score is null then 0 else weights.{{ component }}_weight end
        {{- ' + ' if not loop.last }}
        {%- endfor %} as known_weights,
        weights.all_weights
    from scored
    cross join weights
)

select
    customer_key,
    measured_date,
    points_amount,
    contract_days_left,
    points_score,
    tier_score,
    contract_score,
    survey_score,
    cast(known_weights as double) / cast(all_weights as double) as coverage_rate,
    case
        when known_weights >= min_coverage_rate * all_weights
            then weighed_score / cast(known_weights as double)
    end as switching_cost_index
from weighed
