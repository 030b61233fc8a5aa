//! Forgetting a customer: what is to be done by hand afterwards, and the evidence of it, without personal data.
//!
//! The row `deletion/<id>` is written before anything is erased, and completed afterwards. One that was not completed, since the
//! process was killed or Billit refused, is shown, and carried out again by a person.

use chrono::{DateTime, NaiveDate, Utc};
use customer_sync::planfy::{self, HasAppointments};
use customer_sync::recalls::Appointment;
use customer_sync::store::{Erasure, RunId, StateError, Table};
use customer_sync::{CustomerKey, Field, Plan, Purpose};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::change_log::{self, By, FORGOTTEN, Logged, REMINDER};
use crate::notes::Notes;
use crate::random::random_text;

const DELETIONS: &str = "deletion/";
const REMINDERS: &str = "reminder/";

/// What the service itself removes of a customer, beside its fields in Billit.
pub const ERASED_HERE: [&str; 9] = [
    "state",
    "history",
    "decisions",
    "calls",
    "change log",
    "Peppol",
    "recalls",
    "opt-outs",
    "notes",
];

/// The evidence that a customer was forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// Its id, which sorts by time.
    pub id: String,
    /// The customer.
    pub customer: CustomerKey,
    /// Who has asked for it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was carried out; `None` as long as it was not, as far as is known.
    #[serde(default)]
    pub done: Option<DateTime<Utc>>,
    /// The run that did it.
    #[serde(default)]
    pub run: Option<RunId>,
    /// The fields that were blanked in Billit.
    #[serde(default)]
    pub blanked: Vec<Field>,
    /// The fields that stay there, and why.
    #[serde(default)]
    pub kept: Vec<(Field, String)>,
    /// The ids of the appointments that stay without a name in the source; `None` if they are not known.
    #[serde(default)]
    pub anonymised: Option<Vec<String>>,
}

/// Something to do by hand after a customer was forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// Its id.
    pub id: String,
    /// The [deletion](Deletion::id) that it belongs to.
    pub deletion: String,
    /// The customer.
    pub customer: CustomerKey,
    /// What is to be done.
    pub what: ToDo,
    /// The day on which it is to be done.
    pub due: NaiveDate,
    /// By whom and when it was ticked off.
    #[serde(default)]
    pub ticked: Option<Ticked>,
}

/// What is to be done by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToDo {
    /// Delete the customer in the source.
    DeleteInSource,
    /// The source's backups do not hold the customer any more: close the case.
    BackupsOver,
}

impl ToDo {
    /// The name in rows and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DeleteInSource => "delete_in_source",
            Self::BackupsOver => "backups_over",
        }
    }
}

/// Who has done it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticked {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether a customer is one of Planfy.
#[must_use]
pub fn is_of_planfy(customer: &CustomerKey) -> bool {
    customer
        .source()
        .split(':')
        .next()
        .is_some_and(|system| system == "planfy")
}

/// What Planfy's rule says of deleting this customer; `None` for one of another system.
///
/// # Errors
/// When it has appointments to come.
pub fn planfy_rule(
    customer: &CustomerKey,
    appointments: &[Appointment],
    today: NaiveDate,
) -> Result<Option<planfy::Deletion>, HasAppointments> {
    if !is_of_planfy(customer) {
        return Ok(None);
    }
    planfy::deletion(customer, appointments, today).map(Some)
}

/// Why a plan does not forget this customer, if it does not. The text is English and has no personal data.
#[must_use]
pub fn refusal(plan: &Plan, customer: &CustomerKey) -> Option<String> {
    let erases = match &plan.purpose {
        Purpose::Erase(tombstones) => tombstones.iter().any(|(key, _)| key == customer),
        _ => false,
    };
    if erases {
        return None;
    }
    let mut steps = plan.steps.iter();
    let step = steps.find(|step| step.key == *customer);
    Some(step.map_or_else(
        || "not done: the plan has no such customer".to_owned(),
        customer_sync::Step::reason,
    ))
}

/// What is to be done by hand after this customer is forgotten on this day.
#[must_use]
pub fn reminders(deletion: &str, customer: &CustomerKey, today: NaiveDate) -> Vec<Reminder> {
    let reminder = |what: ToDo, due| Reminder {
        id: format!("{deletion}-{}", what.name()),
        deletion: deletion.to_owned(),
        customer: customer.clone(),
        what,
        due,
        ticked: None,
    };
    let mut all = vec![reminder(ToDo::DeleteInSource, today)];
    // Which appointments there are makes no difference to the backups.
    if let Ok(Some(rule)) = planfy_rule(customer, &[], today) {
        all.push(reminder(ToDo::BackupsOver, rule.backups_until));
    }
    all
}

/// Those of the reminders that are to be done by this day.
pub fn due(reminders: &[Reminder], today: NaiveDate) -> impl Iterator<Item = &Reminder> {
    let is_due = move |one: &&Reminder| one.ticked.is_none() && one.due <= today;
    reminders.iter().filter(is_due)
}

