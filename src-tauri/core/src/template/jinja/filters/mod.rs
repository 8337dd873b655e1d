//! jinja2's filters, and `transformers`' `tojson`.

mod lists;
mod numbers;
pub mod text;

use super::error::{wrong, Result};
use super::interpreter::Interpreter;
use super::json;
use super::ops;
use super::print;
use super::value::{Args, Value};

/// Filters by name.
const NAMES: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "capitalize",
    "center",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "filesizeformat",
    "first",
    "float",
    "forceescape",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "random",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "striptags",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "urlencode",
    "urlize",
    "wordcount",
    "wordwrap",
    "xmlattr",
];

/// Is there a filter of this name?
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Asks an item for an attribute, one step after the other (`"function.name"`).
#[derive(Debug)]
pub struct Getter {
    parts: Vec<Value>,
    /// Strings are taken as lower case.
    ignores_case: bool,
    /// What stands for an attribute that is not there.
    default: Option<Value>,
}

impl Getter {
    pub fn new(attribute: Option<&Value>, ignores_case: bool, default: Option<Value>) -> Self {
        let parts = match attribute {
            None | Some(Value::None) => Vec::new(),
            Some(Value::Str(path)) => path.text.split('.').map(part).collect(),
            Some(other) => vec![other.clone()],
        };
        Self { parts, ignores_case, default: default.filter(|default| !default.is_none()) }
    }

    pub fn get(&self, interpreter: &mut Interpreter, item: &Value) -> Result<Value> {
        let mut value = item.clone();
        for part in &self.parts {
            value = interpreter.item(&value, part)?;
            if let (Some(default), true) = (&self.default, value.is_undefined()) {
                value = default.clone();
            }
        }
        if self.ignores_case {
            value = lower(value);
        }
        Ok(value)
    }
}

/// A step of an attribute: digits are a place.
fn part(part: &str) -> Value {
    let is_digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match part.parse() {
        Ok(number) if is_digits => Value::Int(number),
        _ => Value::str(part),
    }
}

fn lower(value: Value) -> Value {
    match value.as_str() {
        Some(text) => Value::str(text.to_lowercase()),
        None => value,
    }
}

/// Is an optional argument true?
fn is_true(value: &Option<Value>) -> bool {
    value.as_ref().is_some_and(Value::is_true)
}

/// An optional argument that is a whole number.
fn int(value: Option<Value>, default: i128) -> Result<i128> {
    match value {
        None => Ok(default),
        Some(value) => match value.as_int() {
            Some(number) => Ok(number),
            None => wrong(format!("'{}' object cannot be interpreted as an integer", value.type_name())),
        },
    }
}

impl Interpreter<'_> {
    /// `value|name(args)`
    pub fn filter(&mut self, name: &str, value: Value, args: Args) -> Result<Value> {
        match name {
            "attr" => {
                let [name] = args.bind("attr", ["name"])?;
                match name.as_ref().and_then(Value::as_str) {
                    Some(name) => self.only_attribute(&value, name),
                    None => wrong("attribute name must be string"),
                }
            }
            "d" | "default" => {
                let [default, boolean] = args.bind("default", ["default_value", "boolean"])?;
                let stands_in = value.is_undefined() || (is_true(&boolean) && !value.is_true());
                Ok(if stands_in { default.unwrap_or_else(|| Value::str("")) } else { value })
            }
            "length" | "count" => {
                args.positional::<0>("len")?;
                if let Value::Object(object) = &value {
                    if let super::value::Object::Loop(state) = &**object {
                        return self.loop_attribute(state, "length");
                    }
                }
                match ops::length(&value) {
                    Some(length) => Ok(Value::Int(length as i128)),
                    None => wrong(format!("object of type '{}' has no len()", value.type_name())),
                }
            }
            "string" => {
                args.positional::<0>("string")?;
                print::to_text(&value)
            }
            "tojson" => json::tojson(&value, args),
            "e" | "escape" | "forceescape" | "safe" => {
                args.positional::<0>(name)?;
                Ok(Value::markup(match name {
                    "safe" => print::to_str(&value)?,
                    "forceescape" => print::escape(&print::to_str(&value)?),
                    _ => print::escaped(&value)?,
                }))
            }
            "abs" | "filesizeformat" | "float" | "int" | "round" => numbers::filter(name, &value, args),
            "capitalize" | "center" | "format" | "indent" | "lower" | "pprint" | "replace" | "striptags"
            | "title" | "trim" | "truncate" | "upper" | "wordcount" | "wordwrap" => {
                text::filter(name, value, args)
            }
            "urlencode" => self.urlencode(&value, args),
            "xmlattr" => self.xmlattr(&value, args),
            "batch" | "slice" | "items" | "unique" | "map" | "select" | "selectattr" | "reject"
            | "rejectattr" | "reverse" => self.generate(name, &value, args),
            "dictsort" | "first" | "groupby" | "join" | "last" | "list" | "max" | "min" | "sort" | "sum" => {
                self.gather(name, &value, args)
            }
            "random" => wrong("the filter random gives another prompt every time"),
            "urlize" => wrong("the filter urlize is not there: it writes HTML"),
            _ => wrong(format!("No filter named '{name}'.")),
        }
    }
}
