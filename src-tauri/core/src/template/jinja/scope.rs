//! Says where every name of a template is kept, by jinja2's rules.
//!
//! jinja2 compiles a template to Python: each block of statements has variables of its own, which
//! begin as copies of those further out, and macros, conditions of loops and recursive loops are functions that see
//! the variables around them as they are when they run. What a name means is decided by what a whole block
//! does with it, before any of it runs: a name that a loop sets begins every round as it is outside, or
//! without a value, and one that is only set in an `if` as the context has it. Templates rely on the results,
//! so the same analysis is made here (described by jinja2's `idtracking.py` and `compiler.py`).
//!
//! A variable is known by the depth of its block and its name. Blocks side by side share it, as they share
//! a Python variable.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::ast::*;
use super::error::{Error, Result};
use super::{filters, tests};

/// Places every name of a parsed template.
pub fn place(program: &mut Program) -> Result<()> {
    let names: Vec<Arc<str>> = program.blocks.keys().cloned().collect();
    let mut work = WORK;
    Placer::new(&mut work).block(&mut program.root, true)?;
    for name in names {
        if let Some(block) = program.blocks.get_mut(&name).and_then(Arc::get_mut) {
            Placer::new(&mut work).block(block, false)?;
        }
    }
    Ok(())
}

/// Steps that the analysis may take. Real templates take some ten thousand.
const WORK: usize = 50_000_000;

/// A variable: the depth of the block that it belongs to, and its name.
type Variable = (usize, Arc<str>);

/// What a variable has when its block is entered.
#[derive(Clone)]
enum Load {
    /// It is given by who calls.
    Parameter,
    Context,
    Copy(Variable),
    Nothing,
}

/// The names of a block of statements.
#[derive(Clone, Default)]
struct Symbols {
    variables: HashMap<Arc<str>, Variable>,
    loads: HashMap<Variable, Load>,
    stores: HashSet<Arc<str>>,
}

/// A function that is being placed.
struct Function {
    /// The depth of its outermost block.
    base: usize,
    slots: HashMap<Variable, u32>,
}

#[derive(Clone, Copy)]
struct Frame {
    /// Outside of every block but `if`: what is set here, the context gets to know.
    is_top: bool,
    /// In an `if`: filters and tests that do not exist matter only once they are called.
    is_soft: bool,
}

const INNER: Frame = Frame { is_top: false, is_soft: false };

struct Placer<'a> {
    stack: Vec<Symbols>,
    functions: Vec<Function>,
    /// Parameters whose defaults are not computed yet, for each macro whose defaults are being placed.
    undeclared: Vec<HashSet<Variable>>,
    is_in_loop: bool,
    work: &'a mut usize,
}

impl<'a> Placer<'a> {
    fn new(work: &'a mut usize) -> Self {
        Self { stack: Vec::new(), functions: Vec::new(), undeclared: Vec::new(), is_in_loop: false, work }
    }

    fn spend(&mut self, steps: usize) -> Result<()> {
        *self.work =
            self.work.checked_sub(steps).ok_or_else(|| Error::syntax("the template is too large", 1))?;
        Ok(())
    }

    // ---- what a block does with a name

    fn level(&self) -> usize {
        self.stack.len() - 1
    }

    fn top(&mut self) -> &mut Symbols {
        // A block is pushed before anything in it is looked at.
        self.stack.last_mut().expect("a block")
    }

    fn find(&self, name: &str, below: usize) -> Option<Variable> {
        self.stack[..below].iter().rev().find_map(|symbols| symbols.variables.get(name)).cloned()
    }

    fn define(&mut self, name: &Arc<str>, load: Load) {
        let variable = (self.level(), name.clone());
        let top = self.top();
        top.variables.insert(name.clone(), variable.clone());
        top.loads.insert(variable, load);
    }

    fn parameter(&mut self, name: &Arc<str>) {
        self.top().stores.insert(name.clone());
        self.define(name, Load::Parameter);
    }

    fn store(&mut self, name: &Arc<str>) {
        let top = self.top();
        top.stores.insert(name.clone());
        if !top.variables.contains_key(name) {
            let outer = self.find(name, self.stack.len() - 1);
            self.define(name, outer.map_or(Load::Nothing, Load::Copy));
        }
    }

    fn load(&mut self, name: &Arc<str>) {
        if self.find(name, self.stack.len()).is_none() {
            self.define(name, Load::Context);
        }
    }

