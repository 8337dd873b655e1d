//! The licences of what the app is made of: texts in a folder that a package brings. A build of one's own has none;
//! there they are made by `make package`.

use std::path::Path;

use crate::contract::{LicenceFile, Licences};

/// More than this is no text of licences (bytes).
const LARGEST: u64 = 16 << 20;

/// Every text in the folder, by name. What can't be read is left out.
pub fn read(folder: &Path) -> Licences {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.filter_map(|entry| file(&entry.path())).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Licences { files }
}

fn file(path: &Path) -> Option<LicenceFile> {
    let is_text = path.extension().is_none_or(|end| end == "txt" || end == "md");
    let size = path.metadata().ok().filter(|metadata| metadata.is_file())?.len();
    if !is_text || size > LARGEST {
        return None;
    }
    match std::fs::read(path) {
        Ok(bytes) => Some(LicenceFile {
            name: path.file_name()?.to_string_lossy().into_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a text of licences can't be read");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_by_name_and_nothing_else_does() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(read(&folder.path().join("none")), Licences::default());
        for (name, text) in [("rust.txt", "MIT"), ("LICENSE", "Apache"), ("npm.md", "BSD"), ("a.html", "<p>")]
        {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        std::fs::create_dir(folder.path().join("more")).expect("made");
        let names: Vec<_> =
            read(folder.path()).files.into_iter().map(|file| (file.name, file.text)).collect();
        let expected = [("LICENSE", "Apache"), ("npm.md", "BSD"), ("rust.txt", "MIT")];
        assert_eq!(names, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
