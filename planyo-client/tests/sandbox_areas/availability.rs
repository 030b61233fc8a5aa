use chrono::{NaiveTime, TimeDelta, Weekday};
use planyo_client::availability::{
    AddVacation, EventTimesFormat, GetEventTimes, GetResourceUsage, GetResourceUsageForMonth,
    GetWeeklySchedule, IsResourceAvailable, ListVacations, RemoveVacation, ResourceSearch,
    SearchOrder, SetWeeklySchedule, VacationRecurrence, VacationType, WeeklyDefault,
};
use planyo_client::{Client, SiteTime};
use sandbox::planyo::Resource;
use serde_json::Value;

use crate::{SITE, bikes, booked, code, day, start, time};

async fn free(planyo: &Client, resource: u64) -> u64 {
    let (start, end) = (time("2026-07-01T09:00:00"), time("2026-07-02T18:00:00"));
    let found = IsResourceAvailable::new(resource, start, end, 1);
    let found = planyo.send(found).await.unwrap();
    found.quantity_available.unwrap()
}

async fn vacations(planyo: &Client, list: ListVacations) -> Vec<Value> {
    let found = planyo.send(list).await.unwrap();
    found["results"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_vacation_blocks_until_it_is_removed() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let (start, end) = (time("2026-07-02T00:00:00"), time("2026-07-02T23:59:00"));
    assert_eq!(free(&planyo, bikes).await, 3);

    let two = AddVacation::of_resource(bikes, SITE, start, end)
        .quantity(2)
        .comment("repairs");
    let two = planyo.send(two).await.unwrap().vacation_id.unwrap();
    assert_eq!(free(&planyo, bikes).await, 1);
    let site = AddVacation::of_site(SITE, start, end).imported_from_google();
    let site = planyo.send(site).await.unwrap().vacation_id.unwrap();
    assert_eq!(free(&planyo, bikes).await, 0);
    let forced = AddVacation::of_resource(bikes, SITE, start, end).forced_availability(3);
    let forced = planyo.send(forced).await.unwrap().vacation_id.unwrap();
    assert_eq!(free(&planyo, bikes).await, 1);

    let found = vacations(&planyo, ListVacations::of_resource(bikes, start, end)).await;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["comment"], "repairs");
    assert_eq!(found[0]["start_time"], "2026-07-02 00:00:00");
    let with_site = ListVacations::of_resource(bikes, start, end).include_site_vacations();
    assert_eq!(vacations(&planyo, with_site).await.len(), 3);
    let google = ListVacations::of_site(start, end).vacation_type(VacationType::Google);
    assert_eq!(vacations(&planyo, google).await.len(), 1);
    let regular = ListVacations::of_all_resources(start, end).regular();
    assert_eq!(vacations(&planyo, regular).await.len(), 2);
    let recurring = ListVacations::of_site(start, end).recurrence(VacationRecurrence::Recurring);
    assert!(vacations(&planyo, recurring).await.is_empty());
    let day_before = ListVacations::of_site(start - TimeDelta::days(1), start);
    assert!(vacations(&planyo, day_before).await.is_empty());

    for id in [two, site, forced] {
        planyo.send(RemoveVacation::new(id)).await.unwrap();
    }
    assert_eq!(free(&planyo, bikes).await, 3);
    let again = planyo.send(RemoveVacation::new(two)).await;
    assert_eq!(code(&again.unwrap_err()), Some(3));
}

