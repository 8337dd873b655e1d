//! Filters over strings.

use super::super::error::{wrong, Error, Result};
use super::super::interpreter::Interpreter;
use super::super::iterate::Iter;
use super::super::limits;
use super::super::methods::strings;
use super::super::ops;
use super::super::percent;
use super::super::pprint;
use super::super::print;
use super::super::value::{Args, Value};
use super::super::wrap;
use super::{int, is_true};

/// `soft_str(value)`: a string, with its mark as markup.
fn soft(value: &Value) -> Result<(String, bool)> {
    Ok((print::to_str(value)?, value.is_markup()))
}

fn need(value: &Value) -> Result<&str> {
    match value {
        Value::Str(text) => {
            limits::spend_bytes(text.text.len())?;
            Ok(&text.text)
        }
        Value::Undefined(message) => wrong(&**message),
        other => wrong(format!("a string is wanted, not '{}'", other.type_name())),
    }
}

pub fn filter(name: &str, value: Value, args: Args) -> Result<Value> {
    if matches!(name, "capitalize" | "lower" | "title" | "upper" | "striptags" | "wordcount" | "pprint") {
        args.positional::<0>(name)?;
        let text = |change: fn(&str) -> String| -> Result<Value> {
            let (text, is_markup) = soft(&value)?;
            Ok(Value::text(change(&text), is_markup))
        };
        return match name {
            "capitalize" => text(strings::capitalize),
            "lower" => text(strings::lower),
            "title" => text(title),
            "upper" => text(str::to_uppercase),
            "pprint" => Ok(Value::str(pprint::pprint(&value)?)),
            "wordcount" => {
                let words = soft(&value)?.0;
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                Ok(Value::Int(words.split(|c| !is_word(c)).filter(|word| !word.is_empty()).count() as i128))
            }
            _ => Ok(Value::str(strip_tags(&print::to_str(&value)?))),
        };
    }
    match name {
        "center" => {
            let [width] = args.bind("center", ["width"])?;
            let (text, is_markup) = soft(&value)?;
            let width = int(width, 80)?;
            Ok(Value::text(strings::pad(&text, width, ' ', strings::Side::Both)?, is_markup))
        }
        "format" => {
            let (text, is_markup) = soft(&value)?;
            let text = Value::text(text, is_markup);
            let Value::Str(text) = &text else { return wrong("no text") };
            if args.named.is_empty() {
                return percent::format(text, &Value::tuple(args.positional)?);
            }
            if !args.positional.is_empty() {
                return wrong("can't handle positional and keyword arguments at the same time");
            }
            let mut dict = super::super::value::Dict::default();
            for (name, value) in args.named {
                dict.insert(Value::str(&*name), value)?;
            }
            percent::format(text, &Value::dict(dict))
        }
        "indent" => indent(&value, args),
        "replace" => {
            let [old, new, count] = args.bind("replace", ["old", "new", "count"])?;
            let (Some(old), Some(new)) = (old, new) else {
                return wrong("replace wants an old and a new text");
            };
            let count = match count {
                None | Some(Value::None) => -1,
                count => int(count, -1)?,
            };
            let text = print::to_str(&value)?;
            Ok(Value::str(strings::replace(&text, &print::to_str(&old)?, &print::to_str(&new)?, count)?))
        }
        "trim" => {
            let [chars] = args.bind("trim", ["chars"])?;
            let (text, is_markup) = soft(&value)?;
            let chars = chars.filter(|chars| !chars.is_none());
            let chars = chars.as_ref().map(need).transpose()?;
            Ok(Value::text(strings::strip(&text, chars, true, true).to_owned(), is_markup))
        }
        "truncate" => truncate(value, args),
        _ => {
            let parameters = ["width", "break_long_words", "wrapstring", "break_on_hyphens"];
            let [width, long_words, with, hyphens] = args.bind("wordwrap", parameters)?;
            let text = need(&value)?;
            let with = match &with {
                None | Some(Value::None) => "\n",
                Some(with) => need(with)?,
            };
            let options = wrap::Options {
                width: int(width, 79)?,
                break_long_words: long_words.is_none_or(|value| value.is_true()),
                break_on_hyphens: hyphens.is_none_or(|value| value.is_true()),
            };
            // Every character may be a chunk of its own.
            limits::items(text.len())?;
            let mut result = String::new();
            for (place, line) in strings::split_lines(text, false).into_iter().enumerate() {
                if place > 0 {
                    result.push_str(with);
                }
                for (place, part) in wrap::wrap(line, &options)?.iter().enumerate() {
                    if place > 0 {
                        result.push_str(with);
                    }
                    result.push_str(part);
                    limits::text(result.len())?;
                }
            }
            Ok(Value::str(result))
        }
    }
}

/// Every word begins large; words begin behind white space, a hyphen and opening brackets.
fn title(text: &str) -> String {
    let is_before = |c: char| super::super::lexer::is_space(c) || matches!(c, '-' | '(' | '{' | '[' | '<');
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let first = rest.find(|c| !is_before(c)).unwrap_or(rest.len());
        result.push_str(&rest[..first]);
        rest = &rest[first..];
        let end = rest.find(is_before).unwrap_or(rest.len());
        let mut word = rest[..end].chars();
        if let Some(letter) = word.next() {
            result.extend(letter.to_uppercase());
            result.push_str(&strings::lower(word.as_str()));
        }
        rest = &rest[end..];
    }
    result
}

