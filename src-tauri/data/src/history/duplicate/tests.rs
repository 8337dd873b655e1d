//! A copy has everything, names nothing of the original, and both live on by themselves.

use vitrine_core::protocol::PromptForm;

use super::*;
use crate::contract::{
    AnswerFacts, Branch, ForkChoice, MessageStatus, PromptSegment, SegmentKind, TextEncoding,
};
use crate::history::messages::tests::{facts, tree, Tree};
use crate::history::prompts::NewPrompt;
use crate::history::{attachments, bin, token_records};

/// The tree with facts that name other messages, a file, token records and a prompt.
fn full() -> Tree {
    let tree = tree();
    let told = |compare, from: Option<i64>| AnswerFacts {
        compare,
        branch: from.map(|from_message| Branch {
            from_message,
            token_index: 1,
            choice: ForkChoice::Open,
            replaced: None,
        }),
        left_out: Some(vec![tree.question]),
        ..facts()
    };
    let update = |id, told: &AnswerFacts| {
        messages::update_answer(&tree.connection, id, "因为", MessageStatus::Complete, told)
            .expect("updated");
    };
    update(tree.first, &told(Some(tree.first), None));
    update(tree.second, &told(Some(tree.first), Some(tree.first)));
    let file = attachments::NewAttachment {
        name: "a.txt".into(),
        bytes: 3,
        encoding: TextEncoding::Utf8,
        text: "甲".into(),
        tokens: None,
    };
    let file = attachments::insert(&tree.connection, &file).expect("kept").id;
    attachments::attach(&tree.connection, &[file], tree.question).expect("attached");
    token_records::append(&tree.connection, tree.first, 0, &[2, 1, 0, 0, 0, 0, 0]).expect("a row");
    for answer in [tree.first, tree.second] {
        let prompt = NewPrompt {
            fingerprint: "f00d".into(),
            form: PromptForm::Template,
            tokens: Vec::new(),
            segments: vec![PromptSegment {
                start: 0,
                end: 4,
                kind: SegmentKind::User,
                message_id: Some(tree.question),
            }],
        };
        prompts::save(&tree.connection, answer, &prompt).expect("saved");
    }
    conversations::select(&tree.connection, tree.second).expect("a path");
    tree
}

fn texts(connection: &Connection, conversation: i64) -> Vec<String> {
    let shown = conversations::open(connection, conversation).expect("opens").messages;
    shown.into_iter().map(|message| message.text).collect()
}

#[test]
fn a_duplicate_has_the_whole_tree_and_names_only_itself() {
    let Tree { mut connection, conversation, question, first, second, .. } = full();
    let copy = whole(&mut connection, conversation).expect("copied");
    assert_eq!(texts(&connection, copy), texts(&connection, conversation));
    let map = crate::history::tree::read(&connection, copy).expect("a tree");
    assert_eq!(map.nodes.len(), 4);
    let ids: Vec<i64> = map.nodes.iter().map(|node| node.id).collect();
    let [new_question, new_first, new_second, _] = ids[..] else { panic!("four: {ids:?}") };
    let facts = messages::get(&connection, new_second).expect("there").facts.expect("facts");
    assert_eq!((facts.compare, facts.branch.expect("a branch").from_message), (Some(new_first), new_first));
    assert_eq!(facts.left_out, Some(vec![new_question]));
    assert_eq!(attachments::of_message(&connection, new_question).expect("files")[0].name, "a.txt");
    for answer in [new_first, new_second] {
        let prompt = prompts::get(&connection, answer).expect("readable").expect("there");
        assert_eq!(prompt.segments[0].message_id, Some(new_question));
        assert_eq!(prompt.segments[0].end, 4);
    }
    let uids: i64 = connection
        .query_row("SELECT count(DISTINCT uid) FROM messages", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(uids, 8);
    assert_eq!(conversations::recount(&connection).expect("counted"), 0);
    bin::erase(&connection, conversation).expect("erased");
    assert_eq!(texts(&connection, copy), ["为什么？", "因为"]);
    assert!(prompts::get(&connection, new_second).expect("readable").is_some(), "it stands on its own");
    assert!(messages::get(&connection, question).is_err() && messages::get(&connection, first).is_err());
    assert!(whole(&mut connection, conversation).is_err(), "it is no more");
    let _ = second;
}

#[test]
fn what_is_deleted_or_being_written_is_not_copied_so() {
    let Tree { mut connection, conversation, first, .. } = tree();
    messages::delete(&connection, first).expect("deleted");
    let copy = whole(&mut connection, conversation).expect("copied");
    let nodes = crate::history::tree::read(&connection, copy).expect("a tree").nodes;
    let states: Vec<_> = nodes.iter().map(|node| node.status).collect();
    assert_eq!(states, [MessageStatus::Complete, MessageStatus::Interrupted]);
    assert!(split(&mut connection, first).is_err(), "it is deleted");
    conversations::delete(&connection, conversation).expect("deleted");
    assert!(whole(&mut connection, conversation).is_err());
}

#[test]
fn a_split_is_the_path_to_a_message() {
    let Tree { mut connection, first, second, follow_up, .. } = full();
    let copy = split(&mut connection, first).expect("copied");
    assert_eq!(texts(&connection, copy), ["为什么？", "因为"]);
    assert_eq!(crate::history::tree::read(&connection, copy).expect("a tree").nodes.len(), 2);
    let other = split(&mut connection, second).expect("copied");
    let leaf = conversations::active_leaf(&connection, other).expect("there").expect("a leaf");
    let facts = messages::get(&connection, leaf).expect("there").facts.expect("facts");
    assert_eq!((facts.compare, facts.branch), (None, None), "the other version stayed behind");
    let long = split(&mut connection, follow_up).expect("copied");
    assert_eq!(texts(&connection, long).len(), 3);
    assert!(split(&mut connection, 999).is_err());
}
