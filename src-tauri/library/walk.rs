//! Goes through folders and gathers what may be a model: GGUF files (a split one once), folders
//! of safetensors, the blobs of Ollama. Nothing is opened here but Ollama's manifests; names and
//! sizes are enough.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::attempt::{millis, stamp_of};
use super::ollama;
use super::places::Place;
use crate::contract::ModelSource;
use crate::history::load_notes::Stamp;

/// Deeper than any app nests its models; keeps a folder that was added by mistake within bounds.
const DEEPEST: usize = 12;

/// Something that may be a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is opened: the file, its first part, or the folder.
    pub path: PathBuf,
    pub source: ModelSource,
    /// The folder in which it was found.
    pub place: PathBuf,
    /// As the app that keeps it names it.
    pub name: Option<String>,
    /// All parts together.
    pub stamp: Stamp,
    pub parts: u32,
}

/// Everything in these places, each file once, however many links lead to it. `progress` hears how
/// many files were looked at and says whether to go on.
pub fn candidates(places: &[Place], progress: &dyn Fn(u32) -> bool) -> Vec<Candidate> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut looked = 0;
    for place in places {
        let in_place = match place.source {
            ModelSource::Ollama => of_ollama(place, &|| progress(looked)),
            _ => walk(place, &mut looked, progress),
        };
        // Places may lie in each other, and links may lead from one to another.
        found.extend(in_place.into_iter().filter(|candidate| seen.insert(identity(&candidate.path))));
        if !progress(looked) {
            break;
        }
    }
    found
}

/// What tells that two paths are one model: where the links end. A folder of links, as the Hugging
/// Face cache has them, is known by its weights.
fn identity(path: &Path) -> PathBuf {
    let first_weights = || {
        let entries = path.read_dir().ok()?.flatten().map(|entry| entry.path());
        entries.filter(|path| has_extension(path, "safetensors")).min()
    };
    let telling = if path.is_dir() { first_weights() } else { None };
    let telling = telling.as_deref().unwrap_or(path);
    telling.canonicalize().unwrap_or_else(|_| telling.to_path_buf())
}

fn of_ollama(place: &Place, go_on: &dyn Fn() -> bool) -> Vec<Candidate> {
    let models = ollama::models(&place.path, go_on).into_iter();
    models
        .map(|(name, path)| Candidate {
            stamp: stamp_of(&path),
            path,
            source: place.source,
            place: place.path.clone(),
            name: Some(name),
            parts: 1,
        })
        .collect()
}

/// What a folder holds of weights, gathered while walking.
#[derive(Default)]
struct Weights {
    has_config: bool,
    has_safetensors: bool,
}

/// Parts of a model in several files: number, path, and size with time.
type Parts = Vec<(u32, PathBuf, Stamp)>;

fn walk(place: &Place, looked: &mut u32, progress: &dyn Fn(u32) -> bool) -> Vec<Candidate> {
    let mut split: BTreeMap<(PathBuf, String, u32), Parts> = BTreeMap::new();
    let mut folders: BTreeMap<PathBuf, Weights> = BTreeMap::new();
    let mut found = Vec::new();
    let walk = WalkDir::new(&place.path).follow_links(true).max_depth(DEEPEST).into_iter();
    // What can't be read (a folder of another user, a link in a circle) is passed over.
    for entry in walk.filter_entry(|entry| is_worth_a_look(entry, place.source)).flatten() {
        if !entry.file_type().is_file() {
            continue;
        }
        *looked += 1;
        if !progress(*looked) {
            break;
        }
        let path = entry.path();
        let folder = path.parent().unwrap_or(path);
        if has_extension(path, "gguf") {
            let stamp = match entry.metadata() {
                Ok(metadata) => Stamp { size: metadata.len(), modified: millis(metadata.modified().ok()) },
                Err(_) => continue,
            };
            match part_of(&entry.file_name().to_string_lossy()) {
                Some((base, number, count)) => split
                    .entry((folder.into(), base.into(), count))
                    .or_default()
                    .push((number, path.into(), stamp)),
                None => found.push(candidate(place, path.into(), stamp, 1)),
            }
        } else if has_extension(path, "safetensors") {
            folders.entry(folder.into()).or_default().has_safetensors = true;
        } else if entry.file_name() == "config.json" {
            folders.entry(folder.into()).or_default().has_config = true;
        }
    }
    for mut parts in split.into_values() {
        parts.sort_by_key(|(number, _, _)| *number);
        let whole = parts.iter().fold(Stamp { size: 0, modified: 0 }, |sum, (_, _, stamp)| Stamp {
            size: sum.size.saturating_add(stamp.size),
            modified: sum.modified.max(stamp.modified),
        });
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        // Opening the first part tells what is missing, if something is.
        if let Some((_, first, _)) = parts.into_iter().next() {
            found.push(candidate(place, first, whole, count));
        }
    }
    for (folder, weights) in folders {
        // A pipeline for pictures keeps its parts in folders that look like models.
        let is_pipeline = folder.parent().is_some_and(|parent| parent.join("model_index.json").is_file());
        if weights.has_config && weights.has_safetensors && !is_pipeline {
            let stamp = stamp_of(&folder);
            found.push(candidate(place, folder, stamp, 1));
        }
    }
    found
}