    /// Puts together what the branches of an `if` do.
    fn join(&mut self, branches: Vec<Symbols>) -> Result<()> {
        let mut stores = HashSet::new();
        for branch in &branches {
            self.spend(branch.variables.len() + branch.loads.len() + branch.stores.len())?;
            stores.extend(branch.stores.difference(&self.top().stores).cloned());
        }
        for branch in branches {
            let top = self.top();
            top.variables.extend(branch.variables);
            top.loads.extend(branch.loads);
            top.stores.extend(branch.stores);
        }
        for name in stores {
            let Some(variable) = self.find(&name, self.stack.len()) else { continue };
            let load = self.find(&name, self.stack.len() - 1).map_or(Load::Context, Load::Copy);
            self.top().loads.insert(variable, load);
        }
        Ok(())
    }

    fn look_target(&mut self, target: &Target, as_parameter: bool) {
        match target {
            Target::Name(name) if as_parameter => self.parameter(&name.name),
            Target::Name(name) => self.store(&name.name),
            Target::Tuple(targets) => {
                targets.iter().for_each(|target| self.look_target(target, as_parameter))
            }
            Target::Attribute(name, _) => self.load(&name.name),
        }
    }

    fn look_expr(&mut self, expr: &Expr) -> Result<()> {
        let mut names = Vec::new();
        walk_expr(expr, &mut |event| {
            if let Event::Load(name) = event {
                names.push(name.clone());
            }
        });
        self.spend(1 + names.len())?;
        names.iter().for_each(|name| self.load(name));
        Ok(())
    }

    fn look(&mut self, statements: &[Stmt]) -> Result<()> {
        for statement in statements {
            self.spend(1)?;
            match statement {
                Stmt::Output(pieces, _) => {
                    for piece in pieces {
                        if let Piece::Expr(expr) = piece {
                            self.look_expr(expr)?;
                        }
                    }
                }
                Stmt::Set(set) => {
                    self.look_expr(&set.value)?;
                    self.look_target(&set.target, false);
                }
                Stmt::SetBlock(set) => self.look_target(&set.target, false),
                Stmt::For(node) => self.look_expr(&node.iter)?,
                Stmt::If { branches, otherwise, .. } => self.look_if(branches, otherwise)?,
                Stmt::With(with) => with.values.iter().try_for_each(|value| self.look_expr(value))?,
                Stmt::Macro { target, .. } => self.store(&target.name),
                Stmt::Call { call, .. } => self.look_call(call)?,
                Stmt::FilterBlock { filter, .. } => self.look_expr(filter)?,
                Stmt::OtherTemplate { expr, targets, .. } => {
                    self.look_expr(expr)?;
                    targets.iter().for_each(|target| self.store(&target.name));
                }
                Stmt::Generation { .. }
                | Stmt::Block { .. }
                | Stmt::Autoescape { .. }
                | Stmt::Break(_)
                | Stmt::Continue(_) => {}
            }
        }
        Ok(())
    }

    fn look_call(&mut self, call: &Call) -> Result<()> {
        let mut names = Vec::new();
        walk_call(call, &mut |event| {
            if let Event::Load(name) = event {
                names.push(name.clone());
            }
        });
        self.spend(1 + names.len())?;
        names.iter().for_each(|name| self.load(name));
        Ok(())
    }

    fn look_if(&mut self, branches: &[(Expr, Vec<Stmt>)], otherwise: &[Stmt]) -> Result<()> {
        let Some(((test, body), others)) = branches.split_first() else { return Ok(()) };
        self.look_expr(test)?;
        let original = self.top().clone();
        self.spend(4 * (1 + original.variables.len() + original.loads.len()))?;
        self.look(body)?;
        let body = std::mem::replace(self.top(), original.clone());
        // jinja2 has every `elif` as an `if` of its own, side by side.
        for other in others {
            self.look_if(std::slice::from_ref(other), &[])?;
        }
        let others = std::mem::replace(self.top(), original.clone());
        self.look(otherwise)?;
        let otherwise = std::mem::replace(self.top(), original);
        self.join(vec![body, others, otherwise])
    }

    // ---- where it is kept

