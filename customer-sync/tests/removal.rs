//! Removal of customers: unlinked and anonymised parties, tombstones, export.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
use billit_client::PartyId;
use billit_client::orders::{CreateOrder, OrderDraft, OrderLineDraft};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Utc};
use common::{World, key, person, run, settled, text};
use customer_sync::document::{CannotMerge, Decision, Overrides};
use customer_sync::recalls::{Channel, Recall, RecallStore};
use customer_sync::store::{MemoryStore, State, export};
use customer_sync::{
    CustomerKey, OutcomeKind, Plan, Removal, SyncError, SyncOptions, SyncReport, apply,
    export_customer, plan_customers, plan_removal, plan_removals, sync_customer, sync_customers,
};
use sandbox::planyo::{Reservation, Resource};
use serde_json::json;

async fn forget(world: &World, id: u64, options: &SyncOptions) -> (Plan, SyncReport) {
    let all = Removal::Anonymise;
    let plan = plan_removal(&world.planyo, &world.billit, &key(id), all, options)
        .await
        .unwrap();
    let saved = serde_json::to_string(&plan).unwrap();
    let plan: Plan = serde_json::from_str(&saved).unwrap();
    let report = apply(&plan, &world.planyo, &world.billit, options)
        .await
        .unwrap();
    assert_eq!(report.store_error, None);
    (plan, report)
}

fn party_id(world: &World, id: u64) -> i64 {
    world.party_of(id)["PartyID"].as_i64().unwrap()
}

/// An invoice to this party.
async fn invoice(world: &World, party: i64, paid: bool) {
    let day = NaiveDate::from_ymd_opt(2026, 1, 10).unwrap();
    let line = OrderLineDraft::excl("Kayak", 1, 10).vat_percentage(21);
    let draft = OrderDraft::invoice(PartyId::from(party), day, day).line(line);
    let order = world.billit.send(CreateOrder::new(draft)).await.unwrap();
    world.sandbox.billit.edit_order(order.get(), |order| {
        order.insert("Paid".to_owned(), json!(paid));
    });
}

/// A reservation of one day.
fn reservation(user_id: u64, resource_id: u64, start: NaiveDateTime) -> Reservation {
    Reservation {
        resource_id,
        user_id,
        start,
        end: start + TimeDelta::days(1),
        quantity: 1,
        status: 1,
        ..Reservation::default()
    }
}

