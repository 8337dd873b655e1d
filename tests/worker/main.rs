//! The real worker with the bundled model, driven over its protocol.

mod agreement;
mod asking;
mod bad_input;
mod browsing;
mod client;
mod context;
mod folders;
mod generation;
mod in_file;
mod inspect;
mod lifetime;
mod long_rope;
#[cfg(unix)]
#[path = "../lowered.rs"]
mod lowered;
mod numbers;
mod protocol;
mod random_ids;
mod random_model;
mod reference;
mod reuse;
mod sandbox;
mod shapes;
mod showcase;
mod split;
mod stop;
mod vocabulary;
