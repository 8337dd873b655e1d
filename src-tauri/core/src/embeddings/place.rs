//! Where in the files of a model its table of embeddings lies.

use std::path::{Path, PathBuf};

use crate::header::folder::FolderWeights;
use crate::header::gguf::{GgmlType, GgufModel};
use crate::protocol::{EmbeddingTable, ErrorKind, ModelFormat, RpcError};

/// Its name in GGUF files, and that of an output layer of the model's own.
const TABLE: &str = "token_embd.weight";
const OUTPUT: &str = "output.weight";
/// How its name ends in folders: of most models, GPT-2's kin, GPT-NeoX, BLOOM and Falcon, Mistral's own files.
const NAMES: &[&str] = &[
    "embed_tokens.weight",
    "wte.weight",
    "embed_in.weight",
    "word_embeddings.weight",
    "tok_embeddings.weight",
];
/// And an output layer's.
const OUTPUTS: &[&str] = &["lm_head.weight", "embed_out.weight", "output.weight"];

/// Where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    /// Its first byte, from the beginning of the file.
    pub start: u64,
    pub rows: u32,
    /// Numbers in a row.
    pub width: u32,
    pub format: GgmlType,
    /// The output layer uses it, too.
    pub tied: bool,
}

impl Place {
    /// As it is told.
    pub fn table(&self) -> EmbeddingTable {
        EmbeddingTable { rows: self.rows, width: self.width, format: self.format.name(), tied: self.tied }
    }

    /// Bytes of a row.
    pub fn row_bytes(&self) -> u64 {
        let (weights, bytes) = self.format.block().unwrap_or((1, 0));
        u64::from(self.width) / weights * bytes
    }
}

/// The table of the model at a path: a GGUF file (any part of it), a folder, or a file of weights in one.
///
/// # Errors
/// `NoEmbeddings` where there is no table of whole rows (a vocabulary alone); what the header readers say.
pub fn locate(path: &Path) -> Result<Place, RpcError> {
    let none =
        || RpcError::new(ErrorKind::NoEmbeddings, format!("no table of embeddings in {}", path.display()));
    // A tokenizer's own file, even where weights lie beside it: a worker that looks at it reads nothing else.
    let is_tokenizer =
        path.extension().is_some_and(|name| name == "json" || name == "model") && path.is_file();
    if is_tokenizer {
        return Err(none());
    }
    let (format, path) = crate::header::locate(path).map_err(|error| match error.kind() {
        ErrorKind::NotAModel | ErrorKind::FolderWithoutModel => none(),
        _ => error,
    })?;
    let place = match format {
        ModelFormat::Gguf => in_gguf(&path)?,
        ModelFormat::Safetensors => in_folder(&path)?,
    };
    place.ok_or_else(none)
}

fn in_gguf(path: &Path) -> Result<Option<Place>, RpcError> {
    let model = GgufModel::read(path)?;
    let Some((part, tensor)) = model.locate(TABLE) else { return Ok(None) };
    let &[width, rows] = &tensor.shape[..] else { return Ok(None) };
    Ok(Some(Place {
        path: part.path().to_owned(),
        start: part.tensor_data_offset() + tensor.offset,
        rows: u32::try_from(rows).unwrap_or(0),
        width: u32::try_from(width).unwrap_or(0),
        format: tensor.ggml_type,
        tied: model.tensor(OUTPUT).is_none(),
    })
    .filter(is_whole))
}

fn in_folder(path: &Path) -> Result<Option<Place>, RpcError> {
    let weights = FolderWeights::read(path)?;
    let ends = |name: &str, ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let tied = !weights.names().any(|name| ends(name, OUTPUTS) && !ends(name, &["attn.output.weight"]));
    let tables = weights.names().filter(|name| ends(name, NAMES)).filter_map(|name| {
        let tensor = weights.tensor(name)?;
        let &[rows, width] = tensor.shape else { return None };
        let (file, ..) = weights.files().nth(tensor.file)?;
        Some(Place {
            path: file.to_owned(),
            start: tensor.start,
            rows: u32::try_from(rows).ok()?,
            width: u32::try_from(width).ok()?,
            format: tensor.kind?,
            tied,
        })
    });
    // A model that also sees or hears has other tables, with fewer rows.
    Ok(tables.filter(is_whole).max_by_key(|place| place.rows))
}

/// Rows of whole blocks, and some of them.
fn is_whole(place: &Place) -> bool {
    let blocks = place.format.block();
    place.rows > 0
        && place.width > 0
        && blocks.is_some_and(|(weights, _)| u64::from(place.width) % weights == 0)
}

/// Turns numbers that are not packed (F32, BF16) into F32; `false` for any other format, which is left to whoever can unpack it.
pub fn plain(format: GgmlType, bytes: &[u8], into: &mut [f32]) -> bool {
    match format {
        GgmlType::F32 => {
            for (number, four) in into.iter_mut().zip(bytes.chunks_exact(4)) {
                *number = f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            }
        }
        // The upper half of F32.
        GgmlType::BF16 => {
            for (number, two) in into.iter_mut().zip(bytes.chunks_exact(2)) {
                *number = f32::from_bits(u32::from(u16::from_le_bytes([two[0], two[1]])) << 16);
            }
        }
        _ => return false,
    }
    true
}