#[tokio::test]
async fn whoever_is_forgotten_has_no_recalls_and_an_export_has_them() {
    let (world, state, options) = settled(11).await;
    let recalls = RecallStore::new(&state);
    let today = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    for id in [1, 11] {
        let recall = Recall::by_hand(key(id), "call back", today, today, "eva");
        assert!(recalls.add(&recall).await.unwrap());
        let channels = [Channel::Sms];
        recalls.set_opted_out(&key(id), &channels).await.unwrap();
    }
    let one = key(1);
    let export = || export_customer(&world.planyo, &world.billit, &one, &options);
    let before = export().await.unwrap();
    assert_eq!(before["store"]["recalls"][0]["by"], "eva");
    assert_eq!(before["store"]["opted_out"], json!(["sms"]));

    forget(&world, 1, &options).await;
    let after = export().await.unwrap();
    assert_eq!(after["store"]["recalls"], json!([]));
    assert_eq!(after["store"]["opted_out"], json!([]));
    let left = recalls.all().await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].customer, key(11));
    assert_eq!(recalls.opted_out().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_customer_missing_from_two_listings_is_unlinked_and_not_before() {
    let (world, state, options) = settled(4).await;
    let plan = || plan_removals(&world.planyo, &world.billit, Removal::Unlink, &options);
    world.sandbox.planyo.remove(2);
    run(&world, &options).await;
    assert_eq!(plan().await.unwrap().steps.len(), 0);
    // Back for one run: the count starts again.
    world.sandbox.planyo.add(person(2));
    run(&world, &options).await;
    world.sandbox.planyo.remove(2);
    run(&world, &options).await;
    assert_eq!(plan().await.unwrap().steps.len(), 0);
    run(&world, &options).await;
    assert_eq!(state.customer(&key(2)).await.unwrap().unwrap().missed, 2);
    let gone = plan().await.unwrap();
    assert_eq!(gone.steps.len(), 1);

    // The default keeps everything.
    let kept = plan_removals(&world.planyo, &world.billit, Removal::default(), &options);
    let kept = kept.await.unwrap();
    world.clear();
    let report = apply(&kept, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!((report.counts().skipped, world.writes()), (1, 0));

    let party = party_id(&world, 2);
    apply(&gone, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let parted = world.sandbox.billit.party(party).unwrap();
    assert_eq!(text(&parted, "ExternalProviderID").unwrap_or_default(), "");
    assert_eq!(text(&parted, "City"), Some("Gent"));
    // Only once: it is not removed again, and a customer that comes back is found.
    assert!(run(&world, &options).await.missing_from_source.is_empty());
    world.sandbox.planyo.add(person(2));
    assert_eq!(run(&world, &options).await.counts().linked, 1);
}

#[tokio::test]
async fn another_source_is_not_asked_about_bookings() {
    let (world, _, options) = settled(1).await;
    let other = CustomerKey::new("planfy:shop", "1");
    let plan = plan_removal(
        &world.planyo,
        &world.billit,
        &other,
        Removal::Unlink,
        &options,
    );
    let error = plan.await.unwrap_err();
    assert!(matches!(error, SyncError::OtherSource(_)), "{error}");
}

#[tokio::test]
async fn a_listing_that_failed_is_no_listing() {
    let (world, state, options) = settled(2).await;
    world.sandbox.planyo.remove(2);
    world
        .sandbox
        .planyo
        .faults()
        .always("list_users", sandbox::Fault::HtmlBody);
    for _ in 0..3 {
        sync_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap_err();
    }
    assert_eq!(state.customer(&key(2)).await.unwrap().unwrap().missed, 0);
}

#[tokio::test]
async fn a_customer_without_invoices_is_anonymised_completely() {
    let (world, state, options) = settled(2).await;
    let party = party_id(&world, 1);
    let (_, report) = forget(&world, 1, &options).await;
    assert_eq!(report.counts().updated, 1);
    let forgotten = world.sandbox.billit.party(party).unwrap();
    assert_eq!(text(&forgotten, "Name"), Some("(removed)"));
    let flat = serde_json::to_string(&forgotten).unwrap();
    let user = person(1);
    for personal in [
        &user.last_name,
        &user.email,
        &user.address,
        &user.mobile_number,
    ] {
        assert!(!flat.contains(personal.as_str()), "{personal} in {flat}");
    }
    // Nothing is left in the bytes of the store, except the tombstones.
    let mut held = Vec::new();
    export(&state, &mut held).await.unwrap();
    let held = String::from_utf8(held).unwrap();
    for personal in [
        &*user.email,
        &*user.mobile_number,
        "planyo:1\"",
        "planyo:1/",
    ] {
        assert!(!held.contains(personal), "{personal}");
    }
    let evidence = state.erasure(&key(1)).await.unwrap().unwrap();
    assert!(evidence.blanked.contains(&"Email".parse().unwrap()));
    assert_eq!(evidence.run, report.run.unwrap());
    assert_eq!(state.erasure(&key(2)).await.unwrap(), None);
}

#[tokio::test]
async fn what_stands_on_invoices_stays() {
    let (world, state, options) = settled(1).await;
    let party = party_id(&world, 1);
    invoice(&world, party, true).await;
    let (_, report) = forget(&world, 1, &options).await;
    assert_eq!(report.counts().updated, 1);
    let forgotten = world.sandbox.billit.party(party).unwrap();
    assert!(
        text(&forgotten, "Name")
            .unwrap()
            .contains(&person(1).last_name)
    );
    assert_eq!(text(&forgotten, "City"), Some("Gent"));
    for reach in ["Email", "Mobile", "ContactLastName", "ExternalProviderID"] {
        assert_eq!(text(&forgotten, reach).unwrap_or_default(), "", "{reach}");
    }
    let evidence = state.erasure(&key(1)).await.unwrap().unwrap();
    let kept: Vec<String> = evidence
        .kept
        .iter()
        .map(|(field, _)| field.to_string())
        .collect();
    assert!(kept.contains(&"Name".to_owned()) && kept.contains(&"City".to_owned()));
    assert!(evidence.kept[0].1.contains("law"));
}

#[tokio::test]
async fn a_customer_with_bookings_or_open_invoices_is_not_removed() {
    let (world, state, options) = settled(2).await;
    invoice(&world, party_id(&world, 1), false).await;
    let now = Utc::now().naive_utc();
    let resource_id = world.sandbox.planyo.add_resource(Resource::default());
    let mut booking = reservation(2, resource_id, now + TimeDelta::days(30));
    booking.status = 1 | 4;
    world.sandbox.planyo.add_reservation(booking);
    // Past and cancelled reservations do not block it.
    let mut cancelled = reservation(1, resource_id, now + TimeDelta::days(30));
    cancelled.status = 1 | 4 | 16;
    world.sandbox.planyo.add_reservation(cancelled);
    let past = reservation(1, resource_id, now - TimeDelta::days(30));
    world.sandbox.planyo.add_reservation(past);
    for (id, why) in [
        (1, "invoices that are not paid"),
        (2, "bookings that are not over"),
    ] {
        world.clear();
        let (_, report) = forget(&world, id, &options).await;
        assert_eq!(world.writes(), 0);
        let outcome = &report.outcomes[0];
        assert_eq!(outcome.kind, OutcomeKind::Skipped);
        assert!(outcome.reason.contains(why), "{}", outcome.reason);
        // So there is no tombstone.
        assert_eq!(state.erasure(&key(id)).await.unwrap(), None);
    }
    assert_eq!(run(&world, &options).await.counts().unchanged, 2);
    // Open invoices do not block unlinking.
    let one = &key(1);
    let plan = plan_removal(&world.planyo, &world.billit, one, Removal::Unlink, &options);
    let plan = plan.await.unwrap();
    let report = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 1);
}

#[tokio::test]
async fn who_is_forgotten_does_not_come_back() {
    let (world, state, options) = settled(2).await;
    forget(&world, 1, &options).await;
    let stays_away = async |id: u64| {
        world.clear();
        let report = run(&world, &options).await;
        let outcome = report.outcome(&key(id)).unwrap();
        assert_eq!(outcome.kind, OutcomeKind::Skipped);
        assert!(outcome.reason.contains("erased"), "{}", outcome.reason);
        let outcome = sync_customer(&world.planyo, &world.billit, id, &options)
            .await
            .unwrap();
        assert_eq!(outcome.kind, OutcomeKind::Skipped);
        assert_eq!(world.writes(), 0);
    };
    // Unchanged; with another name and address; created again.
    stays_away(1).await;
    world.sandbox.planyo.edit(1, |user| {
        user.last_name = "Renamed".to_owned();
        user.email = "new@example.com".to_owned();
    });
    stays_away(1).await;
    world.sandbox.planyo.remove(1);
    let mut again = person(9);
    again.email = person(1).email.to_uppercase();
    world.sandbox.planyo.add(again);
    stays_away(9).await;
    // Until the tombstone is removed.
    state
        .remove_tombstone(&key(9), Some(&person(1).email))
        .await
        .unwrap();
    assert_eq!(run(&world, &options).await.counts().created, 1);
}

#[tokio::test]
async fn a_customer_without_a_party_can_be_removed_too() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state.clone());
    let (plan, _) = forget(&world, 1, &options).await;
    // Nothing is written to Billit, but the tombstones are stored.
    assert!(plan.to_string().contains("the store forgets it"), "{plan}");
    assert_eq!(run(&world, &options).await.counts().skipped, 1);
    assert!(world.sandbox.billit.parties().is_empty());
    assert!(
        state
            .erasure(&key(1))
            .await
            .unwrap()
            .unwrap()
            .blanked
            .is_empty()
    );
}

