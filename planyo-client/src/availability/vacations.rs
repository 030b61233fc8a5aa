//! Vacations: times in which a resource, or the whole site, cannot be booked.

use chrono::NaiveDateTime;
use serde::Deserialize;
use serde_json::Value;

use super::period;
use crate::macros::{call, number_codes, setters, switches, text_codes};
use crate::params::Params;
use crate::types::{ResourceId, SiteId, VacationId};
use crate::wire::{self, Record};

call! {
    /// `add_vacation`: blocks a resource, or the whole site, for a period. A retry blocks it twice.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use chrono::NaiveDateTime;
    /// use planyo_client::availability::AddVacation;
    ///
    /// let start: NaiveDateTime = "2026-06-01T00:00:00".parse()?;
    /// let end: NaiveDateTime = "2026-06-03T23:59:00".parse()?;
    /// let vacation = AddVacation::of_resource(22222, 21710, start, end).all_units().comment("repairs");
    /// planyo.send(vacation).await?;
    /// # Ok(()) }
    /// ```
    AddVacation: "add_vacation", Unsafe -> Record<AddedVacation>, Record::of_write
}

impl AddVacation {
    /// Of one resource, whose site Planyo requires too.
    pub fn of_resource(
        resource: impl Into<ResourceId>,
        site: impl Into<SiteId>,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        let mut vacation = Self::of_site(site, start, end);
        vacation.params.set("resource_id", resource.into());
        vacation
    }

    /// Of **all resources** of the site.
    pub fn of_site(
        site: impl Into<SiteId>,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        Self {
            params: period(start, end).with("site_id", site.into()),
        }
    }

    /// The opposite of a vacation: so many units are available, whatever else says that they are not.
    pub fn forced_availability(mut self, units: u32) -> Self {
        self.params.set("quantity", -i64::from(units));
        self
    }

    switches! {
        /// Blocks every unit.
        all_units => "quantity" = "all";
        /// Marks it as imported from Google's calendar.
        imported_from_google => "type" = 2_u32;
        /// Lets Planyo mend the times for resources rented by the day or night.
        validate => "validate" = true;
    }
}

call! {
    /// `add_recurring_vacation`: blocks a resource, or the whole site, again and again. A retry blocks it twice.
    ///
    /// Of start and end only what the recurrence needs counts: the time, the day of the week, the day of the month or
    /// the date.
    AddRecurringVacation: "add_recurring_vacation", Unsafe -> Record<AddedVacation>, Record::of_write
}

impl AddRecurringVacation {
    /// Of one resource.
    pub fn of_resource(
        resource: impl Into<ResourceId>,
        recurrence: Recurrence,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        let mut vacation = Self::of_site(recurrence, start, end);
        vacation.params.set("resource_id", resource.into());
        vacation
    }

    /// Of **all resources** of the site.
    pub fn of_site(
        recurrence: Recurrence,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        Self {
            params: period(start, end).with("recurrence_type", recurrence),
        }
    }

    setters! {
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }
}

/// The setters that both kinds of new vacations share.
macro_rules! details {
    ($($request:ident)*) => {
        $(impl $request {
            setters! {
                /// How many units it blocks.
                quantity(u32) => "quantity";
                /// A comment.
                comment(String) => "comment";
                /// The unit that it blocks, or several separated by commas.
                unit_assignment(String) => "unit_assignment";
            }
        })*
    };
}

details!(AddVacation AddRecurringVacation);

text_codes! {
    /// How often a vacation comes again.
    Recurrence {
        /// Every day; for resources rented by the hour.
        Day = "day",
        /// Every week.
        Week = "week",
        /// Every month.
        Month = "month",
        /// Every year.
        Year = "year",
    }
}

/// The answer to [`AddVacation`] and [`AddRecurringVacation`]. Its shape is unknown, so that the record's raw JSON is
/// where to look when a field is `None`.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct AddedVacation {
    /// The id (a guess).
    #[serde(default, deserialize_with = "wire::id")]
    pub vacation_id: Option<VacationId>,
}

call! {
    /// `list_vacations`: the vacations in a time range: all types, unless [`vacation_type`](Self::vacation_type) or
    /// [`regular`](Self::regular) says otherwise; without the recurring ones, unless [`recurrence`](Self::recurrence)
    /// does. The answer is unknown; by analogy they are in `results`.
    ListVacations: "list_vacations", Read -> Value, wire::any
}

impl ListVacations {
    /// Those of one resource.
    pub fn of_resource(
        resource: impl Into<ResourceId>,
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        let mut list = Self::of_site(start, end);
        list.params.set("resource_id", resource.into());
        list
    }

    /// Those of any resource.
    pub fn of_all_resources(
        start: impl Into<NaiveDateTime>,
        end: impl Into<NaiveDateTime>,
    ) -> Self {
        let mut list = Self::of_site(start, end);
        list.params.set("resource_id", "all");
        list
    }

    /// Those of the site as a whole.
    pub fn of_site(start: impl Into<NaiveDateTime>, end: impl Into<NaiveDateTime>) -> Self {
        Self {
            params: period(start, end).with("type", "all"),
        }
    }

    setters! {
        /// Only this type.
        vacation_type(VacationType) => "type";
        /// Recurring ones or not.
        recurrence(VacationRecurrence) => "vacation_recurrence_type";
        /// Only those of this unit.
        unit_assignment(String) => "unit_assignment";
        /// The site, with a metasite's key.
        site_id(SiteId) => "site_id";
    }

    switches! {
        /// Only regular ones.
        regular => "type" = "";
        /// Only those of no unit.
        unassigned => "unit_assignment" = "unassigned";
        /// Also those of the site as a whole.
        include_site_vacations => "include_site_vacations" = true;
    }
}

number_codes! {
    /// Where a vacation comes from (documented).
    VacationType {
        /// Entered by hand.
        Manual = 1,
        /// Google's calendar.
        Google = 2,
        /// An iCal calendar.
        Ical = 3,
        /// It keeps a place for a customer on the waiting list.
        WaitingList = 4,
        /// Outlook.
        Outlook = 5,
    }
}

text_codes! {
    /// Which vacations are listed, by recurrence. Without it, those that happen once.
    VacationRecurrence {
        /// Those that happen once.
        OneTime = "one-time",
        /// Those that come again.
        Recurring = "recurring",
        /// Both.
        All = "all",
    }
}

call! {
    /// `remove_vacation`: removes a vacation. The method exists; that it takes `vacation_id` is a guess, and the answer
    /// is unknown. After a lost answer the retry may say that there is no such vacation.
    RemoveVacation: "remove_vacation", Idempotent -> Value, wire::any
}

impl RemoveVacation {
    /// The vacation with this id.
    pub fn new(vacation: impl Into<VacationId>) -> Self {
        Self {
            params: Params::default().with("vacation_id", vacation.into()),
        }
    }
}
