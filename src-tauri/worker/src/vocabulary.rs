//! `vocabulary/...` and `embeddings/...`: the entries of what is inspected, and their rows.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use vitrine_core::protocol::{method, ErrorKind, RpcError};
use vitrine_core::tokenizer::Tokenizer;
use vitrine_core::vocabulary::Vocabulary;

use crate::embeddings::Table;
use crate::server::{parse, value};
use crate::subject::Subject;

/// Is it one of the methods that are answered here?
pub fn answers(name: &str) -> bool {
    matches!(
        name,
        method::VOCABULARY_OVERVIEW
            | method::VOCABULARY_FIND
            | method::VOCABULARY_ENTRY
            | method::EMBEDDINGS_NEIGHBOURS
            | method::EMBEDDINGS_ODD_ONE_OUT
            | method::EMBEDDINGS_HARDLY_MET
    )
}

/// The vocabulary that was asked about last. Making it ready takes a good part of a second for a large one, so it is kept.
#[derive(Default)]
pub struct Browser {
    open: Option<Open>,
}

struct Open {
    tokenizer: Arc<Tokenizer>,
    vocabulary: Vocabulary,
    table: Result<Table, RpcError>,
}

impl Browser {
    /// Answers one of the methods above.
    pub fn answer(&mut self, name: &str, params: Value, subject: &Subject) -> Result<Value, RpcError> {
        let Open { vocabulary, table, .. } = self.look_at(subject);
        match name {
            method::VOCABULARY_OVERVIEW => {
                Ok(value(vocabulary.overview(table.as_ref().ok().map(Table::told))))
            }
            method::VOCABULARY_FIND => vocabulary.find(&parse(params)?).map(value),
            method::VOCABULARY_ENTRY => {
                let params: vitrine_core::protocol::EntryAsk = parse(params)?;
                vocabulary.origin(params.id).map(value)
            }
            _ => {
                let table = table.as_mut().map_err(|error| error.clone())?;
                match name {
                    method::EMBEDDINGS_NEIGHBOURS => table.neighbours(&parse(params)?, vocabulary).map(value),
                    method::EMBEDDINGS_ODD_ONE_OUT => {
                        table.odd_one_out(&parse(params)?, vocabulary).map(value)
                    }
                    _ => table.hardly_met(&parse(params)?, vocabulary).map(value),
                }
            }
        }
    }

    fn look_at(&mut self, subject: &Subject) -> &mut Open {
        let tokenizer = subject.tokenizer();
        let is_same = self.open.as_ref().is_some_and(|open| Arc::ptr_eq(&open.tokenizer, tokenizer));
        if !is_same {
            // Before the new one is made: there is room for one.
            self.open = None;
        }
        self.open.get_or_insert_with(|| Open {
            tokenizer: tokenizer.clone(),
            vocabulary: Vocabulary::new(tokenizer.clone()),
            table: match subject.path() {
                "" => Err(RpcError::new(ErrorKind::NoEmbeddings, "what was learned here has no embeddings")),
                path => Table::open(Path::new(path)),
            },
        })
    }
}
