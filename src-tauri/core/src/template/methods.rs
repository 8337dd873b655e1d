//! The methods that Python's strings, dictionaries and lists have.
//!
//! minijinja-contrib has most of them, but counts places in bytes where Python counts characters,
//! knows two of Python's eleven line ends, and never ends on `''.count('')`. So they are here.

use minijinja::value::{from_args, Kwargs, Rest, Value, ValueKind};
use minijinja::{Error, ErrorKind, State};

use super::python::Tuple;

/// No template pads to more than this.
const MAX_WIDTH: usize = 1 << 16;

/// A callback for methods that minijinja itself does not have.
pub(super) fn call(state: &State, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    let args = Arguments::new(args)?;
    match (value.kind(), value.as_str()) {
        (_, Some(text)) => match string(text, method, &args) {
            Err(error) if error.kind() == ErrorKind::UnknownMethod && method == "format" => {
                minijinja_contrib::pycompat::unknown_method_callback(state, value, method, &args.all)
            }
            result => result,
        },
        (ValueKind::Map, _) => map(value, method, &args),
        (ValueKind::Seq | ValueKind::Iterable, _) => list(value, method, &args),
        _ => Err(ErrorKind::UnknownMethod.into()),
    }
}

/// What a method was called with.
struct Arguments {
    all: Vec<Value>,
    positional: Vec<Value>,
    named: Kwargs,
}

impl Arguments {
    fn new(args: &[Value]) -> Result<Self, Error> {
        let (positional, named): (Rest<Value>, Kwargs) = from_args(args)?;
        Ok(Self { all: args.to_vec(), positional: positional.0, named })
    }

    /// The argument at a place or of a name; `None` where it is not given or Python's `None`.
    fn get(&self, place: usize, name: &str) -> Option<Value> {
        let named = || self.named.peek::<Value>(name).ok();
        self.positional.get(place).cloned().or_else(named).filter(|value| !value.is_none())
    }

    fn need(&self, place: usize) -> Result<&Value, Error> {
        self.positional.get(place).ok_or_else(|| ErrorKind::MissingArgument.into())
    }

    fn need_str(&self, place: usize) -> Result<&str, Error> {
        self.need(place)?.as_str().ok_or_else(|| wrong("a string is wanted"))
    }

    fn int(&self, place: usize, name: &str) -> Result<Option<i64>, Error> {
        self.get(place, name).map(i64::try_from).transpose()
    }
}

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

fn string(text: &str, method: &str, args: &Arguments) -> Result<Value, Error> {
    Ok(match method {
        "upper" => text.to_uppercase().into(),
        "lower" | "casefold" => text.to_lowercase().into(),
        "title" => title(text).into(),
        "capitalize" => capitalize(text).into(),
        "swapcase" => {
            let swap = |c: char| -> String {
                if c.is_uppercase() {
                    c.to_lowercase().collect()
                } else {
                    c.to_uppercase().collect()
                }
            };
            text.chars().map(swap).collect::<String>().into()
        }
        "strip" => strip(text, args, true, true)?.into(),
        "lstrip" => strip(text, args, true, false)?.into(),
        "rstrip" => strip(text, args, false, true)?.into(),
        "removeprefix" => text.strip_prefix(args.need_str(0)?).unwrap_or(text).into(),
        "removesuffix" => text.strip_suffix(args.need_str(0)?).unwrap_or(text).into(),
        "startswith" => {
            let text = part(text, args, 1)?.map_or("", |(_, part)| part);
            any_of(args.need(0)?, |prefix| text.starts_with(prefix))?.into()
        }
        "endswith" => {
            let text = part(text, args, 1)?.map_or("", |(_, part)| part);
            any_of(args.need(0)?, |suffix| text.ends_with(suffix))?.into()
        }
        "find" | "rfind" => find(text, args, method == "rfind")?.into(),
        "index" | "rindex" => match find(text, args, method == "rindex")? {
            -1 => return Err(wrong("substring not found")),
            place => place.into(),
        },
        "count" => {
            let what = args.need_str(0)?;
            let text = part(text, args, 1)?.map_or("", |(_, part)| part);
            text.matches(what).count().into()
        }
        "replace" => {
            let (old, new) = (args.need_str(0)?, args.need_str(1)?);
            match args.int(2, "count")? {
                Some(count) if count >= 0 => text.replacen(old, new, count as usize).into(),
                _ => text.replace(old, new).into(),
            }
        }
        "split" => Value::from(split(text, args, false)?),
        "rsplit" => Value::from(split(text, args, true)?),
        "splitlines" => {
            let keep = args.get(0, "keepends").is_some_and(|keep| keep.is_true());
            split_lines(text, keep).into_iter().map(Value::from).collect()
        }
        "partition" => partition(text, args.need_str(0)?, false)?,
        "rpartition" => partition(text, args.need_str(0)?, true)?,
        "join" => {
            let mut parts = Vec::new();
            for item in args.need(0)?.try_iter()? {
                parts.push(item.as_str().map(str::to_owned).ok_or_else(|| wrong("join wants strings"))?);
            }
            parts.join(text).into()
        }
        "zfill" => {
            let (sign, digits) = match text.strip_prefix(['-', '+']) {
                Some(digits) => (&text[..1], digits),
                None => ("", text),
            };
            let missing = width(args)?.saturating_sub(text.chars().count());
            format!("{sign}{}{digits}", "0".repeat(missing)).into()
        }
        "ljust" | "rjust" | "center" => pad(text, width(args)?, method, args)?.into(),
        "isdigit" | "isdecimal" => {
            all(text, |c| c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric())).into()
        }
        "isnumeric" => all(text, char::is_numeric).into(),
        "isalpha" => all(text, char::is_alphabetic).into(),
        "isalnum" => all(text, char::is_alphanumeric).into(),
        "isspace" => all(text, char::is_whitespace).into(),
        "isascii" => text.is_ascii().into(),
        "islower" => (text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase)).into(),
        "isupper" => (text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)).into(),
        _ => return Err(ErrorKind::UnknownMethod.into()),
    })
}

