//! How a `tokenizer.json` turns ids into bytes.
//!
//! The `tokenizers` crate only gives lossy strings, so the usual decoders are read here: GPT-2's alphabet (`ByteLevel`), `▁`
//! for a space (`Metaspace`, `Replace`), `<0x0A>` (`ByteFallback`). Any other is asked for each token, standing between two
//! others, so that it neither begins nor ends a text. A file without a decoder is read backwards from what it does to texts:
//! transformers would put a space between all tokens, which is no text that the model has seen.

use serde_json::Value;
use tokenizers::Decoder;

use super::super::byte_alphabet;
use super::super::gguf::parse_byte;

/// How ids are turned into bytes.
pub(super) struct Decoding {
    /// GPT-2's alphabet.
    byte_level: bool,
    /// `▁` is a space.
    marks: bool,
    /// `<0x0A>` is a byte.
    byte_fallback: bool,
    words: Words,
}

/// What else becomes of a token.
enum Words {
    /// Nothing.
    AsWritten,
    /// The decoder says it.
    Decoder(Box<tokenizers::DecoderWrapper>),
    /// White space is lost between words: a token begins one, unless it carries this mark of a word that goes on.
    Apart { goes_on: String },
    /// This mark ends a word.
    Ended { mark: String },
}

/// Decoders that are read here, or change only how a whole text begins.
const READ: &[&str] = &["Sequence", "ByteLevel", "Metaspace", "ByteFallback", "Fuse", "Strip", "Replace"];
/// Pre-tokenizers that drop the white space between words.
const DROPPING: &[&str] = &["Whitespace", "WhitespaceSplit", "BertPreTokenizer"];

/// Are pieces written in GPT-2's alphabet?
pub(super) fn is_byte_level(inner: &tokenizers::Tokenizer) -> bool {
    Decoding::of(inner).byte_level
}

impl Decoding {
    pub(super) fn of(inner: &tokenizers::Tokenizer) -> Self {
        match inner.get_decoder() {
            Some(decoder) => Self::of_decoder(decoder),
            None => Self::backwards(inner),
        }
    }

    fn of_decoder(decoder: &tokenizers::DecoderWrapper) -> Self {
        let json = serde_json::to_value(decoder).unwrap_or(Value::Null);
        let steps = flat(&json, "decoders");
        let has = |kind: &str| steps.iter().any(|step| step["type"] == kind);
        let is_mark = |step: &Value| step["pattern"]["String"] == "▁" && step["content"] == " ";
        let replaces = |step: &&&Value| step["type"] == "Replace";
        let is_read = |step: &&Value| READ.iter().any(|kind| step["type"] == *kind);
        let others = steps.iter().filter(replaces).any(|step| !is_mark(step));
        // A `Strip` before all tokens are one text takes away from each of them.
        let strips_each = steps
            .iter()
            .position(|step| step["type"] == "Strip")
            .is_some_and(|at| !steps[..at].iter().any(|step| step["type"] == "Fuse"));
        let is_known = has("ByteLevel") || (steps.iter().all(is_read) && !others && !strips_each);
        Self {
            byte_level: has("ByteLevel"),
            marks: has("Metaspace") || steps.iter().any(|step| is_mark(step)),
            byte_fallback: has("ByteFallback"),
            words: match is_known {
                true => Words::AsWritten,
                false => Words::Decoder(Box::new(decoder.clone())),
            },
        }
    }

