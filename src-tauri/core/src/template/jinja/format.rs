//! `text.format(...)` and the language of its formats (`{:>8.2f}`).

use std::rc::Rc;

use super::error::{wrong, Result};
use super::interpreter::Interpreter;
use super::limits;
use super::methods::strings::{pad, Side};
use super::numbers::{write_float, MAX_PRECISION};
use super::percent::place;
use super::print;
use super::value::{Args, Text, Value};

/// How fields without a place are counted.
enum Numbering {
    Open,
    Automatic(usize),
    Manual,
}

/// How deep fields may be in the formats of others, the outermost counted.
const FIELDS: usize = 3;

/// `text.format(*args, **args)`
pub fn format(interpreter: &mut Interpreter, text: &Rc<Text>, args: &Args) -> Result<Value> {
    let mut numbering = Numbering::Open;
    let result = fill(interpreter, &text.text, args, &mut numbering, text.is_markup, FIELDS)?;
    Ok(Value::text(result, text.is_markup))
}

fn fill(
    interpreter: &mut Interpreter,
    text: &str,
    args: &Args,
    numbering: &mut Numbering,
    escapes: bool,
    depth: usize,
) -> Result<String> {
    if depth == 0 {
        return wrong("Max string recursion exceeded");
    }
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['{', '}']) {
        result.push_str(&rest[..start]);
        let brace = &rest[start..=start];
        rest = &rest[start + 1..];
        if rest.starts_with(brace) {
            result.push_str(brace);
            rest = &rest[1..];
            continue;
        }
        if brace == "}" {
            return wrong("Single '}' encountered in format string");
        }
        let end = field_end(rest);
        let Some(end) = end else { return wrong("expected '}' before end of string") };
        let field = &rest[..end];
        rest = &rest[end + 1..];
        // A format behind a colon, a conversion behind an exclamation mark; none of them in brackets.
        let mut in_brackets = false;
        let split = field.find(|c| {
            match c {
                '[' => in_brackets = true,
                ']' => in_brackets = false,
                _ => {}
            }
            !in_brackets && matches!(c, ':' | '!')
        });
        let (name, behind) = split.map_or((field, ""), |at| field.split_at(at));
        let (conversion, spec) = match behind.strip_prefix('!') {
            Some(behind) => match behind.split_once(':') {
                Some((conversion, spec)) => (conversion, spec),
                None => (behind, ""),
            },
            None => ("", behind.strip_prefix(':').unwrap_or("")),
        };
        let mut value = field_value(interpreter, name, args, numbering)?;
        value = match conversion {
            "" if behind.starts_with('!') => {
                return wrong("end of string while looking for conversion specifier")
            }
            "" => value,
            "s" => Value::str(print::to_str(&value)?),
            "r" => Value::str(print::repr(&value)?),
            "a" => Value::str(ascii(&print::repr(&value)?)),
            other => return wrong(format!("Unknown conversion specifier '{other}'")),
        };
        let spec = fill(interpreter, spec, args, numbering, false, depth - 1)?;
        let part = format_value(&value, &spec)?;
        match escapes && !value.is_markup() {
            true => result.push_str(&print::escape(&part)),
            false => result.push_str(&part),
        }
        limits::text(result.len())?;
    }
    result.push_str(rest);
    limits::spend_bytes(result.len())?;
    Ok(result)
}