fn candidate(place: &Place, path: PathBuf, stamp: Stamp, parts: u32) -> Candidate {
    let name = match place.source {
        ModelSource::HuggingFace => hub_name(&path),
        _ => None,
    };
    Candidate { path, source: place.source, place: place.path.clone(), name, stamp, parts }
}

/// Hidden folders of the user's own folders are left alone: what lies there is no model to show.
/// Other apps' places are hidden folders themselves. The blobs of the Hugging Face cache are found
/// by the links to them.
fn is_worth_a_look(entry: &DirEntry, source: ModelSource) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let name = entry.file_name().to_string_lossy();
    match source {
        ModelSource::Folder => !name.starts_with('.') && name != "node_modules",
        ModelSource::HuggingFace => name != "blobs" && name != ".locks" && !name.starts_with("datasets--"),
        _ => true,
    }
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

/// `model-00002-of-00005.gguf` is part 2 of 5 of `model`.
fn part_of(name: &str) -> Option<(&str, u32, u32)> {
    let stem = name.get(..name.len().checked_sub(".gguf".len())?)?;
    let (rest, count) = stem.rsplit_once("-of-")?;
    let (base, number) = rest.rsplit_once('-')?;
    let five = |digits: &str| {
        let exact = digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
        exact.then(|| digits.parse().ok()).flatten()
    };
    Some((base, five(number)?, five(count)?))
}

/// All parts of a split model, of which `first` is one.
pub(super) fn parts(first: &Path) -> Vec<PathBuf> {
    let name = first.file_name().unwrap_or_default().to_string_lossy();
    let Some((base, _, count)) = part_of(&name) else { return vec![first.to_owned()] };
    let extension = first.extension().unwrap_or_default().to_string_lossy();
    let named = |number| first.with_file_name(format!("{base}-{number:05}-of-{count:05}.{extension}"));
    (1..=count).map(named).collect()
}

