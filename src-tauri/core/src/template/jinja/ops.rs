//! Python's operators.

use std::cmp::Ordering;
use std::rc::Rc;

use super::ast::{Binary, Comparison};
use super::error::{wrong, Error, Result};
use super::interpreter::Interpreter;
use super::iterate::Iter;
use super::limits;
use super::percent;
use super::print;
use super::value::{Items, Object, Range, Value, View};

/// A number as Python computes with it.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Float(number) => Some(Self::Float(*number)),
            other => other.as_int().map(Self::Int),
        }
    }

    fn float(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Float(number) => number,
        }
    }
}

fn too_large() -> Error {
    Error::value("an integer becomes larger than 127 bits")
}

fn used(value: &Value) -> Result<()> {
    match value {
        Value::Undefined(message) => wrong(&**message),
        _ => Ok(()),
    }
}

fn no_operator<T>(operator: &str, left: &Value, right: &Value) -> Result<T> {
    wrong(format!(
        "unsupported operand type(s) for {operator}: '{}' and '{}'",
        left.type_name(),
        right.type_name()
    ))
}

pub fn binary(operator: Binary, left: &Value, right: &Value) -> Result<Value> {
    if let (Binary::Mod, Value::Str(format)) = (operator, left) {
        return percent::format(format, right);
    }
    used(left)?;
    used(right)?;
    if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
        return arithmetic(operator, left, right);
    }
    match operator {
        Binary::Add => add(left, right),
        Binary::Mul => match (left.as_int(), right.as_int()) {
            (None, Some(count)) => repeat(left, count),
            (Some(count), None) => repeat(right, count),
            _ => no_operator("*", left, right),
        },
        Binary::Sub => no_operator("-", left, right),
        Binary::Div => no_operator("/", left, right),
        Binary::FloorDiv => no_operator("//", left, right),
        Binary::Mod => no_operator("%", left, right),
        Binary::Pow => no_operator("** or pow()", left, right),
    }
}

fn arithmetic(operator: Binary, left: Number, right: Number) -> Result<Value> {
    use Number::Int;
    let zero = || Error::value("division by zero");
    if let (Int(a), Int(b)) = (left, right) {
        let whole = match operator {
            Binary::Add => a.checked_add(b),
            Binary::Sub => a.checked_sub(b),
            Binary::Mul => a.checked_mul(b),
            Binary::Div if b == 0 => return Err(zero()),
            Binary::Div => return Ok(Value::Float(a as f64 / b as f64)),
            Binary::FloorDiv | Binary::Mod if b == 0 => return Err(zero()),
            Binary::FloorDiv => a.checked_div_euclid(b).and_then(|quotient| {
                // Euclid's remainder is never negative, Python's has the divisor's sign.
                if b < 0 && a.rem_euclid(b) != 0 {
                    quotient.checked_sub(1)
                } else {
                    Some(quotient)
                }
            }),
            Binary::Mod => {
                a.checked_rem_euclid(b).map(|rest| if b < 0 && rest != 0 { rest + b } else { rest })
            }
            Binary::Pow if b < 0 && a == 0 => return Err(zero()),
            Binary::Pow if b < 0 => return Ok(Value::Float((a as f64).powf(b as f64))),
            Binary::Pow if matches!(a, -1..=1) => Some(if b == 0 || (a == -1 && b % 2 == 0) { 1 } else { a }),
            Binary::Pow => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
        };
        return whole.map(Value::Int).ok_or_else(too_large);
    }
    let (a, b) = (left.float(), right.float());
    Ok(Value::Float(match operator {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div | Binary::FloorDiv | Binary::Mod if b == 0.0 => return Err(zero()),
        Binary::Div => a / b,
        Binary::FloorDiv => floor_div(a, b),
        Binary::Mod => float_mod(a, b),
        Binary::Pow if a == 0.0 && b < 0.0 => return Err(zero()),
        Binary::Pow if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 => {
            return wrong("a complex number");
        }
        Binary::Pow => {
            let power = a.powf(b);
            if power.is_infinite() && a.is_finite() && b.is_finite() {
                return wrong("numerical result out of range");
            }
            power
        }
    }))
}

/// A remainder with the divisor's sign.
fn float_mod(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        return 0f64.copysign(b);
    }
    if (rest < 0.0) != (b < 0.0) {
        rest + b
    } else {
        rest
    }
}

