//! The requests of the sync to both servers, one by one, so that a refactoring is known to change none.
//!
//! A difference is a change of behaviour: what a run sends, in which order, and what it reads before it writes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod calls;
#[path = "../common/mod.rs"]
mod common;
mod log;

use chrono::TimeDelta;
use sandbox::Fault;
use sandbox::billit::Matcher;
use sandbox::planyo::{Action, PhoneStyle, Reservation, Resource, status};
use serde_json::{Map, Value, json};

use crate::calls::{
    Watch, apply_saved, at_once, change_three, check_in, in_turn, look_for_duplicates, now,
    plan_all, plan_erasure, plan_undo_of_last, plan_unlinks, remembering, sync_all,
    sync_modified_since, sync_one, sync_what_changed, tell_all_that_is_held,
};
use crate::common::{World, person};
use crate::log::{Log, Loose};

/// Planyo's number for this event.
const CHECKED_IN: u32 = 8;

/// These persons in Planyo, and none in Billit. Phones are printed as the feature `phone` would write them, so that
/// the requests are the same with and without it.
async fn world_of(persons: impl IntoIterator<Item = u64>) -> World {
    let world = World::empty().await;
    let as_written = |settings: &mut sandbox::planyo::Settings| {
        settings.user_data_phones = PhoneStyle::JoinedWithPlus;
    };
    world.sandbox.planyo.configure(as_written);
    for id in persons {
        world.sandbox.planyo.add(person(id));
    }
    world
}

fn move_to(world: &World, id: u64, city: &str) {
    let planyo = &world.sandbox.planyo;
    planyo.edit(id, |user| city.clone_into(&mut user.city));
}

/// A change at Billit's own screen.
fn by_hand(world: &World, id: u64, change: impl FnOnce(&mut Map<String, Value>)) {
    let party = world.party_of(id)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party, change);
}

/// A party for this person, with enough data to match it.
fn known(world: &World, id: u64) {
    let email = person(id).email;
    let name = format!("Person Number{id}");
    let party = json!({ "Name": name, "PartyType": "Customer", "Email": email });
    world.sandbox.billit.add(party);
}

/// The ids of the users with a linked party.
fn linked_users(world: &World) -> Vec<u64> {
    let links = world.linked().into_keys();
    links
        .filter_map(|link| link.strip_prefix("planyo:")?.parse().ok())
        .collect()
}

/// The example `sync_customers`: a first run, three changes in Planyo, a second run, and a third that does nothing.
#[tokio::test]
async fn the_three_runs_of_the_example() {
    let world = World::seeded().await;
    // A text that is no phone number depends on the feature `phone`.
    for id in [838_806, 838_828, 838_842] {
        world.sandbox.planyo.edit(id, |user| {
            user.phone_number.clear();
            user.mobile_number.clear();
        });
    }
    let mut log = Log::default();
    let created = sync_all(&world, &in_turn()).await;
    log.step("first run of the seeded world", &world.sandbox);
    change_three(&world, created[..3].try_into().unwrap()).await;
    log.step("three changes in Planyo", &world.sandbox);
    sync_all(&world, &in_turn()).await;
    log.step("second run", &world.sandbox);
    sync_all(&world, &in_turn()).await;
    log.step("third run", &world.sandbox);
    insta::assert_snapshot!("the_three_runs_of_the_example", log);
}

#[tokio::test]
async fn several_at_a_time() {
    let world = world_of(1..=6).await;
    known(&world, 5);
    known(&world, 6);
    let mut log = Log::of(Loose {
        order: true,
        ..Loose::default()
    });
    let options = at_once();
    sync_all(&world, &options).await;
    log.step("first run: four are created, two linked", &world.sandbox);
    for id in 2..=5 {
        move_to(&world, id, "Brugge");
    }
    sync_all(&world, &options).await;
    log.step("second run: four have moved", &world.sandbox);
    insta::assert_snapshot!("several_at_a_time", log);
}

#[tokio::test]
async fn changes_with_a_store() {
    let world = world_of(1..=3).await;
    let (_, options) = remembering();
    let mut log = Log::default();
    sync_all(&world, &options).await;
    log.step("first run", &world.sandbox);
    move_to(&world, 1, "Brugge");
    let planyo = &world.sandbox.planyo;
    planyo.edit(2, |user| user.mobile_number.clear());
    planyo.add(person(4));
    sync_all(&world, &options).await;
    log.step(
        "one has moved, one has no phone any more, one is new",
        &world.sandbox,
    );
    planyo.edit(3, |user| user.mobile_number.clear());
    sync_all(&world, &in_turn()).await;
    log.step("without the store nothing is cleared", &world.sandbox);
    insta::assert_snapshot!("changes_with_a_store", log);
}