fn all(text: &str, holds: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(holds)
}

/// Python's `str.title`: every run of letters begins large.
fn title(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match inside {
            true => result.extend(c.to_lowercase()),
            false => result.extend(c.to_uppercase()),
        }
        inside = c.is_lowercase() || c.is_uppercase();
    }
    result
}

/// Python's `str.capitalize`: the first letter large, the others small.
fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters.as_str().to_lowercase().chars()).collect(),
        None => String::new(),
    }
}

fn strip<'a>(text: &'a str, args: &Arguments, start: bool, end: bool) -> Result<&'a str, Error> {
    let chars: Option<Vec<char>> = match args.get(0, "chars") {
        Some(chars) => Some(chars.as_str().ok_or_else(|| wrong("a string is wanted"))?.chars().collect()),
        None => None,
    };
    let is_stripped = |c: char| match &chars {
        Some(chars) => chars.contains(&c),
        None => is_space(c),
    };
    let text = if start { text.trim_start_matches(is_stripped) } else { text };
    Ok(if end { text.trim_end_matches(is_stripped) } else { text })
}

/// White space for Python: Unicode's, and four separators of ASCII.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// The part of a text from an optional start to an optional end (in characters), which stand at
/// `place` and behind it, and where it begins (in characters). `None` where it begins beyond the end.
fn part<'a>(text: &'a str, args: &Arguments, place: usize) -> Result<Option<(usize, &'a str)>, Error> {
    let (start, end) = (args.int(place, "start")?, args.int(place + 1, "end")?);
    if start.is_none() && end.is_none() {
        return Ok(Some((0, text)));
    }
    let count = text.chars().count();
    let clamp = |at: i64| match usize::try_from(at) {
        Ok(at) => at.min(count),
        Err(_) => count.saturating_sub(at.unsigned_abs() as usize),
    };
    if start.is_some_and(|start| start > count as i64) {
        return Ok(None);
    }
    let (start, end) = (clamp(start.unwrap_or(0)), end.map_or(count, clamp));
    let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
    Ok(Some((start, &text[byte(start)..byte(end).max(byte(start))])))
}

/// The place of a string in a text, in characters; -1 where it is not.
fn find(text: &str, args: &Arguments, from_right: bool) -> Result<i64, Error> {
    let what = args.need_str(0)?;
    let Some((start, text)) = part(text, args, 1)? else { return Ok(-1) };
    let byte = if from_right { text.rfind(what) } else { text.find(what) };
    Ok(byte.map_or(-1, |byte| (start + text[..byte].chars().count()) as i64))
}

