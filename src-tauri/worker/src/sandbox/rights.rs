//! Which files a worker needs for one model.

use std::fs;
use std::path::{Path, PathBuf};

use vitrine_core::header::{self, gguf};

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
/// Files of a model folder that a tokenizer is made of.
const DESCRIBES_TOKENIZER: &[&str] = &[
    "tokenizer.json",
    "tokenizer.model",
    "tekken.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "generation_config.json",
    "config.json",
    "chat_template.jinja",
    "chat_template.json",
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
        } else if is_part_of_folder(model) {
            rights.add_folder(model.parent().unwrap_or(Path::new(".")));
        } else {
            // Where parts are missing, nothing is loaded; the one that is there is read to say so.
            let parts = gguf::files(model).unwrap_or_else(|_| vec![model.into()]);
            rights.read.extend(parts.iter().filter_map(|part| part.canonicalize().ok()));
        }
        rights
    }

    /// For a tokenizer without weights: a GGUF file with its other parts, or what describes a tokenizer in a folder. Of a model
    /// folder also the weights, in which the table of embeddings is looked up.
    pub fn for_tokenizer(path: &Path) -> Self {
        let mut rights = Self::default();
        rights.read.extend(MACHINE.iter().map(PathBuf::from).filter(|path| path.exists()));
        let folder = match path.is_dir() {
            true => Some(path),
            false => path.parent().filter(|_| is_part_of_folder(path)),
        };
        match folder {
            Some(folder) => {
                let described = DESCRIBES_TOKENIZER.iter().map(|name| folder.join(name));
                let named = described.chain([path.to_owned()]).filter(|path| path.is_file());
                rights.read.extend(named.filter_map(|file| file.canonicalize().ok()));
                if path.is_dir() {
                    rights.add_weights(path);
                }
            }
            None => {
                let parts = gguf::files(path).unwrap_or_else(|_| vec![path.into()]);
                rights.read.extend(parts.iter().filter_map(|part| part.canonicalize().ok()));
            }
        }
        rights
    }

    /// For a worker that reads no file at all: it learns a vocabulary from a text that it is sent.
    pub fn for_no_file() -> Self {
        let read = MACHINE.iter().map(PathBuf::from).filter(|path| path.exists()).collect();
        Self { read, ..Self::default() }
    }

    /// The files of a folder, each by itself: in the cache of a hub they are links to elsewhere.
    fn add_folder(&mut self, folder: &Path) {
        self.list.extend(folder.canonicalize());
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES);
        let files =
            entries.filter_map(|entry| entry.path().canonicalize().ok()).filter(|path| path.is_file());
        self.read.extend(files);
    }

    /// The weights of a folder, and the list of its files, which may have to be looked through for them.
    fn add_weights(&mut self, folder: &Path) {
        let Ok(files) = header::folder::weight_files(folder) else { return };
        self.list.extend(folder.canonicalize());
        let index = folder.join("model.safetensors.index.json");
        self.read.extend(files.iter().chain([&index]).filter_map(|file| file.canonicalize().ok()));
    }

    /// Is this path within reach?
    pub fn cover(&self, path: &Path) -> bool {
        let Ok(path) = path.canonicalize() else { return false };
        self.read.iter().chain(&self.write).any(|allowed| path.starts_with(allowed))
            || self.list.contains(&path)
    }
}

/// Does this file stand for the folder that it lies in? A GGUF file goes by any name.
fn is_part_of_folder(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["json", "safetensors", "model", "uqff"].iter().any(|part| extension.eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reaches_its_own_parts_and_nothing_beside_them() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| home.path().join(name);
        let files = ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "b.gguf", "sha256-0a", "sha256-0b"];
        for file in files {
            fs::write(at(file), "x").expect("a file");
        }
        let reached = |model: &str| {
            let rights = Rights::for_model(&at(model));
            files.into_iter().filter(|file| rights.cover(&at(file))).collect::<Vec<_>>()
        };
        assert_eq!(reached(files[0]), files[..2]);
        assert_eq!(reached(files[1]), files[..2]);
        assert_eq!(reached("b.gguf"), ["b.gguf"]);
        assert_eq!(reached("sha256-0a"), ["sha256-0a"]);
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
