//! The real worker with the bundled model, driven over its protocol.

mod bad_input;
mod client;
mod generation;
mod lifetime;
mod protocol;
mod reference;
