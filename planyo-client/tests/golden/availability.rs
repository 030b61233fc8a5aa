use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use planyo_client::availability::{
    AddRecurringVacation, AddVacation, EventTimesFormat, GetEventTimes, GetIcalFeedUrl,
    GetResourceUsage, GetResourceUsageForMonth, GetWeeklySchedule, IsResourceAvailable,
    ListVacations, Recurrence, RemoveVacation, ResourceSearch, SearchOrder, SetEventTimes,
    SetResourceAvailability, SetWeeklySchedule, VacationRecurrence, VacationType, WeeklyDefault,
};
use planyo_client::{SiteTime, VacationId};

use crate::{Sample, read, sample};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
}

fn at(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn moment(date: u32, hour: u32, minute: u32) -> NaiveDateTime {
    day(date).and_time(at(hour, minute))
}

pub(crate) fn requests() -> Vec<Sample> {
    let mut requests = vacations();
    requests.extend(schedules());
    requests.extend(searches());
    requests.extend(usage());
    requests
}

fn vacations() -> Vec<Sample> {
    vec![
        sample(
            &AddVacation::of_resource(22222, 21710, moment(1, 9, 0), moment(1, 17, 30))
                .quantity(2)
                .comment("repairs, D'Hondt")
                .unit_assignment("Van 1,Van 2")
                .validate()
                .imported_from_google(),
        ),
        sample(&AddVacation::of_site(21710, day(1), moment(3, 23, 59)).all_units()),
        sample(&AddVacation::of_site(21710, day(1), day(2)).forced_availability(3)),
        sample(
            &AddRecurringVacation::of_resource(
                22222,
                Recurrence::Week,
                moment(1, 12, 0),
                moment(1, 13, 0),
            )
            .quantity(1)
            .comment("lunch")
            .unit_assignment("Van 1")
            .site_id(21710),
        ),
        sample(&AddRecurringVacation::of_site(
            Recurrence::Year,
            day(1),
            day(2),
        )),
        sample(
            &ListVacations::of_resource(22222, day(1), day(30))
                .vacation_type(VacationType::Ical)
                .recurrence(VacationRecurrence::All)
                .unit_assignment("Van 1")
                .include_site_vacations()
                .site_id(21710),
        ),
        sample(
            &ListVacations::of_all_resources(day(1), day(30))
                .regular()
                .unassigned(),
        ),
        sample(&ListVacations::of_site(day(1), day(30))),
        sample(&RemoveVacation::new(7)),
    ]
}

fn schedules() -> Vec<Sample> {
    vec![
        sample(
            &GetWeeklySchedule::working_hours()
                .resource_id(22222)
                .site_id(21710),
        ),
        sample(&GetWeeklySchedule::vacations()),
        sample(
            &SetWeeklySchedule::of_resource(22222, WeeklyDefault::Unavailable)
                .available(Weekday::Mon, at(9, 0), at(17, 30))
                .unavailable(Weekday::Sun, at(0, 0), at(23, 59)),
        ),
        sample(&SetWeeklySchedule::of_site(WeeklyDefault::Available).site_id(21710)),
        sample(
            &GetEventTimes::new(22222)
                .format(EventTimesFormat::Full)
                .future_only(),
        ),
        sample(&SetEventTimes::new(22222, "2026-06-01 09:00")),
    ]
}

fn searches() -> Vec<Sample> {
    vec![
        sample(
            &IsResourceAvailable::new(22222, moment(1, 9, 0), moment(2, 9, 0), 1).wants_share(1),
        ),
        sample(
            &ResourceSearch::new(day(1), day(2), 2)
                .site_id(21710)
                .site_ids([21710, 21711])
                .resource_ids([22222, 22223])
                .sort(SearchOrder::Price)
                .property("Number of beds", ">=2")
                .property("color", "[include]red"),
        ),
        sample(
            &ResourceSearch::new(day(1), day(2), 1)
                .sort_by_property("Number of beds")
                .html(),
        ),
        sample(
            &GetIcalFeedUrl::new()
                .site_id(21710)
                .resource_id(22222)
                .list_all()
                .include_vacations()
                .resource_property("type", "van")
                .form_item("persons", "2")
                .template(5)
                .past_days(7)
                .future_days(365)
                .unit_name("Van 1"),
        ),
        sample(&GetIcalFeedUrl::new().include_all_vacations()),
    ]
}

fn usage() -> Vec<Sample> {
    vec![
        sample(&GetResourceUsage::of_resource(22222, day(1), day(8))),
        sample(
            &GetResourceUsage::of_all(day(1), day(8))
                .site_id(21710)
                .separate_periods()
                .separate_units(),
        ),
        sample(&GetResourceUsageForMonth::of_resource(22222, 2026, 6)),
        sample(&GetResourceUsageForMonth::of_all(2026, 6).site_id(21710)),
        sample(
            &SetResourceAvailability::new(22222)
                .units_on(day(1), 3)
                .units_at(moment(2, 9, 15), 0)
                .update_channels(),
        ),
    ]
}

#[test]
fn usage_is_a_tree_that_becomes_a_list() {
    let call = GetResourceUsage::of_resource(22222, day(1), day(8));
    let days = read(
        &call,
        r#"{"usage":{"22222":{"2026":{"6":{"2":"1","10":3},"7":{"1":2}}},"22223":[]}}"#,
    );
    let found: Vec<_> = days
        .usage
        .iter()
        .map(|used| (used.resource_id.get(), used.date.to_string(), used.units))
        .collect();
    let expected = [("2026-06-02", 1), ("2026-06-10", 3), ("2026-07-01", 2)];
    assert_eq!(
        found,
        expected.map(|(date, units)| (22222, date.to_owned(), units))
    );

    // Hours from 0 on are a list, and so is the one minute 0.
    let hours = read(
        &call,
        r#"{"usage":{"22222":{"2026":{"6":{"1":[{"15":1},[2]],"2":{"9":{"45":4}}}}}}}"#,
    );
    let found: Vec<_> = hours
        .usage
        .iter()
        .map(|used| (used.date.and_time(used.time.unwrap()), used.units))
        .collect();
    let expected = [
        (moment(1, 0, 15), 1),
        (moment(1, 1, 0), 2),
        (moment(2, 9, 45), 4),
    ];
    assert_eq!(found, expected);
}

#[test]
fn usage_of_an_unknown_shape_is_in_the_raw_json() {
    let call = GetResourceUsage::of_all(day(1), day(8)).separate_units();
    for usage in [
        "[]",
        "null",
        "\"none\"",
        r#"{"22222":[{"start":"2026-06-01","units":1}]}"#,
        r#"{"22222":{"2026":{"13":{"1":1}}}}"#,
        r#"{"22222":{"2026":{"6":{"1":{"25":{"0":1}}}}}}"#,
        r#"{"22222":{"2026":{"6":{"1":{"Van 1":1,"Van 2":"1"}}}}}"#,
    ] {
        let found = read(&call, &format!(r#"{{"usage":{usage}}}"#));
        assert!(found.usage.is_empty(), "{usage}");
        assert_eq!(found.extra("usage").unwrap().to_string(), usage);
    }
    assert!(read(&call, "{}").usage.is_empty());
}

#[test]
fn the_usage_of_a_month_is_by_day_and_quarter() {
    let call = GetResourceUsageForMonth::of_resource(22222, 2026, 6);
    let month = read(&call, r#"{"usage":{"1":"2","30":{"23":{"0":1,"45":"3"}}}}"#);
    let found: Vec<_> = month
        .usage
        .iter()
        .map(|used| (used.day, used.time, used.units))
        .collect();
    let expected = [
        (1, None, 2),
        (30, Some(at(23, 0)), 1),
        (30, Some(at(23, 45)), 3),
    ];
    assert_eq!(found, expected);
    assert!(read(&call, r#"{"usage":[]}"#).usage.is_empty());
}

#[test]
fn whether_a_resource_is_free() {
    let call = IsResourceAvailable::new(22222, day(1), day(2), 1);
    let free = read(&call, r#"{"is_available":"1","quantity_available":"3"}"#);
    assert_eq!(free.is_available, Some(true));
    assert_eq!(free.quantity_available, Some(3));
    assert_eq!((free.problem_time, free.reason.as_deref()), (None, None));

    let taken = read(
        &call,
        r#"{"is_available":false,"problem_time":"2026-06-01 09:00:00","quantity_available":0,"reason":"full"}"#,
    );
    assert_eq!(taken.is_available, Some(false));
    assert_eq!(taken.problem_time, Some(SiteTime::Local(moment(1, 9, 0))));
    assert_eq!(taken.reason.as_deref(), Some("full"));
}

#[test]
fn a_week_counts_from_monday() {
    let call = GetWeeklySchedule::working_hours();
    let periods = read(
        &call,
        r#"{"periods":[{"weekday":"1","start":"09:00","end":"17:00"},{"weekday":7,"start":"00:00","end":"24:00"},
            {"weekday":0},{"weekday":8},{}]}"#,
    );
    let days: Vec<_> = periods
        .iter()
        .map(|period| period.as_ref().unwrap().weekday)
        .collect();
    assert_eq!(
        days,
        [Some(Weekday::Mon), Some(Weekday::Sun), None, None, None]
    );
    assert_eq!(periods[1].as_ref().unwrap().end.as_deref(), Some("24:00"));
    assert!(read(&call, r#"{"periods":[]}"#).is_empty());
    assert!(read(&call, "[]").is_empty());
}

#[test]
fn event_times_come_in_three_formats() {
    let call = GetEventTimes::new(22222);
    let times = |json: &str| {
        let answer = read(
            &call,
            &format!(r#"{{"event_times":{json},"duration":"1.5"}}"#),
        );
        assert_eq!(answer.duration.unwrap().to_string(), "1.5");
        let times = answer.into_value().event_times.into_iter();
        times
            .map(|event| (event.text, event.time, event.available))
            .collect::<Vec<_>>()
    };
    let text = |text: &str| Some(text.to_owned());
    let unix = Some(SiteTime::Unix(1_780_297_200));

    assert_eq!(times("[]"), []);
    assert_eq!(times("[1780297200]"), [(None, unix, None)]);
    assert_eq!(times(r#"{"0":"1780297200"}"#), [(None, unix, None)]);
    assert_eq!(
        times(r#"["1 June 2026, 9:00"]"#),
        [(text("1 June 2026, 9:00"), None, None)]
    );
    assert_eq!(
        times(r#"["2026-06-01 09:00:00"]"#),
        [(
            text("2026-06-01 09:00:00"),
            Some(SiteTime::Local(moment(1, 9, 0))),
            None
        )]
    );
    let full = [(text("1 June 2026, 9:00"), unix, text("4"))];
    assert_eq!(
        times(r#"[{"text":"1 June 2026, 9:00","timestamp":"1780297200","available":4}]"#),
        full
    );
    assert_eq!(times(r#"[["1 June 2026, 9:00",1780297200,"4"]]"#), full);
}

#[test]
fn a_new_vacation_is_never_an_error() {
    let one = AddVacation::of_site(21710, day(1), day(2));
    let recurring = AddRecurringVacation::of_site(Recurrence::Day, day(1), day(2));
    for json in ["null", "[]", "{}", "true", "7", r#"{"vacation_id":0}"#] {
        assert_eq!(read(&one, json).vacation_id, None, "{json}");
        assert_eq!(read(&recurring, json).raw().get(), json);
    }
    let added = read(&one, r#"{"vacation_id":"7"}"#);
    assert_eq!(added.vacation_id, Some(VacationId::from(7)));
}

#[test]
fn an_unknown_answer_is_given_as_it_comes() {
    let json = r#"{"results":[{"id":"7","any":null}]}"#;
    let value: serde_json::Value = json.parse().unwrap();
    assert_eq!(read(&ListVacations::of_site(day(1), day(2)), json), value);
    assert_eq!(read(&ResourceSearch::new(day(1), day(2), 1), json), value);
    assert_eq!(read(&GetIcalFeedUrl::new(), json), value);
    assert_eq!(read(&SetResourceAvailability::new(1), json), value);
    for json in ["null", "[]", "\"done\"", "true"] {
        let value: serde_json::Value = json.parse().unwrap();
        let week = SetWeeklySchedule::of_site(WeeklyDefault::Available);
        assert_eq!(read(&week, json), value);
        assert_eq!(read(&RemoveVacation::new(7), json), value);
        assert_eq!(read(&SetEventTimes::new(1, ""), json), value);
    }
}
