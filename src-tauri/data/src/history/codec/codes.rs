//! Who decided, and which rule cut, as numbers.

use vitrine_core::protocol::{CutRule, Origin};

use super::CodecError;

pub fn origin_code(origin: Origin) -> u8 {
    match origin {
        Origin::Sampled => 0,
        Origin::Chosen => 1,
        Origin::Forced => 2,
    }
}

pub fn origin(code: u8) -> Result<Origin, CodecError> {
    match code {
        0 => Ok(Origin::Sampled),
        1 => Ok(Origin::Chosen),
        2 => Ok(Origin::Forced),
        other => Err(CodecError::UnknownValue(other, "origin")),
    }
}

/// 0 is none.
pub fn cut_code(rule: CutRule) -> u8 {
    match rule {
        CutRule::Greedy => 1,
        CutRule::TopK => 2,
        CutRule::TopP => 3,
        CutRule::MinP => 4,
        CutRule::LogitBias => 5,
    }
}

pub fn cut(code: u8) -> Result<Option<CutRule>, CodecError> {
    match code {
        0 => Ok(None),
        1 => Ok(Some(CutRule::Greedy)),
        2 => Ok(Some(CutRule::TopK)),
        3 => Ok(Some(CutRule::TopP)),
        4 => Ok(Some(CutRule::MinP)),
        5 => Ok(Some(CutRule::LogitBias)),
        other => Err(CodecError::UnknownValue(other, "cut")),
    }
}
