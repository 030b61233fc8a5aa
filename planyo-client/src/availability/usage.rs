//! How many units are taken, and setting how many are free.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::macros::{call, setters, switches};
use crate::params::Params;
use crate::resources::{days, of_resource_or_all};
use crate::types::{ResourceId, SiteId};
use crate::wire::{self, Record};

call! {
    /// `get_resource_usage`: how many units of a resource are taken, over some days. Times without any are left out.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::availability::GetResourceUsage;
    ///
    /// let (start, end) = ("2026-06-01".parse()?, "2026-06-08".parse()?);
    /// let taken = planyo.send(GetResourceUsage::of_resource(22222, start, end)).await?;
    /// for used in &taken.usage {
    ///     println!("{} {:?}: {}", used.date, used.time, used.units);
    /// }
    /// # Ok(()) }
    /// ```
    GetResourceUsage: "get_resource_usage", Read -> Record<ResourceUsage>, Record::parse
}

impl GetResourceUsage {
    /// Of one resource.
    pub fn of_resource(resource: impl Into<ResourceId>, start: NaiveDate, end: NaiveDate) -> Self {
        Self::of(days(Some(resource.into()), start, end))
    }

    /// Of all resources.
    pub fn of_all(start: NaiveDate, end: NaiveDate) -> Self {
        Self::of(days(None, start, end))
    }

    fn of(params: Params) -> Self {
        Self {
            params: params.with("separate_periods", false),
        }
    }

    setters! {
        /// The site, with a metasite's key and all resources.
        site_id(SiteId) => "site_id";
    }

    switches! {
        /// Groups equal times to periods. The answer's shape is unknown then: [`ResourceUsage::usage`] may be empty, and
        /// [`Record::extra`] of `usage` has it.
        separate_periods => "separate_periods" = true;
        /// By unit. The answer's shape is unknown then, as with [`separate_periods`](Self::separate_periods).
        separate_units => "separate_units" = true;
    }
}

/// The answer to [`GetResourceUsage`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ResourceUsage {
    /// What is taken, by resource and time. A part of another shape than documented is in the raw JSON only.
    #[serde(default, deserialize_with = "usage")]
    pub usage: Vec<UsedUnits>,
}

/// Units taken of a resource on a day, or at a time of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsedUnits {
    /// The resource.
    pub resource_id: ResourceId,
    /// The day.
    pub date: NaiveDate,
    /// When on that day, for resources rented by the hour.
    pub time: Option<NaiveTime>,
    /// How many units.
    pub units: u64,
}

fn usage<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<UsedUnits>, D::Error> {
    let leaf = |(path, units): (Vec<u64>, u64)| {
        let (resource, date, time) = match path[..] {
            [resource, year, month, day] => (resource, date(year, month, day)?, None),
            [resource, year, month, day, hour, minute] => {
                (resource, date(year, month, day)?, Some(time(hour, minute)?))
            }
            _ => return None,
        };
        Some(UsedUnits {
            resource_id: resource.into(),
            date,
            time,
            units,
        })
    };
    Ok(leaves(deserializer)?.into_iter().filter_map(leaf).collect())
}

call! {
    /// `get_resource_usage_for_month`: the units of a resource for each day of a month.
    ///
    /// The documentation says both that they are taken and that they are free, and that they are to be subtracted from
    /// the resource's quantity to know what is free: so they seem to be taken.
    GetResourceUsageForMonth: "get_resource_usage_for_month", Read -> Record<MonthUsage>, Record::parse
}

impl GetResourceUsageForMonth {
    /// Of one resource; months are 1 to 12.
    pub fn of_resource(resource: impl Into<ResourceId>, year: u32, month: u32) -> Self {
        Self::of(Some(resource.into()), year, month)
    }

    /// Of all resources; months are 1 to 12.
    pub fn of_all(year: u32, month: u32) -> Self {
        Self::of(None, year, month)
    }

    fn of(resource: Option<ResourceId>, year: u32, month: u32) -> Self {
        Self {
            params: of_resource_or_all(resource)
                .with("year", year)
                .with("month", month),
        }
    }

