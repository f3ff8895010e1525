{#- How much a told wallet is to be believed: 1 seen by a panel, 2 said in a survey, 3 imputed,
    4 not stated; and back to the word. Of several months the least believable speaks for all. -#}
{% macro wallet_method_rank(method) -%}
    case {{ method }} when 'panel' then 1 when 'survey' then 2 when 'imputed' then 3 else 4 end
{%- endmacro %}

{% macro wallet_method(method_rank) -%}
    case {{ method_rank }}
        when 1 then 'panel' when 2 then 'survey' when 3 then 'imputed' when 4 then 'not stated'
    end
{%- endmacro %}
