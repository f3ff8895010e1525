-- One row per contract (contract_id) at the as-of date: the chance that it renews and what its
-- further terms are worth. Value = margin of a term x expected further terms, discounted to the next
-- renewal by the model and from there to the as-of date here.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select cast(value as double) as annual_discount_rate
    from {{ ref('value_rules') }}
    where rule = 'annual_discount_rate'
),

scored as (
    select
        contracts.*,
        scores.model_run_id,
        contracts.contract_state in ('lost', 'leaving') as is_ending,
        scores.p_renewal as modelled_p_renewal,
        scores.discounted_expected_residual_terms as modelled_residual_terms,
        greatest(
            coalesce(
                {{ dbt.datediff('run_context.as_of_date', 'contracts.latest_term_end_date', 'day') }},
                0
            ), 0
        ) as days_to_renewal,
        margins.margin_rate,
        margins.margin_reason,
        rules.annual_discount_rate,
        run_context.as_of_date,
        run_context.currency_code
    from {{ ref('int_contracts_scoped') }} as contracts
    cross join run_context
    cross join rules
    cross join {{ ref('int_base_margins_measured') }} as margins
    left join {{ source('models', 'contract_score') }} as scores
        on
            contracts.scope = scores.scope
            and contracts.terms_survived = scores.terms_survived
),

valued as (
    select
        *,
        cast(price_amount * margin_rate as decimal(18, 4)) as term_margin_amount,
        case when is_ending then 0 else modelled_p_renewal end as p_renewal,
        case when is_ending then 0 else modelled_residual_terms end as residual_terms,
        power(1 + annual_discount_rate, -cast(days_to_renewal as double) / 365) as discount_factor
    from scored
)

select
    contract_id,
    as_of_date,
    customer_key,
    is_test_customer,
    scope,
    start_date,
    latest_term_end_date,
    contract_state,
    cancel_reason,
    terms_survived,
    cast(days_to_renewal as bigint) as days_to_renewal,
    price_amount,
    paid_amount,
    term_margin_amount,
    model_run_id,
    p_renewal,
    residual_terms as discounted_expected_residual_terms,
    cast(
        case
            when is_ending then 0
            else cast(term_margin_amount as double) * residual_terms * discount_factor
        end as decimal(18, 4)
    ) as contract_clv_amount,
    case
        when contract_state = 'lost' then 'the contract is over: no further term'
        when contract_state = 'leaving' then 'cancelled to the end of the running term'
        when residual_terms is null
            then 'no renewal model could be fitted; see model_run, role contracts'
        when price_amount is null then 'no price of the term is delivered'
        when margin_reason is not null then margin_reason
    end as contract_clv_reason,
    currency_code
from valued
