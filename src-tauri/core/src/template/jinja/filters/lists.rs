//! Filters over lists and dictionaries.

use super::super::ast::Binary;
use super::super::error::{wrong, Result};
use super::super::interpreter::Interpreter;
use super::super::iterate::{Iter, Mapping};
use super::super::limits;
use super::super::ops;
use super::super::print;
use super::super::value::{Args, Dict, Value, View};
use super::{int, is_true, lower, Getter};

impl Interpreter<'_> {
    /// Filters whose items are computed when they are asked for.
    pub fn generate(&mut self, name: &str, value: &Value, mut args: Args) -> Result<Value> {
        let iter = match name {
            "batch" => {
                let [size, fill] = args.bind("batch", ["linecount", "fill_with"])?;
                let Some(size) = size else { return wrong("batch wants a number") };
                // A negative size is never reached, and nothing is filled up to it.
                let (size, fill) = match usize::try_from(int(Some(size), 0)?) {
                    Ok(size) => (size, fill.unwrap_or(Value::None)),
                    Err(_) => (usize::MAX, Value::None),
                };
                let source = Box::new(Iter::of(value)?);
                Iter::Batch { source, size, fill, started: Vec::new(), ended: false }
            }
            "slice" => self.slices(value, args)?,
            "items" => {
                args.positional::<0>("items")?;
                match value {
                    Value::Undefined(_) => Iter::Empty,
                    Value::Dict(dict) => Iter::Dict { dict: dict.clone(), view: View::Items, at: 0 },
                    _ => return wrong("Can only get item pairs from a mapping."),
                }
            }
            "unique" => {
                let [case, attribute] = args.bind("unique", ["case_sensitive", "attribute"])?;
                let getter = Getter::new(attribute.as_ref(), !is_true(&case), None);
                Iter::Unique { source: Box::new(Iter::of(value)?), getter, seen: Box::new(Dict::default()) }
            }
            "reverse" => {
                args.positional::<0>("reverse")?;
                if let Value::Str(text) = value {
                    limits::spend_bytes(text.text.len())?;
                    return Ok(Value::text(text.text.chars().rev().collect(), text.is_markup));
                }
                match Iter::back(value)? {
                    Some(iter) => iter,
                    None => {
                        let mut items = self.collect(value)?;
                        items.reverse();
                        return Value::list(items);
                    }
                }
            }
            // These look at nothing in what is false.
            _ if !value.is_true() => Iter::Empty,
            "map" => {
                let source = Box::new(Iter::of(value)?);
                let is_attribute = args.named.iter().any(|(name, _)| &**name == "attribute");
                let with = if args.positional.is_empty() && is_attribute {
                    let [attribute, default] = args.bind("map", ["attribute", "default"])?;
                    Mapping::Attribute(Getter::new(attribute.as_ref(), false, default))
                } else if args.positional.is_empty() {
                    return wrong("map requires a filter argument");
                } else {
                    let name = args.positional.remove(0);
                    match name.as_str() {
                        Some(name) => Mapping::Filter(name.into(), args),
                        None => return wrong(format!("No filter named {}.", print::repr(&name)?)),
                    }
                };
                Iter::Map { source, with }
            }
            _ => {
                let source = Box::new(Iter::of(value)?);
                let of_attribute = name.ends_with("attr");
                let mut positional = args.positional.into_iter();
                let getter = match of_attribute {
                    true => match positional.next() {
                        Some(attribute) => Some(Getter::new(Some(&attribute), false, None)),
                        None => return wrong("Missing parameter for attribute name"),
                    },
                    false => None,
                };
                let test = match positional.next() {
                    None => None,
                    Some(name) => match name.as_str() {
                        Some(name) => {
                            Some((name.into(), Args { positional: positional.collect(), named: args.named }))
                        }
                        None => return wrong(format!("No test named {}.", print::repr(&name)?)),
                    },
                };
                Iter::Select { source, getter, test, wanted: name.starts_with("select") }
            }
        };
        Value::generator(iter)
    }

    fn slices(&mut self, value: &Value, args: Args) -> Result<Iter> {
        let [slices, fill] = args.bind("slice", ["slices", "fill_with"])?;
        let items = self.collect(value)?;
        let Some(slices) = slices else { return wrong("slice wants a number") };
        let Ok(slices) = usize::try_from(int(Some(slices), 0)?) else { return Ok(Iter::Empty) };
        if slices == 0 {
            return wrong("integer modulo by zero");
        }
        limits::items(slices)?;
        limits::spend(slices)?;
        let (each, more) = (items.len() / slices, items.len() % slices);
        let fill = fill.filter(|fill| !fill.is_none());
        let mut lists = Vec::new();
        let mut start = 0;
        for number in 0..slices {
            let end = start + each + usize::from(number < more);
            let mut list = items[start..end].to_vec();
            if number >= more {
                list.extend(fill.clone());
            }
            lists.push(Value::list(list)?);
            start = end;
        }
        Iter::of(&Value::list(lists)?)
    }

    /// Filters that look at all items at once.
    pub fn gather(&mut self, name: &str, value: &Value, args: Args) -> Result<Value> {
        match name {
            "list" => {
                args.positional::<0>("list")?;
                let items = self.collect(value)?;
                Value::list(items)
            }
            "first" => {
                args.positional::<0>("first")?;
                let mut iter = Iter::of(value)?;
                let first = self.next(&mut iter)?;
                Ok(first.unwrap_or_else(|| Value::undefined("No first item, sequence was empty.")))
            }
            "last" => {
                args.positional::<0>("last")?;
                let last = match value {
                    Value::Str(text) => {
                        text.text.chars().last().map(|c| Value::text(c.into(), text.is_markup))
                    }
                    _ => {
                        let Some(mut iter) = Iter::back(value)? else {
                            return wrong(format!("'{}' object is not reversible", value.type_name()));
                        };
                        self.next(&mut iter)?
                    }
                };
                Ok(last.unwrap_or_else(|| Value::undefined("No last item, sequence was empty.")))
            }
            "join" => self.join(value, args),
            "sum" => {
                let [attribute, start] = args.bind("sum", ["attribute", "start"])?;
                let getter = Getter::new(attribute.as_ref(), false, None);
                let mut sum = start.unwrap_or(Value::Int(0));
                if matches!(sum, Value::Str(_) | Value::Bytes(_)) {
                    return wrong("sum() can't sum strings");
                }
                let mut iter = Iter::of(value)?;
                while let Some(item) = self.next(&mut iter)? {
                    let item = getter.get(self, &item)?;
                    sum = ops::binary(Binary::Add, &sum, &item)?;
                }
                Ok(sum)
            }
            "min" | "max" => {
                let [case, attribute] = args.bind(name, ["case_sensitive", "attribute"])?;
                let getter = Getter::new(attribute.as_ref(), !is_true(&case), None);
                let mut iter = Iter::of(value)?;
                let mut best: Option<(Value, Value)> = None;
                while let Some(item) = self.next(&mut iter)? {
                    let key = getter.get(self, &item)?;
                    let is_better = match &best {
                        None => true,
                        Some((known, _)) if name == "min" => ops::less(&key, known)?,
                        Some((known, _)) => ops::greater(&key, known)?,
                    };
                    if is_better {
                        best = Some((key, item));
                    }
                }
                let none = || Value::undefined("No aggregated item, sequence was empty.");
                Ok(best.map_or_else(none, |(_, item)| item))
            }
            "sort" => {
                let [reverse, case, attribute] =
                    args.bind("sort", ["reverse", "case_sensitive", "attribute"])?;
                let paths: Vec<Option<Value>> = match &attribute {
                    Some(Value::Str(paths)) => {
                        paths.text.split(',').map(|path| Some(Value::str(path))).collect()
                    }
                    other => vec![other.clone()],
                };
                let getters: Vec<Getter> =
                    paths.iter().map(|path| Getter::new(path.as_ref(), !is_true(&case), None)).collect();
                let items = self.collect(value)?;
                let mut keys = Vec::with_capacity(items.len());
                for item in &items {
                    let parts = getters.iter().map(|getter| getter.get(self, item)).collect::<Result<_>>()?;
                    keys.push(Value::list(parts)?);
                }
                Value::list(ops::sort(items, keys, is_true(&reverse))?)
            }
            "groupby" => self.groupby(value, args),
            _ => {
                let [case, by, reverse] = args.bind("dictsort", ["case_sensitive", "by", "reverse"])?;
                let place = match by.as_ref().map(Value::as_str) {
                    None | Some(Some("key")) => 0,
                    Some(Some("value")) => 1,
                    _ => return wrong("You can only sort by either \"key\" or \"value\""),
                };
                let Value::Dict(dict) = value else {
                    return wrong(format!("'{}' object has no attribute 'items'", value.type_name()));
                };
                let (mut items, mut keys) = (Vec::new(), Vec::new());
                for (key, value) in dict.entries() {
                    let by = if place == 0 { key.clone() } else { value.clone() };
                    keys.push(if is_true(&case) { by } else { lower(by) });
                    items.push(Value::tuple(vec![key.clone(), value.clone()])?);
                }
                Value::list(ops::sort(items, keys, is_true(&reverse))?)
            }
        }
    }

    fn join(&mut self, value: &Value, args: Args) -> Result<Value> {
        let [separator, attribute] = args.bind("join", ["d", "attribute"])?;
        let getter = Getter::new(attribute.as_ref(), false, None);
        let separator = separator.unwrap_or_else(|| Value::str(""));
        let mut iter = Iter::of(value)?;
        let mut items = Vec::new();
        while let Some(item) = self.next(&mut iter)? {
            let item = getter.get(self, &item)?;
            limits::items(items.len())?;
            items.push(item);
        }
        let is_markup = self.autoescape && (separator.is_markup() || items.iter().any(Value::is_markup));
        let write = |value: &Value, text: &mut String| match is_markup {
            true => print::escaped(value).map(|part| text.push_str(&part)),
            false => print::write_str(text, value),
        };
        let mut between = String::new();
        write(&separator, &mut between)?;
        let mut text = String::new();
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                text.push_str(&between);
            }
            write(item, &mut text)?;
            limits::text(text.len())?;
        }
        limits::spend_bytes(text.len())?;
        Ok(Value::text(text, is_markup))
    }

    fn groupby(&mut self, value: &Value, args: Args) -> Result<Value> {
        let [attribute, default, case] = args.bind("groupby", ["attribute", "default", "case_sensitive"])?;
        let Some(attribute) = attribute else { return wrong("groupby wants an attribute") };
        let getter = Getter::new(Some(&attribute), !is_true(&case), default.clone());
        let items = self.collect(value)?;
        let keys = items.iter().map(|item| getter.get(self, item)).collect::<Result<_>>()?;
        let items = ops::sort(items, keys, false)?;
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        for item in items {
            let key = getter.get(self, &item)?;
            match groups.last_mut() {
                Some((known, group)) if ops::equal(known, &key)? => group.push(item),
                _ => groups.push((key, vec![item])),
            }
        }
        let plain = Getter::new(Some(&attribute), false, default);
        let mut result = Vec::with_capacity(groups.len());
        for (key, group) in groups {
            let key = if is_true(&case) { key } else { plain.get(self, &group[0])? };
            result.push(Value::group(key, Value::list(group)?)?);
        }
        Value::list(result)
    }
}
