//! Filters over numbers.

use super::super::error::{wrong, Error, Result};
use super::super::numbers::{parse_float, parse_int, round_float, round_int, whole};
use super::super::ops;
use super::super::value::{Args, Value};
use super::{int, is_true};

pub fn filter(name: &str, value: &Value, args: Args) -> Result<Value> {
    match name {
        "abs" => {
            args.positional::<0>("abs")?;
            match value {
                Value::Float(number) => Ok(Value::Float(number.abs())),
                Value::Undefined(_) => wrong("bad operand type for abs(): 'Undefined'"),
                _ => match value.as_int() {
                    Some(number) if number < 0 => ops::negative(value),
                    Some(number) => Ok(Value::Int(number)),
                    None => wrong(format!("bad operand type for abs(): '{}'", value.type_name())),
                },
            }
        }
        "float" => {
            let [default] = args.bind("float", ["default"])?;
            match to_float(value)? {
                Some(number) => Ok(Value::Float(number)),
                None => Ok(default.unwrap_or(Value::Float(0.0))),
            }
        }
        "int" => {
            let [default, base] = args.bind("int", ["default", "base"])?;
            let base = int(base, 10)?;
            let default = default.unwrap_or(Value::Int(0));
            if let Value::Str(text) = value {
                let base = u32::try_from(base).ok().filter(|base| *base == 0 || (2..=36).contains(base));
                if let Some(number) = base.and_then(|base| parse_int(&text.text, base)) {
                    return Ok(Value::Int(number?));
                }
                return Ok(match parse_float(&text.text) {
                    Some(number) if number.is_finite() => Value::Int(whole(number)?),
                    _ => default,
                });
            }
            match value {
                Value::Float(number) if number.is_infinite() => {
                    wrong("cannot convert float infinity to integer")
                }
                Value::Float(number) if number.is_nan() => Ok(default),
                Value::Float(number) => Ok(Value::Int(whole(*number)?)),
                Value::Undefined(message) => wrong(&**message),
                other => Ok(other.as_int().map_or(default, Value::Int)),
            }
        }
        "round" => round(value, args),
        _ => filesizeformat(value, args),
    }
}

/// `float(value)`; `None` where it is no number.
fn to_float(value: &Value) -> Result<Option<f64>> {
    Ok(match value {
        Value::Float(number) => Some(*number),
        Value::Str(text) => parse_float(&text.text),
        Value::Undefined(message) => return wrong(&**message),
        other => other.as_int().map(|number| number as f64),
    })
}

fn round(value: &Value, args: Args) -> Result<Value> {
    let [precision, method] = args.bind("round", ["precision", "method"])?;
    let method = match &method {
        None => "common",
        Some(method) => method.as_str().unwrap_or_default(),
    };
    if !matches!(method, "common" | "ceil" | "floor") {
        return wrong("method must be common, ceil or floor");
    }
    if method != "common" {
        // As jinja2 has it: value * 10**precision, cut, divided again.
        let scale = ops::binary(
            super::super::ast::Binary::Pow,
            &Value::Int(10),
            &precision.unwrap_or(Value::Int(0)),
        )?;
        let scaled = ops::binary(super::super::ast::Binary::Mul, value, &scale)?;
        let cut = match (&scaled, method) {
            (Value::Float(number), "ceil") => Value::Int(whole(finite(*number)?.ceil())?),
            (Value::Float(number), _) => Value::Int(whole(finite(*number)?.floor())?),
            (other, _) => match other.as_int() {
                Some(number) => Value::Int(number),
                None => return wrong("must be real number"),
            },
        };
        return ops::binary(super::super::ast::Binary::Div, &cut, &scale);
    }
    if matches!(precision, Some(Value::None)) {
        return match value {
            Value::Float(number) => Ok(Value::Int(whole(round_float(finite(*number)?, 0))?)),
            other => rounded_int(other, 0),
        };
    }
    let precision = int(precision, 0)?;
    let precision = i32::try_from(precision.clamp(-400, 400)).map_err(|_| Error::value("precision"))?;
    match value {
        Value::Float(number) => Ok(Value::Float(round_float(*number, precision))),
        other => rounded_int(other, precision),
    }
}

fn rounded_int(value: &Value, precision: i32) -> Result<Value> {
    match value.as_int() {
        Some(number) => Ok(Value::Int(round_int(number, precision))),
        None => wrong(format!("type {} doesn't define __round__ method", value.type_name())),
    }
}

fn finite(number: f64) -> Result<f64> {
    match number.is_finite() {
        true => Ok(number),
        false => wrong("cannot convert float infinity or NaN to integer"),
    }
}

fn filesizeformat(value: &Value, args: Args) -> Result<Value> {
    let [binary] = args.bind("filesizeformat", ["binary"])?;
    let Some(bytes) = to_float(value)? else { return wrong("could not convert to float") };
    let (base, names): (f64, [&str; 8]) = match is_true(&binary) {
        true => (1024.0, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]),
        false => (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]),
    };
    if bytes == 1.0 {
        return Ok(Value::str("1 Byte"));
    }
    if bytes < base {
        return Ok(Value::str(format!("{} Bytes", finite(bytes)?.trunc() as i128)));
    }
    let mut unit = base;
    for name in names {
        unit *= base;
        if bytes < unit || name == names[7] {
            return Ok(Value::str(format!("{:.1} {name}", base * bytes / unit)));
        }
    }
    wrong("unreachable size")
}
