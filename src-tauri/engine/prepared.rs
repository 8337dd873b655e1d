//! Prepared models on disk, as the shell sees them: what they take, whether one is there, whether there is
//! room for another. The worker writes them (`vitrine_core::prepared` has what both agree on).

use std::path::{Path, PathBuf};

use vitrine_core::prepared::{self, Origin, Removal};
use vitrine_core::protocol::{ErrorKind, Isq, LoadOptions, ModelInfo, RpcError};

use crate::contract::{LoadChoice, Preparation, PreparedModels};
use crate::fit;

/// The folder in which workers keep what they wrote. Clones are the same folder.
#[derive(Debug, Clone)]
pub struct Prepared {
    root: PathBuf,
    /// Bytes that a new entry may have. Replaced in tests.
    room: fn(&Path) -> Option<u64>,
}

impl Prepared {
    /// `cache`: what a worker gets as its cache folder.
    pub fn in_cache(cache: &Path) -> Self {
        Self::with(cache, prepared::room)
    }

    /// `room`: answers instead of the disk.
    pub fn with(cache: &Path, room: fn(&Path) -> Option<u64>) -> Self {
        Self { root: cache.join(prepared::FOLDER), room }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// What is there. Reads the disk.
    pub fn overview(&self) -> PreparedModels {
        let entries = prepared::entries(&self.root);
        let held = entries.iter().filter(|entry| prepared::is_held(&entry.folder)).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        PreparedModels {
            folder: self.root.to_string_lossy().into_owned(),
            models: count(entries.len()),
            in_use: count(held),
            bytes: entries.iter().map(|entry| entry.bytes).sum(),
            limit_bytes: prepared::limit(),
        }
    }

    /// Removes all that no worker uses, and says what is left. A model that is opened later is prepared again.
    pub fn clear(&self) -> PreparedModels {
        for entry in prepared::entries(&self.root) {
            if prepared::remove(&entry.folder) == Removal::Refused {
                tracing::warn!(folder = %entry.folder.display(), "a prepared model could not be removed");
            }
        }
        self.overview()
    }

    /// What loading a model this way would write. `None` where it writes nothing. Reads the disk.
    pub fn preparation(&self, info: &ModelInfo, isq: Isq) -> Option<Preparation> {
        let bytes = fit::disk(info, isq)?;
        if let Some(bytes) = self.found(info, isq) {
            return Some(Preparation::Done { bytes });
        }
        // An existing folder tells the disk; the entry itself comes later.
        let room = (self.room)(existing(&self.root));
        Some(match room {
            Some(free_bytes) if free_bytes < bytes => Preparation::NoRoom { bytes, free_bytes },
            room => Preparation::Needed { bytes, free_bytes: room },
        })
    }

    /// Says for each plan of a card what it would write.
    pub fn complete(&self, info: &ModelInfo, plans: &mut [LoadChoice]) {
        let mut known: Vec<(Isq, Option<Preparation>)> = Vec::new();
        for plan in plans {
            let found = known.iter().find(|(isq, _)| *isq == plan.isq).map(|(_, found)| found.clone());
            plan.preparation = found.unwrap_or_else(|| {
                let preparation = self.preparation(info, plan.isq);
                known.push((plan.isq, preparation.clone()));
                preparation
            });
        }
    }

    /// Refuses what could not be written.
    ///
    /// # Errors
    /// `NotEnoughDisk` with the facts `needed_bytes` and `free_bytes`.
    pub fn guard(&self, info: &ModelInfo, options: &LoadOptions) -> Result<(), RpcError> {
        match self.preparation(info, fit::isq(info, options)) {
            Some(Preparation::NoRoom { bytes, free_bytes }) => {
                Err(RpcError::new(ErrorKind::NotEnoughDisk, "more disk space needed than free")
                    .with("needed_bytes", bytes)
                    .with("free_bytes", free_bytes)
                    .with("name", &info.name))
            }
            _ => Ok(()),
        }
    }

    /// Bytes of the entry that was made of this very file.
    fn found(&self, info: &ModelInfo, isq: Isq) -> Option<u64> {
        let wanted = Origin::of(Path::new(&info.path), fit::packing(info, isq)).ok()?;
        let mut entries = prepared::entries(&self.root).into_iter();
        entries.find(|entry| entry.origin.as_ref() == Some(&wanted)).map(|entry| entry.bytes)
    }
}

/// The folder, or the nearest one above it that is there.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use vitrine_core::prepared::{Manifest, MANIFEST};
    use vitrine_core::protocol::{LoadPlan, LoadRoute};

