//! Filters that jinja2 defines otherwise than minijinja, or that minijinja lacks.

use minijinja::value::{Kwargs, Rest, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};

use super::{json, methods, python};

/// Text that a template makes by joining, at most; one that doubles a string again and again ends here.
const MAX_TEXT: usize = 32 << 20;
/// No template indents or pads by more.
const MAX_WIDTH: usize = 1 << 12;

pub(super) fn add_to(environment: &mut Environment<'static>) {
    environment.add_filter("tojson", json::tojson);
    environment.add_filter("string", string);
    environment.add_filter("join", join);
    environment.add_filter("indent", indent);
    environment.add_filter("int", int);
    environment.add_filter("round", round);
    environment.add_filter("trim", trim);
    environment.add_filter("center", center);
    environment.add_filter("length", length);
    environment.add_filter("count", length);
    environment.add_filter("replace", replace);
    environment.add_filter("sum", sum);
    environment.add_filter("wordcount", |text: &str| text.split_whitespace().count());
}

fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// `str(value)`, of which `~` also makes use.
fn string(value: &Value) -> Result<Value, Error> {
    let length = match value.as_str() {
        Some(text) => text.len(),
        None => return Ok(Value::from(python::to_str(value))),
    };
    if length > MAX_TEXT {
        return Err(wrong("the text becomes too long"));
    }
    Ok(value.clone())
}

/// `join(value, d='', attribute=None)`.
fn join(value: &Value, separator: Option<&Value>, options: Kwargs) -> Result<String, Error> {
    let separator = match separator {
        Some(separator) => python::to_str(separator),
        None => options.get::<Option<String>>("d")?.unwrap_or_default(),
    };
    let attribute: Option<String> = options.get("attribute")?;
    options.assert_all_used()?;
    let mut text = String::new();
    for (number, item) in value.try_iter()?.enumerate() {
        text.push_str(if number > 0 { &separator } else { "" });
        let item = match &attribute {
            Some(name) => item.get_attr(name)?,
            None => item,
        };
        text.push_str(&python::to_str(&item));
        if text.len() > MAX_TEXT {
            return Err(wrong("the text becomes too long"));
        }
    }
    Ok(text)
}

/// `indent(s, width=4, first=False, blank=False)`; `width` may be the text to indent with.
fn indent(value: &Value, arguments: Rest<Value>, options: Kwargs) -> Result<String, Error> {
    let text = python::to_str(value);
    let get = |place: usize, name: &str| -> Result<Option<Value>, Error> {
        let named: Option<Value> = options.get(name)?;
        Ok(arguments.get(place).cloned().or(named))
    };
    let is_true = |value: Option<Value>| value.is_some_and(|value| value.is_true());
    let (width, first, blank) = (get(0, "width")?, is_true(get(1, "first")?), is_true(get(2, "blank")?));
    options.assert_all_used()?;
    let indention = match width {
        None => " ".repeat(4),
        Some(width) => match width.as_str() {
            Some(text) => text.to_owned(),
            None => " ".repeat(i64::try_from(width)?.clamp(0, MAX_WIDTH as i64) as usize),
        },
    };
    // A line end behind the text, as jinja2 does it: then an empty last line is a line too.
    let text = format!("{text}\n");
    let mut result = String::new();
    for (number, line) in methods::split_lines(&text, false).into_iter().enumerate() {
        result.push_str(if number > 0 { "\n" } else { "" });
        let is_indented = match number {
            0 => first,
            _ => blank || !line.is_empty(),
        };
        result.push_str(if is_indented { &indention } else { "" });
        result.push_str(line);
        if result.len() > MAX_TEXT {
            return Err(wrong("the text becomes too long"));
        }
    }
    Ok(result)
}

