//! The runs: read both sides, make a plan, apply it, store what was done.

mod apply;
mod changed;
mod create;
mod cursor;
mod error;
mod full_pass;
mod hint;
mod one_customer;
mod options;
mod planyo;
pub(crate) mod read;
mod reservations;
mod run_plan;
mod safety_limit;
mod seen_properties;
mod session;
mod sharers;
pub(crate) mod source;
mod stream;
mod summaries;
#[cfg(feature = "tracing")]
mod trace;
mod verify;
mod write;

pub use self::apply::apply;
pub use self::changed::sync_changed;
pub use self::error::SyncError;
pub use self::full_pass::{plan_customers, sync_customers};
#[cfg(feature = "triggers")]
pub(crate) use self::one_customer::sync_customer_as;
pub use self::one_customer::{plan_customer, sync_customer};
pub use self::options::{CancellationToken, Progress, SyncOptions};
pub use self::planyo::PlanyoUsers;
pub use self::safety_limit::check_safety_limit;
#[cfg(feature = "triggers")]
pub(crate) use self::session::while_renewing;
pub use self::source::{Changes, CustomerPage, CustomerPages, CustomerSource};
pub use self::stream::{Event, sync_stream};