    fn backwards(inner: &tokenizers::Tokenizer) -> Self {
        let json = |part: Result<Value, serde_json::Error>| part.unwrap_or(Value::Null);
        let splits = json(serde_json::to_value(inner.get_pre_tokenizer()));
        let splits = flat(&splits, "pretokenizers");
        let normalizer = json(serde_json::to_value(inner.get_normalizer()));
        let rewrites = flat(&normalizer, "normalizers");
        let splits_by = |kind: &str| splits.iter().any(|step| step["type"] == kind);
        let writes_marks =
            rewrites.iter().any(|step| step["content"] == "▁" && step["pattern"]["String"] == " ");
        let marks = splits_by("Metaspace") || writes_marks;
        let byte_level = splits_by("ByteLevel");
        let affixes = Affixes::of(inner);
        let drops = DROPPING.iter().any(|kind| splits_by(kind));
        let words = match (affixes.end, affixes.goes_on) {
            _ if marks || byte_level => Words::AsWritten,
            (Some(mark), _) => Words::Ended { mark },
            (None, Some(goes_on)) => Words::Apart { goes_on },
            (None, None) if drops => Words::Apart { goes_on: String::new() },
            (None, None) => Words::AsWritten,
        };
        Self { byte_level, marks, byte_fallback: affixes.byte_fallback, words }
    }

    /// Adds the bytes that an entry of the vocabulary stands for.
    pub(super) fn write(&self, text: &str, blob: &mut Vec<u8>) {
        if let Some(byte) = parse_byte(text.as_bytes()).filter(|_| self.byte_fallback) {
            return blob.push(byte);
        }
        if self.byte_level {
            return byte_alphabet::decode(text, blob);
        }
        match &self.words {
            Words::AsWritten if self.marks => blob.extend_from_slice(text.replace('▁', " ").as_bytes()),
            Words::AsWritten => blob.extend_from_slice(text.as_bytes()),
            Words::Decoder(decoder) => blob.extend_from_slice(between(decoder, text).as_bytes()),
            Words::Ended { mark } => blob.extend_from_slice(text.replace(mark.as_str(), " ").as_bytes()),
            Words::Apart { goes_on } => match text.strip_prefix(goes_on.as_str()) {
                Some(rest) if !goes_on.is_empty() => blob.extend_from_slice(rest.as_bytes()),
                _ => {
                    blob.push(b' ');
                    blob.extend_from_slice(text.as_bytes());
                }
            },
        }
    }
}

/// A step, or the steps of a sequence, however deep.
pub(super) fn flat<'a>(step: &'a Value, list: &str) -> Vec<&'a Value> {
    match step[list].as_array() {
        Some(steps) => steps.iter().flat_map(|step| flat(step, list)).collect(),
        None => vec![step],
    }
}

/// How a model marks the parts of words.
struct Affixes {
    goes_on: Option<String>,
    end: Option<String>,
    byte_fallback: bool,
}

impl Affixes {
    fn of(inner: &tokenizers::Tokenizer) -> Self {
        use tokenizers::ModelWrapper::{Unigram, WordLevel, WordPiece, BPE};
        let (goes_on, end, byte_fallback) = match inner.get_model() {
            BPE(bpe) => (
                bpe.get_continuing_subword_prefix().clone(),
                bpe.end_of_word_suffix.clone(),
                bpe.byte_fallback,
            ),
            WordPiece(words) => (Some(words.continuing_subword_prefix.clone()), None, false),
            Unigram(unigram) => (None, None, unigram.byte_fallback()),
            WordLevel(_) => (None, None, false),
        };
        let given = |text: &String| !text.is_empty();
        Self { goes_on: goes_on.filter(given), end: end.filter(given), byte_fallback }
    }
}

/// What a decoder makes of a token in the middle of a text.
fn between(decoder: &tokenizers::DecoderWrapper, text: &str) -> String {
    let decode = |tokens: &[&str]| {
        let tokens = tokens.iter().map(|&token| token.to_owned()).collect();
        decoder.decode_chain(tokens).map(|parts| parts.concat()).unwrap_or_default()
    };
    // Two letters that a decoder which drops repeated tokens (`CTC`) keeps apart.
    let (before, both, all) = (decode(&["a"]), decode(&["a", "b"]), decode(&["a", text, "b"]));
    let end = both.strip_prefix(before.as_str()).unwrap_or_default();
    let middle = all.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(end));
    middle.unwrap_or(text).to_owned()
}
