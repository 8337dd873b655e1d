//! Runs a template.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::NaiveDateTime;

use super::ast::*;
use super::error::{wrong, Error, Result};
use super::iterate::Iter;
use super::limits;
use super::ops;
use super::print;
use super::value::{Args, Context, Frame, Loop, MacroValue, Object, Value};

/// How a block of statements ended.
#[derive(PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

pub struct Interpreter<'p> {
    pub program: &'p Program,
    pub clock: fn() -> NaiveDateTime,
    /// Are texts made safe for HTML here?
    pub autoescape: bool,
    /// The line that was begun last.
    pub line: u32,
    context: Option<Rc<Context>>,
    depth: usize,
    constants: Vec<Value>,
    /// What may hold itself, in a circle; taken apart at the end.
    namespaces: Vec<Rc<Object>>,
    frames: Vec<Rc<Frame>>,
}

/// Names that every template knows.
const GLOBALS: &[&str] =
    &["range", "dict", "lipsum", "cycler", "joiner", "namespace", "raise_exception", "strftime_now"];

impl<'p> Interpreter<'p> {
    pub fn new(program: &'p Program, clock: fn() -> NaiveDateTime) -> Self {
        Self {
            program,
            clock,
            autoescape: false,
            line: 1,
            context: None,
            depth: 0,
            constants: program.constants.iter().map(Value::of_const).collect(),
            namespaces: Vec::new(),
            frames: Vec::new(),
        }
    }

    /// The text of the template with these variables.
    pub fn render(&mut self, variables: HashMap<Arc<str>, Value>) -> Result<String> {
        let mut given: HashMap<Arc<str>, Value> =
            GLOBALS.iter().map(|name| ((*name).into(), Value::function(name))).collect();
        given.extend(variables);
        let context = Rc::new(Context { set: RefCell::default(), given: Rc::new(given) });
        self.context = Some(context.clone());
        let mut output = String::new();
        self.run_block(&self.program.root, context, None, &mut output)?;
        Ok(output)
    }

