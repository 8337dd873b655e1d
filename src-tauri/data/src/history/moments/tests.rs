//! Moments of answers whose records were made here.

use vitrine_core::protocol::{Alternative, Origin, TokenRecord};

use super::*;
use crate::contract::{AnswerFacts, HistoryChange, MessageStatus, TurnSettings};
use crate::history::codec::Encoder;
use crate::history::messages::tests::facts;
use crate::history::messages::{self, NewMessage};
use crate::history::{conversations, list, open, pieces};
use crate::samples::record;

const END: u32 = 2;

fn end(probability: f32, rank: u32) -> Alternative {
    Alternative {
        id: END,
        bytes: String::new(),
        probability,
        settings_probability: probability,
        rank,
        cut: None,
    }
}

/// A token with its probability; of a vocabulary in which `天` is 7 and `空` is 8.
fn token(position: u32, text: &str, probability: f32) -> TokenRecord {
    let mut record = record(position, text);
    record.id = if text == "天" { 7 } else { 8 };
    record.probability = probability;
    record.alternatives[0].id = record.id;
    record.alternatives[0].probability = probability;
    record
}

/// An answer of these tokens in a conversation of its own.
pub(in crate::history) fn answer(
    connection: &Connection,
    records: &[TokenRecord],
    facts: &AnswerFacts,
) -> (i64, i64) {
    let conversation = conversations::create(connection, "题", &TurnSettings::default()).expect("a row");
    let question = NewMessage::question(conversation, None, "?");
    let question = messages::insert(connection, &question).expect("a row");
    let new = NewMessage::answer(conversation, question, facts.clone());
    let id = messages::insert(connection, &new).expect("a row");
    let vocabulary = pieces::vocabulary(connection, &facts.model_fingerprint).expect("a row");
    let (chunk, fresh) = Encoder::new(vocabulary as u32, 0.7).encode(records).expect("hex");
    let fresh = fresh.iter().map(|(id, bytes, special)| (*id, bytes.as_slice(), *special));
    pieces::keep(connection, vocabulary, fresh).expect("kept");
    token_records::append(connection, id, 0, &chunk).expect("a row");
    let text: String = records.iter().map(|record| record.text.as_str()).collect();
    messages::update_answer(connection, id, &text, MessageStatus::Complete, facts).expect("updated");
    (conversation, id)
}

#[test]
fn a_token_is_found_wherever_it_was_written() {
    let mut connection = open::in_memory();
    let records = [token(0, "天", 0.5), token(1, "空", 1.0), token(2, "天", 0.25)];
    let (_, first) = answer(&connection, &records, &facts());
    let (conversation, second) = answer(&connection, &records[..2], &facts());
    let other = AnswerFacts { model_fingerprint: "beef".into(), ..facts() };
    answer(&connection, &records, &other);
    let token = |id| MomentQuery::Token { fingerprint: "f00d".into(), id };
    let page = find(&mut connection, &token(7), 0, 10).expect("found");
    let places: Vec<_> = page.moments.iter().map(|moment| (moment.message_id, moment.token_index)).collect();
    assert_eq!(places, [(second, 0), (first, 0), (first, 2)], "the newest first");
    assert_eq!((page.total, page.waiting), (3, 0));
    let mean = page.mean_probability.expect("known");
    assert!((mean - (0.5 + 0.5 + 0.25) / 3.0).abs() < 1e-3, "{mean}");
    let last = &page.moments[2];
    assert_eq!((last.before.as_str(), last.bytes.as_str(), last.after.as_str()), ("天空", "e5a4a9", ""));
    assert!((last.surprise - 2.0).abs() < 1e-2);
    assert_eq!((last.origin, last.model_name.as_str()), (Some(Origin::Sampled), "Tiny"));
    let stretch = find(&mut connection, &token(7), 1, 1).expect("found");
    assert_eq!((stretch.total, &stretch.moments[..]), (3, &page.moments[1..2]));
    assert_eq!(find(&mut connection, &token(9), 0, 10).expect("found").total, 0);
    let unknown = MomentQuery::Token { fingerprint: "none".into(), id: 7 };
    assert_eq!(find(&mut connection, &unknown, 0, 10).expect("found").mean_probability, None);
    let delete = HistoryChange::Delete { on: true };
    list::change(&mut connection, &[conversation], &delete).expect("deleted");
    assert_eq!(find(&mut connection, &token(7), 0, 10).expect("found").total, 2, "not in the bin");

    // By what the vocabulary has, the answers of all models that share it are found together.
    let shared = |entries: &str| MomentQuery::Token { fingerprint: entries.into(), id: 7 };
    assert_eq!(find(&mut connection, &shared("70ca"), 0, 10).expect("found").total, 0, "not known yet");
    for model in ["f00d", "beef"] {
        pieces::note_entries(&connection, model, "70ca").expect("noted");
    }
    assert_eq!(find(&mut connection, &shared("70ca"), 0, 10).expect("found").total, 4);
    assert_eq!(find(&mut connection, &shared("beef"), 0, 10).expect("found").total, 2, "of the model alone");
}

