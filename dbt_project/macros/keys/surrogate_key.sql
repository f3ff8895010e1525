{#- Our key of an entity: md5 of its source key. "|" stands between the parts, so that ("a", "b|c")
    and ("a|b", "c") would need a source key with a bar to meet; the key tests would show it. -#}
{% macro surrogate_key(columns) -%}
    md5(concat_ws('|', {{ columns | join(', ') }}))
{%- endmacro %}
