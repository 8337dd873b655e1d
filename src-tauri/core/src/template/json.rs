//! The filter `tojson`, which in `transformers` is Python's `json.dumps` and not jinja2's own:
//! nothing is escaped for HTML, and a space follows `,` and `:`.

use minijinja::value::{Kwargs, Rest, Value, ValueKind};
use minijinja::{Error, ErrorKind};
use serde_json::Value as Json;

use super::python;

/// `tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False)`.
pub(super) fn tojson(value: &Value, arguments: Rest<Value>, options: Kwargs) -> Result<String, Error> {
    if value.kind() == ValueKind::Undefined {
        return Err(Error::new(ErrorKind::UndefinedError, "an undefined value can't be written as JSON"));
    }
    let get = |place: usize, name: &str| -> Result<Option<Value>, Error> {
        let named: Option<Value> = options.get(name)?;
        Ok(arguments.get(place).cloned().or(named).filter(|value| !value.is_none()))
    };
    let is_true = |value: Option<Value>| value.is_some_and(|value| value.is_true());
    let ensure_ascii = is_true(get(0, "ensure_ascii")?);
    let indent = get(1, "indent")?.map(usize::try_from).transpose()?;
    let separators = get(2, "separators")?
        .map(|pair| pair.try_iter().map(|pair| pair.map(|part| python::to_str(&part)).collect::<Vec<_>>()))
        .transpose()?;
    let sort_keys = is_true(get(3, "sort_keys")?);
    let (item, key) = match separators.as_deref() {
        Some([item, key]) => (item.clone(), key.clone()),
        Some(_) => return Err(Error::new(ErrorKind::InvalidOperation, "separators are a pair of strings")),
        None => {
            let item = if indent.is_some() { "," } else { ", " };
            (item.to_owned(), ": ".to_owned())
        }
    };
    let writer = Writer {
        // A deeper indent than this only fills memory.
        indent: indent.map(|width| width.min(64)),
        item,
        key,
        ensure_ascii,
        sort_keys,
    };
    options.assert_all_used()?;
    let json = serde_json::to_value(value).map_err(|error| {
        Error::new(ErrorKind::BadSerialization, "can't be written as JSON").with_source(error)
    })?;
    let mut text = String::new();
    writer.write(&json, 0, &mut text);
    Ok(text)
}

struct Writer {
    indent: Option<usize>,
    item: String,
    key: String,
    ensure_ascii: bool,
    sort_keys: bool,
}

impl Writer {
    fn write(&self, json: &Json, depth: usize, text: &mut String) {
        match json {
            Json::Null | Json::Bool(_) => text.push_str(&json.to_string()),
            Json::Number(number) => match number.as_f64() {
                Some(float) if number.is_f64() => text.push_str(&python::float(float)),
                _ => text.push_str(&number.to_string()),
            },
            Json::String(string) => self.write_string(string, text),
            Json::Array(items) => self.write_all('[', ']', items.iter(), depth, text, |item, text| {
                self.write(item, depth + 1, text);
            }),
            Json::Object(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                if self.sort_keys {
                    entries.sort_by(|a, b| a.0.cmp(b.0));
                }
                self.write_all('{', '}', entries.into_iter(), depth, text, |(key, value), text| {
                    self.write_string(key, text);
                    text.push_str(&self.key);
                    self.write(value, depth + 1, text);
                })
            }
        }
    }

    fn write_all<T>(
        &self,
        open: char,
        close: char,
        items: impl ExactSizeIterator<Item = T>,
        depth: usize,
        text: &mut String,
        write: impl Fn(T, &mut String),
    ) {
        text.push(open);
        let count = items.len();
        for (place, item) in items.enumerate() {
            if place > 0 {
                text.push_str(&self.item);
            }
            self.begin_line(depth + 1, text);
            write(item, text);
        }
        if count > 0 {
            self.begin_line(depth, text);
        }
        text.push(close);
    }

    fn begin_line(&self, depth: usize, text: &mut String) {
        if let Some(width) = self.indent {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', width * depth));
        }
    }

    fn write_string(&self, string: &str, text: &mut String) {
        let quoted = Json::from(string).to_string();
        if !self.ensure_ascii {
            text.push_str(&quoted);
            return;
        }
        for character in quoted.chars() {
            if character.is_ascii() {
                text.push(character);
                continue;
            }
            for unit in character.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
}
