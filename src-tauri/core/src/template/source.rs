//! Where a model keeps its chat template.

use std::path::Path;

use serde_json::Value;

use crate::header::folder::read_optional_json;
use crate::header::gguf::GgufHeader;
use crate::header::{failure, locate, read_limited};
use crate::protocol::{ErrorKind, ModelFormat, RpcError};

/// Real templates have some kilobytes.
const MAX_FILE_BYTES: u64 = 4 << 20;

pub(super) fn of_model(path: &Path) -> Result<Option<String>, RpcError> {
    match locate(path)? {
        (ModelFormat::Gguf, file) => {
            let header = GgufHeader::of_model(&file)?;
            Ok(header.str("tokenizer.chat_template").map(str::to_owned))
        }
        (ModelFormat::Safetensors, folder) => of_folder(&folder),
    }
}

pub(super) fn of_file(path: &Path) -> Result<String, RpcError> {
    let bytes = read_limited(path, MAX_FILE_BYTES)?;
    String::from_utf8(bytes)
        .map_err(|_| failure(ErrorKind::TemplateFailed, path, "the template is not UTF-8"))
}

/// A file of its own wins over `tokenizer_config.json`, as in `transformers`.
pub(super) fn of_folder(folder: &Path) -> Result<Option<String>, RpcError> {
    let file = folder.join("chat_template.jinja");
    if file.is_file() {
        return of_file(&file).map(Some);
    }
    for name in ["chat_template.json", "tokenizer_config.json"] {
        let json = read_optional_json(&folder.join(name))?;
        if let Some(template) = json.as_ref().and_then(|json| of_json(&json["chat_template"])) {
            return Ok(Some(template));
        }
    }
    Ok(None)
}

/// One template, or a list of named ones of which `default` is meant.
fn of_json(value: &Value) -> Option<String> {
    let default = || {
        let list = value.as_array()?;
        let entry = list.iter().find(|entry| entry["name"] == "default")?;
        entry["template"].as_str()
    };
    value.as_str().or_else(default).map(str::to_owned)
}
