//! Real changes, and what only looks like one.

use std::sync::Arc;
use std::time::Duration;

use billit_client::parties::Party;
use customer_sync::source::planyo;
use customer_sync::store::MemoryStore;
use customer_sync::{
    MappedCustomer, MappingRules, OutcomeKind, Parties, Planner, PlanyoUsers, Progress, SyncError,
    SyncOptions, SyncReport, sync_changed, sync_customers,
};
use planyo_client::users::User;
use sandbox::planyo::PhoneStyle;
use serde_json::json;
use serde_json::value::RawValue;

use crate::common::{World, is_empty_page_refused, person, text};
use crate::{key, nothing_is_written, sync};

/// Three synced customers, and the store.
async fn three() -> (World, SyncOptions) {
    let (world, options) = persons(3).await;
    assert_eq!(sync(&world, &options).await.counts().created, 3);
    (world, options)
}

async fn persons(count: u64) -> (World, SyncOptions) {
    let world = World::empty().await;
    for id in 1..=count {
        world.sandbox.planyo.add(person(id));
    }
    (world, SyncOptions::default().store(MemoryStore::new()))
}

/// How a run detects changes.
#[derive(Clone, Copy, Debug)]
enum By {
    /// Compares all customers.
    Everybody,
    /// Compares with the stored source values.
    Record,
    /// Asks Planyo.
    ModifiedSince,
}

const WAYS: [By; 3] = [By::Everybody, By::Record, By::ModifiedSince];

impl By {
    async fn run(self, world: &World, options: &SyncOptions) -> SyncReport {
        let users = PlanyoUsers::new(&world.planyo);
        let report = match self {
            Self::Everybody => sync_customers(&users, &world.billit, options).await,
            Self::Record => sync_changed(&users, &world.billit, options).await,
            Self::ModifiedSince => {
                let users = users.by_modified_since(PlanyoUsers::OVERLAP);
                sync_changed(&users, &world.billit, options).await
            }
        };
        report.unwrap()
    }
}

fn moves_to(world: &World, user: u64, city: &str) {
    let city = city.to_owned();
    world.sandbox.planyo.edit(user, |user| user.city = city);
}

fn city_of(world: &World, user: u64) -> Option<String> {
    text(&world.party_of(user), "City").map(str::to_owned)
}

#[tokio::test]
async fn customers_changed_at_the_same_time_are_all_updated() {
    for by in WAYS {
        let (world, options) = persons(3).await;
        let (planyo, billit) = (&world.sandbox.planyo, &world.sandbox.billit);
        billit.configure(|settings| settings.tick_millis = 0);
        by.run(&world, &options).await;
        for city in ["Brugge", "Ieper", "Luik"] {
            let mut at = None;
            for id in 1..=3 {
                moves_to(&world, id, city);
                let mut user = planyo.user(id).unwrap();
                user.modified = at.get_or_insert(user.modified).clone();
                planyo.add(user);
                // One run between two changes with the same time.
                if id == 2 {
                    let updated = by.run(&world, &options).await.counts().updated;
                    assert_eq!(updated, 2, "{by:?} {city}");
                }
            }
            let updated = by.run(&world, &options).await.counts().updated;
            assert_eq!(updated, 1, "{by:?} {city}");
            for id in 1..=3 {
                assert_eq!(city_of(&world, id).as_deref(), Some(city));
            }
        }
    }
}

#[tokio::test]
async fn a_change_during_a_run_is_seen_by_the_next() {
    for by in WAYS {
        let (world, options) = persons(3).await;
        let world = Arc::new(world);
        by.run(&world, &options).await;
        moves_to(&world, 1, "Brugge");
        let meanwhile = Arc::clone(&world);
        let told = options.clone().on_progress(move |progress| match progress {
            // All have been read.
            Progress::Planned(_) => moves_to(&meanwhile, 2, "Ieper"),
            Progress::Settled(outcome) if outcome.key == key(1) => moves_to(&meanwhile, 1, "Luik"),
            _ => {}
        });
        by.run(&world, &told).await;
        assert_eq!(city_of(&world, 1).as_deref(), Some("Brugge"), "{by:?}");
        let report = by.run(&world, &options).await;
        assert_eq!(report.counts().updated, 2, "{by:?} {report}");
        assert_eq!(city_of(&world, 1).as_deref(), Some("Luik"));
        assert_eq!(city_of(&world, 2).as_deref(), Some("Ieper"));
        nothing_is_written(&world, &options).await;
    }
}

