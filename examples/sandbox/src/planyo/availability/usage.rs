//! How many units are in use, day by day: all resources of this look-alike are rented by the day or by the night.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use serde_json::{Map, Value, json};

use crate::planyo::{
    Resource, State,
    methods::not_here,
    php::map_or_list,
    protocol::{Outcome, Parameters, Refusal, invalid},
};

/// The longest period of one call.
const MOST_DAYS: usize = 366 * 2;

impl State {
    /// By resource, year, month and day, without the days that have none. Vacations count, so that what is left of the
    /// quantity is free.
    pub(in crate::planyo) fn get_resource_usage(&self, parameters: &Parameters) -> Outcome {
        let start = self.required_time(parameters, "start_date")?.date();
        let end = self.required_time(parameters, "end_date")?.date();
        parameters.required("separate_periods")?;
        for name in ["separate_periods", "separate_units"] {
            if parameters.flag(name) {
                return Err(not_here(&format!("{name}=true of get_resource_usage")));
            }
        }
        let days: Vec<_> = start
            .iter_days()
            .take(MOST_DAYS)
            .take_while(|day| *day <= end)
            .collect();
        let usage = self.asked_resources(parameters)?.into_iter();
        let usage = usage.filter_map(|resource| {
            let mut years: BTreeMap<i32, BTreeMap<u32, Map<String, Value>>> = BTreeMap::new();
            for day in &days {
                let units = self.units_on(resource, *day);
                if units > 0 {
                    let month = years.entry(day.year()).or_default().entry(day.month());
                    let units = self.number(u64::from(units));
                    month.or_default().insert(day.day().to_string(), units);
                }
            }
            let id = resource.id.to_string();
            (!years.is_empty()).then(|| (id, json!(years)))
        });
        Ok(json!({ "usage": map_or_list(usage) }))
    }

    /// By day, of all days; of all resources their sum.
    pub(in crate::planyo) fn get_resource_usage_for_month(
        &self,
        parameters: &Parameters,
    ) -> Outcome {
        let number = |name: &str| -> Result<u32, Refusal> {
            parameters.required(name)?;
            let number = parameters.number(name)?.unwrap_or_default();
            Ok(u32::try_from(number).unwrap_or_default())
        };
        let (year, month) = (number("year")?, number("month")?);
        let first = i32::try_from(year)
            .ok()
            .and_then(|year| NaiveDate::from_ymd_opt(year, month, 1))
            .ok_or_else(|| invalid("Invalid value of parameter month"))?;
        let resources = self.asked_resources(parameters)?;
        let days = first.iter_days().take_while(|day| day.month() == month);
        let usage = days.map(|day| {
            let units = resources.iter().map(|known| self.units_on(known, day));
            let units = u64::from(units.sum::<u32>());
            (day.day().to_string(), self.number(units))
        });
        Ok(json!({ "usage": map_or_list(usage) }))
    }

    /// The word `null` stands for all.
    fn asked_resources(&self, parameters: &Parameters) -> Result<Vec<&Resource>, Refusal> {
        match parameters.sent("resource_id") {
            None | Some("null") => Ok(self.resources.values().collect()),
            Some(_) => Ok(vec![self.resource(parameters)?]),
        }
    }

    /// The last day of a stay over night is free for the next.
    fn units_on(&self, resource: &Resource, day: NaiveDate) -> u32 {
        let begin = day.and_time(NaiveTime::MIN);
        let next = begin + Days::new(1);
        let last = if resource.is_overnight_stay {
            next
        } else {
            begin
        };
        let reserved = self.reservations.values().filter(|known| {
            known.resource_id == resource.id
                && known.blocks()
                && known.start < next
                && last < known.end
        });
        let reserved = reserved.map(|known| known.quantity).sum::<u32>();
        let times = self.block_begins(resource, begin, next).into_iter();
        let blocked = times.map(|time| self.blocked_units(resource, time)).max();
        (reserved + blocked.unwrap_or_default()).min(resource.quantity)
    }
}