#[tokio::test]
async fn one_customer_at_a_time() {
    let world = world_of(1..=3).await;
    known(&world, 2);
    let options = in_turn();
    let mut log = Log::default();
    sync_one(&world, 1, &options).await;
    log.step("a new one", &world.sandbox);
    sync_one(&world, 2, &options).await;
    log.step("one whom the accountant knows", &world.sandbox);
    move_to(&world, 2, "Brugge");
    sync_one(&world, 2, &options).await;
    log.step("one that is linked and has moved", &world.sandbox);
    sync_one(&world, 1, &options).await;
    log.step("one that has not changed", &world.sandbox);
    let (_, options) = remembering();
    sync_one(&world, 3, &options).await;
    log.step("a new one, with a store", &world.sandbox);
    move_to(&world, 3, "Brugge");
    sync_one(&world, 3, &options).await;
    log.step("the same when it has moved", &world.sandbox);
    let billit = &world.sandbox.billit;
    let refused = ["ExternalProviderID", "Email", "VATNumber"];
    billit.configure(|settings| settings.forbidden_properties = refused.map(str::to_owned).into());
    sync_one(&world, 1, &in_turn()).await;
    log.step("where Billit takes no filter", &world.sandbox);
    insta::assert_snapshot!("one_customer_at_a_time", log);
}

#[tokio::test]
async fn a_plan_and_what_it_does() {
    let world = world_of(1..=4).await;
    let options = in_turn();
    sync_all(&world, &options).await;
    for id in 1..=3 {
        move_to(&world, id, "Brugge");
    }
    world.sandbox.planyo.add(person(5));
    world.sandbox.planyo.add(person(6));
    known(&world, 6);
    world.clear();
    let mut log = Log::default();
    let plan = plan_all(&world, &options).await;
    log.step("plan", &world.sandbox);
    by_hand(&world, 2, |party| {
        party.insert("City".to_owned(), json!("Ieper"));
    });
    move_to(&world, 3, "Aalst");
    apply_saved(&world, &plan, &options).await;
    log.step(
        "apply, when one party and one user have changed since",
        &world.sandbox,
    );
    apply_saved(&world, &plan, &options).await;
    log.step("apply once more", &world.sandbox);
    insta::assert_snapshot!("a_plan_and_what_it_does", log);
}

#[tokio::test]
async fn only_what_changed() {
    let world = world_of(1..=4).await;
    let (_, options) = remembering();
    let mut log = Log::default();
    sync_what_changed(&world, &options).await;
    log.step("first run: a full pass", &world.sandbox);
    sync_what_changed(&world, &options).await;
    log.step("nothing has changed", &world.sandbox);
    move_to(&world, 2, "Brugge");
    sync_what_changed(&world, &options).await;
    log.step("one has moved", &world.sandbox);
    move_to(&world, 3, "Brugge");
    world.sandbox.planyo.add(person(5));
    sync_what_changed(&world, &options).await;
    log.step("one has moved and one is new", &world.sandbox);
    insta::assert_snapshot!("only_what_changed", log);
}

#[tokio::test]
async fn only_whom_planyo_says_it_modified() {
    let world = World::empty().await;
    for id in 1..=3 {
        let mut user = person(id);
        user.registration_time = "2020-01-01 00:00:00".to_owned();
        world.sandbox.planyo.add(user);
    }
    let (_, options) = remembering();
    let mut log = Log::of(Loose {
        times: true,
        ..Loose::default()
    });
    sync_modified_since(&world, &options).await;
    log.step("first run: a full pass", &world.sandbox);
    move_to(&world, 2, "Brugge");
    sync_modified_since(&world, &options).await;
    log.step("one has moved", &world.sandbox);
    insta::assert_snapshot!("only_whom_planyo_says_it_modified", log);
}

#[tokio::test]
async fn a_run_is_taken_back() {
    let world = world_of(1..=2).await;
    let (state, options) = remembering();
    sync_all(&world, &options).await;
    move_to(&world, 1, "Brugge");
    world
        .sandbox
        .planyo
        .edit(2, |user| user.mobile_number.clear());
    world.sandbox.planyo.add(person(3));
    let mut log = Log::default();
    world.clear();
    sync_all(&world, &options).await;
    log.step("two have changed, one is new", &world.sandbox);
    let plan = plan_undo_of_last(&world, &state, &options).await;
    log.step("plan", &world.sandbox);
    apply_saved(&world, &plan, &options).await;
    log.step("apply", &world.sandbox);
    sync_all(&world, &options).await;
    log.step("the next run leaves it so", &world.sandbox);
    move_to(&world, 1, "Aalst");
    sync_all(&world, &options).await;
    log.step("until the record changes", &world.sandbox);
    insta::assert_snapshot!("a_run_is_taken_back", log);
}

