//! The writer of segments that only read a part of the prompt.

use super::segment::{Next, Writer};

/// Ends at once: what the segment is for is its prompt.
///
/// The engine computes one step more after an end at the first token, which is lost. That step could be used for the next
/// token of the prompt, but a token that is computed alone is rounded otherwise than in a batch, and a
/// prompt is to give the same logits whether it was read in chunks or not.
pub struct Feed {
    /// What comes after the part, where that is known.
    pub following: Option<u32>,
}

impl Writer for Feed {
    fn step(&self, _logits: &mut [f32]) -> Next {
        Next::End { following: self.following }
    }
}
