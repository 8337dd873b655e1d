//! What a package says of the app in five files of four formats: the same everywhere. `scripts/test-package/contents.sh` asks the
//! desktop's own tools whether each is valid.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display()))
}

fn json(path: &str) -> serde_json::Value {
    serde_json::from_str(&read(path)).unwrap()
}

/// Everything between `before` and `after`, wherever it comes.
fn all_between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split_once(after).map(|(found, _)| found)).collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    all_between(text, before, after).first().copied().unwrap_or_else(|| panic!("no {before}...{after}"))
}

/// The menu entry: keys and values.
fn entry() -> BTreeMap<String, String> {
    let text = read("packaging/linux/vitrine.desktop");
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}

fn metainfo() -> String {
    read("packaging/linux/app.vitrine.desktop.metainfo.xml")
}

#[test]
fn every_file_names_the_same_version_and_day() {
    let manifest = read("Cargo.toml");
    let version = between(&manifest, "[workspace.package]\nversion = \"", "\"");
    assert_eq!(json("tauri.conf.json")["version"], version);
    assert_eq!(json("ui/package.json")["version"], version);
    assert_eq!(json("ui/package-lock.json")["version"], version);
    let changes = read("CHANGELOG.md");
    let day = between(&changes, &format!("\n## {version} ("), ")").to_owned();
    let newest = format!("<release version=\"{version}\" date=\"{day}\">");
    assert_eq!(metainfo().find("<release "), metainfo().find(&newest), "the newest release is not {newest}");
    // And every earlier one, in the same order.
    let of_changes: Vec<&str> = all_between(&changes, "\n## ", " (");
    let metainfo = metainfo();
    assert_eq!(all_between(&metainfo, "<release version=\"", "\""), of_changes);
}

#[test]
fn every_file_names_the_app_by_the_same_names() {
    let (entry, metainfo) = (entry(), metainfo());
    assert_eq!(json("tauri.conf.json")["identifier"], between(&metainfo, "<id>", "</id>"));
    // The bundler calls the menu entry, and the folder with the models, by this name.
    let product = json("tauri.linux.conf.json")["productName"].as_str().unwrap().to_owned();
    assert_eq!(between(&metainfo, "<launchable type=\"desktop-id\">", "<"), format!("{product}.desktop"));
    assert!(read("Cargo.toml").contains(&format!("[[bin]]\nname = \"{product}\"\n")));
    assert_eq!(entry["Exec"], format!("{product} %F"), "%F: files that are opened by a double-click");
    assert_eq!(entry["Icon"], product);
    // The first half of what `xprop WM_CLASS` says of the window (tests/e2e/installed.rs).
    assert_eq!(entry["StartupWMClass"], product);
    assert_eq!(between(&metainfo, "<binary>", "<"), product);
}

#[test]
fn a_model_file_has_one_type_and_the_app_opens_it() {
    let (kind, entry, metainfo) = (read("packaging/linux/vitrine.xml"), entry(), metainfo());
    let name = between(&kind, "<mime-type type=\"", "\"");
    assert_eq!(entry["MimeType"], format!("{name};"));
    assert_eq!(between(&metainfo, "<mediatype>", "<"), name);
    assert!(kind.contains("<glob pattern=\"*.gguf\"/>"));
    assert!(kind.contains("<match type=\"string\" offset=\"0\" value=\"GGUF\"/>"));
    let files = read("packaging/linux/files.mjs");
    assert!(files.contains(&format!("mimetypes/{}.png", name.replace('/', "-"))), "{name} has no icon");
}

#[test]
fn whatever_a_desktop_shows_is_there_in_chinese() {
    let entry = entry();
    for key in ["Name", "GenericName", "Comment", "Keywords"] {
        assert!(entry.contains_key(key), "{key}");
        assert_ne!(entry[&format!("{key}[zh_CN]")], entry[key], "{key}");
    }
    let metainfo = metainfo();
    for tag in ["name", "summary", "p", "li", "caption"] {
        let english = metainfo.matches(&format!("<{tag}>")).count();
        assert!(english > 0, "{tag}");
        assert_eq!(metainfo.matches(&format!("<{tag} xml:lang=\"zh_CN\">")).count(), english, "{tag}");
    }
    assert!(read("packaging/linux/vitrine.xml").contains("<comment xml:lang=\"zh_CN\">"));
}

#[test]
fn what_a_package_is_made_of_is_there() {
    let files = read("packaging/linux/files.mjs");
    let paths = all_between(&files, "': '", "'").into_iter().chain(all_between(&files, "]: '", "'"));
    let mut paths: Vec<String> = paths.filter(|path| path.contains('/')).map(Into::into).collect();
    assert!(paths.len() > 5, "{paths:?}");
    let icons = json("tauri.conf.json")["bundle"]["icon"].clone();
    paths.extend(icons.as_array().unwrap().iter().map(|icon| icon.as_str().unwrap().to_owned()));
    let sizes = |name: &str| -> Vec<String> {
        let list = between(&files, &format!("const {name} = ["), "]");
        list.split(", ").map(|size| format!("{size}x{size}.png")).collect()
    };
    paths.extend(sizes("APP_SIZES").iter().map(|size| format!("icons/{size}")));
    paths.extend(sizes("FILE_SIZES").iter().map(|size| format!("icons/gguf/{size}")));
    for path in paths {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).is_file(), "{path} is missing");
    }
}

/// The engine in a package is the one that the tests ran.
#[test]
fn packages_have_the_kernels_of_development() {
    let manifest = read("Cargo.toml");
    let levels = |profile: &str| -> BTreeMap<String, String> {
        let section = between(&manifest, &format!("\n[profile.{profile}.package]\n"), "\n[");
        let lines = section.lines().filter_map(|line| line.split_once(" = "));
        let levels = lines.map(|(name, settings)| {
            // What development says besides is what a release does by itself.
            let level =
                settings.replace(", debug = false, debug-assertions = false, overflow-checks = false", "");
            (name.to_owned(), level)
        });
        // Ours, at the highest level in a release anyway.
        levels.filter(|(name, _)| name != "vitrine-core").collect()
    };
    assert!(levels("dev").len() > 30);
    assert_eq!(levels("dev"), levels("release"));
}