    fn slot_of(&mut self, variable: &Variable) -> Slot {
        let last = self.functions.len() - 1;
        let owner = self.functions.iter().rposition(|function| function.base <= variable.0).unwrap_or(0);
        let slots = &mut self.functions[owner].slots;
        let free = slots.len() as u32;
        let index = *slots.entry(variable.clone()).or_insert(free);
        Slot { hops: (last - owner) as u16, index, checked: true }
    }

    fn place_name(&mut self, name: &mut Name, line: u32) -> Result<()> {
        let Some(variable) = self.find(&name.name, self.stack.len()) else {
            return Err(Error::syntax(format!("'{}' is not known here", name.name), line));
        };
        let load = self.stack.iter().rev().find_map(|symbols| symbols.loads.get(&variable));
        let is_given = matches!(load, Some(Load::Parameter))
            && !self.undeclared.last().is_some_and(|undeclared| undeclared.contains(&variable));
        name.slot = Slot { checked: !is_given, ..self.slot_of(&variable) };
        Ok(())
    }

    fn place_own(&mut self, name: &Arc<str>) -> u32 {
        let variable = (self.level(), name.clone());
        self.slot_of(&variable).index
    }

    /// The scope of the block on top.
    fn scope(&mut self) -> Scope {
        let loads: Vec<(Variable, Load)> =
            self.top().loads.iter().map(|(variable, load)| (variable.clone(), load.clone())).collect();
        let mut scope = Scope::default();
        for (variable, load) in loads {
            let index = self.slot_of(&variable).index;
            scope.leave.push(index);
            let start = match load {
                Load::Parameter => continue,
                Load::Context => Start::Context(variable.1),
                Load::Copy(outer) => Start::Copy(self.slot_of(&outer)),
                Load::Nothing => Start::Nothing,
            };
            scope.enter.push((index, start));
        }
        scope
    }

    fn enter_function(&mut self, base: usize) -> bool {
        self.functions.push(Function { base, slots: HashMap::new() });
        std::mem::replace(&mut self.is_in_loop, false)
    }

    fn leave_function(&mut self, was_in_loop: bool) -> u32 {
        self.is_in_loop = was_in_loop;
        self.functions.pop().map_or(0, |function| function.slots.len() as u32)
    }

    /// The root of a template, or one of its `block`s: a function with no variables around it.
    fn block(&mut self, block: &mut Block, is_root: bool) -> Result<()> {
        self.stack.push(Symbols::default());
        self.functions.push(Function { base: 0, slots: HashMap::new() });
        let undeclared = self.undeclared_names(&block.body, &["self", "super"])?;
        if undeclared.contains("self") {
            self.parameter(&"self".into());
            block.this = Some(self.place_own(&"self".into()));
        }
        if !is_root && undeclared.contains("super") {
            self.parameter(&"super".into());
            block.parent = Some(self.place_own(&"super".into()));
        }
        self.look(&block.body)?;
        block.scope = self.scope();
        self.statements(&mut block.body, Frame { is_top: is_root, is_soft: false })?;
        block.size = self.leave_function(false);
        self.stack.pop();
        Ok(())
    }

    fn statements(&mut self, statements: &mut [Stmt], frame: Frame) -> Result<()> {
        statements.iter_mut().try_for_each(|statement| self.statement(statement, frame))
    }

    /// A block inside of a statement, with the scope that it has.
    fn inner(
        &mut self,
        body: &mut [Stmt],
        look: impl FnOnce(&mut Self, &[Stmt]) -> Result<()>,
    ) -> Result<Scope> {
        self.stack.push(Symbols::default());
        look(self, body)?;
        let scope = self.scope();
        self.statements(body, INNER)?;
        Ok(scope)
    }

