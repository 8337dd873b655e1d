//! What the model received for each answer: exact ids, and whose words they are.

use rusqlite::{params, Connection, OptionalExtension};
use vitrine_core::protocol::{PromptForm, PromptToken};

use super::codec::primitive::{from_hex, put_varint, to_hex, Reader};
use super::pieces::{self, Pieces};
use super::{from_json, to_json};
use crate::contract::PromptSegment;
use crate::error::Error;

/// A prompt that is to be kept.
#[derive(Debug, Clone)]
pub struct NewPrompt {
    pub fingerprint: String,
    pub form: PromptForm,
    pub tokens: Vec<PromptToken>,
    pub segments: Vec<PromptSegment>,
}

/// A prompt that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    pub fingerprint: String,
    pub form: PromptForm,
    pub ids: Vec<u32>,
    pub segments: Vec<PromptSegment>,
}

/// Keeps the prompt of an answer.
pub fn save(connection: &Connection, message: i64, prompt: &NewPrompt) -> Result<(), Error> {
    let vocabulary = pieces::vocabulary(connection, &prompt.fingerprint)?;
    let mut ids = Vec::with_capacity(prompt.tokens.len() * 2);
    for token in &prompt.tokens {
        put_varint(&mut ids, token.id);
        let bytes = from_hex(&token.bytes)?;
        pieces::keep(connection, vocabulary, [(token.id, bytes.as_slice(), token.special)])?;
    }
    connection.execute(
        "INSERT OR REPLACE INTO prompts (message_id, vocabulary, form, ids, segments) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            message,
            vocabulary,
            to_json("form", &prompt.form)?,
            ids,
            to_json("segments", &prompt.segments)?
        ],
    )?;
    Ok(())
}

/// Another answer has the same prompt.
pub fn copy(connection: &Connection, from: i64, to: i64) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO prompts (message_id, vocabulary, form, ids, segments)
         SELECT ?2, vocabulary, form, ids, segments FROM prompts WHERE message_id = ?1",
        [from, to],
    )?;
    Ok(())
}

/// The prompt of an answer; none for one that was written before prompts were kept.
pub fn get(connection: &Connection, message: i64) -> Result<Option<Prompt>, Error> {
    let found = connection
        .prepare_cached("SELECT vocabulary, form, ids, segments FROM prompts WHERE message_id = ?1")?
        .query_row([message], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Vec<u8>>(2)?,
                row.get::<_, String>(3)?,
            ))
        })
        .optional()?;
    let Some((vocabulary, form, bytes, segments)) = found else {
        return Ok(None);
    };
    let mut reader = Reader::new(&bytes);
    let mut ids = Vec::new();
    while reader.left() > 0 {
        ids.push(reader.varint()?);
    }
    Ok(Some(Prompt {
        fingerprint: pieces::fingerprint(connection, vocabulary)?,
        form: from_json("form", &form)?,
        ids,
        segments: from_json("segments", &segments)?,
    }))
}

/// The tokens of a stored prompt.
pub fn tokens(connection: &Connection, prompt: &Prompt) -> Result<Vec<PromptToken>, Error> {
    let vocabulary = pieces::vocabulary(connection, &prompt.fingerprint)?;
    let mut pieces = Pieces::of(connection, vocabulary);
    prompt
        .ids
        .iter()
        .map(|&id| {
            let piece = pieces.get(id)?;
            Ok(PromptToken { id, bytes: to_hex(&piece.bytes), special: piece.special })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::SegmentKind;
    use crate::history::messages::tests::tree;

    #[test]
    fn a_prompt_comes_back_token_by_token() {
        let tree = tree();
        let token = |id, text: &str, special| PromptToken { id, bytes: to_hex(text.as_bytes()), special };
        let new = NewPrompt {
            fingerprint: "f00d".into(),
            form: PromptForm::Template,
            tokens: vec![
                token(2, "<|im_start|>", true),
                token(151_643, "天", false),
                token(2, "<|im_start|>", true),
            ],
            segments: vec![PromptSegment { start: 0, end: 3, kind: SegmentKind::Markup, message_id: None }],
        };
        save(&tree.connection, tree.first, &new).expect("saved");
        let prompt = get(&tree.connection, tree.first).expect("read").expect("there");
        assert_eq!(prompt.ids, [2, 151_643, 2]);
        assert_eq!((prompt.form, &prompt.segments), (new.form, &new.segments));
        assert_eq!(tokens(&tree.connection, &prompt).expect("read"), new.tokens);
        assert_eq!(get(&tree.connection, tree.second).expect("read"), None);
    }
}
