//! Going through values one by one.
//!
//! Filters like `map` and `select` give generators in jinja2: they compute an item when it is asked for, and
//! give each once. A template notices both.

use std::rc::Rc;
use std::sync::Arc;

use super::ast;
use super::error::{wrong, Result};
use super::filters::Getter;
use super::interpreter::Interpreter;
use super::limits;
use super::ops;
use super::value::{Args, Dict, Frame, Items, Object, Range, Text, Value, View};

#[derive(Debug)]
pub enum Iter {
    Empty,
    Items {
        items: Rc<Items>,
        at: usize,
    },
    /// From the last one on.
    Back {
        items: Rc<Items>,
        left: usize,
    },
    Chars {
        text: Rc<Text>,
        at: usize,
    },
    Bytes {
        bytes: Rc<[u8]>,
        at: usize,
    },
    Range {
        range: Range,
        at: usize,
    },
    Dict {
        dict: Rc<Dict>,
        view: View,
        at: usize,
    },
    DictBack {
        dict: Rc<Dict>,
        view: View,
        left: usize,
    },
    /// What another name for it takes, this one does not give.
    Shared(Rc<Object>),
    /// A filter, or an attribute, of each.
    Map {
        source: Box<Iter>,
        with: Mapping,
    },
    /// Those of which a test holds, or does not.
    Select {
        source: Box<Iter>,
        getter: Option<Getter>,
        test: Option<(Rc<str>, Args)>,
        wanted: bool,
    },
    Unique {
        source: Box<Iter>,
        getter: Getter,
        seen: Box<Dict>,
    },
    Batch {
        source: Box<Iter>,
        size: usize,
        fill: Value,
        started: Vec<Value>,
        ended: bool,
    },
    /// A loop with a condition.
    Filtered {
        source: Box<Iter>,
        node: Arc<ast::For>,
        frame: Rc<Frame>,
        entered: bool,
    },
}

#[derive(Debug)]
pub enum Mapping {
    Filter(Rc<str>, Args),
    Attribute(Getter),
}

impl Iter {
    /// `iter(value)`
    pub fn of(value: &Value) -> Result<Self> {
        Ok(match value {
            Value::Undefined(_) => Self::Empty,
            Value::Str(text) => Self::Chars { text: text.clone(), at: 0 },
            Value::List(items) | Value::Tuple(items) => Self::Items { items: items.clone(), at: 0 },
            Value::Dict(dict) => Self::Dict { dict: dict.clone(), view: View::Keys, at: 0 },
            Value::Range(range) => Self::Range { range: *range, at: 0 },
            Value::Bytes(bytes) => Self::Bytes { bytes: bytes.clone(), at: 0 },
            Value::Object(object) => match &**object {
                Object::View(dict, view) => Self::Dict { dict: dict.clone(), view: *view, at: 0 },
                Object::Generator(..) | Object::Loop(_) => Self::Shared(object.clone()),
                _ => return wrong(format!("'{}' object is not iterable", value.type_name())),
            },
            _ => return wrong(format!("'{}' object is not iterable", value.type_name())),
        })
    }

