//! GL accounts and journals.
