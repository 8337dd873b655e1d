//! Windows that are never painted.

use std::time::Duration;

use crate::stage::{has, Window};

/// See `commands/painting.rs`: the least remedy with which this driver paints.
const PAINTED_WITH: &str = "VITRINE_TEST_PAINTED_WITH";

#[test]
fn a_page_that_is_never_painted_gets_the_next_remedy_until_one_helps_and_keeps_it() {
    if !has("xvfb-run") {
        return;
    }
    let window = Window::open(|command| {
        command.env(PAINTED_WITH, "without_compositing");
    });
    window.until_painted();
    let app = window.app().expect("it runs");
    let environment = std::fs::read(format!("/proc/{app}/environ")).expect("readable");
    let has_variable =
        |wanted: &str| environment.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes());
    assert!(has_variable("VITRINE_GRAPHICS=without_compositing"));
    assert!(!has_variable("WEBKIT_DISABLE_DMABUF_RENDERER=1"), "that of the remedy before is gone");
    let said = window.said();
    assert_eq!(said.matches("the app starts again").count(), 2, "{said}");
    // It is written on another thread.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(window.notes()["graphics"]["remedy"], "without_compositing", "{}", window.notes());

    let data = window.data.clone();
    let folder = window.close();
    let again = Window::open_in(folder, data, |command| {
        command.env(PAINTED_WITH, "without_compositing");
    });
    again.until_painted();
    assert_eq!(again.said().matches("the app starts again").count(), 0, "{}", again.said());
}

#[test]
fn what_no_remedy_helps_is_tried_three_times_and_left() {
    if !has("xvfb-run") {
        return;
    }
    let window = Window::open(|command| {
        command.env(PAINTED_WITH, "nothing");
    });
    window.until_said("whatever was tried");
    std::thread::sleep(Duration::from_secs(3));
    let said = window.said();
    assert_eq!(said.matches("the app starts again").count(), 3, "{said}");
    assert!(window.app().is_some(), "it waits for whoever knows better");
    assert!(window.notes()["graphics"].is_null(), "what did not help is not remembered");
}

#[test]
fn the_safest_way_can_be_asked_for_and_is_kept_until_it_is_unwanted() {
    if !has("xvfb-run") {
        return;
    }
    let safe = Window::open(|command| {
        command.arg("--safe-graphics");
    });
    safe.until_painted();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(safe.notes()["graphics"]["remedy"], "software", "{}", safe.notes());
    let data = safe.data.clone();
    let usual = Window::open_in(safe.close(), data, |command| {
        command.arg("--usual-graphics");
    });
    usual.until_painted();
    std::thread::sleep(Duration::from_secs(1));
    assert!(usual.notes()["graphics"].is_null(), "{}", usual.notes());
}
