//! How a model was loaded last, as it stands in `recent_models.options`.

use serde::{Deserialize, Serialize};
use vitrine_core::protocol::{Isq, LoadOptions, LoadRoute};

use super::{named, or_default};
use crate::error::Error;
use crate::history::to_json;

/// Options as text.
pub fn options_to(options: &LoadOptions) -> Result<String, Error> {
    let LoadOptions { context_length, threads, isq, route } = options.clone();
    to_json("load options", &StoredOptions { context_length, threads, isq, route })
}

/// What [`options_to`] wrote, now or in an earlier version. What can't be read is left to the app, as at the
/// first load.
pub fn options_from(text: &str) -> LoadOptions {
    let stored = serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::warn!(%error, "stored load options that can't be read");
        StoredOptions::default()
    });
    let StoredOptions { context_length, threads, isq, route } = stored;
    LoadOptions { context_length, threads, isq, route }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredOptions {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    context_length: Option<u32>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    threads: Option<u32>,
    #[serde(with = "named", skip_serializing_if = "Option::is_none")]
    isq: Option<Isq>,
    #[serde(with = "named", skip_serializing_if = "Option::is_none")]
    route: Option<LoadRoute>,
}
