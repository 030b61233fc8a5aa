//! Whether a customer may be deleted, by the rule of Planfy.

use chrono::NaiveDate;

use crate::core::customer::CustomerKey;
use crate::extras::recalls::{Appointment, Span, State};

/// How long Planfy's backups keep a deleted customer: up to three months, according to its documentation.
const BACKUPS: Span = Span::Months(3);

/// The consequences of deleting a customer, beyond Billit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deletion {
    /// The customer.
    pub customer: CustomerKey,
    /// The ids of the appointments that stay, anonymised.
    pub anonymised: Vec<String>,
    /// The day after which Planfy's backups do not hold the customer any more, and the case can be closed.
    pub backups_until: NaiveDate,
}

/// The customer cannot be deleted yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{customer} has appointments to come ({}): call them off first", appointments.join(", "))]
#[non_exhaustive]
pub struct HasAppointments {
    /// The customer.
    pub customer: CustomerKey,
    /// The ids of the upcoming appointments, the next one first.
    pub appointments: Vec<String>,
}

/// Whether a customer may be deleted on a day: not while they have an upcoming appointment, today's included. What
/// happens to the party in Billit is the policy of the sync (`Removal`), which makes the same check on an `Export` with
/// appointments.
///
/// `appointments` may contain those of other customers, which are ignored.
///
/// ```
/// use customer_sync::{CustomerKey, planfy, recalls::Appointment};
///
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// let ann = CustomerKey::new("planfy:shop", "77");
/// let visits = [Appointment::finished("900", ann.clone(), "dentist", day("2026-08-31"))];
/// let deletion = planfy::deletion(&ann, &visits, day("2026-11-30"))?;
/// assert_eq!((deletion.anonymised.len(), deletion.backups_until), (1, day("2027-02-28")));
/// # Ok::<(), planfy::HasAppointments>(())
/// ```
///
/// # Errors
/// When the customer has an upcoming appointment.
pub fn deletion(
    customer: &CustomerKey,
    appointments: &[Appointment],
    today: NaiveDate,
) -> Result<Deletion, HasAppointments> {
    let mut theirs: Vec<&Appointment> = appointments
        .iter()
        .filter(|one| one.customer == *customer)
        .collect();
    theirs.sort_by_key(|one| (one.ends, &one.id));
    let ids = |ones: &mut dyn Iterator<Item = &&Appointment>| {
        ones.map(|one| one.id.clone()).collect::<Vec<_>>()
    };
    let upcoming = ids(&mut theirs.iter().filter(|one| is_upcoming(one, today)));
    if !upcoming.is_empty() {
        return Err(HasAppointments {
            customer: customer.clone(),
            appointments: upcoming,
        });
    }
    Ok(Deletion {
        customer: customer.clone(),
        anonymised: ids(&mut theirs.iter()),
        backups_until: BACKUPS.after(today),
    })
}

/// Whether an appointment is not over on a day, and not cancelled.
pub(super) fn is_upcoming(appointment: &Appointment, today: NaiveDate) -> bool {
    appointment.state != State::Cancelled && appointment.ends >= today
}
