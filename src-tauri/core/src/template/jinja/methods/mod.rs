//! The methods of Python's values.

pub mod strings;

use super::error::{wrong, Result};
use super::interpreter::Interpreter;
use super::ops;
use super::value::{Args, Dict, Object, Value, View};

impl Interpreter<'_> {
    /// `this.name(args)`
    pub fn method(&mut self, this: &Value, name: &'static str, args: Args) -> Result<Value> {
        match this {
            Value::Str(text) => self.string_method(text, name, args),
            Value::Dict(dict) => match name {
                "get" => {
                    let [key, default] = args.positional("get")?;
                    let Some(key) = key else { return wrong("get expected at least 1 argument, got 0") };
                    Ok(dict.get(&key)?.or(default).unwrap_or(Value::None))
                }
                "fromkeys" => self.dict_of_keys(args),
                _ => {
                    args.positional::<0>(name)?;
                    let view = match name {
                        "keys" => View::Keys,
                        "values" => View::Values,
                        "items" => View::Items,
                        _ => return Ok(Value::dict(dict.copy()?)),
                    };
                    Ok(Value::object(Object::View(dict.clone(), view)))
                }
            },
            Value::List(items) | Value::Tuple(items) => match name {
                "count" | "index" => self.count_or_index(&items.items, name, args),
                _ => {
                    args.positional::<0>(name)?;
                    Value::list(items.items.clone())
                }
            },
            Value::Range(_) => {
                let items = self.collect(this)?;
                self.count_or_index(&items, name, args)
            }
            Value::Int(_) | Value::Bool(_) => {
                args.positional::<0>(name)?;
                let number = this.as_int().unwrap_or_default();
                Ok(Value::Int(match name {
                    "bit_length" => i128::from(128 - number.unsigned_abs().leading_zeros()),
                    "bit_count" => i128::from(number.unsigned_abs().count_ones()),
                    _ => number,
                }))
            }
            Value::Float(number) => {
                args.positional::<0>(name)?;
                match name {
                    "is_integer" => Ok(Value::Bool(number.is_finite() && number.fract() == 0.0)),
                    "conjugate" => Ok(Value::Float(*number)),
                    _ => wrong(format!("float.{name} is not there")),
                }
            }
            Value::Bytes(bytes) => match name {
                "decode" => {
                    let [encoding, errors] = args.bind("decode", ["encoding", "errors"])?;
                    strings::check_encoding(&encoding)?;
                    match (std::str::from_utf8(bytes), errors.as_ref().and_then(Value::as_str)) {
                        (Ok(text), _) => Ok(Value::str(text)),
                        (Err(_), Some("replace")) => Ok(Value::str(String::from_utf8_lossy(bytes))),
                        (Err(error), _) => wrong(error.to_string()),
                    }
                }
                _ => {
                    args.positional::<0>(name)?;
                    Ok(Value::str(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
                }
            },
            Value::Object(object) => self.object_method(object, name, args),
            _ => wrong(format!("{name} can't be called")),
        }
    }

    fn object_method(&mut self, object: &std::rc::Rc<Object>, name: &str, args: Args) -> Result<Value> {
        match (&**object, name) {
            (Object::Function(_), "fromkeys") => self.dict_of_keys(args),
            (Object::Loop(state), "cycle") => {
                let count = args.positional.len() as i64;
                if count == 0 || !args.named.is_empty() {
                    return wrong("no items for cycling given");
                }
                Ok(args.positional[state.index0.get().rem_euclid(count) as usize].clone())
            }
            (Object::Loop(state), "changed") => {
                if !args.named.is_empty() {
                    return wrong("changed() takes no keyword arguments");
                }
                self.keep_loop(object);
                let before = state.changed.borrow().clone();
                if let Some(before) = before {
                    let (before, now) = (Value::tuple(before)?, Value::tuple(args.positional.clone())?);
                    if ops::equal(&before, &now)? {
                        return Ok(Value::Bool(false));
                    }
                }
                state.changed.replace(Some(args.positional));
                Ok(Value::Bool(true))
            }
            (Object::Cycler { items, at }, "next") => {
                args.positional::<0>(name)?;
                let item = items.items[at.get()].clone();
                at.set((at.get() + 1) % items.items.len());
                Ok(item)
            }
            (Object::Cycler { at, .. }, _) => {
                args.positional::<0>(name)?;
                at.set(0);
                Ok(Value::None)
            }
            (Object::View(..), _) => {
                let [other] = args.positional(name)?;
                let Some(other) = other else { return wrong("isdisjoint() takes exactly one argument") };
                let other = self.collect(&other)?;
                let this = Value::Object(object.clone());
                for item in other {
                    if self.contains(&this, &item)? {
                        return Ok(Value::Bool(false));
                    }
                }
                Ok(Value::Bool(true))
            }
            _ => wrong(format!("{name} can't be called")),
        }
    }

    /// `dict.fromkeys(keys, value=None)`
    fn dict_of_keys(&mut self, args: Args) -> Result<Value> {
        let [keys, value] = args.positional("fromkeys")?;
        let Some(keys) = keys else { return wrong("fromkeys expected at least 1 argument, got 0") };
        let value = value.unwrap_or(Value::None);
        let mut dict = Dict::default();
        for key in self.collect(&keys)? {
            dict.insert(key, value.clone())?;
        }
        Ok(Value::dict(dict))
    }

    fn count_or_index(&mut self, items: &[Value], name: &str, args: Args) -> Result<Value> {
        let [wanted, start, stop] = args.positional(name)?;
        let Some(wanted) = wanted else { return wrong(format!("{name}() takes at least one argument")) };
        if name == "count" {
            if start.is_some() {
                return wrong("count() takes exactly one argument");
            }
            let mut count = 0;
            for item in items {
                count += i128::from(ops::same(item, &wanted) || ops::equal(item, &wanted)?);
            }
            return Ok(Value::Int(count));
        }
        let (start, stop) = strings::bounds(start, stop, items.len())?;
        for (place, item) in items.iter().enumerate().take(stop).skip(start) {
            if ops::same(item, &wanted) || ops::equal(item, &wanted)? {
                return Ok(Value::Int(place as i128));
            }
        }
        wrong("the value is not in the list")
    }
}
