//! Sums over a small history.

use vitrine_core::protocol::{CutRule, Origin};

use super::*;
use crate::contract::{AnswerFacts, Branch, ForkChoice, HistoryChange};
use crate::history::messages::tests::facts;
use crate::history::moments::tests::answer;
use crate::history::{duplicate, list, open};
use crate::samples::record;

fn told(model: &str, read: u32, written: u32) -> AnswerFacts {
    AnswerFacts { model_name: model.into(), prompt_tokens: read, completion_tokens: written, ..facts() }
}

#[test]
fn tokens_surprise_and_rules_add_up_by_model_and_day() {
    let mut connection = open::in_memory();
    let mut cut = record(1, "b");
    cut.alternatives[0].cut = Some(CutRule::TopP);
    let mut given = record(0, "a");
    given.origin = Origin::Forced;
    let (first, _) = answer(&connection, &[given, cut.clone()], &told("Qwen", 10, 2));
    // A version that begins with two tokens of another.
    let branch = Branch { from_message: 1, token_index: 2, choice: ForkChoice::Open, replaced: None };
    let fork = AnswerFacts { branch: Some(branch), ..told("Qwen", 5, 3) };
    answer(&connection, &[record(0, "a"), cut, record(2, "c")], &fork);
    let (deleted, _) = answer(&connection, &[record(0, "a")], &told("Llama", 1, 1));
    let (old, other) = answer(&connection, &[record(0, "a")], &told("Llama", 4, 1));
    let sql = "UPDATE messages SET created_at = 86400000 * 10 + 43200000 WHERE conversation_id = ?1";
    connection.execute(sql, [old]).expect("moved");
    connection.execute("UPDATE messages SET text = text || ' ' WHERE id = ?1", [other]).expect("touched");
    list::change(&mut connection, &[deleted], &HistoryChange::Delete { on: true }).expect("deleted");
    duplicate::whole(&mut connection, first).expect("copied");

    let all = read(&mut connection, None, None).expect("sums");
    assert_eq!((all.conversations, all.questions, all.answers, all.waiting), (3, 3, 3, 0));
    let [old, new] = &all.usage[..] else { panic!("two days: {all:?}") };
    assert_eq!((old.model_name.as_str(), old.answers, old.read, old.written), ("Llama", 1, 4, 1));
    assert!(old.day.starts_with("1970-01-1"), "{old:?}");
    assert_eq!((new.model_name.as_str(), new.answers, new.read, new.written), ("Qwen", 2, 15, 3));
    let mean = new.mean_surprise.expect("known");
    assert!((mean - 1.0).abs() < 1e-3, "every token has one bit: {mean}");
    assert_eq!(all.rules, [RuleCount { rule: "top_p".into(), times: 1 }]);

    let later = read(&mut connection, Some(86_400_000 * 20), None).expect("sums");
    assert_eq!((later.conversations, later.usage.len()), (2, 1));
    let before = read(&mut connection, None, Some(86_400_000 * 20)).expect("sums");
    assert_eq!((before.answers, before.rules.len()), (1, 0));
    let none = read(&mut connection, Some(0), Some(1)).expect("sums");
    assert_eq!((none.conversations, none.answers, none.usage.len()), (0, 0, 0));
}
