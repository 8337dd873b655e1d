//! Where other apps keep their models. They are looked into, never written to.
//!
//! Each app is known by the folders that it uses by default, and by the variables with which its
//! users move them.

use std::path::{Path, PathBuf};

use crate::contract::ModelSource;

/// Names a folder that stands in for the user's home, for tests. No variable of another app is
/// looked at then.
const HOME_OVERRIDE: &str = "VITRINE_LIBRARY_HOME";

/// A folder to look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub source: ModelSource,
}

/// The systems differ in where programs keep things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Linux,
    MacOs,
    Windows,
}

/// Those of the usual places that exist.
pub fn usual() -> Vec<Place> {
    let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let stand_in = given(HOME_OVERRIDE);
    let Some(home) = stand_in.clone().or_else(dirs::home_dir) else { return Vec::new() };
    let root = stand_in.clone().unwrap_or_else(|| PathBuf::from("/"));
    let variable = |name: &str| given(name).filter(|_| stand_in.is_none());
    let system = if cfg!(windows) {
        System::Windows
    } else if cfg!(target_os = "macos") {
        System::MacOs
    } else {
        System::Linux
    };
    let mut places = candidates(system, &root, &home, &variable);
    places.retain(|place| place.path.is_dir());
    places
}

/// `root`: where folders of the whole system lie.
fn candidates(
    system: System,
    root: &Path,
    home: &Path,
    variable: &dyn Fn(&str) -> Option<PathBuf>,
) -> Vec<Place> {
    let under = |path: &str| home.join(path);
    let or = |name: &str, usual: PathBuf| variable(name).unwrap_or(usual);
    // Data that stays, and what may be thrown away.
    let (data, cache) = match system {
        System::Linux => (or("XDG_DATA_HOME", under(".local/share")), or("XDG_CACHE_HOME", under(".cache"))),
        System::MacOs => (under("Library/Application Support"), under("Library/Caches")),
        System::Windows => {
            (or("APPDATA", under("AppData/Roaming")), or("LOCALAPPDATA", under("AppData/Local")))
        }
    };
    let gpt4all = if system == System::Windows { &cache } else { &data };
    let hugging_face = or("HF_HOME", or("XDG_CACHE_HOME", under(".cache")).join("huggingface"));
    let mut places = Vec::new();
    let mut add = |source: ModelSource, path: PathBuf| {
        if !places.iter().any(|place: &Place| place.path == path) {
            places.push(Place { path, source });
        }
    };
    add(ModelSource::LmStudio, under(".lmstudio/models"));
    add(ModelSource::LmStudio, under(".cache/lm-studio/models"));
    for folder in ["llamacpp/models", "mlx/models", "models"] {
        add(ModelSource::Jan, data.join("Jan/data").join(folder));
        if system == System::Linux {
            add(ModelSource::Jan, or("XDG_CONFIG_HOME", under(".config")).join("Jan/data").join(folder));
        }
    }
    add(ModelSource::Jan, under("jan/models"));
    add(ModelSource::Gpt4all, gpt4all.join("nomic.ai/GPT4All"));
    if let Some(path) = variable("OLLAMA_MODELS") {
        add(ModelSource::Ollama, path);
    }
    add(ModelSource::Ollama, under(".ollama/models"));
    if system == System::Linux {
        // The service of the official installer, and of distributions.
        add(ModelSource::Ollama, root.join("usr/share/ollama/.ollama/models"));
        add(ModelSource::Ollama, root.join("var/lib/ollama/models"));
    }
    for name in ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"] {
        if let Some(path) = variable(name) {
            add(ModelSource::HuggingFace, path);
        }
    }
    add(ModelSource::HuggingFace, hugging_face.join("hub"));
    add(ModelSource::LlamaCpp, or("LLAMA_CACHE", cache.join("llama.cpp")));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(system: System, variables: &[(&str, &str)]) -> Vec<(ModelSource, String)> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value))
        };
        candidates(system, Path::new("/"), Path::new("/home/人"), &variable)
            .into_iter()
            .map(|place| (place.source, place.path.to_string_lossy().replace('\\', "/")))
            .collect()
    }

    fn has(places: &[(ModelSource, String)], source: ModelSource, path: &str) -> bool {
        places.iter().any(|place| *place == (source, path.to_owned()))
    }

    #[test]
    fn every_app_has_its_usual_places_on_every_system() {
        let linux = paths(System::Linux, &[]);
        for (source, path) in [
            (ModelSource::LmStudio, "/home/人/.lmstudio/models"),
            (ModelSource::LmStudio, "/home/人/.cache/lm-studio/models"),
            (ModelSource::Jan, "/home/人/jan/models"),
            (ModelSource::Jan, "/home/人/.local/share/Jan/data/llamacpp/models"),
            (ModelSource::Gpt4all, "/home/人/.local/share/nomic.ai/GPT4All"),
            (ModelSource::Ollama, "/home/人/.ollama/models"),
            (ModelSource::Ollama, "/usr/share/ollama/.ollama/models"),
            (ModelSource::HuggingFace, "/home/人/.cache/huggingface/hub"),
            (ModelSource::LlamaCpp, "/home/人/.cache/llama.cpp"),
        ] {
            assert!(has(&linux, source, path), "{path} in {linux:#?}");
        }
        let mac = paths(System::MacOs, &[]);
        assert!(has(&mac, ModelSource::Jan, "/home/人/Library/Application Support/Jan/data/llamacpp/models"));
        assert!(has(&mac, ModelSource::Gpt4all, "/home/人/Library/Application Support/nomic.ai/GPT4All"));
        assert!(has(&mac, ModelSource::HuggingFace, "/home/人/.cache/huggingface/hub"));
        let windows = paths(System::Windows, &[]);
        assert!(has(&windows, ModelSource::Gpt4all, "/home/人/AppData/Local/nomic.ai/GPT4All"));
        assert!(has(&windows, ModelSource::Jan, "/home/人/AppData/Roaming/Jan/data/models"));
    }

    #[test]
    fn what_their_users_moved_is_found_too() {
        let moved = paths(
            System::Linux,
            &[("OLLAMA_MODELS", "/disk/ollama"), ("HF_HOME", "/disk/hf"), ("XDG_CACHE_HOME", "/disk/cache")],
        );
        assert!(has(&moved, ModelSource::Ollama, "/disk/ollama"));
        assert!(has(&moved, ModelSource::HuggingFace, "/disk/hf/hub"));
        assert!(has(&moved, ModelSource::LlamaCpp, "/disk/cache/llama.cpp"));
        let hub = paths(System::Linux, &[("HF_HUB_CACHE", "/disk/hub")]);
        assert!(has(&hub, ModelSource::HuggingFace, "/disk/hub"));
    }
}
