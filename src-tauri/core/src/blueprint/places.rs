//! Collects where everything lies, and notices what was left over.

use std::collections::HashSet;

use crate::header::gguf::{GgufModel, TensorInfo};
use crate::protocol::RpcError;

use super::{unsupported, Matrix, RowOrder, Rows, Vector};

/// Tensors that llama.cpp's own reader skips too.
const IGNORED: &[&str] = &["attn_rot_embd"];

pub(super) struct Places<'a> {
    pub model: &'a GgufModel,
    pub matrices: Vec<Matrix>,
    pub vectors: Vec<Vector>,
    used: HashSet<&'a str>,
}

impl<'a> Places<'a> {
    pub fn new(model: &'a GgufModel) -> Self {
        Self { model, matrices: Vec::new(), vectors: Vec::new(), used: HashSet::new() }
    }

    /// Counts a tensor as read; it must be there.
    pub fn take(&mut self, name: &str) -> Result<&'a TensorInfo, RpcError> {
        let tensor =
            self.find(name).ok_or_else(|| unsupported(format!("the file lacks the tensor {name}")))?;
        Ok(tensor)
    }

    /// The same for a tensor that may be missing.
    pub fn find(&mut self, name: &str) -> Option<&'a TensorInfo> {
        let tensor = self.model.tensor(name)?;
        self.used.insert(tensor.name.as_str());
        Some(tensor)
    }

    /// `name.weight`, and `name.bias` where there is one, of `rows` rows of `columns` numbers.
    pub fn matrix(&mut self, name: &str, rows: u64, columns: u64, order: RowOrder) -> Result<(), RpcError> {
        let tensor = self.take(&format!("{name}.weight"))?;
        expect(tensor, &[columns, rows])?;
        let bias = self.find(&format!("{name}.bias"));
        if let Some(bias) = bias {
            expect(bias, &[rows])?;
        }
        let bias = bias.map(|bias| bias.name.clone());
        self.matrices.push(Matrix { order, bias, ..Matrix::of(&tensor.name, rows, columns) });
        Ok(())
    }

    /// One of `count` matrices that are stacked in `name.weight`.
    pub fn stacked(
        &mut self,
        name: &str,
        index: u64,
        count: u64,
        rows: u64,
        columns: u64,
    ) -> Result<(), RpcError> {
        let tensor = self.take(&format!("{name}.weight"))?;
        expect(tensor, &[columns, rows, count])?;
        let part = Rows::of(&tensor.name, index * rows, rows);
        self.matrices.push(Matrix::made_of(vec![part], rows, columns));
        Ok(())
    }

    /// One of `count` matrices that lie one after the other in `name.weight`, as if they were one.
    pub fn part(
        &mut self,
        name: &str,
        index: u64,
        rows: u64,
        count: u64,
        columns: u64,
    ) -> Result<(), RpcError> {
        let tensor = self.take(&format!("{name}.weight"))?;
        expect(tensor, &[columns, rows * count])?;
        let part = Rows::of(&tensor.name, index * rows, rows);
        self.matrices.push(Matrix::made_of(vec![part], rows, columns));
        Ok(())
    }

    /// A tensor that stays as numbers, `shape` as in the folder: rows first.
    pub fn vector(
        &mut self,
        name: impl Into<String>,
        tensor: &str,
        shape: &[u64],
        shift: f32,
    ) -> Result<(), RpcError> {
        let tensor = self.take(tensor)?;
        let stored: Vec<u64> = shape.iter().rev().copied().collect();
        expect(tensor, &stored)?;
        self.vectors.push(Vector {
            name: name.into(),
            tensor: tensor.name.clone(),
            shape: shape.to_vec(),
            order: RowOrder::Same,
            factor: 1.0,
            shift,
        });
        Ok(())
    }

    /// A tensor that nothing has asked for changes the numbers in a way that the engine does not know.
    pub fn check_leftovers(&self) -> Result<(), RpcError> {
        let left = self.model.tensors().find(|tensor| {
            !self.used.contains(tensor.name.as_str())
                && !IGNORED.iter().any(|name| tensor.name.contains(name))
        });
        match left {
            Some(tensor) => Err(unsupported(format!(
                "a tensor that the engine has no use for ({}), so its numbers would be wrong",
                tensor.name
            ))),
            None => Ok(()),
        }
    }
}

fn expect(tensor: &TensorInfo, shape: &[u64]) -> Result<(), RpcError> {
    if tensor.shape == shape {
        return Ok(());
    }
    Err(unsupported(format!(
        "the tensor {} has the shape {:?} instead of {shape:?}",
        tensor.name, tensor.shape
    )))
}
