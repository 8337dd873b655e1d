//! What an importer makes of a conversation of another app, before it is one of ours: nodes with that app's ids, among
//! them those that are no messages here. Putting them together has the rules that are the same for all apps.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::document::{
    arrange, derived_uid, Answer, Arranged, Attachment, Conversation, Message, Named, Role, Settings, Status,
};
use crate::fault::Fault;
use crate::limits::Limits;
use crate::receipt::{Oddity, Source, Why};
use crate::thoughts;

/// What was odd, and how often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Oddities(BTreeMap<Oddity, u64>);

impl Oddities {
    pub fn add(&mut self, what: Oddity) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn list(&self) -> Vec<(Oddity, u64)> {
        self.0.iter().map(|(what, count)| (*what, *count)).collect()
    }
}

/// A conversation of another app.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub source: Source,
    /// That app's name for it; where it has none, its content is its name.
    pub id: Option<String>,
    pub title: Option<String>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
    pub folder: Vec<String>,
    pub starred: bool,
    pub pinned: bool,
    pub archived: bool,
    pub settings: Option<Settings>,
    /// Id of the node that ends the shown path.
    pub active: Option<String>,
    pub nodes: Vec<Node>,
    pub oddities: Oddities,
    /// Ids of what [`Self::append`] added.
    appended: HashSet<String>,
}

/// A node of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub id: String,
    pub parent: Option<String>,
    pub body: Body,
}

#[derive(Debug, Clone)]
pub(crate) enum Body {
    Said(Box<Said>),
    /// Belongs to the thoughts of the answer that comes after it.
    Thought(String),
    /// Nothing for a reader; what comes after it hangs on what came before.
    Hidden,
}

/// A message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    pub role: Option<Role>,
    pub text: String,
    pub thoughts: Vec<String>,
    pub created_at: Option<i64>,
    pub interrupted: bool,
    pub attachments: Vec<Attachment>,
    pub answer: Option<Answer>,
}

impl Draft {
    pub fn new(source: Source) -> Self {
        Self {
            source,
            id: None,
            title: None,
            created_at: None,
            updated_at: None,
            folder: Vec::new(),
            starred: false,
            pinned: false,
            archived: false,
            settings: None,
            active: None,
            nodes: Vec::new(),
            oddities: Oddities::default(),
            appended: HashSet::new(),
        }
    }

    /// Adds a node after the last one: for what is a list.
    pub fn append(&mut self, id: Option<&str>, body: Body) {
        let mut id = id.map_or_else(|| format!("#{}", self.nodes.len()), str::to_owned);
        if !self.appended.insert(id.clone()) {
            // The next one has to hang on this one, not on the first of that name.
            id = format!("{id}#{}", self.nodes.len());
            self.oddities.add(Oddity::IdTwice);
        }
        let parent = self.nodes.last().map(|node| node.id.clone());
        self.nodes.push(Node { id, parent, body });
    }
}

/// Thoughts that wait for an answer, the last one first. Shared by the branches after it.
struct Waiting {
    text: Rc<str>,
    id: String,
    before: Option<Rc<Waiting>>,
    /// Some answer has it.
    taken: Cell<bool>,
}

/// A message that is being put together.
struct Built {
    id: String,
    parent: Option<usize>,
    said: Said,
}

