//! `vitrine-worker`: one process, one model.
//!
//! Reads JSON-RPC 2.0 lines on stdin and writes them on stdout (`docs/worker-protocol.md`);
//! stderr is the log. Everything that a model file or the engine can do to a process happens
//! here, so that the shell survives it. It ends when stdin closes.

mod convert;
mod desk;
mod embeddings;
mod engine;
mod generation;
mod in_file;
mod inspect;
mod load;
mod loaded;
mod output;
mod panic;
mod processor;
mod progress;
mod prompt;
mod sandbox;
mod scratch;
mod server;
mod session;
mod subject;
mod text;
mod training;
mod unreadable;
mod vocabulary;
mod windows;

use std::process::ExitCode;

/// About a tenth of decode time is the kernel clearing fresh pages with the system allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // It has looked already, where it can (see there).
    vitrine_processor::link();
    if let Err(missing) = vitrine_core::cpu::check() {
        eprintln!(
            "vitrine-worker: 处理器缺少程序需要的指令：{missing}\n\
             vitrine-worker: this processor lacks what the program needs: {missing}"
        );
        return ExitCode::FAILURE;
    }
    // As the system gives it: an argument need not be text.
    match std::env::args_os().nth(1) {
        None => {}
        Some(argument) if argument == "--version" => {
            println!("vitrine-worker {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Some(_) => {
            eprintln!(
                "vitrine-worker: loads one language model and reports every token.\n\
                 It takes no arguments: write JSON-RPC 2.0 lines to its standard input.\n\
                 See docs/worker-protocol.md for the methods and an example."
            );
            return ExitCode::FAILURE;
        }
    }
    let sandbox = sandbox::Confinement::begin();
    hide_the_hub_cache();
    panic::install();
    server::run(sandbox)
}

/// The Hub client that mistral.rs brings along keeps its cache and its access token here. With a folder
/// that does not exist it finds neither. This does not switch the network off: that is
/// done by [`sandbox`], and only local paths reach the engine, which is seen to by `load`.
fn hide_the_hub_cache() {
    std::env::set_var("HF_HOME", std::env::temp_dir().join("vitrine-no-hub"));
}