#[tokio::test]
async fn everything_stored_about_a_customer_can_be_exported() {
    let (world, _, options) = settled(2).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Aalst".to_owned());
    run(&world, &options).await;
    let held = export_customer(&world.planyo, &world.billit, &key(1), &options)
        .await
        .unwrap();
    assert_eq!(held["source"]["email"], json!(person(1).email));
    assert_eq!(held["billit"]["City"], json!("Aalst"));
    assert_eq!(held["store"]["history"].as_array().unwrap().len(), 2);
    assert!(!held.to_string().contains(&person(2).email));
    // Of a removed customer, what is still stored.
    world.sandbox.planyo.remove(1);
    let held = export_customer(&world.planyo, &world.billit, &key(1), &options)
        .await
        .unwrap();
    assert_eq!(held["source"], json!(null));
    assert_eq!(held["billit"]["City"], json!("Aalst"));
    let nobody = SyncOptions::default();
    let held = export_customer(&world.planyo, &world.billit, &key(7), &nobody)
        .await
        .unwrap();
    assert_eq!(held["billit"], json!(null));
}

/// A customer that cannot be removed, or is skipped by decision, gets no tombstone.
#[tokio::test]
async fn of_several_only_those_are_forgotten_who_may_go() {
    let (world, state, options) = settled(4).await;
    for id in [1, 2, 3] {
        invoice(&world, party_id(&world, id), id != 2).await;
        world.sandbox.planyo.remove(id);
    }
    run(&world, &options).await;
    run(&world, &options).await;
    let all = Removal::Anonymise;
    let plan = plan_removals(&world.planyo, &world.billit, all, &options);
    let plan = plan.await.unwrap();
    let overrides = Overrides::approving(&plan).decide(&plan.steps[2], Decision::Skip);
    let approved = plan.decided(&overrides).unwrap();
    let report = apply(&approved, &world.planyo, &world.billit, &options);
    let report = report.await.unwrap();
    let kinds: Vec<OutcomeKind> = report.outcomes.iter().map(|outcome| outcome.kind).collect();
    assert_eq!(
        kinds,
        [
            OutcomeKind::Updated,
            OutcomeKind::Skipped,
            OutcomeKind::Skipped
        ],
        "{report}"
    );
    let known = state.customers().await.unwrap();
    let known = [1, 2, 3].map(|id| known.contains_key(&key(id)));
    assert_eq!(known, [false, true, true]);
    // The first does not come back; the others do.
    for id in [1, 2, 3] {
        world.sandbox.planyo.add(person(id));
    }
    let kinds = run(&world, &options).await.counts();
    assert_eq!((kinds.skipped, kinds.unchanged), (1, 3));
    // A part of the plan removes only the customers in it.
    let last = plan.clone().only(|step| step.key == key(3));
    assert_eq!(Plan::merged([last.clone(), last.clone()]).unwrap(), last);
    let sync = plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(
        Plan::merged([last, sync]).unwrap_err(),
        CannotMerge::Purpose
    );
}