/// Makes it one of ours.
///
/// # Errors
/// [`Why::Empty`], [`Why::TooMany`], [`Why::TooLarge`].
pub(crate) fn assemble(draft: Draft, limits: &Limits) -> Result<(Conversation, Oddities), Fault> {
    let Draft { source, id, title, created_at, updated_at, folder, .. } = draft;
    let Draft { starred, pinned, archived, settings, active, mut nodes, mut oddities, .. } = draft;
    if nodes.len() > limits.messages {
        return Err(Fault::new(Why::TooMany, format!("{} messages", nodes.len())));
    }
    let keys: Vec<_> = nodes.iter().map(|node| (node.id.as_str(), node.parent.as_deref())).collect();
    let tree = arrange(&keys, &mut oddities);
    for &at in &tree.twice {
        nodes[at].id = format!("{}#{at}", nodes[at].id);
    }
    let (built, place) = build(nodes, &tree, limits)?;
    let (built, joined) = join_answers(built);
    let (built, moved) = oldest_first(built);
    if built.iter().all(|one| one.said.is_empty()) {
        return Err(Fault::new(Why::Empty, "no messages"));
    }

    let name = source.name();
    let uid = match &id {
        Some(id) => derived_uid(&[name, id]),
        None => derived_uid(&content_of(name, &built)),
    };
    let uids: Vec<String> = built.iter().map(|one| derived_uid(&[name, &uid, &one.id])).collect();
    let active = match active.map(|id| place.get(&id)) {
        None => None,
        Some(Some(at)) => at.map(|at| uids[moved[joined[at]]].clone()),
        Some(None) => {
            oddities.add(Oddity::ActiveMissing);
            None
        }
    };
    let messages = built.into_iter().enumerate().map(|(at, Built { parent, said, .. })| {
        if said.role.is_none() {
            oddities.add(Oddity::RoleNotKnown);
        }
        Message {
            uid: uids[at].clone(),
            parent: parent.map(|parent| uids[parent].clone()),
            role: said.role,
            text: thoughts::join(&said.thoughts.join("\n\n"), &said.text),
            status: Some(if said.interrupted { Status::Interrupted } else { Status::Complete }),
            created_at: said.created_at,
            attachments: said.attachments,
            answer: said.answer,
            ..Message::default()
        }
    });
    let messages: Vec<Message> = messages.collect();
    let title = title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty());
    let oldest = messages.iter().filter_map(|message| message.created_at).min();
    let newest = messages.iter().filter_map(|message| message.created_at).max();
    let conversation = Conversation {
        uid,
        title_given: title.is_some(),
        title: title.unwrap_or_default(),
        created_at: created_at.or(oldest),
        updated_at: updated_at.or(newest).or(created_at),
        folder,
        starred,
        pinned,
        archived,
        settings,
        active,
        messages,
        ..Conversation::default()
    };
    Ok((conversation, oddities))
}

/// What names a conversation that has no id: all that is said in it.
fn content_of<'a>(name: &'a str, built: &'a [Built]) -> Vec<&'a str> {
    let said = built.iter().flat_map(|one| [one.said.role.map_or("", Named::name), one.said.text.as_str()]);
    [name, "content"].into_iter().chain(said).collect()
}

impl Said {
    fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.thoughts.is_empty() && self.attachments.is_empty()
    }
}

/// Where a node of the other app ended up: at a message, if any.
type Places = HashMap<String, Option<usize>>;

/// Messages from nodes, parents before children: thoughts go into the answer after them, or become one where none
/// comes.
fn build(nodes: Vec<Node>, tree: &Arranged, limits: &Limits) -> Result<(Vec<Built>, Places), Fault> {
    let mut parents = vec![false; nodes.len()];
    for above in tree.parent.iter().flatten() {
        parents[*above] = true;
    }
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let mut built: Vec<Built> = Vec::new();
    let mut places = Places::new();
    // By node: the message at or above it, and the thoughts since.
    let mut stands: Vec<(Option<usize>, Option<Rc<Waiting>>)> = vec![(None, None); nodes.len()];
    let mut ends = Vec::new();
    let mut bytes = 0;
    for &at in &tree.order {
        let Some(Node { id, body, .. }) = nodes[at].take() else { continue };
        let (above, waiting) = tree.parent[at].map_or((None, None), |parent| stands[parent].clone());
        stands[at] = match body {
            Body::Hidden => (above, waiting),
            Body::Thought(text) => {
                let waiting =
                    Waiting { text: text.into(), id: id.clone(), before: waiting, taken: false.into() };
                (above, Some(Rc::new(waiting)))
            }
            Body::Said(mut said) => {
                let mut above = above;
                if said.role == Some(Role::Assistant) {
                    drop(said.thoughts.splice(0..0, collect(waiting.as_ref(), &mut bytes)));
                } else if let Some(waiting) = waiting {
                    above = Some(think(&waiting, above, &mut built, &mut bytes));
                }
                built.push(Built { id: id.clone(), parent: above, said: *said });
                (Some(built.len() - 1), None)
            }
        };
        if bytes > limits.conversation {
            return Err(Fault::new(Why::TooLarge, "its thoughts, branch by branch"));
        }
        if stands[at].1.is_some() && !parents[at] {
            ends.push((at, id.clone()));
        }
        places.insert(id, stands[at].0);
    }
    for (at, id) in ends {
        let (above, waiting) = stands[at].clone();
        if let Some(waiting) = waiting.filter(|waiting| !waiting.taken.get()) {
            let thought = think(&waiting, above, &mut built, &mut bytes);
            places.insert(id, Some(thought));
        }
        if bytes > limits.conversation {
            return Err(Fault::new(Why::TooLarge, "its thoughts, branch by branch"));
        }
    }
    Ok((built, places))
}