impl Notes {
    /// A deletion that is about to be carried out. One of this customer that was not completed goes on.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn begin_deletion(
        &self,
        customer: &CustomerKey,
        anonymised: Option<Vec<String>>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Deletion, StateError> {
        let all: Vec<Deletion> = self.all(DELETIONS).await?;
        let mut all = all.into_iter();
        let unfinished = all.find(|one| one.customer == *customer && one.done.is_none());
        let mut deletion = unfinished.unwrap_or_else(|| {
            let chance = random_text();
            let chance = chance.get(..8).unwrap_or_default();
            Deletion {
                id: format!("{}-{chance}", now.format("%Y%m%dT%H%M%SZ")),
                customer: customer.clone(),
                by: by.to_owned(),
                at: now,
                done: None,
                run: None,
                blanked: Vec::new(),
                kept: Vec::new(),
                anonymised: None,
            }
        });
        // As they were the first time: afterwards they may be gone.
        deletion.anonymised = deletion.anonymised.or(anonymised);
        self.write(&format!("{DELETIONS}{}", deletion.id), &deletion)
            .await?;
        Ok(deletion)
    }

    /// It was carried out: completes the evidence, and adds the reminders, of which the first is due on this day.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn finish_deletion(
        &self,
        mut deletion: Deletion,
        erasure: &Erasure,
        today: NaiveDate,
    ) -> Result<Deletion, StateError> {
        deletion.done = Some(erasure.at);
        deletion.run = Some(erasure.run.clone());
        deletion.blanked.clone_from(&erasure.blanked);
        deletion.kept.clone_from(&erasure.kept);
        let mut rows = change_log::rows(&[Logged {
            at: erasure.at,
            by: By::Person(deletion.by.clone()),
            customer: deletion.customer.clone(),
            what: FORGOTTEN.to_owned(),
            before: String::new(),
            after: String::new(),
            run: Some(erasure.run.clone()),
            uncertain: false,
        }])?;
        rows.push(Table::Program.put(&format!("{DELETIONS}{}", deletion.id), &deletion)?);
        for reminder in reminders(&deletion.id, &deletion.customer, today) {
            rows.push(Table::Program.put(&format!("{REMINDERS}{}", reminder.id), &reminder)?);
        }
        self.commit(&rows).await?;
        Ok(deletion)
    }

    /// All deletions, the last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deletions(&self) -> Result<Vec<Deletion>, StateError> {
        let mut all: Vec<Deletion> = self.all(DELETIONS).await?;
        all.reverse();
        Ok(all)
    }

    /// One deletion.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deletion(&self, id: &str) -> Result<Option<Deletion>, StateError> {
        self.read(&format!("{DELETIONS}{id}")).await
    }

    /// The reminders, also those that were ticked off; those that are due first come first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn reminders(&self) -> Result<Vec<Reminder>, StateError> {
        let mut all: Vec<Reminder> = self.all(REMINDERS).await?;
        all.sort_by_key(|one| one.due);
        Ok(all)
    }

    /// Ticks a reminder off, unless it was before.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn tick(&self, id: &str, by: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        let row = format!("{REMINDERS}{id}");
        let Some(mut reminder) = self.read::<Reminder>(&row).await? else {
            return Ok(());
        };
        if reminder.ticked.is_some() {
            return Ok(());
        }
        reminder.ticked = Some(Ticked {
            by: by.to_owned(),
            at: now,
        });
        let mut rows = change_log::rows(&[Logged {
            at: now,
            by: By::Person(by.to_owned()),
            customer: reminder.customer.clone(),
            what: REMINDER.to_owned(),
            before: String::new(),
            after: reminder.what.name().to_owned(),
            run: None,
            uncertain: false,
        }])?;
        rows.push(Table::Program.put(&row, &reminder)?);
        self.commit(&rows).await
    }
}

/// The evidence as a file.
#[must_use]
pub fn evidence(deletion: &Deletion, reminders: &[Reminder]) -> Value {
    let kept = deletion.kept.iter();
    let kept = kept.map(|(field, reason)| json!({ "field": field, "reason": reason }));
    let of_it = reminders.iter().filter(|one| one.deletion == deletion.id);
    let of_it = of_it.map(|one| {
        json!({
            "what": one.what,
            "due": one.due,
            "ticked_off_at": one.ticked.as_ref().map(|ticked| ticked.at),
            "ticked_off_by": one.ticked.as_ref().map(|ticked| &ticked.by),
        })
    });
    let is_done = deletion.done.is_some();
    json!({
        "id": deletion.id,
        "customer": deletion.customer,
        "asked_by": deletion.by,
        "asked_at": deletion.at,
        "carried_out_at": deletion.done,
        "run": deletion.run,
        "blanked_in_billit": deletion.blanked,
        "kept_in_billit": kept.collect::<Vec<_>>(),
        "erased_here": if is_done { &ERASED_HERE[..] } else { &[] },
        "anonymised_appointments": deletion.anonymised,
        "reminders": of_it.collect::<Vec<_>>(),
    })
}