/// `int(value, default=0)`: what Python can't read is the default.
fn int(value: &Value, default: Option<i64>) -> Value {
    let text = value.as_str().map(str::trim);
    let number = match (text, value.kind()) {
        (Some(text), _) => {
            let digits = text.replace('_', "");
            digits.parse::<i64>().ok().or_else(|| digits.parse::<f64>().ok().map(|number| number as i64))
        }
        (None, ValueKind::Number) if value.is_integer() => return value.clone(),
        (None, ValueKind::Number) => f64::try_from(value.clone()).ok().map(|number| number as i64),
        (None, ValueKind::Bool) => Some(i64::from(value.is_true())),
        _ => None,
    };
    Value::from(number.or(default).unwrap_or(0))
}

/// `round(value, precision=0, method='common')`; halves go to the even neighbour, as in Python.
fn round(value: &Value, precision: Option<i32>, method: Option<&str>) -> Result<Value, Error> {
    let precision = precision.unwrap_or(0).clamp(-15, 15);
    if value.is_integer() && method.is_none_or(|method| method == "common") {
        return Ok(value.clone());
    }
    let number = f64::try_from(value.clone())?;
    let scale = 10f64.powi(precision);
    let rounded = match method.unwrap_or("common") {
        // Rounding the decimal form is what Python does; for no digits it is exact.
        "common" if precision > 0 => format!("{number:.*}", precision as usize).parse().unwrap_or(number),
        "common" => (number * scale).round_ties_even() / scale,
        "ceil" => (number * scale).ceil() / scale,
        "floor" => (number * scale).floor() / scale,
        _ => return Err(wrong("method must be common, ceil or floor")),
    };
    Ok(Value::from(rounded))
}

/// `trim(value, chars=None)`.
fn trim(value: &Value, chars: Option<String>) -> String {
    let text = python::to_str(value);
    match chars {
        Some(chars) => text.trim_matches(|c| chars.contains(c)).to_owned(),
        None => text.trim_matches(methods::is_space).to_owned(),
    }
}

/// `center(value, width=80)`.
fn center(value: &Value, width: Option<usize>) -> String {
    let (text, width) = (python::to_str(value), width.unwrap_or(80).min(MAX_WIDTH));
    let missing = width.saturating_sub(text.chars().count());
    let left = missing / 2 + (missing & width & 1);
    format!("{}{text}{}", " ".repeat(left), " ".repeat(missing - left))
}

/// `length(value)`; nothing is in what is not defined.
fn length(value: &Value) -> Result<usize, Error> {
    match value.is_undefined() {
        true => Ok(0),
        false => value.len().ok_or_else(|| wrong("this has no length")),
    }
}

/// `replace(s, old, new, count=None)`.
fn replace(value: &Value, old: &Value, new: &Value, count: Option<usize>) -> Result<String, Error> {
    let (text, old, new) = (python::to_str(value), python::to_str(old), python::to_str(new));
    let places = text.matches(&old).count().min(count.unwrap_or(usize::MAX));
    if places.saturating_mul(new.len()) > MAX_TEXT {
        return Err(wrong("the text becomes too long"));
    }
    Ok(text.replacen(&old, &new, places))
}

/// `sum(iterable, attribute=None, start=0)`.
fn sum(value: &Value, attribute: Option<&str>, options: Kwargs) -> Result<Value, Error> {
    let named: Option<String> = options.get("attribute")?;
    let mut total: Value = options.get::<Option<Value>>("start")?.unwrap_or_else(|| Value::from(0));
    options.assert_all_used()?;
    for item in value.try_iter()? {
        let item = match attribute.or(named.as_deref()) {
            Some(name) => item.get_attr(name)?,
            None => item,
        };
        total = if total.is_integer() && item.is_integer() {
            let sum = i64::try_from(total)?.checked_add(i64::try_from(item)?);
            Value::from(sum.ok_or_else(|| wrong("the sum is too large"))?)
        } else {
            Value::from(f64::try_from(total)? + f64::try_from(item)?)
        };
    }
    Ok(total)
}