/// Thoughts that no answer follows, as an answer of their own.
fn think(waiting: &Rc<Waiting>, parent: Option<usize>, built: &mut Vec<Built>, bytes: &mut usize) -> usize {
    let thoughts = collect(Some(waiting), bytes);
    let said = Said { role: Some(Role::Assistant), thoughts, interrupted: true, ..Said::default() };
    built.push(Built { id: waiting.id.clone(), parent, said });
    built.len() - 1
}

fn collect(waiting: Option<&Rc<Waiting>>, bytes: &mut usize) -> Vec<String> {
    let mut texts = Vec::new();
    let mut next = waiting;
    while let Some(one) = next {
        one.taken.set(true);
        *bytes += one.text.len();
        texts.push(one.text.to_string());
        next = one.before.as_ref();
    }
    texts.reverse();
    texts
}

/// An answer after an answer, where it is the only thing that comes, is the rest of it: other apps make a message of
/// each step, templates want question and answer in turn. With where each one is now.
fn join_answers(built: Vec<Built>) -> (Vec<Built>, Vec<usize>) {
    let mut children = vec![0_usize; built.len()];
    for parent in built.iter().filter_map(|one| one.parent) {
        children[parent] += 1;
    }
    let mut joined: Vec<Built> = Vec::with_capacity(built.len());
    let mut places: Vec<usize> = Vec::with_capacity(built.len());
    for one in built {
        let Built { id, parent, said } = one;
        let parent = parent.map(|parent| (places[parent], children[parent]));
        let answer = said.role == Some(Role::Assistant);
        match parent {
            Some((above, 1)) if answer && joined[above].said.role == Some(Role::Assistant) => {
                joined[above].said.add(said);
                places.push(above);
            }
            _ => {
                joined.push(Built { id, parent: parent.map(|(above, _)| above), said });
                places.push(joined.len() - 1);
            }
        }
    }
    (joined, places)
}

impl Said {
    fn add(&mut self, more: Self) {
        self.thoughts.extend(more.thoughts);
        if !self.text.is_empty() && !more.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(&more.text);
        self.interrupted = more.interrupted;
        self.attachments.extend(more.attachments);
        self.created_at = self.created_at.or(more.created_at);
        self.answer = self.answer.take().or(more.answer);
    }
}

