//! The filter of the rules: who becomes a customer.
#![cfg(feature = "sync")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;
use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta, Utc};
use common::{
    ROADS, World, by_road, is_empty_page_refused, key, options, person, run, settled, text,
};
use customer_sync::kind::Kind;
use customer_sync::planfy::{self, Export};
use customer_sync::store::{MemoryStore, State};
use customer_sync::triggers::{CustomerRef, Inbox, InboxOptions, SyncRequest, Trigger, sync_next};
use customer_sync::{
    Customer, CustomerKey, CustomerPages, CustomerSource, Filter, MappedCustomer, MappingRules,
    Outcome, OutcomeKind, SyncError, plan_customers, sync_changed, sync_customer, sync_customers,
};
use futures_util::future::{BoxFuture, FutureExt, ready};
use futures_util::stream::{self, StreamExt};
use sandbox::planyo::{Reservation, Resource, User, status};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rules(filter: Filter) -> MappingRules {
    MappingRules::default().filter(filter)
}

/// A reservation of a user that begins on this day, in this state.
fn book(world: &World, user: u64, begins: &str, status: u32) -> u64 {
    let planyo = &world.sandbox.planyo;
    let resource_id = planyo.add_resource(Resource::default());
    let start = day(begins).and_hms_opt(0, 0, 0).unwrap();
    planyo.add_reservation(Reservation {
        user_id: user,
        resource_id,
        start,
        end: start + TimeDelta::days(3),
        quantity: 1,
        status,
        ..Reservation::default()
    })
}

const CONFIRMED: u32 = status::RESERVED | status::VERIFIED | status::CONFIRMED;

/// Users of every sort.
async fn mixed() -> World {
    let world = World::empty().await;
    let answers = [None, Some("1"), Some("nee"), Some("Ja, graag"), Some("B2B")];
    for id in 1..=30 {
        let country = ["BE", "NL", "LU"][usize::try_from(id).unwrap() % 3];
        let mut user = User {
            country: country.to_owned(),
            ..person(id)
        };
        if id % 4 == 0 {
            user.last_name = format!("Number{id} BV");
        }
        if id == 29 {
            // Not a customer at all.
            (user.first_name, user.last_name) = (String::new(), String::new());
        }
        let answer = answers[usize::try_from(id).unwrap() % answers.len()];
        if let Some(answer) = answer {
            let answer = Some(answer.to_owned());
            user.properties.insert("Factuur_gewenst".to_owned(), answer);
        }
        // The reservations below count by themselves.
        user.reservations = 0;
        user.created_by_admin = true;
        world.sandbox.planyo.add(user);
        match id % 6 {
            0 => {}
            1 => drop(book(&world, id, "2024-12-31", CONFIRMED)),
            2 => drop(book(&world, id, "2025-01-01", CONFIRMED)),
            3 => drop(book(&world, id, "2025-06-01", status::RESERVED)),
            4 => drop(book(
                &world,
                id,
                "2025-06-01",
                CONFIRMED | status::CANCELLED_BY_USER,
            )),
            _ => {
                book(&world, id, "2011-03-01", CONFIRMED);
                book(&world, id, "2026-03-01", CONFIRMED | status::CHECKED_IN);
            }
        }
    }
    world
}

/// Each condition, and several.
fn filters() -> Vec<(&'static str, Filter)> {
    let filter = Filter::default;
    vec![
        ("", filter()),
        ("confirmed_reservation: ", filter().confirmed_reservation()),
        (
            "last_reservation_since: ",
            filter().last_reservation_since(day("2025-01-01")),
        ),
        (
            "properties.factuur gewenst: ",
            filter().property("factuur gewenst", true),
        ),
        (
            "properties.factuur gewenst: ",
            filter().property("FACTUUR_GEWENST", false),
        ),
        (
            "properties.factuur gewenst: ",
            filter().property("factuur gewenst", ["yes", "b2b"]),
        ),
        (
            "countries: ",
            filter().countries(["Belgium", "LU"]).unwrap(),
        ),
        ("kinds: ", filter().kinds([Kind::Company])),
        (
            "expression: ",
            filter()
                .expression("zip == '9000' and country != 'NL' or kind == 'company'")
                .unwrap(),
        ),
        (
            "",
            filter()
                .confirmed_reservation()
                .countries(["NL", "LU"])
                .unwrap()
                .property("factuur gewenst", false),
        ),
    ]
}

