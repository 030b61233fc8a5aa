//! Whether a customer may be deleted, as Planfy has it.

use chrono::NaiveDate;

use crate::core::customer::CustomerKey;
use crate::extras::recalls::{Appointment, Span, State};

/// How long Planfy's backups still have a customer who was deleted: up to three months, as its documentation says.
const BACKUPS: Span = Span::Months(3);

/// What deleting a customer means, beyond what is done in Billit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deletion {
    /// Whose.
    pub customer: CustomerKey,
    /// The appointments that stay without a name, by their ids.
    pub anonymised: Vec<String>,
    /// The day after which Planfy's backups do not have the customer any more: remind yourself to close the case then.
    pub backups_until: NaiveDate,
}

/// A customer who cannot be deleted yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{customer} has appointments to come ({}): call them off first", appointments.join(", "))]
#[non_exhaustive]
pub struct HasAppointments {
    /// Who.
    pub customer: CustomerKey,
    /// The appointments, by their ids, the next one first.
    pub appointments: Vec<String>,
}

/// Whether a customer may be deleted on a day: not while an appointment of his is to come, today's included. What becomes
/// of his party in Billit is the sync's policy (`Removal`), which asks an `Export` with appointments the same.
///
/// `appointments` may be anybody's; those of others do not count.
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
/// When an appointment is to come.
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
    let to_come = ids(&mut theirs.iter().filter(|one| is_to_come(one, today)));
    if !to_come.is_empty() {
        return Err(HasAppointments {
            customer: customer.clone(),
            appointments: to_come,
        });
    }
    Ok(Deletion {
        customer: customer.clone(),
        anonymised: ids(&mut theirs.iter()),
        backups_until: BACKUPS.after(today),
    })
}

/// Whether an appointment is not over on a day, and not called off.
pub(super) fn is_to_come(appointment: &Appointment, today: NaiveDate) -> bool {
    appointment.state != State::Cancelled && appointment.ends >= today
}
