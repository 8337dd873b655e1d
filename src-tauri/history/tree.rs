//! The whole tree of a conversation, compact, for the map.

use std::collections::HashSet;

use rusqlite::{params, Connection};
use vitrine_core::protocol::Role;

use super::messages::{role_of, status_of};
use super::{conversations, from_json, messages};
use crate::contract::{AnswerFacts, ConversationTree, TreeNode};
use crate::error::Error;

/// Characters of an excerpt.
const EXCERPT: u32 = 60;

/// All messages that can be reached: parents before children, versions oldest first.
pub fn read(connection: &Connection, conversation: i64) -> Result<ConversationTree, Error> {
    let active_leaf = conversations::active_leaf(connection, conversation)?;
    let active: HashSet<i64> = match active_leaf {
        Some(leaf) => messages::path_to(connection, leaf)?.iter().map(|message| message.id).collect(),
        None => HashSet::new(),
    };
    let mut query = connection.prepare_cached(
        "SELECT id, parent_id, role, status, substr(text, 1, ?2), facts FROM messages
         WHERE conversation_id = ?1 AND deleted_at IS NULL ORDER BY id",
    )?;
    let mut rows = query.query(params![conversation, EXCERPT])?;
    let mut reachable = HashSet::new();
    let mut nodes = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, parent_id): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        // A child's id is larger than its parent's, so the parent was seen.
        if parent_id.is_some_and(|parent| !reachable.contains(&parent)) {
            continue;
        }
        reachable.insert(id);
        let unknown = |what| Error::Stored { what, detail: "an unknown name".into() };
        let facts: Option<String> = row.get(5)?;
        let facts: Option<AnswerFacts> = facts.map(|text| from_json("facts", &text)).transpose()?;
        let (role, status): (String, String) = (row.get(2)?, row.get(3)?);
        let role: Role = role_of(&role).ok_or_else(|| unknown("role"))?;
        nodes.push(TreeNode {
            id,
            parent_id,
            role,
            status: status_of(&status).ok_or_else(|| unknown("status"))?,
            excerpt: row.get(4)?,
            active: active.contains(&id),
            model_name: facts.as_ref().map(|facts| facts.model_name.clone()),
            stop_reason: facts.as_ref().and_then(|facts| facts.stop_reason),
            tokens: facts.as_ref().map(|facts| facts.completion_tokens),
            compare: facts.as_ref().and_then(|facts| facts.compare),
            error: facts.as_ref().and_then(|facts| facts.error.clone()),
            branch: facts.and_then(|facts| facts.branch),
        });
    }
    Ok(ConversationTree { conversation_id: conversation, active_leaf, nodes })
}

#[cfg(test)]
mod tests {
    use super::*;
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
