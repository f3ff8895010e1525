-- One row per segment with a product sold in two months or more: squares and products of ln(price) and
-- ln(units) around the mean of each product, pooled over products.
with
product_sums as (
    select
        segment_kind,
        segment,
        product_key,
        count(*) as n,
        cast(sum(log_price) as double) as x,
        cast(sum(log_quantity) as double) as y,
        cast(sum(log_price * log_price) as double) as xx,
        cast(sum(log_price * log_quantity) as double) as xy,
        cast(sum(log_quantity * log_quantity) as double) as yy
    from {{ ref('int_product_months_priced') }}
    group by segment_kind, segment, product_key
    having count(*) > 1
)

-- Rounded per product before the sum over products, whose order is not given.
select
    segment_kind,
    segment,
    cast(sum(n) as bigint) as observation_count,
    count(*) as product_count,
    cast(sum(cast(xx - x * x / n as decimal(18, 8))) as double) as sxx,
    cast(sum(cast(xy - x * y / n as decimal(18, 8))) as double) as sxy,
    cast(sum(cast(yy - y * y / n as decimal(18, 8))) as double) as syy
from product_sums
group by segment_kind, segment
