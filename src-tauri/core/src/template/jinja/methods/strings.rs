//! The methods of Python's strings.

use std::rc::Rc;

use super::super::error::{wrong, Result};
use super::super::filters_text;
use super::super::format;
use super::super::interpreter::Interpreter;
use super::super::lexer::is_space;
use super::super::limits;
use super::super::print;
use super::super::value::{Args, Dict, Text, Value};

impl Interpreter<'_> {
    pub fn string_method(&mut self, this: &Rc<Text>, name: &str, args: Args) -> Result<Value> {
        let text = &*this.text;
        limits::spend_bytes(text.len())?;
        // Methods of markup give markup.
        let same = |text: String| Value::text(text, this.is_markup);
        match name {
            "upper" | "lower" | "casefold" | "title" | "capitalize" | "swapcase" | "isdigit"
            | "isdecimal" | "isnumeric" | "isalpha" | "isalnum" | "isspace" | "isascii" | "islower"
            | "isupper" | "istitle" | "isprintable" | "isidentifier" | "striptags" | "unescape" => {
                args.positional::<0>(name)?;
                Ok(match name {
                    "upper" => same(text.to_uppercase()),
                    "lower" => same(lower(text)),
                    "casefold" => same(lower(text).replace('ß', "ss").replace('ς', "σ")),
                    "title" => same(title(text)),
                    "capitalize" => same(capitalize(text)),
                    "swapcase" => same(swap_case(text)),
                    "striptags" => Value::str(filters_text::strip_tags(text)),
                    "unescape" => Value::str(filters_text::unescape(text)),
                    _ => Value::Bool(is(text, name)),
                })
            }
            "strip" | "lstrip" | "rstrip" => {
                let [chars] = args.positional(name)?;
                let chars = chars.filter(|chars| !chars.is_none());
                let chars = chars.as_ref().map(string).transpose()?;
                Ok(same(strip(text, chars, name != "rstrip", name != "lstrip").to_owned()))
            }
            "removeprefix" | "removesuffix" => {
                let [part] = args.positional(name)?;
                let part = need(&part, name)?;
                let rest =
                    if name == "removeprefix" { text.strip_prefix(part) } else { text.strip_suffix(part) };
                Ok(same(rest.unwrap_or(text).to_owned()))
            }
            "startswith" | "endswith" => {
                let [wanted, start, stop] = args.positional(name)?;
                let part = part(this, start, stop)?;
                let holds = |wanted: &str| {
                    part.as_ref().is_some_and(|(_, part)| match name {
                        "startswith" => part.starts_with(wanted),
                        _ => part.ends_with(wanted),
                    })
                };
                match &wanted {
                    Some(Value::Str(wanted)) => Ok(Value::Bool(holds(&wanted.text))),
                    Some(Value::Tuple(items)) => {
                        for item in &items.items {
                            if holds(string(item)?) {
                                return Ok(Value::Bool(true));
                            }
                        }
                        Ok(Value::Bool(false))
                    }
                    Some(other) => wrong(format!(
                        "{name} first arg must be str or a tuple of str, not {}",
                        other.type_name()
                    )),
                    None => wrong(format!("{name}() takes at least 1 argument (0 given)")),
                }
            }
            "find" | "rfind" | "index" | "rindex" | "count" => {
                let [wanted, start, stop] = args.positional(name)?;
                let wanted = need(&wanted, name)?;
                let Some((start, part)) = part(this, start, stop)? else {
                    return match name {
                        "count" => Ok(Value::Int(0)),
                        "find" | "rfind" => Ok(Value::Int(-1)),
                        _ => wrong("substring not found"),
                    };
                };
                if name == "count" {
                    return Ok(Value::Int(part.matches(wanted).count() as i128));
                }
                let byte = if name.starts_with('r') { part.rfind(wanted) } else { part.find(wanted) };
                match byte {
                    Some(byte) => Ok(Value::Int((start + part[..byte].chars().count()) as i128)),
                    None if name.ends_with("find") => Ok(Value::Int(-1)),
                    None => wrong("substring not found"),
                }
            }
            "replace" => {
                let [old, new, count] = args.positional(name)?;
                let (old, new) = (need(&old, name)?, need(&new, name)?);
                let count = int(count, -1)?;
                if this.is_markup {
                    return Ok(same(replace(text, &print::escape(old), &print::escape(new), count)?));
                }
                Ok(same(replace(text, old, new, count)?))
            }
            "split" | "rsplit" => {
                let [separator, most] = args.bind(name, ["sep", "maxsplit"])?;
                let separator = separator.filter(|separator| !separator.is_none());
                let separator = separator.as_ref().map(string).transpose()?;
                let most = usize::try_from(int(most, -1)?).unwrap_or(usize::MAX);
                let parts = split(text, separator, most, name == "rsplit")?;
                Value::list(each(parts, same)?)
            }
            "splitlines" => {
                let [keep] = args.bind(name, ["keepends"])?;
                let lines = split_lines(text, keep.is_some_and(|keep| keep.is_true()));
                Value::list(each(lines, same)?)
            }
            "partition" | "rpartition" => {
                let [separator] = args.positional(name)?;
                let separator = need(&separator, name)?;
                if separator.is_empty() {
                    return wrong("empty separator");
                }
                let from_right = name == "rpartition";
                let found = if from_right { text.rsplit_once(separator) } else { text.split_once(separator) };
                let parts = match found {
                    Some((before, after)) => [before, separator, after],
                    None if from_right => ["", "", text],
                    None => [text, "", ""],
                };
                Value::tuple(parts.into_iter().map(|part| same(part.to_owned())).collect())
            }
            "join" => {
                let [items] = args.positional(name)?;
                let Some(items) = items else { return wrong("join() takes exactly one argument (0 given)") };
                let mut result = String::new();
                for (place, item) in self.collect(&items)?.iter().enumerate() {
                    if place > 0 {
                        result.push_str(text);
                    }
                    match item {
                        Value::Str(part) if this.is_markup && !part.is_markup => {
                            result.push_str(&print::escape(&part.text));
                        }
                        Value::Str(part) => result.push_str(&part.text),
                        other => {
                            let found = other.type_name();
                            return wrong(format!(
                                "sequence item {place}: expected str instance, {found} found"
                            ));
                        }
                    }
                    limits::text(result.len())?;
                }
                limits::spend_bytes(result.len())?;
                Ok(same(result))
            }
            "zfill" => {
                let [width] = args.positional(name)?;
                let (sign, digits) = match text.strip_prefix(['-', '+']) {
                    Some(digits) => (&text[..1], digits),
                    None => ("", text),
                };
                let width = need_int(width, name)?.saturating_sub(sign.len() as i128);
                Ok(same(format!("{sign}{}", pad(digits, width, '0', Side::Left)?)))
            }
            "ljust" | "rjust" | "center" => {
                let [width, fill] = args.positional(name)?;
                let fill = match &fill {
                    None => ' ',
                    Some(fill) => match string(fill)?.parse::<char>() {
                        Ok(fill) => fill,
                        Err(_) => return wrong("The fill character must be exactly one character long"),
                    },
                };
                let side = match name {
                    "ljust" => Side::Right,
                    "rjust" => Side::Left,
                    _ => Side::Both,
                };
                Ok(same(pad(text, need_int(width, name)?, fill, side)?))
            }
            "expandtabs" => {
                let [size] = args.bind(name, ["tabsize"])?;
                Ok(same(expand_tabs(text, int(size, 8)?)?))
            }
            "encode" => {
                let [encoding, _errors] = args.bind(name, ["encoding", "errors"])?;
                check_encoding(&encoding)?;
                Ok(Value::Bytes(text.as_bytes().into()))
            }
            "format" => format::format(self, this, &args),
            "format_map" => {
                let [map] = args.positional(name)?;
                let Some(Value::Dict(map)) = map else { return wrong("format_map() takes a mapping") };
                let mut args = Args::default();
                for (key, value) in map.entries() {
                    if let Some(key) = key.as_str() {
                        args.named.push((key.into(), value.clone()));
                    }
                }
                format::format(self, this, &args)
            }
            "translate" => {
                let [table] = args.positional(name)?;
                let Some(table) = table else {
                    return wrong("translate() takes exactly one argument (0 given)");
                };
                let mut result = String::new();
                for c in text.chars() {
                    let key = Value::Int(i128::from(u32::from(c)));
                    let Some(found) = super::super::ops::item(&table, &key)? else {
                        result.push(c);
                        continue;
                    };
                    match (&found, found.as_int()) {
                        (Value::None, _) => {}
                        (Value::Str(part), _) => result.push_str(&part.text),
                        (_, Some(code)) => match u32::try_from(code).ok().and_then(char::from_u32) {
                            Some(c) => result.push(c),
                            None => return wrong("character mapping must be in range(0x110000)"),
                        },
                        _ => return wrong("character mapping must return integer, None or str"),
                    }
                    limits::text(result.len())?;
                }
                Ok(same(result))
            }
            "maketrans" => {
                let [from, to, without] = args.positional::<3>(name)?;
                make_table(from, to, without)
            }
            _ => wrong(format!("str.{name} is not there")),
        }
    }
}

