//! The files of a folder. Links are not followed: they may lead out of it, or in a circle.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::limits::Limits;
use crate::receipt::Why;

/// A file.
pub(crate) struct Listed {
    pub path: PathBuf,
    pub size: u64,
}

/// The files below `folder`, those of one folder together, and what can't be read.
pub(crate) fn list(folder: &Path, limits: &Limits) -> (Vec<Listed>, Vec<(PathBuf, Why, String)>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    // The folder itself has the depth 0, its files 1.
    let walk = WalkDir::new(folder).follow_links(false).max_depth(limits.depth + 1);
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                faults.push((path, Why::Unreadable, error.to_string()));
                continue;
            }
        };
        let kind = entry.file_type();
        if kind.is_symlink() {
            faults.push((entry.path().to_owned(), Why::Link, String::new()));
        } else if kind.is_dir() && entry.depth() > limits.depth {
            faults.push((entry.path().to_owned(), Why::TooDeep, format!("{} folders", entry.depth())));
        } else if kind.is_file() {
            if files.len() >= limits.files {
                faults.push((entry.path().to_owned(), Why::TooMany, format!("{} files", limits.files)));
                break;
            }
            let size = entry.metadata().map_or(0, |metadata| metadata.len());
            files.push(Listed { path: entry.into_path(), size });
        }
    }
    files.sort_by(|a, b| (a.path.parent(), &a.path).cmp(&(b.path.parent(), &b.path)));
    (files, faults)
}
