//! Look-alike Planyo and Billit servers, for tests and for trying the examples.
//!
//! Both speak plain HTTP on a loopback port, hold their state in memory, and behave as the public references of the
//! two APIs say. They share no code with the clients of this workspace, so a misreading of the wire format cannot hide
//! on both sides. Where the references are silent the likeliest behaviour was chosen, and where it matters it is a
//! setting ([`planyo::Settings`], [`billit::Settings`]). Webhooks on loopback URLs are really called.
//!
//! ```
//! # async fn run() -> std::io::Result<()> {
//! use sandbox::{Fault, Sandbox};
//!
//! let sandbox = Sandbox::start().await?;
//! sandbox.billit.faults().on("POST /v1/parties", 0, Fault::ResetAfter);
//! // ... point a client at sandbox.planyo.base_url() and sandbox.billit.base_url() ...
//! for request in sandbox.billit.requests() {
//!     println!("{} {:?}", request.operation, request.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Planyo's notification callbacks are really called: a loopback URL registered with `add_notification_callback` gets
//! an HTTP POST for each event, whether caused by the API, by a test, or fired.
//!
//! ```
//! # async fn run() -> std::io::Result<()> {
//! # let sandbox = sandbox::Sandbox::start().await?;
//! # let id = 19_710_001;
//! sandbox.planyo.configure(|settings| settings.duplicate_callbacks = true);
//! sandbox.planyo.fire("before_or_after_event_1", id);
//! sandbox.planyo.settled().await;
//! for delivery in sandbox.planyo.deliveries() {
//!     println!("{} {:?}", delivery.event, delivery.status);
//! }
//! # Ok(())
//! # }
//! ```

mod connection;
mod deliver;
mod server;
mod wire;

pub mod billit;
pub mod faults;
pub mod planyo;

#[cfg(test)]
mod test_client;
#[cfg(test)]
mod tests;

use std::io;

use chrono::NaiveDate;

pub use billit::BillitServer;
pub use faults::{Fault, FaultPlan};
pub use planyo::PlanyoServer;
pub use server::{Counts, Recorded};

/// Both servers. They stop when dropped.
pub struct Sandbox {
    /// The Planyo look-alike.
    pub planyo: PlanyoServer,
    /// The Billit look-alike.
    pub billit: BillitServer,
}

impl Sandbox {
    /// Both servers on free loopback ports, with the seed ([`planyo::seed`], [`billit::seed`]). The reservations are
    /// around [`planyo::seed::month`], the clock is the real one.
    ///
    /// # Errors
    /// No port could be bound.
    pub async fn start() -> io::Result<Self> {
        let sandbox = Self {
            planyo: PlanyoServer::start(0, planyo::seed::users()).await?,
            billit: BillitServer::start(0, billit::seed::parties()).await?,
        };
        let bookings = planyo::seed::bookings(planyo::seed::month());
        sandbox.planyo.load(bookings);
        Ok(sandbox)
    }

    /// As [`start`](Self::start) on that day, which stays Planyo's ([`planyo::Settings::today`]): the reservations are
    /// around its month.
    ///
    /// # Errors
    /// No port could be bound.
    pub async fn start_on(today: NaiveDate) -> io::Result<Self> {
        let sandbox = Self {
            planyo: PlanyoServer::start(0, planyo::seed::users()).await?,
            billit: BillitServer::start(0, billit::seed::parties()).await?,
        };
        sandbox
            .planyo
            .configure(|settings| settings.today = Some(today));
        sandbox.planyo.load(planyo::seed::bookings(today));
        Ok(sandbox)
    }

    /// Both servers on free loopback ports, without data.
    ///
    /// # Errors
    /// No port could be bound.
    pub async fn start_empty() -> io::Result<Self> {
        Ok(Self {
            planyo: PlanyoServer::start(0, Vec::new()).await?,
            billit: BillitServer::start(0, Vec::new()).await?,
        })
    }
}