/// Parts of a text as values.
fn each(parts: Vec<&str>, value: impl Fn(String) -> Value) -> Result<Vec<Value>> {
    limits::items(parts.len())?;
    let values = parts.into_iter().map(|part| {
        limits::spend(1)?;
        Ok(value(part.to_owned()))
    });
    values.collect()
}

/// `str.maketrans`
fn make_table(from: Option<Value>, to: Option<Value>, without: Option<Value>) -> Result<Value> {
    let mut dict = Dict::default();
    let code = |c: char| Value::Int(i128::from(u32::from(c)));
    match (&from, &to) {
        (Some(Value::Dict(map)), None) => {
            for (key, value) in map.entries() {
                let key = match key.as_str().map(str::parse::<char>) {
                    Some(Ok(c)) => code(c),
                    Some(Err(_)) => return wrong("string keys in translate table must be of length 1"),
                    None => key.clone(),
                };
                dict.insert(key, value.clone())?;
            }
        }
        (Some(Value::Str(from)), Some(Value::Str(to))) if from.chars() == to.chars() => {
            for (from, to) in from.text.chars().zip(to.text.chars()) {
                dict.insert(code(from), code(to))?;
            }
        }
        _ => return wrong("maketrans takes a mapping or two strings of equal length"),
    }
    for c in without.as_ref().map(string).transpose()?.unwrap_or_default().chars() {
        dict.insert(code(c), Value::None)?;
    }
    Ok(Value::dict(dict))
}

