//! What kind of token each entry of a GGUF vocabulary is.
//!
//! `tokenizer.ggml.token_type` says so, and converters get it wrong: bytes and markers of turns stand there as ordinary
//! text, or the list is missing. An ordinary entry can only come out of merging, so a marker among them would be cut
//! into letters, and a byte would never be used. llama.cpp therefore goes by names too (`llama-vocab.cpp`,
//! "control-looking token"; its bytes are looked up by name alone). What is put right here:
//!
//! * `<0x0A>` is a byte wherever vocabularies write bytes so.
//! * What the metadata calls BOS, EOS, end of turn, padding ... is a control token, if its name looks like a marker.
//! * Names that model families use for turns, ends and gaps to fill are control tokens, and so is any `<|name|>`.
//! * Any other `<name>` or `[name]` that no merge can give was added by hand: it counts as a whole, and is text.
//!
//! The last two hold only for what merging can't give: a vocabulary may have learnt `</s>` from web pages.

use std::collections::HashSet;

use crate::header::gguf::GgufHeader;
use crate::protocol::RpcError;

use super::super::end_ids;
use super::super::pre_tokenizer::Symbols;
use super::super::vocabulary::{StringIndex, StringTable, TokenKind};
use super::{corrupt, is_mergeable, parse_byte, Family, SpecialIds};

/// Names of control tokens that do not look like one by their bars: those that llama.cpp looks for, and those that
/// begin a turn where it looks for the end.
const CONTROL: &[&str] = &[
    "<bos>",
    "[BOS]",
    "<pad>",
    "<PAD>",
    "[PAD]",
    "<mask>",
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "]~b]",
    "]~!b[",
    "<fim-prefix>",
    "<fim_prefix>",
    "<PRE>",
    "▁<PRE>",
    "<fim-suffix>",
    "<fim_suffix>",
    "<SUF>",
    "▁<SUF>",
    "<fim-middle>",
    "<fim_middle>",
    "<MID>",
    "▁<MID>",
    "<fim-pad>",
    "<fim_pad>",
    "<fim-repo>",
    "<REPO>",
    "<reponame>",
];

/// Beginnings of turns, by names that nobody writes for anything else.
const TURNS: &[&str] = &["<start_of_turn>", "<|turn>"];

/// Control tokens of Llama, and struck-through text in the vocabularies of Gemma, which have `<eos>` instead.
const LLAMA: &[&str] = &["<s>", "</s>"];

/// The kinds of all entries, put right.
///
/// # Errors
/// `Corrupt` where the list does not fit the vocabulary.
pub(super) fn read(
    header: &GgufHeader,
    family: Family,
    texts: &StringTable,
    ids: &SpecialIds,
) -> Result<Vec<TokenKind>, RpcError> {
    let mut kinds = written(header, texts.len())?;
    let has_bytes = match family {
        Family::Spm => true,
        Family::Bpe(rule) => rule.symbols != Symbols::Bytes,
    };
    for (id, text) in texts.iter() {
        let kind = &mut kinds[id as usize];
        match (has_bytes && parse_byte(text).is_some(), *kind) {
            (true, _) => *kind = TokenKind::Byte,
            // A byte that does not say which.
            (false, TokenKind::Byte) => *kind = TokenKind::Normal,
            (false, _) => {}
        }
    }
    let is_turn = |text: &[u8]| is_one(TURNS, text) || end_ids::is_known(text);
    let is_llama = !texts.iter().any(|(_, text)| text == b"<eos>");
    let is_control =
        |text: &[u8]| is_turn(text) || is_one(CONTROL, text) || (is_llama && is_one(LLAMA, text));
    let looks_wrong = |id: u32, text: &[u8]| match kinds[id as usize] {
        TokenKind::Normal => is_control(text) || is_marker(text),
        // A user who types the end of a turn must not end it.
        TokenKind::UserDefined => is_turn(text),
        _ => false,
    };
    let doubtful: Vec<(u32, &[u8])> = texts.iter().filter(|(id, text)| looks_wrong(*id, text)).collect();
    if doubtful.is_empty() {
        return Ok(kinds);
    }
    let names: Vec<&[u8]> = doubtful.iter().map(|(_, text)| *text).collect();
    let made = match family {
        Family::Bpe(_) => made_by_merges(header, &names),
        Family::Spm => made_of_pieces(texts, &kinds, &names),
    };
    for (id, text) in doubtful {
        let is_made = kinds[id as usize] == TokenKind::Normal && made.contains(text);
        // Ends of turns in bars are nobody's text, whatever merging could give.
        let is_added = !is_made || (is_in_bars(text) && end_ids::is_known(text));
        let is_declared = ids.declared.contains(&id) && is_marker(text);
        kinds[id as usize] = if ids.unknown == Some(id) && is_marker(text) {
            TokenKind::Unknown
        } else if is_declared || (is_added && (is_in_bars(text) || is_control(text))) {
            TokenKind::Control
        } else if is_added {
            TokenKind::UserDefined
        } else {
            continue;
        };
    }
    Ok(kinds)
}

