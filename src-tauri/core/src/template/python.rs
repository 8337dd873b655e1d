//! Values as Python prints them: `str()` and `repr()`.

use std::fmt::{self, Write};
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value, ValueKind};

/// A list that prints as a tuple.
#[derive(Debug)]
pub(super) struct Tuple(pub Vec<Value>);

impl Object for Tuple {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

/// `str(value)`.
pub(super) fn to_str(value: &Value) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    write_str(&mut text, value).map_or_else(|_| String::new(), |()| text)
}

/// Writes `str(value)`; undefined values print nothing, as in jinja2.
pub(super) fn write_str(output: &mut impl Write, value: &Value) -> fmt::Result {
    match (value.kind(), value.as_str()) {
        (ValueKind::Undefined, _) => Ok(()),
        (_, Some(text)) => output.write_str(text),
        _ => write_repr(output, value),
    }
}

fn write_repr(output: &mut impl Write, value: &Value) -> fmt::Result {
    match value.kind() {
        ValueKind::None => output.write_str("None"),
        ValueKind::Bool => output.write_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Number if !value.is_integer() => match f64::try_from(value.clone()) {
            Ok(number) => output.write_str(&float(number)),
            Err(_) => write!(output, "{value}"),
        },
        ValueKind::String => write_quoted(output, value.as_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            let is_tuple = value.downcast_object_ref::<Tuple>().is_some();
            output.write_char(if is_tuple { '(' } else { '[' })?;
            let mut count = 0;
            for item in value.try_iter().into_iter().flatten() {
                output.write_str(if count > 0 { ", " } else { "" })?;
                write_repr(output, &item)?;
                count += 1;
            }
            output.write_str(match (is_tuple, count) {
                (true, 1) => ",)",
                (true, _) => ")",
                (false, _) => "]",
            })
        }
        ValueKind::Map => {
            output.write_char('{')?;
            for (place, key) in value.try_iter().into_iter().flatten().enumerate() {
                output.write_str(if place > 0 { ", " } else { "" })?;
                write_repr(output, &key)?;
                output.write_str(": ")?;
                write_repr(output, &value.get_item(&key).unwrap_or_default())?;
            }
            output.write_char('}')
        }
        _ => write!(output, "{value}"),
    }
}

/// Single quotes, unless that would need escaping and double quotes do not.
fn write_quoted(output: &mut impl Write, text: &str) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    output.write_char(quote)?;
    for character in text.chars() {
        match character {
            '\\' => output.write_str("\\\\")?,
            '\n' => output.write_str("\\n")?,
            '\r' => output.write_str("\\r")?,
            '\t' => output.write_str("\\t")?,
            c if c == quote => write!(output, "\\{c}")?,
            c if !is_printable(c) => match u32::from(c) {
                code @ 0..=0xff => write!(output, "\\x{code:02x}")?,
                code @ 0x100..=0xffff => write!(output, "\\u{code:04x}")?,
                code => write!(output, "\\U{code:08x}")?,
            },
            c => output.write_char(c)?,
        }
    }
    output.write_char(quote)
}

/// Python's `str.isprintable`, for what stands in texts: no control and format characters, no white
/// space but the space, no private use.
fn is_printable(c: char) -> bool {
    let is_format = matches!(
        u32::from(c),
        0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb
            | 0xe0001..=0xe007f
    );
    let is_private = matches!(u32::from(c), 0xe000..=0xf8ff | 0xf0000..);
    c == ' ' || !(c.is_control() || c.is_whitespace() || is_format || is_private)
}

/// The shortest decimal that reads back as the same number, in Python's notation.
pub(super) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.into();
    }
    let exponent = match number {
        0.0 => 0,
        // `{:e}` gives the decimal exponent of the shortest form, whatever rounding log10 does.
        _ => format!("{number:e}")
            .rsplit('e')
            .next()
            .and_then(|digits| digits.parse::<i32>().ok())
            .unwrap_or(0),
    };
    if (-4..16).contains(&exponent) {
        return format!("{number:?}");
    }
    let scientific = format!("{number:e}");
    let (mantissa, _) = scientific.split_once('e').unwrap_or((&scientific, ""));
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
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

    #[test]
    fn values_as_python_prints_them() {
        let value = Value::from_serialize(serde_json::json!({
            "a": [1, 2.5, true, null, "it's", "say \"it's\"", "\n\u{1}中"],
        }));
        assert_eq!(to_str(&value), r#"{'a': [1, 2.5, True, None, "it's", 'say "it\'s"', '\n\x01中']}"#);
        assert_eq!(to_str(&Value::from("plain")), "plain");
        assert_eq!(to_str(&Value::UNDEFINED), "");
    }
}
