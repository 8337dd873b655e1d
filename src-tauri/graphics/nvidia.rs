//! NVIDIA's own driver, by what the kernel tells in sysfs. Free drivers for the same cards (nouveau) need no remedy.
//!
//! On X11 its windows stay blank with WebKitGTK's DMA-BUF renderer (tauri #9394, #10702; WebKit 280210). On Wayland that
//! renderer breaks the rules of explicit synchronization: strict compositors end the app for it. The crate
//! `webkit2gtk-nvidia-quirk` has collected which combination needs what; these are its findings, asked of folders that a
//! test can make.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// PCI's number of NVIDIA.
const VENDOR: &str = "0x10de";
/// The first driver that the newer library for Wayland works with.
const NEW_DRIVER: u32 = 560;

/// Where to look.
#[derive(Debug, Clone)]
pub struct Places {
    /// `/sys/class/drm`.
    pub cards: PathBuf,
    /// `/proc/driver/nvidia/version`.
    pub version: PathBuf,
    /// Folders of descriptions (`*.json`) of EGL's external platforms, in the order of EGL's loader.
    pub platforms: Vec<PathBuf>,
}

impl Places {
    /// Those of the system.
    pub fn of_system(environment: &BTreeMap<String, OsString>) -> Self {
        let named = environment.get("__EGL_EXTERNAL_PLATFORM_CONFIG_DIRS");
        let platforms = match named {
            Some(folders) => std::env::split_paths(folders).collect(),
            None => vec![
                "/etc/egl/egl_external_platform.d".into(),
                "/usr/share/egl/egl_external_platform.d".into(),
            ],
        };
        Self { cards: "/sys/class/drm".into(), version: "/proc/driver/nvidia/version".into(), platforms }
    }
}

/// What is known to fail here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    Nothing,
    /// Explicit synchronization.
    ExplicitSync,
    /// The DMA-BUF renderer.
    Dmabuf,
}

/// Looks at cards, driver and session.
pub fn look(places: &Places, environment: &BTreeMap<String, OsString>) -> Finding {
    if !has_driver(&places.cards) {
        return Finding::Nothing;
    }
    let desktop = Desktop::of(environment);
    match session(environment) {
        Some(Session::X11) => Finding::Dmabuf,
        Some(Session::Wayland) if desktop == Desktop::Hyprland => Finding::Dmabuf,
        Some(Session::Wayland) if desktop == Desktop::Kde => Finding::ExplicitSync,
        Some(Session::Wayland) if has_new_library(places) => Finding::Nothing,
        Some(Session::Wayland) => Finding::ExplicitSync,
        None => Finding::Nothing,
    }
}

/// Does the first screen hang on an NVIDIA card, and has one of them NVIDIA's driver?
fn has_driver(cards: &Path) -> bool {
    let entries = std::fs::read_dir(cards).into_iter().flatten().flatten();
    let is_card = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // card0, and not its connectors (card0-HDMI-A-1).
        name.strip_prefix("card")
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let cards: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_card).collect();
    let reads =
        |path: PathBuf, wanted: &str| std::fs::read_to_string(path).is_ok_and(|text| text.trim() == wanted);
    let is_first = |card: &PathBuf| {
        ["boot_display", "device/boot_display", "device/boot_vga"]
            .iter()
            .any(|name| reads(card.join(name), "1"))
    };
    let is_nvidia = |card: &PathBuf| reads(card.join("device/vendor"), VENDOR);
    // The text of the link is enough: its goal is out of sight in a sandbox.
    let driven = |card: &PathBuf| {
        std::fs::read_link(card.join("device/driver")).is_ok_and(|driver| driver.ends_with("nvidia"))
    };
    cards.iter().any(|card| is_first(card) && is_nvidia(card)) && cards.iter().any(driven)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    X11,
    Wayland,
}