#[tokio::test]
async fn no_clock_hides_a_change() {
    const DAY: i64 = 86_400;
    for by in WAYS {
        let (world, options) = persons(3).await;
        let (planyo, billit) = (&world.sandbox.planyo, &world.sandbox.billit);
        by.run(&world, &options).await;
        let now = billit.clock();
        for (city, at_planyo, at_billit) in [
            ("Brugge", -DAY, 0),
            ("Ieper", 0, DAY),
            ("Luik", DAY, -DAY),
            ("Namur", 0, DAY),
        ] {
            planyo.configure(|settings| settings.clock_offset_seconds = at_planyo);
            let distance = Duration::from_secs(at_billit.unsigned_abs());
            billit.set_clock(if at_billit < 0 {
                now - distance
            } else {
                now + distance
            });
            moves_to(&world, 2, city);
            let report = by.run(&world, &options).await;
            assert_eq!(report.counts().updated, 1, "{by:?} {city}: {report}");
            assert_eq!(city_of(&world, 2).as_deref(), Some(city));
            // A manual correction is not hidden either.
            let party = world.party_of(3)["PartyID"].as_i64().unwrap();
            let by_hand = format!("{city}-Centrum");
            billit.edit(party, |party| {
                party.insert("City".to_owned(), json!(by_hand));
            });
            nothing_is_written(&world, &options).await;
            assert_eq!(city_of(&world, 3), Some(by_hand));
        }
    }
}

#[tokio::test]
async fn a_source_that_is_suddenly_empty_is_an_error_and_touches_no_party() {
    let (world, options) = persons(10).await;
    for by in WAYS {
        by.run(&world, &options).await;
    }
    let before = world.sandbox.billit.parties();
    let users = world.sandbox.planyo.users();
    for user in &users {
        world.sandbox.planyo.remove(user.id);
    }
    world.clear();
    let (planyo, billit) = (&world.planyo, &world.billit);
    for report in [
        sync_customers(planyo, billit, &options).await,
        sync_changed(planyo, billit, &options).await,
        sync_customers(planyo, billit, &SyncOptions::default()).await,
    ] {
        if is_empty_page_refused() {
            // A code 4 is no proof that there is nobody.
            let report = report.unwrap();
            assert!(report.unproven_end && report.missing_from_source.is_empty());
            continue;
        }
        let error = report.unwrap_err();
        let all_missing = matches!(
            error,
            SyncError::SafetyLimit {
                missing_from_source: 10,
                ..
            }
        );
        assert!(all_missing, "{error}");
    }
    // Even with mass changes allowed, no party is deleted or blanked.
    sync(&world, &options.clone().allow_mass_changes()).await;
    assert_eq!(world.writes(), 0);
    assert_eq!(world.sandbox.billit.parties(), before);
    // They are back, with the same parties.
    for user in users {
        world.sandbox.planyo.add(user);
    }
    nothing_is_written(&world, &options).await;
    assert_eq!(sync(&world, &options).await.counts().unchanged, 10);
}

#[tokio::test]
async fn a_new_time_of_change_alone_writes_nothing() {
    let (world, options) = three().await;
    let later = world.sandbox.billit.clock() + Duration::from_secs(3600);
    world.sandbox.billit.set_clock(later);
    for (user, party) in (1..).zip(world.sandbox.billit.parties()) {
        let before = world.sandbox.planyo.user(user).unwrap().modified;
        world.sandbox.planyo.edit(user, |_| {});
        assert_ne!(world.sandbox.planyo.user(user).unwrap().modified, before);
        let id = party["PartyID"].as_i64().unwrap();
        world.sandbox.billit.edit(id, |party| {
            let at = json!("2030-01-01T00:00:00");
            party.insert("LastModified".to_owned(), at);
        });
        let now = world.sandbox.billit.party(id).unwrap();
        assert_ne!(now["LastModified"], party["LastModified"]);
    }
    nothing_is_written(&world, &options).await;
    nothing_is_written(&world, &SyncOptions::default()).await;
}