#[test]
fn the_most_surprising_tokens_are_the_models_own() {
    let mut connection = open::in_memory();
    let mut forced = token(0, "天", 0.0001);
    forced.origin = Origin::Forced;
    let records =
        [forced, token(1, "空", 0.01), token(2, "天", 0.9), token(3, "空", 0.001), token(4, "天", 0.2)];
    let (_, id) = answer(&connection, &records, &facts());
    let page = find(&mut connection, &MomentQuery::MostSurprising, 0, 10).expect("found");
    let places: Vec<_> = page.moments.iter().map(|moment| (moment.message_id, moment.token_index)).collect();
    assert_eq!(places, [(id, 3), (id, 1), (id, 4)]);
    assert_eq!(page.total, 3);
}

#[test]
fn an_end_that_was_refused_is_told_from_other_control_tokens() {
    let mut connection = open::in_memory();
    let mut refused = token(1, "空", 0.25);
    refused.rank = 2;
    refused.alternatives = vec![end(0.5, 1), Alternative { rank: 2, ..refused.alternatives[0].clone() }];
    let mut tool = refused.clone();
    tool.alternatives[0].id = 3;
    let (_, first) = answer(&connection, &[token(0, "天", 0.5), refused, tool], &facts());
    let find_refused = |connection: &mut Connection| {
        let page = find(connection, &MomentQuery::EndRefused, 0, 10).expect("found");
        assert_eq!(page.total as usize, page.moments.len());
        page.moments.iter().map(|moment| (moment.message_id, moment.token_index)).collect::<Vec<_>>()
    };
    assert_eq!(find_refused(&mut connection), [(first, 1), (first, 2)], "which is an end is not known");
    let mut last = token(1, "", 0.5);
    (last.id, last.special, last.bytes, last.alternatives) = (END, true, String::new(), vec![end(0.5, 1)]);
    let ended = AnswerFacts { stop_reason: Some(StopReason::EndToken), ..facts() };
    answer(&connection, &[token(0, "天", 0.5), last], &ended);
    assert_eq!(find_refused(&mut connection), [(first, 1)]);
}

#[test]
fn answers_that_the_limit_cut_are_shown_at_their_end() {
    let mut connection = open::in_memory();
    let cut = AnswerFacts { stop_reason: Some(StopReason::Limit), ..facts() };
    let (_, first) = answer(&connection, &[token(0, "天", 0.5), token(1, "空", 0.5)], &cut);
    answer(&connection, &[token(0, "天", 0.5)], &facts());
    let (_, second) = answer(&connection, &[token(0, "天", 0.5)], &cut);
    let page = find(&mut connection, &MomentQuery::CutByLimit, 0, 10).expect("found");
    let places: Vec<_> = page.moments.iter().map(|moment| (moment.message_id, moment.token_index)).collect();
    assert_eq!((page.total, places), (2, vec![(second, 0), (first, 1)]));
}

#[test]
fn records_that_can_not_be_read_are_left_out() {
    let mut connection = open::in_memory();
    let (_, id) = answer(&connection, &[token(0, "天", 0.5)], &facts());
    let query = MomentQuery::Token { fingerprint: "f00d".into(), id: 7 };
    assert_eq!(find(&mut connection, &query, 0, 10).expect("found").moments.len(), 1);
    connection.execute("UPDATE token_records SET data = X'02'", []).expect("damaged");
    let page = find(&mut connection, &query, 0, 10).expect("no error");
    assert_eq!((page.total, page.waiting, page.moments.len()), (0, 0, 0));
    assert!(token_records::read(&connection, id).is_err());
}