    fn statement(&mut self, statement: &mut Stmt, frame: Frame) -> Result<()> {
        self.spend(1)?;
        match statement {
            Stmt::Output(pieces, line) => {
                for piece in pieces {
                    if let Piece::Expr(expr) = piece {
                        self.expr(expr, frame, *line)?;
                    }
                }
            }
            Stmt::Set(set) => {
                self.target(&mut set.target, set.line)?;
                self.expr(&mut set.value, frame, set.line)?;
                if frame.is_top {
                    names_of(&set.target, &mut set.exported);
                }
            }
            Stmt::SetBlock(set) => {
                set.scope = self.inner(&mut set.body, |placer, body| placer.look(body))?;
                if let Some(filter) = &mut set.filter {
                    self.expr(filter, INNER, set.line)?;
                }
                self.stack.pop();
                self.target(&mut set.target, set.line)?;
                if frame.is_top {
                    names_of(&set.target, &mut set.exported);
                }
            }
            Stmt::For(node) => self.for_loop(unique(node)?, frame)?,
            Stmt::If { branches, otherwise, line } => {
                let frame = Frame { is_soft: true, ..frame };
                for (test, body) in branches {
                    self.expr(test, frame, *line)?;
                    self.statements(body, frame)?;
                }
                self.statements(otherwise, frame)?;
            }
            Stmt::With(with) => {
                for value in &mut with.values {
                    self.expr(value, frame, 0)?;
                }
                let targets = &mut with.targets;
                self.stack.push(Symbols::default());
                targets.iter().for_each(|target| self.look_target(target, true));
                self.look(&with.body)?;
                with.scope = self.scope();
                targets.iter_mut().try_for_each(|target| self.target(target, 0))?;
                self.statements(&mut with.body, INNER)?;
                self.stack.pop();
            }
            Stmt::Macro { definition, target, exported } => {
                self.macro_body(unique(definition)?)?;
                self.place_name(target, 0)?;
                *exported = frame.is_top;
            }
            Stmt::Call { body, call } => {
                self.macro_body(unique(body)?)?;
                self.call(call, frame)?;
            }
            Stmt::Generation { body, .. } => self.macro_body(unique(body)?)?,
            Stmt::FilterBlock { filter, body, scope } => {
                let look = |placer: &mut Self, body: &[Stmt]| {
                    placer.look(body)?;
                    placer.look_expr(filter)
                };
                *scope = self.inner(body, look)?;
                self.expr(filter, INNER, 0)?;
                self.stack.pop();
            }
            Stmt::Autoescape { value, body, scope } => {
                let look = |placer: &mut Self, body: &[Stmt]| {
                    placer.look_expr(value)?;
                    placer.look(body)
                };
                *scope = self.inner(body, look)?;
                self.expr(value, INNER, 0)?;
                self.stack.pop();
            }
            Stmt::Block { is_scoped: true, locals, .. } => {
                let names: HashSet<Arc<str>> =
                    self.stack.iter().flat_map(|symbols| symbols.stores.iter().cloned()).collect();
                for name in names {
                    if let Some(variable) = self.find(&name, self.stack.len()) {
                        locals.push((name, self.slot_of(&variable)));
                    }
                }
            }
            Stmt::Block { .. } => {}
            Stmt::OtherTemplate { expr, targets, line } => {
                self.expr(expr, frame, *line)?;
                targets.iter_mut().try_for_each(|target| self.place_name(target, *line))?;
            }
            Stmt::Break(line) | Stmt::Continue(line) => {
                if !self.is_in_loop {
                    return Err(Error::syntax("'break' or 'continue' outside of a loop", *line));
                }
            }
        }
        Ok(())
    }

    fn for_loop(&mut self, node: &mut For, frame: Frame) -> Result<()> {
        let mut writes_loop = false;
        let mut any_scoped = false;
        let mut look = |event: Event| match event {
            Event::Store(name) => writes_loop |= &**name == "loop",
            Event::ScopedBlock => any_scoped = true,
            _ => {}
        };
        walk_target(&node.target, &mut look);
        walk(&node.body, &mut look);
        walk(&node.otherwise, &mut look);
        if writes_loop {
            return Err(Error::syntax("can't assign to special loop variable in for-loop target", node.line));
        }
        let wants_loop =
            node.is_recursive || any_scoped || self.undeclared_names(&node.body, &["loop"])?.contains("loop");
        self.expr(&mut node.iter, frame, node.line)?;

        let level = self.stack.len();
        if let Some(filter) = &mut node.filter {
            let was_in_loop = self.enter_function(level);
            self.stack.push(Symbols::default());
            self.look_target(&filter.target, true);
            self.look_expr(&filter.test)?;
            filter.scope = self.scope();
            self.target(&mut filter.target, node.line)?;
            self.expr(&mut filter.test, INNER, node.line)?;
            self.stack.pop();
            filter.size = self.leave_function(was_in_loop);
        }

        let outer = node.is_recursive.then(|| self.enter_function(level));
        self.stack.push(Symbols::default());
        if wants_loop {
            self.parameter(&"loop".into());
            node.loop_slot = Some(self.place_own(&"loop".into()));
        }
        self.look_target(&node.target, true);
        self.look(&node.body)?;
        node.scope = self.scope();
        self.target(&mut node.target, node.line)?;
        let was_in_loop = std::mem::replace(&mut self.is_in_loop, true);
        self.statements(&mut node.body, INNER)?;
        self.is_in_loop = was_in_loop;
        self.stack.pop();
        if !node.otherwise.is_empty() {
            node.else_scope = self.inner(&mut node.otherwise, |placer, body| placer.look(body))?;
            self.stack.pop();
        }
        if let Some(was_in_loop) = outer {
            node.size = self.leave_function(was_in_loop);
        }
        Ok(())
    }