#[tokio::test]
async fn customers_who_leave() {
    let world = world_of(1..=4).await;
    let (_, options) = remembering();
    sync_all(&world, &options).await;
    world.sandbox.planyo.remove(2);
    sync_all(&world, &options).await;
    sync_all(&world, &options).await;
    world.clear();
    let mut log = Log::of(Loose {
        times: true,
        ..Loose::default()
    });
    let plan = plan_unlinks(&world, &options).await;
    log.step("plan for those who are gone from Planyo", &world.sandbox);
    apply_saved(&world, &plan, &options).await;
    log.step("unlink", &world.sandbox);
    let plan = plan_erasure(&world, 1, &options).await;
    log.step("plan to forget one", &world.sandbox);
    apply_saved(&world, &plan, &options).await;
    log.step("anonymise", &world.sandbox);
    sync_all(&world, &options).await;
    log.step("it does not come back", &world.sandbox);
    sync_one(&world, 1, &options).await;
    log.step("nor alone", &world.sandbox);
    insta::assert_snapshot!("customers_who_leave", log);
}

#[tokio::test]
async fn lists_that_are_summaries() {
    let world = world_of(1..=3).await;
    known(&world, 2);
    let nobody = json!({"Name": "Others NV", "PartyType": "Supplier", "VATNumber": "BE0563846944"});
    world.sandbox.billit.add(nobody);
    let billit = &world.sandbox.billit;
    billit.configure(|settings| settings.summaries = true);
    let options = in_turn();
    let mut log = Log::default();
    sync_all(&world, &options).await;
    log.step("first run", &world.sandbox);
    move_to(&world, 1, "Brugge");
    sync_all(&world, &options).await;
    log.step("one has moved", &world.sandbox);
    sync_one(&world, 2, &options).await;
    log.step("one alone", &world.sandbox);
    let poor = ["PartyID", "Name", "PartyType"];
    billit.configure(|settings| settings.summary_fields = poor.map(str::to_owned).into());
    sync_all(&world, &options).await;
    log.step("a list of names", &world.sandbox);
    insta::assert_snapshot!("lists_that_are_summaries", log);
}

#[tokio::test]
async fn answers_that_are_lost() {
    let options = in_turn();
    let mut log = Log::default();
    let cases = [
        ("POST /v1/parties", Fault::ResetAfter),
        ("POST /v1/parties", Fault::Unavailable { retry_after: None }),
        ("POST /v1/parties", Fault::InternalError),
        ("POST /v1/parties", Fault::TruncatedJson),
        ("PATCH /v1/parties/{id}", Fault::ResetAfter),
        (
            "PATCH /v1/parties/{id}",
            Fault::Unavailable { retry_after: None },
        ),
        ("GET /v1/parties", Fault::InternalError),
        ("list_users", Fault::Overuse),
    ];
    for (operation, fault) in cases {
        let world = world_of(1..=2).await;
        world
            .sandbox
            .billit
            .configure(|settings| settings.matchers.clear());
        known(&world, 2);
        let faults = if operation == "list_users" {
            world.sandbox.planyo.faults()
        } else {
            world.sandbox.billit.faults()
        };
        faults.on(operation, 0, fault);
        sync_all(&world, &options).await;
        log.step(&format!("{fault:?} at {operation}"), &world.sandbox);
        if linked_users(&world) != [1, 2] {
            sync_all(&world, &options).await;
            log.step("the next run", &world.sandbox);
        }
        assert_eq!(linked_users(&world), [1, 2]);
    }
    insta::assert_snapshot!("answers_that_are_lost", log);
}

#[tokio::test]
async fn a_merge_is_put_back() {
    let world = world_of(1..=2).await;
    let billit = &world.sandbox.billit;
    billit.configure(|settings| settings.matchers = [Matcher::Address].into());
    billit.add(json!({
        "Name": "Oma Peeters", "PartyType": "Customer", "Email": "oma@example.com", "Phone": "+3292035699",
        "Street": "Kerkstraat", "StreetNumber": "1", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"
    }));
    let (_, options) = remembering();
    let mut log = Log::default();
    sync_all(&world, &options).await;
    log.step(
        "Billit merges the first into a party at its address",
        &world.sandbox,
    );
    sync_all(&world, &options).await;
    log.step("it is left alone", &world.sandbox);
    world
        .sandbox
        .planyo
        .edit(1, |user| user.address = "Dorpsstraat 9".to_owned());
    sync_all(&world, &options).await;
    log.step("until its record changes", &world.sandbox);
    insta::assert_snapshot!("a_merge_is_put_back", log);
}