#[tokio::test]
async fn a_search_finds_what_is_free() {
    let (server, planyo) = start().await;
    let names = |found: &Value| -> Vec<String> {
        let results = found["results"].as_array().unwrap().iter();
        results
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let (start, end) = (time("2027-07-01T09:00:00"), time("2027-07-02T18:00:00"));
    let cheap = bikes(&server);
    let found = planyo
        .send(ResourceSearch::new(start, end, 1).sort(SearchOrder::Price))
        .await
        .unwrap();
    let prices = found["results"].as_array().unwrap().iter();
    let prices: Vec<f64> = prices
        .map(|item| item["price"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(prices.is_sorted());
    let published = server.bookings().resources;
    let published = published.iter().filter(|known| known.is_published).count();
    assert_eq!(names(&found).len(), published);

    let three = ResourceSearch::new(start, end, 3).resource_ids([cheap]);
    assert_eq!(names(&planyo.send(three.clone()).await.unwrap()), ["Bike"]);
    let large = ResourceSearch::new(start, end, 1).property("berths", ">=5");
    let large = planyo.send(large).await.unwrap();
    assert!(!names(&large).is_empty() && !names(&large).contains(&"Bike".to_owned()));

    planyo
        .send(AddVacation::of_resource(cheap, SITE, start, end).quantity(1))
        .await
        .unwrap();
    // Without a hit it is an error, as a production user saw.
    assert_eq!(code(&planyo.send(three).await.unwrap_err()), Some(4));
    server.add_resource(Resource {
        name: "Kayak".to_owned(),
        quantity: 3,
        ..Resource::default()
    });
    let found = ResourceSearch::new(start, end, 3);
    let found = planyo.send(found).await.unwrap();
    assert!(names(&found).contains(&"Kayak".to_owned()));
    assert!(found["reason_not_listed"][cheap.to_string()].is_string());
}

#[tokio::test]
async fn usage_counts_the_units_of_each_day() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    booked(&server, bikes, 838_801);
    booked(&server, bikes, 838_802);
    let (start, end) = (time("2026-07-02T00:00:00"), time("2026-07-03T00:00:00"));
    let one = AddVacation::of_resource(bikes, SITE, start, end).quantity(1);
    planyo.send(one).await.unwrap();

    let usage = GetResourceUsage::of_resource(bikes, day("2026-06-25"), day("2026-07-10"));
    let usage = planyo.send(usage).await.unwrap();
    let usage: Vec<_> = usage
        .usage
        .iter()
        .map(|used| (used.resource_id.get(), used.date, used.units))
        .collect();
    let expected = [(bikes, day("2026-07-01"), 2), (bikes, day("2026-07-02"), 3)];
    assert_eq!(usage, expected);

    let month = GetResourceUsageForMonth::of_resource(bikes, 2026, 7);
    let month = planyo.send(month).await.unwrap();
    let units: Vec<_> = month.usage.iter().map(|used| used.units).collect();
    assert_eq!((units.len(), &units[..3]), (31, &[2, 3, 0][..]));
    let all = planyo
        .send(GetResourceUsageForMonth::of_all(2026, 7))
        .await
        .unwrap();
    assert!(all.usage[0].units >= 2);
    let by_resource = GetResourceUsage::of_all(day("2026-07-01"), day("2026-07-31"));
    let by_resource = planyo.send(by_resource).await.unwrap();
    let on_first = by_resource
        .usage
        .iter()
        .filter(|used| used.date == day("2026-07-01"));
    assert_eq!(
        on_first.map(|used| used.units).sum::<u64>(),
        all.usage[0].units
    );

    let periods = GetResourceUsage::of_all(day("2026-07-01"), day("2026-07-31")).separate_periods();
    let refused = planyo.send(periods).await.unwrap_err();
    assert!(
        refused
            .api_message()
            .unwrap()
            .contains("not part of this look-alike")
    );
}

#[tokio::test]
async fn the_week_of_a_resource_is_its_own_or_that_of_the_site() {
    let (server, planyo) = start().await;
    let bikes = bikes(&server);
    let periods = |list: GetWeeklySchedule| {
        let planyo = planyo.clone();
        async move {
            let found = planyo.send(list).await.unwrap();
            let found = found.into_iter().map(Result::unwrap);
            let found = found.map(|period| {
                (
                    period.weekday.unwrap(),
                    period.start.clone().unwrap(),
                    period.end.clone().unwrap(),
                )
            });
            found.collect::<Vec<_>>()
        }
    };
    assert_eq!(periods(GetWeeklySchedule::working_hours()).await.len(), 7);
    assert!(periods(GetWeeklySchedule::vacations()).await.is_empty());

    let clock = |text: &str| text.parse::<NaiveTime>().unwrap();
    let week = SetWeeklySchedule::of_resource(bikes, WeeklyDefault::Available)
        .unavailable(Weekday::Thu, clock("12:00:00"), clock("17:30:00"))
        .unavailable(Weekday::Sun, clock("00:00:00"), clock("00:00:00"));
    planyo.send(week).await.unwrap();
    let closed = periods(GetWeeklySchedule::vacations().resource_id(bikes)).await;
    let text = |text: &str| text.to_owned();
    assert_eq!(
        closed,
        [
            (Weekday::Thu, text("12:00"), text("17:30")),
            (Weekday::Sun, text("00:00"), text("24:00")),
        ]
    );
    let open = periods(GetWeeklySchedule::working_hours().resource_id(bikes)).await;
    assert_eq!(open.len(), 7);
    // 2 July 2026 is a Thursday.
    assert_eq!(free(&planyo, bikes).await, 0);
    assert!(periods(GetWeeklySchedule::vacations()).await.is_empty());
}

#[tokio::test]
async fn an_event_has_start_times() {
    let (server, planyo) = start().await;
    let event = server.add_resource(Resource {
        name: "Guided tour".to_owned(),
        quantity: 10,
        event_times: vec![time("2026-06-01T10:00:00"), time("2026-07-01T10:00:00")],
        event_duration: TimeDelta::minutes(90),
        ..Resource::default()
    });
    let texts = planyo.send(GetEventTimes::new(event)).await.unwrap();
    assert_eq!(
        texts.event_times[0].text.as_deref(),
        Some("01/06/2026 10:00")
    );
    assert_eq!(texts.duration.unwrap().to_string(), "1.50");
    let full = GetEventTimes::new(event)
        .format(EventTimesFormat::Full)
        .future_only();
    let full = planyo.send(full).await.unwrap();
    let [to_come] = &full.event_times[..] else {
        panic!("{full:?}")
    };
    assert_eq!(to_come.time, Some(SiteTime::Unix(1_782_892_800)));
    assert_eq!(to_come.available.as_deref(), Some("10"));
    let seconds = GetEventTimes::new(event).format(EventTimesFormat::Timestamp);
    let seconds = planyo.send(seconds).await.unwrap();
    assert_eq!(seconds.event_times[1].time, to_come.time);
    let none = planyo.send(GetEventTimes::new(22_301)).await.unwrap();
    assert!(none.event_times.is_empty());
}
