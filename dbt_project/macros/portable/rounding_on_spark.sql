{#- A double cast to a decimal, rounded as on DuckDB: the double times a power of ten, halves away from
    zero. Spark rounds the shortest decimal text of the double instead, and 41.66665 (a little less than
    it, as a double) is 41.6666 on one engine and 41.6667 on the other.

    Belongs here: the rewriting of compiled SQL that Spark needs, this and quotes in texts. Models keep saying
    `cast(... as decimal(p, s))`. What is a double is read from the text where it says so: a division is
    one, and so is what is cast to double, and a root or a logarithm. Of a column Spark is asked for the type
    when it plans, and drops the other branch. -#}
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
                {%- elif cast[2] == 'decimal' and may_be_double(shape) -%}
                    {%- do texts.append(texts.pop()[:-4] ~ number_as_decimal(cast[1], cast[3], cast[4])) -%}
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

{#- Whether the text leaves the type open: the name of a column alone. (Asked for longer expressions too,
    the plans of chains such as the pairing of points grow beyond what Spark resolves.) -#}
{% macro may_be_double(shape) -%}
    {%- set value = shape.rsplit(' as decimal', 1)[0] | trim -%}
    {{- 'yes' if value != 'null' and modules.re.fullmatch('[a-z_]\\w*(\\.[a-z_]\\w*)?', value) -}}
{%- endmacro %}

{% macro number_as_decimal(number, precision, scale) -%}
    case
        when lower(typeof({{ number }})) = 'double'
            then {{ double_as_decimal('cast(' ~ number ~ ' as double)', precision, scale) }}
        else cast({{ number }} as decimal({{ precision }}, {{ scale }}))
    end
{%- endmacro %}

{% macro double_as_decimal(number, precision, scale) -%}
    cast(cast(round(({{ number }}) * 1e{{ scale }}) as bigint) * {{ spark_unit(scale | int) }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{#- One in the last of `scale` decimals: 0.0001 for 4. -#}
{% macro spark_unit(scale) -%}
    {{- '1' if scale == 0 else '0.' ~ '0' * (scale - 1) ~ '1' -}}
{%- endmacro %}
