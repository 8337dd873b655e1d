//! The library as a list, and what the user does with it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use tokio::sync::watch;

use super::index::{Entry, Header};
use super::Library;
use crate::contract::{
    DuplicateState, Found, LibraryModel, LibraryOverview, LibraryPlace, ModelSource, ScanState,
};
use crate::fit::{self, Machine};
use crate::history::{library as stored, now, recent_models};
use crate::Error;

impl Library {
    /// Everything that was found, by name. Verdicts hold for the machine as it is now.
    pub async fn found(&self, machine: &Machine) -> LibraryOverview {
        let known = self.history.call(|connection| {
            let recent = recent_models::list(connection)?;
            let opened = recent.into_iter().map(|model| (model.path, model.opened_at)).collect();
            Ok((stored::hidden(connection)?, opened))
        });
        let (hidden, opened): (HashSet<String>, HashMap<String, i64>) = known.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the library does without what the history knows");
            Default::default()
        });
        let entries = self.index.entries();
        let companions = entries.iter().filter(|entry| entry.header == Header::Companion).count();
        let mut by_place: HashMap<&Path, u32> = HashMap::new();
        let (mut models, mut taken_off) = (Vec::new(), 0);
        for entry in &entries {
            let Some(mut model) = line(entry, machine) else { continue };
            *by_place.entry(&entry.candidate.place).or_default() += 1;
            if hidden.contains(&model.path) {
                taken_off += 1;
                continue;
            }
            model.opened_at = opened.get(&model.path).copied();
            models.push(model);
        }
        models.sort_by_cached_key(|model| (model.name.to_lowercase(), model.path.clone()));
        let places = self.index.places().into_iter().map(|looked| LibraryPlace {
            models: by_place.get(looked.place.path.as_path()).copied().unwrap_or(0),
            path: looked.place.path.to_string_lossy().into_owned(),
            source: looked.place.source,
            exists: looked.exists,
        });
        LibraryOverview {
            models,
            places: places.collect(),
            companions: u32::try_from(companions).unwrap_or(u32::MAX),
            hidden: taken_off,
            scan: self.index.scan_state(),
            duplicates: self.duplicates.state(),
        }
    }

    /// Looks again, in the background.
    ///
    /// # Errors
    /// What the history says.
    pub async fn scan(&self) -> Result<(), Error> {
        self.index.scan().await
    }

    /// Stops looking; what was found stays.
    pub fn stop_scan(&self) {
        self.index.stop();
    }

    /// Every change of the scan.
    pub fn scans(&self) -> watch::Receiver<ScanState> {
        self.index.subscribe()
    }

    /// Adds a folder of the user and looks into it.
    ///
    /// # Errors
    /// What the history says.
    pub async fn add_folder(&self, path: String) -> Result<(), Error> {
        self.history.call(move |connection| stored::add_folder(connection, &path, now())).await?;
        self.index.scan().await
    }

    /// The folder is no longer looked into. Nothing in it is touched.
    ///
    /// # Errors
    /// What the history says.
    pub async fn remove_folder(&self, path: String) -> Result<(), Error> {
        self.history.call(move |connection| stored::remove_folder(connection, &path)).await?;
        self.index.scan().await
    }

    /// Takes a model off the list; its file stays.
    ///
    /// # Errors
    /// What the history says.
    pub async fn hide(&self, path: String) -> Result<(), Error> {
        self.history.call(move |connection| stored::hide(connection, &path)).await
    }

    /// Puts one model back on the list, or all.
    ///
    /// # Errors
    /// What the history says.
    pub async fn unhide(&self, path: Option<String>) -> Result<(), Error> {
        self.history
            .call(move |connection| match path {
                Some(path) => stored::unhide(connection, &path),
                None => stored::unhide_all(connection),
            })
            .await
    }

    /// Looks for files with the same content, in the background.
    ///
    /// # Errors
    /// What the history says.
    pub async fn find_duplicates(&self) -> Result<(), Error> {
        self.duplicates.find(&self.index.entries()).await
    }

    /// Stops looking for them.
    pub fn stop_duplicates(&self) {
        self.duplicates.stop();
    }

    /// Every change of the search for duplicates.
    pub fn searches(&self) -> watch::Receiver<DuplicateState> {
        self.duplicates.subscribe()
    }
}

/// `None` for what is no model.
fn line(entry: &Entry, machine: &Machine) -> Option<LibraryModel> {
    let candidate = &entry.candidate;
    let (own_name, found) = match &entry.header {
        Header::Companion => return None,
        Header::Model { info } => {
            let verdict = fit::outlook(info, machine);
            (info.name.clone(), Found::Model { info: info.clone(), verdict })
        }
        Header::Unreadable { error } => {
            let file = candidate.path.file_name().unwrap_or_default();
            (file.to_string_lossy().into_owned(), Found::Unreadable { error: error.clone() })
        }
    };
    let name = match (candidate.source, &candidate.name) {
        // What its tags are called says more than what is inside.
        (ModelSource::Ollama | ModelSource::HuggingFace, Some(name)) => name.clone(),
        _ => own_name,
    };
    Some(LibraryModel {
        path: candidate.path.to_string_lossy().into_owned(),
        name,
        source: candidate.source,
        size: candidate.stamp.size,
        modified_at: candidate.stamp.modified,
        parts: candidate.parts,
        opened_at: None,
        found,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::engine::memory::MachineMemory;
    use crate::history::History;
    use crate::library::Starters;

    const MACHINE: Machine = Machine { memory: MachineMemory { free: 8 << 30, total: 16 << 30 }, cores: 4 };

    async fn scanned(library: &Library) -> LibraryOverview {
        let mut scans = library.scans();
        let over = |state: &ScanState| matches!(state, ScanState::Done { .. });
        tokio::time::timeout(Duration::from_secs(20), scans.wait_for(over))
            .await
            .expect("soon")
            .expect("lives");
        library.found(&MACHINE).await
    }

    #[tokio::test]
    async fn what_is_taken_off_the_list_stays_on_the_disk_and_comes_back_when_asked() {
        let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/models/starter/vitrine-starter.gguf");
        for name in ["a/甲.gguf", "b/乙.gguf"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            std::fs::copy(starter, path).expect("copied");
        }
        std::fs::write(folder.path().join("cut.gguf"), b"GGUF").expect("written");
        let library = Library::with(Arc::new(History::open(data.path())), Starters::none(), Vec::new);
        let root = folder.path().to_string_lossy().into_owned();
        library.add_folder(root.clone()).await.expect("added");
        let overview = scanned(&library).await;
        assert_eq!(overview.models.len(), 3);
        let own = overview.places.iter().find(|place| place.path == root).expect("the folder");
        assert!(own.exists && own.models == 3 && own.source == ModelSource::Folder);
        let good = overview.models.iter().filter(|model| {
            matches!(&model.found, Found::Model { verdict: crate::contract::Verdict::RunsWell { .. }, .. })
        });
        assert_eq!(good.count(), 2);

        let path = overview.models[0].path.clone();
        library.hide(path.clone()).await.expect("hidden");
        let overview = library.found(&MACHINE).await;
        assert_eq!((overview.models.len(), overview.hidden), (2, 1));
        assert!(Path::new(&path).exists());
        library.unhide(None).await.expect("back");
        assert_eq!(library.found(&MACHINE).await.models.len(), 3);

        library.remove_folder(root).await.expect("removed");
        let overview = scanned(&library).await;
        assert!(overview.models.is_empty(), "{:?}", overview.models);
        assert!(Path::new(&path).exists(), "the files stay");
    }
}