    /// `reversed(value)`
    pub fn back(value: &Value) -> Result<Option<Self>> {
        Ok(Some(match value {
            Value::Undefined(_) => Self::Empty,
            Value::List(items) | Value::Tuple(items) => {
                Self::Back { items: items.clone(), left: items.items.len() }
            }
            Value::Dict(dict) => Self::DictBack { dict: dict.clone(), view: View::Keys, left: dict.len() },
            Value::Range(range) if range.len() == 0 => Self::Empty,
            Value::Range(range) => {
                let last = range.start + (range.len() as i64 - 1) * range.step;
                let range = Range {
                    start: last,
                    stop: range.start.saturating_sub(range.step.signum()),
                    step: range.step.saturating_neg(),
                };
                Self::Range { range, at: 0 }
            }
            Value::Str(_) => {
                let mut chars = ops::collect_chars(value)?;
                chars.reverse();
                let Value::List(items) = Value::list(chars)? else { return Ok(None) };
                Self::Items { items, at: 0 }
            }
            Value::Object(object) => match &**object {
                Object::View(dict, view) => {
                    Self::DictBack { dict: dict.clone(), view: *view, left: dict.len() }
                }
                _ => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }

    pub fn depth(&self) -> u16 {
        match self {
            Self::Items { items, .. } | Self::Back { items, .. } => items.depth,
            Self::Dict { dict, .. } | Self::DictBack { dict, .. } => Value::Dict(dict.clone()).depth(),
            Self::Shared(object) => Value::Object(object.clone()).depth() + 1,
            Self::Map { source, .. }
            | Self::Select { source, .. }
            | Self::Unique { source, .. }
            | Self::Batch { source, .. }
            | Self::Filtered { source, .. } => source.depth() + 1,
            _ => 0,
        }
    }

    /// How many are left, where that is known without asking for them.
    pub fn size_hint(&self) -> usize {
        match self {
            Self::Items { items, at } => items.items.len() - at,
            Self::Back { left, .. } | Self::DictBack { left, .. } => *left,
            Self::Range { range, at } => range.len() - at,
            Self::Dict { dict, at, .. } => dict.len() - at,
            _ => 0,
        }
    }
}

fn entry(dict: &Dict, view: View, at: usize) -> Result<Value> {
    let (key, value) = &dict.entries()[at];
    match view {
        View::Keys => Ok(key.clone()),
        View::Values => Ok(value.clone()),
        View::Items => Value::tuple(vec![key.clone(), value.clone()]),
    }
}

impl Interpreter<'_> {
    /// `next(iter)`
    pub fn next(&mut self, iter: &mut Iter) -> Result<Option<Value>> {
        limits::spend(1)?;
        Ok(match iter {
            Iter::Empty => None,
            Iter::Items { items, at } => {
                let item = items.items.get(*at).cloned();
                *at += usize::from(item.is_some());
                item
            }
            Iter::Back { items, left } => match left.checked_sub(1) {
                Some(place) => {
                    *left = place;
                    items.items.get(place).cloned()
                }
                None => None,
            },
            Iter::Chars { text, at } => text.text[*at..].chars().next().map(|c| {
                *at += c.len_utf8();
                // Of markup, too, the characters alone are plain.
                Value::str(c)
            }),
            Iter::Bytes { bytes, at } => {
                let byte = bytes.get(*at).map(|byte| Value::Int(i128::from(*byte)));
                *at += usize::from(byte.is_some());
                byte
            }
            Iter::Range { range, at } => {
                if *at >= range.len() {
                    return Ok(None);
                }
                *at += 1;
                Some(range.get(*at - 1))
            }
            Iter::Dict { dict, view, at } => {
                if *at >= dict.len() {
                    return Ok(None);
                }
                *at += 1;
                Some(entry(dict, *view, *at - 1)?)
            }
            Iter::DictBack { dict, view, left } => match left.checked_sub(1) {
                Some(place) => {
                    *left = place;
                    Some(entry(dict, *view, place)?)
                }
                None => None,
            },
            Iter::Shared(object) => {
                let object = object.clone();
                return self.next_shared(&object);
            }
            Iter::Map { source, with } => {
                let Some(item) = self.next(source)? else { return Ok(None) };
                Some(match with {
                    Mapping::Filter(name, args) => self.filter(&name.clone(), item, args.clone())?,
                    Mapping::Attribute(getter) => getter.get(self, &item)?,
                })
            }
            Iter::Select { source, getter, test, wanted } => loop {
                let Some(item) = self.next(source)? else { return Ok(None) };
                let looked_at = match getter {
                    Some(getter) => getter.get(self, &item)?,
                    None => item.clone(),
                };
                let holds = match test {
                    Some((name, args)) => self.test(&name.clone(), looked_at, args.clone())?,
                    None => looked_at.is_true(),
                };
                if holds == *wanted {
                    break Some(item);
                }
            },
            Iter::Unique { source, getter, seen } => loop {
                let Some(item) = self.next(source)? else { return Ok(None) };
                let key = getter.get(self, &item)?;
                if seen.get(&key)?.is_none() {
                    seen.insert(key, Value::None)?;
                    break Some(item);
                }
            },
            Iter::Batch { source, size, fill, started, ended } => {
                if *ended {
                    return Ok(None);
                }
                while let Some(item) = self.next(source)? {
                    if started.len() == *size {
                        let batch = std::mem::replace(started, vec![item]);
                        return Ok(Some(Value::list(batch)?));
                    }
                    started.push(item);
                }
                *ended = true;
                let mut batch = std::mem::take(started);
                if batch.is_empty() {
                    return Ok(None);
                }
                if !fill.is_none() && batch.len() < *size {
                    limits::items(*size)?;
                    batch.resize(*size, fill.clone());
                }
                Some(Value::list(batch)?)
            }
            Iter::Filtered { source, node, frame, entered } => {
                let Some(filter) = &node.filter else { return self.next(source) };
                if !std::mem::replace(entered, true) {
                    self.enter(&filter.scope, frame);
                }
                loop {
                    let Some(item) = self.next(source)? else { return Ok(None) };
                    self.assign(&filter.target, item, frame)?;
                    if self.eval(&filter.test, frame)?.is_true() {
                        break Some(self.target_value(&filter.target, frame)?);
                    }
                }
            }
        })
    }

    fn next_shared(&mut self, object: &Rc<Object>) -> Result<Option<Value>> {
        match &**object {
            Object::Generator(cell, _) => {
                // Empty while it runs: a generator can't be asked for an item by what computes one.
                let Some(mut iter) = cell.take() else { return wrong("generator already executing") };
                let item = self.down(|interpreter| interpreter.next(&mut iter));
                cell.replace(Some(iter));
                item
            }
            Object::Loop(node) => match self.loop_next(node)? {
                Some(item) => Ok(Some(Value::tuple(vec![item, Value::Object(object.clone())])?)),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// `list(value)`
    pub fn collect(&mut self, value: &Value) -> Result<Vec<Value>> {
        let mut iter = Iter::of(value)?;
        self.collect_iter(&mut iter)
    }

    pub fn collect_iter(&mut self, iter: &mut Iter) -> Result<Vec<Value>> {
        limits::items(iter.size_hint())?;
        let mut items = Vec::with_capacity(iter.size_hint());
        while let Some(item) = self.next(iter)? {
            limits::items(items.len())?;
            items.push(item);
        }
        Ok(items)
    }
}