fn floor_div(a: f64, b: f64) -> f64 {
    let mut quotient = (a - float_mod(a, b)) / b;
    if quotient == 0.0 {
        return 0f64.copysign(a / b);
    }
    let floor = quotient.floor();
    quotient -= floor;
    if quotient > 0.5 {
        floor + 1.0
    } else {
        floor
    }
}

fn add(left: &Value, right: &Value) -> Result<Value> {
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => {
            limits::text(a.text.len() + b.text.len())?;
            limits::spend_bytes(a.text.len() + b.text.len())?;
            Ok(match (a.is_markup, b.is_markup) {
                (false, false) => Value::str([&*a.text, &*b.text].concat()),
                (true, true) => Value::markup([&*a.text, &*b.text].concat()),
                (true, false) => Value::markup([&*a.text, &print::escape(&b.text)].concat()),
                (false, true) => Value::markup([&print::escape(&a.text), &*b.text].concat()),
            })
        }
        (Value::List(a), Value::List(b)) => Value::list(joined(a, b)?),
        (Value::Tuple(a), Value::Tuple(b)) => Value::tuple(joined(a, b)?),
        _ => no_operator("+", left, right),
    }
}

fn joined(a: &Items, b: &Items) -> Result<Vec<Value>> {
    limits::items(a.items.len() + b.items.len())?;
    Ok([&a.items[..], &b.items[..]].concat())
}

fn repeat(value: &Value, count: i128) -> Result<Value> {
    let count = usize::try_from(count.max(0)).map_err(|_| Error::endless("a value becomes too long"))?;
    let items = |items: &Items| {
        limits::items(items.items.len().saturating_mul(count))?;
        Ok::<_, Error>(items.items.iter().cloned().cycle().take(items.items.len() * count).collect())
    };
    match value {
        Value::Str(text) => {
            let size = text.text.len().saturating_mul(count);
            limits::text(size)?;
            limits::spend_bytes(size)?;
            Ok(Value::text(text.text.repeat(count), text.is_markup))
        }
        Value::List(list) => Value::list(items(list)?),
        Value::Tuple(tuple) => Value::tuple(items(tuple)?),
        other => no_operator("*", other, &Value::Int(0)),
    }
}

pub fn negative(value: &Value) -> Result<Value> {
    used(value)?;
    match Number::of(value) {
        Some(Number::Int(number)) => number.checked_neg().map(Value::Int).ok_or_else(too_large),
        Some(Number::Float(number)) => Ok(Value::Float(-number)),
        None => wrong(format!("bad operand type for unary -: '{}'", value.type_name())),
    }
}

pub fn positive(value: &Value) -> Result<Value> {
    used(value)?;
    match Number::of(value) {
        Some(Number::Int(number)) => Ok(Value::Int(number)),
        Some(Number::Float(number)) => Ok(Value::Float(number)),
        None => wrong(format!("bad operand type for unary +: '{}'", value.type_name())),
    }
}

