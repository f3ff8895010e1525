-- Claim: each price of a contract has a rate into the reporting currency on the first day of its
-- term. Fails on each currency with prices that have none: deliver fx_rates, or set PATRON_CURRENCY.
select
    local_currency_code,
    min(start_date) as first_start_date,
    count(*) as term_count
from {{ ref('int_contract_terms_settled') }}
where local_price_amount is not null and price_amount is null
group by local_currency_code
