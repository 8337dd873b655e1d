//! Which files a worker needs for one model.

use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch;

/// What the engine and the system's libraries ask about the machine: threads, memory, time zone.
const MACHINE: &[&str] = &[
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/vm",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/sys/kernel/mm/transparent_hugepage",
    "/sys/fs/cgroup",
    "/dev/urandom",
    "/etc/localtime",
    "/usr/share/zoneinfo",
];
/// Model folders have a few dozen files; this is only a bound.
const MOST_FILES: usize = 4096;

/// Paths as Landlock will see them: links are followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Files, and folders with all that is below them.
    pub read: Vec<PathBuf>,
    /// Folders whose entries may be listed.
    pub list: Vec<PathBuf>,
    /// Folders in which everything may be done but running programs.
    pub write: Vec<PathBuf>,
}

impl Rights {
    /// For a GGUF file with its other parts, for a model folder, or for a file in one.
    pub fn for_model(model: &Path) -> Self {
        let mut rights = Self::default();
        rights.read.extend(MACHINE.iter().map(PathBuf::from).filter(|path| path.exists()));
        if let Ok(cache) = scratch::folder() {
            rights.write.extend(cache.canonicalize());
        }
        if model.is_dir() {
            rights.add_folder(model);
        } else if is_gguf(model) {
            rights.read.extend(parts(model).iter().filter_map(|part| part.canonicalize().ok()));
        } else if let Some(folder) = model.parent() {
            // A file inside a model folder stands for the folder. Should it be a GGUF of another
            // name, then it is in there too.
            rights.add_folder(folder);
        }
        rights
    }

    /// The files of a folder, each by itself: in the cache of a hub they are links to elsewhere.
    fn add_folder(&mut self, folder: &Path) {
        self.list.extend(folder.canonicalize());
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES);
        let files =
            entries.filter_map(|entry| entry.path().canonicalize().ok()).filter(|path| path.is_file());
        self.read.extend(files);
    }

    /// Is this path within reach?
    pub fn cover(&self, path: &Path) -> bool {
        let Ok(path) = path.canonicalize() else { return false };
        self.read.iter().chain(&self.write).any(|allowed| path.starts_with(allowed))
            || self.list.contains(&path)
    }
}

fn is_gguf(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf"))
}

/// A GGUF file and, where it is one part of several (`name-00001-of-00003.gguf`), the others.
fn parts(file: &Path) -> Vec<PathBuf> {
    let only = || vec![file.to_owned()];
    let Some(stem) = file.file_stem().and_then(|stem| stem.to_str()) else { return only() };
    let Some((rest, count)) = stem.rsplit_once("-of-") else { return only() };
    let Some((name, number)) = rest.rsplit_once('-') else { return only() };
    let digits = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let count: usize = match count.parse() {
        Ok(count) if digits(number) && (1..=MOST_FILES).contains(&count) => count,
        _ => return only(),
    };
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    (1..=count)
        .map(|part| file.with_file_name(format!("{name}-{part:05}-of-{count:05}.{extension}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_split_file_belong_together() {
        let names = |file: &str| -> Vec<String> {
            parts(Path::new(file)).iter().map(|path| path.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(
            names("/m/a-00002-of-00002.gguf"),
            ["/m/a-00001-of-00002.gguf", "/m/a-00002-of-00002.gguf"]
        );
        assert_eq!(names("/m/best-of-00002.gguf"), ["/m/best-of-00002.gguf"]);
        assert_eq!(names("/m/a-00001-of-x.gguf"), ["/m/a-00001-of-x.gguf"]);
        assert_eq!(names("/m/a-00001-of-99999.gguf"), ["/m/a-00001-of-99999.gguf"]);
        assert_eq!(names("/m/plain.gguf"), ["/m/plain.gguf"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_of_links_reaches_what_they_point_to_and_nothing_beside_it() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| home.path().join(name);
        for folder in ["blobs", "snapshot", "snapshot/inner"] {
            fs::create_dir(at(folder)).expect("a folder");
        }
        for file in ["blobs/weights", "blobs/other", "snapshot/config.json", "snapshot/inner/secret"] {
            fs::write(at(file), "x").expect("a file");
        }
        std::os::unix::fs::symlink("../blobs/weights", at("snapshot/model.safetensors")).expect("a link");
        for model in ["snapshot", "snapshot/config.json"] {
            let rights = Rights::for_model(&at(model));
            assert!(rights.cover(&at("snapshot/model.safetensors")) && rights.cover(&at("blobs/weights")));
            assert!(rights.cover(&at("snapshot/config.json")) && rights.cover(&at("snapshot")));
            for out in ["blobs/other", "blobs", "snapshot/inner/secret", "nowhere"] {
                assert!(!rights.cover(&at(out)), "{out} with {model}");
            }
        }
    }
}