    setters! {
        /// The site, with a metasite's key and all resources.
        site_id(SiteId) => "site_id";
    }
}

/// The answer to [`GetResourceUsageForMonth`].
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct MonthUsage {
    /// The units by day and time. A part of another shape than documented is in the raw JSON only.
    #[serde(default, deserialize_with = "month_usage")]
    pub usage: Vec<UsedInMonth>,
}

/// Units on a day of the month, or at a time of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsedInMonth {
    /// The day of the month.
    pub day: u32,
    /// When on that day, for resources rented by the hour: every quarter of an hour.
    pub time: Option<NaiveTime>,
    /// How many units.
    pub units: u64,
}

fn month_usage<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<UsedInMonth>, D::Error> {
    let leaf = |(path, units): (Vec<u64>, u64)| {
        let (day, time) = match path[..] {
            [day] => (day, None),
            [day, hour, minute] => (day, Some(time(hour, minute)?)),
            _ => return None,
        };
        let day = day.try_into().ok()?;
        Some(UsedInMonth { day, time, units })
    };
    Ok(leaves(deserializer)?.into_iter().filter_map(leaf).collect())
}

fn date(year: u64, month: u64, day: u64) -> Option<NaiveDate> {
    let (month, day) = (month.try_into().ok()?, day.try_into().ok()?);
    NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)
}

fn time(hour: u64, minute: u64) -> Option<NaiveTime> {
    NaiveTime::from_hms_opt(hour.try_into().ok()?, minute.try_into().ok()?, 0)
}

/// The numbers in nested maps of numbers, each with the keys that lead to it. A list has keys from 0 on: PHP writes a map
/// so whose keys are just these, such as hours.
fn leaves<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(Vec<u64>, u64)>, D::Error> {
    fn walk(value: &Value, path: &[u64], leaves: &mut Vec<(Vec<u64>, u64)>) {
        let below = |key: Option<u64>| Some([path, &[key?]].concat());
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    if let Some(path) = below(key.parse().ok()) {
                        walk(value, &path, leaves);
                    }
                }
            }
            Value::Array(items) => {
                for (index, value) in (0..).zip(items) {
                    if let Some(path) = below(Some(index)) {
                        walk(value, &path, leaves);
                    }
                }
            }
            leaf => {
                let units = wire::number(leaf).ok().flatten();
                leaves.extend(units.map(|units| (path.to_vec(), units)));
            }
        }
    }

    let mut found = Vec::new();
    walk(&Value::deserialize(deserializer)?, &[], &mut found);
    // Planyo's keys are text in its own order; they are sorted by time here.
    found.sort();
    Ok(found)
}

call! {
    /// `set_resource_availability`: how many units of a resource are free, day by day or time by time. At least one must
    /// be set. The answer is said to be the availability that results, in `new_availability`; its shape is unknown.
    ///
    /// ```no_run
    /// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use planyo_client::availability::SetResourceAvailability;
    ///
    /// let free = SetResourceAvailability::new(22222)
    ///     .units_on("2026-06-01".parse()?, 3)
    ///     .units_on("2026-06-02".parse()?, 0);
    /// planyo.send(free).await?;
    /// # Ok(()) }
    /// ```
    SetResourceAvailability: "set_resource_availability", Idempotent -> Value, wire::any
}

impl SetResourceAvailability {
    /// Of this resource.
    pub fn new(resource: impl Into<ResourceId>) -> Self {
        Self {
            params: Params::default().with("resource_id", resource.into()),
        }
    }

    /// So many units are free on this day.
    pub fn units_on(mut self, date: NaiveDate, units: u32) -> Self {
        self.params.set(format!("time{date}"), units);
        self
    }

    /// So many units are free at this time, for resources rented by the hour. Seconds are not sent.
    pub fn units_at(mut self, time: NaiveDateTime, units: u32) -> Self {
        self.params
            .set(format!("time{}", time.format("%Y-%m-%d_%H:%M")), units);
        self
    }

    switches! {
        /// Also updates the channels that the site is connected to.
        update_channels => "update_channels" = true;
    }
}
