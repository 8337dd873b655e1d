//! Starts of the real program on machines as they are: without a screen, without rights, on an old processor, with drivers
//! that paint nothing, under Wayland, in a locale of another age.
//!
//! What a machine needs for one of these and lacks is said, and the test left out.

#![cfg(target_os = "linux")]

mod graphics;
#[path = "../e2e/processes.rs"]
#[allow(dead_code, reason = "shared with the journeys")]
mod processes;
mod processor;
mod stage;
mod surroundings;
mod wayland;
