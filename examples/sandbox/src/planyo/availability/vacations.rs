//! Vacations: times in which a resource, or the whole site, cannot be booked.

use chrono::NaiveDateTime;
use serde_json::{Value, json};

use crate::planyo::{
    Resource, State,
    protocol::{Outcome, Parameters, Refusal, invalid},
};

/// Entered by hand, which is taken for what the reference calls regular.
const MANUAL: u64 = 1;

/// A vacation as Planyo stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacation {
    /// Its id.
    pub id: u64,
    /// `None`: of the whole site.
    pub resource_id: Option<u64>,
    /// Local time of the site.
    pub start: NaiveDateTime,
    /// Local time of the site.
    pub end: NaiveDateTime,
    /// `None`: all; negative: so many are available whatever else says that they are not.
    pub units: Option<i64>,
    /// 1 manual, 2 Google.
    pub kind: u64,
    /// A remark.
    pub comment: String,
    /// Names of units, separated by commas.
    pub unit_assignment: String,
}

impl Vacation {
    pub(super) fn units_of(&self, resource: &Resource) -> i64 {
        self.units.unwrap_or(i64::from(resource.quantity))
    }

    fn is_of_unit(&self, unit: &str) -> bool {
        let mut units = self.unit_assignment.split(',').map(str::trim);
        match unit {
            "unassigned" => self.unit_assignment.is_empty(),
            unit => units.any(|known| known == unit),
        }
    }
}

impl State {
    pub(super) fn vacations_of(&self, resource: &Resource) -> impl Iterator<Item = &Vacation> {
        let id = resource.id;
        let all = self.vacations.values();
        all.filter(move |vacation| vacation.resource_id.is_none_or(|of| of == id))
    }

    /// The output is not in the reference: the names are those of `add_vacation`.
    pub(in crate::planyo) fn list_vacations(&self, parameters: &Parameters) -> Outcome {
        let (start, end) = self.period(parameters)?;
        let kind = match parameters.0.get("type").map(|text| text.trim()) {
            None => return Err(invalid("Missing parameter: type")),
            Some("all") => None,
            Some("") => Some(MANUAL),
            Some(_) => parameters.number("type")?,
        };
        let of = match parameters.sent("resource_id") {
            None | Some("all") => None,
            Some(_) => Some(self.resource(parameters)?.id),
        };
        let of_all = parameters.text("resource_id") == "all";
        let with_site = parameters.flag("include_site_vacations") || (of.is_none() && !of_all);
        // None of those that this look-alike has comes again.
        let once = match parameters.text("vacation_recurrence_type") {
            "" | "one-time" | "all" => true,
            "recurring" => false,
            _ => {
                return Err(invalid(
                    "Invalid value of parameter vacation_recurrence_type",
                ));
            }
        };
        let unit = parameters.sent("unit_assignment");
        let asked = self.vacations.values().filter(|vacation| {
            let is_of = match vacation.resource_id {
                None => with_site,
                Some(id) => of_all || of == Some(id),
            };
            once && is_of
                && vacation.start < end
                && start < vacation.end
                && kind.is_none_or(|kind| kind == vacation.kind)
                && unit.is_none_or(|unit| vacation.is_of_unit(unit))
        });
        let results = asked.map(|vacation| self.printed_vacation(vacation));
        Ok(json!({ "results": results.collect::<Vec<_>>() }))
    }

    fn printed_vacation(&self, vacation: &Vacation) -> Value {
        let units = vacation.units;
        json!({
            "vacation_id": self.number(vacation.id),
            "resource_id": vacation.resource_id.map(|id| self.number(id)),
            "site_id": self.number(self.settings.site_id),
            "start_time": self.printed(vacation.start),
            "end_time": self.printed(vacation.end),
            "quantity": units.map_or_else(|| String::from("all"), |units| units.to_string()),
            "type": self.number(vacation.kind),
            "comment": vacation.comment,
            "unit_assignment": vacation.unit_assignment,
        })
    }

    /// Without a quantity all units are blocked, or those that are named. The answer is a guess.
    pub(in crate::planyo) fn add_vacation(&mut self, parameters: &Parameters) -> Outcome {
        let (start, end) = self.period(parameters)?;
        parameters.required("site_id")?;
        let resource_id = match parameters.sent("resource_id") {
            Some(_) => Some(self.resource(parameters)?.id),
            None => None,
        };
        if start >= end {
            return Err(Refusal(4, String::from("The end must be after the start.")));
        }
        let unit_assignment = parameters.text("unit_assignment").trim().to_owned();
        let units = match parameters.sent("quantity").map(str::trim) {
            None if unit_assignment.is_empty() => None,
            None => i64::try_from(unit_assignment.split(',').count()).ok(),
            Some("all") => None,
            Some(text) => {
                let units = text.parse::<i64>().ok().filter(|units| *units != 0);
                Some(units.ok_or_else(|| invalid("Invalid value of parameter quantity"))?)
            }
        };
        let id = self.ids.vacation(0);
        let vacation = Vacation {
            id,
            resource_id,
            start,
            end,
            units,
            kind: parameters.number("type")?.unwrap_or(MANUAL),
            comment: parameters.text("comment").to_owned(),
            unit_assignment,
        };
        self.tell_vacation(&vacation);
        self.vacations.insert(id, vacation);
        Ok(json!({ "vacation_id": self.number(id) }))
    }

    pub(in crate::planyo) fn remove_vacation(&mut self, parameters: &Parameters) -> Outcome {
        parameters.required("vacation_id")?;
        let id = parameters.number("vacation_id")?.unwrap_or_default();
        let gone = self.vacations.remove(&id);
        let gone = gone.ok_or_else(|| invalid("Vacation not found"))?;
        self.tell_vacation(&gone);
        Ok(json!([]))
    }

    /// The fields of this event are not in the reference but for what they are about.
    fn tell_vacation(&self, vacation: &Vacation) {
        let resource_id = vacation.resource_id;
        let fields = [
            (
                "resource",
                resource_id.map_or_else(String::new, |id| id.to_string()),
            ),
            ("start", self.unix(vacation.start).to_string()),
            ("end", self.unix(vacation.end).to_string()),
            ("vacation_type", vacation.kind.to_string()),
        ];
        self.tell("vacation_modified", &fields);
    }
}