/// Whether it was left out, and why.
fn left_out(kind: OutcomeKind, reason: &str) -> Option<String> {
    let is_left_out = reason.starts_with("filter: ");
    assert!(!is_left_out || kind == OutcomeKind::Skipped, "{reason}");
    is_left_out.then(|| reason.to_owned())
}

/// A list, a single record and a notification decide the same, and a plan says so before.
#[tokio::test]
async fn all_roads_decide_the_same() {
    for (condition, filter) in filters() {
        let world = mixed().await;
        let everyone = filter.takes_everyone();
        let options = options().rules(rules(filter));
        let plan = plan_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
        assert_eq!(plan.steps.len(), 30);
        let planned: BTreeMap<CustomerKey, Option<String>> = plan
            .steps
            .iter()
            .map(|step| {
                (
                    step.key.clone(),
                    left_out(step.outcome_kind(), &step.reason()),
                )
            })
            .collect();
        let some = planned.values().flatten().count();
        assert!(some < 30 && (everyone || some > 0), "{condition}: {some}");
        let reasons = planned.values().flatten();
        let names = |reason: &String| {
            reason
                .to_lowercase()
                .replace('_', " ")
                .starts_with(&format!("filter: {condition}").replace('_', " "))
        };
        assert!(reasons.clone().all(names), "{condition} {planned:?}");

        let inbox = Inbox::new(State::new(MemoryStore::new()), InboxOptions::default());
        let now = Utc::now();
        let users = customer_sync::PlanyoUsers::new(&world.planyo);
        for (key, planned) in &planned {
            let one = sync_customer(&world.planyo, &world.billit, key.id(), &options)
                .await
                .unwrap();
            assert_eq!(&left_out(one.kind, &one.reason), planned, "{key}");
            let user = CustomerRef::Customer(key.id().parse::<u64>().unwrap().into());
            let request = SyncRequest::new(user, Trigger::CustomerUpdated);
            let _ = inbox.add(request, now).await.unwrap();
            let later = || now + TimeDelta::hours(1);
            let synced = sync_next(&users, &world.billit, &options, &inbox, later)
                .await
                .unwrap()
                .unwrap();
            let outcome = synced.result.unwrap().unwrap();
            assert_eq!(&left_out(outcome.kind, &outcome.reason), planned, "{key}");
        }
        let report = sync_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
        for Outcome {
            key, kind, reason, ..
        } in &report.outcomes
        {
            assert_eq!(&left_out(*kind, reason), &planned[key], "{key}");
        }
        // Nobody who is left out got a party by any of these.
        for (key, planned) in &planned {
            let has_party = world.linked().contains_key(key.as_str());
            let is_nobody = key.id() == "29";
            assert_eq!(has_party, planned.is_none() && !is_nobody, "{key}");
        }
    }
}

/// Reservations are listed once for all, by one call a year, and asked for once for one customer.
#[tokio::test]
async fn reservations_cost_few_calls() {
    let world = mixed().await;
    let asked = || {
        let requests = world.sandbox.planyo.requests();
        let lists = requests.iter();
        lists
            .filter(|request| request.operation == "list_reservations")
            .count()
    };
    let since = Utc::now().date_naive() - TimeDelta::days(700);
    // A year with reservations has a second page, which is empty.
    for (filter, at_most) in [
        (Filter::default().confirmed_reservation(), 36),
        (Filter::default().last_reservation_since(since), 9),
        (Filter::default().kinds([Kind::Company]), 0),
    ] {
        let options = options().rules(rules(filter));
        world.clear();
        let _ = plan_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
        assert!(asked() <= at_most, "{} of {at_most}", asked());
        world.clear();
        sync_customer(&world.planyo, &world.billit, 2, &options)
            .await
            .unwrap();
        assert!(asked() <= 2.min(at_most), "{} for one", asked());
    }
}

