//! The table of embeddings: one row for each entry of the vocabulary.
//!
//! Of the table only the rows of a text's tokens are ever looked at, and as F32 it can be the largest tensor by far. So a
//! program that has the same rows elsewhere (packed, or in a file) may keep them there.

use std::sync::{Arc, OnceLock};

use tensors::{Result, Tensor};
use upstream::{Init, Module, VarBuilder};

/// The rows of a table that is no tensor.
pub trait Rows: Send + Sync + std::fmt::Debug {
    /// These rows, one below the other.
    ///
    /// # Errors
    /// A row that is not there.
    fn look_up(&self, ids: &[u32]) -> Result<Tensor>;

    /// All of them.
    ///
    /// # Errors
    /// Those of candle.
    fn whole(&self) -> Result<Tensor>;
}

/// Keeps the very same rows as this tensor has (one for each entry of the vocabulary); `None` where the tensor shall stay.
pub type Keeper = fn(&Tensor) -> Option<Arc<dyn Rows>>;

static KEEPER: OnceLock<Keeper> = OnceLock::new();

/// From now on every new table is offered to `keeper`. The first call counts.
pub fn keep_with(keeper: Keeper) {
    let _ = KEEPER.set(keeper);
}

#[derive(Clone, Debug)]
enum Table {
    Tensor(Tensor),
    Kept { rows: Arc<dyn Rows>, whole: OnceLock<Tensor> },
}

/// Looks up rows by the ids of tokens.
#[derive(Clone, Debug)]
pub struct Embedding {
    table: Table,
    hidden_size: usize,
}

impl Embedding {
    /// `embeddings`: a row of `hidden_size` numbers for each entry of the vocabulary.
    pub fn new(embeddings: Tensor, hidden_size: usize) -> Self {
        let kept = KEEPER.get().and_then(|keeper| keeper(&embeddings));
        let table = match kept {
            Some(rows) => Table::Kept { rows, whole: OnceLock::new() },
            None => Table::Tensor(embeddings),
        };
        Self { table, hidden_size }
    }

    /// The table as a tensor. Of one that is kept elsewhere this makes one, which then stays.
    ///
    /// # Panics
    /// Where the kept rows do not make a tensor.
    pub fn embeddings(&self) -> &Tensor {
        match &self.table {
            Table::Tensor(tensor) => tensor,
            Table::Kept { rows, whole } => {
                whole.get_or_init(|| rows.whole().expect("the rows of a table that was a tensor"))
            }
        }
    }

    /// Numbers in a row.
    pub fn hidden_size(&self) -> usize {
        self.hidden_size
    }
}

impl Module for Embedding {
    fn forward(&self, indexes: &Tensor) -> Result<Tensor> {
        let mut shape = indexes.dims().to_vec();
        shape.push(self.hidden_size);
        let indexes = indexes.flatten_all()?;
        let rows = match &self.table {
            Table::Tensor(tensor) => tensor.index_select(&indexes, 0)?,
            Table::Kept { rows, .. } => {
                let ids = indexes.to_dtype(tensors::DType::U32)?.to_vec1::<u32>()?;
                rows.look_up(&ids)?
            }
        };
        rows.reshape(shape)
    }
}

/// A table of `in_size` rows from the variable `weight`.
///
/// # Errors
/// Those of candle: a variable that is not there, or of another shape.
pub fn embedding(in_size: usize, out_size: usize, vb: VarBuilder) -> Result<Embedding> {
    let init = Init::Randn { mean: 0., stdev: 1. };
    Ok(Embedding::new(vb.get_with_hints((in_size, out_size), "weight", init)?, out_size))
}
