{#- A double cast to a decimal, rounded as on DuckDB: the double times a power of ten, halves away from
    zero. Spark rounds the shortest decimal text of the double instead, and 41.66665 (a little less than
    it, as a double) is 41.6666 on one engine and 41.6667 on the other.

    Belongs here: the rewriting of compiled SQL that Spark needs, this and quotes in texts. Models keep saying
    `cast(... as decimal(p, s))`. What is a double is read from the text: a division is one, and so is
    what is cast to double, and a root or a logarithm. A test asks Spark's own analysis whether any cast
    of a double was missed, or a decimal taken for a double. -#}
{% macro decimals_rounded(sql) -%}
    {%- set re = modules.re -%}
    {#- Per open parenthesis: the text so far, and its shape, which says of what type it is. -#}
    {%- set texts = [''] -%}
    {%- set shapes = [''] -%}
    {%- for piece in re.split("('(?:[^'\\\\]|''|\\\\.)*'|--[^\n]*|/\\*.*?\\*/|[()])", sql, flags=re.DOTALL) -%}
        {%- if piece == '(' -%}
            {%- do texts.append('') -%}
            {%- do shapes.append('') -%}
        {%- elif piece == ')' -%}
            {%- set text = texts.pop() -%}
            {%- set shape = shapes.pop() -%}
            {%- set cast = re.match('(.*)\\sas\\s+([a-z]+)(?:\\((\\d+),\\s*(\\d+)\\))?\\s*$', text, re.DOTALL) -%}
            {%- if cast and re.search('\\bcast$', texts[-1]) -%}
                {%- if cast[2] == 'decimal' and is_double(shape) -%}
                    {%- do texts.append(texts.pop()[:-4] ~ double_as_decimal(cast[1], cast[3], cast[4])) -%}
                {%- else -%}
                    {%- do texts.append(texts.pop() ~ '(' ~ text ~ ')') -%}
                {%- endif -%}
                {%- do shapes.append(shapes.pop() ~ ' as ' ~ cast[2]) -%}
            {%- else -%}
                {%- do texts.append(texts.pop() ~ '(' ~ text ~ ')') -%}
                {%- do shapes.append(shapes.pop() ~ '(' ~ shape ~ ')') -%}
            {%- endif -%}
        {%- else -%}
            {#- Two quotes within a text are one; Spark takes them for two texts side by side. -#}
            {%- do texts.append(texts.pop() ~ (piece if piece[:1] != "'" else "'" ~ piece[1:-1].replace("''", "\\'") ~ "'")) -%}
            {%- do shapes.append(shapes.pop() ~ (piece if piece[:1] != "'" and piece[:2] not in ('--', '/*') else '')) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- texts[0] -}}
{%- endmacro %}

{#- Whether an expression of this shape is a double; conditions do not count. -#}
{% macro is_double(shape) -%}
    {%- set values = modules.re.sub('\\bwhen\\b.*?\\bthen\\b', ' ', shape, flags=modules.re.DOTALL) -%}
    {{- 'yes' if modules.re.search('\\s/\\s|\\bas double\\b|\\b(sqrt|ln|exp|power|sign)\\(|\\de\\d', values) -}}
{%- endmacro %}

{% macro double_as_decimal(number, precision, scale) -%}
    cast(cast(round(({{ number }}) * 1e{{ scale }}) as bigint) * {{ spark_unit(scale | int) }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{#- One in the last of `scale` decimals: 0.0001 for 4. -#}
{% macro spark_unit(scale) -%}
    {{- '1' if scale == 0 else '0.' ~ '0' * (scale - 1) ~ '1' -}}
{%- endmacro %}