#[tokio::test]
async fn a_correction_by_hand_stays_with_a_store() {
    let world = world_of([1]).await;
    let (_, options) = remembering();
    sync_all(&world, &options).await;
    let brugge = |party: &mut Map<String, Value>| {
        party.insert("City".to_owned(), json!("Brugge"));
    };
    by_hand(&world, 1, brugge);
    world.clear();
    let mut log = Log::default();
    sync_all(&world, &options).await;
    log.step("the city was changed in Billit", &world.sandbox);
    world
        .sandbox
        .planyo
        .edit(1, |user| user.zip = "8000".to_owned());
    sync_all(&world, &options).await;
    log.step("the postal code in Planyo", &world.sandbox);
    move_to(&world, 1, "Aalst");
    sync_all(&world, &options).await;
    log.step("the city in Planyo", &world.sandbox);
    by_hand(&world, 1, brugge);
    sync_all(&world, &in_turn()).await;
    log.step("the city in Billit, and no store", &world.sandbox);
    insta::assert_snapshot!("a_correction_by_hand_stays_with_a_store", log);
}

#[tokio::test]
async fn runs_that_only_read() {
    let world = world_of(1..=3).await;
    let (_, options) = remembering();
    sync_all(&world, &options).await;
    let one_by_one = |settings: &mut sandbox::billit::Settings| settings.page_size = 2;
    world.sandbox.billit.configure(one_by_one);
    world.clear();
    let mut log = Log::default();
    sync_all(&world, &options).await;
    log.step("nothing to do, in pages of two", &world.sandbox);
    sync_all(&world, &in_turn()).await;
    log.step("the same without a store", &world.sandbox);
    look_for_duplicates(&world, &options).await;
    log.step("duplicates", &world.sandbox);
    tell_all_that_is_held(&world, 2, &options).await;
    log.step("all that is held of one", &world.sandbox);
    insta::assert_snapshot!("runs_that_only_read", log);
}

/// Adds a user with a rental that begins this long after [`now`]: the id of the rental.
fn rental(world: &World, user: u64, begins: TimeDelta) -> u64 {
    let planyo = &world.sandbox.planyo;
    planyo.add(person(user));
    let resource_id = planyo.add_resource(Resource {
        name: "Van".to_owned(),
        quantity: 1,
        ..Resource::default()
    });
    let start = now().naive_utc() + begins;
    planyo.add_reservation(Reservation {
        user_id: user,
        resource_id,
        start,
        end: start + TimeDelta::days(3),
        quantity: 1,
        status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
        ..Reservation::default()
    })
}

#[tokio::test]
async fn hooks_and_the_worker() {
    let world = world_of([]).await;
    let watch = Watch::new();
    let mut log = Log::default();
    watch.register(&world).await;
    log.step("callbacks are registered", &world.sandbox);
    watch.register(&world).await;
    log.step("and found registered", &world.sandbox);
    let reservation = rental(&world, 1, TimeDelta::days(3));
    check_in(&world, reservation).await;
    world.clear();
    watch.receive(&world).await;
    assert_eq!(watch.sync_due(&world).await, 1);
    log.step("a new customer has checked in", &world.sandbox);
    move_to(&world, 1, "Brugge");
    watch.receive(&world).await;
    assert_eq!(watch.sync_due(&world).await, 1);
    log.step("and has moved", &world.sandbox);
    insta::assert_snapshot!("hooks_and_the_worker", log);
}

#[tokio::test]
async fn the_poller_and_the_worker() {
    let world = world_of([]).await;
    let watch = Watch::new();
    let mut log = Log::default();
    watch.look(&world, now()).await;
    log.step("a first look", &world.sandbox);
    rental(&world, 1, TimeDelta::days(3));
    let reservation_id = rental(&world, 2, TimeDelta::days(40));
    rental(&world, 3, TimeDelta::days(50));
    let mut bookings = world.sandbox.planyo.bookings();
    bookings.actions.push(Action {
        reservation_id,
        user_id: 2,
        event_type: CHECKED_IN,
        time: now().naive_utc() + TimeDelta::days(1),
        ..Action::default()
    });
    world.sandbox.planyo.load(bookings);
    world.clear();
    let later = now() + TimeDelta::days(2);
    watch.look(&world, later).await;
    log.step(
        "one rental is near, one customer has checked in",
        &world.sandbox,
    );
    assert_eq!(watch.sync_due(&world).await, 2);
    log.step("both are synced", &world.sandbox);
    watch.look(&world, later).await;
    log.step("the same look again", &world.sandbox);
    insta::assert_snapshot!("the_poller_and_the_worker", log);
}
