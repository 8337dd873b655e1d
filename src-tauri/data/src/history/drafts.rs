//! What stands in a composer and was not sent, with its files. Kept over a crash.

use rusqlite::{params, Connection, OptionalExtension};

use super::{attachments, now, text_of};
use crate::contract::KeptDraft;
use crate::error::Error;

/// In place of the id of a conversation that is not begun.
pub(super) const NOT_BEGUN: i64 = 0;

/// Keeps a draft in place of the one before; a blank one without files takes that away. Of files that are gone nothing is kept.
///
/// # Errors
/// [`Error::NoSuchItem`] for a conversation that is not there; what the database says.
pub fn keep(
    connection: &mut Connection,
    conversation: Option<i64>,
    text: &str,
    attachments: &[i64],
) -> Result<(), Error> {
    let transaction = connection.transaction()?;
    forget(&transaction, conversation)?;
    if !text.trim().is_empty() || !attachments.is_empty() {
        if let Some(id) = conversation {
            let sql = "SELECT 1 FROM conversations WHERE id = ?1";
            let there = transaction.query_row(sql, [id], |_| Ok(())).optional()?;
            there.ok_or(Error::NoSuchItem { what: "conversation", id })?;
        }
        let place = conversation.unwrap_or(NOT_BEGUN);
        transaction.execute(
            "INSERT OR REPLACE INTO drafts (conversation_id, text, updated_at) VALUES (?1, ?2, ?3)",
            params![place, text, now()],
        )?;
        for (number, file) in (0_u32..).zip(attachments) {
            transaction.execute(
                "INSERT INTO draft_attachments (conversation_id, place, attachment_id)
                 SELECT ?1, ?2, id FROM attachments WHERE id = ?3",
                params![place, number, file],
            )?;
        }
    }
    Ok(transaction.commit()?)
}

/// What was kept; blank where there is nothing.
///
/// # Errors
/// What the database says.
pub fn kept(connection: &Connection, conversation: Option<i64>) -> Result<KeptDraft, Error> {
    let place = conversation.unwrap_or(NOT_BEGUN);
    let text = connection
        .prepare_cached("SELECT text FROM drafts WHERE conversation_id = ?1")?
        .query_row([place], |row| text_of(row, 0))
        .optional()?;
    let mut query = connection.prepare_cached(
        "SELECT attachment_id FROM draft_attachments WHERE conversation_id = ?1 ORDER BY place",
    )?;
    let files = query.query_map([place], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let files = files.into_iter().map(|file| attachments::get(connection, file));
    Ok(KeptDraft { text: text.unwrap_or_default(), attachments: files.collect::<Result<_, _>>()? })
}

/// Is there one?
///
/// # Errors
/// What the database says.
pub fn is_kept(connection: &Connection, conversation: Option<i64>) -> Result<bool, Error> {
    let found = connection
        .prepare_cached(
            "SELECT 1 FROM drafts WHERE conversation_id = ?1
             AND (text <> '' OR EXISTS (SELECT 1 FROM draft_attachments WHERE conversation_id = ?1))",
        )?
        .query_row([conversation.unwrap_or(NOT_BEGUN)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// It was sent, or is wanted no more. Its files stay until they are swept.
///
/// # Errors
/// What the database says.
pub fn forget(connection: &Connection, conversation: Option<i64>) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM drafts WHERE conversation_id = ?1")?
        .execute([conversation.unwrap_or(NOT_BEGUN)])?;
    if conversation.is_none() {
        // A blank one stays: in memory it tells that the one in the file is wanted no more.
        let sql = "INSERT INTO drafts (conversation_id, text, updated_at) VALUES (?1, '', ?2)";
        connection.prepare_cached(sql)?.execute([NOT_BEGUN, now()])?;
    }
    Ok(())
}

/// Does one of a conversation that is not begun wait here, or that there is none any more?
///
/// # Errors
/// What the database says.
pub fn waits(memory: &Connection) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM drafts WHERE conversation_id = ?1)";
    Ok(memory.prepare_cached(sql)?.query_row([NOT_BEGUN], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::TextEncoding;
    use crate::history::messages::tests::tree;
    use crate::history::{bin, open};

    fn file(connection: &Connection, name: &str) -> i64 {
        let new = attachments::NewAttachment {
            name: name.into(),
            bytes: 3,
            encoding: TextEncoding::Utf8,
            text: "甲".into(),
            tokens: None,
        };
        attachments::insert(connection, &new).expect("kept").id
    }

    #[test]
    fn a_draft_is_there_with_its_files_when_the_app_starts_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let opened = || {
            let connection = open::in_folder(folder.path());
            attachments::sweep(&connection).expect("swept");
            connection
        };
        let mut connection = opened();
        let [first, second, left] = ["b.txt", "a.txt", "c.txt"].map(|name| file(&connection, name));
        keep(&mut connection, None, "  没写完", &[first, second, 999]).expect("kept");
        drop(connection);
        let mut connection = opened();
        let draft = kept(&connection, None).expect("readable");
        let names: Vec<_> = draft.attachments.iter().map(|file| file.name.as_str()).collect();
        assert_eq!((draft.text.as_str(), names), ("  没写完", vec!["b.txt", "a.txt"]));
        assert!(attachments::get(&connection, left).is_err(), "no draft holds it");
        keep(&mut connection, None, " \n", &[]).expect("taken away");
        let draft = kept(&connection, None).expect("readable");
        assert_eq!(draft, KeptDraft { text: String::new(), attachments: Vec::new() });
        drop(connection);
        assert!(attachments::get(&opened(), first).is_err(), "swept");
    }

    #[test]
    fn each_conversation_has_its_own_and_it_goes_with_it() {
        let mut tree = tree();
        let id = Some(tree.conversation);
        keep(&mut tree.connection, id, "a", &[]).expect("kept");
        keep(&mut tree.connection, None, "b", &[]).expect("kept");
        keep(&mut tree.connection, id, "c", &[]).expect("kept");
        assert_eq!(kept(&tree.connection, id).expect("readable").text, "c");
        assert!(matches!(keep(&mut tree.connection, Some(999), "x", &[]), Err(Error::NoSuchItem { .. })));
        bin::erase(&tree.connection, tree.conversation).expect("erased");
        assert_eq!(kept(&tree.connection, id).expect("readable").text, "");
        assert_eq!(kept(&tree.connection, None).expect("readable").text, "b");
    }
}