    fn macro_body(&mut self, node: &mut Macro) -> Result<()> {
        let was_in_loop = self.enter_function(self.stack.len());
        self.stack.push(Symbols::default());
        self.look_macro(node)?;
        let undeclared = self.undeclared_names(&node.body, &["caller", "kwargs", "varargs"])?;
        let is_parameter = |name: &str| node.parameters.iter().find(|parameter| &*parameter.name == name);
        let special = |placer: &mut Self, name: &str| {
            let name: Arc<str> = name.into();
            placer.parameter(&name);
            placer.place_own(&name)
        };
        if undeclared.contains("caller") {
            node.takes_caller = true;
            match is_parameter("caller") {
                Some(Parameter { default: None, .. }) => {
                    return Err(Error::syntax(
                        "the argument \"caller\" must be omitted or have a default",
                        node.line,
                    ));
                }
                Some(_) => {}
                None => node.caller = Some(special(self, "caller")),
            }
        }
        if undeclared.contains("kwargs") && is_parameter("kwargs").is_none() {
            node.kwargs = Some(special(self, "kwargs"));
        }
        if undeclared.contains("varargs") && is_parameter("varargs").is_none() {
            node.varargs = Some(special(self, "varargs"));
        }
        self.look_macro(node)?;
        node.scope = self.scope();

        let level = self.level();
        let parameters = self.top().loads.iter().filter(|(_, load)| matches!(load, Load::Parameter));
        let parameters = parameters.map(|(variable, _)| variable.clone()).collect();
        self.undeclared.push(parameters);
        for parameter in &mut node.parameters {
            parameter.slot = self.place_own(&parameter.name);
            if let Some(default) = &mut parameter.default {
                self.expr(default, INNER, node.line)?;
            }
            if let Some(undeclared) = self.undeclared.last_mut() {
                undeclared.remove(&(level, parameter.name.clone()));
            }
        }
        self.undeclared.pop();
        self.statements(&mut node.body, INNER)?;
        self.stack.pop();
        node.size = self.leave_function(was_in_loop);
        Ok(())
    }

    fn look_macro(&mut self, node: &Macro) -> Result<()> {
        node.parameters.iter().for_each(|parameter| self.parameter(&parameter.name));
        for default in node.parameters.iter().filter_map(|parameter| parameter.default.as_ref()) {
            self.look_expr(default)?;
        }
        self.look(&node.body)
    }

    fn target(&mut self, target: &mut Target, line: u32) -> Result<()> {
        match target {
            Target::Name(name) | Target::Attribute(name, _) => self.place_name(name, line),
            Target::Tuple(targets) => targets.iter_mut().try_for_each(|target| self.target(target, line)),
        }
    }

