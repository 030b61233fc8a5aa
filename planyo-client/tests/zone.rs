//! Local times of a site in UTC and back, and the two nights when they cannot be.

#![allow(clippy::unwrap_used)] // As in tests.

use chrono::{DateTime, Datelike, MappedLocalTime, TimeDelta};
use planyo_client::sites::SiteInfo;
use planyo_client::{SiteTime, SiteZone};
use proptest::prelude::*;

fn brussels() -> SiteZone {
    "Europe/Brussels".parse().unwrap()
}

fn utc(zone: SiteZone, local: &str) -> MappedLocalTime<String> {
    zone.to_utc(SiteTime::parse(local).unwrap())
        .map(|moment| moment.format("%Y-%m-%d %H:%M:%S").to_string())
}

#[test]
fn the_hour_that_comes_twice_is_two_moments() {
    let zone = brussels();
    let two = |a: &str, b: &str| MappedLocalTime::Ambiguous(a.to_owned(), b.to_owned());
    let one = |a: &str| MappedLocalTime::Single(a.to_owned());
    assert_eq!(utc(zone, "2026-10-25 01:59:59"), one("2026-10-24 23:59:59"));
    assert_eq!(
        utc(zone, "2026-10-25 02:00:00"),
        two("2026-10-25 00:00:00", "2026-10-25 01:00:00")
    );
    assert_eq!(
        utc(zone, "2026-10-25 02:59:59"),
        two("2026-10-25 00:59:59", "2026-10-25 01:59:59")
    );
    assert_eq!(utc(zone, "2026-10-25 03:00:00"), one("2026-10-25 02:00:00"));
}

#[test]
fn the_hour_that_is_left_out_is_none() {
    let zone = brussels();
    let one = |a: &str| MappedLocalTime::Single(a.to_owned());
    assert_eq!(utc(zone, "2026-03-29 01:59:59"), one("2026-03-29 00:59:59"));
    assert_eq!(utc(zone, "2026-03-29 02:00:00"), MappedLocalTime::None);
    assert_eq!(utc(zone, "2026-03-29 02:59:59"), MappedLocalTime::None);
    assert_eq!(utc(zone, "2026-03-29 03:00:00"), one("2026-03-29 01:00:00"));
}

#[test]
fn an_unknown_zone_is_an_error_that_names_it() {
    let site = |json: &str| serde_json::from_str::<SiteInfo>(json).unwrap().zone();
    assert_eq!(
        site(r#"{"timezone":"Europe/London "}"#).unwrap().name(),
        "Europe/London"
    );
    let error = site(r#"{"timezone":"GMT+1 Brussels"}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"no time zone is called "GMT+1 Brussels"; it should be one like "Europe/Brussels""#
    );
    for nothing in ["{}", r#"{"timezone":""}"#, r#"{"timezone":null}"#] {
        assert_eq!(site(nothing).unwrap_err().name, "");
    }
}

#[test]
fn seconds_beyond_every_calendar_are_none() {
    for seconds in [i64::MIN, i64::MAX] {
        assert_eq!(
            brussels().to_utc(SiteTime::Unix(seconds)),
            MappedLocalTime::None
        );
    }
}

fn any_zone() -> impl Strategy<Value = SiteZone> {
    // Both hemispheres, half an hour of summer time, quarters of an hour, a date line that was crossed.
    let names = [
        "Europe/Brussels",
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "UTC",
    ];
    prop::sample::select(names.map(|name| name.parse::<SiteZone>().unwrap()).to_vec())
}

proptest! {
    #[test]
    fn every_moment_is_found_again(zone in any_zone(), seconds in 0..4_000_000_000_i64) {
        let moment = DateTime::from_timestamp(seconds, 0).unwrap();
        let found = zone.to_utc(SiteTime::Local(zone.to_local(moment)));
        let is_one_of_two = found.earliest() == Some(moment) || found.latest() == Some(moment);
        prop_assert!(is_one_of_two);
        prop_assert!(found.earliest() <= found.latest());
        prop_assert_eq!(zone.to_utc(SiteTime::Unix(seconds)).single(), Some(moment));
    }

    #[test]
    fn every_local_time_is_found_again_or_never_was(zone in any_zone(), seconds in 0..4_000_000_000_i64) {
        let local = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
        let found = zone.to_utc(SiteTime::Local(local));
        for moment in found.earliest().into_iter().chain(found.latest()) {
            prop_assert_eq!(zone.to_local(moment), local);
        }
        if found == MappedLocalTime::None {
            // A day is the longest that any clock ever left out.
            let shown = |hours| zone.to_utc(SiteTime::Local(local + TimeDelta::hours(hours))).single();
            prop_assert!(shown(-25).is_some() && shown(25).is_some());
        }
    }

    #[test]
    fn brussels_changes_its_clocks_as_the_law_says(year in 1996..2037_i32, minute in 0..60_i64) {
        let last_sunday = |month| {
            let last = chrono::NaiveDate::from_ymd_opt(year, month, 31).unwrap();
            last - TimeDelta::days(last.weekday().num_days_from_sunday().into())
        };
        let two = TimeDelta::hours(2) + TimeDelta::minutes(minute);
        let at = |month| SiteTime::Local(last_sunday(month).and_hms_opt(0, 0, 0).unwrap() + two);
        prop_assert_eq!(brussels().to_utc(at(3)), MappedLocalTime::None);
        let MappedLocalTime::Ambiguous(first, second) = brussels().to_utc(at(10)) else {
            return Err(TestCaseError::fail("one moment"));
        };
        prop_assert_eq!(second - first, TimeDelta::hours(1));
    }
}
