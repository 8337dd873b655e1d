//! Where the tensors of a folder lie, for the blueprint of its text part.

use std::collections::HashSet;

use crate::header::folder::{FolderTensor, FolderWeights};
use crate::protocol::{ErrorKind, RpcError};

use serde_json::Value;

use super::super::{unsupported, Matrix, RowOrder, Rows, Vector};
use super::Way;

/// Where the text part's tensors begin, in the ways that published folders name them.
const PREFIXES: &[&str] =
    &["language_model.model.", "model.language_model.", "model.text_model.", "language_model.", "model."];

/// The output layer, in the ways that published folders name it.
const OUTPUTS: &[&str] = &["lm_head", "language_model.lm_head"];

/// What transformers passes over too: blocks that guess tokens ahead.
const PASSED_OVER: &[&str] = &["mtp."];

/// What sees and hears, where the text part's tensors begin with nothing but `model.`.
const BESIDE: &[&str] = &["model.visual.", "model.embed_tokens_extend."];

/// Collects where everything lies, and notices what was left over.
pub struct Places<'a> {
    weights: &'a FolderWeights,
    /// Of the text part's tensors.
    prefix: &'a str,
    /// The same in the engine's folder.
    target: &'a str,
    used: HashSet<String>,
    /// The first tensor in a number format that GGUF has no number for.
    foreign: Option<String>,
    pub matrices: Vec<Matrix>,
    pub vectors: Vec<Vector>,
}

impl<'a> Places<'a> {
    /// Of the text part that a folder has; `target` is what the names of its tensors begin with in the engine's folder.
    pub fn new(weights: &'a FolderWeights, target: &'a str) -> Result<Self, RpcError> {
        let prefix = PREFIXES
            .iter()
            .find(|prefix| weights.tensor(&format!("{prefix}embed_tokens.weight")).is_some())
            .ok_or_else(|| unsupported("the folder has no table of embeddings"))?;
        Ok(Self {
            weights,
            prefix,
            target,
            used: HashSet::new(),
            foreign: None,
            matrices: Vec::new(),
            vectors: Vec::new(),
        })
    }

    fn named(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn take(&mut self, name: &str) -> Result<FolderTensor<'a>, RpcError> {
        let tensor = self.weights.tensor(name);
        let tensor = tensor.ok_or_else(|| unsupported(format!("the folder lacks the tensor {name}")))?;
        if tensor.kind.is_none() {
            self.foreign.get_or_insert_with(|| name.to_owned());
        }
        self.used.insert(name.to_owned());
        Ok(tensor)
    }

    /// A number format that our converter does not read is for the engine alone.
    pub fn check_formats(&self, way: Way) -> Result<(), RpcError> {
        match &self.foreign {
            Some(name) if way == Way::Converted => {
                let message = format!("the tensor {name} is in a number format that is not read here");
                Err(RpcError::new(ErrorKind::UnsupportedQuantization, message))
            }
            _ => Ok(()),
        }
    }

    /// What the names of the text part's tensors begin with.
    pub fn prefix(&self) -> &str {
        self.prefix
    }

    /// A matrix by its whole name.
    fn matrix(&mut self, name: &str, rows: u64, columns: u64, order: RowOrder) -> Result<(), RpcError> {
        expect(name, self.take(name)?, &[rows, columns])?;
        let bias = name.strip_suffix(".weight").map(|stem| format!("{stem}.bias"));
        let bias = bias.filter(|bias| self.weights.tensor(bias).is_some());
        if let Some(bias) = &bias {
            expect(bias, self.take(bias)?, &[rows])?;
        }
        self.matrices.push(Matrix { order, bias, ..Matrix::of(name, rows, columns) });
        Ok(())
    }

    /// The output layer; `true` where that is the table of embeddings, which then is not taken.
    ///
    /// Where a configuration says that both are one, and the folder has two all the same, transformers takes both
    /// (`PreTrainedModel.tie_weights`). Where it says that there are two, and there is one, nobody knows what is meant.
    pub fn output(&mut self, says_tied: &Value, vocabulary: u64, hidden: u64) -> Result<bool, RpcError> {
        let own = OUTPUTS
            .iter()
            .map(|name| format!("{name}.weight"))
            .find(|name| self.weights.tensor(name).is_some());
        match &own {
            Some(name) => self.matrix(name, vocabulary, hidden, RowOrder::Same)?,
            None if *says_tied == Value::Bool(false) => {
                return Err(unsupported("the folder lacks the output layer (lm_head.weight)"));
            }
            None => {}
        }
        Ok(own.is_none())
    }

