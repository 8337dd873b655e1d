//! Prompts come back whatever they were stored over, and a long conversation stays small.

use super::*;
use crate::contract::SegmentKind;
use crate::history::codec::primitive::put_varint;
use crate::history::messages::tests::{facts, tree, Tree};
use crate::history::messages::{self, NewMessage};
use crate::history::stored::segments_to;
use vitrine_core::sampling::uniform;

fn token(id: u32) -> PromptToken {
    PromptToken { id, bytes: to_hex(format!("<{id}>").as_bytes()), special: id < 8 }
}

fn segment(start: usize, end: usize, kind: SegmentKind, message_id: Option<i64>) -> PromptSegment {
    PromptSegment { start: start as u32, end: end as u32, kind, message_id }
}

fn prompt(fingerprint: &str, ids: &[u32], segments: Vec<PromptSegment>) -> NewPrompt {
    let tokens = ids.iter().copied().map(token).collect();
    NewPrompt { fingerprint: fingerprint.into(), form: PromptForm::Template, tokens, segments }
}

fn assert_kept(connection: &Connection, message: i64, new: &NewPrompt) {
    let found = get(connection, message).expect("read").expect("there");
    assert_eq!(found.fingerprint, new.fingerprint);
    assert_eq!((found.form, &found.segments), (Some(new.form), &new.segments));
    assert_eq!(tokens(connection, &found).expect("read"), new.tokens);
}

/// A row as it was written before there were deltas.
fn save_as_before(connection: &Connection, message: i64, new: &NewPrompt) {
    let vocabulary = pieces::vocabulary(connection, &new.fingerprint).expect("a row");
    let mut ids = Vec::new();
    for token in &new.tokens {
        put_varint(&mut ids, token.id);
        let bytes = from_hex(&token.bytes).expect("hex");
        pieces::keep(connection, vocabulary, [(token.id, bytes.as_slice(), token.special)]).expect("kept");
    }
    let (form, segments) = (name_to(new.form), segments_to(&new.segments));
    connection
        .execute(
            "INSERT INTO prompts (message_id, vocabulary, form, ids, segments) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![message, vocabulary, form.expect("JSON"), ids, segments],
        )
        .expect("a row");
}

fn add(tree: &Tree, parent: Option<i64>, answer: bool) -> i64 {
    let new = match parent {
        Some(parent) if answer => NewMessage::answer(tree.conversation, parent, facts()),
        parent => NewMessage::question(tree.conversation, parent, "x"),
    };
    messages::insert(&tree.connection, &new).expect("a row")
}

/// Bytes of all prompts of the file.
fn stored(connection: &Connection) -> usize {
    let sql = "SELECT sum(length(ids) + length(segments) + coalesce(length(spans), 0)) FROM prompts";
    let sum: i64 = connection.query_row(sql, [], |row| row.get(0)).expect("a sum");
    sum as usize
}

/// Bytes of a prompt as it was stored before there were deltas.
fn stored_before(new: &NewPrompt) -> usize {
    let mut ids = Vec::new();
    new.tokens.iter().for_each(|token| put_varint(&mut ids, token.id));
    ids.len() + segments_to(&new.segments).len()
}

#[test]
fn a_prompt_comes_back_token_by_token() {
    let tree = tree();
    let segments = vec![segment(0, 3, SegmentKind::Markup, None)];
    let new = prompt("f00d", &[2, 151_643, 2], segments);
    save(&tree.connection, tree.first, &new).expect("saved");
    assert_kept(&tree.connection, tree.first, &new);
    assert_eq!(get(&tree.connection, tree.second).expect("read"), None);
    assert!(save(&tree.connection, tree.first, &new).is_err(), "others may build on it: never overwritten");
}

#[test]
fn rows_from_before_stay_readable_and_can_be_built_on() {
    let tree = tree();
    let old = prompt("f00d", &[1, 2, 3, 4, 5, 6, 7, 8, 9], vec![segment(0, 9, SegmentKind::User, Some(1))]);
    save_as_before(&tree.connection, tree.first, &old);
    assert_kept(&tree.connection, tree.first, &old);
    let mut ids: Vec<u32> = (1..=9).collect();
    ids.extend([700, 701]);
    let segments = vec![segment(0, 9, SegmentKind::User, Some(1)), segment(9, 11, SegmentKind::Markup, None)];
    let next = prompt("f00d", &ids, segments);
    let answer = add(&tree, Some(tree.follow_up), true);
    save(&tree.connection, answer, &next).expect("saved");
    assert_kept(&tree.connection, answer, &next);
    copy(&tree.connection, tree.first, tree.second).expect("copied");
    assert_kept(&tree.connection, tree.second, &old);
    copy(&tree.connection, tree.follow_up, add(&tree, None, false)).expect("nothing to copy is no error");
}

#[test]
fn a_prompt_whose_base_is_lost_or_damaged_is_an_error() {
    let tree = tree();
    let new = prompt("f00d", &[1, 2, 3], vec![segment(0, 3, SegmentKind::User, None)]);
    save(&tree.connection, tree.first, &new).expect("saved");
    copy(&tree.connection, tree.first, tree.second).expect("copied");
    tree.connection
        .execute("DELETE FROM prompts WHERE message_id = ?1", [tree.first])
        .expect_err("what others build on cannot go alone");
    let sql = "UPDATE prompts SET depth = 5 WHERE message_id = ?1";
    tree.connection.execute(sql, [tree.first]).expect("damaged");
    assert!(get(&tree.connection, tree.second).is_err());
    let sql = "UPDATE prompts SET depth = 0, ids = x'05' WHERE message_id = ?1";
    tree.connection.execute(sql, [tree.first]).expect("damaged");
    assert!(get(&tree.connection, tree.second).is_err());
    // The conversation goes on all the same.
    let answer = add(&tree, Some(tree.follow_up), true);
    save(&tree.connection, answer, &new).expect("saved whole");
    assert_kept(&tree.connection, answer, &new);
}

