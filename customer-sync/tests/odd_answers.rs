//! Answers of Planyo that are odd or hostile: ends that are not proven, customers who erased themselves, user 0.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
use chrono::{TimeDelta, Utc};
use common::{World, key, person, run, settled, text};
use customer_sync::health::{Thresholds, health};
use customer_sync::store::State;
use customer_sync::{
    OutcomeKind, PlanyoUsers, Removal, SyncOptions, SyncReport, apply, plan_customers,
    plan_removal, plan_removals, sync_changed, sync_customer, sync_customers,
};
use planyo_client::Response;
use planyo_client::transport::{BoxFuture, HttpRequest, Transport, TransportError};
use sandbox::planyo::{Erasure, Reservation, Resource, User};
use serde_json::json;

/// A Planyo that answers everything with this.
struct Always(&'static str);

impl Transport for Always {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<Response, TransportError>> {
        let body = format!(r#"{{"data":{},"response_code":0}}"#, self.0);
        Box::pin(async move { Ok(Response::new(200, body)) })
    }
}

fn planyo_that_answers(data: &'static str) -> planyo_client::Client {
    let planyo = planyo_client::Client::builder("key").transport(Always(data));
    planyo.build().unwrap()
}

const UNPROVEN: &str = "the end of the source's list is not proven";

/// From here on Planyo answers an empty page with code 4, also that of the list of those whom an administrator entered.
fn refuse_empty_pages(world: &World) {
    world.sandbox.planyo.configure(|settings| {
        settings.empty_page_is_refused = true;
        settings.admin_list_instead = true;
    });
}

async fn missed(state: &State, id: u64) -> u32 {
    state.customer(&key(id)).await.unwrap().unwrap().missed
}

#[tokio::test]
async fn nobody_is_missing_from_a_list_whose_end_is_not_proven() {
    let (world, state, options) = settled(9).await;
    refuse_empty_pages(&world);
    for id in 2..9 {
        world.sandbox.planyo.remove(id);
    }
    // Seven of nine: more than the safety limit, if they were missing.
    let report = run(&world, &options).await;
    assert!(report.unproven_end && report.missing_from_source.is_empty());
    assert_eq!(report.counts().unchanged, 2);
    assert!(report.to_string().contains(UNPROVEN), "{report}");
    let report = sync_changed(&world.planyo, &world.billit, &options);
    assert!(report.await.unwrap().unproven_end);
    let plan = plan_customers(&world.planyo, &world.billit, &options);
    let plan = plan.await.unwrap();
    assert!(plan.unproven_end && plan.missing_from_source.is_empty());
    assert!(plan.to_string().contains(UNPROVEN), "{plan}");
    assert_eq!(missed(&state, 2).await, 0);
    // The report is read back as it was written.
    let saved = serde_json::to_string(&run(&world, &options).await).unwrap();
    let read: SyncReport = serde_json::from_str(&saved).unwrap();
    assert!(read.unproven_end);
    // Told to take code 4 for the error that it may be, the client gives no list at all.
    let strict = planyo_client::Client::builder(world.sandbox.planyo.api_key())
        .base_url(world.sandbox.planyo.base_url())
        .refused_page_is_error()
        .build()
        .unwrap();
    sync_customers(&strict, &world.billit, &options)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn what_was_counted_before_stays_and_nobody_is_removed() {
    let (world, state, options) = settled(3).await;
    world.sandbox.planyo.remove(2);
    for _ in 0..2 {
        run(&world, &options).await;
    }
    refuse_empty_pages(&world);
    run(&world, &options).await;
    assert_eq!(missed(&state, 2).await, 2);
    let plan = plan_removals(&world.planyo, &world.billit, Removal::Anonymise, &options);
    let plan = plan.await.unwrap();
    let reasons: Vec<String> = plan.steps.iter().map(customer_sync::Step::reason).collect();
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].contains("not proven"), "{}", reasons[0]);
    apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(text(&world.party_of(2), "City"), Some("Gent"));
}

#[tokio::test]
async fn users_that_are_null_are_nobody_and_nobody_is_missing() {
    let (world, state, options) = settled(9).await;
    for data in [r#"{"users":null}"#, "[]"] {
        let planyo = planyo_that_answers(data);
        let report = sync_customers(&planyo, &world.billit, &options)
            .await
            .unwrap();
        assert!(
            report.unproven_end && report.missing_from_source.is_empty(),
            "{data}"
        );
        assert!(report.outcomes.is_empty());
    }
    assert_eq!(missed(&state, 1).await, 0);
    // A list without anybody is an answer: nine of nine are missing, which the safety limit stops.
    let planyo = planyo_that_answers(r#"{"users":[]}"#);
    let error = sync_customers(&planyo, &world.billit, &options).await;
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("9 are not in the source")
    );
}

#[tokio::test]
async fn reservations_that_are_not_listed_prove_no_free_customer() {
    let (world, _, options) = settled(2).await;
    refuse_empty_pages(&world);
    let of = |id: u64| {
        let key = key(id);
        let (planyo, billit, options) = (&world.planyo, &world.billit, &options);
        async move {
            plan_removal(planyo, billit, &key, Removal::Unlink, options)
                .await
                .unwrap()
        }
    };
    let plan = of(1).await;
    let notes: Vec<&str> = plan.steps[0]
        .notes
        .iter()
        .map(|note| &*note.reason)
        .collect();
    let unknown = "the source cannot tell whether there are bookings that are not over";
    assert!(notes.contains(&unknown), "{notes:?}");
    // One that is found counts, whatever the other answers were.
    let planyo = &world.sandbox.planyo;
    let resource = planyo.add_resource(Resource::default());
    let start = Utc::now().naive_utc() + TimeDelta::days(40);
    planyo.add_reservation(Reservation {
        resource_id: resource,
        user_id: 2,
        start,
        end: start + TimeDelta::days(1),
        quantity: 1,
        status: 1,
        ..Reservation::default()
    });
    assert!(of(2).await.steps[0].reason().contains("bookings"));
}

#[tokio::test]
async fn changes_are_listed_where_nothing_found_is_code_4() {
    let (world, state, options) = settled(3).await;
    let users = PlanyoUsers::new(&world.planyo).by_modified_since(TimeDelta::zero());
    sync_customers(&users, &world.billit, &options)
        .await
        .unwrap();
    refuse_empty_pages(&world);
    let changed = || sync_changed(&users, &world.billit, &options);
    let watermark = async || {
        let table = customer_sync::store::Table::Cursors;
        let cursor = state.read::<serde_json::Value>(table, "planyo").await;
        cursor.unwrap().unwrap()["watermark"].clone()
    };
    let before = watermark().await;
    // What the list does not prove is asked for again.
    changed().await.unwrap();
    assert_eq!(watermark().await, before);
    world
        .sandbox
        .planyo
        .edit(2, |user| "Aalst".clone_into(&mut user.city));
    world.clear();
    let report = changed().await.unwrap();
    assert_eq!(report.counts().updated, 1);
    // Probed twice, then the two lists: no list of everybody.
    let planyo = world.sandbox.planyo.requests();
    let asked = planyo.iter().filter(|it| it.operation == "list_users");
    let since = planyo
        .iter()
        .filter(|it| it.body.contains("modified_since"));
    assert_eq!(asked.count(), since.count());
    assert_eq!(text(&world.party_of(2), "City"), Some("Aalst"));
}

/// A customer like those whom Planyo lets erase themselves, and a company whose properties are left.
fn half_erased(id: u64) -> User {
    User {
        email: String::new(),
        first_name: " ".to_owned(),
        last_name: String::new(),
        properties: [("company_name".to_owned(), Some("Acme NV".to_owned()))].into(),
        ..person(id)
    }
}

#[tokio::test]
async fn who_erased_themselves_is_reported_by_a_full_run_with_the_party() {
    for with_store in [true, false] {
        let (world, state, options) = settled(4).await;
        let options = if with_store {
            options
        } else {
            SyncOptions::default()
        };
        let parties = world.linked();
        let party = |id: u64| parties[&key(id).to_string()]["PartyID"].as_i64();
        let planyo = &world.sandbox.planyo;
        planyo.erase(1, Erasure::Blank);
        planyo.erase(2, Erasure::Gone);
        planyo.add(half_erased(3));
        // A stranger to Billit.
        planyo.add(half_erased(9));
        // Filters can only look at what is left.
        let users = PlanyoUsers::new(&world.planyo).only(|user| user.last_name.is_some());
        let report = sync_customers(&users, &world.billit, &options)
            .await
            .unwrap();
        for (id, expected) in [(1, party(1)), (3, party(3)), (9, None)] {
            let outcome = report.outcome(&key(id)).unwrap();
            assert_eq!(outcome.kind, OutcomeKind::Skipped, "{outcome:?}");
            assert!(
                outcome.reason.starts_with("erased in the source"),
                "{outcome:?}"
            );
            assert!(
                outcome.reason.contains("plan of its removal"),
                "{outcome:?}"
            );
            assert_eq!(outcome.party.map(billit_client::PartyId::get), expected);
            assert!(outcome.changes.is_empty() && outcome.notes.is_empty());
            assert!(outcome.is_erased_in_source());
        }
        let missing: Vec<_> = report
            .missing_from_source
            .iter()
            .map(|it| &it.key)
            .collect();
        assert_eq!(missing, [&key(2)]);
        assert_eq!(world.linked(), parties);
        assert_eq!(report.counts().unchanged, 1);
        assert_eq!(
            health(&report, &[], &Thresholds::default())
                .unusual()
                .count(),
            0
        );
        if with_store {
            assert_eq!(missed(&state, 1).await, 0);
            assert_eq!(state.customer(&key(9)).await.unwrap(), None);
            // For the health of later runs.
            let last = state.runs().await.unwrap().pop().unwrap();
            assert_eq!(last.erased_in_source, 3);
        }
    }
}

#[tokio::test]
async fn who_erased_themselves_is_reported_by_a_run_of_one_and_of_changes() {
    for kind in [Erasure::Blank, Erasure::Gone] {
        let (world, _, options) = settled(3).await;
        let parties = world.linked();
        world.sandbox.planyo.erase(1, kind);
        world.clear();
        for options in [options.clone(), SyncOptions::default()] {
            let outcome = sync_customer(&world.planyo, &world.billit, 1, &options);
            let outcome = outcome.await.unwrap();
            assert_eq!(outcome.kind, OutcomeKind::Skipped);
            assert_eq!(
                outcome.party.map(billit_client::PartyId::get),
                parties["planyo:1"]["PartyID"].as_i64()
            );
            assert!(outcome.reason.contains("erased"), "{outcome:?}");
            assert!(
                outcome.reason.contains("plan of its removal"),
                "{outcome:?}"
            );
            assert!(outcome.is_erased_in_source());
        }
        // Whom nobody knows is not found.
        let stranger = sync_customer(&world.planyo, &world.billit, 4711, &options);
        assert!(stranger.await.unwrap_err().is_not_found());
        let report = sync_changed(&world.planyo, &world.billit, &options);
        let report = report.await.unwrap();
        match kind {
            Erasure::Blank => {
                let outcome = report.outcome(&key(1)).unwrap();
                assert!(outcome.reason.starts_with("erased in the source"));
                assert!(outcome.party.is_some());
            }
            Erasure::Gone => assert_eq!(report.missing_from_source[0].key, key(1)),
        }
        assert_eq!((world.writes(), world.linked()), (0, parties));
    }
}

#[tokio::test]
async fn a_customer_erased_on_both_sides_is_erased_on_request() {
    let (world, _, options) = settled(2).await;
    world.sandbox.planyo.erase(1, Erasure::Blank);
    let (one, all) = (key(1), Removal::Anonymise);
    let plan = plan_removal(&world.planyo, &world.billit, &one, all, &options);
    let plan = plan.await.unwrap();
    let report = apply(&plan, &world.planyo, &world.billit, &options);
    assert_eq!(report.await.unwrap().counts().updated, 1);
    let report = run(&world, &options).await;
    let outcome = report.outcome(&key(1)).unwrap();
    assert!(
        outcome.reason.starts_with("erased on request"),
        "{outcome:?}"
    );
    assert_eq!(
        (outcome.party, outcome.is_erased_in_source()),
        (None, false)
    );
}

#[tokio::test]
async fn user_0_is_reported_and_never_becomes_a_party() {
    let (world, state, options) = settled(3).await;
    world.sandbox.planyo.add(User {
        malformed: Some(json!({"id": "0", "email": "zero@example.com", "first_name": "Zero", "last_name": "Nobody"})),
        ..person(7)
    });
    world.sandbox.planyo.remove(2);
    world.clear();
    let report = run(&world, &options).await;
    assert_eq!(
        (report.counts().quarantined, report.counts().unchanged),
        (1, 2)
    );
    let bad = report
        .outcomes
        .iter()
        .find(|it| it.kind == OutcomeKind::Quarantined);
    let bad = bad.unwrap();
    assert!(
        bad.key.is_unidentified() && bad.reason.contains("cannot be 0"),
        "{bad:?}"
    );
    // It may be anybody.
    assert!(report.missing_from_source.is_empty());
    assert_eq!((missed(&state, 2).await, world.writes()), (0, 0));
    let error = sync_customer(&world.planyo, &world.billit, 0, &options).await;
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("not the id of a customer")
    );
}
