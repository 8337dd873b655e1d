//! A text as a message: what the chat template adds.

use serde_json::{Map, Value};

use crate::protocol::{ChatMessage, ErrorKind, MessageCut, Role, RpcError};
use crate::template::ChatTemplate;
use crate::tokenizer::Tokenizer;

use super::tokens::tokens;

/// A content that no template writes by itself, changes or takes apart: letters and digits.
const PROBE: &str = "x7Probe3f9b1c5e8d2a4";

/// A text as a message of the user, with the assistant's turn open.
///
/// # Errors
/// `NoTemplate` where there is none, `TemplateFailed` where it fails; as [`Tokenizer::encode`].
pub fn message(
    tokenizer: &Tokenizer,
    template: Option<&ChatTemplate>,
    variables: &Map<String, Value>,
    text: &str,
) -> Result<MessageCut, RpcError> {
    let template =
        template.ok_or_else(|| RpcError::new(ErrorKind::NoTemplate, "there is no chat template"))?;
    let render = |content: &str| {
        let message = ChatMessage { role: Role::User, content: content.into() };
        template.render(&[message], true, variables)
    };
    let prompt = render(text)?;
    let content = render(PROBE).ok().and_then(|probed| place(&prompt, &probed));
    let cut = tokens(tokenizer, &prompt, true)?;
    Ok(MessageCut { text: prompt, content, cut })
}

/// Where the message stands, seen from a prompt in which the probe stands in its place. `None` where the template writes
/// one of the two otherwise.
fn place(prompt: &str, probed: &str) -> Option<(u32, u32)> {
    let (before, after) = probed.split_once(PROBE)?;
    let end = prompt.len().checked_sub(after.len()).filter(|&end| end >= before.len())?;
    let matches = prompt.starts_with(before) && prompt.ends_with(after) && !after.contains(PROBE);
    matches.then_some((before.len() as u32, end as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_although_the_template_says_the_same() {
        let probed = format!("<user>{PROBE}</user><assistant>");
        assert_eq!(place("<user>user</user><assistant>", &probed), Some((6, 10)));
        assert_eq!(place("<user></user><assistant>", &probed), Some((6, 6)));
        assert_eq!(place("<other>x</user><assistant>", &probed), None);
        assert_eq!(place("<user>x</user>", &probed), None);
        assert_eq!(place("x", &format!("{PROBE} and {PROBE}")), None);
    }
}