/// What GTK will take.
fn session(environment: &BTreeMap<String, OsString>) -> Option<Session> {
    let value = |name: &str| environment.get(name).and_then(|value| value.to_str()).unwrap_or_default();
    let named = |name: &str| match name.trim() {
        "x11" => Some(Session::X11),
        "wayland" => Some(Session::Wayland),
        _ => None,
    };
    let backend = value("GDK_BACKEND").split(',').find_map(named);
    backend.or_else(|| named(value("XDG_SESSION_TYPE"))).or_else(|| {
        match (value("WAYLAND_DISPLAY"), value("DISPLAY")) {
            ("", "") => None,
            ("", _) => Some(Session::X11),
            _ => Some(Session::Wayland),
        }
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desktop {
    Hyprland,
    Kde,
    Other,
}

impl Desktop {
    fn of(environment: &BTreeMap<String, OsString>) -> Self {
        let value = |name: &str| environment.get(name).and_then(|value| value.to_str()).unwrap_or_default();
        let names = match value("XDG_CURRENT_DESKTOP") {
            "" => value("XDG_SESSION_DESKTOP"),
            names => names,
        };
        let is = |wanted: &[&str]| names.split([':', ';', ',']).any(|name| wanted.contains(&name.trim()));
        if is(&["Hyprland"]) || !value("HYPRLAND_INSTANCE_SIGNATURE").is_empty() {
            Self::Hyprland
        } else if is(&["KDE", "Plasma"]) {
            Self::Kde
        } else {
            Self::Other
        }
    }
}

/// NVIDIA's newer library for Wayland comes first, and the driver is one that it works with.
fn has_new_library(places: &Places) -> bool {
    let version = std::fs::read_to_string(&places.version).unwrap_or_default();
    let driver = version.split_whitespace().find_map(|word| word.split_once('.')?.0.parse::<u32>().ok());
    let descriptions = places.platforms.iter().flat_map(|folder| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|it| it == "json"))
            .collect();
        files.sort();
        files
    });
    let library = descriptions
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .find(|text| text.contains("nvidia-egl-wayland"));
    driver.is_some_and(|driver| driver >= NEW_DRIVER)
        && library.is_some_and(|text| text.contains("nvidia-egl-wayland2"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A made-up `/sys`, `/proc` and `/etc`.
    struct Machine {
        root: tempfile::TempDir,
    }

    impl Machine {
        fn new() -> Self {
            Self { root: tempfile::tempdir().expect("a temporary folder") }
        }

        fn card(&self, number: u32, vendor: &str, driver: &str, is_first: bool) {
            let device = self.root.path().join(format!("devices/{number}"));
            std::fs::create_dir_all(&device).expect("a folder");
            std::fs::write(device.join("vendor"), format!("{vendor}\n")).expect("a file");
            std::fs::write(device.join("boot_vga"), if is_first { "1\n" } else { "0\n" }).expect("a file");
            symlink(format!("../../bus/pci/drivers/{driver}"), device.join("driver")).expect("a link");
            let card = self.root.path().join(format!("drm/card{number}"));
            std::fs::create_dir_all(&card).expect("a folder");
            symlink(&device, card.join("device")).expect("a link");
            std::fs::create_dir_all(self.root.path().join(format!("drm/card{number}-HDMI-A-1")))
                .expect("a folder");
        }

        fn library(&self, file: &str, library: &str) {
            let folder = self.root.path().join("egl");
            std::fs::create_dir_all(&folder).expect("a folder");
            let text = format!("{{\"ICD\": {{\"library_path\": \"{library}\"}}}}");
            std::fs::write(folder.join(file), text).expect("a file");
        }

        fn driver(&self, version: &str) {
            let text = format!("NVRM version: NVIDIA UNIX x86_64 Kernel Module  {version}  Tue Jun  2\n");
            std::fs::write(self.root.path().join("version"), text).expect("a file");
        }

        fn look(&self, variables: &[(&str, &str)]) -> Finding {
            let environment =
                variables.iter().map(|(name, value)| ((*name).to_owned(), value.into())).collect();
            let at = |name: &str| self.root.path().join(name);
            let places = Places { cards: at("drm"), version: at("version"), platforms: vec![at("egl")] };
            look(&places, &environment)
        }
    }

    const X11: (&str, &str) = ("XDG_SESSION_TYPE", "x11");
    const WAYLAND: (&str, &str) = ("XDG_SESSION_TYPE", "wayland");

    #[test]
    fn only_nvidias_own_driver_at_the_first_screen_counts() {
        let none = Machine::new();
        assert_eq!(none.look(&[X11]), Finding::Nothing);
        let intel = Machine::new();
        intel.card(0, "0x8086", "i915", true);
        assert_eq!(intel.look(&[X11]), Finding::Nothing);
        let free = Machine::new();
        free.card(0, "0x10de", "nouveau", true);
        assert_eq!(free.look(&[X11]), Finding::Nothing);
        let laptop = Machine::new();
        laptop.card(0, "0x8086", "i915", true);
        laptop.card(1, "0x10de", "nvidia", false);
        assert_eq!(laptop.look(&[X11]), Finding::Nothing);
        let desktop = Machine::new();
        desktop.card(1, "0x10de", "nvidia", true);
        assert_eq!(desktop.look(&[X11]), Finding::Dmabuf);
        assert_eq!(desktop.look(&[("DISPLAY", ":0")]), Finding::Dmabuf);
        assert_eq!(desktop.look(&[]), Finding::Nothing);
    }

    #[test]
    fn on_wayland_it_depends_on_compositor_and_library() {
        let machine = Machine::new();
        machine.card(0, "0x10de", "nvidia", true);
        machine.driver("550.54.14");
        assert_eq!(machine.look(&[WAYLAND]), Finding::ExplicitSync);
        machine.library("10_nvidia_wayland.json", "libnvidia-egl-wayland.so.1");
        machine.library("09_nvidia_wayland2.json", "libnvidia-egl-wayland2.so.1");
        assert_eq!(machine.look(&[WAYLAND]), Finding::ExplicitSync, "too old a driver");
        machine.driver("570.86.16");
        assert_eq!(machine.look(&[WAYLAND]), Finding::Nothing);
        assert_eq!(machine.look(&[WAYLAND, ("XDG_CURRENT_DESKTOP", "KDE")]), Finding::ExplicitSync);
        assert_eq!(machine.look(&[WAYLAND, ("XDG_CURRENT_DESKTOP", "x:Hyprland")]), Finding::Dmabuf);
        assert_eq!(machine.look(&[WAYLAND, ("GDK_BACKEND", "x11,wayland")]), Finding::Dmabuf);
        machine.library("01_nvidia_wayland.json", "libnvidia-egl-wayland.so.1");
        assert_eq!(machine.look(&[WAYLAND]), Finding::ExplicitSync, "the older library comes first");
    }
}
