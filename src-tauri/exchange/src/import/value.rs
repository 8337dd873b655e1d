//! Reading values of formats that are nobody's promise: whatever is missing or of another kind is simply not there.

use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

pub(super) fn object<'a>(of: &'a Object, name: &str) -> Option<&'a Object> {
    of.get(name)?.as_object()
}

pub(super) fn array<'a>(of: &'a Object, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The objects of an array.
pub(super) fn objects<'a>(of: &'a Object, name: &str) -> impl Iterator<Item = &'a Object> {
    array(of, name).iter().filter_map(Value::as_object)
}

/// A text that is not empty.
pub(super) fn text<'a>(of: &'a Object, name: &str) -> Option<&'a str> {
    of.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// An id: a text, or a number.
pub(super) fn id(of: &Object, name: &str) -> Option<String> {
    match of.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn yes(of: &Object, name: &str) -> bool {
    match of.get(name) {
        Some(Value::Bool(value)) => *value,
        // SQLite has no booleans.
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        _ => false,
    }
}

pub(super) fn count(of: &Object, name: &str) -> Option<u32> {
    let value = of.get(name)?;
    let count =
        value.as_u64().or_else(|| value.as_f64().filter(|value| *value >= 0.0).map(|value| value as u64));
    count.and_then(|count| u32::try_from(count).ok())
}

pub(super) fn float(of: &Object, name: &str) -> Option<f32> {
    of.get(name)?.as_f64().map(|value| value as f32).filter(|value| value.is_finite())
}

/// The first of these that is a time.
pub(super) fn time(of: &Object, names: &[&str]) -> Option<i64> {
    names.iter().find_map(|name| moment(of.get(*name)?))
}

/// A time in milliseconds since 1970 UTC: of a number of seconds, milliseconds, microseconds or nanoseconds, told apart
/// by their size (each fits the years 1973 to 5138); of a text in the form of RFC 3339.
pub(super) fn moment(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(time) => return Some(time.timestamp_millis()),
            Err(_) => match chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") {
                Ok(time) => return Some(time.and_utc().timestamp_millis()),
                Err(_) => text.parse().ok()?,
            },
        },
        _ => return None,
    };
    let milliseconds = match number {
        _ if !number.is_finite() || number <= 0.0 => return None,
        _ if number < 1e11 => number * 1e3,
        _ if number < 1e14 => number,
        _ if number < 1e17 => number / 1e3,
        _ => number / 1e6,
    };
    (milliseconds < 1e14).then_some(milliseconds.round() as i64)
}

/// A call of a tool, or what it gave, as a block of code among the thoughts.
pub(super) fn tool(name: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let name = if name.is_empty() { String::new() } else { format!("{name}\n") };
    format!("{name}{fence}\n{text}{end}{fence}")
}

/// A value as text: a text as it is, anything else as JSON.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_told_apart_by_their_size() {
        let at = 1_712_345_678_901_i64;
        for value in [
            json!(1_712_345_678.901),
            json!(at),
            json!(at * 1000),
            json!("2024-04-05T19:34:38.901Z"),
            json!("2024-04-05T19:34:38.901"),
            json!("1712345678.901"),
        ] {
            assert_eq!(moment(&value), Some(at), "{value}");
        }
        for value in [json!(null), json!(-1), json!(0), json!("soon"), json!(1e300), json!({})] {
            assert_eq!(moment(&value), None, "{value}");
        }
    }
}
