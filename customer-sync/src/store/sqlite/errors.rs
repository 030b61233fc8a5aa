//! What an error of `SQLite` means to the program.

use std::path::Path;

use rusqlite::{Error, ErrorCode, ffi};

use crate::store::{StateError, StateErrorKind};

/// An error with the path, what `SQLite` says, and the remedy. `SQLite` does not name values.
pub(super) fn state_error(path: &Path, error: Error) -> StateError {
    let (kind, what, remedy) = meaning(&error);
    let path = path.display();
    StateError::new(kind, format!("{path} {what} ({error}): {remedy}")).with_source(error)
}

/// An error of the commit itself. If the disk fails, it may be done.
pub(super) fn commit_error(path: &Path, error: Error) -> StateError {
    if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
        let path = path.display();
        let what = format!("{path} may have lost a commit ({error}): check its disk");
        return StateError::new(StateErrorKind::OutcomeUnknown, what).with_source(error);
    }
    state_error(path, error)
}

fn meaning(error: &Error) -> (StateErrorKind, &'static str, &'static str) {
    const BACKUP: &str = "restore a backup, or start with a new store: the links are in Billit";
    let extended = error.sqlite_error().map(|error| error.extended_code);
    if extended == Some(ffi::SQLITE_READONLY_DBMOVED) {
        let remedy = "put it back, and open it again";
        return (StateErrorKind::Unavailable, "was moved or removed", remedy);
    }
    let Some(code) = error.sqlite_error_code() else {
        // A value that is not of its type, or no UTF-8.
        return (StateErrorKind::Damaged, "is damaged", BACKUP);
    };
    match code {
        ErrorCode::DiskFull => (
            StateErrorKind::Full,
            "cannot be written",
            "free some space on its disk, and try again",
        ),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => (
            StateErrorKind::Unavailable,
            "is held by another program for too long",
            "end that program, or try again later",
        ),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (
            StateErrorKind::NoAccess,
            "cannot be written",
            "give the user of this program the right to write it and its folder",
        ),
        ErrorCode::CannotOpen => (
            StateErrorKind::NoAccess,
            "cannot be opened",
            "give the user of this program the right to read and write it and its folder",
        ),
        ErrorCode::NotADatabase => (
            StateErrorKind::Foreign,
            "is not a store of customer-sync",
            "choose another path, or restore a backup if it was one",
        ),
        ErrorCode::SystemIoFailure => (
            StateErrorKind::Unavailable,
            "cannot be read or written",
            "check its disk, and the space and quota there",
        ),
        ErrorCode::OutOfMemory => (
            StateErrorKind::Unavailable,
            "needs more memory than there is",
            "end other programs, and try again",
        ),
        ErrorCode::OperationInterrupted | ErrorCode::ApiMisuse | ErrorCode::InternalMalfunction => {
            (
                StateErrorKind::Unavailable,
                "cannot be used",
                "try again, and report this if it stays",
            )
        }
        ErrorCode::FileLockingProtocolFailed | ErrorCode::NoLargeFileSupport => (
            StateErrorKind::Unavailable,
            "is on a file system that cannot be used",
            "move it to a local disk",
        ),
        // Also tables that are not there, or not as they were made.
        _ => (StateErrorKind::Damaged, "is damaged", BACKUP),
    }
}

/// What is wrong with the file as a whole.
pub(super) fn damaged(path: &Path, what: &str) -> StateError {
    let path = path.display();
    let what = format!(
        "{path} is damaged ({what}): restore a backup, or start with a new store: the links are in Billit"
    );
    StateError::new(StateErrorKind::Damaged, what)
}
