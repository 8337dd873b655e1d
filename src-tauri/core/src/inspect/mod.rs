//! What a tokenizer does to a text, told so that it can be shown: cuts, steps, guises, and the way back.
//!
//! Nothing here needs a model's weights. Places in a text are bytes of its UTF-8.
//!
//! * [`Opened`]: a tokenizer with what belongs to it, from a file.
//! * [`words`], [`characters`], [`tokens`]: three ways to cut a text. [`compare`]: two of them side by side.
//! * [`message`]: the text as a message. [`guises`]: a word, written otherwise. [`from_ids`]: the way back.
//! * [`steps`]: how it comes to be cut so.

mod characters;
mod chinese;
mod compare;
mod guises;
mod ids;
mod message;
mod open;
mod steps;
mod tokens;
mod words;

pub use characters::characters;
pub use compare::{compare, Difference};
pub use guises::guises;
pub use ids::from_ids;
pub use message::message;
pub use open::{summary, template_variables, Opened};
pub use steps::steps;
pub use tokens::tokens;
pub use words::{words, Words};

#[cfg(test)]
mod tests;
