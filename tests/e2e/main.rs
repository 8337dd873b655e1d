//! Whole journeys in the real window, by WebDriver (`make test-e2e`).
//!
//! Few and long on purpose: what a person does from the first start on. Everything smaller is
//! tested on the worker (`tests/worker`) or on the UI with the fake client (`ui/`).

mod accessible;
mod app;
mod bench_start;
mod bench_ui;
mod dropping;
mod first_hour;
mod history;
mod input_method;
mod inspector;
mod installed;
mod journeys;
mod models;
mod processes;
mod screen_reader;
mod screenshots;
mod see_through;
mod webdriver;
mod window;
