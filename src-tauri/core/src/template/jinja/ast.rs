//! A template as a tree. The parser makes it; `scope.rs` says where every name is kept.

use std::collections::HashMap;
use std::sync::Arc;

/// A value that stands in the template's text. Shared between threads, which values are not.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(Arc<str>),
}

/// Where a variable is kept: in the frame so many functions out, under this number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slot {
    pub hops: u16,
    pub index: u32,
    /// May it be without a value? Those that can't be are not looked at, as in Python.
    pub checked: bool,
}

#[derive(Debug, Clone)]
pub struct Name {
    pub name: Arc<str>,
    pub slot: Slot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
}

#[derive(Debug, Clone)]
pub enum Expr {
    /// Number in [`Program::constants`].
    Const(usize),
    Name(Name),
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    Neg(Box<Expr>),
    Pos(Box<Expr>),
    Not(Box<Expr>),
    And(Box<(Expr, Expr)>),
    Or(Box<(Expr, Expr)>),
    Binary(Binary, Box<(Expr, Expr)>),
    Concat(Vec<Expr>),
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    Condition(Box<Condition>),
    Attribute(Box<Expr>, Arc<str>, u32),
    Item(Box<(Expr, Expr)>, u32),
    Slice(Box<Slice>),
    Call(Box<Call>),
    Filter(Box<Applied>),
    Test(Box<Applied>),
}

#[derive(Debug, Clone)]
pub struct Condition {
    pub test: Expr,
    pub then: Expr,
    pub otherwise: Option<Expr>,
    pub line: u32,
}

#[derive(Debug, Clone)]
pub struct Slice {
    pub of: Expr,
    pub start: Option<Expr>,
    pub stop: Option<Expr>,
    pub step: Option<Expr>,
    pub line: u32,
}

#[derive(Debug, Clone, Default)]
pub struct Arguments {
    pub positional: Vec<Expr>,
    pub named: Vec<(Arc<str>, Expr)>,
    /// `*values`
    pub more: Option<Expr>,
    /// `**values`
    pub more_named: Option<Expr>,
}

#[derive(Debug, Clone)]
pub struct Call {
    pub callee: Expr,
    pub arguments: Arguments,
    pub line: u32,
}

/// A filter or a test that is applied to a value; without one, to what a block has written.
#[derive(Debug, Clone)]
pub struct Applied {
    pub value: Option<Expr>,
    pub name: Arc<str>,
    pub arguments: Arguments,
    pub line: u32,
}

#[derive(Debug, Clone)]
pub enum Target {
    Name(Name),
    Tuple(Vec<Target>),
    /// `namespace.attribute`
    Attribute(Name, Arc<str>),
}

/// What a variable has when its scope is entered.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// What the context has under this name.
    Context(Arc<str>),
    /// What a variable further out has.
    Copy(Slot),
    Nothing,
}

/// The variables that a block of statements has for itself.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub enter: Vec<(u32, Start)>,
    /// Variables that have no value any more behind it.
    pub leave: Vec<u32>,
}

#[derive(Debug)]
pub enum Piece {
    Data(String),
    Expr(Expr),
}

#[derive(Debug)]
pub enum Stmt {
    Output(Vec<Piece>, u32),
    Set(Set),
    SetBlock(SetBlock),
    For(Arc<For>),
    If {
        branches: Vec<(Expr, Vec<Stmt>)>,
        otherwise: Vec<Stmt>,
        line: u32,
    },
    With(With),
    Macro {
        definition: Arc<Macro>,
        target: Name,
        exported: bool,
    },
    Call {
        body: Arc<Macro>,
        call: Call,
    },
    Generation {
        body: Arc<Macro>,
        line: u32,
    },
    FilterBlock {
        filter: Expr,
        body: Vec<Stmt>,
        scope: Scope,
    },
    Block {
        name: Arc<str>,
        is_scoped: bool,
        is_required: bool,
        locals: Vec<(Arc<str>, Slot)>,
        line: u32,
    },
    Autoescape {
        value: Expr,
        body: Vec<Stmt>,
        scope: Scope,
    },
    /// `extends`, `include`, `import`: there are no other templates.
    OtherTemplate {
        expr: Expr,
        targets: Vec<Name>,
        line: u32,
    },
    Break(u32),
    Continue(u32),
}

#[derive(Debug)]
pub struct Set {
    pub target: Target,
    pub value: Expr,
    /// Names that the context gets to know: those set outside of every block.
    pub exported: Vec<Name>,
    pub line: u32,
}

#[derive(Debug)]
pub struct SetBlock {
    pub target: Target,
    pub filter: Option<Expr>,
    pub body: Vec<Stmt>,
    pub scope: Scope,
    pub exported: Vec<Name>,
    pub line: u32,
}

#[derive(Debug)]
pub struct With {
    pub targets: Vec<Target>,
    pub values: Vec<Expr>,
    pub body: Vec<Stmt>,
    pub scope: Scope,
}

#[derive(Debug)]
pub struct For {
    pub target: Target,
    pub iter: Expr,
    pub filter: Option<Filter>,
    pub body: Vec<Stmt>,
    pub otherwise: Vec<Stmt>,
    pub is_recursive: bool,
    /// Where `loop` is kept, where the body asks for it.
    pub loop_slot: Option<u32>,
    pub scope: Scope,
    pub else_scope: Scope,
    /// How many variables its function has; for a recursive loop, which is a function.
    pub size: u32,
    pub line: u32,
}

/// The condition behind a loop's `if`: a function of its own, as in jinja2.
#[derive(Debug)]
pub struct Filter {
    pub target: Target,
    pub test: Expr,
    pub scope: Scope,
    pub size: u32,
}

#[derive(Debug)]
pub struct Macro {
    /// `None` for the body of `{% call %}`.
    pub name: Option<Arc<str>>,
    pub parameters: Vec<Parameter>,
    pub body: Vec<Stmt>,
    pub scope: Scope,
    pub size: u32,
    /// Where these are kept, where the body asks for them.
    pub caller: Option<u32>,
    pub takes_caller: bool,
    pub kwargs: Option<u32>,
    pub varargs: Option<u32>,
    pub line: u32,
}

#[derive(Debug)]
pub struct Parameter {
    pub name: Arc<str>,
    pub slot: u32,
    pub default: Option<Expr>,
}

/// A `{% block %}`, which knows the context alone.
#[derive(Debug, Default)]
pub struct Block {
    pub body: Vec<Stmt>,
    pub scope: Scope,
    pub size: u32,
    /// Where `self` and `super` are kept.
    pub this: Option<u32>,
    pub parent: Option<u32>,
}

/// A whole template.
#[derive(Debug, Default)]
pub struct Program {
    pub constants: Vec<Const>,
    pub root: Block,
    pub blocks: HashMap<Arc<str>, Arc<Block>>,
}
