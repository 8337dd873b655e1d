//! A minijinja environment that behaves like `transformers`' jinja2 one.

use std::fmt;

use chrono::format::StrftimeItems;
use chrono::NaiveDateTime;
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};

use super::{filters, methods, python};

pub(super) fn new(clock: fn() -> NaiveDateTime) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_unknown_method_callback(methods::call);
    environment.set_formatter(|output, _, value| {
        python::write_str(output, value)
            .map_err(|_| Error::new(ErrorKind::WriteFailure, "the prompt could not be written"))
    });
    minijinja_contrib::add_to_environment(&mut environment);
    filters::add_to(&mut environment);
    environment.add_test("sequence", is_sequence);
    environment.add_test("iterable", is_iterable);
    // Truth values are numbers in Python.
    environment
        .add_test("number", |value: &Value| matches!(value.kind(), ValueKind::Number | ValueKind::Bool));
    environment.set_fuel(Some(FUEL));
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", move |format: &str| strftime(clock(), format));
    environment
}

/// Instructions that rendering may take: some hundred times what a long conversation needs, and
/// less than two seconds.
const FUEL: u64 = 20_000_000;

/// In Python everything that has a length and can be indexed is a sequence. (Slices of lists are
/// lists there.)
fn is_sequence(value: &Value) -> bool {
    let kind = value.kind();
    matches!(
        kind,
        ValueKind::String | ValueKind::Seq | ValueKind::Iterable | ValueKind::Map | ValueKind::Bytes
    )
}

/// What a loop can go through; an undefined value is an empty list, `None` is not.
fn is_iterable(value: &Value) -> bool {
    is_sequence(value) || value.is_undefined()
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

/// Python's `strftime` of a time without a zone, in the C locale.
fn strftime(now: NaiveDateTime, format: &str) -> Result<String, Error> {
    let mut text = String::new();
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let flag = usize::from(rest[1..].starts_with(['-', '_', '0', '^', '#']));
        let Some(letter) = rest[1 + flag..].chars().next() else { break };
        let (specifier, behind) = rest.split_at(1 + flag + letter.len_utf8());
        rest = behind;
        match letter {
            'Z' | 'z' => {}
            // Microseconds; chrono would give nanoseconds.
            'f' => text.push_str(&now.format("%6f").to_string()),
            _ => match StrftimeItems::new(specifier).parse() {
                // chrono fails where a zone is wanted.
                Ok(items) => {
                    fmt::Write::write_fmt(&mut text, format_args!("{}", now.format_with_items(items.iter())))
                        .map_err(|_| {
                            Error::new(
                                ErrorKind::InvalidOperation,
                                format!("strftime_now can't fill the format {format}"),
                            )
                        })?
                }
                // Like the C library: what is no specifier stays.
                Err(_) => text.push_str(specifier),
            },
        }
    }
    text.push_str(rest);
    Ok(text)
}