/// Only one encoding is there.
pub fn check_encoding(encoding: &Option<Value>) -> Result<()> {
    let name =
        encoding.as_ref().and_then(Value::as_str).map(|name| name.to_ascii_lowercase().replace('_', "-"));
    match name.as_deref() {
        None | Some("utf-8" | "utf8") => Ok(()),
        Some(other) => wrong(format!("the encoding {other} is not there")),
    }
}

fn string(value: &Value) -> Result<&str> {
    value.as_str().map_or_else(|| wrong(format!("a string is wanted, not '{}'", value.type_name())), Ok)
}

fn need<'v>(value: &'v Option<Value>, name: &str) -> Result<&'v str> {
    match value {
        Some(value) => string(value),
        None => wrong(format!("{name}() wants a string")),
    }
}

fn int(value: Option<Value>, default: i128) -> Result<i128> {
    match value {
        None => Ok(default),
        Some(value) => need_int(Some(value), "the method"),
    }
}

fn need_int(value: Option<Value>, name: &str) -> Result<i128> {
    match value.as_ref().map(|value| (value.as_int(), value.type_name())) {
        Some((Some(number), _)) => Ok(number),
        Some((None, found)) => wrong(format!("'{found}' object cannot be interpreted as an integer")),
        None => wrong(format!("{name}() wants a number")),
    }
}

/// `str.lower`: a final sigma is written as one, as Rust's does too.
pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// The one character that Python writes for a letter that begins a word.
fn title_letter(c: char, result: &mut String) {
    match c {
        'ß' => result.push_str("Ss"),
        'ǆ' | 'Ǆ' | 'ǅ' => result.push('ǅ'),
        'ǉ' | 'Ǉ' | 'ǈ' => result.push('ǈ'),
        'ǌ' | 'Ǌ' | 'ǋ' => result.push('ǋ'),
        'ǳ' | 'Ǳ' | 'ǲ' => result.push('ǲ'),
        'ﬁ' => result.push_str("Fi"),
        'ﬂ' => result.push_str("Fl"),
        c => result.extend(c.to_uppercase()),
    }
}

/// `str.title`: every run of letters begins large.
fn title(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match inside {
            true => result.extend(c.to_lowercase()),
            false => title_letter(c, &mut result),
        }
        inside = is_cased(c);
    }
    result
}

/// `str.capitalize`: the first letter large, the others small.
pub fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    let mut result = String::with_capacity(text.len());
    if let Some(first) = letters.next() {
        title_letter(first, &mut result);
        result.push_str(&lower(letters.as_str()));
    }
    result
}

fn swap_case(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_uppercase() {
            true => result.extend(c.to_lowercase()),
            false => result.extend(c.to_uppercase()),
        }
    }
    result
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

