//! A minijinja environment that behaves like `transformers`' jinja2 one.

use std::fmt;

use chrono::format::{Item, StrftimeItems};
use chrono::NaiveDateTime;
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};

use super::{json, python};

pub(super) fn new(clock: fn() -> NaiveDateTime) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.set_formatter(|output, _, value| {
        python::write_str(output, value)
            .map_err(|_| Error::new(ErrorKind::WriteFailure, "the prompt could not be written"))
    });
    minijinja_contrib::add_to_environment(&mut environment);
    environment.add_filter("tojson", json::tojson);
    environment.add_filter("string", |value: &Value| python::to_str(value));
    environment.add_test("sequence", is_sequence);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", move |format: &str| strftime(clock(), format));
    environment
}

/// In Python everything that has a length and can be indexed is a sequence.
fn is_sequence(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::String | ValueKind::Seq | ValueKind::Map | ValueKind::Bytes)
}

/// What a template said when it refused a conversation.
#[derive(Debug)]
struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, "raise_exception was called").with_source(Refusal(message)))
}

/// The words of `raise_exception`, where that is what failed.
pub(super) fn refusal(error: &Error) -> Option<&str> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(Refusal(words)) = error.downcast_ref() {
            return Some(words);
        }
        cause = error.source();
    }
    None
}

fn strftime(now: NaiveDateTime, format: &str) -> Result<String, Error> {
    let items: Vec<Item> = StrftimeItems::new(format).collect();
    // chrono panics when it formats an unknown specifier.
    if items.iter().any(|item| matches!(item, Item::Error)) {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("strftime_now does not know the format {format}"),
        ));
    }
    let mut text = String::new();
    fmt::Write::write_fmt(&mut text, format_args!("{}", now.format_with_items(items.iter()))).map_err(
        |_| {
            // A time zone was asked for, which a plain time does not have.
            Error::new(ErrorKind::InvalidOperation, format!("strftime_now can't fill the format {format}"))
        },
    )?;
    Ok(text)
}
