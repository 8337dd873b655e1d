//! jinja2's tests: what stands behind `is`.

use super::ast::{Binary, Comparison};
use super::error::{wrong, Result};
use super::filters;
use super::interpreter::Interpreter;
use super::iterate::Iter;
use super::methods::strings;
use super::ops;
use super::print;
use super::value::{hash, Args, Object, Value};

/// Tests by name.
const NAMES: &[&str] = &[
    "!=",
    "<",
    "<=",
    "==",
    ">",
    ">=",
    "boolean",
    "callable",
    "defined",
    "divisibleby",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

/// Is there a test of this name?
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

impl Interpreter<'_> {
    /// `value is name(args)`
    pub fn test(&mut self, name: &str, value: Value, args: Args) -> Result<bool> {
        let comparison = match name {
            "eq" | "equalto" | "==" => Some(Comparison::Eq),
            "ne" | "!=" => Some(Comparison::Ne),
            "lt" | "lessthan" | "<" => Some(Comparison::Lt),
            "le" | "<=" => Some(Comparison::Le),
            "gt" | "greaterthan" | ">" => Some(Comparison::Gt),
            "ge" | ">=" => Some(Comparison::Ge),
            "in" => Some(Comparison::In),
            _ => None,
        };
        if let Some(comparison) = comparison {
            let [other] = match name {
                "in" => args.bind("in", ["seq"])?,
                _ => args.positional::<1>(name)?,
            };
            let Some(other) = other else { return wrong(format!("the test {name} compares with a value")) };
            return self.compare(comparison, &value, &other);
        }
        let remainder = |by: &Value| -> Result<bool> {
            let rest = ops::binary(Binary::Mod, &value, by)?;
            Ok(!rest.is_true() && rest.as_str().is_none())
        };
        match name {
            "divisibleby" => {
                let [by] = args.bind("divisibleby", ["num"])?;
                let Some(by) = by else { return wrong("divisibleby wants a number") };
                return remainder(&by);
            }
            "sameas" => {
                let [other] = args.bind("sameas", ["other"])?;
                let Some(other) = other else { return wrong("sameas compares with a value") };
                return Ok(ops::same(&value, &other));
            }
            _ => args.positional::<0>(name)?,
        };
        Ok(match name {
            "boolean" => matches!(value, Value::Bool(_)),
            "callable" => match &value {
                Value::Undefined(_) => true,
                Value::Object(object) => matches!(
                    **object,
                    Object::Macro(_)
                        | Object::Function(_)
                        | Object::Method(..)
                        | Object::Loop(_)
                        | Object::Joiner { .. }
                        | Object::Block(_)
                ),
                _ => false,
            },
            "defined" => !value.is_undefined(),
            "undefined" => value.is_undefined(),
            "escaped" => value.is_markup(),
            "even" => remainder(&Value::Int(2))?,
            "odd" => ops::equal(&ops::binary(Binary::Mod, &value, &Value::Int(2))?, &Value::Int(1))?,
            "true" => matches!(value, Value::Bool(true)),
            "false" => matches!(value, Value::Bool(false)),
            "filter" | "test" => {
                // They are looked up in a dictionary.
                hash(&value)?;
                let exists = if name == "filter" { filters::exists } else { exists };
                value.as_str().is_some_and(exists)
            }
            "float" => matches!(value, Value::Float(_)),
            "integer" => matches!(value, Value::Int(_)),
            "iterable" => Iter::of(&value).is_ok(),
            "lower" => strings::is_lower(&print::to_str(&value)?),
            "upper" => strings::is_upper(&print::to_str(&value)?),
            "mapping" => matches!(value, Value::Dict(_)),
            "none" => value.is_none(),
            "number" => matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_)),
            // What has a length and items by place or key.
            "sequence" => match value {
                Value::Object(_) => false,
                _ => ops::length(&value).is_some(),
            },
            "string" => matches!(value, Value::Str(_)),
            _ => return wrong(format!("No test named '{name}'.")),
        })
    }
}
