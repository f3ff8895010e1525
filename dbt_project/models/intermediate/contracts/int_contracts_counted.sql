-- One row per scope and number of the term (scope, term_no): how many contracts reached the end of
-- that term, and how many renewed. What the shifted-beta-geometric model reads: contracts begin at
-- different times, and each counts in the terms whose end has been seen. Testers are left out.
with
contracts as (
    select * from {{ ref('int_contracts_scoped') }}
    where not is_test_customer
),

terms as (
    select * from {{ ref('int_contract_terms_settled') }}
)

select
    contracts.scope,
    cast(terms.term_no as bigint) as term_no,
    min(contracts.term_years) as term_years,
    count(*) as begun_count,
    count(case when terms.outcome in ('renewed', 'lost') then 1 end) as at_risk_count,
    count(case when terms.outcome = 'renewed' then 1 end) as renewed_count,
    count(case when terms.outcome = 'lost' then 1 end) as lost_count,
    count(case when terms.outcome in ('running', 'awaited') then 1 end) as censored_count
from terms
inner join contracts on terms.contract_id = contracts.contract_id
group by contracts.scope, terms.term_no
