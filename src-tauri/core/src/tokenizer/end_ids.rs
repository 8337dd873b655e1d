//! Which tokens end an answer.
//!
//! Files often name only one of several: Llama 3 ends with `<|eot_id|>` or `<|eom_id|>`, Qwen with
//! `<|im_end|>` or `<|endoftext|>`. So the names that model families use are known here, as they
//! are in llama.cpp.

use super::vocabulary::{StringTable, TokenKind};

const NAMES: &[&str] = &[
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|im_end|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|calls|>",
    "<|flush|>",
    "<|END_OF_TURN_TOKEN|>",
    "<end_of_turn>",
    "<end_of_utterance>",
    "<eos>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "[e~[",
    "<turn|>",
    "<|tool_response>",
    "<｜end▁of▁sentence｜>",
];

/// Is it one of the names by which ends are known? `</s>` is not among them: it may be struck-through text.
pub(super) fn is_known(name: &[u8]) -> bool {
    NAMES.iter().any(|known| known.as_bytes() == name)
}

/// Is `name` the name of a token that ends an answer?
fn ends(name: &[u8], kind: TokenKind) -> bool {
    match kind {
        TokenKind::Control | TokenKind::Unknown => name == b"</s>" || is_known(name),
        // In Gemma `</s>` is struck-through text.
        TokenKind::UserDefined => is_known(name),
        // Some files forget the kinds. A name in bars is nobody's text.
        TokenKind::Normal => name.starts_with(b"<|") && is_known(name),
        TokenKind::Unused | TokenKind::Byte => false,
    }
}

/// The ids that end an answer: those that the model names and those that are known by name. Sorted.
pub(super) fn end_ids(
    named: impl IntoIterator<Item = u32>,
    bytes: &StringTable,
    kinds: &[TokenKind],
) -> Vec<u32> {
    let named: Vec<u32> = named.into_iter().collect();
    let known = bytes.iter().filter(|(id, name)| ends(name, kinds[*id as usize])).map(|(id, _)| id);
    let mut ids: Vec<u32> = known.chain(named.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    // gpt-oss and Solar write `<|end|>` between their channels; the answer goes on behind it.
    let find = |name: &str| ids.iter().copied().find(|&id| bytes.get(id) == Some(name.as_bytes()));
    let calls = find("<|call|>").or(find("<|calls|>"));
    let goes_on = calls.is_some() && (find("<|return|>").is_some() || find("<|flush|>").is_some());
    if let Some(end) = find("<|end|>").filter(|end| goes_on && !named.contains(end)) {
        ids.retain(|&id| id != end);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(named: &[u32], tokens: &[(&str, TokenKind)]) -> Vec<u32> {
        let mut bytes = StringTable::default();
        for (name, _) in tokens {
            bytes.push(name.as_bytes());
        }
        let kinds: Vec<TokenKind> = tokens.iter().map(|(_, kind)| *kind).collect();
        end_ids(named.iter().copied(), &bytes, &kinds)
    }

    #[test]
    fn known_names_end_an_answer_beside_those_that_the_file_names() {
        use TokenKind::{Control, Normal, UserDefined};
        let tokens = [("x", Control), ("<|eot_id|>", Control), ("<|im_end|>", Normal), ("<EOT>", Normal)];
        assert_eq!(ids(&[0], &tokens), [0, 1, 2]);
        assert_eq!(ids(&[], &[("</s>", UserDefined), ("</s>", Control)]), [1]);
    }

    #[test]
    fn channels_of_gpt_oss_do_not_end_its_answer() {
        use TokenKind::Control;
        let tokens = [("<|end|>", Control), ("<|return|>", Control), ("<|call|>", Control)];
        assert_eq!(ids(&[1], &tokens), [1, 2]);
        assert_eq!(ids(&[], &tokens[..2]), [0, 1]);
    }
}
