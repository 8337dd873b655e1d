//! Why a template does not compile, or gives no text.

use std::fmt;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is no template.
    Syntax,
    /// It called `raise_exception`.
    Refused,
    /// It takes a value for something that it is not; Python raises here too.
    Value,
    /// It takes too long, writes too much, or takes too much memory.
    Endless,
}

#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    pub message: String,
    /// The line of the template, from 1; of a failure while rendering, the one that was last begun.
    pub line: Option<u32>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), line: None }
    }

    /// What Python raises as `TypeError`, `ValueError`, `UndefinedError` and so on.
    pub fn value(message: impl Into<String>) -> Self {
        Self::new(Kind::Value, message)
    }

    pub fn syntax(message: impl Into<String>, line: u32) -> Self {
        Self { kind: Kind::Syntax, message: message.into(), line: Some(line) }
    }

    pub fn endless(message: impl Into<String>) -> Self {
        Self::new(Kind::Endless, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A failure by value, as an `Err`.
pub fn wrong<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::value(message))
}
