//! Conversations for other programs and for people. The app's own format, from which nothing is missing, is
//! [`crate::document`].

pub mod chat_lines;
mod file_name;
pub mod html;
pub mod markdown;
mod words;

pub use file_name::file_stem;

/// The language of headings and explanations. The words of the conversation stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}