/// Where the field ends that begins here.
fn field_end(text: &str) -> Option<usize> {
    let mut open = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

fn field_value(
    interpreter: &mut Interpreter,
    name: &str,
    args: &Args,
    numbering: &mut Numbering,
) -> Result<Value> {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (first, mut rest) = name.split_at(end);
    let number = match (first.is_empty(), place(first)) {
        (true, _) => {
            let next = match numbering {
                Numbering::Manual => {
                    return wrong(
                        "cannot switch from manual field specification to automatic field numbering",
                    )
                }
                Numbering::Open => 0,
                Numbering::Automatic(next) => *next,
            };
            *numbering = Numbering::Automatic(next + 1);
            Some(next)
        }
        (false, Some(number)) => {
            if matches!(numbering, Numbering::Automatic(_)) {
                return wrong("cannot switch from automatic field numbering to manual field specification");
            }
            *numbering = Numbering::Manual;
            Some(usize::try_from(number).unwrap_or(usize::MAX))
        }
        (false, None) => None,
    };
    let found = match number {
        Some(number) => args.positional.get(number),
        None => args.named.iter().find(|(known, _)| &**known == first).map(|(_, value)| value),
    };
    let Some(value) = found else {
        return wrong(match number {
            Some(number) => format!("Replacement index {number} out of range for positional args tuple"),
            None => format!("KeyError: '{first}'"),
        });
    };
    let mut value = value.clone();
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(['.', '[']).unwrap_or(behind.len());
            if end == 0 {
                return wrong("Empty attribute in format string");
            }
            value = interpreter.attribute(&value, &behind[..end])?;
            rest = &behind[end..];
        } else if let Some(behind) = rest.strip_prefix('[') {
            let Some(end) = behind.find(']') else { return wrong("Missing ']' in format string") };
            let index = match (end, place(&behind[..end])) {
                (0, _) => return wrong("Empty attribute in format string"),
                (_, Some(number)) => Value::Int(number),
                _ => Value::str(&behind[..end]),
            };
            value = interpreter.item(&value, &index)?;
            rest = &behind[end + 1..];
        } else {
            return wrong("Only '.' or '[' may follow ']' in format field specifier");
        }
    }
    Ok(value)
}

/// What `repr` says in ASCII alone.
pub fn ascii(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c) {
            0..=0x7f => result.push(c),
            code @ 0x80..=0xff => result.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..=0xffff => result.push_str(&format!("\\u{code:04x}")),
            code => result.push_str(&format!("\\U{code:08x}")),
        }
    }
    result
}

/// `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`
#[derive(Default)]
struct Spec {
    fill: Option<char>,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    width: Option<usize>,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    fn parse(text: &str) -> Result<Self> {
        let chars: Vec<char> = text.chars().collect();
        let mut spec = Self::default();
        let mut at = 0;
        let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '^' | '='));
        if is_align(chars.get(1)) {
            spec.fill = Some(chars[0]);
            spec.align = Some(chars[1]);
            at = 2;
        } else if is_align(chars.first()) {
            spec.align = Some(chars[0]);
            at = 1;
        }
        if let Some(sign @ ('+' | '-' | ' ')) = chars.get(at) {
            spec.sign = Some(*sign);
            at += 1;
        }
        if chars.get(at) == Some(&'#') {
            spec.alternate = true;
            at += 1;
        }
        if chars.get(at) == Some(&'0') {
            spec.fill.get_or_insert('0');
            spec.align.get_or_insert('=');
            at += 1;
        }
        let number = |at: &mut usize| -> Result<Option<usize>> {
            let start = *at;
            while chars.get(*at).is_some_and(char::is_ascii_digit) {
                *at += 1;
            }
            let digits: String = chars[start..*at].iter().collect();
            match digits.parse::<usize>() {
                Ok(number) if number <= limits::TEXT => Ok(Some(number)),
                Ok(_) => wrong("Too many decimal digits in format string"),
                Err(_) if start == *at => Ok(None),
                Err(_) => wrong("Too many decimal digits in format string"),
            }
        };
        spec.width = number(&mut at)?;
        if let Some(grouping @ (',' | '_')) = chars.get(at) {
            spec.grouping = Some(*grouping);
            at += 1;
        }
        if chars.get(at) == Some(&'.') {
            at += 1;
            spec.precision = number(&mut at)?;
            match spec.precision {
                None => return wrong("Format specifier missing precision"),
                Some(precision) if precision > MAX_PRECISION => return wrong("precision too big"),
                Some(_) => {}
            }
        }
        if let Some(kind) = chars.get(at) {
            spec.kind = Some(*kind);
            at += 1;
        }
        match at == chars.len() {
            true => Ok(spec),
            false => wrong("Invalid format specifier"),
        }
    }
}

/// `format(value, spec)`
pub fn format_value(value: &Value, spec: &str) -> Result<String> {
    if spec.is_empty() {
        return print::to_str(value);
    }
    let parsed = Spec::parse(spec)?;
    match value {
        Value::Str(text) => {
            let bad = parsed.sign.is_some() || parsed.grouping.is_some() || parsed.alternate;
            if bad
                || parsed.align == Some('=') && spec_has_align(spec)
                || !matches!(parsed.kind, None | Some('s'))
            {
                return wrong(format!("Invalid format specifier '{spec}' for object of type 'str'"));
            }
            let body: String = match parsed.precision {
                Some(precision) => text.text.chars().take(precision).collect(),
                None => text.text.to_string(),
            };
            aligned(&parsed, "", &body, '<')
        }
        Value::Float(number) => {
            match parsed.kind {
                None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {}
                Some(kind) => {
                    return wrong(format!("Unknown format code '{kind}' for object of type 'float'"))
                }
            }
            float(*number, &parsed)
        }
        other => match other.as_int() {
            Some(number) => int(number, &parsed),
            None => wrong(format!("unsupported format string passed to {}.__format__", other.type_name())),
        },
    }
}

