//! A processor without AVX2, played by qemu.

use std::process::Command;

use crate::stage::{built, has, run};

/// Of 2008: SSE4.2 and nothing after it.
const OLD: &str = "Nehalem";

fn on_old_processor(program: &str) -> Command {
    let mut command = Command::new("qemu-x86_64");
    command
        .args(["-cpu", OLD])
        .arg(built(program))
        // The player does not know its system calls.
        .env("VITRINE_SANDBOX", "off")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

#[test]
fn the_app_says_what_the_processor_lacks_in_both_languages() {
    if !has("qemu-x86_64") {
        return;
    }
    let said = run(&mut on_old_processor("vitrine"));
    assert_eq!(said.status.code(), Some(1), "{}", said.text);
    assert!(said.text.contains("lacks instructions that Vitrine needs"), "{}", said.text);
    assert!(said.text.contains("缺少 Vitrine 需要的指令"), "{}", said.text);
    assert!(said.text.contains("AVX2"), "{}", said.text);
}

#[test]
fn the_worker_says_it_too() {
    if !has("qemu-x86_64") {
        return;
    }
    let said = run(&mut on_old_processor("vitrine-worker"));
    assert_eq!(said.status.code(), Some(1), "{}", said.text);
    assert!(said.text.contains("lacks instructions that Vitrine needs"), "{}", said.text);
    assert!(said.text.contains("缺少 Vitrine 需要的指令") && said.text.contains("AVX2"), "{}", said.text);
}
