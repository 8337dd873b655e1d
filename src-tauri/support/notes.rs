//! What the next start must know before the history is open: one small file in the data folder.
//!
//! It can be lost: then the next start finds out anew. It is never the reason why the app does not start.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

const FILE: &str = "start.json";
const UNFINISHED: &str = "start.json.new";

/// The facts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// What the window needed to be painted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graphics: Option<Graphics>,
    /// Starts in a row that ended before anything was painted, with the present one until it is.
    #[serde(skip_serializing_if = "is_zero")]
    pub unpainted_starts: u32,
    /// The user knows that no font here draws Chinese.
    pub missing_font_forgotten: bool,
    /// What another version keeps here.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// A remedy that worked, and for what. Another web view may do without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graphics {
    /// As [`crate::graphics::Remedy::name`] has it.
    pub remedy: String,
    /// The version of WebKitGTK.
    pub webkit: String,
}

impl Notes {
    /// What is kept in this data folder; nothing where that can't be read.
    pub fn load(data: &Path) -> Self {
        let bytes = std::fs::read(data.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Changes what is kept.
    ///
    /// # Errors
    /// What the system says; everything is as before then.
    pub fn change(data: &Path, change: impl FnOnce(&mut Self)) -> io::Result<()> {
        let before = Self::load(data);
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return Ok(());
        }
        let unfinished = data.join(UNFINISHED);
        std::fs::write(&unfinished, serde_json::to_vec_pretty(&after)?)?;
        std::fs::rename(unfinished, data.join(FILE))
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_is_there_at_the_next_start_and_the_rest_stays() {
        let data = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(Notes::load(data.path()), Notes::default());
        std::fs::write(data.path().join(FILE), r#"{"of_a_newer_version": 7}"#).expect("written");
        let graphics = Graphics { remedy: "without_dmabuf".into(), webkit: "2.50.1".into() };
        Notes::change(data.path(), |notes| notes.graphics = Some(graphics.clone())).expect("saved");
        Notes::change(data.path(), |notes| notes.missing_font_forgotten = true).expect("saved");
        let notes = Notes::load(data.path());
        assert_eq!(notes.graphics, Some(graphics));
        assert!(notes.missing_font_forgotten);
        assert_eq!(notes.other["of_a_newer_version"], 7);
    }

    #[test]
    fn a_damaged_file_is_none_and_a_folder_that_can_not_be_written_is_told() {
        let data = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(data.path().join(FILE), "{\"graphics\": 7").expect("written");
        assert_eq!(Notes::load(data.path()), Notes::default());
        Notes::change(data.path(), |notes| notes.missing_font_forgotten = true).expect("written anew");
        assert!(Notes::load(data.path()).missing_font_forgotten);
        let refused = Notes::change(Path::new("/proc/none"), |notes| notes.missing_font_forgotten = true);
        assert!(refused.is_err());
    }
}
