//! Is there a font that draws Chinese? Without one the interface and every answer are empty boxes, and nothing on the
//! screen says why.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::OnceLock;

use tauri::WebviewWindow;

use crate::contract::MissingFont;
use crate::support::notes::Notes;

/// What the interface is made of, and a character that only Chinese has.
#[cfg(target_os = "linux")]
const SAMPLE: &str = "\u{900f}\u{7a97}\u{8bf7}";

static DRAWS: OnceLock<bool> = OnceLock::new();
static FORGOTTEN: AtomicBool = AtomicBool::new(false);

/// Asks the toolkit, which finds fonts the way the web view does. On the main thread.
pub fn look(window: &WebviewWindow) {
    let draws = draws_chinese(window).unwrap_or(true);
    if !draws {
        tracing::warn!("no font here draws Chinese");
    }
    // Asked once.
    let _ = DRAWS.set(draws);
}

#[cfg(target_os = "linux")]
fn draws_chinese(window: &WebviewWindow) -> Option<bool> {
    use gtk::prelude::WidgetExt;
    let place = window.default_vbox().ok()?;
    let layout = place.create_pango_layout(Some(SAMPLE));
    Some(layout.unknown_glyphs_count() == 0)
}

#[cfg(not(target_os = "linux"))]
fn draws_chinese(_: &WebviewWindow) -> Option<bool> {
    // Windows and macOS bring one along.
    None
}

/// What is to be installed, until the user has put that away.
pub fn missing(data: &std::path::Path) -> Option<MissingFont> {
    let is_missing = DRAWS.get() == Some(&false) && !FORGOTTEN.load(Ordering::Relaxed);
    if !is_missing || Notes::load(data).missing_font_forgotten {
        return None;
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    Some(package(&release))
}

/// The user has put it away, though it may not be kept for the next start.
pub fn forget() {
    FORGOTTEN.store(true, Ordering::Relaxed);
}

/// By what the system says it is or is made from (os-release(5)).
fn package(release: &str) -> MissingFont {
    let value = |name: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let kinds = format!("{} {}", value("ID="), value("ID_LIKE="));
    let is = |names: &[&str]| kinds.split_whitespace().any(|kind| names.contains(&kind));
    let known = |package: &str, install: &str| MissingFont {
        package: package.into(),
        command: Some(format!("sudo {install} {package}")),
    };
    if is(&["debian", "ubuntu"]) {
        known("fonts-noto-cjk", "apt install")
    } else if is(&["fedora", "rhel", "centos"]) {
        known("google-noto-sans-cjk-fonts", "dnf install")
    } else if is(&["opensuse", "suse", "sles"]) {
        known("google-noto-sans-sc-fonts", "zypper install")
    } else if is(&["arch"]) {
        known("noto-fonts-cjk", "pacman -S")
    } else {
        MissingFont {
            package: "fonts-noto-cjk, google-noto-sans-cjk-fonts, noto-fonts-cjk".into(),
            command: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_that_of_the_system() {
        let command = |release: &str| package(release).command;
        assert_eq!(command("NAME=x\nID=debian\n").as_deref(), Some("sudo apt install fonts-noto-cjk"));
        assert_eq!(
            command("ID=linuxmint\nID_LIKE=\"ubuntu debian\"").as_deref(),
            Some("sudo apt install fonts-noto-cjk")
        );
        assert_eq!(command("ID=fedora").as_deref(), Some("sudo dnf install google-noto-sans-cjk-fonts"));
        assert_eq!(command("ID=manjaro\nID_LIKE=arch").as_deref(), Some("sudo pacman -S noto-fonts-cjk"));
        assert_eq!(command(""), None);
        assert!(package("").package.contains("fonts-noto-cjk"));
    }
}
