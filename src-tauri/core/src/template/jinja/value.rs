//! Values as Python has them: what a template computes with.
//!
//! Values belong to one rendering on one thread. Lists and dictionaries never change once they are made (the
//! sandbox that `transformers` uses forbids it), so how deep a value is nested is known when it is made, and
//! is limited there: nothing that walks through a value has to fear its depth.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::ast;
use super::error::{wrong, Error, Result};
use super::iterate::Iter;
use super::limits::{self, Charge};
use super::ops;

/// A string. Python counts its characters.
#[derive(Debug)]
pub struct Text {
    pub text: Box<str>,
    pub is_ascii: bool,
    /// Is it `Markup`: safe to stand in HTML?
    pub is_markup: bool,
    _charge: Charge,
}

impl Text {
    pub fn chars(&self) -> usize {
        if self.is_ascii {
            self.text.len()
        } else {
            self.text.chars().count()
        }
    }
}

/// The items of a list or a tuple.
#[derive(Debug)]
pub struct Items {
    pub items: Vec<Value>,
    pub depth: u16,
    /// A tuple of `groupby`, whose parts are `grouper` and `list`.
    pub is_group: bool,
    _charge: Charge,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Range {
    pub fn len(&self) -> usize {
        let (span, step) = match self.step {
            step if step > 0 => (i128::from(self.stop) - i128::from(self.start), i128::from(step)),
            step => (i128::from(self.start) - i128::from(self.stop), -i128::from(step)),
        };
        if span <= 0 {
            0
        } else {
            usize::try_from((span + step - 1) / step).unwrap_or(usize::MAX)
        }
    }

    pub fn get(&self, index: usize) -> Value {
        Value::Int(i128::from(self.start) + index as i128 * i128::from(self.step))
    }
}

#[derive(Clone, Debug)]
pub enum Value {
    /// An undefined value, with what Python says when it is used.
    Undefined(Rc<str>),
    /// A variable without a value; templates see it in one odd case only.
    Missing,
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(Rc<Text>),
    List(Rc<Items>),
    Tuple(Rc<Items>),
    Dict(Rc<Dict>),
    Range(Range),
    Bytes(Rc<[u8]>),
    Object(Rc<Object>),
}

/// What is neither a number nor a text nor a collection.
#[derive(Debug)]
pub enum Object {
    Namespace(RefCell<Dict>),
    Macro(MacroValue),
    /// `range`, `dict` and so on, by name.
    Function(&'static str),
    Method(Value, &'static str),
    /// `dict.keys()`, `.values()`, `.items()`.
    View(Rc<Dict>, View),
    /// A generator: it gives its items once. Empty while it runs.
    Generator(RefCell<Option<Iter>>, u16),
    Loop(Box<Loop>),
    Cycler {
        items: Rc<Items>,
        at: Cell<usize>,
    },
    Joiner {
        separator: Value,
        used: Cell<bool>,
    },
    /// `self`: the blocks of a template.
    Blocks,
    /// `self.name`
    Block(Arc<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Keys,
    Values,
    Items,
}

#[derive(Debug)]
pub struct MacroValue {
    pub definition: Arc<ast::Macro>,
    pub frame: Rc<Frame>,
}

/// The variables of a function that runs.
#[derive(Debug)]
pub struct Frame {
    pub slots: RefCell<Vec<Value>>,
    pub outer: Option<Rc<Frame>>,
    pub context: Rc<Context>,
    pub _charge: Charge,
}

/// What a template knows by name: what it was given, and what it has set outside of every block.
#[derive(Debug, Default)]
pub struct Context {
    pub set: RefCell<HashMap<Arc<str>, Value>>,
    pub given: Rc<HashMap<Arc<str>, Value>>,
}

impl Context {
    pub fn get(&self, name: &str) -> Option<Value> {
        self.set.borrow().get(name).or_else(|| self.given.get(name)).cloned()
    }
}

/// The variable `loop`.
#[derive(Debug)]
pub struct Loop {
    pub iterable: Value,
    pub iter: RefCell<Option<Iter>>,
    /// From 0; -1 before the first round.
    pub index0: Cell<i64>,
    pub length: Cell<Option<i64>>,
    /// The next item, where it was looked at; an inner `None` where there is none.
    pub after: RefCell<Option<Option<Value>>>,
    pub current: RefCell<Option<Value>>,
    pub before: RefCell<Option<Value>>,
    pub changed: RefCell<Option<Vec<Value>>>,
    pub recurse: Option<(Arc<ast::For>, Rc<Frame>)>,
    pub depth0: i64,
}

impl Value {
    pub fn str(text: impl Into<String>) -> Self {
        Self::text(text.into(), false)
    }

    pub fn markup(text: impl Into<String>) -> Self {
        Self::text(text.into(), true)
    }

    pub fn text(text: String, is_markup: bool) -> Self {
        let charge = Charge::new(text.len() + 48);
        Self::Str(Rc::new(Text {
            is_ascii: text.is_ascii(),
            text: text.into_boxed_str(),
            is_markup,
            _charge: charge,
        }))
    }

    pub fn undefined(message: impl Into<Rc<str>>) -> Self {
        Self::Undefined(message.into())
    }

    pub fn function(name: &'static str) -> Self {
        Self::object(Object::Function(name))
    }

    pub fn object(object: Object) -> Self {
        Self::Object(Rc::new(object))
    }

    fn items(items: Vec<Value>, is_group: bool) -> Result<Rc<Items>> {
        limits::items(items.len())?;
        limits::spend(1 + items.len() / 4)?;
        let depth = deeper(items.iter().map(Value::depth).max().unwrap_or(0))?;
        let charge = Charge::new(items.len() * size_of::<Value>() + 64);
        Ok(Rc::new(Items { items, depth, is_group, _charge: charge }))
    }

    pub fn list(items: Vec<Value>) -> Result<Self> {
        Ok(Self::List(Self::items(items, false)?))
    }

    pub fn tuple(items: Vec<Value>) -> Result<Self> {
        Ok(Self::Tuple(Self::items(items, false)?))
    }

    pub fn group(grouper: Value, list: Value) -> Result<Self> {
        Ok(Self::Tuple(Self::items(vec![grouper, list], true)?))
    }

    pub fn dict(dict: Dict) -> Self {
        Self::Dict(Rc::new(dict))
    }

    pub fn generator(iter: Iter) -> Result<Self> {
        let depth = deeper(iter.depth())?;
        Ok(Self::object(Object::Generator(RefCell::new(Some(iter)), depth)))
    }

    /// How deep values are in one another in this one.
    pub fn depth(&self) -> u16 {
        match self {
            Self::List(items) | Self::Tuple(items) => items.depth,
            Self::Dict(dict) => dict.depth,
            Self::Object(object) => match &**object {
                Object::Method(this, _) => this.depth() + 1,
                Object::View(dict, _) => dict.depth + 1,
                Object::Generator(_, depth) => *depth,
                Object::Cycler { items, .. } => items.depth + 1,
                Object::Joiner { separator, .. } => separator.depth() + 1,
                Object::Loop(node) => node.iterable.depth() + 1,
                _ => 0,
            },
            _ => 0,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(&text.text),
            _ => None,
        }
    }

    /// A whole number; truth values are numbers.
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Bool(truth) => Some(i128::from(*truth)),
            _ => None,
        }
    }

    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined(_))
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    pub fn is_markup(&self) -> bool {
        matches!(self, Self::Str(text) if text.is_markup)
    }

