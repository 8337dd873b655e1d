//! `format % values`: Python's older way to fill a text.

use std::rc::Rc;

use super::error::{wrong, Result};
use super::format;
use super::limits;
use super::numbers::{parse_int, whole, write_float, MAX_PRECISION};
use super::print;
use super::value::{Text, Value};

/// Fills `%s` and the like with the values of a tuple, of a dictionary, or one value.
pub fn format(text: &Rc<Text>, values: &Value) -> Result<Value> {
    limits::spend_bytes(text.text.len())?;
    let (single, items) = match values {
        Value::Tuple(items) => (None, &items.items[..]),
        other => (Some(other), std::slice::from_ref(other)),
    };
    let mut filler = Filler {
        chars: text.text.chars().peekable(),
        result: String::new(),
        values: items.iter(),
        map: single,
        escapes: text.is_markup,
        by_name: false,
    };
    filler.fill()?;
    // Lists and dictionaries may be left over.
    let may_be_left = matches!(
        values,
        Value::Dict(_) | Value::List(_) | Value::Range(_) | Value::Undefined(_) | Value::Bytes(_)
    );
    if filler.values.next().is_some() && !filler.by_name && !may_be_left {
        return wrong("not all arguments converted during string formatting");
    }
    Ok(Value::text(filler.result, text.is_markup))
}

struct Filler<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    result: String,
    values: std::slice::Iter<'a, Value>,
    /// What names are looked up in.
    map: Option<&'a Value>,
    escapes: bool,
    by_name: bool,
}

#[derive(Default)]
struct Flags {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
}