    /// Is there a tensor of the text part of that whole name?
    pub fn has_tensor(&self, name: &str) -> bool {
        self.weights.tensor(&self.named(name)).is_some()
    }

    /// The same, `.weight` left out.
    pub fn has(&self, name: &str) -> bool {
        self.weights.tensor(&format!("{}{name}.weight", self.prefix)).is_some()
    }

    pub fn own_matrix(&mut self, name: &str, rows: u64, columns: u64) -> Result<(), RpcError> {
        self.matrix(&self.whole_name(name), rows, columns, RowOrder::Same)
    }

    /// A matrix goes by another name where something may be added to it.
    fn whole_name(&self, name: &str) -> String {
        let plain = self.named(&format!("{name}.weight"));
        let base = self.named(&format!("{name}.base_layer.weight"));
        let is_base = self.weights.tensor(&plain).is_none() && self.weights.tensor(&base).is_some();
        if is_base {
            base
        } else {
            plain
        }
    }

    /// `name.weight` with rows in another order, and `name.bias` where there is one.
    pub fn ordered_matrix(
        &mut self,
        name: &str,
        rows: u64,
        columns: u64,
        order: RowOrder,
    ) -> Result<(), RpcError> {
        self.matrix(&self.named(&format!("{name}.weight")), rows, columns, order)
    }

    /// `name.weight`, of `rows` rows of `columns` numbers, put together otherwise by `change`, which is given its whole
    /// name. A bias is refused.
    pub fn changed_matrix(
        &mut self,
        name: &str,
        rows: u64,
        columns: u64,
        change: impl FnOnce(String) -> Matrix,
    ) -> Result<(), RpcError> {
        let tensor = self.whole_name(name);
        expect(&tensor, self.take(&tensor)?, &[rows, columns])?;
        self.without_bias(name)?;
        self.matrices.push(change(tensor));
        Ok(())
    }

    /// Where a matrix is put together otherwise, a bias would have to be, too.
    fn without_bias(&self, name: &str) -> Result<(), RpcError> {
        let bias = self.named(&format!("{name}.bias"));
        match self.weights.tensor(&bias) {
            Some(_) => Err(unsupported(format!(
                "a tensor that the engine has no use for ({bias}), so its numbers would be wrong"
            ))),
            None => Ok(()),
        }
    }

    /// `name.weight` multiplied with a number; a bias is refused, unless that is 1.
    pub fn scaled_matrix(
        &mut self,
        name: &str,
        rows: u64,
        columns: u64,
        factor: f32,
    ) -> Result<(), RpcError> {
        if factor == 1.0 {
            return self.own_matrix(name, rows, columns);
        }
        self.changed_matrix(name, rows, columns, |tensor| {
            Matrix::made_of(vec![Rows::Stored { tensor, first: 0, count: rows, factor }], rows, columns)
        })
    }

    /// `count` matrices of `rows` rows each that stand one under the other in `name.weight`.
    pub fn split_matrix(&mut self, name: &str, count: u64, rows: u64, columns: u64) -> Result<(), RpcError> {
        let tensor = self.named(&format!("{name}.weight"));
        expect(&tensor, self.take(&tensor)?, &[count.saturating_mul(rows), columns])?;
        self.without_bias(name)?;
        for each in 0..count {
            let part = Rows::of(&tensor, each * rows, rows);
            self.matrices.push(Matrix::made_of(vec![part], rows, columns));
        }
        Ok(())
    }

    /// A matrix that the engine's class has and the model has not: its result is nothing.
    pub fn zeros(&mut self, rows: u64, columns: u64) {
        self.matrices.push(Matrix::made_of(vec![Rows::Zeros { count: rows }], rows, columns));
    }

    /// Gate, up and down of a plain block or a shared expert.
    pub fn gated(&mut self, name: &str, width: u64, hidden: u64) -> Result<(), RpcError> {
        self.own_matrix(&format!("{name}.gate_proj"), width, hidden)?;
        self.own_matrix(&format!("{name}.up_proj"), width, hidden)?;
        self.own_matrix(&format!("{name}.down_proj"), hidden, width)
    }

