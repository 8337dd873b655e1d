//! The models in a folder that is none itself: what a user who chose the folder above meant.

use std::path::Path;

use super::places::Place;
use super::walk;
use crate::contract::ModelSource;

/// So many files are looked at: enough for a folder of models, soon done in a home folder.
const FILES: u32 = 20_000;
/// More than these are a case for the library.
const MOST: usize = 12;

/// Paths of the models in `folder`, those that lie less deep first. Names are enough: nothing is opened.
pub fn models(folder: &Path) -> Vec<String> {
    let place = Place { path: folder.to_owned(), source: ModelSource::Folder };
    let mut found = walk::candidates(&[place], &|looked| looked < FILES);
    found.retain(|candidate| candidate.path != folder);
    found.sort_by_cached_key(|candidate| (candidate.path.components().count(), candidate.path.clone()));
    found.truncate(MOST);
    found.into_iter().map(|candidate| candidate.path.to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_below_a_folder_are_named_the_nearest_first() {
        let disk = tempfile::tempdir().expect("a temporary folder");
        let put = |name: &str| {
            let path = disk.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            std::fs::write(path, "x").expect("written");
        };
        assert!(models(disk.path()).is_empty());
        for name in ["乙/config.json", "乙/a.safetensors", "甲/deep/b.gguf", "readme.txt", "c.gguf"] {
            put(name);
        }
        let found = models(disk.path());
        let expected = ["c.gguf", "乙", "甲/deep/b.gguf"].map(|name| disk.path().join(name));
        assert_eq!(found, expected.map(|path| path.to_string_lossy().into_owned()));
        assert!(models(Path::new("/no/such")).is_empty());
    }
}