    fn expr(&mut self, expr: &mut Expr, frame: Frame, line: u32) -> Result<()> {
        match expr {
            Expr::Const(_) => Ok(()),
            Expr::Name(name) => self.place_name(name, line),
            Expr::Tuple(items) | Expr::List(items) | Expr::Concat(items) => {
                items.iter_mut().try_for_each(|item| self.expr(item, frame, line))
            }
            Expr::Dict(pairs) => pairs.iter_mut().try_for_each(|(key, value)| {
                self.expr(key, frame, line)?;
                self.expr(value, frame, line)
            }),
            Expr::Neg(value) | Expr::Pos(value) | Expr::Not(value) | Expr::Attribute(value, _, _) => {
                self.expr(value, frame, line)
            }
            Expr::And(pair) | Expr::Or(pair) | Expr::Binary(_, pair) | Expr::Item(pair, _) => {
                self.expr(&mut pair.0, frame, line)?;
                self.expr(&mut pair.1, frame, line)
            }
            Expr::Compare(first, others) => {
                self.expr(first, frame, line)?;
                others.iter_mut().try_for_each(|(_, other)| self.expr(other, frame, line))
            }
            Expr::Condition(node) => {
                let frame = Frame { is_soft: true, ..frame };
                self.expr(&mut node.test, frame, line)?;
                self.expr(&mut node.then, frame, line)?;
                node.otherwise.iter_mut().try_for_each(|otherwise| self.expr(otherwise, frame, line))
            }
            Expr::Slice(node) => {
                self.expr(&mut node.of, frame, line)?;
                let parts = [&mut node.start, &mut node.stop, &mut node.step];
                parts.into_iter().flatten().try_for_each(|part| self.expr(part, frame, line))
            }
            Expr::Call(call) => self.call(call, frame),
            Expr::Filter(node) => self.applied(node, frame, filters::exists, "filter"),
            Expr::Test(node) => self.applied(node, frame, tests::exists, "test"),
        }
    }

    fn call(&mut self, call: &mut Call, frame: Frame) -> Result<()> {
        self.expr(&mut call.callee, frame, call.line)?;
        self.arguments(&mut call.arguments, frame, call.line)
    }

    fn applied(
        &mut self,
        node: &mut Applied,
        frame: Frame,
        exists: fn(&str) -> bool,
        what: &str,
    ) -> Result<()> {
        if !frame.is_soft && !exists(&node.name) {
            return Err(Error::syntax(format!("no {what} named '{}'", node.name), node.line));
        }
        node.value.iter_mut().try_for_each(|value| self.expr(value, frame, node.line))?;
        self.arguments(&mut node.arguments, frame, node.line)
    }

    fn arguments(&mut self, arguments: &mut Arguments, frame: Frame, line: u32) -> Result<()> {
        arguments.positional.iter_mut().try_for_each(|value| self.expr(value, frame, line))?;
        arguments.named.iter_mut().try_for_each(|(_, value)| self.expr(value, frame, line))?;
        let more = [&mut arguments.more, &mut arguments.more_named];
        more.into_iter().flatten().try_for_each(|value| self.expr(value, frame, line))
    }

    /// Which of the names are asked for before they are set.
    fn undeclared_names<'n>(&mut self, body: &[Stmt], names: &[&'n str]) -> Result<HashSet<&'n str>> {
        let mut open: HashSet<&str> = names.iter().copied().collect();
        let mut found = HashSet::new();
        let mut steps = 0;
        walk(body, &mut |event| {
            steps += 1;
            match event {
                Event::Load(name) => {
                    if let Some(name) = open.get(&**name) {
                        found.insert(*name);
                    }
                }
                Event::Store(name) | Event::Parameter(name) => {
                    open.remove(&**name);
                }
                Event::ScopedBlock => {}
            }
        });
        self.spend(steps)?;
        Ok(found)
    }
}

/// A node of which nobody else holds a share yet.
fn unique<T>(node: &mut Arc<T>) -> Result<&mut T> {
    Arc::get_mut(node).ok_or_else(|| Error::syntax("the template is shared", 1))
}

fn names_of(target: &Target, names: &mut Vec<Name>) {
    match target {
        Target::Name(name) => names.push(name.clone()),
        Target::Tuple(targets) => targets.iter().for_each(|target| names_of(target, names)),
        Target::Attribute(..) => {}
    }
}

// ---- walking through a tree, in jinja2's order

