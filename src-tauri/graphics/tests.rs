//! What is decided, for every kind of start.

use super::*;

const WEBKIT: &str = "2.50.4";

struct Case {
    wish: Wish,
    environment: Vec<(&'static str, &'static str)>,
    notes: Notes,
    web_view: &'static str,
    driver: nvidia::Finding,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            wish: Wish::None,
            environment: Vec::new(),
            notes: Notes::default(),
            web_view: WEBKIT,
            driver: nvidia::Finding::Nothing,
        }
    }
}

impl Case {
    fn decided(self) -> (Remedy, Reason) {
        let environment =
            self.environment.iter().map(|(name, value)| ((*name).to_owned(), value.into())).collect();
        let Decision { remedy, reason } = decide(&Facts {
            wish: self.wish,
            environment: &environment,
            notes: &self.notes,
            web_view: self.web_view,
            driver: self.driver,
        });
        (remedy, reason)
    }
}

fn remembered(remedy: Remedy, webkit: &str) -> Notes {
    let graphics = Graphics { remedy: remedy.name().into(), webkit: webkit.into() };
    Notes { graphics: Some(graphics), ..Notes::default() }
}

#[test]
fn nothing_is_done_for_everyone() {
    assert_eq!(Case::default().decided(), (Remedy::None, Reason::Ordinary));
}

#[test]
fn a_known_driver_gets_its_remedy_as_long_as_the_web_view_bears_it() {
    let driver = nvidia::Finding::Dmabuf;
    let with = |web_view| Case { driver, web_view, ..Case::default() }.decided();
    assert_eq!(with("2.50.4"), (Remedy::WithoutDmabuf, Reason::KnownDriver));
    assert_eq!(with("2.53.91"), (Remedy::WithoutDmabuf, Reason::KnownDriver));
    assert_eq!(with("2.54.0"), (Remedy::None, Reason::Ordinary));
    let wayland = Case { driver: nvidia::Finding::ExplicitSync, web_view: "2.56.0", ..Case::default() };
    assert_eq!(wayland.decided(), (Remedy::WithoutExplicitSync, Reason::KnownDriver));
}

#[test]
fn who_sets_a_variable_or_drives_the_window_is_left_alone() {
    let driver = nvidia::Finding::Dmabuf;
    for name in CHOICES {
        let case = Case { driver, environment: vec![(name, "0")], ..Case::default() };
        assert_eq!(case.decided(), (Remedy::None, Reason::Chosen), "{name}");
    }
    let driven = Case { driver, environment: vec![(AUTOMATION, "true")], ..Case::default() };
    assert_eq!(driven.decided(), (Remedy::None, Reason::Driven));
    let asked = Case { wish: Wish::Safe, environment: vec![(CHOICES[0], "1")], ..Case::default() };
    assert_eq!(asked.decided(), (Remedy::Software, Reason::Asked), "said louder than a variable");
}

#[test]
fn what_helped_is_used_until_the_web_view_changes_or_it_is_unwanted() {
    let notes = remembered(Remedy::WithoutCompositing, WEBKIT);
    let case = || Case { notes: notes.clone(), ..Case::default() };
    assert_eq!(case().decided(), (Remedy::WithoutCompositing, Reason::Remembered));
    assert_eq!(Case { web_view: "2.52.0", ..case() }.decided(), (Remedy::None, Reason::Ordinary));
    assert_eq!(Case { wish: Wish::Usual, ..case() }.decided(), (Remedy::None, Reason::Ordinary));
    let unknown =
        Notes { graphics: Some(Graphics { remedy: "magic".into(), webkit: WEBKIT.into() }), ..notes };
    assert_eq!(Case { notes: unknown, ..Case::default() }.decided(), (Remedy::None, Reason::Ordinary));
}

#[test]
fn starts_that_vanish_before_anything_is_painted_lead_to_the_next_remedy() {
    let after = |unpainted_starts| {
        let notes = Notes { unpainted_starts, ..Notes::default() };
        Case { notes, ..Case::default() }.decided()
    };
    assert_eq!(after(1), (Remedy::None, Reason::Ordinary));
    assert_eq!(after(2), (Remedy::WithoutDmabuf, Reason::Vanished));
    assert_eq!(after(3), (Remedy::WithoutCompositing, Reason::Vanished));
    assert_eq!(after(u32::MAX >> 20), (Remedy::Software, Reason::Vanished));
}

#[test]
fn remedies_come_one_after_the_other_and_end() {
    let all = |version: &str| {
        let mut tried = vec![Remedy::None];
        while let Some(next) = tried[tried.len() - 1].next(WebView::parse(version)) {
            assert!(tried.iter().all(|before| *before < next), "always more: {tried:?}, {next:?}");
            tried.push(next);
        }
        tried
    };
    use Remedy::{None, Software, WithoutCompositing, WithoutDmabuf};
    assert_eq!(all("2.50.4"), [None, WithoutDmabuf, WithoutCompositing, Software]);
    assert_eq!(all("2.54.1"), [None, WithoutCompositing, Software]);
    for remedy in Remedy::ALL {
        assert_eq!(Remedy::named(remedy.name()), Some(remedy));
        let case = Case { environment: vec![(ATTEMPT, remedy.name())], ..Case::default() };
        assert_eq!(case.decided(), (remedy, Reason::Tried));
    }
}