/// `a == b`
pub fn equal(left: &Value, right: &Value) -> Result<bool> {
    if let (Some(a), Some(b)) = (Number::of(left), Number::of(right)) {
        return Ok(compare_numbers(a, b) == Some(Ordering::Equal));
    }
    limits::spend(1)?;
    Ok(match (left, right) {
        (Value::Undefined(_), Value::Undefined(_))
        | (Value::None, Value::None)
        | (Value::Missing, Value::Missing) => true,
        (Value::Str(a), Value::Str(b)) => {
            if a.text.len() == b.text.len() {
                limits::spend_bytes(a.text.len())?;
            }
            a.text == b.text
        }
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            Rc::ptr_eq(a, b) || equal_items(&a.items, &b.items)?
        }
        (Value::Dict(a), Value::Dict(b)) => {
            if Rc::ptr_eq(a, b) {
                return Ok(true);
            }
            if a.len() != b.len() {
                return Ok(false);
            }
            for (key, value) in a.entries() {
                match b.get(key)? {
                    Some(other) if equal(value, &other)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Value::Range(a), Value::Range(b)) => {
            a.len() == b.len() && (a.len() == 0 || (a.start == b.start && (a.len() == 1 || a.step == b.step)))
        }
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => match (&**a, &**b) {
            (Object::Function(a), Object::Function(b)) => a == b,
            (Object::View(a, View::Keys), Object::View(b, View::Keys)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for (key, _) in a.entries() {
                    if b.get(key)?.is_none() {
                        return Ok(false);
                    }
                }
                true
            }
            _ => Rc::ptr_eq(a, b),
        },
        _ => false,
    })
}

fn equal_items(a: &[Value], b: &[Value]) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (a, b) in a.iter().zip(b) {
        if !same(a, b) && !equal(a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare_numbers(a: Number, b: Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
        (Number::Int(a), Number::Float(b)) => compare_int_float(a, b),
        (Number::Float(a), Number::Int(b)) => compare_int_float(b, a).map(Ordering::reverse),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
    }
}

fn compare_int_float(a: i128, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b.abs() >= 1e38 {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = b.trunc();
    Some(a.cmp(&(whole as i128)).then_with(|| 0f64.partial_cmp(&(b - whole)).unwrap_or(Ordering::Equal)))
}

/// How two values are ordered; `None` for numbers that have no order (NaN).
fn order(operator: &str, left: &Value, right: &Value) -> Result<Option<Ordering>> {
    used(left)?;
    used(right)?;
    if let (Some(a), Some(b)) = (Number::of(left), Number::of(right)) {
        return Ok(compare_numbers(a, b));
    }
    limits::spend(1)?;
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => {
            limits::spend_bytes(a.text.len().min(b.text.len()))?;
            Ok(Some(a.text.cmp(&b.text)))
        }
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            for (a, b) in a.items.iter().zip(&b.items) {
                if !same(a, b) && !equal(a, b)? {
                    return order(operator, a, b);
                }
            }
            Ok(Some(a.items.len().cmp(&b.items.len())))
        }
        (Value::Bytes(a), Value::Bytes(b)) => Ok(Some(a.cmp(b))),
        _ => wrong(format!(
            "'{operator}' not supported between instances of '{}' and '{}'",
            left.type_name(),
            right.type_name()
        )),
    }
}

/// `a < b`, by which Python sorts.
pub fn less(left: &Value, right: &Value) -> Result<bool> {
    Ok(order("<", left, right)? == Some(Ordering::Less))
}

pub fn greater(left: &Value, right: &Value) -> Result<bool> {
    Ok(order(">", left, right)? == Some(Ordering::Greater))
}

/// `a is b`, as far as values can be told apart. CPython keeps one of each small number, and of each text in a
/// template's source.
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::None, Value::None) | (Value::Missing, Value::Missing) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b && (-5..=256).contains(a),
        (Value::Str(a), Value::Str(b)) => Rc::ptr_eq(a, b) || (a.text == b.text && a.text.len() <= 1),
        (Value::List(a), Value::List(b)) => Rc::ptr_eq(a, b),
        (Value::Tuple(a), Value::Tuple(b)) => Rc::ptr_eq(a, b) || (a.items.is_empty() && b.items.is_empty()),
        (Value::Dict(a), Value::Dict(b)) => Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
        (Value::Undefined(a), Value::Undefined(b)) => Rc::ptr_eq(a, b),
        _ => false,
    }
}

/// Python's `sorted`: stable, and asks for nothing but `<`. `keys` belong to `items`, place by place.
pub fn sort(items: Vec<Value>, keys: Vec<Value>, reverse: bool) -> Result<Vec<Value>> {
    let mut places: Vec<usize> = (0..items.len()).collect();
    // A stable sort backwards keeps equal ones in their order, too.
    if reverse {
        places.reverse();
    }
    let mut spare = places.clone();
    merge_sort(&mut places, &mut spare, &keys)?;
    if reverse {
        places.reverse();
    }
    Ok(places.into_iter().map(|place| items[place].clone()).collect())
}

fn merge_sort(places: &mut [usize], spare: &mut [usize], keys: &[Value]) -> Result<()> {
    if places.len() < 2 {
        return Ok(());
    }
    let middle = places.len() / 2;
    merge_sort(&mut places[..middle], &mut spare[..middle], keys)?;
    merge_sort(&mut places[middle..], &mut spare[middle..], keys)?;
    spare.copy_from_slice(places);
    let (left, right) = spare.split_at(middle);
    let (mut a, mut b) = (0, 0);
    for place in places.iter_mut() {
        let from_right = b < right.len() && (a == left.len() || less(&keys[right[b]], &keys[left[a]])?);
        if from_right {
            *place = right[b];
            b += 1;
        } else {
            *place = left[a];
            a += 1;
        }
    }
    Ok(())
}

