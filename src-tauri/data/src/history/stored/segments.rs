//! Whose words the tokens of a prompt are, as `prompts.segments` has it. Only rows from before there were deltas do; what
//! is written now is bytes ([`super::super::codec::spans`]).

use serde::{Deserialize, Serialize};

use super::{named, or_default};
use crate::contract::{PromptSegment, SegmentKind};

/// The segments of an old row; none, and a warning, where they can't be read: the prompt itself is there all the same.
pub fn segments_from(text: &str) -> Vec<PromptSegment> {
    let stored: Vec<StoredSegment> = serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::warn!(%error, "stored segments of a prompt that can't be read");
        Vec::new()
    });
    let segments = stored.into_iter().map(|StoredSegment { start, end, kind, message_id }| {
        // Words whose author is not known are nobody's.
        PromptSegment { start, end, kind: kind.unwrap_or(SegmentKind::Markup), message_id }
    });
    segments.collect()
}

#[cfg(test)]
pub fn segments_to(segments: &[PromptSegment]) -> String {
    let stored = segments.iter().map(|segment| {
        let PromptSegment { start, end, kind, message_id } = segment.clone();
        StoredSegment { start, end, kind: Some(kind), message_id }
    });
    serde_json::to_string(&stored.collect::<Vec<_>>()).expect("JSON")
}

#[derive(Serialize, Deserialize)]
struct StoredSegment {
    start: u32,
    end: u32,
    #[serde(default, with = "named")]
    kind: Option<SegmentKind>,
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    message_id: Option<i64>,
}
