//! Python's `pprint.pformat`, for the filter `pprint`.

use super::error::{Kind, Result};
use super::lexer::is_space;
use super::limits;
use super::methods::strings::split_lines;
use super::ops;
use super::print;
use super::value::{Dict, Value};

/// Characters that a line may have.
const WIDTH: usize = 80;

/// A value over several lines where it does not fit on one; dictionaries by their keys.
pub fn pprint(value: &Value) -> Result<String> {
    let value = sorted(value)?;
    let mut text = String::new();
    write(&value, 0, 0, true, &mut text)?;
    Ok(text)
}

/// The value with the keys of its dictionaries in order.
fn sorted(value: &Value) -> Result<Value> {
    limits::spend(1)?;
    let all = |items: &[Value]| items.iter().map(sorted).collect::<Result<Vec<_>>>();
    Ok(match value {
        Value::List(items) => Value::list(all(&items.items)?)?,
        Value::Tuple(items) => Value::tuple(all(&items.items)?)?,
        Value::Dict(dict) => {
            let keys: Vec<Value> = dict.entries().iter().map(|(key, _)| key.clone()).collect();
            let keys = match ops::sort(keys.clone(), keys.clone(), false) {
                // What has no order is ordered by its type.
                Err(error) if error.kind == Kind::Value => {
                    let by_type = |key: &Value| Value::tuple(vec![Value::str(key.type_name()), key.clone()]);
                    let types = keys.iter().map(by_type).collect::<Result<_>>()?;
                    ops::sort(keys, types, false)?
                }
                sorted => sorted?,
            };
            let mut result = Dict::default();
            for key in keys {
                let value = dict.get(&key)?.unwrap_or(Value::None);
                result.insert(key, sorted(&value)?)?;
            }
            Value::dict(result)
        }
        other => other.clone(),
    })
}

/// Writes a value at an indent, with so many characters to come behind it.
fn write(value: &Value, indent: usize, allowance: usize, is_whole: bool, text: &mut String) -> Result<()> {
    let short = print::repr(value)?;
    limits::text(text.len() + short.len())?;
    if short.chars().count() <= (WIDTH - 1).saturating_sub(indent + allowance) + 1 {
        text.push_str(&short);
        return Ok(());
    }
    let (open, close) = match value {
        Value::List(_) => ("[", "]"),
        Value::Tuple(items) => ("(", if items.items.len() == 1 { ",)" } else { ")" }),
        Value::Dict(_) => ("{", "}"),
        Value::Str(long) => return write_text(&long.text, indent, allowance, is_whole, text),
        _ => {
            text.push_str(&short);
            return Ok(());
        }
    };
    text.push_str(open);
    let parts: Vec<(String, Value)> = match value {
        Value::List(items) | Value::Tuple(items) => {
            items.items.iter().map(|item| (String::new(), item.clone())).collect()
        }
        Value::Dict(dict) => {
            let entries = dict.entries().iter();
            entries
                .map(|(key, value)| Ok((print::repr(key)? + ": ", value.clone())))
                .collect::<Result<_>>()?
        }
        _ => Vec::new(),
    };
    let count = parts.len();
    for (place, (key, item)) in parts.into_iter().enumerate() {
        if place > 0 {
            text.push_str(",\n");
            text.extend(std::iter::repeat_n(' ', indent + 1));
        }
        text.push_str(&key);
        let is_last = place + 1 == count;
        let allowance = if is_last { allowance + close.len() } else { 1 };
        write(&item, indent + 1 + key.chars().count(), allowance, false, text)?;
    }
    text.push_str(close);
    Ok(())
}

/// A long text: its lines, and parts of lines up to white space, each in quotes of its own.
fn write_text(long: &str, indent: usize, allowance: usize, is_whole: bool, text: &mut String) -> Result<()> {
    // Parentheses stand around the parts where nothing else does.
    let (indent, allowance) = if is_whole { (indent + 1, allowance + 1) } else { (indent, allowance) };
    let width = WIDTH.saturating_sub(indent);
    let quoted = |part: &str| print::repr(&Value::str(part));
    let fits = |quoted: &str, width: usize| quoted.chars().count() <= width;
    let mut chunks = Vec::new();
    let lines = split_lines(long, true);
    for (place, line) in lines.iter().enumerate() {
        let is_last = place + 1 == lines.len();
        let last_width = width.saturating_sub(if is_last { allowance } else { 0 });
        let whole = quoted(line)?;
        if fits(&whole, last_width) {
            chunks.push(whole);
            continue;
        }
        let mut current = String::new();
        let mut rest = *line;
        while !rest.is_empty() {
            let word = rest.find(is_space).unwrap_or(rest.len());
            let gap = rest[word..].find(|c| !is_space(c)).map_or(rest.len(), |gap| word + gap);
            let (part, behind) = rest.split_at(gap);
            rest = behind;
            let candidate = format!("{current}{part}");
            let width = if rest.is_empty() { last_width } else { width };
            if fits(&quoted(&candidate)?, width) {
                current = candidate;
            } else {
                if !current.is_empty() {
                    chunks.push(quoted(&current)?);
                }
                current = part.to_owned();
            }
        }
        if !current.is_empty() {
            chunks.push(quoted(&current)?);
        }
    }
    if chunks.len() == 1 {
        text.push_str(&chunks[0]);
        return Ok(());
    }
    text.push_str(if is_whole { "(" } else { "" });
    for (place, chunk) in chunks.iter().enumerate() {
        if place > 0 {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
        }
        text.push_str(chunk);
    }
    text.push_str(if is_whole { ")" } else { "" });
    Ok(())
}
