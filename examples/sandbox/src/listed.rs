//! The result of the last question to a listing: its further pages need no new search.

/// The ids that a question found, in order.
#[derive(Debug)]
pub(crate) struct Listed<Id> {
    question: String,
    version: u64,
    ids: Vec<Id>,
}

impl<Id> Default for Listed<Id> {
    fn default() -> Self {
        Self {
            question: String::new(),
            version: u64::MAX,
            ids: Vec::new(),
        }
    }
}

impl<Id> Listed<Id> {
    /// It was the same question, and nothing was written since.
    pub(crate) fn answers(&self, question: &str, version: u64) -> bool {
        self.version == version && self.question == question
    }

    pub(crate) fn ids(&self) -> &[Id] {
        &self.ids
    }

    pub(crate) fn keep(&mut self, question: String, version: u64, ids: Vec<Id>) {
        *self = Self {
            question,
            version,
            ids,
        };
    }

    /// The settings have changed: the same question may have another answer.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}
