//! The program `vitrine`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: without these instructions the next line may be the last.
    match vitrine_core::cpu::check() {
        Ok(()) => vitrine_shell::main(),
        Err(missing) => vitrine_shell::refuse_processor(&missing),
    }
}
