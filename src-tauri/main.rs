//! The program `vitrine`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // It has looked before this line was reached, where it can. Elsewhere the next line may be the last without these
    // instructions.
    vitrine_processor::link();
    match vitrine_core::cpu::check() {
        Ok(()) => vitrine_shell::main(),
        Err(missing) => vitrine_shell::refuse_processor(&missing),
    }
}
