{#- A number of [0, 1) that looks drawn by chance and is the same for the same text on every day and
    engine: the first five hexadecimal digits of its md5, of 1,048,576. -#}
{% macro hash_share(text) -%}
    cast((
        {%- for place in range(5) %}
        (instr('0123456789abcdef', substr(md5({{ text }}), {{ place + 1 }}, 1)) - 1) * {{ 16 ** (4 - place) }}
        {{- ' +' if not loop.last }}
        {%- endfor %}
    ) as double) / 1048576
{%- endmacro %}