/// Does a format name an alignment itself, not by a zero?
fn spec_has_align(spec: &str) -> bool {
    let mut chars = spec.chars();
    let (first, second) = (chars.next(), chars.next());
    first == Some('=') || second == Some('=')
}

fn int(number: i128, spec: &Spec) -> Result<String> {
    let size = number.unsigned_abs();
    let (prefix, digits) = match spec.kind {
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return float(number as f64, spec),
        _ if spec.precision.is_some() => return wrong("Precision not allowed in integer format specifier"),
        None | Some('d' | 'n') => ("", size.to_string()),
        Some('b') => ("0b", format!("{size:b}")),
        Some('o') => ("0o", format!("{size:o}")),
        Some('x') => ("0x", format!("{size:x}")),
        Some('X') => ("0X", format!("{size:X}")),
        Some('c') => {
            let Some(c) = u32::try_from(number).ok().and_then(char::from_u32) else {
                return wrong("%c arg not in range(0x110000)");
            };
            return aligned(spec, "", c.encode_utf8(&mut [0; 4]), '<');
        }
        Some(kind) => return wrong(format!("Unknown format code '{kind}' for object of type 'int'")),
    };
    let every = if matches!(spec.kind, None | Some('d' | 'n')) { 3 } else { 4 };
    if every == 4 && spec.grouping == Some(',') {
        return wrong("Cannot specify ',' with this format");
    }
    let prefix = if spec.alternate { prefix } else { "" };
    number_text(spec, number < 0, prefix, &digits, "", every)
}

fn float(number: f64, spec: &Spec) -> Result<String> {
    let kind = spec.kind.filter(|kind| *kind != 'n');
    let text = write_float(number, kind, spec.precision, spec.alternate);
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    number_text(spec, number.is_sign_negative() && !number.is_nan(), "", whole, rest, 3)
}

/// A number with its sign, its groups and its width.
fn number_text(
    spec: &Spec,
    negative: bool,
    prefix: &str,
    whole: &str,
    rest: &str,
    every: usize,
) -> Result<String> {
    let sign = match (negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let sign = format!("{sign}{prefix}");
    let mut digits = whole.to_owned();
    if let Some(mark) = spec.grouping {
        digits = grouped(&digits, mark, every);
        // Zeros that fill up are grouped, too.
        if spec.fill == Some('0') && spec.align == Some('=') {
            let width = spec.width.unwrap_or(0).saturating_sub(sign.len() + rest.len());
            limits::text(width)?;
            let mut plain = whole.to_owned();
            while digits.len() < width {
                plain.insert(0, '0');
                digits = grouped(&plain, mark, every);
                limits::spend(1 + digits.len())?;
            }
        }
    }
    aligned(spec, &sign, &format!("{digits}{rest}"), '>')
}

fn grouped(digits: &str, mark: char, every: usize) -> String {
    let mut result = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(every) {
            result.push(mark);
        }
        result.push(digit);
    }
    result
}

fn aligned(spec: &Spec, sign: &str, body: &str, default: char) -> Result<String> {
    let width = spec.width.unwrap_or(0);
    let fill = spec.fill.unwrap_or(' ');
    limits::text(width.saturating_mul(fill.len_utf8()))?;
    let whole = format!("{sign}{body}");
    let missing = width.saturating_sub(whole.chars().count());
    let fill_with = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Ok(match spec.align.unwrap_or(default) {
        '=' if default == '<' => pad(&whole, width as i128, fill, Side::Right)?,
        '=' => format!("{sign}{}{body}", fill_with(missing)),
        '<' => pad(&whole, width as i128, fill, Side::Right)?,
        // The odd one goes right.
        '^' => format!("{}{whole}{}", fill_with(missing / 2), fill_with(missing - missing / 2)),
        _ => pad(&whole, width as i128, fill, Side::Left)?,
    })
}