    pub fn namespace(&self) -> Option<&RefCell<Dict>> {
        match self {
            Self::Object(object) => match &**object {
                Object::Namespace(attributes) => Some(attributes),
                _ => None,
            },
            _ => None,
        }
    }

    /// `bool(value)`
    pub fn is_true(&self) -> bool {
        match self {
            Self::Undefined(_) | Self::None => false,
            Self::Missing => true,
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !text.text.is_empty(),
            Self::List(items) | Self::Tuple(items) => !items.items.is_empty(),
            Self::Dict(dict) => dict.len() > 0,
            Self::Range(range) => range.len() > 0,
            Self::Bytes(bytes) => !bytes.is_empty(),
            Self::Object(object) => match &**object {
                Object::View(dict, _) => dict.len() > 0,
                // It has a length, which is at least one while it runs.
                _ => true,
            },
        }
    }

    /// What Python calls its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined(_) => "Undefined",
            Self::Missing => "MissingType",
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(text) if text.is_markup => "Markup",
            Self::Str(_) => "str",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Dict(_) => "dict",
            Self::Range(_) => "range",
            Self::Bytes(_) => "bytes",
            Self::Object(object) => match &**object {
                Object::Namespace(_) => "Namespace",
                Object::Macro(_) => "Macro",
                Object::Function(_) => "function",
                Object::Method(..) => "builtin_function_or_method",
                Object::View(_, View::Keys) => "dict_keys",
                Object::View(_, View::Values) => "dict_values",
                Object::View(_, View::Items) => "dict_items",
                Object::Generator(..) => "generator",
                Object::Loop(_) => "LoopContext",
                Object::Cycler { .. } => "Cycler",
                Object::Joiner { .. } => "Joiner",
                Object::Blocks => "TemplateReference",
                Object::Block(_) => "BlockReference",
            },
        }
    }

    /// A constant of the template.
    pub fn of_const(constant: &ast::Const) -> Self {
        match constant {
            ast::Const::None => Self::None,
            ast::Const::Bool(truth) => Self::Bool(*truth),
            ast::Const::Int(number) => Self::Int(*number),
            ast::Const::Float(number) => Self::Float(*number),
            ast::Const::Str(text) => Self::str(&**text),
        }
    }

    /// A value that came as JSON.
    pub fn of_json(json: &serde_json::Value) -> Result<Self> {
        use serde_json::Value as Json;
        Ok(match json {
            Json::Null => Self::None,
            Json::Bool(truth) => Self::Bool(*truth),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Self::Int(number.into()),
                (_, Some(number)) => Self::Int(number.into()),
                _ => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Self::str(text.as_str()),
            Json::Array(items) => Self::list(items.iter().map(Self::of_json).collect::<Result<_>>()?)?,
            Json::Object(entries) => {
                let mut dict = Dict::default();
                for (key, value) in entries {
                    dict.insert(Self::str(key.as_str()), Self::of_json(value)?)?;
                }
                Self::dict(dict)
            }
        })
    }
}