    /// One level down in what calls what.
    pub fn down<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= limits::CALLS {
            return wrong("maximum recursion depth exceeded");
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    // ---- variables

    fn new_frame(&mut self, size: u32, outer: Option<&Rc<Frame>>, context: Rc<Context>) -> Rc<Frame> {
        Rc::new(Frame {
            slots: RefCell::new(vec![Value::Missing; size as usize]),
            outer: outer.cloned(),
            context,
            _charge: limits::Charge::new(256 + size as usize * size_of::<Value>()),
        })
    }

    fn frame_of<'f>(&self, slot: Slot, frame: &'f Rc<Frame>) -> &'f Rc<Frame> {
        let mut frame = frame;
        for _ in 0..slot.hops {
            // The analysis counted the functions around.
            frame = frame.outer.as_ref().expect("a function around");
        }
        frame
    }

    fn get(&self, slot: Slot, frame: &Rc<Frame>) -> Value {
        self.frame_of(slot, frame).slots.borrow()[slot.index as usize].clone()
    }

    fn set(&self, slot: Slot, frame: &Rc<Frame>, value: Value) {
        let old =
            std::mem::replace(&mut self.frame_of(slot, frame).slots.borrow_mut()[slot.index as usize], value);
        drop(old);
    }

    fn set_own(&self, index: u32, frame: &Rc<Frame>, value: Value) {
        self.set(Slot { hops: 0, index, checked: false }, frame, value);
    }

    /// Gives the variables of a block what they begin with.
    pub fn enter(&mut self, scope: &Scope, frame: &Rc<Frame>) {
        for (index, start) in &scope.enter {
            let value = match start {
                Start::Context(name) => frame.context.get(name).unwrap_or(Value::Missing),
                Start::Copy(slot) => self.get(*slot, frame),
                Start::Nothing => Value::Missing,
            };
            self.set_own(*index, frame, value);
        }
    }

    fn leave(&mut self, scope: &Scope, frame: &Rc<Frame>) {
        for index in &scope.leave {
            self.set_own(*index, frame, Value::Missing);
        }
    }

    pub fn assign(&mut self, target: &Target, value: Value, frame: &Rc<Frame>) -> Result<()> {
        match target {
            Target::Name(name) => self.set(name.slot, frame, value),
            Target::Attribute(name, attribute) => {
                if attribute.starts_with('_') {
                    return wrong("a namespace takes no attribute that begins with an underscore");
                }
                let Value::Object(object) = self.get(name.slot, frame) else { return not_a_namespace() };
                let Object::Namespace(attributes) = &*object else { return not_a_namespace() };
                attributes.borrow_mut().insert(Value::str(&**attribute), value)?;
            }
            Target::Tuple(targets) => {
                let Ok(mut iter) = Iter::of(&value) else {
                    return wrong(format!("cannot unpack non-iterable {} object", value.type_name()));
                };
                let mut values = Vec::with_capacity(targets.len());
                while let Some(item) = self.next(&mut iter)? {
                    if values.len() == targets.len() {
                        return wrong(format!("too many values to unpack (expected {})", targets.len()));
                    }
                    values.push(item);
                }
                if values.len() < targets.len() {
                    return wrong(format!(
                        "not enough values to unpack (expected {}, got {})",
                        targets.len(),
                        values.len()
                    ));
                }
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value, frame)?;
                }
            }
        }
        Ok(())
    }

    /// What was assigned to a target.
    pub fn target_value(&mut self, target: &Target, frame: &Rc<Frame>) -> Result<Value> {
        match target {
            Target::Name(name) | Target::Attribute(name, _) => Ok(self.get(name.slot, frame)),
            Target::Tuple(targets) => {
                let values = targets.iter().map(|target| self.target_value(target, frame));
                Value::tuple(values.collect::<Result<_>>()?)
            }
        }
    }

    /// jinja2 looks for what is no namespace before it computes what is assigned.
    fn check_namespaces(&self, target: &Target, frame: &Rc<Frame>) -> Result<()> {
        match target {
            Target::Name(_) => Ok(()),
            Target::Tuple(targets) => {
                targets.iter().try_for_each(|target| self.check_namespaces(target, frame))
            }
            Target::Attribute(name, _) if self.get(name.slot, frame).namespace().is_none() => {
                not_a_namespace()
            }
            Target::Attribute(..) => Ok(()),
        }
    }

    fn export(&mut self, names: &[Name], frame: &Rc<Frame>) {
        for name in names {
            let value = self.get(name.slot, frame);
            let old = frame.context.set.borrow_mut().insert(name.name.clone(), value);
            drop(old);
        }
    }

    pub fn new_namespace(&mut self, attributes: super::value::Dict) -> Value {
        let namespace = Rc::new(Object::Namespace(RefCell::new(attributes)));
        self.namespaces.push(namespace.clone());
        Value::Object(namespace)
    }

    // ---- statements

    fn run_block(
        &mut self,
        block: &Block,
        context: Rc<Context>,
        name: Option<&Arc<str>>,
        output: &mut String,
    ) -> Result<()> {
        let frame = self.new_frame(block.size, None, context);
        if let Some(index) = block.this {
            self.set_own(index, &frame, Value::object(Object::Blocks));
        }
        if let (Some(index), Some(name)) = (block.parent, name) {
            self.set_own(
                index,
                &frame,
                Value::undefined(format!("there is no parent block called '{name}'.")),
            );
        }
        self.enter(&block.scope, &frame);
        self.run(&block.body, &frame, output)?;
        Ok(())
    }

    fn run(&mut self, statements: &[Stmt], frame: &Rc<Frame>, output: &mut String) -> Result<Flow> {
        for statement in statements {
            limits::spend(1)?;
            let flow = self.down(|interpreter| interpreter.statement(statement, frame, output))?;
            if flow != Flow::Next {
                return Ok(flow);
            }
            if output.len() > limits::PROMPT {
                return Err(Error::endless("the prompt becomes too long"));
            }
        }
        Ok(Flow::Next)
    }

    /// Runs a block whose text is a value, and says whether a loop ends with it.
    fn capture(&mut self, statements: &[Stmt], frame: &Rc<Frame>) -> Result<(String, Flow)> {
        let mut text = String::new();
        let flow = self.run(statements, frame, &mut text)?;
        limits::text(text.len())?;
        Ok((text, flow))
    }

    fn text(&self, text: String) -> Value {
        Value::text(text, self.autoescape)
    }

    fn write(&mut self, value: &Value, output: &mut String) -> Result<()> {
        if self.autoescape {
            output.push_str(&print::escaped(value)?);
            return Ok(());
        }
        print::write_str(output, value)
    }

    fn statement(&mut self, statement: &Stmt, frame: &Rc<Frame>, output: &mut String) -> Result<Flow> {
        match statement {
            Stmt::Output(pieces, line) => {
                for piece in pieces {
                    match piece {
                        Piece::Data(text) => {
                            limits::spend_bytes(text.len())?;
                            output.push_str(text);
                        }
                        Piece::Expr(expr) => {
                            self.line = *line;
                            let value = self.eval(expr, frame)?;
                            self.write(&value, output)?;
                        }
                    }
                }
            }
            Stmt::Set(set) => {
                self.line = set.line;
                self.check_namespaces(&set.target, frame)?;
                let value = self.eval(&set.value, frame)?;
                self.assign(&set.target, value, frame)?;
                self.export(&set.exported, frame);
            }
            Stmt::SetBlock(set) => {
                self.line = set.line;
                self.enter(&set.scope, frame);
                let (text, flow) = self.capture(&set.body, frame)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
                let value = match &set.filter {
                    Some(filter) => self.filter_text(filter, text, frame)?,
                    None => self.text(text),
                };
                self.assign(&set.target, value, frame)?;
                self.export(&set.exported, frame);
                self.leave(&set.scope, frame);
            }
            Stmt::For(node) => return self.for_loop(node, frame, output),
            Stmt::If { branches, otherwise, line } => {
                self.line = *line;
                for (test, body) in branches {
                    if self.eval(test, frame)?.is_true() {
                        return self.run(body, frame, output);
                    }
                }
                return self.run(otherwise, frame, output);
            }
            Stmt::With(with) => {
                self.enter(&with.scope, frame);
                for (target, value) in with.targets.iter().zip(&with.values) {
                    let value = self.eval(value, frame)?;
                    self.assign(target, value, frame)?;
                }
                let flow = self.run(&with.body, frame, output)?;
                if flow == Flow::Next {
                    self.leave(&with.scope, frame);
                }
                return Ok(flow);
            }
            Stmt::Macro { definition, target, exported } => {
                let value = self.new_macro(definition, frame);
                self.set(target.slot, frame, value);
                if *exported {
                    self.export(std::slice::from_ref(target), frame);
                }
            }
            Stmt::Call { body, call } => {
                let caller = self.new_macro(body, frame);
                let value = self.call_expr(call, frame, Some(caller))?;
                self.write_plain(&value, output)?;
            }
            Stmt::Generation { body, line } => {
                self.line = *line;
                let caller = self.new_macro(body, frame);
                let value = self.call(&caller, Args::default())?;
                self.write_plain(&value, output)?;
            }
            Stmt::FilterBlock { filter, body, scope } => {
                self.enter(scope, frame);
                let (text, flow) = self.capture(body, frame)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
                let value = self.filter_text(filter, text, frame)?;
                self.write_plain(&value, output)?;
                self.leave(scope, frame);
            }
            Stmt::Block { name, is_scoped, is_required, locals, line } => {
                self.line = *line;
                if *is_required {
                    return wrong(format!("Required block '{name}' not found"));
                }
                let Some(block) = self.program.blocks.get(name) else { return Ok(Flow::Next) };
                let mut context = frame.context.clone();
                if *is_scoped {
                    let mut given: HashMap<Arc<str>, Value> = (*context.given).clone();
                    given.extend(
                        context.set.borrow().iter().map(|(name, value)| (name.clone(), value.clone())),
                    );
                    for (name, slot) in locals {
                        let value = self.get(*slot, frame);
                        if !matches!(value, Value::Missing) {
                            given.insert(name.clone(), value);
                        }
                    }
                    limits::spend(given.len())?;
                    context = Rc::new(Context { set: RefCell::default(), given: Rc::new(given) });
                }
                self.run_block(block, context, Some(name), output)?;
            }
            Stmt::Autoescape { value, body, scope } => {
                // What jinja2 does where this is known only later depends on what it could compute before.
                if !matches!(value, Expr::Const(_)) {
                    return wrong("autoescape takes true or false");
                }
                self.enter(scope, frame);
                let value = self.eval(value, frame)?.is_true();
                let before = std::mem::replace(&mut self.autoescape, value);
                let flow = self.run(body, frame, output);
                self.autoescape = before;
                let flow = flow?;
                if flow == Flow::Next {
                    self.leave(scope, frame);
                }
                return Ok(flow);
            }
            Stmt::OtherTemplate { line, .. } => {
                self.line = *line;
                return wrong("there are no other templates to load");
            }
            Stmt::Break(_) => return Ok(Flow::Break),
            Stmt::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    /// What blocks with a call or a filter give is written as it is.
    fn write_plain(&mut self, value: &Value, output: &mut String) -> Result<()> {
        match value {
            Value::Str(_) => print::write_str(output, value),
            other => wrong(format!("sequence item 0: expected str instance, {} found", other.type_name())),
        }
    }

    fn filter_text(&mut self, filter: &Expr, text: String, frame: &Rc<Frame>) -> Result<Value> {
        let Expr::Filter(node) = filter else { return Ok(self.text(text)) };
        let value = match &node.value {
            Some(inner) => self.filter_text(inner, text, frame)?,
            None => self.text(text),
        };
        let args = self.arguments(&node.arguments, frame)?;
        self.line = node.line;
        self.filter(&node.name, value, args)
    }

    fn new_macro(&mut self, definition: &Arc<Macro>, frame: &Rc<Frame>) -> Value {
        self.keep(frame);
        Value::object(Object::Macro(MacroValue { definition: definition.clone(), frame: frame.clone() }))
    }

    /// Remembers a frame that a value holds, which the frame may hold in turn.
    fn keep(&mut self, frame: &Rc<Frame>) {
        if !self.frames.last().is_some_and(|last| Rc::ptr_eq(last, frame)) {
            self.frames.push(frame.clone());
        }
    }

    // ---- loops

    fn for_loop(&mut self, node: &Arc<For>, frame: &Rc<Frame>, output: &mut String) -> Result<Flow> {
        self.line = node.line;
        let iterable = self.eval(&node.iter, frame)?;
        if node.is_recursive {
            let text = self.recursive_loop(node, frame, iterable, 0)?;
            output.push_str(text.as_str().unwrap_or_default());
            return Ok(Flow::Next);
        }
        self.run_loop(node, frame, frame, iterable, 0, output)
    }

    /// A recursive loop is a function.
    fn recursive_loop(
        &mut self,
        node: &Arc<For>,
        outer: &Rc<Frame>,
        iterable: Value,
        depth: i64,
    ) -> Result<Value> {
        let frame = self.new_frame(node.size, Some(outer), outer.context.clone());
        let mut text = String::new();
        self.run_loop(node, &frame, outer, iterable, depth, &mut text)?;
        limits::text(text.len())?;
        Ok(self.text(text))
    }

    /// Runs a loop whose variables are in `frame` and whose condition sees those of `outer`.
    fn run_loop(
        &mut self,
        node: &Arc<For>,
        frame: &Rc<Frame>,
        outer: &Rc<Frame>,
        iterable: Value,
        depth0: i64,
        output: &mut String,
    ) -> Result<Flow> {
        let mut iterable = iterable;
        let mut iter = Iter::of(&iterable)?;
        if let Some(filter) = &node.filter {
            let function = self.new_frame(filter.size, Some(outer), outer.context.clone());
            self.keep(outer);
            self.keep(&function);
            iter = Iter::Filtered {
                source: Box::new(iter),
                node: node.clone(),
                frame: function,
                entered: false,
            };
            // A generator: without a length.
            iterable = Value::generator(iter)?;
            iter = Iter::of(&iterable)?;
        }
        // As in Python, a round that ends with `continue` does not count.
        let mut ran_to_end = false;
        if let Some(slot) = node.loop_slot {
            let recurse = node.is_recursive.then(|| (node.clone(), outer.clone()));
            let object = Rc::new(Object::Loop(Box::new(Loop {
                iterable,
                iter: RefCell::new(Some(iter)),
                index0: Cell::new(-1),
                length: Cell::new(None),
                after: RefCell::new(None),
                current: RefCell::new(None),
                before: RefCell::new(None),
                changed: RefCell::new(None),
                recurse,
                depth0,
            })));
            let Object::Loop(state) = &*object else { return Ok(Flow::Next) };
            while let Some(item) = self.loop_next(state)? {
                self.assign(&node.target, item, frame)?;
                self.set_own(slot, frame, Value::Object(object.clone()));
                match self.round(node, frame, output)? {
                    Flow::Break => break,
                    Flow::Next => ran_to_end = true,
                    Flow::Continue => {}
                }
            }
        } else {
            while let Some(item) = self.next(&mut iter)? {
                self.assign(&node.target, item, frame)?;
                match self.round(node, frame, output)? {
                    Flow::Break => break,
                    Flow::Next => ran_to_end = true,
                    Flow::Continue => {}
                }
            }
        }
        self.leave(&node.scope, frame);
        if !ran_to_end && !node.otherwise.is_empty() {
            self.enter(&node.else_scope, frame);
            let flow = self.run(&node.otherwise, frame, output)?;
            self.leave(&node.else_scope, frame);
            return Ok(flow);
        }
        Ok(Flow::Next)
    }

    fn round(&mut self, node: &For, frame: &Rc<Frame>, output: &mut String) -> Result<Flow> {
        self.enter(&node.scope, frame);
        self.run(&node.body, frame, output)
    }

    fn loop_fetch(&mut self, state: &Loop) -> Result<Option<Value>> {
        let Some(mut iter) = state.iter.take() else { return wrong("generator already executing") };
        let item = self.next(&mut iter);
        state.iter.replace(Some(iter));
        item
    }

    pub fn loop_next(&mut self, state: &Loop) -> Result<Option<Value>> {
        let after = match state.after.take() {
            // That there is no next one is not remembered.
            Some(Some(item)) => Some(item),
            _ => self.loop_fetch(state)?,
        };
        let Some(item) = after else { return Ok(None) };
        state.index0.set(state.index0.get() + 1);
        let current = state.current.replace(Some(item.clone()));
        state.before.replace(current);
        Ok(Some(item))
    }

    fn loop_peek(&mut self, state: &Loop) -> Result<Option<Value>> {
        if let Some(Some(item)) = &*state.after.borrow() {
            return Ok(Some(item.clone()));
        }
        let item = self.loop_fetch(state)?;
        state.after.replace(Some(item.clone()));
        Ok(item)
    }

    fn loop_length(&mut self, state: &Loop) -> Result<i64> {
        if let Some(length) = state.length.get() {
            return Ok(length);
        }
        let length = match ops::length(&state.iterable) {
            Some(length) => length as i64,
            None => {
                let Some(mut iter) = state.iter.take() else { return wrong("generator already executing") };
                let items = self.collect_iter(&mut iter)?;
                let count = items.len() as i64;
                state.iter.replace(Some(Iter::of(&Value::list(items)?)?));
                let peeked = matches!(&*state.after.borrow(), Some(Some(_)));
                count + state.index0.get() + 1 + i64::from(peeked)
            }
        };
        state.length.set(Some(length));
        Ok(length)
    }

    pub fn loop_attribute(&mut self, state: &Loop, name: &str) -> Result<Value> {
        let index0 = state.index0.get();
        let int = |number: i64| Ok(Value::Int(number.into()));
        match name {
            "index0" => int(index0),
            "index" => int(index0 + 1),
            "first" => Ok(Value::Bool(index0 == 0)),
            "depth" => int(state.depth0 + 1),
            "depth0" => int(state.depth0),
            "length" => int(self.loop_length(state)?),
            "revindex" => int(self.loop_length(state)? - index0),
            "revindex0" => int(self.loop_length(state)? - index0 - 1),
            "last" => Ok(Value::Bool(self.loop_peek(state)?.is_none())),
            "nextitem" => {
                let next = self.loop_peek(state)?;
                Ok(next.unwrap_or_else(|| Value::undefined("there is no next item")))
            }
            _ => {
                let before = state.before.borrow().clone();
                Ok(before
                    .filter(|_| index0 != 0)
                    .unwrap_or_else(|| Value::undefined("there is no previous item")))
            }
        }
    }

    /// A loop that a value of its own holds (`loop.changed(loop)`) is taken apart at the end, too.
    pub fn keep_loop(&mut self, object: &Rc<Object>) {
        if !self.namespaces.last().is_some_and(|last| Rc::ptr_eq(last, object)) {
            self.namespaces.push(object.clone());
        }
    }

    // ---- calls

    /// `callee(args)`
    pub fn call(&mut self, callee: &Value, args: Args) -> Result<Value> {
        limits::spend(1 + args.positional.len() + args.named.len())?;
        let object = match callee {
            Value::Object(object) => object.clone(),
            Value::Undefined(message) => return wrong(&**message),
            other => return wrong(format!("'{}' object is not callable", other.type_name())),
        };
        self.down(|interpreter| match &*object {
            Object::Macro(node) => interpreter.call_macro(node, args),
            Object::Function(name) => interpreter.function(name, args),
            Object::Method(this, name) => interpreter.method(this, name, args),
            Object::Loop(state) => {
                let Some((node, outer)) = state.recurse.clone() else {
                    return wrong("The loop must have the 'recursive' marker to be called recursively.");
                };
                let [iterable] = args.bind("loop", ["iterable"])?;
                let Some(iterable) = iterable else {
                    return wrong("a loop is called with what it goes through");
                };
                interpreter.recursive_loop(&node, &outer, iterable, state.depth0 + 1)
            }
            Object::Joiner { separator, used } => {
                args.positional::<0>("joiner")?;
                match used.replace(true) {
                    true => Ok(separator.clone()),
                    false => Ok(Value::str("")),
                }
            }
            Object::Block(name) => {
                args.positional::<0>("block")?;
                let Some(block) = interpreter.program.blocks.get(name).cloned() else {
                    return wrong("there is no such block");
                };
                // The context of the template, which all its functions share.
                let Some(context) = interpreter.context.clone() else { return wrong("no context") };
                let mut text = String::new();
                interpreter.run_block(&block, context, Some(name), &mut text)?;
                limits::text(text.len())?;
                Ok(interpreter.text(text))
            }
            _ => wrong(format!("'{}' object is not callable", callee.type_name())),
        })
    }

    fn call_macro(&mut self, node: &MacroValue, args: Args) -> Result<Value> {
        let definition = &node.definition;
        let frame = self.new_frame(definition.size, Some(&node.frame), node.frame.context.clone());
        let name = definition.name.as_deref().unwrap_or("None");
        let Args { positional, mut named } = args;
        let count = definition.parameters.len();
        let mut take = |name: &str| {
            let place = named.iter().position(|(known, _)| &**known == name)?;
            Some(named.remove(place).1)
        };
        let mut positional = positional.into_iter();
        for parameter in &definition.parameters {
            if let Some(value) = positional.next().or_else(|| take(&parameter.name)) {
                self.set_own(parameter.slot, &frame, value);
            }
        }
        if let Some(index) = definition.caller {
            let caller = take("caller").filter(|caller| !caller.is_none());
            self.set_own(index, &frame, caller.unwrap_or_else(|| Value::undefined("No caller defined")));
        }
        if let Some(index) = definition.kwargs {
            let mut dict = super::value::Dict::default();
            for (name, value) in named {
                dict.insert(Value::str(&*name), value)?;
            }
            self.set_own(index, &frame, Value::dict(dict));
        } else if let Some((argument, _)) = named.first() {
            return wrong(format!("macro '{name}' takes no keyword argument '{argument}'"));
        }
        let more: Vec<Value> = positional.collect();
        if let Some(index) = definition.varargs {
            self.set_own(index, &frame, Value::tuple(more)?);
        } else if !more.is_empty() {
            return wrong(format!("macro '{name}' takes not more than {count} argument(s)"));
        }
        self.enter(&definition.scope, &frame);
        for parameter in &definition.parameters {
            let slot = Slot { hops: 0, index: parameter.slot, checked: false };
            if !matches!(self.get(slot, &frame), Value::Missing) {
                continue;
            }
            let value = match &parameter.default {
                Some(default) => self.eval(default, &frame)?,
                None => Value::undefined(format!("parameter '{}' was not provided", parameter.name)),
            };
            self.set(slot, &frame, value);
        }
        let (text, _) = self.capture(&definition.body, &frame)?;
        Ok(self.text(text))
    }

    fn call_expr(&mut self, call: &Call, frame: &Rc<Frame>, caller: Option<Value>) -> Result<Value> {
        let callee = self.eval(&call.callee, frame)?;
        let mut args = self.arguments(&call.arguments, frame)?;
        if let Some(caller) = caller {
            if args.named.iter().any(|(name, _)| &**name == "caller") {
                return wrong("got multiple values for keyword argument 'caller'");
            }
            args.named.push(("caller".into(), caller));
        }
        self.line = call.line;
        self.call(&callee, args)
    }

    pub fn arguments(&mut self, arguments: &Arguments, frame: &Rc<Frame>) -> Result<Args> {
        let mut args = Args::default();
        for value in &arguments.positional {
            args.positional.push(self.eval(value, frame)?);
        }
        // Python computes `*values` before those with names, wherever they stand.
        if let Some(more) = &arguments.more {
            let more = self.eval(more, frame)?;
            args.positional.extend(self.collect(&more)?);
        }
        for (name, value) in &arguments.named {
            let value = self.eval(value, frame)?;
            args.named.push((name.clone(), value));
        }
        if let Some(more) = &arguments.more_named {
            let Value::Dict(more) = self.eval(more, frame)? else {
                return wrong("argument after ** must be a mapping");
            };
            for (name, value) in more.entries() {
                let Some(name) = name.as_str() else { return wrong("keywords must be strings") };
                if args.named.iter().any(|(known, _)| &**known == name) {
                    return wrong(format!("got multiple values for keyword argument '{name}'"));
                }
                args.named.push((name.into(), value.clone()));
            }
        }
        Ok(args)
    }

    // ---- expressions

    pub fn eval(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Result<Value> {
        limits::spend(1)?;
        match expr {
            Expr::Const(number) => return Ok(self.constants[*number].clone()),
            Expr::Name(name) => {
                let value = self.get(name.slot, frame);
                if name.slot.checked && matches!(value, Value::Missing) {
                    return Ok(Value::undefined(format!("'{}' is undefined", name.name)));
                }
                return Ok(value);
            }
            _ => {}
        }
        self.down(|interpreter| interpreter.eval_deep(expr, frame))
    }

    fn eval_deep(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Result<Value> {
        match expr {
            Expr::Const(_) | Expr::Name(_) => self.eval(expr, frame),
            Expr::Tuple(items) => Value::tuple(self.eval_all(items, frame)?),
            Expr::List(items) => Value::list(self.eval_all(items, frame)?),
            Expr::Dict(pairs) => {
                let mut dict = super::value::Dict::default();
                for (key, value) in pairs {
                    let key = self.eval(key, frame)?;
                    let value = self.eval(value, frame)?;
                    dict.insert(key, value)?;
                }
                Ok(Value::dict(dict))
            }
            Expr::Neg(value) => ops::negative(&self.eval(value, frame)?),
            Expr::Pos(value) => ops::positive(&self.eval(value, frame)?),
            Expr::Not(value) => Ok(Value::Bool(!self.eval(value, frame)?.is_true())),
            Expr::And(pair) => {
                let left = self.eval(&pair.0, frame)?;
                if left.is_true() {
                    self.eval(&pair.1, frame)
                } else {
                    Ok(left)
                }
            }
            Expr::Or(pair) => {
                let left = self.eval(&pair.0, frame)?;
                if left.is_true() {
                    Ok(left)
                } else {
                    self.eval(&pair.1, frame)
                }
            }
            Expr::Binary(operator, pair) => {
                let left = self.eval(&pair.0, frame)?;
                let right = self.eval(&pair.1, frame)?;
                ops::binary(*operator, &left, &right)
            }
            Expr::Concat(parts) => {
                let mut text = String::new();
                let values = self.eval_all(parts, frame)?;
                // With escaping on, one markup makes the whole markup.
                let is_markup = self.autoescape && values.iter().any(Value::is_markup);
                for value in &values {
                    match is_markup {
                        true => text.push_str(&print::escaped(value)?),
                        false => print::write_str(&mut text, value)?,
                    }
                    limits::text(text.len())?;
                }
                Ok(Value::text(text, is_markup))
            }
            Expr::Compare(first, others) => {
                let mut left = self.eval(first, frame)?;
                for (comparison, right) in others {
                    let right = self.eval(right, frame)?;
                    if !self.compare(*comparison, &left, &right)? {
                        return Ok(Value::Bool(false));
                    }
                    left = right;
                }
                Ok(Value::Bool(true))
            }
            Expr::Condition(node) => {
                if self.eval(&node.test, frame)?.is_true() {
                    return self.eval(&node.then, frame);
                }
                match &node.otherwise {
                    Some(otherwise) => self.eval(otherwise, frame),
                    None => Ok(Value::undefined(format!(
                        "the inline if-expression on line {} evaluated to false and no else section was defined.",
                        node.line
                    ))),
                }
            }
            Expr::Attribute(value, name, line) => {
                let value = self.eval(value, frame)?;
                self.line = *line;
                self.attribute(&value, name)
            }
            Expr::Item(pair, line) => {
                let value = self.eval(&pair.0, frame)?;
                let index = self.eval(&pair.1, frame)?;
                self.line = *line;
                self.item(&value, &index)
            }
            Expr::Slice(node) => {
                let value = self.eval(&node.of, frame)?;
                let mut part =
                    |part: &Option<Expr>| part.as_ref().map(|part| self.eval(part, frame)).transpose();
                let (start, stop, step) = (part(&node.start)?, part(&node.stop)?, part(&node.step)?);
                self.line = node.line;
                // jinja2 computes what is written out beforehand, where a slice is an item like any other.
                if !ops::has_slices(&value) && is_literal(&node.of) {
                    return Ok(Value::undefined(format!("{} object has no element", value.type_name())));
                }
                ops::slice(&value, start.as_ref(), stop.as_ref(), step.as_ref())
            }
            Expr::Call(call) => self.call_expr(call, frame, None),
            Expr::Filter(node) => {
                let Some(value) = &node.value else { return wrong("a filter without a value") };
                let value = self.eval(value, frame)?;
                let args = self.arguments(&node.arguments, frame)?;
                self.line = node.line;
                self.filter(&node.name, value, args)
            }
            Expr::Test(node) => {
                let Some(value) = &node.value else { return wrong("a test without a value") };
                let value = self.eval(value, frame)?;
                let args = self.arguments(&node.arguments, frame)?;
                self.line = node.line;
                Ok(Value::Bool(self.test(&node.name, value, args)?))
            }
        }
    }

    fn eval_all(&mut self, items: &[Expr], frame: &Rc<Frame>) -> Result<Vec<Value>> {
        items.iter().map(|item| self.eval(item, frame)).collect()
    }
}

impl Drop for Interpreter<'_> {
    /// Takes apart what may hold itself, one after the other.
    fn drop(&mut self) {
        for object in std::mem::take(&mut self.namespaces) {
            match &*object {
                Object::Namespace(attributes) => attributes.borrow_mut().clear(),
                Object::Loop(state) => drop(state.changed.take()),
                _ => {}
            }
        }
        for frame in std::mem::take(&mut self.frames) {
            let values = frame.slots.take();
            frame.context.set.borrow_mut().clear();
            drop(values);
        }
    }
}

/// Is it a value that is written out?
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Const(_) => true,
        Expr::Neg(value) | Expr::Pos(value) => is_literal(value),
        Expr::Tuple(items) | Expr::List(items) => items.iter().all(is_literal),
        Expr::Dict(pairs) => pairs.iter().all(|(key, value)| is_literal(key) && is_literal(value)),
        _ => false,
    }
}

/// Does a macro ask for `caller`?
pub fn takes_caller(definition: &Macro) -> bool {
    definition.takes_caller
}

fn not_a_namespace<T>() -> Result<T> {
    wrong("cannot assign attribute on non-namespace object")
}