/// Versions of one place oldest first, where all of them have a time; otherwise as they came. With where each one is
/// now.
fn oldest_first(built: Vec<Built>) -> (Vec<Built>, Vec<usize>) {
    // The last entry: those without a parent.
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); built.len() + 1];
    for (at, one) in built.iter().enumerate() {
        children[one.parent.unwrap_or(built.len())].push(at);
    }
    for versions in &mut children {
        if versions.iter().all(|at| built[*at].said.created_at.is_some()) {
            versions.sort_by_key(|at| built[*at].said.created_at);
        }
        // The last is taken first.
        versions.reverse();
    }
    let mut waiting = children.pop().unwrap_or_default();
    let mut places = vec![0; built.len()];
    let mut order = Vec::with_capacity(built.len());
    while let Some(at) = waiting.pop() {
        places[at] = order.len();
        order.push(at);
        waiting.append(&mut children[at]);
    }
    let mut built: Vec<Option<Built>> = built.into_iter().map(Some).collect();
    let sorted = order.iter().filter_map(|at| built[*at].take()).map(|mut one| {
        one.parent = one.parent.map(|parent| places[parent]);
        one
    });
    (sorted.collect(), places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(role: Role, text: &str) -> Body {
        Body::Said(Box::new(Said { role: Some(role), text: text.into(), ..Said::default() }))
    }

    fn draft(nodes: Vec<(&str, Option<&str>, Body)>) -> Draft {
        let nodes = nodes.into_iter().map(|(id, parent, body)| Node {
            id: id.into(),
            parent: parent.map(Into::into),
            body,
        });
        Draft { nodes: nodes.collect(), ..Draft::new(Source::ChatGpt) }
    }

    /// `(text, place of the parent)`.
    fn tree(conversation: &Conversation) -> Vec<(&str, Option<usize>)> {
        let place =
            |uid: &String| conversation.messages.iter().position(|message| &message.uid == uid).unwrap();
        conversation
            .messages
            .iter()
            .map(|message| (message.text.as_str(), message.parent.as_ref().map(place)))
            .collect()
    }

    #[test]
    fn thoughts_go_into_every_answer_after_them_and_hidden_nodes_hand_on() {
        let mut draft = draft(vec![
            ("root", None, Body::Hidden),
            ("q", Some("root"), said(Role::User, "why?")),
            ("t", Some("q"), Body::Thought("hm".into())),
            ("h", Some("t"), Body::Hidden),
            ("a", Some("h"), said(Role::Assistant, "so")),
            ("b", Some("h"), said(Role::Assistant, "or so")),
            ("end", Some("b"), Body::Hidden),
        ]);
        draft.active = Some("end".into());
        let (conversation, odd) = assemble(draft, &Limits::default()).unwrap();
        assert_eq!(
            tree(&conversation),
            [
                ("why?", None),
                ("<think>\nhm\n</think>\n\nso", Some(0)),
                ("<think>\nhm\n</think>\n\nor so", Some(0)),
            ]
        );
        assert_eq!(conversation.active.as_ref(), Some(&conversation.messages[2].uid));
        assert!(odd.list().is_empty());
    }

    #[test]
    fn thoughts_without_an_answer_are_one_that_was_cut_off() {
        let mut draft = draft(vec![
            ("q", None, said(Role::User, "why?")),
            ("t", Some("q"), Body::Thought("hm".into())),
            ("u", Some("t"), Body::Thought("well".into())),
        ]);
        draft.active = Some("u".into());
        let (conversation, _) = assemble(draft, &Limits::default()).unwrap();
        assert_eq!(tree(&conversation)[1], ("<think>\nhm\n\nwell\n</think>", Some(0)));
        assert_eq!(conversation.messages[1].status, Some(Status::Interrupted));
        assert_eq!(conversation.active.as_ref(), Some(&conversation.messages[1].uid));
    }

    #[test]
    fn steps_of_an_answer_are_one_answer_and_versions_are_not() {
        let mut draft = draft(vec![
            ("q", None, said(Role::User, "?")),
            ("a", Some("q"), said(Role::Assistant, "first")),
            ("t", Some("a"), Body::Thought("tool".into())),
            ("b", Some("t"), said(Role::Assistant, "second")),
            ("c", Some("b"), said(Role::Assistant, "x")),
            ("d", Some("b"), said(Role::Assistant, "y")),
        ]);
        draft.active = Some("b".into());
        let (conversation, _) = assemble(draft, &Limits::default()).unwrap();
        let texts = tree(&conversation);
        assert_eq!(texts[1], ("<think>\ntool\n</think>\n\nfirst\n\nsecond", Some(0)));
        assert_eq!(texts[2..], [("x", Some(1)), ("y", Some(1))]);
        assert_eq!(conversation.active.as_ref(), Some(&conversation.messages[1].uid));
    }

    #[test]
    fn versions_are_oldest_first_where_times_say_so() {
        let at = |time, text: &str| {
            let said =
                Said { role: Some(Role::User), text: text.into(), created_at: Some(time), ..Said::default() };
            Body::Said(Box::new(said))
        };
        let draft = draft(vec![("b", None, at(2, "later")), ("a", None, at(1, "sooner"))]);
        let (conversation, _) = assemble(draft, &Limits::default()).unwrap();
        assert_eq!(tree(&conversation), [("sooner", None), ("later", None)]);
    }

    #[test]
    fn one_fan_of_thoughts_does_not_fill_the_memory() {
        let mut nodes = vec![("t", None, Body::Thought("x".repeat(1000)))];
        let ids: Vec<String> = (0..1000).map(|at| at.to_string()).collect();
        nodes.extend(ids.iter().map(|id| (id.as_str(), Some("t"), said(Role::Assistant, "a"))));
        let limits = Limits { conversation: 100_000, ..Limits::default() };
        assert_eq!(assemble(draft(nodes), &limits).unwrap_err().why, Why::TooLarge);
    }

    #[test]
    fn without_an_id_the_content_is_the_name() {
        let one = |text| {
            assemble(draft(vec![("q", None, said(Role::User, text))]), &Limits::default()).unwrap().0.uid
        };
        assert_eq!(one("a"), one("a"));
        assert_ne!(one("a"), one("b"));
        assert_eq!(assemble(draft(vec![]), &Limits::default()).unwrap_err().why, Why::Empty);
    }
}
