//! Templates put together of pieces that real ones have.

use rand::Rng;

use super::pick;

const PIECES: &[&str] = &[
    "{% for m in messages %}",
    "{%- for m in messages[::-1] -%}",
    "{% endfor %}",
    "{%- endfor -%}",
    "{% if m.role == 'user' %}",
    "{% elif loop.last and not add_generation_prompt %}",
    "{% else %}",
    "{% endif %}",
    "{{ m.content }}",
    "{{- '<|im_start|>' + m['role'] + '\\n' -}}",
    "{{ m.content | trim | replace('a', 'aa', 3) }}",
    "{{ m.content.split('</think>')[-1].lstrip('\\n') }}",
    "{{ m | tojson(indent=2) }}",
    "{% set ns = namespace(x=0, s='') %}",
    "{% set ns.x = ns.x + loop.index %}",
    "{% set ns.s = ns.s ~ m.content ~ none %}",
    "{% set x %}",
    "{% endset %}",
    "{% macro f(a, b=1) %}",
    "{% endmacro %}",
    "{{ f(1) }}",
    "{{ f(f) }}",
    "{% for i in range(1000) %}",
    "{% for i in range(99999999) %}",
    "{% generation %}",
    "{% endgeneration %}",
    "{{ raise_exception('no ' ~ m) }}",
    "{{ strftime_now('%d %b %Y %Q %') }}",
    "{{ 'x' * 99999999 }}",
    "{{ ('a' | center(99999999)) | length }}",
    "{{ 'abc'.count('') }}{{ 'a'.rjust(99999999) }}",
    "{{ m.content[1:-1:2] }}{{ m.content[::-1] }}{{ [1,2][::-9] }}",
    "{{ 1 / 0 }}{{ 1 % 0 }}{{ 2 ** 99999 }}{{ -9223372036854775807 - 2 }}",
    "{{ messages | map(attribute='content') | join(', ') | indent(9999999) }}",
    "{{ [messages, messages] | tojson }}",
    "{% raw %}{{ {% endraw %}",
    "{# comment",
    "#}",
    "{{ '",
    "{{ \"a\" 'b' ~ (1 ~ [2 ~ {",
    "((((((((((((((((",
    "{% break %}",
    "{% continue %}",
    "{% include 'chat_template' %}",
    "{% filter upper %}",
    "{% endfilter %}",
    "{% call f() %}",
    "{% endcall %}",
    "中文 text\r\n",
    "  \t",
];

pub fn source(random: &mut impl Rng) -> Vec<u8> {
    let mut source = String::new();
    for _ in 0..random.random_range(1..40) {
        source.push_str(pick(random, PIECES));
    }
    if random.random_bool(0.05) {
        let deep =
            pick(random, &["{{ (", "{% if x %}", "[", "{{ not ", "{{ -", "{% for a in b %}", "{{ a.b"]);
        source.push_str(&deep.repeat(random.random_range(1..3000)));
    }
    let mut bytes = source.into_bytes();
    if random.random_bool(0.4) {
        super::damage(random, &mut bytes);
    }
    bytes
}