    /// Gate, up and down of one expert: tensors of its own, or parts of those of all experts.
    pub fn expert(
        &mut self,
        name: &str,
        expert: u64,
        experts: u64,
        width: u64,
        hidden: u64,
    ) -> Result<(), RpcError> {
        let both = format!("{}{name}.gate_up_proj", self.prefix);
        if self.weights.tensor(&both).is_none() {
            return self.gated(&format!("{name}.{expert}"), width, hidden);
        }
        let down = format!("{}{name}.down_proj", self.prefix);
        let (both_tensor, down_tensor) = (self.take(&both)?, self.take(&down)?);
        let mut push = |tensor: &str, first, rows, columns, order| {
            let part = Rows::of(tensor, first, rows);
            self.matrices.push(Matrix { order, ..Matrix::made_of(vec![part], rows, columns) });
        };
        // Some folders hold them on their side. Both shapes together always tell.
        if both_tensor.shape == [experts, hidden, 2 * width] && down_tensor.shape == [experts, width, hidden]
        {
            let both_columns = |first| RowOrder::Turned { width: 2 * width, first };
            push(&both, expert * hidden, width, hidden, both_columns(0));
            push(&both, expert * hidden, width, hidden, both_columns(width));
            push(&down, expert * width, hidden, width, RowOrder::Turned { width: hidden, first: 0 });
            return Ok(());
        }
        expect(&both, both_tensor, &[experts, 2 * width, hidden])?;
        expect(&down, down_tensor, &[experts, hidden, width])?;
        push(&both, 2 * expert * width, width, hidden, RowOrder::Same);
        push(&both, (2 * expert + 1) * width, width, hidden, RowOrder::Same);
        push(&down, expert * hidden, hidden, width, RowOrder::Same);
        Ok(())
    }

    pub fn vector(&mut self, name: &str, shape: &[u64]) -> Result<(), RpcError> {
        self.vector_from(name, name, shape)
    }

    /// A single row of numbers in another order.
    pub fn ordered_vector(&mut self, name: &str, shape: &[u64], order: RowOrder) -> Result<(), RpcError> {
        self.vector(name, shape)?;
        if let Some(vector) = self.vectors.last_mut() {
            vector.order = order;
        }
        Ok(())
    }

    /// The tensor `source` under the name `name`.
    pub fn vector_from(&mut self, name: &str, source: &str, shape: &[u64]) -> Result<(), RpcError> {
        let tensor = format!("{}{source}", self.prefix);
        expect(&tensor, self.take(&tensor)?, shape)?;
        self.vectors.push(Vector {
            name: format!("{}{name}", self.target),
            tensor,
            shape: shape.to_vec(),
            order: RowOrder::Same,
            factor: 1.0,
            shift: 0.0,
        });
        Ok(())
    }

    /// What is for pictures or speech alone counts as read; it is told by its name behind the prefix.
    pub fn pass_over(&mut self, is_for_them: impl Fn(&str) -> bool) {
        let theirs = |name: &&str| name.strip_prefix(self.prefix).is_some_and(&is_for_them);
        self.used.extend(self.weights.names().filter(theirs).map(str::to_owned));
    }

    /// A tensor of the text part that nothing has asked for changes the numbers in a way that the engine does not know.
    /// `whole`: everything in the folder is for text.
    pub fn check_leftovers(&self, whole: bool) -> Result<(), RpcError> {
        let is_output = |name: &str| OUTPUTS.iter().any(|output| name.starts_with(&format!("{output}.")));
        let left = self.weights.names().find(|name| {
            (whole || name.starts_with(self.prefix) || is_output(name))
                && !BESIDE.iter().any(|beside| name.starts_with(beside))
                && !PASSED_OVER.iter().any(|passed| name.starts_with(passed))
                // Computed from the configuration; early folders keep them.
                && !name.ends_with(".rotary_emb.inv_freq")
                && !self.used.contains(*name)
        });
        match left {
            Some(name) => Err(unsupported(format!(
                "a tensor that the engine has no use for ({name}), so its numbers would be wrong"
            ))),
            None => Ok(()),
        }
    }
}

fn expect(name: &str, tensor: FolderTensor, shape: &[u64]) -> Result<(), RpcError> {
    if tensor.shape == shape {
        return Ok(());
    }
    Err(unsupported(format!("the tensor {name} has the shape {:?} instead of {shape:?}", tensor.shape)))
}
