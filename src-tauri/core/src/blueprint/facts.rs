//! Typed reading of an architecture's metadata.

use crate::header::gguf::{GgufHeader, GgufModel};
use crate::protocol::RpcError;

use super::unsupported;

/// Metadata under the prefix of the architecture.
pub(super) struct Facts<'a> {
    pub model: &'a GgufModel,
    /// Of the first part, which has the metadata.
    header: &'a GgufHeader,
    architecture: &'a str,
}

impl<'a> Facts<'a> {
    pub fn new(model: &'a GgufModel, architecture: &'a str) -> Self {
        Self { model, header: model.first(), architecture }
    }

    pub fn architecture(&self) -> &'a str {
        self.architecture
    }

    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.architecture)
    }

    /// A size that must be there and not be 0.
    pub fn size(&self, name: &str) -> Result<u64, RpcError> {
        self.optional(name)?.filter(|&size| size > 0).ok_or_else(|| {
            super::super::header::failure(
                crate::protocol::ErrorKind::Corrupt,
                self.header.path(),
                &format!("the header lacks {}", self.key(name)),
            )
        })
    }

    /// A whole number that a file may lack. Some files give one number for each block: then all
    /// must be the same.
    pub fn optional(&self, name: &str) -> Result<Option<u64>, RpcError> {
        let key = self.key(name);
        if let Some(number) = self.header.u64(&key) {
            return Ok(Some(number));
        }
        let Some(mut numbers) = self.header.integers(&key) else { return Ok(None) };
        let first = numbers.next();
        if numbers.any(|number| Some(number) != first) {
            return Err(unsupported(format!("{key} differs from block to block")));
        }
        Ok(first.and_then(|number| u64::try_from(number).ok()))
    }

    /// A list of whole numbers.
    pub fn numbers(&self, name: &str) -> Option<impl Iterator<Item = i64> + '_> {
        self.header.integers(&self.key(name))
    }

    pub fn float(&self, name: &str) -> Option<f64> {
        self.header.f64(&self.key(name)).filter(|number| number.is_finite())
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.header.str(&self.key(name))
    }

    pub fn has(&self, name: &str) -> bool {
        self.header.get(&self.key(name)).is_some()
    }

    /// Truth values for each block, or one number: every n-th block is `false`.
    pub fn pattern(&self, name: &str, blocks: u64) -> Option<Vec<bool>> {
        let key = self.key(name);
        if let Some(n) = self.header.u64(&key).filter(|&n| n > 0) {
            return Some((1..=blocks).map(|block| block % n != 0).collect());
        }
        let values = self.header.bools(&key)?;
        (values.len() as u64 == blocks).then_some(values)
    }

    /// Width of a head of keys; values must have the same.
    pub fn head(&self, hidden: u64, heads: u64) -> Result<u64, RpcError> {
        let key = self.optional("attention.key_length")?;
        let value = self.optional("attention.value_length")?;
        let head = key.unwrap_or(hidden / heads);
        if value.unwrap_or(head) != head {
            return Err(unsupported("keys and values of different width"));
        }
        if head == 0 || head % 2 != 0 {
            return Err(unsupported(format!("heads of width {head}")));
        }
        Ok(head)
    }
}
