//! How values stand in the text columns of the database: forms and names of their own.
//!
//! What crosses to the window may change with any version; what was stored stays as it was written. So no
//! type of the contract is serialized into a column. Each has a form here, and a conversion in
//! both directions that the compiler checks for completeness. Renaming an enum value
//! in the contract or in the protocol leaves the names here alone.
//!
//! Reading never fails for what another version wrote: an unknown value is *not known*, a member that can't be
//! read has its default, and facts that can't be read are missing. Each is logged. `golden/` holds what version 0.1
//! wrote; a test opens it for ever.

mod facts;
mod names;
mod options;
mod segments;
mod settings;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub use facts::{facts_for_copy, facts_from, facts_to};
pub use names::Named;
pub use options::{options_from, options_to};
pub use segments::segments_from;
#[cfg(test)]
pub use segments::segments_to;
pub use settings::{settings_from, settings_to, turn_from, turn_to};

use super::to_json;
use crate::error::Error;

/// An enum value as JSON text: its name in quotes.
pub fn name_to<T: Named>(value: T) -> Result<String, Error> {
    to_json(T::WHAT, &value.name())
}

/// What [`name_to`] wrote; `None` for a name that this version does not know.
pub fn name_from<T: Named>(text: &str) -> Option<T> {
    let name: String = serde_json::from_str(text).unwrap_or_else(|_| text.to_owned());
    known(&Value::String(name))
}

/// An enum value by its stored name; what is not known is logged.
fn known<T: Named>(value: &Value) -> Option<T> {
    let found = value.as_str().and_then(T::of);
    if found.is_none() && !value.is_null() {
        tracing::warn!(what = T::WHAT, %value, "a stored value that this version does not know");
    }
    found
}

/// For `serde(with)`: an enum value by its stored name, none where that is not known.
mod named {
    use serde::Serializer;

    use super::*;

    pub fn serialize<T: Named, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(Named::name).serialize(serializer)
    }

    pub fn deserialize<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Ok(known(&Value::deserialize(deserializer)?))
    }
}

/// For `serde(deserialize_with)`: the default in place of what can't be read.
fn or_default<'de, T: DeserializeOwned + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_else(|error| {
        tracing::warn!(%error, "a stored member that can't be read");
        T::default()
    }))
}

/// Reads an object member by member: the default stands for whatever is missing or can't be read, at any depth.
fn over_default<T: Default + Serialize + DeserializeOwned>(what: &str, stored: Value) -> T {
    match serde_json::from_value(stored.clone()) {
        Ok(read) => return read,
        Err(error) => tracing::warn!(what, %error, "stored settings that can only be read in part"),
    }
    let (Value::Object(stored), Ok(mut whole)) = (stored, serde_json::to_value(T::default())) else {
        return T::default();
    };
    let reads = |whole: &Value| serde_json::from_value::<T>(whole.clone()).is_ok();
    adopt(&mut whole, &mut Vec::new(), stored, &reads);
    serde_json::from_value(whole).unwrap_or_default()
}

/// Puts those members of `stored` into `whole`, below `path`, with which it still `reads`.
fn adopt(
    whole: &mut Value,
    path: &mut Vec<String>,
    stored: Map<String, Value>,
    reads: &dyn Fn(&Value) -> bool,
) {
    for (key, new) in stored {
        let Some(parent) = object_at(whole, path) else { return };
        let old = parent.insert(key.clone(), new.clone());
        if reads(whole) {
            continue;
        }
        let Some(parent) = object_at(whole, path) else { return };
        match (old, new) {
            (Some(old @ Value::Object(_)), Value::Object(new)) => {
                parent.insert(key.clone(), old);
                path.push(key);
                adopt(whole, path, new, reads);
                path.pop();
            }
            (Some(old), _) => drop(parent.insert(key, old)),
            (None, _) => drop(parent.remove(&key)),
        }
    }
}

fn object_at<'a>(whole: &'a mut Value, path: &[String]) -> Option<&'a mut Map<String, Value>> {
    path.iter().try_fold(whole, |at, key| at.get_mut(key))?.as_object_mut()
}

#[cfg(test)]
mod tests;
