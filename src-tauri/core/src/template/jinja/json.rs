//! The filter `tojson`, which in `transformers` is Python's `json.dumps` and not jinja2's own:
//! nothing is escaped for HTML, and a space follows `,` and `:`.

use super::error::{wrong, Result};
use super::limits;
use super::ops;
use super::print;
use super::value::{Args, Value};

/// `tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False)`.
pub fn tojson(value: &Value, args: Args) -> Result<Value> {
    let [ascii, indent, separators, sort] =
        args.bind("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"])?;
    let is_true = |value: Option<Value>| value.is_some_and(|value| value.is_true());
    let indent = match indent {
        None | Some(Value::None) => None,
        Some(Value::Str(text)) => Some(text.text.to_string()),
        Some(width) => match width.as_int() {
            // A deeper indent than this only fills memory.
            Some(width) => Some(" ".repeat(width.clamp(0, 1024) as usize)),
            None => return wrong("indent is a number or a text"),
        },
    };
    let (item, key) = match separators {
        None | Some(Value::None) => {
            let item = if indent.is_some() { "," } else { ", " };
            (item.to_owned(), ": ".to_owned())
        }
        Some(Value::List(pair) | Value::Tuple(pair)) => match &pair.items[..] {
            [Value::Str(item), Value::Str(key)] => (item.text.to_string(), key.text.to_string()),
            _ => return wrong("separators are a pair of strings"),
        },
        Some(_) => return wrong("separators are a pair of strings"),
    };
    let writer = Writer { indent, item, key, ensure_ascii: is_true(ascii), sort_keys: is_true(sort) };
    let mut text = String::new();
    writer.write(value, 0, &mut text)?;
    Ok(Value::str(text))
}

struct Writer {
    indent: Option<String>,
    item: String,
    key: String,
    ensure_ascii: bool,
    sort_keys: bool,
}

impl Writer {
    fn write(&self, value: &Value, depth: usize, text: &mut String) -> Result<()> {
        limits::spend(1)?;
        limits::text(text.len())?;
        match value {
            Value::Str(string) => {
                limits::spend_bytes(string.text.len())?;
                self.write_string(&string.text, text);
                Ok(())
            }
            Value::List(items) | Value::Tuple(items) => {
                self.write_all('[', ']', &items.items, depth, text, |item, text| {
                    self.write(item, depth + 1, text)
                })
            }
            Value::Dict(dict) => {
                let mut entries = dict.entries().to_vec();
                if self.sort_keys {
                    let keys = entries.iter().map(|(key, _)| key.clone()).collect();
                    let places = (0..entries.len()).map(|place| Value::Int(place as i128)).collect();
                    let sorted = ops::sort(places, keys, false)?;
                    let places = sorted.iter().filter_map(Value::as_int);
                    entries = places.map(|place| entries[place as usize].clone()).collect();
                }
                self.write_all('{', '}', &entries, depth, text, |(key, value), text| {
                    match key {
                        Value::Str(key) => self.write_string(&key.text, text),
                        other => match atom(other) {
                            Some(key) => self.write_string(&key, text),
                            None => {
                                let found = other.type_name();
                                return wrong(format!(
                                    "keys must be str, int, float, bool or None, not {found}"
                                ));
                            }
                        },
                    }
                    text.push_str(&self.key);
                    self.write(value, depth + 1, text)
                })
            }
            other => match atom(other) {
                Some(atom) => {
                    text.push_str(&atom);
                    Ok(())
                }
                None => wrong(format!("Object of type {} is not JSON serializable", other.type_name())),
            },
        }
    }

    fn write_all<T>(
        &self,
        open: char,
        close: char,
        items: &[T],
        depth: usize,
        text: &mut String,
        write: impl Fn(&T, &mut String) -> Result<()>,
    ) -> Result<()> {
        text.push(open);
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                text.push_str(&self.item);
            }
            self.begin_line(depth + 1, text);
            write(item, text)?;
        }
        if !items.is_empty() {
            self.begin_line(depth, text);
        }
        text.push(close);
        Ok(())
    }

    fn begin_line(&self, depth: usize, text: &mut String) {
        if let Some(indent) = &self.indent {
            text.push('\n');
            (0..depth).for_each(|_| text.push_str(indent));
        }
    }

    fn write_string(&self, string: &str, text: &mut String) {
        text.push('"');
        for c in string.chars() {
            match c {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                '\x0c' => text.push_str("\\f"),
                '\x08' => text.push_str("\\b"),
                c if c < ' ' || (self.ensure_ascii && !c.is_ascii()) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        text.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                c => text.push(c),
            }
        }
        text.push('"');
    }
}

/// How a single value is written; also as a key.
fn atom(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => "null".into(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) if number.is_nan() => "NaN".into(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 { "Infinity" } else { "-Infinity" }.into()
        }
        Value::Float(number) => print::float(*number),
        _ => return None,
    })
}
