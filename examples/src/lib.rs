//! What the examples share: look-alikes of both services to run on, settings, and how a program ends.

mod look_alikes;
mod program;
mod progress;
mod settings;
mod sync_arguments;

pub use look_alikes::{LookAlikes, look_alikes};
pub use program::{Failure, Usage, explained, finish, print_line, print_problem};
pub use progress::{progress_bar, shown_on};
pub use settings::{BILLIT, PLANYO, STORE, Settings, arguments, open_store};
pub use sync_arguments::SyncArguments;