/// Whoever had a party keeps it as it is, is not missing, and is synced again later.
#[tokio::test]
async fn a_party_that_was_linked_before_stays_as_it_is() {
    for road in ROADS {
        let (world, _, with_store) = settled(12).await;
        for id in 1..=12 {
            world
                .sandbox
                .planyo
                .edit(id, |user| user.city = "Aalst".to_owned());
        }
        let before = world.linked();
        let wanted = Filter::default().property("invoice", true);
        let options = with_store.clone().rules(rules(wanted));
        world.clear();
        let outcomes = by_road(road, &world, &options).await;
        assert!(!outcomes.is_empty());
        for outcome in &outcomes {
            assert_eq!(outcome.kind, OutcomeKind::Skipped, "{road}");
            assert_eq!(
                outcome.reason,
                "filter: properties.invoice: it is blank, or says no"
            );
        }
        assert_eq!(world.writes(), 0, "{road}");
        assert_eq!(world.linked(), before);
        // Not missing, with the safety limit on.
        let report = run(&world, &options).await;
        assert!(report.missing_from_source.is_empty());
        let report = sync_changed(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
        assert!(report.missing_from_source.is_empty());
        assert_eq!(world.linked(), before);

        // Customer 1 says yes now; the others never do.
        world.sandbox.planyo.edit(1, |user| {
            user.properties
                .insert("invoice".to_owned(), Some("1".to_owned()));
        });
        let outcomes = by_road(road, &world, &options).await;
        let one = outcomes.iter().find(|outcome| outcome.key == key(1));
        assert_eq!(one.unwrap().kind, OutcomeKind::Updated, "{road}");
        assert_eq!(text(&world.party_of(1), "City"), Some("Aalst"));
        assert_eq!(text(&world.party_of(2), "City"), Some("Gent"));
    }
}

/// A reservation that is confirmed later makes a customer, though the user has not changed.
#[tokio::test]
async fn a_later_confirmation_makes_a_customer_by_each_road() {
    for road in ROADS {
        let world = World::empty().await;
        world.sandbox.planyo.add(person(1));
        let reservation = book(&world, 1, "2026-01-01", status::RESERVED);
        let options = options()
            .store(State::new(MemoryStore::new()))
            .rules(rules(Filter::default().confirmed_reservation()));
        run(&world, &options).await;
        assert!(world.linked().is_empty());
        world
            .sandbox
            .planyo
            .edit_reservation(reservation, |reservation| reservation.status = CONFIRMED);
        let outcomes = by_road(road, &world, &options).await;
        assert_eq!(outcomes[0].kind, OutcomeKind::Created, "{road}");
    }
}

/// Whoever passes the filter when the plan was made and not when it is applied is skipped for the filter.
#[tokio::test]
async fn a_plan_is_applied_to_nobody_who_is_left_out_by_then() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let reservation = book(&world, 1, "2026-01-01", CONFIRMED);
    let options = options().rules(rules(Filter::default().confirmed_reservation()));
    let plan = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    world.sandbox.planyo.edit_reservation(reservation, |known| {
        known.status |= status::CANCELLED_BY_ADMIN;
    });
    let report = customer_sync::apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(
        report.outcomes[0].reason,
        "filter: confirmed_reservation: there is none"
    );
    assert_eq!(world.writes(), 0);
}

