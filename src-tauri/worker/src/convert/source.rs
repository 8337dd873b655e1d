//! Where the tensors of a model lie: in one file, or in several that belong together.

use std::collections::HashMap;
use std::path::PathBuf;

use vitrine_core::header::folder::FolderWeights;
use vitrine_core::header::gguf::{GgmlType, GgufModel};

/// The files of a model and every tensor in them.
pub struct Source {
    pub files: Vec<SourceFile>,
    tensors: HashMap<String, Stored>,
}

/// One file.
pub struct SourceFile {
    pub path: PathBuf,
    /// Its header, as it names itself.
    pub header: Vec<u8>,
    /// Bytes of the whole file.
    pub bytes: u64,
}

/// A tensor in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Index of the file.
    pub file: usize,
    /// Its first byte, from the beginning of the file.
    pub start: u64,
    pub kind: GgmlType,
    /// Length of a row, in weights.
    pub columns: u64,
    /// Weights in all.
    pub elements: u64,
}

impl Source {
    pub fn of_gguf(model: &GgufModel) -> Self {
        let mut source = Self { files: Vec::new(), tensors: HashMap::new() };
        for (file, part) in model.parts().iter().enumerate() {
            source.files.push(SourceFile {
                path: part.path().to_owned(),
                header: part.bytes().to_owned(),
                bytes: part.file_size(),
            });
            source.tensors.extend(part.tensors().iter().map(|tensor| {
                let stored = Stored {
                    file,
                    start: part.tensor_data_offset() + tensor.offset,
                    kind: tensor.ggml_type,
                    columns: tensor.shape.first().copied().unwrap_or(1),
                    elements: tensor.elements(),
                };
                (tensor.name.clone(), stored)
            }));
        }
        source
    }

    pub fn of_folder(weights: &FolderWeights) -> Self {
        let files = weights.files().map(|(path, header, bytes)| SourceFile {
            path: path.to_owned(),
            header: header.to_owned(),
            bytes,
        });
        let tensors = weights.names().filter_map(|name| {
            let tensor = weights.tensor(name)?;
            let stored = Stored {
                file: tensor.file,
                start: tensor.start,
                // Of others nothing is read.
                kind: tensor.kind?,
                columns: tensor.shape.last().copied().unwrap_or(1),
                elements: tensor.shape.iter().product(),
            };
            Some((name.to_owned(), stored))
        });
        Self { tensors: tensors.collect(), files: files.collect() }
    }

    /// The tensor of that name.
    pub fn tensor(&self, name: &str) -> Option<&Stored> {
        self.tensors.get(name)
    }
}