/// `len(value)`; `None` where it has none.
pub fn length(value: &Value) -> Option<usize> {
    Some(match value {
        Value::Undefined(_) => 0,
        Value::Str(text) => text.chars(),
        Value::List(items) | Value::Tuple(items) => items.items.len(),
        Value::Dict(dict) => dict.len(),
        Value::Range(range) => range.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Object(object) => match &**object {
            Object::View(dict, _) => dict.len(),
            _ => return None,
        },
        _ => return None,
    })
}

/// The characters of a string as strings.
pub fn collect_chars(value: &Value) -> Result<Vec<Value>> {
    let Value::Str(text) = value else { return Ok(Vec::new()) };
    limits::items(text.chars())?;
    let chars = text.text.chars().map(|c| {
        limits::spend(1)?;
        Ok(Value::text(c.into(), text.is_markup))
    });
    chars.collect()
}

/// The character at a place of a string.
fn char_at(text: &str, is_ascii: bool, place: usize) -> Option<char> {
    if is_ascii {
        return text.as_bytes().get(place).map(|byte| char::from(*byte));
    }
    text.chars().nth(place)
}

fn place(index: i128, length: usize) -> Option<usize> {
    let place = if index < 0 { index + length as i128 } else { index };
    usize::try_from(place).ok().filter(|place| *place < length)
}

/// `value[index]`; `None` where Python has no such item.
pub fn item(value: &Value, index: &Value) -> Result<Option<Value>> {
    let at = |length| index.as_int().and_then(|index| place(index, length));
    Ok(match value {
        Value::Undefined(message) => return wrong(&**message),
        Value::Str(text) => {
            let Some(index) = index.as_int() else { return Ok(None) };
            if !text.is_ascii {
                limits::spend_bytes(text.text.len())?;
            }
            let found =
                place(index, text.chars()).and_then(|place| char_at(&text.text, text.is_ascii, place));
            found.map(|c| Value::text(c.into(), text.is_markup))
        }
        Value::List(items) | Value::Tuple(items) => {
            at(items.items.len()).map(|place| items.items[place].clone())
        }
        Value::Range(range) => at(range.len()).map(|place| range.get(place)),
        Value::Bytes(bytes) => at(bytes.len()).map(|place| Value::Int(i128::from(bytes[place]))),
        // What can't be a key is in no dictionary.
        Value::Dict(dict) => dict.get(index).or_else(|error| match error.kind {
            super::error::Kind::Value => Ok(None),
            _ => Err(error),
        })?,
        _ => None,
    })
}

