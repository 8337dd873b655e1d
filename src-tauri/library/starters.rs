//! The models that come with the app: GGUF files in its `models/starter` folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use vitrine_core::header;
use vitrine_core::protocol::{GrowthStage, ModelInfo, ModelKind, ModelTraits};

/// Names the folder with the starter models, for tests and for trying others.
const OVERRIDE: &str = "VITRINE_MODELS_DIR";
/// Below the resource folder of the installed app, or at the top of the source tree.
const FOLDER: &str = "models/starter";

/// Where the starter models are, and what their headers say.
#[derive(Debug)]
pub struct Starters {
    folder: Option<PathBuf>,
    /// Headers that were read, as long as the file does not change.
    seen: Mutex<HashMap<PathBuf, (Stamp, ModelInfo)>>,
}

/// Tells whether a file has changed.
type Stamp = (u64, Option<SystemTime>);

impl Starters {
    /// Looks in the resource folder of the installed app; while developing also in the source
    /// tree that the program was built from.
    pub fn find(resource_folder: Option<&Path>) -> Self {
        let given = std::env::var_os(OVERRIDE).filter(|given| !given.is_empty());
        let folder = match given {
            Some(given) => Some(PathBuf::from(given)),
            None => candidates(resource_folder).find(|folder| folder.is_dir()),
        };
        Self::in_folder(folder)
    }

    fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder, seen: Mutex::default() }
    }

    #[cfg(test)]
    pub fn none() -> Self {
        Self::in_folder(None)
    }

    /// The finished model first, then back through its stages to its beginnings; what names no
    /// stage counts as finished. A file that can't be read as a model is left out, and logged;
    /// the reward model is left out, since it gives marks and nobody talks to it.
    pub fn list(&self) -> Vec<ModelInfo> {
        let Some(entries) = self.folder.as_ref().and_then(|folder| folder.read_dir().ok()) else {
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "gguf"))
            .collect();
        files.sort();
        let described = files.iter().filter_map(|file| self.describe(file));
        let mut models: Vec<ModelInfo> =
            described.filter(|model| model.traits.kind != ModelKind::Reward).collect();
        // Stable: those of one stage stay in the order of their names.
        models.sort_by_key(|model| order(&model.traits));
        models
    }

    fn describe(&self, file: &Path) -> Option<ModelInfo> {
        let metadata = file.metadata().ok()?;
        let stamp = (metadata.len(), metadata.modified().ok());
        let mut seen = self.seen.lock().expect("no panic while holding the list");
        if let Some((_, info)) = seen.get(file).filter(|(known, _)| *known == stamp) {
            return Some(info.clone());
        }
        match header::inspect(file) {
            Ok(info) => {
                seen.insert(file.to_owned(), (stamp, info.clone()));
                Some(info)
            }
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "a starter model is not readable");
                None
            }
        }
    }
}

/// sft comes before base, and the snapshots of the base after it, from the first.
fn order(traits: &ModelTraits) -> u8 {
    match traits.growth.map(|growth| growth.stage) {
        None | Some(GrowthStage::Tuned) => 0,
        Some(GrowthStage::Sft) => 1,
        Some(GrowthStage::Base) => 2,
        Some(GrowthStage::Grow1) => 3,
        Some(GrowthStage::Grow2) => 4,
        Some(GrowthStage::Grow3) => 5,
    }
}

fn candidates(resource_folder: Option<&Path>) -> impl Iterator<Item = PathBuf> {
    let installed = resource_folder.map(Path::to_path_buf);
    installed.into_iter().chain(source_tree()).map(|folder| folder.join(FOLDER))
}

/// The source tree and every folder above the program: `target/debug` lies in it.
#[cfg(debug_assertions)]
fn source_tree() -> Vec<PathBuf> {
    let program = std::env::current_exe().unwrap_or_default();
    let above = program.ancestors().skip(1).map(Path::to_path_buf);
    above.chain([PathBuf::from(env!("CARGO_MANIFEST_DIR"))]).collect()
}

#[cfg(not(debug_assertions))]
fn source_tree() -> Vec<PathBuf> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_folder_comes_before_the_source_tree() {
        let installed = Path::new("/usr/lib/vitrine");
        let first = candidates(Some(installed)).next();
        assert_eq!(first, Some(installed.join(FOLDER)));
    }

    #[test]
    fn the_finished_model_comes_first() {
        use vitrine_core::protocol::Growth;
        let of =
            |stage| ModelTraits { growth: Some(Growth { stage, tokens_seen: 1 }), ..ModelTraits::default() };
        let mut stages = [
            of(GrowthStage::Grow1),
            of(GrowthStage::Grow3),
            of(GrowthStage::Base),
            of(GrowthStage::Tuned),
            of(GrowthStage::Grow2),
            of(GrowthStage::Sft),
        ];
        stages.sort_by_key(order);
        let names = stages.map(|traits| traits.growth.expect("given").stage);
        use GrowthStage::{Base, Grow1, Grow2, Grow3, Sft, Tuned};
        assert_eq!(names, [Tuned, Sft, Base, Grow1, Grow2, Grow3]);
        assert_eq!(order(&ModelTraits::default()), 0, "a single file without a stage is the model");
    }

    #[test]
    fn what_is_no_model_is_left_out() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("empty.gguf"), "").expect("written");
        std::fs::write(folder.path().join("README.md"), "x").expect("written");
        let starters = Starters::in_folder(Some(folder.path().to_owned()));
        assert!(starters.list().is_empty());
        assert!(Starters::in_folder(Some("/no/such".into())).list().is_empty());
    }
}