/// The plan for one user and one party, each given as JSON.
fn plan(user: &str, party: &str) -> String {
    let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
    let rules = MappingRules::default();
    let user = planyo_client::Record::<User>::parse(&raw(user)).unwrap();
    let customer = planyo::read(&user, &rules).unwrap();
    let party = billit_client::Record::<Party>::parse(&raw(party)).unwrap();
    let parties = Parties::listed(vec![party], Vec::new());
    let plan = Planner::new(&parties, &rules).plan(&[MappedCustomer::Ok(customer)]);
    serde_json::to_string(&plan).unwrap()
}

#[tokio::test]
async fn the_order_of_keys_and_white_space_make_no_other_record() {
    let one = plan(
        r#"{"id":"1","first_name":"Ann","city":"Gent","properties":{"a":"1","vat_number":"BE0403170701"}}"#,
        r#"{"PartyID":7,"Name":"Ann","City":"Aalst","ExternalProviderID":"planyo:1","PartyType":"Customer"}"#,
    );
    let other = plan(
        "{\n  \"properties\": { \"vat_number\" : \"BE0403170701\", \"a\": \"1\" },\t\"city\": \"Gent\",
          \"first_name\": \"\\u0041nn\", \"id\": 1 }",
        "{ \"PartyType\": \"Customer\", \"ExternalProviderID\":\"planyo:1\",\r\n \"City\": \"Aalst\", \"Name\": \"Ann\", \"PartyID\": \"7\" }",
    );
    assert!(one.contains("Gent"), "{one}");
    assert_eq!(one, other);

    // A list that becomes a map, or a number that becomes a text, does not count as a changed record either.
    let (world, options) = three().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [sandbox::billit::Matcher::Address].into());
    let mut neighbour = person(4);
    neighbour.address = person(1).address;
    world.sandbox.planyo.add(neighbour);
    let merged = sync(&world, &options).await;
    let kind = merged.outcome(&key(4)).unwrap().kind;
    assert_eq!(kind, OutcomeKind::Quarantined, "{merged}");
    for (as_map, as_text) in [(true, true), (false, false), (true, false)] {
        world.sandbox.planyo.configure(|settings| {
            settings.users_as_map = as_map;
            settings.numbers_as_strings = as_text;
            settings.list_phones = PhoneStyle::Separate;
        });
        nothing_is_written(&world, &options).await;
    }
}

#[tokio::test]
async fn what_changes_by_itself_writes_nothing() {
    let (world, options) = three().await;
    for id in 1..=3 {
        world.sandbox.planyo.edit(id, |user| {
            user.reservations += 1;
            user.cancelled_reservations = 2;
            user.login = "annp".to_owned();
            user.email_verified = true;
            user.registration_time = "2026-03-01 12:00:00".to_owned();
            user.properties
                .insert("last_visit".to_owned(), Some("2026-03-01".to_owned()));
        });
    }
    for party in world.sandbox.billit.parties() {
        let id = party["PartyID"].as_i64().unwrap();
        world.sandbox.billit.edit(id, |party| {
            party.insert("Balance".to_owned(), json!(12.5));
            party.insert("LastInvoiceDate".to_owned(), json!("2026-03-01"));
        });
    }
    nothing_is_written(&world, &options).await;
    nothing_is_written(&world, &SyncOptions::default()).await;
    // And a customer skipped until its record changes is not retried.
    let report = sync(&world, &options).await;
    assert_eq!(report.counts().unchanged, 3, "{report}");
}

#[tokio::test]
async fn an_error_of_planyo_inside_http_200_stops_the_run() {
    let (world, options) = three().await;
    let wrong_key = planyo_client::Client::builder("not-the-key")
        .base_url(world.sandbox.planyo.base_url())
        .build()
        .unwrap();
    world.clear();
    let error = sync_customers(&wrong_key, &world.billit, &options)
        .await
        .unwrap_err();
    let SyncError::Planyo(error) = error else {
        unreachable!("{error}")
    };
    assert!(error.is_auth(), "{error}");
    assert_eq!((error.status(), error.api_code()), (Some(200), Some(1)));
    let answered = world.sandbox.planyo.requests();
    assert!(answered.iter().all(|request| request.status == Some(200)));
    assert_eq!(world.writes(), 0);
}