/// `str.islower`
pub fn is_lower(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && !text.chars().any(|c| is_cased(c) && !c.is_lowercase())
}

/// `str.isupper`
pub fn is_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(|c| is_cased(c) && !c.is_uppercase())
}

fn is(text: &str, name: &str) -> bool {
    let all = |holds: fn(char) -> bool| !text.is_empty() && text.chars().all(holds);
    match name {
        "isdecimal" => all(is_decimal),
        "isdigit" => all(is_digit),
        "isnumeric" => all(is_numeric),
        "isalpha" => all(is_letter),
        "isalnum" => all(|c| is_letter(c) || is_numeric(c)),
        "isspace" => all(is_space),
        "isascii" => text.is_ascii(),
        "islower" => is_lower(text),
        "isupper" => is_upper(text),
        "isprintable" => text.chars().all(print::is_printable),
        "isidentifier" => {
            let first = text.chars().next();
            first.is_some_and(|c| c == '_' || is_letter(c))
                && text.chars().all(|c| c == '_' || is_letter(c) || is_decimal(c))
        }
        _ => {
            // Large letters begin words, small ones go on.
            let (mut any, mut inside) = (false, false);
            for c in text.chars() {
                let starts = c.is_uppercase() || (is_cased(c) && !c.is_lowercase());
                if (starts && inside) || (c.is_lowercase() && !inside) {
                    return false;
                }
                inside = is_cased(c);
                any |= inside;
            }
            any
        }
    }
}

/// Letters (Unicode's category L); Rust counts numbers and marks that are like letters, too.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !is_numeric_letter(c) && !is_mark(c)
}

/// Numbers that are written with letters, which Rust calls alphabetic.
fn is_numeric_letter(c: char) -> bool {
    matches!(u32::from(c), 0x16ee..=0x16f0 | 0x2160..=0x2182 | 0x2185..=0x2188 | 0x24b6..=0x24e9 | 0x3007 | 0x3021..=0x3029 | 0x3038..=0x303a)
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x345 | 0x363..=0x36f | 0x5b0..=0x5bd | 0x610..=0x61a | 0x64b..=0x657 | 0x900..=0x903 | 0x93e..=0x94c | 0xe31 | 0xe34..=0xe3a)
}

fn is_decimal(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(u32::from(c),
            0x660..=0x669 | 0x6f0..=0x6f9 | 0x7c0..=0x7c9 | 0x966..=0x96f | 0x9e6..=0x9ef | 0xa66..=0xa6f
            | 0xae6..=0xaef | 0xb66..=0xb6f | 0xbe6..=0xbef | 0xc66..=0xc6f | 0xce6..=0xcef | 0xd66..=0xd6f
            | 0xe50..=0xe59 | 0xed0..=0xed9 | 0xf20..=0xf29 | 0x1040..=0x1049 | 0x17e0..=0x17e9 | 0xff10..=0xff19)
}

fn is_digit(c: char) -> bool {
    is_decimal(c)
        || matches!(u32::from(c), 0xb2 | 0xb3 | 0xb9 | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089 | 0x2460..=0x2468
            | 0x2474..=0x247c | 0x2488..=0x2490 | 0x24ea | 0x24f5..=0x24fd | 0x24ff | 0x2776..=0x277e
            | 0x2780..=0x2788 | 0x278a..=0x2792)
}

/// Han characters that are numbers count, too.
fn is_numeric(c: char) -> bool {
    c.is_numeric() || "一二三四五六七八九十百千万億兆〇零壱弐参伍拾亿两叁肆陆柒捌玖佰仟萬".contains(c)
}

/// Takes characters of a set away from the ends; white space where none is named.
pub fn strip<'t>(text: &'t str, chars: Option<&str>, start: bool, end: bool) -> &'t str {
    let is_stripped = |c: char| match chars {
        Some(chars) => chars.contains(c),
        None => is_space(c),
    };
    let text = if start { text.trim_start_matches(is_stripped) } else { text };
    if end {
        text.trim_end_matches(is_stripped)
    } else {
        text
    }
}

/// A part from an optional start to an optional end, as places in something of that length.
pub fn bounds(start: Option<Value>, stop: Option<Value>, length: usize) -> Result<(usize, usize)> {
    let clamp = |at: Option<Value>, default: usize| -> Result<usize> {
        let at = match at.filter(|at| !at.is_none()) {
            None => return Ok(default),
            at => need_int(at, "the method")?,
        };
        let at = if at < 0 { at.saturating_add(length as i128) } else { at };
        Ok(at.clamp(0, length as i128) as usize)
    };
    Ok((clamp(start, 0)?, clamp(stop, length)?))
}