/// The depth of what holds a value of this depth.
pub fn deeper(depth: u16) -> Result<u16> {
    if depth >= limits::DEPTH {
        return Err(Error::endless("values are too deeply nested"));
    }
    Ok(depth + 1)
}

/// A dictionary: entries in the order in which their keys came.
#[derive(Debug)]
pub struct Dict {
    entries: Vec<(Value, Value)>,
    /// Places by the hash of the key, once there are many.
    places: HashMap<u64, Vec<u32>>,
    depth: u16,
    charge: Charge,
}

/// Up to so many entries are looked through one by one.
const FEW: usize = 8;

impl Default for Dict {
    fn default() -> Self {
        Self { entries: Vec::new(), places: HashMap::new(), depth: 1, charge: Charge::new(64) }
    }
}

impl Dict {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn entries(&self) -> &[(Value, Value)] {
        &self.entries
    }

    fn find(&self, key: &Value, hash: u64) -> Result<Option<usize>> {
        if self.places.is_empty() {
            for (place, (known, _)) in self.entries.iter().enumerate() {
                if ops::equal(known, key)? {
                    return Ok(Some(place));
                }
            }
            return Ok(None);
        }
        for &place in self.places.get(&hash).into_iter().flatten() {
            if ops::equal(&self.entries[place as usize].0, key)? {
                return Ok(Some(place as usize));
            }
        }
        Ok(None)
    }

    /// The value of a key; fails where the key can't be one.
    pub fn get(&self, key: &Value) -> Result<Option<Value>> {
        let hash = hash(key)?;
        Ok(self.find(key, hash)?.map(|place| self.entries[place].1.clone()))
    }

