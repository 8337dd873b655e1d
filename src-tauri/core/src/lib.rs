//! What the shell and the worker share, and nothing that needs a window or an engine.
//!
//! * [`protocol`]: the JSON-RPC messages between shell and worker.
//! * [`blueprint`]: what the engine must be told to compute a model right.
//! * [`header`]: what a model file says about itself, read without its weights.
//! * [`tokenizer`]: exact tokenizers built from GGUF metadata or `tokenizer.json`.
//! * [`inspect`]: what a tokenizer does to a text, told so that it can be shown.
//! * [`vocabulary`]: the entries of a vocabulary, ready to be searched. [`training`]: where a vocabulary comes from.
//! * [`embeddings`]: the rows that tokens have in a model's table.
//! * [`surprise`]: how much a text surprised a model.
//! * [`template`]: chat templates, rendered like Hugging Face does.
//! * [`sampling`]: logits -> candidates with reasons -> choice, as a pure function.
//! * [`prepared`]: models written once more in the engine's container: where they lie, who uses them.
//! * [`memory`]: how much memory a process holds for itself.
//! * [`packing`]: what the engine makes of packed weights in memory.
//! * [`cpu`]: is this processor able to run the program at all? [`panic_text`]: what may be told of a panic.

pub mod blueprint;
pub mod cpu;
pub mod embeddings;
pub mod header;
pub mod inspect;
pub mod memory;
pub mod packing;
pub mod panic_text;
pub mod prepared;
pub mod protocol;
pub mod sampling;
pub mod surprise;
pub mod template;
pub mod tokenizer;
pub mod training;
pub mod vocabulary;
