//! Reads tokens as jinja2's parser does, with its extensions for loops (`break`, `continue`) and
//! `transformers`' tag `generation`.

use std::collections::HashMap;
use std::sync::Arc;

use super::ast::*;
use super::error::{Error, Result};
use super::lexer::{tokens, Token};
use super::limits;

/// Parses a template. Its names are not placed yet.
pub fn parse(source: &str) -> Result<Program> {
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens, at: 0, depth: 0, program: Program::default(), texts: HashMap::new() };
    let body = parser.statements(&[])?;
    parser.program.root.body = body;
    Ok(parser.program)
}

/// Puts an operator between two expressions.
type Join = fn(Expr, Expr) -> Expr;

struct Parser {
    tokens: Vec<(Token, u32)>,
    at: usize,
    /// How deep expressions and blocks are in one another here.
    depth: usize,
    program: Program,
    /// Numbers of the constants that are texts.
    texts: HashMap<Arc<str>, usize>,
}

/// What an expression of a list may be.
#[derive(Clone, Copy)]
struct Mode {
    /// With `a if b else c`.
    conditions: bool,
    /// A word that ends it.
    end: Option<&'static str>,
}

const FULL: Mode = Mode { conditions: true, end: None };

impl Parser {
    fn token(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn line(&self) -> u32 {
        self.tokens[self.at].1
    }

    fn next(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn look(&self) -> &Token {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].0
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(Error::syntax(message, self.line()))
    }

    fn unexpected<T>(&self) -> Result<T> {
        self.fail(match self.token() {
            Token::End => "unexpected end of template".to_owned(),
            Token::Data(_) => "unexpected text".to_owned(),
            Token::VariableBegin | Token::BlockBegin => "unexpected begin of a tag".to_owned(),
            Token::VariableEnd => "unexpected end of print statement".to_owned(),
            Token::BlockEnd => "unexpected end of statement block".to_owned(),
            Token::Name(name) => format!("unexpected '{name}'"),
            Token::Str(_) => "unexpected string".to_owned(),
            Token::Int(_) | Token::Float(_) => "unexpected number".to_owned(),
            Token::Operator(operator) => format!("unexpected '{operator}'"),
        })
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.token(), Token::Operator(found) if *found == operator)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.token(), Token::Name(found) if found == word)
    }

    fn take(&mut self, operator: &str) -> bool {
        let is = self.is(operator);
        if is {
            self.next();
        }
        is
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        if is {
            self.next();
        }
        is
    }

    fn need(&mut self, operator: &str) -> Result<()> {
        if self.take(operator) {
            return Ok(());
        }
        self.unexpected()
    }

    fn need_word(&mut self, word: &str) -> Result<()> {
        if self.take_word(word) {
            return Ok(());
        }
        self.unexpected()
    }

    fn need_name(&mut self) -> Result<Arc<str>> {
        match self.token() {
            Token::Name(name) => {
                let name = name.as_str().into();
                self.next();
                Ok(name)
            }
            _ => self.unexpected(),
        }
    }

    fn need_token(&mut self, token: &Token) -> Result<()> {
        if self.token() == token {
            self.next();
            return Ok(());
        }
        self.unexpected()
    }

    /// Goes one level down; [`Parser::up`] comes back.
    fn down(&mut self, levels: usize) -> Result<()> {
        self.depth += levels;
        if self.depth > limits::NESTING {
            return self.fail("too deeply nested");
        }
        Ok(())
    }

    fn up(&mut self, levels: usize) {
        self.depth -= levels;
    }

    fn constant(&mut self, constant: Const) -> Expr {
        if let Const::Str(text) = &constant {
            if let Some(&number) = self.texts.get(text) {
                return Expr::Const(number);
            }
            self.texts.insert(text.clone(), self.program.constants.len());
        }
        self.program.constants.push(constant);
        Expr::Const(self.program.constants.len() - 1)
    }

    // ---- statements

    /// Statements up to a tag that begins with one of the words, which is the next token then; without words up to the end.
    fn statements(&mut self, ends: &[&str]) -> Result<Vec<Stmt>> {
        self.down(1)?;
        let mut body = Vec::new();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut line = self.line();
        loop {
            if pieces.is_empty() {
                line = self.line();
            }
            match self.token() {
                Token::Data(_) => {
                    if let Token::Data(text) = self.next() {
                        pieces.push(Piece::Data(text));
                    }
                }
                Token::VariableBegin => {
                    self.next();
                    pieces.push(Piece::Expr(self.tuple(FULL, false)?));
                    self.need_token(&Token::VariableEnd)?;
                }
                Token::BlockBegin => {
                    if !pieces.is_empty() {
                        body.push(Stmt::Output(std::mem::take(&mut pieces), line));
                    }
                    self.next();
                    if matches!(self.token(), Token::Name(name) if ends.contains(&name.as_str())) {
                        break;
                    }
                    self.statement(&mut body)?;
                    self.need_token(&Token::BlockEnd)?;
                }
                _ if ends.is_empty() => {
                    if !pieces.is_empty() {
                        body.push(Stmt::Output(std::mem::take(&mut pieces), line));
                    }
                    break;
                }
                _ => {
                    return self
                        .fail(format!("unexpected end of template, which lacks '{}'", ends.join("' or '")))
                }
            }
        }
        self.up(1);
        Ok(body)
    }

    /// The body of a block, behind its opening tag.
    fn body(&mut self, ends: &[&str]) -> Result<Vec<Stmt>> {
        self.take(":");
        self.need_token(&Token::BlockEnd)?;
        self.statements(ends)
    }

    /// The body of a block that has one end, which is taken.
    fn body_to(&mut self, end: &str) -> Result<Vec<Stmt>> {
        let body = self.body(&[end])?;
        self.next();
        Ok(body)
    }

    fn statement(&mut self, body: &mut Vec<Stmt>) -> Result<()> {
        let line = self.line();
        let Token::Name(tag) = self.token().clone() else { return self.fail("tag name expected") };
        let statement = match tag.as_str() {
            "for" => self.for_loop()?,
            "if" => self.if_block()?,
            "set" => self.set()?,
            "macro" => self.macro_block()?,
            "call" => self.call_block()?,
            "with" => self.with()?,
            "block" => self.block()?,
            "filter" => {
                self.next();
                let Some(filter) = self.filters(None, true)? else { return self.unexpected() };
                Stmt::FilterBlock { filter, body: self.body_to("endfilter")?, scope: Scope::default() }
            }
            "print" => {
                self.next();
                let mut pieces = Vec::new();
                while *self.token() != Token::BlockEnd {
                    if !pieces.is_empty() {
                        self.need(",")?;
                    }
                    pieces.push(Piece::Expr(self.expression(true)?));
                }
                Stmt::Output(pieces, line)
            }
            "autoescape" => {
                self.next();
                let value = self.expression(true)?;
                Stmt::Autoescape { value, body: self.body_to("endautoescape")?, scope: Scope::default() }
            }
            "generation" => {
                self.next();
                let body = self.body_to("endgeneration")?;
                Stmt::Generation { body: Arc::new(new_macro(None, Vec::new(), body, line)), line }
            }
            "break" => {
                self.next();
                Stmt::Break(line)
            }
            "continue" => {
                self.next();
                Stmt::Continue(line)
            }
            "extends" | "include" | "import" | "from" => self.other_template(&tag)?,
            other => return self.fail(format!("unknown tag '{other}'")),
        };
        body.push(statement);
        Ok(())
    }

    fn for_loop(&mut self) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let target = self.target(Some("in"), false)?;
        self.need_word("in")?;
        let iter = self.tuple(Mode { conditions: false, end: Some("recursive") }, false)?;
        let test = match self.take_word("if") {
            true => Some(self.expression(true)?),
            false => None,
        };
        let is_recursive = self.take_word("recursive");
        let body = self.body(&["endfor", "else"])?;
        let otherwise = match self.next() {
            Token::Name(end) if end == "else" => self.body_to("endfor")?,
            _ => Vec::new(),
        };
        let filter =
            test.map(|test| Filter { target: target.clone(), test, scope: Scope::default(), size: 0 });
        Ok(Stmt::For(Arc::new(For {
            target,
            iter,
            filter,
            body,
            otherwise,
            is_recursive,
            loop_slot: None,
            scope: Scope::default(),
            else_scope: Scope::default(),
            size: 0,
            line,
        })))
    }

    fn if_block(&mut self) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let mut branches = Vec::new();
        loop {
            let test = self.tuple(Mode { conditions: false, end: None }, false)?;
            let body = self.body(&["elif", "else", "endif"])?;
            branches.push((test, body));
            match self.next() {
                Token::Name(word) if word == "elif" => {}
                Token::Name(word) if word == "else" => {
                    let otherwise = self.body_to("endif")?;
                    return Ok(Stmt::If { branches, otherwise, line });
                }
                _ => return Ok(Stmt::If { branches, otherwise: Vec::new(), line }),
            }
        }
    }

    fn set(&mut self) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let target = self.target(None, true)?;
        if self.take("=") {
            let value = self.tuple(FULL, false)?;
            return Ok(Stmt::Set(Set { target, value, exported: Vec::new(), line }));
        }
        let filter = self.filters(None, false)?;
        let body = self.body_to("endset")?;
        Ok(Stmt::SetBlock(SetBlock {
            target,
            filter,
            body,
            scope: Scope::default(),
            exported: Vec::new(),
            line,
        }))
    }

    fn with(&mut self) -> Result<Stmt> {
        self.next();
        let (mut targets, mut values) = (Vec::new(), Vec::new());
        while *self.token() != Token::BlockEnd {
            if !targets.is_empty() {
                self.need(",")?;
            }
            targets.push(self.target(None, false)?);
            self.need("=")?;
            values.push(self.expression(true)?);
        }
        Ok(Stmt::With(With { targets, values, body: self.body_to("endwith")?, scope: Scope::default() }))
    }

    fn signature(&mut self) -> Result<Vec<Parameter>> {
        let mut parameters: Vec<Parameter> = Vec::new();
        self.need("(")?;
        while !self.is(")") {
            if !parameters.is_empty() {
                self.need(",")?;
            }
            let name = self.need_name()?;
            if is_constant(&name) {
                return self.fail(format!("can't assign to '{name}'"));
            }
            if parameters.iter().any(|parameter| parameter.name == name) {
                return self.fail(format!("duplicate argument '{name}' in function definition"));
            }
            let default = match self.take("=") {
                true => Some(self.expression(true)?),
                false if parameters.last().is_some_and(|last| last.default.is_some()) => {
                    return self.fail("non-default argument follows default argument");
                }
                false => None,
            };
            parameters.push(Parameter { name, slot: 0, default });
        }
        self.need(")")?;
        Ok(parameters)
    }

    fn macro_block(&mut self) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let name = self.need_name()?;
        if is_constant(&name) {
            return self.fail(format!("can't assign to '{name}'"));
        }
        let parameters = self.signature()?;
        let body = self.body_to("endmacro")?;
        let definition = Arc::new(new_macro(Some(name.clone()), parameters, body, line));
        Ok(Stmt::Macro { definition, target: new_name(name), exported: false })
    }

    fn call_block(&mut self) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let parameters = if self.is("(") { self.signature()? } else { Vec::new() };
        let Expr::Call(call) = self.expression(true)? else {
            return Err(Error::syntax("expected call", line));
        };
        let body = self.body_to("endcall")?;
        Ok(Stmt::Call { body: Arc::new(new_macro(None, parameters, body, line)), call: *call })
    }

    fn block(&mut self) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let name = self.need_name()?;
        let is_scoped = self.take_word("scoped");
        let is_required = self.take_word("required");
        let body = self.body_to("endblock")?;
        let is_blank =
            |piece: &Piece| matches!(piece, Piece::Data(text) if text.chars().all(super::lexer::is_space));
        let is_blank =
            |statement: &Stmt| matches!(statement, Stmt::Output(pieces, _) if pieces.iter().all(is_blank));
        if is_required && !body.iter().all(is_blank) {
            return self.fail("required blocks can only contain comments or white space");
        }
        self.take_word(&name);
        let block = Arc::new(Block { body, ..Block::default() });
        if self.program.blocks.insert(name.clone(), block).is_some() {
            return Err(Error::syntax(format!("block '{name}' defined twice"), line));
        }
        Ok(Stmt::Block { name, is_scoped, is_required, locals: Vec::new(), line })
    }

    fn other_template(&mut self, tag: &str) -> Result<Stmt> {
        let line = self.line();
        self.next();
        let expr = self.expression(true)?;
        let mut targets = Vec::new();
        match tag {
            "import" => {
                self.need_word("as")?;
                targets.push(new_name(self.need_name()?));
            }
            "from" => {
                self.need_word("import")?;
                loop {
                    let name = self.need_name()?;
                    let alias = if self.take_word("as") { self.need_name()? } else { name };
                    targets.push(new_name(alias));
                    if !self.take(",") {
                        break;
                    }
                }
            }
            "include" if self.is_word("ignore") => {
                self.next();
                self.need_word("missing")?;
            }
            _ => {}
        }
        if tag != "extends" && (self.is_word("with") || self.is_word("without")) {
            self.next();
            self.need_word("context")?;
        }
        Ok(Stmt::OtherTemplate { expr, targets, line })
    }

    // ---- targets

    /// What is assigned to: names, tuples of them, and attributes of namespaces where they are allowed.
    fn target(&mut self, end: Option<&str>, attributes: bool) -> Result<Target> {
        self.down(1)?;
        let mut targets = Vec::new();
        let mut is_tuple = false;
        loop {
            if !targets.is_empty() {
                self.need(",")?;
            }
            let ends = match self.token() {
                Token::VariableEnd | Token::BlockEnd | Token::Operator(")") => true,
                Token::Name(name) => Some(name.as_str()) == end,
                _ => false,
            };
            if ends {
                break;
            }
            targets.push(self.one_target(attributes)?);
            if !self.is(",") {
                break;
            }
            is_tuple = true;
        }
        self.up(1);
        match (is_tuple, targets.pop()) {
            (false, Some(target)) => Ok(target),
            (true, Some(target)) => {
                targets.push(target);
                Ok(Target::Tuple(targets))
            }
            _ => self.unexpected(),
        }
    }

    fn one_target(&mut self, attributes: bool) -> Result<Target> {
        if self.take("(") {
            let target = self.target(None, false)?;
            self.need(")")?;
            return Ok(target);
        }
        let name = self.need_name()?;
        if is_constant(&name) {
            return self.fail(format!("can't assign to '{name}'"));
        }
        if attributes && self.take(".") {
            return Ok(Target::Attribute(new_name(name), self.need_name()?));
        }
        Ok(Target::Name(new_name(name)))
    }

    // ---- expressions

    fn expression(&mut self, conditions: bool) -> Result<Expr> {
        match conditions {
            true => self.condition(),
            false => self.or(),
        }
    }

    /// One expression, or a tuple where commas follow.
    fn tuple(&mut self, mode: Mode, parentheses: bool) -> Result<Expr> {
        self.down(1)?;
        let mut items = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() {
                self.need(",")?;
            }
            let ends = match self.token() {
                Token::VariableEnd | Token::BlockEnd | Token::Operator(")") => true,
                Token::Name(name) => Some(name.as_str()) == mode.end,
                _ => false,
            };
            if ends {
                break;
            }
            items.push(self.expression(mode.conditions)?);
            if !self.is(",") {
                break;
            }
            is_tuple = true;
        }
        self.up(1);
        if !is_tuple {
            if let Some(item) = items.pop() {
                return Ok(item);
            }
            if !parentheses {
                return self.fail("expected an expression");
            }
        }
        Ok(Expr::Tuple(items))
    }

    fn condition(&mut self) -> Result<Expr> {
        self.down(1)?;
        let mut levels = 1;
        let mut line = self.line();
        let mut value = self.or()?;
        while self.take_word("if") {
            self.down(1)?;
            levels += 1;
            let test = self.or()?;
            let otherwise = match self.take_word("else") {
                true => Some(self.condition()?),
                false => None,
            };
            value = Expr::Condition(Box::new(Condition { test, then: value, otherwise, line }));
            line = self.line();
        }
        self.up(levels);
        Ok(value)
    }

    /// Operators of one precedence, the left one first. A long chain is a deep tree.
    fn chain(
        &mut self,
        operand: fn(&mut Self) -> Result<Expr>,
        operator: fn(&Self) -> Option<Join>,
    ) -> Result<Expr> {
        let mut levels = 0;
        let mut left = operand(self)?;
        while let Some(join) = operator(self) {
            self.next();
            self.down(1)?;
            levels += 1;
            left = join(left, operand(self)?);
        }
        self.up(levels);
        Ok(left)
    }

    fn or(&mut self) -> Result<Expr> {
        self.chain(Self::and, |parser| {
            parser.is_word("or").then_some(|left, right| Expr::Or(Box::new((left, right))))
        })
    }

    fn and(&mut self) -> Result<Expr> {
        self.chain(Self::not, |parser| {
            parser.is_word("and").then_some(|left, right| Expr::And(Box::new((left, right))))
        })
    }

    fn not(&mut self) -> Result<Expr> {
        if !self.take_word("not") {
            return self.compare();
        }
        self.down(1)?;
        let value = self.not()?;
        self.up(1);
        Ok(Expr::Not(Box::new(value)))
    }

    fn compare(&mut self) -> Result<Expr> {
        let first = self.sum()?;
        let mut others = Vec::new();
        loop {
            let comparison = match self.token() {
                Token::Operator("==") => Comparison::Eq,
                Token::Operator("!=") => Comparison::Ne,
                Token::Operator("<") => Comparison::Lt,
                Token::Operator("<=") => Comparison::Le,
                Token::Operator(">") => Comparison::Gt,
                Token::Operator(">=") => Comparison::Ge,
                Token::Name(name) if name == "in" => Comparison::In,
                Token::Name(name)
                    if name == "not" && matches!(self.look(), Token::Name(next) if next == "in") =>
                {
                    self.next();
                    Comparison::NotIn
                }
                _ => break,
            };
            self.next();
            others.push((comparison, self.sum()?));
        }
        match others.is_empty() {
            true => Ok(first),
            false => Ok(Expr::Compare(Box::new(first), others)),
        }
    }

    fn sum(&mut self) -> Result<Expr> {
        self.chain(Self::concat, |parser| match parser.token() {
            Token::Operator("+") => Some(|left, right| Expr::Binary(Binary::Add, Box::new((left, right)))),
            Token::Operator("-") => Some(|left, right| Expr::Binary(Binary::Sub, Box::new((left, right)))),
            _ => None,
        })
    }

    fn concat(&mut self) -> Result<Expr> {
        let first = self.product()?;
        if !self.is("~") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take("~") {
            parts.push(self.product()?);
        }
        Ok(Expr::Concat(parts))
    }

    fn product(&mut self) -> Result<Expr> {
        self.chain(Self::power, |parser| match parser.token() {
            Token::Operator("*") => Some(|left, right| Expr::Binary(Binary::Mul, Box::new((left, right)))),
            Token::Operator("/") => Some(|left, right| Expr::Binary(Binary::Div, Box::new((left, right)))),
            Token::Operator("//") => {
                Some(|left, right| Expr::Binary(Binary::FloorDiv, Box::new((left, right))))
            }
            Token::Operator("%") => Some(|left, right| Expr::Binary(Binary::Mod, Box::new((left, right)))),
            _ => None,
        })
    }

    fn power(&mut self) -> Result<Expr> {
        self.chain(
            |parser| parser.unary(true),
            |parser| {
                parser.is("**").then_some(|left, right| Expr::Binary(Binary::Pow, Box::new((left, right))))
            },
        )
    }

    fn unary(&mut self, with_filters: bool) -> Result<Expr> {
        self.down(1)?;
        let value = if self.take("-") {
            Expr::Neg(Box::new(self.unary(false)?))
        } else if self.take("+") {
            Expr::Pos(Box::new(self.unary(false)?))
        } else {
            self.primary()?
        };
        let value = self.postfix(value)?;
        let value = if with_filters { self.filters_and_tests(value)? } else { value };
        self.up(1);
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expr> {
        Ok(match self.token() {
            Token::Name(_) => {
                let name = self.need_name()?;
                match &*name {
                    "true" | "True" => self.constant(Const::Bool(true)),
                    "false" | "False" => self.constant(Const::Bool(false)),
                    "none" | "None" => self.constant(Const::None),
                    _ => Expr::Name(new_name(name)),
                }
            }
            Token::Str(_) => {
                let mut text = String::new();
                while let Token::Str(part) = self.token() {
                    text.push_str(part);
                    self.next();
                }
                self.constant(Const::Str(text.into()))
            }
            &Token::Int(number) => {
                self.next();
                self.constant(Const::Int(number))
            }
            &Token::Float(number) => {
                self.next();
                self.constant(Const::Float(number))
            }
            Token::Operator("(") => {
                self.next();
                let value = self.tuple(FULL, true)?;
                self.need(")")?;
                value
            }
            Token::Operator("[") => {
                self.next();
                Expr::List(self.items("]", |parser| parser.expression(true))?)
            }
            Token::Operator("{") => {
                self.next();
                Expr::Dict(self.items("}", |parser| {
                    let key = parser.expression(true)?;
                    parser.need(":")?;
                    Ok((key, parser.expression(true)?))
                })?)
            }
            _ => return self.unexpected(),
        })
    }

    /// Items between commas up to a closing bracket, which is taken.
    fn items<T>(&mut self, close: &str, item: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while !self.is(close) {
            if !items.is_empty() {
                self.need(",")?;
                if self.is(close) {
                    break;
                }
            }
            items.push(item(self)?);
        }
        self.need(close)?;
        Ok(items)
    }

    fn postfix(&mut self, mut value: Expr) -> Result<Expr> {
        let mut levels = 0;
        loop {
            value = match self.token() {
                Token::Operator(".") => self.attribute(value)?,
                Token::Operator("[") => self.subscript(value)?,
                Token::Operator("(") => self.call(value)?,
                _ => break,
            };
            self.down(1)?;
            levels += 1;
        }
        self.up(levels);
        Ok(value)
    }

    fn attribute(&mut self, of: Expr) -> Result<Expr> {
        let line = self.line();
        self.next();
        match *self.token() {
            Token::Name(_) => Ok(Expr::Attribute(Box::new(of), self.need_name()?, line)),
            Token::Int(number) => {
                self.next();
                let index = self.constant(Const::Int(number));
                Ok(Expr::Item(Box::new((of, index)), line))
            }
            _ => self.fail("expected name or number"),
        }
    }

    fn subscript(&mut self, of: Expr) -> Result<Expr> {
        let line = self.line();
        self.next();
        let mut parts: Vec<Expr> = Vec::new();
        while !self.is("]") {
            if !parts.is_empty() {
                self.need(",")?;
            }
            let start = match self.is(":") {
                true => None,
                false => Some(self.expression(true)?),
            };
            if !self.take(":") {
                parts.extend(start);
                continue;
            }
            let ends = |parser: &Self| parser.is("]") || parser.is(",");
            let part = |parser: &mut Self| match ends(parser) || parser.is(":") {
                true => Ok(None),
                false => parser.expression(true).map(Some),
            };
            let stop = part(self)?;
            let step = match self.take(":") {
                true => part(self)?,
                false => None,
            };
            if !parts.is_empty() || !self.is("]") {
                return self.fail("a slice stands alone");
            }
            self.need("]")?;
            return Ok(Expr::Slice(Box::new(Slice { of, start, stop, step, line })));
        }
        self.need("]")?;
        let index = match parts.len() {
            1 => parts.remove(0),
            _ => Expr::Tuple(parts),
        };
        Ok(Expr::Item(Box::new((of, index)), line))
    }

    fn call(&mut self, callee: Expr) -> Result<Expr> {
        let line = self.line();
        let arguments = self.arguments()?;
        Ok(Expr::Call(Box::new(Call { callee, arguments, line })))
    }

    fn arguments(&mut self) -> Result<Arguments> {
        self.down(1)?;
        self.need("(")?;
        let mut arguments = Arguments::default();
        let mut is_first = true;
        while !self.is(")") {
            if !std::mem::take(&mut is_first) {
                self.need(",")?;
                if self.is(")") {
                    break;
                }
            }
            let Arguments { named, more, more_named, .. } = &arguments;
            let (any_named, any_more, any_more_named) =
                (!named.is_empty(), more.is_some(), more_named.is_some());
            if self.take("*") {
                if any_more || any_more_named {
                    return self.fail("invalid syntax for function call expression");
                }
                arguments.more = Some(self.expression(true)?);
            } else if self.take("**") {
                if any_more_named {
                    return self.fail("invalid syntax for function call expression");
                }
                arguments.more_named = Some(self.expression(true)?);
            } else if matches!(self.token(), Token::Name(_)) && *self.look() == Token::Operator("=") {
                let name = self.need_name()?;
                self.next();
                if any_more_named || arguments.named.iter().any(|(known, _)| *known == name) {
                    return self.fail("invalid syntax for function call expression");
                }
                let value = self.expression(true)?;
                arguments.named.push((name, value));
            } else {
                if any_more || any_more_named || any_named {
                    return self.fail("invalid syntax for function call expression");
                }
                let value = self.expression(true)?;
                arguments.positional.push(value);
            }
        }
        self.need(")")?;
        self.up(1);
        Ok(arguments)
    }

    fn filters_and_tests(&mut self, mut value: Expr) -> Result<Expr> {
        let mut levels = 0;
        loop {
            value = match self.token() {
                Token::Operator("|") => {
                    self.next();
                    self.filter(Some(value))?
                }
                Token::Operator("(") => self.call(value)?,
                Token::Name(name) if name == "is" => self.test(value)?,
                _ => break,
            };
            self.down(1)?;
            levels += 1;
        }
        self.up(levels);
        Ok(value)
    }

    /// Filters behind a block's tag; the first without a bar where `inline` says so.
    fn filters(&mut self, mut value: Option<Expr>, inline: bool) -> Result<Option<Expr>> {
        let mut levels = 0;
        let mut inline = inline;
        while inline || self.is("|") {
            if !std::mem::take(&mut inline) {
                self.next();
            }
            value = Some(self.filter(value)?);
            self.down(1)?;
            levels += 1;
        }
        self.up(levels);
        Ok(value)
    }

    fn dotted_name(&mut self) -> Result<Arc<str>> {
        let mut name = self.need_name()?.to_string();
        while self.take(".") {
            name.push('.');
            name.push_str(&self.need_name()?);
        }
        Ok(name.into())
    }

    fn filter(&mut self, value: Option<Expr>) -> Result<Expr> {
        let line = self.line();
        let name = self.dotted_name()?;
        let arguments = if self.is("(") { self.arguments()? } else { Arguments::default() };
        Ok(Expr::Filter(Box::new(Applied { value, name, arguments, line })))
    }

    fn test(&mut self, value: Expr) -> Result<Expr> {
        let line = self.line();
        self.next();
        let negated = self.take_word("not");
        let name = self.dotted_name()?;
        let mut arguments = Arguments::default();
        let takes_value = match self.token() {
            Token::Name(word) => !matches!(word.as_str(), "else" | "or" | "and"),
            Token::Str(_) | Token::Int(_) | Token::Float(_) => true,
            Token::Operator(operator) => matches!(*operator, "[" | "{"),
            _ => false,
        };
        if self.is("(") {
            arguments = self.arguments()?;
        } else if takes_value {
            if self.is_word("is") {
                return self.fail("tests can't be chained with is");
            }
            self.down(1)?;
            let argument = self.primary()?;
            arguments.positional.push(self.postfix(argument)?);
            self.up(1);
        }
        let test = Expr::Test(Box::new(Applied { value: Some(value), name, arguments, line }));
        Ok(if negated { Expr::Not(Box::new(test)) } else { test })
    }
}

fn new_name(name: Arc<str>) -> Name {
    Name { name, slot: Slot::default() }
}

fn new_macro(name: Option<Arc<str>>, parameters: Vec<Parameter>, body: Vec<Stmt>, line: u32) -> Macro {
    Macro {
        name,
        parameters,
        body,
        scope: Scope::default(),
        size: 0,
        caller: None,
        takes_caller: false,
        kwargs: None,
        varargs: None,
        line,
    }
}

fn is_constant(name: &str) -> bool {
    matches!(name, "true" | "false" | "none" | "True" | "False" | "None")
}