fn indent(value: &Value, args: Args) -> Result<Value> {
    let [width, first, blank] = args.bind("indent", ["width", "first", "blank"])?;
    let indention = match &width {
        Some(Value::Str(text)) => text.text.to_string(),
        _ => {
            let width = int(width, 4)?.max(0);
            limits::text(usize::try_from(width).unwrap_or(usize::MAX))?;
            " ".repeat(width as usize)
        }
    };
    let text = need(value)?.to_owned() + "\n";
    let (first, blank) = (is_true(&first), is_true(&blank));
    let mut result = String::new();
    for (place, line) in strings::split_lines(&text, false).into_iter().enumerate() {
        let inside = if place == 0 { first } else { blank || !line.is_empty() };
        if place > 0 {
            result.push('\n');
        }
        if inside {
            limits::spend_bytes(indention.len())?;
            result.push_str(&indention);
        }
        result.push_str(line);
        limits::text(result.len())?;
    }
    Ok(Value::text(result, value.is_markup()))
}

fn truncate(value: Value, args: Args) -> Result<Value> {
    let [length, kill, end, leeway] = args.bind("truncate", ["length", "killwords", "end", "leeway"])?;
    let length = int(length, 255)?;
    let end = end.unwrap_or_else(|| Value::str("..."));
    let end = need(&end)?;
    let leeway = match leeway {
        None | Some(Value::None) => 5,
        leeway => int(leeway, 5)?,
    };
    let end_length = end.chars().count() as i128;
    if length < end_length || leeway < 0 {
        return wrong(format!("expected length >= {end_length}, got {length}"));
    }
    let Some(size) = ops::length(&value) else {
        return wrong(format!("object of type '{}' has no len()", value.type_name()));
    };
    if size as i128 <= length.saturating_add(leeway) {
        return Ok(value);
    }
    let text = need(&value)?;
    let start: String = text.chars().take((length - end_length) as usize).collect();
    let start = match is_true(&kill) {
        true => &start[..],
        false => start.rsplit_once(' ').map_or(&start[..], |(before, _)| before),
    };
    Ok(Value::text(format!("{start}{end}"), value.is_markup()))
}

/// Text without comments and tags, its white space as single spaces, its entities as characters.
pub fn strip_tags(text: &str) -> String {
    let without = |text: &str, open: &str, close: &str| {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(open) {
            let Some(end) = rest[start..].find(close) else { break };
            result.push_str(&rest[..start]);
            rest = &rest[start + end + close.len()..];
        }
        result + rest
    };
    let text = without(&without(text, "<!--", "-->"), "<", ">");
    let words: Vec<&str> =
        text.split(super::super::lexer::is_space).filter(|word| !word.is_empty()).collect();
    unescape(&words.join(" "))
}

/// Characters for entities of HTML.
pub fn unescape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let found =
            rest.find(';').filter(|end| *end <= 32).and_then(|end| Some((entity(&rest[1..end])?, end + 1)));
        let (character, length) = found.unwrap_or(('&', 1));
        result.push(character);
        rest = &rest[length..];
    }
    result + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "laquo" => '«',
        "raquo" => '»',
        "bull" => '•',
        "middot" => '·',
        "times" => '×',
        "euro" => '€',
        _ => return None,
    })
}

impl Interpreter<'_> {
    pub fn xmlattr(&mut self, value: &Value, args: Args) -> Result<Value> {
        let [space] = args.bind("xmlattr", ["autospace"])?;
        let Value::Dict(dict) = value else {
            return wrong(format!("'{}' object has no attribute 'items'", value.type_name()));
        };
        let mut items = Vec::new();
        for (key, value) in dict.entries() {
            if value.is_none() || value.is_undefined() {
                continue;
            }
            let Some(name) = key.as_str() else {
                return wrong(format!("expected string or bytes-like object, got '{}'", key.type_name()));
            };
            if name.contains(|c: char| super::super::lexer::is_space(c) || matches!(c, '/' | '>' | '=')) {
                return wrong(format!("Invalid character in attribute name: '{name}'"));
            }
            let key = print::escaped(key)?;
            items.push(format!("{key}=\"{}\"", print::escaped(value)?));
        }
        let mut text = items.join(" ");
        if space.is_none_or(|space| space.is_true()) && !text.is_empty() {
            text.insert(0, ' ');
        }
        Ok(Value::text(text, self.autoescape))
    }

    pub fn urlencode(&mut self, value: &Value, args: Args) -> Result<Value> {
        args.positional::<0>("urlencode")?;
        let quote = |value: &Value, in_query: bool| -> Result<String> {
            let text = match value {
                Value::Bytes(bytes) => bytes.to_vec(),
                other => print::to_str(other)?.into_bytes(),
            };
            let mut result = String::new();
            for byte in text {
                match char::from(byte) {
                    c if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '~') => result.push(c),
                    '/' if !in_query => result.push('/'),
                    ' ' if in_query => result.push('+'),
                    _ => result.push_str(&format!("%{byte:02X}")),
                }
            }
            Ok(result)
        };
        let mut iter = match value {
            Value::Str(_) => return Ok(Value::str(quote(value, false)?)),
            Value::Dict(dict) => {
                Iter::Dict { dict: dict.clone(), view: super::super::value::View::Items, at: 0 }
            }
            other => match Iter::of(other) {
                Ok(iter) => iter,
                Err(_) => return Ok(Value::str(quote(other, false)?)),
            },
        };
        let mut parts = Vec::new();
        while let Some(pair) = self.next(&mut iter)? {
            let pair = self.collect(&pair)?;
            let [key, value] = &pair[..] else { return Err(Error::value("a pair is wanted")) };
            parts.push(format!("{}={}", quote(key, true)?, quote(value, true)?));
        }
        Ok(Value::str(parts.join("&")))
    }
}