/// Does it hold for the string, or for one of a tuple of strings?
fn any_of(wanted: &Value, holds: impl Fn(&str) -> bool) -> Result<bool, Error> {
    if let Some(text) = wanted.as_str() {
        return Ok(holds(text));
    }
    if !matches!(wanted.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Err(wrong("a string or a tuple of strings is wanted"));
    }
    for item in wanted.try_iter()? {
        if holds(item.as_str().ok_or_else(|| wrong("a tuple of strings is wanted"))?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn split(text: &str, args: &Arguments, from_right: bool) -> Result<Vec<String>, Error> {
    let most = args.int(1, "maxsplit")?.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let pieces: Vec<&str> = match args.get(0, "sep") {
        None if from_right => {
            let mut pieces = Vec::new();
            let mut rest = text.trim_end_matches(is_space);
            while pieces.len() < most {
                let Some(start) = rest.rfind(is_space) else { break };
                let size = rest[start..].chars().next().map_or(1, char::len_utf8);
                pieces.push(&rest[start + size..]);
                rest = rest[..start].trim_end_matches(is_space);
            }
            pieces.extend((!rest.is_empty()).then_some(rest));
            pieces.reverse();
            pieces
        }
        None => {
            let mut pieces = Vec::new();
            let mut rest = text.trim_start_matches(is_space);
            while pieces.len() < most {
                let Some(end) = rest.find(is_space) else { break };
                pieces.push(&rest[..end]);
                rest = rest[end..].trim_start_matches(is_space);
            }
            pieces.extend((!rest.is_empty()).then_some(rest));
            pieces
        }
        Some(separator) => {
            let separator = separator.as_str().ok_or_else(|| wrong("a separator is a string"))?;
            if separator.is_empty() {
                return Err(wrong("empty separator"));
            }
            let pieces = most.saturating_add(1);
            if from_right {
                let mut pieces: Vec<&str> = text.rsplitn(pieces, separator).collect();
                pieces.reverse();
                pieces
            } else {
                text.splitn(pieces, separator).collect()
            }
        }
    };
    Ok(pieces.into_iter().map(str::to_owned).collect())
}

/// Python's `str.splitlines`.
pub(super) fn split_lines(text: &str, keep_ends: bool) -> Vec<&str> {
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

fn partition(text: &str, separator: &str, from_right: bool) -> Result<Value, Error> {
    if separator.is_empty() {
        return Err(wrong("empty separator"));
    }
    let found = if from_right { text.rsplit_once(separator) } else { text.split_once(separator) };
    let parts = match found {
        Some((before, after)) => [before, separator, after],
        None if from_right => ["", "", text],
        None => [text, "", ""],
    };
    Ok(Value::from_object(Tuple(parts.into_iter().map(Value::from).collect())))
}

fn width(args: &Arguments) -> Result<usize, Error> {
    let width = args.int(0, "width")?.ok_or_else(|| Error::from(ErrorKind::MissingArgument))?;
    match usize::try_from(width) {
        Ok(width) if width > MAX_WIDTH => Err(wrong("too wide")),
        Ok(width) => Ok(width),
        Err(_) => Ok(0),
    }
}

fn pad(text: &str, width: usize, method: &str, args: &Arguments) -> Result<String, Error> {
    let fill = args.get(1, "fillchar");
    let fill =
        fill.as_ref().map_or(Some(" "), |fill| fill.as_str()).ok_or_else(|| wrong("a string is wanted"))?;
    let missing = width.saturating_sub(text.chars().count());
    let left = match method {
        "ljust" => 0,
        "rjust" => missing,
        // As CPython does it: the odd one goes left where the width is odd.
        _ => missing / 2 + (missing & width & 1),
    };
    Ok(format!("{}{text}{}", fill.repeat(left), fill.repeat(missing - left)))
}

fn map(value: &Value, method: &str, args: &Arguments) -> Result<Value, Error> {
    let pair = |key: Value| {
        let item = value.get_item(&key).unwrap_or_default();
        Value::from_object(Tuple(vec![key, item]))
    };
    Ok(match method {
        "get" => match value.get_item(args.need(0)?) {
            Ok(item) if !item.is_undefined() => item,
            _ => args.get(1, "default").unwrap_or_else(|| Value::from(())),
        },
        "keys" => value.try_iter()?.collect(),
        "values" => value.try_iter()?.map(|key| value.get_item(&key).unwrap_or_default()).collect(),
        "items" => value.try_iter()?.map(pair).collect(),
        "copy" => value.clone(),
        _ => return Err(ErrorKind::UnknownMethod.into()),
    })
}

fn list(value: &Value, method: &str, args: &Arguments) -> Result<Value, Error> {
    let wanted = args.need(0);
    Ok(match method {
        "count" => {
            let wanted = wanted?;
            value.try_iter()?.filter(|item| item == wanted).count().into()
        }
        "index" => {
            let wanted = wanted?;
            let place = value.try_iter()?.position(|item| item == *wanted);
            place.ok_or_else(|| wrong("not in the list"))?.into()
        }
        "copy" => value.clone(),
        _ => return Err(ErrorKind::UnknownMethod.into()),
    })
}
