//! Puts a tree in order whatever is wrong with it, by rules that are always the same.
//!
//! * Two nodes with one id: parents mean the first; the later one stays, under a new id.
//! * A parent that is not there: the node is a beginning. Any number of beginnings is right: they are versions of the
//!   first message.
//! * A circle is opened at the one of its nodes that stands first: that one is a beginning.
//! * Parents come before children. Where they do already nothing is moved.

use std::collections::HashMap;

use super::{derived_uid, Conversation};
use crate::draft::Oddities;
use crate::receipt::Oddity;

/// Nodes in order, by their places in the list that was given.
pub(crate) struct Arranged {
    /// Parents before children.
    pub order: Vec<usize>,
    /// By node.
    pub parent: Vec<Option<usize>>,
    /// Nodes whose id was there before.
    pub twice: Vec<usize>,
}

/// Puts `(id, parent's id)` in order.
pub(crate) fn arrange(nodes: &[(&str, Option<&str>)], oddities: &mut Oddities) -> Arranged {
    let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(nodes.len());
    let mut twice = Vec::new();
    for (at, (id, _)) in nodes.iter().enumerate() {
        if by_id.contains_key(id) {
            twice.push(at);
            oddities.add(Oddity::IdTwice);
        } else {
            by_id.insert(id, at);
        }
    }
    let mut parent: Vec<Option<usize>> = Vec::with_capacity(nodes.len());
    for (_, above) in nodes {
        let found = above.map(|id| by_id.get(id).copied());
        if found == Some(None) {
            oddities.add(Oddity::ParentMissing);
        }
        parent.push(found.flatten());
    }
    open_circles(&mut parent, oddities);
    let in_order = parent.iter().enumerate().all(|(at, above)| above.is_none_or(|above| above < at));
    let order = if in_order { (0..nodes.len()).collect() } else { depth_first(&parent) };
    Arranged { order, parent, twice }
}

fn open_circles(parent: &mut [Option<usize>], oddities: &mut Oddities) {
    // The walk on which a node was first met; a walk that meets itself has found a circle.
    let mut met = vec![usize::MAX; parent.len()];
    for start in 0..parent.len() {
        let mut at = start;
        while met[at] == usize::MAX {
            met[at] = start;
            match parent[at] {
                Some(above) => at = above,
                None => break,
            }
        }
        if met[at] != start || parent[at].is_none() {
            continue;
        }
        let (mut first, mut next) = (at, parent[at]);
        while let Some(above) = next.filter(|above| *above != at) {
            first = first.min(above);
            next = parent[above];
        }
        if next == Some(at) {
            parent[first] = None;
            oddities.add(Oddity::Circle);
        }
    }
}

fn depth_first(parent: &[Option<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parent.len()];
    let mut waiting = Vec::new();
    for (at, above) in parent.iter().enumerate().rev() {
        match above {
            Some(above) => children[*above].push(at),
            None => waiting.push(at),
        }
    }
    let mut order = Vec::with_capacity(parent.len());
    while let Some(at) = waiting.pop() {
        order.push(at);
        // Last first, so that the first is taken next.
        waiting.append(&mut children[at]);
    }
    order
}

/// Puts the tree of a conversation in order, and gives names to what has none.
pub fn repair(conversation: &mut Conversation, oddities: &mut Oddities) {
    if conversation.uid.is_empty() {
        let first = conversation.messages.first().map_or("", |message| message.text.as_str());
        conversation.uid = derived_uid(&["document", &conversation.title, first]);
    }
    for (at, message) in conversation.messages.iter_mut().enumerate() {
        if message.uid.is_empty() {
            message.uid = derived_uid(&[&conversation.uid, "message", &at.to_string()]);
        }
        if message.role.is_none() {
            oddities.add(Oddity::RoleNotKnown);
        }
    }
    let nodes: Vec<_> = conversation
        .messages
        .iter()
        .map(|message| (message.uid.as_str(), message.parent.as_deref()))
        .collect();
    let arranged = arrange(&nodes, oddities);
    for &at in &arranged.twice {
        let message = &mut conversation.messages[at];
        message.uid = derived_uid(&[&message.uid, "again", &at.to_string()]);
    }
    for (at, above) in arranged.parent.iter().enumerate() {
        if above.is_none() {
            conversation.messages[at].parent = None;
        }
    }
    if arranged.order.iter().enumerate().any(|(at, from)| at != *from) {
        let mut messages: Vec<_> = std::mem::take(&mut conversation.messages).into_iter().map(Some).collect();
        conversation.messages = arranged.order.iter().filter_map(|at| messages[*at].take()).collect();
    }
    if let Some(active) = &conversation.active {
        if !conversation.messages.iter().any(|message| &message.uid == active) {
            conversation.active = None;
            oddities.add(Oddity::ActiveMissing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order, the parents, and what was odd.
    type Told = (Vec<usize>, Vec<Option<usize>>, Vec<(Oddity, u64)>);

    fn arranged(nodes: &[(&str, Option<&str>)]) -> Told {
        let mut oddities = Oddities::default();
        let Arranged { order, parent, .. } = arrange(nodes, &mut oddities);
        (order, parent, oddities.list())
    }

    #[test]
    fn what_is_in_order_stays_as_it_is() {
        let nodes = [("a", None), ("b", Some("a")), ("x", None), ("c", Some("a"))];
        assert_eq!(arranged(&nodes), (vec![0, 1, 2, 3], vec![None, Some(0), None, Some(0)], vec![]));
    }

    #[test]
    fn children_before_parents_are_moved() {
        let nodes = [("c", Some("b")), ("b", Some("a")), ("a", None), ("d", Some("a"))];
        assert_eq!(arranged(&nodes).0, [2, 1, 0, 3]);
    }

    #[test]
    fn circles_are_opened_at_the_first_and_missing_parents_begin() {
        let nodes = [
            ("tail", Some("b")),
            ("a", Some("c")),
            ("b", Some("a")),
            ("c", Some("b")),
            ("me", Some("me")),
            ("x", Some("gone")),
        ];
        let (order, parent, odd) = arranged(&nodes);
        assert_eq!(parent, [Some(2), None, Some(1), Some(2), None, None]);
        assert_eq!(order, [1, 2, 0, 3, 4, 5]);
        assert_eq!(odd, [(Oddity::Circle, 2), (Oddity::ParentMissing, 1)]);
    }

    #[test]
    fn a_very_long_chain_is_no_trouble() {
        let ids: Vec<String> = (0..100_000).map(|at| at.to_string()).collect();
        let nodes: Vec<_> =
            (0..ids.len()).map(|at| (ids[at].as_str(), ids.get(at + 1).map(String::as_str))).collect();
        assert_eq!(arranged(&nodes).0[0], 99_999);
    }
}
