//! Where the user was when the app was last used.

use rusqlite::{Connection, OptionalExtension};

use super::settings;
use crate::error::Error;

/// Beside what the user set.
pub(super) const CONVERSATION: &str = "shown_conversation";

/// The conversation that was in view, where it is still there.
pub fn conversation(connection: &Connection) -> Result<Option<i64>, Error> {
    let Some(id) = settings::get::<Option<i64>>(connection, CONVERSATION)?.flatten() else { return Ok(None) };
    let sql = "SELECT id FROM conversations WHERE id = ?1 AND deleted_at IS NULL";
    Ok(connection.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
}

/// This one is in view now; `None` where none is.
pub fn note(connection: &Connection, conversation: Option<i64>) -> Result<(), Error> {
    settings::put(connection, CONVERSATION, &conversation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::TurnSettings;
    use crate::history::{conversations, open};

    #[test]
    fn what_was_in_view_comes_back_as_long_as_it_is_there() {
        let mut connection = open::in_memory();
        assert_eq!(conversation(&connection).expect("readable"), None);
        let id = conversations::create(&connection, "a", &TurnSettings::default()).expect("a row");
        note(&connection, Some(id)).expect("noted");
        assert_eq!(conversation(&connection).expect("readable"), Some(id));
        // What the user set is not touched by it, and does not touch it.
        let set = settings::load(&connection).expect("readable");
        settings::save(&mut connection, &set).expect("saved");
        assert_eq!(conversation(&connection).expect("readable"), Some(id));
        conversations::delete(&connection, id).expect("deleted");
        assert_eq!(conversation(&connection).expect("readable"), None);
        conversations::restore(&connection, id).expect("restored");
        note(&connection, None).expect("noted");
        assert_eq!(conversation(&connection).expect("readable"), None);
    }
}
