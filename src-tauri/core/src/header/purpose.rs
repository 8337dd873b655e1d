//! GGUF files that hold no language model: what they are.
//!
//! The format is used for much that goes with a model, and for models that draw or hear. They are whole and healthy, so calling them damaged
//! would send people after another copy of the same.

use super::gguf::{GgufHeader, GgufModel};
use crate::protocol::{ErrorKind, RpcError};

/// A name for programs (`looks_like`), and words.
type Purpose = (&'static str, &'static str);

/// Values of `general.type` (gguf-py, `GGUFType`); those that are not listed go by their own name.
const TYPES: &[(&str, Purpose)] = &[
    ("adapter", ("adapter", "an adapter (LoRA), which changes a model")),
    ("imatrix", ("imatrix", "an importance matrix, which helps to pack a model")),
    ("mmproj", ("mmproj", "the eyes or ears of a model")),
    ("vocab", ("vocabulary", "a vocabulary without weights")),
];

/// Architectures of other things.
const ARCHITECTURES: &[(&[&str], Purpose)] = &[
    (&["clip"], ("mmproj", "the eyes or ears of a model")),
    (&["controlvector"], ("control_vector", "a control vector, which steers a model")),
    (&["imatrix"], ("imatrix", "an importance matrix, which helps to pack a model")),
    (
        &[
            "flux",
            "sd1",
            "sd2",
            "sd3",
            "sdxl",
            "aura",
            "auraflow",
            "chroma",
            "cosmos",
            "hidream",
            "hunyuan_image",
            "hunyuan_video",
            "hyvid",
            "ltxv",
            "lumina2",
            "mochi",
            "omnigen",
            "pig",
            "pixart",
            "qwen_image",
            "wan",
            "z_image",
        ],
        PICTURES,
    ),
    (&["wavtokenizer-dec", "whisper", "snac"], ("speech_model", "a model of sounds")),
];

const PICTURES: Purpose = ("picture_model", "a model that makes pictures");

/// How tensors of other things begin, in files that do not name themselves (stable-diffusion.cpp, llama.cpp's first adapters).
const TENSORS: &[(&[&str], Purpose)] = &[
    (
        &[
            "model.diffusion_model.",
            "double_blocks.",
            "joint_blocks.",
            "first_stage_model.",
            "input_blocks.",
            "single_blocks.",
        ],
        PICTURES,
    ),
    (&["direction."], ("control_vector", "a control vector, which steers a model")),
    (&["v.blk.", "v.patch_embd", "a.blk.", "mm."], ("mmproj", "the eyes or ears of a model")),
];

/// How they end.
const ENDINGS: &[(&[&str], Purpose)] = &[
    (&[".lora_a", ".lora_b", ".loraA", ".loraB"], ("adapter", "an adapter (LoRA), which changes a model")),
    (&[".in_sum2", ".counts"], ("imatrix", "an importance matrix, which helps to pack a model")),
];

/// Refuses what is no language model, by what it is.
///
/// # Errors
/// `NotAModel` with the fact `looks_like`.
pub(super) fn check(model: &GgufModel) -> Result<(), RpcError> {
    let header = model.first();
    let refused = |name: &str, what: &str| {
        Err(super::failure(ErrorKind::NotAModel, header.path(), what)
            .with("looks_like", name)
            .with("case", case(name)))
    };
    let kind = header.str("general.type").unwrap_or("model").to_ascii_lowercase();
    if let Some((_, (name, what))) = TYPES.iter().find(|(stated, _)| *stated == kind) {
        return refused(name, what);
    }
    if kind != "model" {
        let what = format!("an add-on to a model (general.type is {kind}), not a model");
        return refused(&kind, &what);
    }
    if let Some((name, what)) = of_architecture(header).or_else(|| of_tensors(model)) {
        return refused(name, what);
    }
    if model.tensors().next().is_none() {
        return refused("vocabulary", "a vocabulary without weights");
    }
    Ok(())
}

/// The sentence that a window shows for it: there is one for these, and one for all others.
fn case(name: &str) -> &str {
    const KNOWN: &[&str] = &["adapter", "imatrix", "mmproj", "control_vector", "picture_model", "vocabulary"];
    if KNOWN.contains(&name) {
        name
    } else {
        "other"
    }
}

fn of_architecture(header: &GgufHeader) -> Option<Purpose> {
    let architecture = header.architecture()?;
    ARCHITECTURES
        .iter()
        .find(|(names, _)| names.contains(&architecture.as_str()))
        .map(|(_, purpose)| *purpose)
}

/// By most of its tensors: a model has others too.
fn of_tensors(model: &GgufModel) -> Option<Purpose> {
    let all = model.tensors().count();
    let most =
        |is: &dyn Fn(&str) -> bool| 2 * model.tensors().filter(|tensor| is(&tensor.name)).count() > all;
    let begins =
        TENSORS.iter().find(|(names, _)| most(&|name| names.iter().any(|start| name.starts_with(start))));
    let ends = || ENDINGS.iter().find(|(names, _)| most(&|name| names.iter().any(|end| name.ends_with(end))));
    begins.or_else(ends).map(|(_, purpose)| *purpose)
}
