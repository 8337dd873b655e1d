//! The whole tree of a conversation, compact, for the map.

use std::collections::{HashMap, HashSet};

use rusqlite::{params, Connection, OptionalExtension as _};
use vitrine_core::protocol::Role;

use super::codec::primitive::from_hex;
use super::messages::{role_from, status_from};
use super::stored::facts_from;
use super::{conversations, maybe_text_of, messages, text_of};
use crate::contract::{ConversationTree, ReplacedToken, TreeNode};
use crate::error::Error;

/// Characters of an excerpt.
const EXCERPT: usize = 60;

/// All messages that can be reached: parents before children, versions oldest first.
pub fn read(connection: &Connection, conversation: i64) -> Result<ConversationTree, Error> {
    let active_leaf = conversations::active_leaf(connection, conversation)?;
    let active: HashSet<i64> = match active_leaf {
        Some(leaf) => messages::words_to(connection, leaf)?.iter().map(|message| message.id).collect(),
        None => HashSet::new(),
    };
    let mut query = connection.prepare_cached(
        "SELECT id, parent_id, role, status, substr(text, 1, ?2), facts,
                (SELECT count(*) FROM messages AS other WHERE other.parent_id = messages.parent_id
                 AND other.deleted_at IS NULL) > 1
         FROM messages
         WHERE conversation_id = ?1 AND deleted_at IS NULL ORDER BY id",
    )?;
    let mut rows = query.query(params![conversation, EXCERPT])?;
    let mut reachable = HashSet::new();
    // By question: its first answer, which the others are held against.
    let mut firsts: HashMap<i64, i64> = HashMap::new();
    let mut nodes = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, parent_id): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        // A child's id is larger than its parent's, so the parent was seen.
        if parent_id.is_some_and(|parent| !reachable.contains(&parent)) {
            continue;
        }
        reachable.insert(id);
        let facts = maybe_text_of(row, 5)?;
        let role = role_from(&text_of(row, 2)?, facts.is_some());
        let facts = facts.as_deref().and_then(facts_from);
        let branch = facts.as_ref().and_then(|facts| facts.branch.clone());
        let parting = match parent_id {
            Some(parent) if role == Role::Assistant && row.get(6)? => {
                let first = *firsts.entry(parent).or_insert(id);
                let from = branch.as_ref().map_or(first, |branch| branch.from_message);
                let replaced = branch.as_ref().and_then(|branch| branch.replaced.as_ref());
                parting(connection, id, from, replaced)?
            }
            _ => None,
        };
        nodes.push(TreeNode {
            id,
            parent_id,
            role,
            status: status_from(&text_of(row, 3)?, role),
            excerpt: text_of(row, 4)?,
            parting,
            active: active.contains(&id),
            model_name: facts.as_ref().map(|facts| facts.model_name.clone()),
            stop_reason: facts.as_ref().and_then(|facts| facts.stop_reason),
            tokens: facts.as_ref().map(|facts| facts.completion_tokens),
            compare: facts.as_ref().and_then(|facts| facts.compare),
            slot: facts.as_ref().and_then(|facts| facts.slot),
            error: facts.as_ref().and_then(|facts| facts.error.clone()),
            branch,
        });
    }
    Ok(ConversationTree { conversation_id: conversation, active_leaf, nodes })
}

/// From where on answer `id` is another one than `from`; `None` where they have no beginning in common.
fn parting(
    connection: &Connection,
    id: i64,
    from: i64,
    replaced: Option<&ReplacedToken>,
) -> Result<Option<String>, Error> {
    if id == from {
        return Ok(None);
    }
    let mut query = connection.prepare_cached("SELECT text FROM messages WHERE id = ?1")?;
    let text: Option<String> = query.query_row([id], |row| text_of(row, 0)).optional()?;
    let before: Option<String> = query.query_row([from], |row| text_of(row, 0)).optional()?;
    let (Some(text), Some(before)) = (text, before) else { return Ok(None) };
    let replaced = replaced.and_then(|token| String::from_utf8(from_hex(&token.bytes).ok()?).ok());
    let at = parting_at(&before, &text, replaced.as_deref().filter(|piece| !piece.is_empty()));
    Ok((at > 0).then(|| text[at..].chars().take(EXCERPT).collect()))
}

/// The byte of `text` from which on it is not `before`. Where a token was replaced, that is where it stood; else a
/// word that both only begin alike is told whole.
fn parting_at(before: &str, text: &str, replaced: Option<&str>) -> usize {
    let common = before.char_indices().zip(text.chars()).find(|((_, a), b)| a != b);
    let common = common.map_or(before.len().min(text.len()), |((at, _), _)| at);
    if let Some(replaced) = replaced {
        let stood = before[..common].char_indices().map(|(at, _)| at).chain([common]);
        let near = common.saturating_sub(replaced.len());
        if let Some(at) = stood.filter(|at| *at >= near).find(|at| before[*at..].starts_with(replaced)) {
            return at;
        }
    }
    let letter = |character: char| character.is_ascii_alphanumeric();
    match text[common..].starts_with(letter) {
        true => text[..common].trim_end_matches(letter).len(),
        false => common,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_parts_where_its_token_stands_or_with_a_whole_word() {
        for (before, text, replaced, rest) in [
            ("位于巴黎。很乐意", "位于巴黎。还想知道", Some("很"), "还想知道"),
            ("I am happy", "I am hard", Some(" happy"), " hard"),
            // What was replaced begins like what came.
            ("a banana", "a bandage", None, "bandage"),
            ("中文 one", "中文 two", None, "two"),
            ("It ended.", "It ended. And more", None, " And more"),
            ("other", "whole", None, "whole"),
        ] {
            assert_eq!(&text[parting_at(before, text, replaced)..], rest, "{before} / {text}");
        }
    }
    use crate::history::messages::tests::tree;

    #[test]
    fn the_map_has_every_branch_and_tells_which_is_shown() {
        let tree = tree();
        conversations::select(&tree.connection, tree.second).expect("a path");
        let map = read(&tree.connection, tree.conversation).expect("a tree");
        let nodes: Vec<_> = map.nodes.iter().map(|node| (node.id, node.parent_id, node.active)).collect();
        assert_eq!(
            nodes,
            [
                (tree.question, None, true),
                (tree.first, Some(tree.question), false),
                (tree.second, Some(tree.question), true),
                (tree.follow_up, Some(tree.first), false),
            ]
        );
        assert_eq!(map.active_leaf, Some(tree.second));
        assert_eq!(map.nodes[1].model_name.as_deref(), Some("Tiny"));
        assert_eq!(map.nodes[3].excerpt, "真的？");
        messages::delete(&tree.connection, tree.first).expect("deleted");
        let map = read(&tree.connection, tree.conversation).expect("a tree");
        assert_eq!(map.nodes.len(), 2, "what came after it is gone with it");
        assert!(read(&tree.connection, 999).is_err());
    }
}