/// `models--org--name/snapshots/REVISION` is `org/name`. A GGUF file in it is known by its own name.
fn hub_name(path: &Path) -> Option<String> {
    if has_extension(path, "gguf") {
        return None;
    }
    let repository = path.iter().filter_map(|part| part.to_str()?.strip_prefix("models--")).next_back()?;
    Some(repository.replacen("--", "/", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Disk(tempfile::TempDir);

    impl Disk {
        fn new() -> Self {
            Self(tempfile::tempdir().expect("a temporary folder"))
        }

        fn put(&self, path: &str, size: usize) -> PathBuf {
            let path = self.0.path().join(path);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            std::fs::write(&path, vec![b'x'; size]).expect("written");
            path
        }

        fn place(&self, folder: &str, source: ModelSource) -> Place {
            Place { path: self.0.path().join(folder), source }
        }
    }

    fn names(found: &[Candidate]) -> Vec<String> {
        let mut names: Vec<String> = found
            .iter()
            .map(|one| one.path.file_name().unwrap_or_default().to_string_lossy().into())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn finds_files_split_ones_once_and_folders_of_safetensors() {
        let disk = Disk::new();
        disk.put("模型/千问 小.gguf", 3);
        disk.put("模型/deep/er/B.GGUF", 3);
        for part in 1..=3 {
            disk.put(&format!("模型/big/m-0000{part}-of-00003.gguf"), part);
        }
        disk.put("模型/hf/config.json", 2);
        disk.put("模型/hf/model.safetensors", 5);
        disk.put("模型/lora/adapter_model.safetensors", 5);
        disk.put("模型/picture/model_index.json", 2);
        disk.put("模型/picture/text_encoder/config.json", 2);
        disk.put("模型/picture/text_encoder/model.safetensors", 2);
        disk.put("模型/.trash/old.gguf", 3);
        disk.put("模型/readme.txt", 3);
        let found = candidates(&[disk.place("模型", ModelSource::Folder)], &|_| true);
        assert_eq!(names(&found), ["B.GGUF", "hf", "m-00001-of-00003.gguf", "千问 小.gguf"]);
        let split = found.iter().find(|one| one.parts == 3).expect("the split one");
        assert_eq!(split.stamp.size, 1 + 2 + 3);
        let folder = found.iter().find(|one| one.path.ends_with("hf")).expect("the folder");
        assert_eq!(folder.stamp.size, 7);
    }

    #[test]
    fn part_names_are_taken_literally() {
        assert_eq!(part_of("m-00002-of-00005.gguf"), Some(("m", 2, 5)));
        assert_eq!(part_of("a-b-00001-of-00001.GGUF"), Some(("a-b", 1, 1)));
        let all: Vec<_> = parts(Path::new("/模型/m-00002-of-00003.gguf"));
        assert_eq!(all[0], Path::new("/模型/m-00001-of-00003.gguf"));
        assert_eq!((all.len(), parts(Path::new("/m/a.gguf")).len()), (3, 1));
        for name in ["m-2-of-5.gguf", "m.gguf", "one-of-a-kind.gguf", ".gguf", "模-of-型.gguf", "x"] {
            assert_eq!(part_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_place_within_a_place_lists_nothing_twice() {
        let disk = Disk::new();
        disk.put("a/b/m.gguf", 3);
        let places = [disk.place("a/b", ModelSource::LmStudio), disk.place("a", ModelSource::Folder)];
        let found = candidates(&places, &|_| true);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].source, ModelSource::LmStudio);
    }

    #[cfg(unix)]
    #[test]
    fn the_hugging_face_cache_is_read_through_its_links() {
        let disk = Disk::new();
        let blob = disk.put("hub/models--org--name/blobs/abc", 9);
        let config = disk.put("hub/models--org--name/blobs/def", 2);
        for revision in ["r1", "r2"] {
            let folder = disk.0.path().join("hub/models--org--name/snapshots").join(revision);
            std::fs::create_dir_all(&folder).expect("a folder");
            std::os::unix::fs::symlink(&blob, folder.join("model.safetensors")).expect("a link");
            std::os::unix::fs::symlink(&config, folder.join("config.json")).expect("a link");
        }
        let gguf = disk.put("hub/models--org--quants/blobs/123", 4);
        let folder = disk.0.path().join("hub/models--org--quants/snapshots/r1");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::os::unix::fs::symlink(gguf, folder.join("q4.gguf")).expect("a link");
        std::os::unix::fs::symlink("/no/such/blob", folder.join("gone.gguf")).expect("a broken link");

        let found = candidates(&[disk.place("hub", ModelSource::HuggingFace)], &|_| true);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(found[0].path.file_name().expect("a name"), "q4.gguf");
        assert_eq!((found[0].stamp.size, &found[0].name), (4, &None));
        assert_eq!(found[1].name.as_deref(), Some("org/name"));
        assert_eq!(found[1].stamp.size, 11);
    }

    #[test]
    fn it_stops_when_told_to() {
        let disk = Disk::new();
        for number in 0..50 {
            disk.put(&format!("{number}.gguf"), 1);
        }
        let found = candidates(&[disk.place("", ModelSource::Folder)], &|looked| looked < 10);
        assert!(found.len() < 10);
    }
}