fn written(header: &GgufHeader, count: usize) -> Result<Vec<TokenKind>, RpcError> {
    if header.get("tokenizer.ggml.token_type").is_none() {
        return Ok(vec![TokenKind::Normal; count]);
    }
    header
        .integers("tokenizer.ggml.token_type")
        .filter(|kinds| kinds.len() >= count)
        .map(|kinds| kinds.take(count).map(TokenKind::from_number).collect())
        .ok_or_else(|| corrupt("tokenizer.ggml.token_type does not fit the vocabulary"))
}

fn is_one(names: &[&str], text: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes() == text)
}

/// `<|name|>`, also with the wide bars of DeepSeek.
fn is_in_bars(text: &[u8]) -> bool {
    let inner = |open: &str, close: &str| {
        let inner = text.strip_prefix(open.as_bytes())?.strip_suffix(close.as_bytes())?;
        (!inner.is_empty()).then_some(inner)
    };
    let inner = inner("<|", "|>").or_else(|| inner("<｜", "｜>"));
    inner.is_some_and(|inner| !inner.iter().any(u8::is_ascii_whitespace))
}

/// `<name>` or `[name]`, in one word.
fn is_marker(text: &[u8]) -> bool {
    let inner = match text {
        [b'<', inner @ .., b'>'] | [b'[', inner @ .., b']'] => inner,
        _ => return false,
    };
    let is_word = |byte: &u8| !byte.is_ascii_whitespace() && !byte.is_ascii_control();
    inner.iter().all(is_word) && inner.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// Those of the names that a listed merge gives.
fn made_by_merges<'a>(header: &GgufHeader, names: &[&'a [u8]]) -> HashSet<&'a [u8]> {
    let mut open: HashSet<&[u8]> = names.iter().copied().collect();
    let mut made = HashSet::new();
    let mut whole = Vec::new();
    for line in header.strings("tokenizer.ggml.merges").into_iter().flatten() {
        // The left part may begin with a space.
        let Some(space) = line.iter().skip(1).position(|&byte| byte == b' ') else { continue };
        whole.clear();
        whole.extend_from_slice(&line[..=space]);
        whole.extend_from_slice(&line[space + 2..]);
        if let Some(name) = open.take(whole.as_slice()) {
            made.insert(name);
        }
    }
    made
}

/// Those of the names that are two other pieces, one after the other: SentencePiece merges whatever gives a piece.
fn made_of_pieces<'a>(texts: &StringTable, kinds: &[TokenKind], names: &[&'a [u8]]) -> HashSet<&'a [u8]> {
    let index = StringIndex::new(texts, |id| is_mergeable(kinds[id as usize]));
    let is_piece = |part: &[u8]| index.find(texts, part).is_some();
    let is_made = |name: &&[u8]| (1..name.len()).any(|at| is_piece(&name[..at]) && is_piece(&name[at..]));
    names.iter().copied().filter(is_made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_known_by_their_shape() {
        for name in ["<|im_start|>", "<｜User｜>", "<|x|>"] {
            assert!(is_in_bars(name.as_bytes()) && is_marker(name.as_bytes()), "{name}");
        }
        for name in ["<start_of_turn>", "</think>", "[INST]", "[/INST]", "<extra_id_0>", "<工具>"] {
            assert!(!is_in_bars(name.as_bytes()) && is_marker(name.as_bytes()), "{name}");
        }
        for name in ["<", "<>", "[]", "[...]", "< a>", "<a", "a>", "<|||>x", "<a\n>", "<|>"] {
            assert!(!is_marker(name.as_bytes()), "{name}");
        }
        assert!(!is_in_bars(b"<|a b|>") && !is_in_bars(b"<||>") && !is_in_bars(b"<|>"));
    }
}