enum Event<'a> {
    Load(&'a Arc<str>),
    Store(&'a Arc<str>),
    /// Given by who calls, or by `with`.
    Parameter(&'a Arc<str>),
    ScopedBlock,
}

type On<'f> = &'f mut dyn FnMut(Event);

fn walk(statements: &[Stmt], on: On) {
    for statement in statements {
        match statement {
            Stmt::Output(pieces, _) => {
                for piece in pieces {
                    if let Piece::Expr(expr) = piece {
                        walk_expr(expr, on);
                    }
                }
            }
            Stmt::Set(set) => {
                walk_target(&set.target, on);
                walk_expr(&set.value, on);
            }
            Stmt::SetBlock(set) => {
                walk_target(&set.target, on);
                set.filter.iter().for_each(|filter| walk_expr(filter, on));
                walk(&set.body, on);
            }
            Stmt::For(node) => {
                walk_target(&node.target, on);
                walk_expr(&node.iter, on);
                walk(&node.body, on);
                walk(&node.otherwise, on);
                node.filter.iter().for_each(|filter| walk_expr(&filter.test, on));
            }
            Stmt::If { branches, otherwise, .. } => {
                for (test, body) in branches {
                    walk_expr(test, on);
                    walk(body, on);
                }
                walk(otherwise, on);
            }
            Stmt::With(with) => {
                let mut parameters = Vec::new();
                with.targets.iter().for_each(|target| names_of(target, &mut parameters));
                parameters.iter().for_each(|name| on(Event::Parameter(&name.name)));
                with.values.iter().for_each(|value| walk_expr(value, on));
                walk(&with.body, on);
            }
            Stmt::Macro { definition, .. } => walk_macro(definition, on),
            Stmt::Call { body, call } => {
                walk_call(call, on);
                walk_macro(body, on);
            }
            Stmt::Generation { body, .. } => walk_macro(body, on),
            Stmt::FilterBlock { filter, body, .. } => {
                walk(body, on);
                walk_expr(filter, on);
            }
            Stmt::Autoescape { value, body, .. } => {
                walk_expr(value, on);
                walk(body, on);
            }
            Stmt::OtherTemplate { expr, .. } => walk_expr(expr, on),
            Stmt::Block { is_scoped: true, .. } => on(Event::ScopedBlock),
            Stmt::Block { .. } | Stmt::Break(_) | Stmt::Continue(_) => {}
        }
    }
}

fn walk_macro(node: &Macro, on: On) {
    node.parameters.iter().for_each(|parameter| on(Event::Parameter(&parameter.name)));
    for default in node.parameters.iter().filter_map(|parameter| parameter.default.as_ref()) {
        walk_expr(default, on);
    }
    walk(&node.body, on);
}

fn walk_target(target: &Target, on: On) {
    match target {
        Target::Name(name) => on(Event::Store(&name.name)),
        Target::Tuple(targets) => targets.iter().for_each(|target| walk_target(target, on)),
        // The namespace is only looked at.
        Target::Attribute(..) => {}
    }
}

fn walk_expr(expr: &Expr, on: On) {
    match expr {
        Expr::Const(_) => {}
        Expr::Name(name) => on(Event::Load(&name.name)),
        Expr::Tuple(items) | Expr::List(items) | Expr::Concat(items) => {
            items.iter().for_each(|item| walk_expr(item, on));
        }
        Expr::Dict(pairs) => pairs.iter().for_each(|(key, value)| {
            walk_expr(key, on);
            walk_expr(value, on);
        }),
        Expr::Neg(value) | Expr::Pos(value) | Expr::Not(value) | Expr::Attribute(value, _, _) => {
            walk_expr(value, on)
        }
        Expr::And(pair) | Expr::Or(pair) | Expr::Binary(_, pair) | Expr::Item(pair, _) => {
            walk_expr(&pair.0, on);
            walk_expr(&pair.1, on);
        }
        Expr::Compare(first, others) => {
            walk_expr(first, on);
            others.iter().for_each(|(_, other)| walk_expr(other, on));
        }
        Expr::Condition(node) => {
            walk_expr(&node.test, on);
            walk_expr(&node.then, on);
            node.otherwise.iter().for_each(|otherwise| walk_expr(otherwise, on));
        }
        Expr::Slice(node) => {
            walk_expr(&node.of, on);
            let parts = [&node.start, &node.stop, &node.step];
            parts.into_iter().flatten().for_each(|part| walk_expr(part, on));
        }
        Expr::Call(call) => walk_call(call, on),
        Expr::Filter(node) | Expr::Test(node) => {
            node.value.iter().for_each(|value| walk_expr(value, on));
            walk_arguments(&node.arguments, on);
        }
    }
}

fn walk_call(call: &Call, on: On) {
    walk_expr(&call.callee, on);
    walk_arguments(&call.arguments, on);
}

fn walk_arguments(arguments: &Arguments, on: On) {
    arguments.positional.iter().for_each(|value| walk_expr(value, on));
    arguments.named.iter().for_each(|(_, value)| walk_expr(value, on));
    let more = [&arguments.more, &arguments.more_named];
    more.into_iter().flatten().for_each(|value| walk_expr(value, on));
}