    pub fn get_str(&self, key: &str) -> Option<Value> {
        if self.places.is_empty() {
            let mut entries = self.entries.iter();
            return entries.find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value.clone());
        }
        let places = self.places.get(&hash_str(key)).into_iter().flatten();
        let mut entries = places.map(|&place| &self.entries[place as usize]);
        entries.find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value.clone())
    }

    pub fn insert(&mut self, key: Value, value: Value) -> Result<()> {
        self.depth = self.depth.max(deeper(value.depth().max(key.depth()))?);
        let hash = hash(&key)?;
        if let Some(place) = self.find(&key, hash)? {
            self.entries[place].1 = value;
            return Ok(());
        }
        limits::items(self.entries.len())?;
        limits::spend(1)?;
        self.entries.push((key, value));
        self.charge = Charge::new(self.entries.len() * 2 * size_of::<Value>() + 64);
        if self.entries.len() > FEW {
            let first = if self.places.is_empty() { 0 } else { self.entries.len() - 1 };
            for place in first..self.entries.len() {
                let hash = self::hash(&self.entries[place].0)?;
                self.places.entry(hash).or_default().push(place as u32);
            }
        }
        Ok(())
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn copy(&self) -> Result<Self> {
        let mut copy = Self::default();
        for (key, value) in &self.entries {
            copy.insert(key.clone(), value.clone())?;
        }
        Ok(copy)
    }
}

fn mix(hash: u64, part: u64) -> u64 {
    (hash.rotate_left(5) ^ part).wrapping_mul(0x517c_c1b7_2722_0a95)
}

fn hash_str(text: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

/// `hash(value)`: equal values have equal ones. Fails for lists and dictionaries.
pub fn hash(value: &Value) -> Result<u64> {
    limits::spend(1)?;
    Ok(match value {
        Value::None => 1,
        Value::Undefined(_) => 2,
        Value::Missing => 3,
        Value::Bool(truth) => return hash(&Value::Int(i128::from(*truth))),
        Value::Int(number) => mix(mix(4, *number as u64), (*number >> 64) as u64),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e30 => {
            return hash(&Value::Int(*number as i128));
        }
        Value::Float(number) => mix(5, number.to_bits()),
        Value::Str(text) => {
            limits::spend_bytes(text.text.len())?;
            hash_str(&text.text)
        }
        Value::Tuple(items) => {
            items.items.iter().try_fold(6, |sum, item| Ok::<_, Error>(mix(sum, hash(item)?)))?
        }
        Value::Range(range) => mix(mix(7, range.start as u64), range.len() as u64),
        Value::Bytes(bytes) => bytes.iter().fold(8, |sum, byte| mix(sum, u64::from(*byte))),
        Value::Object(object) if !matches!(**object, Object::View(..)) => {
            mix(9, Rc::as_ptr(object) as usize as u64)
        }
        other => return wrong(format!("unhashable type: '{}'", other.type_name())),
    })
}

/// Values in a list, and those with names, that a function was called with.
#[derive(Debug, Default, Clone)]
pub struct Args {
    pub positional: Vec<Value>,
    pub named: Vec<(Arc<str>, Value)>,
}

impl Args {
    /// The values of a function's parameters, in their order; fails for any that it does not have.
    pub fn bind<const N: usize>(self, function: &str, parameters: [&str; N]) -> Result<[Option<Value>; N]> {
        let mut bound = [const { None }; N];
        if self.positional.len() > N {
            return wrong(format!("{function}() takes at most {N} arguments"));
        }
        for (place, value) in self.positional.into_iter().enumerate() {
            bound[place] = Some(value);
        }
        for (name, value) in self.named {
            let Some(place) = parameters.iter().position(|parameter| *parameter == &*name) else {
                return wrong(format!("{function}() got an unexpected keyword argument '{name}'"));
            };
            if bound[place].replace(value).is_some() {
                return wrong(format!("{function}() got multiple values for argument '{name}'"));
            }
        }
        Ok(bound)
    }

    /// The same where no parameter has a name (methods of strings, mostly).
    pub fn positional<const N: usize>(self, function: &str) -> Result<[Option<Value>; N]> {
        if let Some((name, _)) = self.named.first() {
            return wrong(format!("{function}() takes no keyword arguments, but got '{name}'"));
        }
        self.bind(function, [""; N])
    }
}
