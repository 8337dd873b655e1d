//! What a value has under a name: `value.name` and `value[index]`, with the rules of jinja2's sandbox.

use std::rc::Rc;

use super::error::{Error, Result};
use super::interpreter::Interpreter;
use super::ops;
use super::value::{Object, Value, View};

/// Attributes that every Python object has; the sandbox gives none of them.
const HIDDEN: &[&str] = &[
    "__class__",
    "__delattr__",
    "__dir__",
    "__doc__",
    "__eq__",
    "__format__",
    "__ge__",
    "__getattribute__",
    "__getstate__",
    "__gt__",
    "__hash__",
    "__init__",
    "__init_subclass__",
    "__le__",
    "__lt__",
    "__ne__",
    "__new__",
    "__reduce__",
    "__reduce_ex__",
    "__repr__",
    "__setattr__",
    "__sizeof__",
    "__str__",
    "__subclasshook__",
];

const STR: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];
const MARKUP: &[&str] = &["striptags", "unescape"];
const LIST: &[&str] = &["copy", "count", "index"];
const TUPLE: &[&str] = &["count", "index"];
const DICT: &[&str] = &["copy", "fromkeys", "get", "items", "keys", "values"];
const INT: &[&str] = &["bit_count", "bit_length", "conjugate"];
const FLOAT: &[&str] = &["conjugate", "hex", "is_integer"];
const BYTES: &[&str] = &["decode", "hex"];
/// Methods that would change a list or a dictionary.
const LIST_CHANGES: &[&str] = &["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];
const DICT_CHANGES: &[&str] = &["clear", "pop", "popitem", "setdefault", "update"];

/// What is found under a name.
enum Found {
    Value(Value),
    /// There is something, which the sandbox does not give.
    Unsafe,
    Nothing,
}

impl Interpreter<'_> {
    /// `value.name`, which prefers an attribute to an item.
    pub fn attribute(&mut self, value: &Value, name: &str) -> Result<Value> {
        match self.own_attribute(value, name)? {
            Found::Value(found) => Ok(found),
            Found::Unsafe => Ok(self.unsafe_attribute(value, name)),
            Found::Nothing => {
                let item = match value {
                    Value::Dict(dict) => dict.get_str(name),
                    _ => None,
                };
                Ok(item.unwrap_or_else(|| no_attribute(value, name)))
            }
        }
    }

    /// `value[index]`, which prefers an item to an attribute.
    pub fn item(&mut self, value: &Value, index: &Value) -> Result<Value> {
        if let Some(item) = ops::item(value, index)? {
            return Ok(item);
        }
        let Value::Str(name) = index else {
            return Ok(Value::undefined(format!("{} object has no element", value.type_name())));
        };
        match self.own_attribute(value, &name.text)? {
            Found::Value(found) => Ok(found),
            Found::Unsafe => Ok(self.unsafe_attribute(value, &name.text)),
            Found::Nothing => Ok(no_attribute(value, &name.text)),
        }
    }

    fn unsafe_attribute(&self, value: &Value, name: &str) -> Value {
        Value::undefined(format!("access to attribute '{name}' of '{}' object is unsafe.", value.type_name()))
    }

    /// The filter `attr`: an attribute, and no item.
    pub fn only_attribute(&mut self, value: &Value, name: &str) -> Result<Value> {
        match self.own_attribute(value, name)? {
            Found::Value(found) => Ok(found),
            Found::Unsafe => Ok(self.unsafe_attribute(value, name)),
            Found::Nothing => Ok(no_attribute(value, name)),
        }
    }

    /// Python's `getattr`.
    fn own_attribute(&mut self, value: &Value, name: &str) -> Result<Found> {
        if let Value::Undefined(message) = value {
            return match HIDDEN.contains(&name) {
                true => Ok(Found::Unsafe),
                false => Err(Error::value(&**message)),
            };
        }
        if HIDDEN.contains(&name) {
            return Ok(Found::Unsafe);
        }
        let method = |names: &[&'static str]| names.iter().find(|known| **known == name).copied();
        let found = |name: Option<&'static str>| match name {
            Some(name) => Found::Value(Value::object(Object::Method(value.clone(), name))),
            None => Found::Nothing,
        };
        Ok(match value {
            Value::Str(text) => {
                let markup = if text.is_markup { method(MARKUP) } else { None };
                found(method(STR).or(markup))
            }
            Value::List(_) if LIST_CHANGES.contains(&name) => Found::Unsafe,
            Value::Dict(_) if DICT_CHANGES.contains(&name) => Found::Unsafe,
            Value::List(_) => found(method(LIST)),
            Value::Tuple(items) if items.is_group => match name {
                "grouper" => Found::Value(items.items[0].clone()),
                "list" => Found::Value(items.items[1].clone()),
                _ => found(method(TUPLE)),
            },
            Value::Tuple(_) => found(method(TUPLE)),
            Value::Dict(_) => found(method(DICT)),
            Value::Int(_) | Value::Bool(_) => match (name, value.as_int()) {
                ("real" | "numerator", Some(number)) => Found::Value(Value::Int(number)),
                ("imag", _) => Found::Value(Value::Int(0)),
                ("denominator", _) => Found::Value(Value::Int(1)),
                _ => found(method(INT)),
            },
            Value::Float(number) => match name {
                "real" => Found::Value(Value::Float(*number)),
                "imag" => Found::Value(Value::Float(0.0)),
                _ => found(method(FLOAT)),
            },
            Value::Range(range) => match name {
                "start" => Found::Value(Value::Int(range.start.into())),
                "stop" => Found::Value(Value::Int(range.stop.into())),
                "step" => Found::Value(Value::Int(range.step.into())),
                _ => found(method(TUPLE)),
            },
            Value::Bytes(_) => found(method(BYTES)),
            Value::None | Value::Missing | Value::Undefined(_) => Found::Nothing,
            Value::Object(object) => self.object_attribute(value, object, name)?,
        })
    }

    fn object_attribute(&mut self, value: &Value, object: &Rc<Object>, name: &str) -> Result<Found> {
        let method = |known: &'static str| Found::Value(Value::object(Object::Method(value.clone(), known)));
        let int = |number: i64| Found::Value(Value::Int(number.into()));
        Ok(match &**object {
            Object::Namespace(attributes) => match attributes.borrow().get_str(name) {
                Some(found) => Found::Value(found),
                None => Found::Nothing,
            },
            Object::Macro(node) => {
                let definition = &node.definition;
                match name {
                    "name" => Found::Value(match &definition.name {
                        Some(name) => Value::str(&**name),
                        None => Value::None,
                    }),
                    "arguments" => {
                        let names =
                            definition.parameters.iter().map(|parameter| Value::str(&*parameter.name));
                        Found::Value(Value::tuple(names.collect())?)
                    }
                    "catch_kwargs" => Found::Value(Value::Bool(definition.kwargs.is_some())),
                    "catch_varargs" => Found::Value(Value::Bool(definition.varargs.is_some())),
                    "caller" => Found::Value(Value::Bool(super::interpreter::takes_caller(definition))),
                    "explicit_caller" => {
                        let explicit =
                            definition.parameters.iter().any(|parameter| &*parameter.name == "caller");
                        Found::Value(Value::Bool(explicit))
                    }
                    _ => Found::Nothing,
                }
            }
            Object::Function("dict") if name == "fromkeys" => method("fromkeys"),
            Object::Loop(node) => match name {
                "index0" | "index" | "first" | "depth" | "depth0" | "length" | "revindex" | "revindex0"
                | "last" | "previtem" | "nextitem" => Found::Value(self.loop_attribute(node, name)?),
                "cycle" => method("cycle"),
                "changed" => method("changed"),
                _ => Found::Nothing,
            },
            Object::Cycler { items, at } => match name {
                "items" => Found::Value(Value::Tuple(items.clone())),
                "pos" => int(at.get() as i64),
                "current" => Found::Value(items.items[at.get()].clone()),
                "next" => method("next"),
                "reset" => method("reset"),
                _ => Found::Nothing,
            },
            Object::Joiner { separator, used } => match name {
                "sep" => Found::Value(separator.clone()),
                "used" => Found::Value(Value::Bool(used.get())),
                _ => Found::Nothing,
            },
            Object::View(dict, view) => match (name, view) {
                ("isdisjoint", View::Keys | View::Items) => method("isdisjoint"),
                ("mapping", _) => Found::Value(Value::Dict(dict.clone())),
                _ => Found::Nothing,
            },
            Object::Generator(..) => match name {
                "send" | "throw" | "close" | "gi_frame" | "gi_code" | "gi_running" | "gi_yieldfrom" => {
                    Found::Unsafe
                }
                _ => Found::Nothing,
            },
            Object::Blocks => match self.program.blocks.get_key_value(name) {
                Some((name, _)) => Found::Value(Value::object(Object::Block(name.clone()))),
                None => Found::Nothing,
            },
            Object::Block(block) => match name {
                "name" => Found::Value(Value::str(&**block)),
                "super" => {
                    Found::Value(Value::undefined(format!("there is no parent block called '{block}'.")))
                }
                _ => Found::Nothing,
            },
            Object::Function(_) | Object::Method(..) => Found::Nothing,
        })
    }
}

fn no_attribute(value: &Value, name: &str) -> Value {
    Value::undefined(format!("'{} object' has no attribute '{name}'", value.type_name()))
}
