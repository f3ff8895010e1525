-- One row per metric and published column that carries it: what the figure means. It describes the
-- tables and not the customers, so it is the same on every date.
with
carried as (
    {{ published_metric_columns() }}
),

catalogue as (
    select * from {{ ref('metric_catalogue') }}
)

select
    carried.metric,
    carried.table_name,
    carried.column_name,
    catalogue.name as metric_name,
    catalogue.definition,
    carried.column_description,
    catalogue.source
from carried
left join catalogue on carried.metric = catalogue.metric