impl Filler<'_> {
    fn fill(&mut self) -> Result<()> {
        while let Some(c) = self.chars.next() {
            if c != '%' {
                self.result.push(c);
                continue;
            }
            self.one()?;
            limits::text(self.result.len())?;
        }
        Ok(())
    }

    fn value(&mut self) -> Result<Value> {
        match self.values.next() {
            Some(value) => Ok(value.clone()),
            None => wrong("not enough arguments for format string"),
        }
    }

    /// A number in the format, or `*`, which takes it from the values.
    fn number(&mut self) -> Result<Option<i128>> {
        if self.chars.next_if_eq(&'*').is_some() {
            return match self.value()?.as_int() {
                Some(number) => Ok(Some(number)),
                None => wrong("* wants int"),
            };
        }
        let mut digits = String::new();
        while let Some(digit) = self.chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        if digits.is_empty() {
            return Ok(None);
        }
        match digits.parse() {
            Ok(number) if number <= limits::TEXT as i128 => Ok(Some(number)),
            _ => wrong("width too big"),
        }
    }

    fn one(&mut self) -> Result<()> {
        let mut named = None;
        if self.chars.next_if_eq(&'(').is_some() {
            let mut name = String::new();
            let mut open = 1;
            loop {
                let Some(c) = self.chars.next() else { return wrong("incomplete format key") };
                match c {
                    '(' => open += 1,
                    ')' => open -= 1,
                    _ => {}
                }
                if open == 0 {
                    break;
                }
                name.push(c);
            }
            let Some(Value::Dict(map)) = self.map else { return wrong("format requires a mapping") };
            let Some(value) = map.get_str(&name) else { return wrong(format!("KeyError: '{name}'")) };
            self.by_name = true;
            named = Some(value);
        }
        let mut flags = Flags::default();
        while let Some(flag) = self.chars.next_if(|c| matches!(c, '-' | '0' | '+' | ' ' | '#')) {
            match flag {
                '-' => flags.left = true,
                '0' => flags.zero = true,
                '+' => flags.plus = true,
                ' ' => flags.space = true,
                _ => flags.alternate = true,
            }
        }
        let mut width = self.number()?.unwrap_or(0);
        if width < 0 {
            flags.left = true;
            width = width.saturating_neg();
        }
        let precision = match self.chars.next_if_eq(&'.') {
            Some(_) => Some(usize::try_from(self.number()?.unwrap_or(0)).unwrap_or(0)),
            None => None,
        };
        // A size, which means nothing here.
        self.chars.next_if(|c| matches!(c, 'h' | 'l' | 'L'));
        let Some(kind) = self.chars.next() else { return wrong("incomplete format") };
        if kind == '%' {
            self.result.push('%');
            return Ok(());
        }
        let value = match named {
            Some(value) => value,
            None => self.value()?,
        };
        self.write(&value, kind, &flags, width, precision)
    }

    fn write(
        &mut self,
        value: &Value,
        kind: char,
        flags: &Flags,
        width: i128,
        precision: Option<usize>,
    ) -> Result<()> {
        // The sign, what stands before the digits, and the rest.
        let (sign, prefix, body) = match kind {
            's' | 'r' | 'a' => {
                let text = match kind {
                    's' if self.escapes => print::escaped(value)?,
                    's' => print::to_str(value)?,
                    'r' => print::repr(value)?,
                    _ => format::ascii(&print::repr(value)?),
                };
                let text = match precision {
                    Some(precision) => text.chars().take(precision).collect(),
                    None => text,
                };
                ("", String::new(), text)
            }
            'c' => {
                let text = match (value.as_str(), value.as_int()) {
                    (Some(text), _) if text.chars().count() == 1 => text.to_owned(),
                    (None, Some(code)) => match u32::try_from(code).ok().and_then(char::from_u32) {
                        Some(c) => c.into(),
                        None => return wrong("%c arg not in range(0x110000)"),
                    },
                    _ => return wrong("%c requires int or char"),
                };
                ("", String::new(), text)
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                let number = match value {
                    Value::Float(number) if matches!(kind, 'd' | 'i' | 'u') && number.is_finite() => {
                        whole(*number)?
                    }
                    other => match other.as_int() {
                        Some(number) => number,
                        None => {
                            let found = other.type_name();
                            return wrong(format!("%{kind} format: a real number is required, not {found}"));
                        }
                    },
                };
                let size = number.unsigned_abs();
                let (prefix, digits) = match kind {
                    'o' => ("0o", format!("{size:o}")),
                    'x' => ("0x", format!("{size:x}")),
                    'X' => ("0X", format!("{size:X}")),
                    _ => ("", size.to_string()),
                };
                let missing = precision.unwrap_or(0).saturating_sub(digits.len());
                limits::text(missing)?;
                let prefix = if flags.alternate { prefix } else { "" };
                (signed(number < 0, flags), prefix.to_owned(), "0".repeat(missing) + &digits)
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let number = match value {
                    Value::Float(number) => *number,
                    other => match other.as_int() {
                        Some(number) => number as f64,
                        None => return wrong(format!("must be real number, not {}", other.type_name())),
                    },
                };
                let precision = precision.unwrap_or(6);
                if precision > MAX_PRECISION {
                    return wrong("precision too big");
                }
                let text = write_float(number, Some(kind), Some(precision), flags.alternate);
                (signed(number.is_sign_negative() && !number.is_nan(), flags), String::new(), text)
            }
            other => return wrong(format!("unsupported format character '{other}'")),
        };
        let is_number = !matches!(kind, 's' | 'r' | 'a' | 'c');
        let length = sign.len() + prefix.len() + body.chars().count();
        let missing = usize::try_from(width.saturating_sub(length as i128)).unwrap_or(0);
        limits::text(missing)?;
        let (before, zeros, after) = match (flags.left, flags.zero && is_number) {
            (true, _) => (0, 0, missing),
            (false, true) => (0, missing, 0),
            (false, false) => (missing, 0, 0),
        };
        self.result.extend(std::iter::repeat_n(' ', before));
        self.result.push_str(sign);
        self.result.push_str(&prefix);
        self.result.extend(std::iter::repeat_n('0', zeros));
        self.result.push_str(&body);
        self.result.extend(std::iter::repeat_n(' ', after));
        Ok(())
    }
}

fn signed(negative: bool, flags: &Flags) -> &'static str {
    match (negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// A place in a format: digits alone.
pub fn place(text: &str) -> Option<i128> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| parse_int(text, 10)?.ok()).flatten()
}
