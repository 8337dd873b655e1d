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

    /// What is given to those who ask for the table as a tensor ([`Embedding::embeddings`]): all rows, or, where it is known
    /// that nobody computes with it, something small that the keeper knows again.
    ///
    /// # Errors
    /// Those of candle.
    fn as_tensor(&self) -> Result<Tensor>;
}

/// Keeps the very same rows as this tensor has (one for each entry of the vocabulary) or stands for; `None` where the
/// tensor shall stay.
pub type Keeper = fn(&Tensor) -> Option<Arc<dyn Rows>>;

static KEEPER: OnceLock<Keeper> = OnceLock::new();

/// From now on every new table is offered to `keeper`. The first call counts.
pub fn keep_with(keeper: Keeper) {
    let _ = KEEPER.set(keeper);
}

#[derive(Clone, Debug)]
enum Table {
    Tensor(Tensor),
    Kept { rows: Arc<dyn Rows>, tensor: OnceLock<Tensor> },
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
            Some(rows) => Table::Kept { rows, tensor: OnceLock::new() },
            None => Table::Tensor(embeddings),
        };
        Self { table, hidden_size }
    }

    /// The table as a tensor. Of one that is kept elsewhere, what its keeper makes of it; that then stays.
    ///
    /// # Panics
    /// Where the keeper can make none.
    pub fn embeddings(&self) -> &Tensor {
        match &self.table {
            Table::Tensor(tensor) => tensor,
            Table::Kept { rows, tensor } => {
                tensor.get_or_init(|| rows.as_tensor().expect("the keeper of a table has a tensor for it"))
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
