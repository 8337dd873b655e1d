//! `{% generation %}` marks what the assistant wrote, for training; it prints nothing.
//!
//! minijinja has no such tag, so both tags become an `if` that is always true: their whitespace
//! control stays in force, and the lines keep their numbers.

/// The source with the generation tags replaced.
pub(super) fn without_tags(source: &str) -> String {
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("{%") {
        let (before, tag) = rest.split_at(start + 2);
        result.push_str(before);
        rest = tag;
        let Some(end) = tag.find("%}") else { break };
        let control: &[char] = &['-', '+'];
        let inner = &tag[..end];
        let name = inner.trim_start_matches(control).trim_end_matches(control).trim();
        let replacement = match name {
            "generation" => "if true",
            "endgeneration" => "endif",
            _ => continue,
        };
        let place = inner.find(name).unwrap_or(0);
        result.push_str(&inner[..place]);
        result.push_str(replacement);
        rest = &tag[place + name.len()..];
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tags_change() {
        assert_eq!(
            without_tags("a{%- generation -%}b{% endgeneration %}{% if x %}y{% endif %}"),
            "a{%- if true -%}b{% endif %}{% if x %}y{% endif %}"
        );
        assert_eq!(without_tags("generation {% set"), "generation {% set");
        assert_eq!(without_tags("中{% set generation = 1 %}"), "中{% set generation = 1 %}");
    }
}
