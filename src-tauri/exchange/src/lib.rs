//! Conversations out of the app and into it.
//!
//! * [`document`]: the app's own open format, complete and streamed (docs/export-format.md).
//! * [`import`]: files, archives and folders of this app and of others, recognised by what is in them and never by
//!   their names. Each conversation is handed to the app as a [`document::Conversation`]; what became of everything
//!   stands in a [`Receipt`].
//! * [`export`]: Markdown, OpenAI's chat lines, and a page that opens without a network and shows the tokens.
//!
//! Nothing here knows the app's database or its window.

mod cut;
pub mod document;
mod draft;
pub mod export;
mod fault;
mod import;
mod limits;
mod receipt;
mod source;
pub mod thoughts;

pub use fault::Fault;
pub use import::{import, Found, Import, Progress};
pub use limits::Limits;
pub use receipt::{LeftOut, Oddity, Outcome, Receipt, Source, SourceCount, Warning, Why};