/// Of a list that asks only for those that were modified, few are asked for one by one.
#[tokio::test]
async fn a_list_of_the_modified_decides_as_a_list_of_all() {
    if is_empty_page_refused() {
        return;
    }
    let world = mixed().await;
    let users = customer_sync::PlanyoUsers::new(&world.planyo)
        .by_modified_since(customer_sync::PlanyoUsers::OVERLAP);
    let options = options().store(State::new(MemoryStore::new())).rules(rules(
        Filter::default().last_reservation_since(day("2025-01-01")),
    ));
    let first = sync_customers(&users, &world.billit, &options)
        .await
        .unwrap();
    let decided = |outcomes: &[Outcome]| -> BTreeMap<CustomerKey, Option<String>> {
        let outcomes = outcomes.iter();
        outcomes
            .map(|one| (one.key.clone(), left_out(one.kind, &one.reason)))
            .collect()
    };
    let all = decided(&first.outcomes);
    world
        .sandbox
        .planyo
        .edit(3, |user| user.city = "Aalst".to_owned());
    let changed = sync_changed(&users, &world.billit, &options).await.unwrap();
    assert!(!changed.outcomes.is_empty());
    for (key, why) in decided(&changed.outcomes) {
        assert_eq!(why, all[&key], "{key}");
    }
}

/// A source without reservations says so, and so does one that knows no filter.
#[tokio::test]
async fn a_source_that_cannot_do_it_is_an_error() {
    struct Club;
    impl CustomerSource for Club {
        fn customers<'a>(&'a self, _rules: &'a MappingRules) -> CustomerPages<'a> {
            let mut customer = Customer::new(CustomerKey::new("planyo", "1"));
            customer.last_name = Some("Peeters".to_owned());
            stream::iter([Ok(vec![Ok(customer)].into())]).boxed()
        }

        fn customer<'a>(
            &'a self,
            id: &'a str,
            _rules: &'a MappingRules,
        ) -> BoxFuture<'a, Result<MappedCustomer, SyncError>> {
            ready(Ok(Ok(Customer::new(CustomerKey::new("planyo", id))))).boxed()
        }
    }

    let world = World::empty().await;
    let export = Export::bytes(
        b"planfy_id,name,email,invoice\n1,Ann Peeters,ann@example.com,yes\n2,Jan,jan@example.com,no\n"
            .to_vec(),
    );
    let booked = planfy::rules("shop").filter(Filter::default().confirmed_reservation());
    let with_store = || options().store(State::new(MemoryStore::new()));
    let planfy_error = "the source cannot do what the rules ask: `filter.confirmed_reservation` asks for reservations, which an \
                        export of Planfy does not have; remove it from the rules";
    let options = with_store().rules(booked);
    let errors = [
        sync_customers(&export, &world.billit, &options).await.err(),
        sync_changed(&export, &world.billit, &options).await.err(),
        plan_customers(&export, &world.billit, &options).await.err(),
        sync_customer(&export, &world.billit, 1, &options)
            .await
            .err(),
    ];
    for error in errors {
        assert_eq!(error.unwrap().to_string(), planfy_error);
    }
    let options = with_store().rules(rules(Filter::default().kinds([Kind::Company])));
    for error in [
        sync_customers(&Club, &world.billit, &options).await.err(),
        sync_customer(&Club, &world.billit, 1, &options).await.err(),
    ] {
        let error = error.unwrap().to_string();
        assert!(
            error.contains("it applies neither a filter nor templates"),
            "{error}"
        );
    }
    assert_eq!(world.writes(), 0);

    // What a file can answer it does.
    let invoiced = planfy::rules("shop").filter(Filter::default().property("Invoice", true));
    let options = with_store().rules(invoiced);
    let report = sync_customers(&export, &world.billit, &options)
        .await
        .unwrap();
    let kinds: Vec<OutcomeKind> = report.outcomes.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [OutcomeKind::Created, OutcomeKind::Skipped]);
}
