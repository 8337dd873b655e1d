//! Values as Python prints them: `str()` and `repr()`.

use super::error::Result;
use super::limits;
use super::value::{Object, Value, View};

/// `str(value)`
pub fn to_str(value: &Value) -> Result<String> {
    match value {
        Value::Str(text) => {
            limits::spend_bytes(text.text.len())?;
            Ok(text.text.to_string())
        }
        _ => {
            let mut text = String::new();
            write_str(&mut text, value)?;
            Ok(text)
        }
    }
}

/// `str(value)` as a value; a string stays the same, and one that is markup, too.
pub fn to_text(value: &Value) -> Result<Value> {
    match value {
        Value::Str(_) => Ok(value.clone()),
        _ => Ok(Value::str(to_str(value)?)),
    }
}

/// Writes `str(value)`; undefined values print nothing.
pub fn write_str(output: &mut String, value: &Value) -> Result<()> {
    match value {
        Value::Undefined(_) => Ok(()),
        Value::Str(text) => {
            limits::spend_bytes(text.text.len())?;
            output.push_str(&text.text);
            Ok(())
        }
        _ => write_repr(output, value, 0),
    }
}

/// `repr(value)`
pub fn repr(value: &Value) -> Result<String> {
    let mut text = String::new();
    write_repr(&mut text, value, 0)?;
    Ok(text)
}

fn write_repr(output: &mut String, value: &Value, depth: u16) -> Result<()> {
    limits::spend(1)?;
    limits::text(output.len())?;
    if depth > 2 * limits::DEPTH {
        // Only a namespace that holds itself is so deep.
        return super::error::wrong("maximum recursion depth exceeded");
    }
    let sequence = |output: &mut String, open: &str, items: &mut dyn Iterator<Item = Value>, close: &str| {
        output.push_str(open);
        for (place, item) in items.enumerate() {
            output.push_str(if place > 0 { ", " } else { "" });
            write_repr(output, &item, depth + 1)?;
        }
        output.push_str(close);
        Ok(())
    };
    let entries = |output: &mut String, entries: &[(Value, Value)]| {
        output.push('{');
        for (place, (key, value)) in entries.iter().enumerate() {
            output.push_str(if place > 0 { ", " } else { "" });
            write_repr(output, key, depth + 1)?;
            output.push_str(": ");
            write_repr(output, value, depth + 1)?;
        }
        output.push('}');
        Ok(())
    };
    match value {
        Value::Undefined(_) => output.push_str("Undefined"),
        Value::Missing => output.push_str("missing"),
        Value::None => output.push_str("None"),
        Value::Bool(truth) => output.push_str(if *truth { "True" } else { "False" }),
        Value::Int(number) => output.push_str(&number.to_string()),
        Value::Float(number) => output.push_str(&float(*number)),
        Value::Str(text) => {
            limits::spend_bytes(text.text.len())?;
            if text.is_markup {
                output.push_str("Markup(");
            }
            write_quoted(output, &text.text);
            output.push_str(if text.is_markup { ")" } else { "" });
        }
        Value::List(items) => return sequence(output, "[", &mut items.items.iter().cloned(), "]"),
        Value::Tuple(items) => {
            let close = if items.items.len() == 1 { ",)" } else { ")" };
            return sequence(output, "(", &mut items.items.iter().cloned(), close);
        }
        Value::Dict(dict) => return entries(output, dict.entries()),
        Value::Range(range) => {
            output.push_str(&format!("range({}, {}", range.start, range.stop));
            if range.step != 1 {
                output.push_str(&format!(", {}", range.step));
            }
            output.push(')');
        }
        Value::Bytes(bytes) => write_bytes(output, bytes),
        Value::Object(object) => match &**object {
            Object::Namespace(attributes) => {
                output.push_str("<Namespace ");
                entries(output, attributes.borrow().entries())?;
                output.push('>');
            }
            Object::Macro(node) => match &node.definition.name {
                Some(name) => output.push_str(&format!("<Macro '{name}'>")),
                None => output.push_str("<Macro anonymous>"),
            },
            Object::View(dict, view) => {
                let dict = dict.entries().iter();
                return match view {
                    View::Keys => {
                        sequence(output, "dict_keys([", &mut dict.map(|(key, _)| key.clone()), "])")
                    }
                    View::Values => {
                        sequence(output, "dict_values([", &mut dict.map(|(_, value)| value.clone()), "])")
                    }
                    View::Items => {
                        output.push_str("dict_items([");
                        for (place, (key, value)) in dict.enumerate() {
                            output.push_str(if place > 0 { ", " } else { "" });
                            sequence(output, "(", &mut [key.clone(), value.clone()].into_iter(), ")")?;
                        }
                        output.push_str("])");
                        Ok(())
                    }
                };
            }
            Object::Loop(node) => {
                let known =
                    node.length.get().or(super::ops::length(&node.iterable).map(|length| length as i64));
                let Some(length) = known else { return no_text(value) };
                output.push_str(&format!("<LoopContext {}/{length}>", node.index0.get() + 1));
            }
            Object::Blocks => output.push_str("<TemplateReference None>"),
            _ => return no_text(value),
        },
    }
    Ok(())
}

