-- One row per revenue window and cut (revenue_window, cut_kind, cut_size): what the largest customers
-- bring, which is what leaves with them.
select
    tops.revenue_window,
    tops.cut_kind,
    tops.cut_size,
    tops.as_of_date,
    tops.customer_count,
    tops.revenue_amount,
    tops.revenue_share_rate,
    tops.revenue_reason,
    bases.gini,
    bases.effective_customer_count,
    tops.currency_code
from {{ ref('concentration_top') }} as tops
inner join {{ ref('concentration') }} as bases on tops.revenue_window = bases.revenue_window
