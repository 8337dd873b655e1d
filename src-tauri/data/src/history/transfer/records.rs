//! The tokens of an answer: between the chunks of [`codec`] and a document.
//!
//! The codec rounds, and what it has rounded once it gives back as it is. So records are encoded here in the one way in
//! which they are read again exactly as they were given, wherever there is one: for all that this app has written there
//! is.

use vitrine_core::protocol::{self, TokenRecord};
use vitrine_exchange::document::{Alternative, CutRule, Origin, Rest, Token};

use crate::history::codec::compact::{decode, Bare};
use crate::history::codec::{CodecError, Encoder, FreshPiece};

/// The tokens of one answer, for `token_records` and `pieces`.
#[derive(Debug, Default)]
pub struct Encoded {
    pub chunks: Vec<Vec<u8>>,
    pub pieces: Vec<FreshPiece>,
}

/// Encodes an answer's records.
///
/// # Errors
/// [`CodecError::NotHex`].
pub fn encode(vocabulary: u32, temperature: f32, records: &[TokenRecord]) -> Result<Encoded, CodecError> {
    if records.is_empty() {
        return Ok(Encoded::default());
    }
    let (chunk, pieces) = Encoder::new(vocabulary, temperature).encode(records)?;
    if is_exact(&chunk, records) {
        return Ok(Encoded { chunks: vec![chunk], pieces });
    }
    // Some were written with another temperature, or just beside what one would derive: those go into chunks that derive
    // nothing.
    let mut chunks = Vec::new();
    let mut begun = 0;
    let mut with = None;
    for (at, record) in records.iter().enumerate() {
        let fits = |temperature| -> Result<bool, CodecError> {
            let one = std::slice::from_ref(record);
            Ok(is_exact(&Encoder::new(vocabulary, temperature).encode(one)?.0, one))
        };
        // What neither gives back exactly stays with those before it.
        let best = match with {
            Some(with) if fits(with)? => with,
            _ if fits(temperature)? => temperature,
            _ if fits(0.0)? => 0.0,
            before => before.unwrap_or(temperature),
        };
        if let Some(before) = with.filter(|before: &f32| before.to_bits() != best.to_bits()) {
            chunks.push(Encoder::new(vocabulary, before).encode(&records[begun..at])?.0);
            begun = at;
        }
        with = Some(best);
    }
    chunks.push(Encoder::new(vocabulary, with.unwrap_or(temperature)).encode(&records[begun..])?.0);
    Ok(Encoded { chunks, pieces })
}

/// Records as they will be read after they were encoded: for those of the first version of the codec, which rounds
/// otherwise.
///
/// # Errors
/// [`CodecError::NotHex`].
pub fn rounded(temperature: f32, records: Vec<TokenRecord>) -> Result<Vec<TokenRecord>, CodecError> {
    let (chunk, _) = Encoder::new(0, temperature).encode(&records)?;
    let bare = decode(&chunk)?.records;
    Ok(bare.into_iter().zip(records).map(|(bare, given)| filled(bare, &given)).collect())
}

fn is_exact(chunk: &[u8], records: &[TokenRecord]) -> bool {
    let Ok(read) = decode(chunk) else { return false };
    read.records.len() == records.len()
        && read.records.into_iter().zip(records).all(|(bare, given)| filled(bare, given) == *given)
}

/// With the bytes that it was given.
fn filled(bare: Bare, given: &TokenRecord) -> TokenRecord {
    let Bare { mut record, text_as_bytes } = bare;
    record.bytes.clone_from(&given.bytes);
    if text_as_bytes {
        record.text.clone_from(&given.text);
    }
    for (one, given) in record.alternatives.iter_mut().zip(&given.alternatives) {
        one.bytes.clone_from(&given.bytes);
    }
    record
}

/// A record as a document has it.
pub fn to_token(record: TokenRecord) -> Token {
    let alternatives = record.alternatives.into_iter().map(|one| Alternative {
        id: one.id,
        bytes: one.bytes,
        probability: one.probability,
        settings_probability: one.settings_probability,
        rank: one.rank,
        cut: one.cut.map(|cut| match cut {
            protocol::CutRule::Greedy => CutRule::Greedy,
            protocol::CutRule::TopK => CutRule::TopK,
            protocol::CutRule::TopP => CutRule::TopP,
            protocol::CutRule::MinP => CutRule::MinP,
            protocol::CutRule::LogitBias => CutRule::LogitBias,
        }),
    });
    Token {
        position: record.position,
        id: record.id,
        bytes: record.bytes,
        text: record.text,
        probability: record.probability,
        settings_probability: record.settings_probability,
        rank: record.rank,
        entropy: record.entropy,
        alternatives: alternatives.collect(),
        rest: Rest {
            probability: record.rest_probability,
            settings_probability: record.rest_settings_probability,
            count: record.rest_count,
        },
        origin: Some(match record.origin {
            protocol::Origin::Sampled => Origin::Sampled,
            protocol::Origin::Chosen => Origin::Chosen,
            protocol::Origin::Forced => Origin::Forced,
        }),
        special: record.special,
        micros: record.micros,
    }
}

/// The same back. An origin that is not known is the usual one.
pub fn from_token(token: &Token) -> TokenRecord {
    let alternatives = token.alternatives.iter().map(|one| protocol::Alternative {
        id: one.id,
        bytes: one.bytes.to_ascii_lowercase(),
        probability: one.probability,
        settings_probability: one.settings_probability,
        rank: one.rank,
        cut: one.cut.map(|cut| match cut {
            CutRule::Greedy => protocol::CutRule::Greedy,
            CutRule::TopK => protocol::CutRule::TopK,
            CutRule::TopP => protocol::CutRule::TopP,
            CutRule::MinP => protocol::CutRule::MinP,
            CutRule::LogitBias => protocol::CutRule::LogitBias,
        }),
    });
    TokenRecord {
        position: token.position,
        id: token.id,
        bytes: token.bytes.to_ascii_lowercase(),
        text: token.text.clone(),
        probability: token.probability,
        settings_probability: token.settings_probability,
        rank: token.rank,
        entropy: token.entropy,
        alternatives: alternatives.collect(),
        rest_probability: token.rest.probability,
        rest_settings_probability: token.rest.settings_probability,
        rest_count: token.rest.count,
        origin: match token.origin {
            Some(Origin::Chosen) => protocol::Origin::Chosen,
            Some(Origin::Forced) => protocol::Origin::Forced,
            Some(Origin::Sampled) | None => protocol::Origin::Sampled,
        },
        special: token.special,
        micros: token.micros,
    }
}
