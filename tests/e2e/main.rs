//! Whole journeys in the real window, by WebDriver (`make test-e2e`).
//!
//! Few and long on purpose: what a person does from the first start on. Everything smaller is
//! tested on the worker (`tests/worker`) or on the UI with the fake client (`ui/`).

mod app;
mod bench_ui;
mod first_hour;
mod inspector;
mod journeys;
mod models;
mod processes;
mod screenshots;
mod see_through;
mod webdriver;
mod window;
