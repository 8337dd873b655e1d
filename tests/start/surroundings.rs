//! Screens, rights, names and locales.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::stage::{built, has, run, Window};

fn is_root() -> bool {
    // SAFETY: it reads a number and can't fail.
    unsafe { libc::geteuid() == 0 }
}

#[test]
fn without_a_screen_it_says_so_and_ends() {
    let data = tempfile::tempdir().expect("a temporary folder");
    for display in [None, Some(":7777")] {
        let mut command = Command::new(built("vitrine"));
        command.env("VITRINE_DATA_DIR", data.path()).env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY");
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        let said = run(&mut command);
        assert_eq!(said.status.code(), Some(1), "{display:?}: {}", said.text);
        assert!(said.text.contains("there is no graphical desktop here"), "{display:?}: {}", said.text);
        assert!(said.text.contains("这里没有图形桌面"), "{display:?}: {}", said.text);
        assert!(!said.text.contains("panic"), "{display:?}: {}", said.text);
    }
}

#[test]
fn arguments_that_are_no_text_end_nothing() {
    let odd = OsStr::from_bytes(b"/models/\xc7\xa7\xce\xca.gguf");
    let said = run(Command::new(built("vitrine")).arg(odd).arg("--version"));
    assert!(said.status.success() && said.text.starts_with("vitrine "), "{}", said.text);
    let said = run(Command::new(built("vitrine-worker")).arg(odd));
    assert_eq!(said.status.code(), Some(1), "{}", said.text);
    assert!(said.text.contains("takes no arguments") && !said.text.contains("panic"), "{}", said.text);
    let unknown = run(Command::new(built("vitrine")).arg("--of-a-newer-version"));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(unknown.text.contains("--safe-graphics"), "the help: {}", unknown.text);
}

#[test]
fn it_opens_in_any_locale_with_a_name_in_any_bytes_and_without_a_home() {
    if !has("xvfb-run") {
        return;
    }
    let plain = Window::open(|command| {
        command.env("LC_ALL", "C").arg("模型/千问 小.gguf");
    });
    plain.until_painted();
    drop(plain);
    let chinese = Window::open(|command| {
        command
            .env_remove("LC_ALL")
            .env("LANG", "zh_CN.GBK")
            .arg(OsStr::from_bytes(b"/models/\xc7\xa7\xce\xca.gguf"));
    });
    chinese.until_painted();
    drop(chinese);
    let homeless = Window::open(|command| {
        command.env_remove("HOME").env_remove("XDG_RUNTIME_DIR").env_remove("XDG_DATA_HOME");
    });
    homeless.until_painted();
}

#[test]
fn a_data_folder_that_can_not_be_written_is_no_reason_not_to_open() {
    if !has("xvfb-run") {
        return;
    }
    if is_root() {
        // Root may write everywhere but where there is nothing to write to.
        let folder = tempfile::tempdir().expect("a temporary folder");
        let window = Window::open_in(folder, Path::new("/proc/vitrine").into(), |_| {});
        window.until_painted();
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    std::fs::set_permissions(&data, PermissionsExt::from_mode(0o555)).expect("its rights");
    let window = Window::open_in(folder, data, |_| {});
    window.until_painted();
}

#[test]
fn a_full_disk_is_no_reason_not_to_open() {
    if !has("xvfb-run") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(&data)
        .output()
        .expect("mount runs");
    if !mounted.status.success() {
        println!("left out: no disk can be mounted: {}", String::from_utf8_lossy(&mounted.stderr).trim());
        return;
    }
    // All of it, but for less than a page.
    let _ = std::fs::write(data.join("ballast"), vec![0; 64 << 10]);
    let window = Window::open_in(folder, data.clone(), |_| {});
    let painted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| window.until_painted()));
    let _folder = window.close();
    let unmounted = Command::new("umount").arg(&data).status().expect("umount runs");
    assert!(unmounted.success());
    painted.expect("it opens");
}