/// Questions, answers, other versions, edits, forks, two models, turns that fall out, in any order.
#[test]
fn any_conversation_keeps_every_prompt() {
    for seed in 0..4_u64 {
        let tree = tree();
        let mut step = 0;
        let mut draw = |most: usize| {
            step += 1;
            (uniform(seed + 100, step) * most as f64) as usize
        };
        // (answer, the question above it, what it received)
        let mut kept: Vec<(i64, i64, NewPrompt)> = Vec::new();
        for _ in 0..150 {
            let above = kept.get(draw(kept.len() + 1)).cloned();
            let (question, mut ids, mut segments) = match &above {
                // Another version of an answer, or a turn after it.
                Some((_, question, prompt)) if draw(3) == 0 => {
                    (*question, prompt.tokens.iter().map(|token| token.id).collect(), prompt.segments.clone())
                }
                Some((answer, _, prompt)) => (
                    add(&tree, Some(*answer), false),
                    prompt.tokens.iter().map(|token| token.id).collect(),
                    prompt.segments.clone(),
                ),
                None => {
                    (add(&tree, None, false), vec![2, 3, 4], vec![segment(0, 3, SegmentKind::System, None)])
                }
            };
            let answer = add(&tree, Some(question), true);
            if let Some((from, _, prompt)) = above.filter(|_| draw(5) == 0) {
                copy(&tree.connection, from, answer).expect("copied");
                kept.push((answer, question, prompt));
                continue;
            }
            if segments.len() > 6 && draw(4) == 0 {
                let (from, to) = (segments[1].start as usize, segments[3].end as usize);
                ids.drain(from..to);
                segments.drain(1..4);
                let gone = (to - from) as u32;
                for segment in &mut segments[1..] {
                    segment.start -= gone;
                    segment.end -= gone;
                }
            }
            let begun = ids.len();
            ids.extend((0..draw(40)).map(|_| draw(3_000) as u32));
            segments.push(segment(begun, ids.len(), SegmentKind::User, Some(question)));
            let fingerprint = ["f00d", "beef"][usize::from(draw(4) == 0)];
            let new = prompt(fingerprint, &ids, segments);
            save(&tree.connection, answer, &new).expect("saved");
            kept.push((answer, question, new));
        }
        for (answer, _, new) in &kept {
            assert_kept(&tree.connection, *answer, new);
        }
    }
}

/// 200 turns, a question of 20 and an answer of 60 tokens each, first in a context that takes all of it, then in one of 4,096.
#[test]
fn two_hundred_turns_are_stored_in_what_was_said_in_them() {
    for context in [32_768, 4_096] {
        let now = tree();
        let mut turns: Vec<(i64, i64, Vec<u32>)> = Vec::new();
        let mut above = None;
        let (mut said, mut before) = (0, 0);
        for turn in 0..200_u64 {
            let ids = |seed: u64, count: u64| -> Vec<u32> {
                (0..count).map(|at| (uniform(turn * 2 + seed, at) * 30_000.0) as u32 + 8).collect()
            };
            let question = add(&now, above, false);
            let answer = add(&now, Some(question), true);
            turns.push((question, answer, ids(0, 20)));
            said += 20 + 60;
            // The newest turns that fit.
            let fitting = turns.len().min((context - 8) / 90);
            let (mut prompt_ids, mut segments) = (vec![1; 8], vec![segment(0, 8, SegmentKind::System, None)]);
            let path = &turns[turns.len() - fitting..];
            for (at, (question, answer, text)) in path.iter().enumerate() {
                let mut part = |ids: &[u32], kind, message| {
                    let begun = prompt_ids.len();
                    prompt_ids.extend_from_slice(ids);
                    segments.push(segment(begun, prompt_ids.len(), kind, message));
                };
                part(&[2, 3, 4], SegmentKind::Markup, None);
                part(&text[..20], SegmentKind::User, Some(*question));
                part(&[5, 6, 2, 7, 4], SegmentKind::Markup, None);
                if at + 1 < path.len() {
                    part(&text[20..], SegmentKind::Assistant, Some(*answer));
                    part(&[5, 6], SegmentKind::Markup, None);
                }
            }
            let new = prompt("f00d", &prompt_ids, segments);
            save(&now.connection, answer, &new).expect("saved");
            before += stored_before(&new);
            if turn % 50 == 49 {
                assert_kept(&now.connection, answer, &new);
            }
            turns.last_mut().expect("a turn").2.extend(ids(1, 60));
            above = Some(answer);
        }
        let now = stored(&now.connection);
        println!(
            "200 turns in a context of {context}: {before} bytes before, {now} now, {said} tokens were said"
        );
        // Two bytes a token said, what a delta and its spans cost, and a whole prompt for every 64 deltas.
        assert!(now < before / 12, "{now} of {before}");
    }
}
