//! jinja2 as `transformers` sets it up for chat templates, down to the last space.
//!
//! Chat templates are written for one program: Python's jinja2, in an immutable sandbox, with `trim_blocks`,
//! `lstrip_blocks`, loop controls and a `tojson` of its own. An engine for another dialect of the language prints another text
//! for some of them, without a word, and a prompt with another text is another prompt. So this is that
//! language itself: jinja2's lexer, grammar and rules of scope, over Python's values.
//!
//! [`lexer`] and [`parser`] make a tree of the text, [`scope`] says where every name is kept, [`interpreter`] runs it.
//! A template comes from a stranger: [`limits`] bounds its time, its memory and its depth.

mod ast;
mod attributes;
mod error;
mod filters;
mod format;
mod functions;
mod interpreter;
mod iterate;
mod json;
mod lexer;
mod limits;
mod methods;
mod names;
mod numbers;
mod ops;
mod parser;
mod percent;
mod pprint;
mod print;
mod scope;
mod tests;
mod value;
mod wrap;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde_json::{Map, Value as Json};

use error::Result;
pub use error::{Error, Kind};
use filters::text as filters_text;
use interpreter::Interpreter;
use value::Value;

/// A template that was read.
#[derive(Debug)]
pub struct Template {
    program: ast::Program,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`Kind::Syntax`] with the line.
    pub fn new(source: &str) -> Result<Self> {
        on_large_stack(|| {
            let mut program = parser::parse(source)?;
            scope::place(&mut program)?;
            Ok(Self { program })
        })
    }

    /// The text that it makes of these variables. `clock` is what `strftime_now` asks.
    ///
    /// # Errors
    /// Every [`Kind`] but `Syntax`.
    pub fn render(&self, variables: &Map<String, Json>, clock: fn() -> NaiveDateTime) -> Result<String> {
        on_large_stack(|| {
            limits::begin();
            let mut values: HashMap<Arc<str>, Value> = HashMap::new();
            for (name, value) in variables {
                values.insert(name.as_str().into(), Value::of_json(value)?);
            }
            let mut interpreter = Interpreter::new(&self.program, clock);
            interpreter.render(values).map_err(|mut error| {
                error.line.get_or_insert(interpreter.line);
                error
            })
        })
    }
}

/// Runs on a thread of its own, whose stack is as large as the limits of depth ask for, whoever calls.
fn on_large_stack<T: Send>(run: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let failed = |_| Error::endless("no thread for the template");
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(limits::STACK).spawn_scoped(scope, run);
        thread
            .map_err(failed)?
            .join()
            .unwrap_or_else(|_| Err(Error::value("the template engine fails on a value")))
    })
}
