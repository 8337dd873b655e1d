//! Functions that every template knows: jinja2's, and those of `transformers`.

use std::cell::Cell;
use std::fmt::Write;

use chrono::format::StrftimeItems;
use chrono::NaiveDateTime;

use super::error::{wrong, Error, Kind, Result};
use super::interpreter::Interpreter;
use super::iterate::Iter;
use super::print;
use super::value::{Args, Dict, Object, Range, Value};

/// The sandbox makes no longer ranges.
const MAX_RANGE: usize = 100_000;

impl Interpreter<'_> {
    pub fn function(&mut self, name: &str, args: Args) -> Result<Value> {
        match name {
            "range" => range(args),
            "dict" => Ok(Value::dict(self.new_dict(args)?)),
            "namespace" => {
                let attributes = self.new_dict(args)?;
                let mut names = attributes.entries().iter().filter_map(|(name, _)| name.as_str());
                if names.any(|name| name.starts_with('_')) {
                    return wrong("a namespace takes no attribute that begins with an underscore");
                }
                Ok(self.new_namespace(attributes))
            }
            "cycler" => {
                if args.positional.is_empty() || !args.named.is_empty() {
                    return wrong("at least one item has to be provided");
                }
                match Value::tuple(args.positional)? {
                    Value::Tuple(items) => Ok(Value::object(Object::Cycler { items, at: Cell::new(0) })),
                    _ => wrong("no items"),
                }
            }
            "joiner" => {
                let [separator] = args.bind("joiner", ["sep"])?;
                let separator = separator.unwrap_or_else(|| Value::str(", "));
                Ok(Value::object(Object::Joiner { separator, used: Cell::new(false) }))
            }
            "raise_exception" => {
                let [message] = args.bind("raise_exception", ["message"])?;
                let Some(message) = message else { return wrong("raise_exception() wants a message") };
                Err(Error::new(Kind::Refused, print::to_str(&message)?))
            }
            "strftime_now" => {
                let [format] = args.bind("strftime_now", ["format"])?;
                match format.as_ref().and_then(Value::as_str) {
                    Some(format) => Ok(Value::str(strftime((self.clock)(), format)?)),
                    None => wrong("strftime_now() wants a format"),
                }
            }
            _ => wrong(format!("{name}() gives another text every time")),
        }
    }

    /// `dict(pairs, **named)`
    pub fn new_dict(&mut self, args: Args) -> Result<Dict> {
        let mut dict = Dict::default();
        let mut positional = args.positional.into_iter();
        match positional.next() {
            None => {}
            Some(Value::Dict(other)) => dict = other.copy()?,
            Some(other) => {
                let mut iter = Iter::of(&other)?;
                while let Some(pair) = self.next(&mut iter)? {
                    let pair = self.collect(&pair)?;
                    let [key, value] = &pair[..] else { return wrong("dict() takes pairs") };
                    dict.insert(key.clone(), value.clone())?;
                }
            }
        }
        if positional.next().is_some() {
            return wrong("dict expected at most 1 argument");
        }
        for (name, value) in args.named {
            dict.insert(Value::str(&*name), value)?;
        }
        Ok(dict)
    }
}

fn range(args: Args) -> Result<Value> {
    let parts: [Option<Value>; 3] = args.positional("range")?;
    let mut numbers = Vec::new();
    for part in parts.into_iter().flatten() {
        match part.as_int().map(i64::try_from) {
            Some(Ok(number)) => numbers.push(number),
            _ => return wrong(format!("'{}' object cannot be interpreted as an integer", part.type_name())),
        }
    }
    let range = match numbers[..] {
        [stop] => Range { start: 0, stop, step: 1 },
        [start, stop] => Range { start, stop, step: 1 },
        [_, _, 0] => return wrong("range() arg 3 must not be zero"),
        [start, stop, step] => Range { start, stop, step },
        _ => return wrong("range expected at least 1 argument"),
    };
    if range.len() > MAX_RANGE {
        return wrong(format!(
            "Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MAX_RANGE})."
        ));
    }
    Ok(Value::Range(range))
}

/// Python's `strftime` of a time without a zone, in the C locale.
pub fn strftime(now: NaiveDateTime, format: &str) -> Result<String> {
    let mut text = String::new();
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let flag = usize::from(rest[1..].starts_with(['-', '_', '0', '^', '#']));
        let Some(letter) = rest[1 + flag..].chars().next() else { break };
        let (specifier, behind) = rest.split_at(1 + flag + letter.len_utf8());
        rest = behind;
        match letter {
            'Z' | 'z' => {}
            // Microseconds; chrono would give nanoseconds.
            'f' => text.push_str(&now.format("%6f").to_string()),
            _ => match StrftimeItems::new(specifier).parse() {
                // chrono fails where a zone is wanted.
                Ok(items) => write!(text, "{}", now.format_with_items(items.iter()))
                    .map_err(|_| Error::value(format!("strftime_now can't fill the format {format}")))?,
                // Like the C library: what is no specifier stays.
                Err(_) => text.push_str(specifier),
            },
        }
    }
    text.push_str(rest);
    Ok(text)
}
