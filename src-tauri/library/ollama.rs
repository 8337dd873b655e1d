//! Ollama keeps a model as blobs named by their hash, and a manifest that says which blob is
//! what: `manifests/HOST/NAMESPACE/MODEL/TAG` is JSON with the layers; the layer of the type below
//! is a GGUF file.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use walkdir::WalkDir;

/// The layer that holds the weights.
const MODEL_LAYER: &str = "application/vnd.ollama.image.model";
/// The host and the namespace that Ollama leaves out of a name.
const USUAL_HOST: &str = "registry.ollama.ai";
const USUAL_NAMESPACE: &str = "library";
/// Manifests have a few hundred bytes.
const MAX_MANIFEST_BYTES: u64 = 1 << 20;

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    #[serde(default)]
    media_type: String,
    #[serde(default)]
    digest: String,
}

/// Name and blob of every model whose blob is there, by name.
pub fn models(root: &Path, go_on: &dyn Fn() -> bool) -> Vec<(String, PathBuf)> {
    let manifests = root.join("manifests");
    let mut found = Vec::new();
    for entry in WalkDir::new(&manifests).max_depth(6).into_iter().take_while(|_| go_on()).flatten() {
        if !entry.file_type().is_file() {
            continue;
        }
        let name = entry.path().strip_prefix(&manifests).ok().and_then(name);
        let blob = blob(root, entry.path());
        if let (Some(name), Some(blob)) = (name, blob) {
            found.push((name, blob));
        }
    }
    found.sort();
    found
}

/// `llama3.2:1b`, as Ollama itself writes it.
fn name(inside: &Path) -> Option<String> {
    let parts: Vec<&str> = inside.iter().map(|part| part.to_str()).collect::<Option<_>>()?;
    let [host, namespace, model, tag] = parts[..] else { return None };
    let name = match (host, namespace) {
        (USUAL_HOST, USUAL_NAMESPACE) => format!("{model}:{tag}"),
        (USUAL_HOST, _) => format!("{namespace}/{model}:{tag}"),
        _ => format!("{host}/{namespace}/{model}:{tag}"),
    };
    Some(name)
}

/// The file of the weights, where there is exactly one and it is there.
fn blob(root: &Path, manifest: &Path) -> Option<PathBuf> {
    let small = manifest.metadata().is_ok_and(|metadata| metadata.len() <= MAX_MANIFEST_BYTES);
    let text = small.then(|| std::fs::read_to_string(manifest).ok()).flatten()?;
    let manifest: Manifest = serde_json::from_str(&text).ok()?;
    let mut weights = manifest.layers.iter().filter(|layer| layer.media_type == MODEL_LAYER);
    let (Some(layer), None) = (weights.next(), weights.next()) else { return None };
    let hash = layer.digest.strip_prefix("sha256:")?;
    // A digest names a file in the folder of blobs and nothing else.
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let blob = root.join("blobs").join(format!("sha256-{hash}"));
    blob.is_file().then_some(blob)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        std::fs::write(path, text).expect("written");
    }

    fn manifest(digest: &str) -> String {
        format!(
            r#"{{"schemaVersion":2,"layers":[{{"mediaType":"{MODEL_LAYER}","digest":"{digest}","size":5}},
            {{"mediaType":"application/vnd.ollama.image.template","digest":"sha256:00"}}]}}"#
        )
    }

    #[test]
    fn names_come_from_manifests_and_only_blobs_that_are_there_count() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path();
        let hash = "ab".repeat(32);
        put(root, &format!("blobs/sha256-{hash}"), "GGUF");
        let there = manifest(&format!("sha256:{hash}"));
        put(root, "manifests/registry.ollama.ai/library/llama3.2/1b", &there);
        put(root, "manifests/registry.ollama.ai/someone/千问/latest", &there);
        put(root, "manifests/hf.co/org/model/Q4_K_M", &there);
        put(
            root,
            "manifests/registry.ollama.ai/library/gone/1b",
            &manifest(&format!("sha256:{}", "cd".repeat(32))),
        );
        put(root, "manifests/registry.ollama.ai/library/sly/1b", &manifest("sha256:../../../../etc/passwd"));
        put(root, "manifests/registry.ollama.ai/library/broken/1b", "{");
        let found = models(root, &|| true);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["hf.co/org/model:Q4_K_M", "llama3.2:1b", "someone/千问:latest"]);
        assert!(found.iter().all(|(_, blob)| blob.is_file()));
        assert!(models(Path::new("/no/such"), &|| true).is_empty());
    }
}