/// A customer that shares an e-mail address with a removed one stays a customer.
#[tokio::test]
async fn a_family_is_not_forgotten_with_one_of_its_members() {
    let (world, _, options) = settled(2).await;
    world
        .sandbox
        .planyo
        .edit(2, |user| user.email = person(1).email);
    run(&world, &options).await;
    assert_eq!(
        text(&world.party_of(2), "Email"),
        Some(&*person(1).email),
        "they share it"
    );
    forget(&world, 1, &options).await;
    world
        .sandbox
        .planyo
        .edit(2, |user| user.city = "Aalst".to_owned());
    let report = run(&world, &options).await;
    assert_eq!(report.outcome(&key(1)).unwrap().kind, OutcomeKind::Skipped);
    assert_eq!(report.outcome(&key(2)).unwrap().kind, OutcomeKind::Updated);
    // A new customer with that address counts as the removed one.
    let mut again = person(3);
    again.email = person(1).email;
    world.sandbox.planyo.add(again);
    let report = run(&world, &options).await;
    assert_eq!(report.outcome(&key(3)).unwrap().kind, OutcomeKind::Skipped);
    assert_eq!(
        report.outcome(&key(2)).unwrap().kind,
        OutcomeKind::Unchanged
    );
}

/// The record of a removal stays when the same plan is applied again.
#[tokio::test]
async fn the_evidence_of_an_erasure_stays() {
    let (world, state, options) = settled(1).await;
    let (plan, _) = forget(&world, 1, &options).await;
    let evidence = state.erasure(&key(1)).await.unwrap();
    assert!(!evidence.as_ref().unwrap().blanked.is_empty());
    let again = apply(&plan, &world.planyo, &world.billit, &options);
    again.await.unwrap();
    assert_eq!(state.erasure(&key(1)).await.unwrap(), evidence);
    let (_, report) = forget(&world, 1, &options).await;
    assert_eq!(report.counts().skipped, 1);
    assert_eq!(state.erasure(&key(1)).await.unwrap(), evidence);
}

/// Two sources with one store: each counts its own customers, and checks reservations only in its own system.
#[tokio::test]
async fn two_sources_of_one_store_count_their_own() {
    let (world, state, options) = settled(2).await;
    let other = World::empty().await;
    for id in 11..=12 {
        other.sandbox.planyo.add(person(id));
    }
    let rules = customer_sync::MappingRules::default().source("boats");
    let boats = options.clone().rules(rules);
    let of_boats = async || {
        sync_customers(&other.planyo, &world.billit, &boats)
            .await
            .unwrap()
    };
    assert_eq!(of_boats().await.counts().created, 2);
    world.sandbox.planyo.remove(2);
    for _ in 0..2 {
        run(&world, &options).await;
        of_boats().await;
    }
    assert_eq!(state.customer(&key(2)).await.unwrap().unwrap().missed, 2);
    let unlink = Removal::Unlink;
    let of_boats = plan_removals(&other.planyo, &world.billit, unlink, &boats);
    assert_eq!(of_boats.await.unwrap().steps.len(), 0);
    let mine = plan_removals(&world.planyo, &world.billit, unlink, &options);
    assert_eq!(mine.await.unwrap().steps.len(), 1);
}

/// For a customer missing on both sides, the store has the e-mail address for the tombstone.
#[tokio::test]
async fn who_is_gone_on_both_sides_does_not_come_back_either() {
    let (world, _, options) = settled(2).await;
    world.sandbox.billit.remove(party_id(&world, 1));
    world.sandbox.planyo.remove(1);
    for _ in 0..2 {
        run(&world, &options).await;
    }
    let all = Removal::Anonymise;
    let plan = plan_removals(&world.planyo, &world.billit, all, &options);
    let plan = plan.await.unwrap();
    apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let mut again = person(9);
    again.email = person(1).email;
    world.sandbox.planyo.add(again);
    assert_eq!(run(&world, &options).await.counts().skipped, 1);
}