/// Can a value be sliced? Of one that is not defined, Python says what it is.
pub fn has_slices(value: &Value) -> bool {
    matches!(
        value,
        Value::Undefined(_)
            | Value::Str(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Range(_)
            | Value::Bytes(_)
    )
}

/// `value[start:stop:step]`
pub fn slice(
    value: &Value,
    start: Option<&Value>,
    stop: Option<&Value>,
    step: Option<&Value>,
) -> Result<Value> {
    used(value)?;
    let number = |part: Option<&Value>| match part {
        None | Some(Value::None) => Ok(None),
        Some(part) => match part.as_int() {
            Some(number) => Ok(Some(number)),
            None => wrong("slice indices must be integers or None"),
        },
    };
    let (start, stop, step) = (number(start)?, number(stop)?, number(step)?.unwrap_or(1));
    if step == 0 {
        return wrong("slice step cannot be zero");
    }
    let places = |length: usize| -> Vec<usize> {
        let length = length as i128;
        let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let clamp = |at: i128| (if at < 0 { at.saturating_add(length) } else { at }).clamp(low, high);
        let first = start.map_or(if step > 0 { low } else { high }, clamp);
        let end = stop.map_or(if step > 0 { high } else { low }, clamp);
        let mut places = Vec::new();
        let mut at = first;
        while (step > 0 && at < end) || (step < 0 && at > end) {
            places.push(at as usize);
            at = at.saturating_add(step);
        }
        places
    };
    match value {
        Value::Str(text) => {
            limits::spend_bytes(text.text.len())?;
            let count = text.chars();
            if step == 1 {
                let clamp = |at: i128| {
                    (if at < 0 { at.saturating_add(count as i128) } else { at }).clamp(0, count as i128)
                };
                let first = start.map_or(0, clamp) as usize;
                let end = (stop.map_or(count, |stop| clamp(stop) as usize)).max(first);
                let part = match text.is_ascii {
                    true => text.text[first..end].to_owned(),
                    false => text.text.chars().skip(first).take(end - first).collect(),
                };
                return Ok(Value::text(part, text.is_markup));
            }
            limits::items(count)?;
            limits::spend(count)?;
            let chars: Vec<char> = text.text.chars().collect();
            let part = places(count).into_iter().map(|place| chars[place]).collect();
            Ok(Value::text(part, text.is_markup))
        }
        Value::List(items) => {
            limits::spend(1 + items.items.len() / 16)?;
            Value::list(
                places(items.items.len()).into_iter().map(|place| items.items[place].clone()).collect(),
            )
        }
        Value::Tuple(items) => Value::tuple(
            places(items.items.len()).into_iter().map(|place| items.items[place].clone()).collect(),
        ),
        Value::Range(range) => {
            let length = range.len() as i128;
            let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
            let clamp = |at: i128| (if at < 0 { at.saturating_add(length) } else { at }).clamp(low, high);
            let first = start.map_or(if step > 0 { low } else { high }, clamp);
            let end = stop.map_or(if step > 0 { high } else { low }, clamp);
            let at = |place: i128| i128::from(range.start) + place * i128::from(range.step);
            let number = |number: i128| i64::try_from(number).map_err(|_| too_large());
            Ok(Value::Range(Range {
                start: number(at(first))?,
                stop: number(at(end))?,
                step: number(i128::from(range.step).saturating_mul(step))?,
            }))
        }
        Value::Bytes(bytes) => {
            Ok(Value::Bytes(places(bytes.len()).into_iter().map(|place| bytes[place]).collect()))
        }
        other => wrong(format!("'{}' object is not subscriptable", other.type_name())),
    }
}

impl Interpreter<'_> {
    /// `item in value`
    pub fn contains(&mut self, value: &Value, wanted: &Value) -> Result<bool> {
        match value {
            Value::Str(text) => match wanted {
                Value::Str(wanted) => {
                    limits::spend_bytes(text.text.len())?;
                    Ok(text.text.contains(&*wanted.text))
                }
                other => {
                    wrong(format!("'in <string>' requires string as left operand, not {}", other.type_name()))
                }
            },
            Value::Dict(dict) => Ok(dict.get(wanted)?.is_some()),
            Value::Range(range) if wanted.as_int().is_some() => {
                let wanted = wanted.as_int().unwrap_or_default() - i128::from(range.start);
                let step = i128::from(range.step);
                Ok(wanted % step == 0 && (0..range.len() as i128).contains(&(wanted / step)))
            }
            Value::Bytes(bytes) => match wanted {
                Value::Bytes(wanted) => {
                    Ok(wanted.is_empty() || bytes.windows(wanted.len()).any(|part| part == &**wanted))
                }
                other => match other.as_int() {
                    Some(byte) => Ok(bytes.iter().any(|known| i128::from(*known) == byte)),
                    None => wrong("a bytes-like object is required"),
                },
            },
            Value::Object(object) => {
                if let Object::View(dict, View::Keys) = &**object {
                    return Ok(dict.get(wanted)?.is_some());
                }
                self.is_among(value, wanted)
            }
            _ => self.is_among(value, wanted),
        }
    }

    fn is_among(&mut self, value: &Value, wanted: &Value) -> Result<bool> {
        let Ok(mut iter) = Iter::of(value) else {
            return wrong(format!("argument of type '{}' is not iterable", value.type_name()));
        };
        while let Some(item) = self.next(&mut iter)? {
            if same(&item, wanted) || equal(&item, wanted)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub fn compare(&mut self, comparison: Comparison, left: &Value, right: &Value) -> Result<bool> {
        Ok(match comparison {
            Comparison::Eq => equal(left, right)?,
            Comparison::Ne => !equal(left, right)?,
            Comparison::Lt => less(left, right)?,
            Comparison::Gt => greater(left, right)?,
            Comparison::Le => {
                matches!(order("<=", left, right)?, Some(Ordering::Less | Ordering::Equal))
            }
            Comparison::Ge => {
                matches!(order(">=", left, right)?, Some(Ordering::Greater | Ordering::Equal))
            }
            Comparison::In => self.contains(right, left)?,
            Comparison::NotIn => !self.contains(right, left)?,
        })
    }
}