/// Python would write an address of its memory.
fn no_text(value: &Value) -> Result<()> {
    super::error::wrong(format!(
        "a {} has no text of its own (Python would write a memory address)",
        value.type_name()
    ))
}

/// Single quotes, unless that would need escaping and double quotes do not.
fn write_quoted(output: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    output.push(quote);
    for character in text.chars() {
        match character {
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            c if c == quote => {
                output.push('\\');
                output.push(c);
            }
            c if !is_printable(c) => output.push_str(&match u32::from(c) {
                code @ 0..=0xff => format!("\\x{code:02x}"),
                code @ 0x100..=0xffff => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
            c => output.push(c),
        }
    }
    output.push(quote);
}

fn write_bytes(output: &mut String, bytes: &[u8]) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    output.push('b');
    output.push(quote);
    for &byte in bytes {
        match char::from(byte) {
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            c if c == quote => {
                output.push('\\');
                output.push(c);
            }
            c if (' '..='~').contains(&c) => output.push(c),
            _ => output.push_str(&format!("\\x{byte:02x}")),
        }
    }
    output.push(quote);
}

/// Python's `str.isprintable`, for what stands in texts: no control and format characters, no white
/// space but the space, no private use.
pub fn is_printable(c: char) -> bool {
    let is_format = matches!(
        u32::from(c),
        0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f
            | 0xfeff | 0xfff9..=0xfffb | 0xe0001..=0xe007f
    );
    let is_private = matches!(u32::from(c), 0xe000..=0xf8ff | 0xf0000..);
    // Not assigned, and noncharacters.
    let is_none = matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe;
    c == ' ' || !(c.is_control() || c.is_whitespace() || is_format || is_private || is_none)
}

/// The shortest decimal that reads back as the same number, in Python's notation.
pub fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.into();
    }
    // `{:e}` gives the decimal exponent of the shortest form, whatever rounding log10 does.
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if number == 0.0 || (-4..16).contains(&exponent) {
        // Not `{:?}`, which has an exponent of its own for small and large ones.
        let text = format!("{number}");
        return if text.contains('.') { text } else { text + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// A text that is safe in HTML.
pub fn escape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '\'' => result.push_str("&#39;"),
            '"' => result.push_str("&#34;"),
            c => result.push(c),
        }
    }
    result
}

/// `escape(value)`: markup stays as it is.
pub fn escaped(value: &Value) -> Result<String> {
    match value {
        Value::Str(text) if text.is_markup => Ok(text.text.to_string()),
        _ => Ok(escape(&to_str(value)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_python_writes_them() {
        // Made with Python 3: repr() of the same literals.
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (123456.789, "123456.789"),
        ] {
            assert_eq!(float(number), text);
        }
    }
}
