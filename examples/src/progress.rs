//! A progress bar on the terminal, and nothing if stderr is redirected.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use customer_sync::{OutcomeKind, Progress, SyncOptions};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

/// A bar on stderr, which indicatif draws only if that is a terminal.
#[must_use]
pub fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::no_length().with_message("reading both sides");
    // So that what is printed after a run, however it ends, starts on a new line.
    let bar = bar.with_finish(ProgressFinish::AndClear);
    let style = ProgressStyle::with_template("{spinner} {wide_bar} {pos}/{len}  {msg}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Options with the bar as progress. It shows only counts: names are only in the report.
#[must_use]
pub fn shown_on(options: SyncOptions, bar: &ProgressBar) -> SyncOptions {
    let bar = bar.clone();
    let (customers, parties) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failed = AtomicUsize::new(0);
    options.on_progress(move |progress| match progress {
        Progress::CustomersRead(read) => {
            customers.store(read, Relaxed);
            bar.set_message(both(read, parties.load(Relaxed)));
        }
        Progress::PartiesRead(read) => {
            parties.store(read, Relaxed);
            bar.set_message(both(customers.load(Relaxed), read));
        }
        Progress::WholePartiesRead(read) => {
            bar.set_message(format!("read once more: {read} parties"));
        }
        Progress::Planned(counts) => {
            failed.store(0, Relaxed);
            bar.set_length(counts.total() as u64);
            bar.set_position(0);
            bar.set_message(counts.to_string());
        }
        Progress::Settled(outcome) => {
            bar.inc(1);
            if outcome.kind == OutcomeKind::Failed {
                let failed = failed.fetch_add(1, Relaxed) + 1;
                bar.set_message(format!("{failed} failed"));
            }
        }
        _ => {}
    })
}

/// What is known of both sides so far.
fn both(customers: usize, parties: usize) -> String {
    format!("read: {customers} customers, {parties} parties")
}
