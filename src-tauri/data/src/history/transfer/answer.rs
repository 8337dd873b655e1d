//! How an answer came about: between `messages.facts` and a document. Both say the same by the same names; only where
//! facts name messages by their rows does a document name them by uid. What this version does not know goes along.

use serde_json::{Map, Value};
use vitrine_exchange::document::Answer;

use crate::error::Error;
use crate::history::to_json;

/// Members that name messages: in the facts, and in the document.
const COMPARE: &str = "compare";
const LEFT_OUT: &str = "left_out";
const BRANCH: &str = "branch";
const FROM_ROW: &str = "from_message";
const FROM_UID: &str = "from";

/// Stored facts as a document has them. `None` for what is no account of an answer. Messages that `uid` does not know
/// are left out, with the comparison or the branch that names them.
pub fn from_stored(text: &str, uid: impl Fn(i64) -> Option<String>) -> Option<Answer> {
    let Ok(Value::Object(mut facts)) = serde_json::from_str(text) else {
        tracing::warn!("stored facts of an answer that can't be read");
        return None;
    };
    let name = |value: &Value| value.as_i64().and_then(&uid).map(Value::from);
    rename(&mut facts, (FROM_ROW, FROM_UID), name);
    match serde_json::from_value(Value::Object(facts)) {
        Ok(answer) => Some(answer),
        Err(error) => {
            tracing::warn!(%error, "stored facts of an answer that can't be read");
            None
        }
    }
}

/// The same back, for the column.
///
/// # Errors
/// [`Error::Stored`].
pub fn to_stored(answer: &Answer, row: impl Fn(&str) -> Option<i64>) -> Result<String, Error> {
    // By way of its text: numbers keep the digits that they have there.
    let written = to_json("facts", answer)?;
    let mut facts: Map<String, Value> = crate::history::from_json("facts", &written)?;
    let name = |value: &Value| value.as_str().and_then(&row).map(Value::from);
    rename(&mut facts, (FROM_UID, FROM_ROW), name);
    to_json("facts", &facts)
}

fn rename(facts: &mut Map<String, Value>, from: (&str, &str), name: impl Fn(&Value) -> Option<Value>) {
    if let Some(compare) = facts.remove(COMPARE).as_ref().and_then(&name) {
        facts.insert(COMPARE.into(), compare);
    }
    if let Some(Value::Object(mut branch)) = facts.remove(BRANCH) {
        if let Some(message) = branch.remove(from.0).as_ref().and_then(&name) {
            branch.insert(from.1.into(), message);
            facts.insert(BRANCH.into(), Value::Object(branch));
        }
    }
    if let Some(left_out) = facts.get_mut(LEFT_OUT).and_then(Value::as_array_mut) {
        *left_out = left_out.iter().filter_map(&name).collect();
    }
}
