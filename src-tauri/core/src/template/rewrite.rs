//! Makes a template's source say in minijinja what it says in jinja2.
//!
//! The two read nearly the same language. What differs and can't be set is rewritten here, tag by
//! tag; the number of every line stays the same.
//!
//! * `\r\n` and `\r` are line ends like `\n`.
//! * `{% generation %}` marks what the assistant wrote, for training. It prints nothing and its
//!   variables are its own, as in `{% with %}`.
//! * `a ~ b` joins what Python's `str()` makes of both: `None`, `True`, `1.0`.
//! * String literals side by side are one string.

/// The source as minijinja has to read it.
pub(super) fn for_minijinja(source: &str) -> String {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let mut result = String::with_capacity(source.len() + source.len() / 16);
    let mut rest = source.as_str();
    while let Some(start) = rest.find("{%").into_iter().chain(rest.find("{{")).chain(rest.find("{#")).min() {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = match rest.as_bytes()[1] {
            b'#' => rest.find("#}").map(|end| end + 2),
            b'%' if is_tag(rest, "raw") => raw_length(rest),
            _ => None,
        };
        if let Some(length) = length {
            result.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        let Some(tag) = Tag::read(rest) else { break };
        tag.write(&mut result);
        rest = &rest[tag.length..];
    }
    result.push_str(rest);
    result
}

/// Does `text` begin with the tag of that name and nothing else in it?
fn is_tag(text: &str, name: &str) -> bool {
    let inner = text[2..].trim_start_matches(['-', '+']).trim_start();
    inner
        .strip_prefix(name)
        .is_some_and(|rest| rest.trim_start().trim_start_matches(['-', '+']).starts_with("%}"))
}

/// Bytes from `{% raw %}` to the end of `{% endraw %}`.
fn raw_length(text: &str) -> Option<usize> {
    let mut from = 2;
    loop {
        let start = from + text[from..].find("{%")?;
        if is_tag(&text[start..], "endraw") {
            return Some(start + text[start..].find("%}")? + 2);
        }
        from = start + 2;
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node<'a> {
    Space(&'a str),
    /// A string literal with its quotes.
    Text(&'a str),
    /// A name or a number.
    Word(&'a str),
    Sign(&'a str),
    /// Brackets and what is between them.
    Group(&'a str, Vec<Node<'a>>, &'a str),
}

/// One `{{ ... }}` or `{% ... %}`.
struct Tag<'a> {
    /// `{%-` and the like.
    open: &'a str,
    nodes: Vec<Node<'a>>,
    close: &'a str,
    length: usize,
}

const SIGNS: &[&str] = &["==", "!=", "<=", ">=", "//", "**"];

impl<'a> Tag<'a> {
    /// The tag that `text` begins with; `None` where it has no end, which minijinja then reports.
    fn read(text: &'a str) -> Option<Self> {
        let end = if text.starts_with("{{") { "}}" } else { "%}" };
        let open = if text[2..].starts_with(['-', '+']) { 3 } else { 2 };
        let mut levels: Vec<(&str, Vec<Node>)> = vec![("", Vec::new())];
        let mut at = open;
        loop {
            let rest = &text[at..];
            let first = rest.chars().next()?;
            let outside = levels.len() == 1;
            if outside {
                let control = usize::from(rest.starts_with(['-', '+']));
                if rest[control..].starts_with(end) {
                    let close = &rest[..control + 2];
                    let (_, nodes) = levels.pop()?;
                    return Some(Self { open: &text[..open], nodes, close, length: at + close.len() });
                }
            }
            let (length, node) = match first {
                '\'' | '"' => {
                    let length = string_length(rest)?;
                    (length, Node::Text(&rest[..length]))
                }
                '(' | '[' | '{' => {
                    // Deeper than any template, and before the stack ends.
                    if levels.len() > 100 {
                        return None;
                    }
                    levels.push((&rest[..1], Vec::new()));
                    at += 1;
                    continue;
                }
                ')' | ']' | '}' => {
                    if outside {
                        return None;
                    }
                    let (open, nodes) = levels.pop()?;
                    (1, Node::Group(open, nodes, &rest[..1]))
                }
                c if c.is_whitespace() => {
                    let length = rest.len() - rest.trim_start().len();
                    (length, Node::Space(&rest[..length]))
                }
                c if c.is_alphanumeric() || c == '_' => {
                    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                    (length, Node::Word(&rest[..length]))
                }
                c => {
                    let double = SIGNS.iter().any(|sign| rest.starts_with(sign));
                    let length = if double { 2 } else { c.len_utf8() };
                    (length, Node::Sign(&rest[..length]))
                }
            };
            levels.last_mut()?.1.push(node);
            at += length;
        }
    }

    fn write(&self, result: &mut String) {
        result.push_str(self.open);
        let words: Vec<&Node> = self.nodes.iter().filter(|node| !matches!(node, Node::Space(_))).collect();
        match words[..] {
            [Node::Word("generation")] if self.open.starts_with("{%") => result.push_str(" with "),
            [Node::Word("endgeneration")] if self.open.starts_with("{%") => result.push_str(" endwith "),
            _ => write_level(&self.nodes, result),
        }
        result.push_str(self.close);
    }
}

/// Bytes of the string literal that `text` begins with.
fn string_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while *bytes.get(at)? != bytes[0] {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    Some(at + 1)
}

/// Words that stand between expressions.
const KEYWORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "elif",
    "for",
    "recursive",
    "set",
    "call",
    "filter",
    "with",
    "print",
    "do",
    "include",
    "macro",
    "without",
    "context",
    "ignore",
    "missing",
];

/// Signs that bind less tightly than `~`.
const SEPARATORS: &[&str] = &[",", ":", "=", "==", "!=", "<", ">", "<=", ">=", "+", "-"];

/// Writes the nodes of one level: what stands between separators is written operand by operand.
fn write_level(nodes: &[Node], result: &mut String) {
    let mut begin = 0;
    let mut previous: Option<&Node> = None;
    let mut after_is = false;
    for (place, node) in nodes.iter().enumerate() {
        // A sign before an operand belongs to it: `-1`.
        let is_operand = |node: &Node| match node {
            Node::Text(_) | Node::Group(..) => true,
            Node::Word(word) => !KEYWORDS.contains(word),
            Node::Space(_) | Node::Sign(_) => false,
        };
        let separates = match node {
            // An attribute may have the name of a keyword.
            Node::Word(word) => KEYWORDS.contains(word) && previous != Some(&Node::Sign(".")),
            Node::Sign("+" | "-") => previous.is_some_and(is_operand),
            Node::Sign(sign) => SEPARATORS.contains(sign),
            _ => false,
        };
        if separates {
            write_operands(&nodes[begin..place], after_is, result);
            write_node(node, result);
            begin = place + 1;
            after_is = matches!(node, Node::Word("is")) || (after_is && matches!(node, Node::Word("not")));
        }
        if !matches!(node, Node::Space(_)) {
            previous = Some(node);
        }
    }
    write_operands(&nodes[begin..], after_is, result);
}

/// Writes an expression without separators, each side of a `~` as a string.
fn write_operands(nodes: &[Node], is_test: bool, result: &mut String) {
    if is_test || !nodes.contains(&Node::Sign("~")) {
        write_strings_joined(nodes, result);
        return;
    }
    for (number, operand) in nodes.split(|node| *node == Node::Sign("~")).enumerate() {
        result.push_str(if number > 0 { "~" } else { "" });
        let is_space = |node: &Node| matches!(node, Node::Space(_));
        let Some(first) = operand.iter().position(|node| !is_space(node)) else { continue };
        let last = operand.iter().rposition(|node| !is_space(node)).unwrap_or(first);
        write_strings_joined(&operand[..first], result);
        result.push('(');
        write_strings_joined(&operand[first..=last], result);
        result.push_str(")|string");
        write_strings_joined(&operand[last + 1..], result);
    }
}

/// Writes nodes as they are, with string literals side by side as one.
fn write_strings_joined(nodes: &[Node], result: &mut String) {
    let mut rest = nodes;
    while let Some((node, after)) = rest.split_first() {
        let mut strings = vec![node];
        let mut end = after;
        if matches!(node, Node::Text(_)) {
            loop {
                let next = match end {
                    [text @ Node::Text(_), tail @ ..] => (text, tail),
                    [Node::Space(_), text @ Node::Text(_), tail @ ..] => (text, tail),
                    _ => break,
                };
                strings.push(next.0);
                end = next.1;
            }
        }
        if strings.len() == 1 {
            write_node(node, result);
            rest = after;
            continue;
        }
        let skipped = &rest[..rest.len() - end.len()];
        result.push('(');
        for (number, string) in strings.iter().enumerate() {
            result.push_str(if number > 0 { "~" } else { "" });
            write_node(string, result);
        }
        result.push(')');
        // Line ends between them keep the lines counted.
        for node in skipped {
            if let Node::Space(space) = node {
                result.push_str(space);
            }
        }
        rest = end;
    }
}

fn write_node(node: &Node, result: &mut String) {
    match node {
        Node::Space(text) | Node::Text(text) | Node::Word(text) | Node::Sign(text) => result.push_str(text),
        Node::Group(open, nodes, close) => {
            result.push_str(open);
            write_level(nodes, result);
            result.push_str(close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::for_minijinja as rewrite;

    #[test]
    fn generation_tags_become_a_scope() {
        assert_eq!(
            rewrite("a{%- generation -%}b{% endgeneration %}{% if x %}y{% endif %}"),
            "a{%- with -%}b{% endwith %}{% if x %}y{% endif %}"
        );
        for same in [
            "generation {% set",
            "中{% set generation = 1 %}",
            "{{ '{% generation %}' }}",
            "{# {% generation %} #}",
        ] {
            assert_eq!(rewrite(same), same);
        }
    }

    #[test]
    fn both_sides_of_a_tilde_become_strings() {
        assert_eq!(rewrite("{{ a ~ -1 ~ b[0]|f }}"), "{{ (a)|string ~ (-1)|string ~ (b[0]|f)|string }}");
        assert_eq!(rewrite("{{ a ~ b + c }}"), "{{ (a)|string ~ (b)|string + c }}");
        assert_eq!(rewrite("{% set x = (a ~ b) if c.is else d ~ e %}"), {
            "{% set x = ((a)|string ~ (b)|string) if c.is else (d)|string ~ (e)|string %}"
        });
        assert_eq!(rewrite("{{ {'~': [a~b, '~']} }}"), "{{ {'~': [(a)|string~(b)|string, '~']} }}");
        assert_eq!(rewrite("{% raw %}{{ a ~ b }}{% endraw %}{{ c~d }}"), {
            "{% raw %}{{ a ~ b }}{% endraw %}{{ (c)|string~(d)|string }}"
        });
    }

    #[test]
    fn strings_side_by_side_are_one() {
        assert_eq!(rewrite("{{ f('a' \"b\"\n 'c') }}"), "{{ f(('a'~\"b\"~'c') \n ) }}");
    }

    #[test]
    fn line_ends_are_one_kind_and_broken_tags_stay() {
        assert_eq!(rewrite("a\r\nb\rc"), "a\nb\nc");
        for broken in ["{{ 'a", "{% if (", "{{ ) }}", "{#", "{% raw %} {{", "{{", "{%-"] {
            assert_eq!(rewrite(broken), broken);
        }
    }
}
