//! Where a job has its rows, as far as its caller knows.

/// Where a job has its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub(super) row: Row,
    /// Files that wait in a composer, and that the job attaches.
    pub(super) files: Vec<i64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Row {
    /// It makes a conversation.
    #[default]
    New,
    Conversation(i64),
    Message(i64),
    Attachment(i64),
}

impl Place {
    /// Where a new conversation comes to be.
    pub fn new() -> Self {
        Self::default()
    }

    pub fn conversation(id: i64) -> Self {
        Self { row: Row::Conversation(id), files: Vec::new() }
    }

    pub fn message(id: i64) -> Self {
        Self { row: Row::Message(id), files: Vec::new() }
    }

    pub fn attachment(id: i64) -> Self {
        Self { row: Row::Attachment(id), files: Vec::new() }
    }

    /// With files that wait in a composer.
    #[must_use]
    pub fn with_files(mut self, files: &[i64]) -> Self {
        self.files = files.to_vec();
        self
    }

    pub(super) fn id(&self) -> i64 {
        match self.row {
            Row::New => 0,
            Row::Conversation(id) | Row::Message(id) | Row::Attachment(id) => id,
        }
    }
}