    use super::*;
    use crate::engine::fake_worker::loaded;

    /// A model of 1,000 weights in F16 that has to be converted, and the cache folder.
    fn stage() -> (tempfile::TempDir, ModelInfo) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("半 精度.gguf");
        fs::write(&path, [1; 2000]).expect("written");
        let plan = LoadPlan {
            route: LoadRoute::Converted,
            float_weights: true,
            repacked: None,
            cache_bytes: 4000,
            left_on_disk: 0,
        };
        let path = path.to_string_lossy().into_owned();
        let info = ModelInfo { path, plan: Some(plan), vocabulary_size: 0, ..loaded().info };
        (folder, info)
    }

    fn write_entry(root: &Path, name: &str, origin: Option<Origin>) -> PathBuf {
        let folder = root.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("weights"), [0; 5000]).expect("written");
        let text = serde_json::to_string(&Manifest { origin, files: Vec::new() }).expect("JSON");
        fs::write(folder.join(MANIFEST), text).expect("written");
        folder
    }

    #[test]
    fn a_model_needs_room_until_it_is_prepared_and_again_once_it_has_changed() {
        let (folder, info) = stage();
        let prepared = Prepared::with(folder.path(), |_| Some(6000));
        let needed = prepared.preparation(&info, Isq::None);
        assert_eq!(needed, Some(Preparation::Needed { bytes: 4000, free_bytes: Some(6000) }));
        let origin = Origin::of(Path::new(&info.path), Isq::None).expect("there");
        write_entry(prepared.folder(), "key", Some(origin));
        let Some(Preparation::Done { bytes }) = prepared.preparation(&info, Isq::None) else {
            panic!("it is there")
        };
        assert!(bytes > 5000);
        assert!(matches!(prepared.preparation(&info, Isq::Q8_0), Some(Preparation::Needed { .. })));
        fs::write(&info.path, [2; 2001]).expect("written");
        assert!(matches!(prepared.preparation(&info, Isq::None), Some(Preparation::Needed { .. })));
        let direct = LoadPlan {
            route: LoadRoute::Direct,
            float_weights: false,
            repacked: None,
            cache_bytes: 0,
            left_on_disk: 0,
        };
        let direct = ModelInfo { plan: Some(direct), ..info };
        assert_eq!(prepared.preparation(&direct, Isq::None), None, "nothing is written for it");
    }

    #[test]
    fn what_has_no_room_is_refused_with_the_numbers() {
        let (folder, info) = stage();
        let full = Prepared::with(folder.path(), |_| Some(3999));
        let no_room = Preparation::NoRoom { bytes: 4000, free_bytes: 3999 };
        assert_eq!(full.preparation(&info, Isq::None), Some(no_room));
        let error = full.guard(&info, &LoadOptions::default()).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::NotEnoughDisk);
        assert_eq!(error.data.facts["needed_bytes"], 4000);
        assert_eq!(error.data.facts["free_bytes"], 3999);
        let untold = Prepared::with(folder.path(), |_| None);
        assert!(untold.guard(&info, &LoadOptions::default()).is_ok());
    }

    #[test]
    fn clearing_leaves_what_is_in_use_and_every_other_file() {
        let (folder, _) = stage();
        let prepared = Prepared::in_cache(folder.path());
        assert_eq!(prepared.overview().models, 0);
        let used = write_entry(prepared.folder(), "used", None);
        let idle = write_entry(prepared.folder(), "idle", None);
        fs::create_dir(prepared.folder().join("unfinished-1-a")).expect("a folder");
        let held = vitrine_core::prepared::hold(&used);
        let overview = prepared.overview();
        assert_eq!((overview.models, overview.in_use), (2, 1));
        assert!(overview.bytes > 10_000 && overview.limit_bytes > 0);
        let left = prepared.clear();
        assert_eq!((left.models, left.in_use), (1, 1));
        assert!(used.exists() && !idle.exists());
        assert!(prepared.folder().join("unfinished-1-a").exists(), "a worker may be writing it");
        drop(held);
        assert_eq!(prepared.clear().models, 0);
    }
}
