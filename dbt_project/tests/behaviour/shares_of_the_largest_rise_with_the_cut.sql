-- Claim: of two cuts of one kind the larger brings at least as much, and a cut of all customers
-- brings everything. Fails on each cut that falls behind a smaller one or misses the whole.
with
cuts as (
    select
        tops.*,
        lag(tops.revenue_amount) over (
            partition by tops.revenue_window, tops.cut_kind order by tops.cut_size
        ) as smaller_amount,
        bases.customer_count as base_customer_count,
        bases.revenue_amount as base_amount
    from {{ ref('concentration_top') }} as tops
    inner join {{ ref('concentration') }} as bases
        on tops.revenue_window = bases.revenue_window
)

select
    revenue_window,
    cut_kind,
    cut_size,
    revenue_amount,
    smaller_amount
from cuts
where
    revenue_amount < smaller_amount
    or (base_customer_count > 0 and revenue_amount is null)
    or (
        base_customer_count > 0 and customer_count = base_customer_count
        and revenue_amount <> base_amount
    )
