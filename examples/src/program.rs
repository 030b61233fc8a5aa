//! How a program prints, and how it ends.

use std::error::Error;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::process::ExitCode;

use customer_sync::SyncError;

/// Why a program failed.
pub type Failure = Box<dyn Error + Send + Sync>;

/// An argument or a variable that is wrong, in one line. The exit code is 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Usage {}

/// Prints a line on standard output. If nobody reads it any more, as behind `| head`, the program ends without a word.
pub fn print_line(line: impl Display) {
    if let Err(error) = writeln!(io::stdout(), "{line}") {
        std::process::exit(code_of_output(&error).into());
    }
}

/// 0 if nobody reads the output any more. Other errors, such as a full disk, are reported.
fn code_of_output(error: &io::Error) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return 0;
    }
    report(&format!("standard output: {error}"));
    1
}

/// Prints a line on standard error. There is nobody to tell if that fails.
pub(crate) fn report(problem: &str) {
    writeln!(io::stderr(), "{problem}").unwrap_or_default();
}

/// The exit code: 0, or 1 if a customer failed (`Ok(false)`) or the program did, or 2 for [`Usage`]. Says on standard
/// error why.
#[must_use]
pub fn finish(done: Result<bool, Failure>) -> ExitCode {
    let error = match done {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => return ExitCode::FAILURE,
        Err(error) => error,
    };
    let output = error.downcast_ref::<io::Error>();
    if output.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
    print_problem(error.as_ref());
    ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
}

/// Prints an error on standard error, with the arguments and variables of these programs where it asks for something.
pub fn print_problem(error: &(dyn Error + 'static)) {
    report(&explained(error));
}

/// One line, with the arguments and variables of these programs where an error asks for something.
#[must_use]
pub fn explained(error: &(dyn Error + 'static)) -> String {
    match error.downcast_ref::<SyncError>() {
        Some(SyncError::SafetyLimit { .. }) => {
            format!("{error} (by --allow-mass-changes or --link-only)")
        }
        Some(SyncError::NoStore | SyncError::LinkOnlyWithoutStore) => {
            "this needs a store: set SYNC_STATE".to_owned()
        }
        _ => error.to_string(),
    }
}
