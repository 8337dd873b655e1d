//! Model files: those that come with the app, those that were opened before, and those that lie
//! in the user's folders and in the usual places of other apps.
//!
//! The library reads; it never copies, moves or deletes a model file.
//!
//! * [`starters`]: the family that comes with the app.
//! * [`card`]: what is shown before a model is loaded. [`load`], [`note_failure`]: loads, and how they went.
//! * [`places`], [`walk`], [`ollama`], [`index`]: the background scan and what it found.
//! * [`inside`]: the models below a folder that is none.
//! * [`overview`]: that as a list. [`duplicates`]: files with the same content.

mod attempt;
mod card;
mod duplicates;
mod index;
mod inside;
mod ollama;
mod overview;
mod places;
mod starters;
mod walk;

use std::path::{absolute, Path, PathBuf};
use std::sync::Arc;

use duplicates::Duplicates;
use index::Index;
use places::Place;
use vitrine_core::header;

pub use attempt::{load, note_failure, settings, Listing};
pub use inside::models as models_inside;
pub use starters::Starters;

use crate::blocking::blocking;
use crate::contract::{ModelState, ModelsOverview, RecentModel};
use crate::engine::memory;
use crate::history::{recent_models, History};
use crate::Error;

/// What the Models view lists.
#[derive(Debug)]
pub struct Library {
    history: Arc<History>,
    starters: Arc<Starters>,
    index: Index,
    duplicates: Duplicates,
}

impl Library {
    pub fn new(history: Arc<History>, starters: impl Into<Arc<Starters>>) -> Self {
        Self::with(history, starters, places::usual)
    }

    /// `usual`: where other apps keep their models.
    fn with(history: Arc<History>, starters: impl Into<Arc<Starters>>, usual: fn() -> Vec<Place>) -> Self {
        Self {
            index: Index::new(history.clone(), usual),
            duplicates: Duplicates::new(history.clone()),
            history,
            starters: starters.into(),
        }
    }

    /// Everything that the Models view shows. A history that can't be read costs the recent
    /// models and nothing else: models can still be opened.
    pub async fn overview(&self, active: ModelState) -> ModelsOverview {
        let listed = self.history.call(|connection| recent_models::list(connection)).await;
        let mut recent = listed.unwrap_or_else(|error| {
            tracing::warn!(%error, "no recent models");
            Vec::new()
        });
        let starters = self.starters.clone();
        let look_up = move || {
            mark_missing(&mut recent);
            (recent, starters.list())
        };
        let (recent, starters) = blocking("looking for models", look_up).await.unwrap_or_default();
        let machine = memory::machine();
        ModelsOverview { active, recent, starters, free_memory: machine.free, total_memory: machine.total }
    }

    /// Where the model lies that wrote an answer: among those that come with the app or were opened before, and
    /// still the same file. Only those are read that name themselves as it did.
    pub async fn path_of(&self, name: &str, fingerprint: &str) -> Option<String> {
        let listed = self.history.call(|connection| recent_models::list(connection)).await;
        let recent = listed.unwrap_or_default().into_iter().map(|model| (model.name, model.path));
        let recent: Vec<_> = recent.collect();
        let (starters, name, fingerprint) = (self.starters.clone(), name.to_owned(), fingerprint.to_owned());
        let find = move || {
            let bundled = starters.list().into_iter().map(|info| (info.name, info.path));
            let mut named = bundled.chain(recent).filter(|(of, _)| *of == name).map(|(_, path)| path);
            named.find(|path| header::fingerprint(Path::new(path)).is_ok_and(|is| is == fingerprint))
        };
        blocking("looking for a model", find).await.unwrap_or_default()
    }

    /// Takes a model off the list of recent ones; its file stays.
    ///
    /// # Errors
    /// What the history says.
    pub async fn forget(&self, path: &str) -> Result<(), Error> {
        let path = path.to_owned();
        self.history.call(move |connection| recent_models::forget(connection, &path)).await
    }
}

/// A path as given by a user or a program, seen from `folder`. What is not UTF-8 in it can't
/// cross to the worker and becomes U+FFFD; opening it then says that it is not there.
pub fn full_path(given: &str, folder: &Path) -> String {
    let joined = folder.join(given);
    let full: PathBuf = absolute(&joined).unwrap_or(joined);
    full.to_string_lossy().into_owned()
}

fn mark_missing(recent: &mut [RecentModel]) {
    for model in recent {
        model.exists = Path::new(&model.path).exists();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fake_worker::loaded;
    use vitrine_core::protocol::{LoadOptions, ModelInfo};

    #[tokio::test]
    async fn recent_models_say_whether_they_are_still_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let there = folder.path().join("千问 小.gguf");
        std::fs::write(&there, "x").expect("written");
        let history = Arc::new(History::open(folder.path()));
        let library = Library::new(history.clone(), Starters::none());
        for path in [there.clone(), folder.path().join("gone.gguf")] {
            let path = path.to_string_lossy().into_owned();
            let info = ModelInfo { path, ..loaded().info };
            attempt::note_opened(&history, &info, &LoadOptions::default()).await;
        }
        let overview = library.overview(ModelState::Empty).await;
        let exists = |end: &str| {
            let found = overview.recent.iter().find(|model| model.path.ends_with(end));
            found.expect(end).exists
        };
        assert!(exists("千问 小.gguf") && !exists("gone.gguf"));
        assert!(overview.total_memory > 0);

        library.forget(&there.to_string_lossy()).await.expect("forgotten");
        assert_eq!(library.overview(ModelState::Empty).await.recent.len(), 1);
        assert!(there.exists(), "the file stays");
    }

    #[test]
    fn relative_paths_are_seen_from_the_given_folder() {
        let folder = Path::new("/home/人");
        assert_eq!(full_path("模型/a b.gguf", folder), "/home/人/模型/a b.gguf");
        assert_eq!(full_path("./a.gguf", folder), "/home/人/a.gguf");
        assert_eq!(full_path("/x.gguf", folder), "/x.gguf");
    }
}
