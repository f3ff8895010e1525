{#- What `pairs` have left of the lots or debits in `items` (entry_id, member_id, position, points of
    either sign; left positive). `entry_column` is the column of `pairs` that names them;
    `condition` selects among them. -#}
{% macro left_over(items, pairs, entry_column, condition='true') -%}
    select
        items.entry_id,
        items.member_id,
        items.position,
        cast(abs(items.points) - coalesce(taken.points, 0) as decimal(18, 4)) as points
    from {{ items }} as items
    left join (
        select {{ entry_column }} as entry_id, sum(points) as points
        from {{ pairs }}
        group by {{ entry_column }}
    ) as taken on items.entry_id = taken.entry_id
    where abs(items.points) > coalesce(taken.points, 0) and {{ condition }}
{%- endmacro %}