/// The part of a text between two places, and where it begins, in characters. `None` where it begins beyond the end.
fn part(text: &Text, start: Option<Value>, stop: Option<Value>) -> Result<Option<(usize, &str)>> {
    if start.as_ref().is_none_or(Value::is_none) && stop.as_ref().is_none_or(Value::is_none) {
        return Ok(Some((0, &text.text)));
    }
    let count = text.chars();
    if start.as_ref().and_then(Value::as_int).is_some_and(|start| start > count as i128) {
        return Ok(None);
    }
    let (start, stop) = bounds(start, stop, count)?;
    if stop < start {
        return Ok(None);
    }
    let byte = |at: usize| match text.is_ascii {
        true => at,
        false => text.text.char_indices().nth(at).map_or(text.text.len(), |(byte, _)| byte),
    };
    Ok(Some((start, &text.text[byte(start)..byte(stop)])))
}

/// `text.replace(old, new, count)`; a negative count is all.
pub fn replace(text: &str, old: &str, new: &str, count: i128) -> Result<String> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let found = text.matches(old).take(count).count();
    let size = (text.len() - found * old.len()).saturating_add(found.saturating_mul(new.len()));
    limits::text(size)?;
    limits::spend_bytes(text.len() + size)?;
    Ok(text.replacen(old, new, count))
}

fn split<'t>(text: &'t str, separator: Option<&str>, most: usize, from_right: bool) -> Result<Vec<&'t str>> {
    let mut pieces = Vec::new();
    match separator {
        Some("") => return wrong("empty separator"),
        Some(separator) if from_right => {
            pieces.extend(text.rsplitn(most.saturating_add(1), separator));
            pieces.reverse();
        }
        Some(separator) => pieces.extend(text.splitn(most.saturating_add(1), separator)),
        None if from_right => {
            let mut rest = text.trim_end_matches(is_space);
            while pieces.len() < most {
                let Some(start) = rest.rfind(is_space) else { break };
                let size = rest[start..].chars().next().map_or(1, char::len_utf8);
                pieces.push(&rest[start + size..]);
                rest = rest[..start].trim_end_matches(is_space);
            }
            pieces.extend((!rest.is_empty()).then_some(rest));
            pieces.reverse();
        }
        None => {
            let mut rest = text.trim_start_matches(is_space);
            while pieces.len() < most {
                let Some(end) = rest.find(is_space) else { break };
                pieces.push(&rest[..end]);
                rest = rest[end..].trim_start_matches(is_space);
            }
            pieces.extend((!rest.is_empty()).then_some(rest));
        }
    }
    Ok(pieces)
}

/// `text.splitlines(keep_ends)`
pub fn split_lines(text: &str, keep_ends: bool) -> Vec<&str> {
    let ends = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find(ends) {
        let length = match rest[place..].starts_with("\r\n") {
            true => 2,
            false => rest[place..].chars().next().map_or(1, char::len_utf8),
        };
        lines.push(&rest[..if keep_ends { place + length } else { place }]);
        rest = &rest[place + length..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// Where a text is filled up.
#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    Left,
    Right,
    Both,
}

/// Fills a text up to a width in characters.
pub fn pad(text: &str, width: i128, fill: char, side: Side) -> Result<String> {
    let count = text.chars().count();
    let missing = usize::try_from(width.saturating_sub(count as i128)).unwrap_or(0);
    limits::text(missing.saturating_mul(fill.len_utf8()))?;
    let left = match side {
        Side::Left => missing,
        Side::Right => 0,
        // As CPython does it: the odd one goes left where the width is odd.
        Side::Both => missing / 2 + (missing & width as usize & 1),
    };
    let fill = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(format!("{}{text}{}", fill(left), fill(missing - left)))
}

fn expand_tabs(text: &str, size: i128) -> Result<String> {
    let mut result = String::new();
    let mut column: i128 = 0;
    for c in text.chars() {
        match c {
            '\t' if size > 0 => {
                let spaces = size - column % size;
                limits::text(result.len().saturating_add(usize::try_from(spaces).unwrap_or(usize::MAX)))?;
                result.extend(std::iter::repeat_n(' ', spaces as usize));
                column += spaces;
            }
            '\t' => {}
            c => {
                result.push(c);
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
            }
        }
    }
    Ok(result)
}
