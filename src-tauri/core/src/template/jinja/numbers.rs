//! Numbers as Python reads, rounds and writes them.

use super::error::{Error, Result};
use super::lexer::is_space;
use super::print;

/// Most digits behind a point that a format may ask for.
pub const MAX_PRECISION: usize = 60_000;

/// A float without what stands behind its point.
pub fn whole(number: f64) -> Result<i128> {
    match number.abs() < 1.7e38 {
        true => Ok(number.trunc() as i128),
        false => Err(Error::value("an integer is larger than 127 bits")),
    }
}

/// Digits with single underscores between them, which are taken out.
fn digits(text: &str, is_digit: impl Fn(char) -> bool) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut before = '_';
    for c in text.chars() {
        match c {
            '_' if before == '_' => return None,
            '_' => {}
            c if is_digit(c) => result.push(c),
            _ => return None,
        }
        before = c;
    }
    (before != '_' && !result.is_empty()).then_some(result)
}

/// `int(text, base)`; `None` where it is no number, an error where it is too large.
pub fn parse_int(text: &str, base: u32) -> Option<Result<i128>> {
    let text = text.trim_matches(is_space);
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = text.to_ascii_lowercase();
    let prefixes = [("0b", 2), ("0o", 8), ("0x", 16)];
    let prefix =
        prefixes.into_iter().find(|(prefix, of)| lower.starts_with(prefix) && (base == 0 || base == *of));
    let (base, body) = match prefix {
        // An underscore may follow the prefix.
        Some((prefix, of)) => {
            let body = &lower[prefix.len()..];
            (of, body.strip_prefix('_').unwrap_or(body))
        }
        None if base == 0 => {
            let is_zero = lower.chars().all(|c| matches!(c, '0' | '_'));
            if lower.starts_with('0') && !is_zero {
                return None;
            }
            (10, &lower[..])
        }
        None => (base, &lower[..]),
    };
    let digits = digits(body, |c| c.is_digit(base))?;
    let number = i128::from_str_radix(&digits, base).map_err(|_| Error::value("an integer is too large"));
    Some(number.map(|number| if negative { -number } else { number }))
}

/// `float(text)`; `None` where it is no number.
pub fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_space).to_ascii_lowercase();
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => (-1.0, body),
        None => (1.0, text.strip_prefix('+').unwrap_or(&text)),
    };
    match body {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = match body.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let part = |text: &str| match text {
        "" => Some(String::new()),
        text => digits(text, |c| c.is_ascii_digit()),
    };
    let (whole, fraction) = (part(whole)?, part(fraction)?);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = match exponent {
        None => "0".to_owned(),
        Some(exponent) => {
            let (sign, body) = match exponent.strip_prefix('-') {
                Some(body) => ("-", body),
                None => ("", exponent.strip_prefix('+').unwrap_or(exponent)),
            };
            format!("{sign}{}", digits(body, |c| c.is_ascii_digit())?)
        }
    };
    format!("{whole}.{fraction}e{exponent}")
        .parse::<f64>()
        .or_else(|_| format!("0{whole}.{fraction}0e{exponent}").parse())
        .ok()
        .map(|number| sign * number)
}

/// `round(number, precision)`: halves of the exact value go to the even digit.
pub fn round_float(number: f64, precision: i32) -> f64 {
    if !number.is_finite() || precision > 300 {
        return number;
    }
    if precision >= 0 {
        return format!("{number:.*}", precision as usize).parse().unwrap_or(number);
    }
    let scale = 10f64.powi(-precision);
    if !scale.is_finite() {
        return 0f64.copysign(number);
    }
    let scaled = number / scale;
    let rounded = scaled.round_ties_even() * scale;
    if rounded == 0.0 {
        0f64.copysign(number)
    } else {
        rounded
    }
}

/// `round(number, precision)` of a whole number.
pub fn round_int(number: i128, precision: i32) -> i128 {
    if precision >= 0 {
        return number;
    }
    let Some(scale) = 10i128.checked_pow(precision.unsigned_abs()) else { return 0 };
    let (quotient, rest) = (number.div_euclid(scale), number.rem_euclid(scale));
    let up = match rest.cmp(&(scale - rest)) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Equal => quotient.rem_euclid(2),
    };
    (quotient + up).saturating_mul(scale)
}

/// How a float is written, without its sign: Python's `e`, `f`, `g`, `%` and, for `None`, what `format` does without
/// a letter.
pub fn write_float(number: f64, kind: Option<char>, precision: Option<usize>, alternate: bool) -> String {
    let number = number.abs();
    let lower = kind.map(|kind| kind.to_ascii_lowercase());
    let text = if !number.is_finite() {
        if number.is_nan() { "nan" } else { "inf" }.to_owned() + if lower == Some('%') { "%" } else { "" }
    } else {
        match (lower, precision) {
            (Some('e'), precision) => exponent(number, precision.unwrap_or(6), alternate),
            (Some('f'), precision) => fixed(number, precision.unwrap_or(6), alternate),
            (Some('%'), precision) => fixed(number * 100.0, precision.unwrap_or(6), alternate) + "%",
            (Some('g' | 'n'), precision) => general(number, precision.unwrap_or(6), alternate, false),
            (_, None) => print::float(number),
            (_, Some(precision)) => general(number, precision, alternate, true),
        }
    };
    match kind {
        Some(kind) if kind.is_ascii_uppercase() => text.to_ascii_uppercase(),
        _ => text,
    }
}

fn fixed(number: f64, precision: usize, alternate: bool) -> String {
    let text = format!("{number:.precision$}");
    if alternate && precision == 0 {
        text + "."
    } else {
        text
    }
}

fn exponent(number: f64, precision: usize, alternate: bool) -> String {
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let point = if alternate && precision == 0 { "." } else { "" };
    format!("{mantissa}{point}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

fn general(number: f64, precision: usize, alternate: bool, point: bool) -> String {
    let precision = precision.max(1);
    let scientific = format!("{number:.*e}", precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    let limit = precision as i32 - i32::from(point);
    let strip = |text: String| match text.contains('.') && !alternate {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    };
    if number != 0.0 && (power < -4 || power >= limit) {
        let text = exponent(number, precision - 1, alternate);
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "+00"));
        return format!("{}e{power}", strip(mantissa.to_owned()));
    }
    let decimals = (precision as i32 - 1 - power).max(0) as usize;
    let text = strip(fixed(number, decimals, alternate));
    if point && !text.contains('.') {
        text + ".0"
    } else {
        text
    }
}
