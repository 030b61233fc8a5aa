//! Planfy's customers in Billit, on the sandbox.

#![cfg(all(feature = "planfy", feature = "sync"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // As in tests.

mod common;
use chrono::NaiveDate;
use common::World;
use customer_sync::planfy::{self, Entry, Export, Writer};
use customer_sync::recalls::{self, Appointment};
use customer_sync::store::{Actor, MemoryStore, State};
use customer_sync::{
    CustomerKey, MappingRules, OutcomeKind, Removal, SyncError, SyncOptions, SyncReport, apply,
    plan_customers, plan_removal, sync_changed, sync_customer, sync_customers,
};
use serde_json::json;

const HEAD: &str = "planfy_id,name,address,city,postcode,country,email,mobile_number,btw\n";
const ANN: &str = "77,Ann Peeters,Kerkstraat 12,Gent,9000,BE,ann@example.com,+32470123456,\n";
const NEW_ANN: &str = ",Ann Peeters,Kerkstraat 12,Gent,9000,BE,ann@example.com,+32470123456,\n";

fn export(rows: &[&str]) -> Export {
    Export::bytes(format!("{HEAD}{}", rows.concat()).into_bytes())
}

fn options() -> SyncOptions {
    SyncOptions::default().rules(planfy::rules("shop").vat_properties(["btw"]))
}

async fn sync(world: &World, rows: &[&str]) -> SyncReport {
    sync_customers(&export(rows), &world.billit, &options())
        .await
        .unwrap()
}

fn told(report: &SyncReport) -> Vec<String> {
    let outcomes = report.outcomes.iter();
    outcomes
        .map(|outcome| format!("{} {}", outcome.key, outcome.kind.name()))
        .collect()
}

fn link(world: &World) -> String {
    let links: Vec<String> = world.linked().into_keys().collect();
    assert_eq!((links.len(), world.sandbox.billit.parties().len()), (1, 1));
    links.concat()
}

#[tokio::test]
async fn an_export_is_synced_as_planyo_is() {
    let world = World::empty().await;
    let company = "8,Fietsen Jansen BV,Dam 1,Gent,9000,BE,info@jansen.be,,BE 0403.170.701\n";
    let found = world
        .sandbox
        .billit
        .add(json!({"Name": "Tom Maes", "Email": "tom@example.com", "PartyType": "Customer"}));
    let tom = "9,Tom Maes,,,,,tom@example.com,,\n";
    let bad = "10,Eva\n";
    let report = sync(&world, &[ANN, company, tom, bad]).await;
    assert_eq!(
        told(&report),
        [
            "planfy:shop:8 created",
            "planfy:shop:9 linked",
            "planfy:shop:10 quarantined",
            "planfy:shop:77 created"
        ]
    );
    let reason = &report.outcomes[2].reason;
    assert!(reason.contains("line 5, column 3 (`address`)"), "{reason}");
    assert_eq!(
        world.sandbox.billit.party(found).unwrap()["ExternalProviderID"],
        "planfy:shop:9"
    );
    // Again: nothing to do.
    world.clear();
    let report = sync(&world, &[bad, tom, company, ANN]).await;
    assert_eq!(report.counts().unchanged, 3);
    assert_eq!(world.writes(), 0);
    // A change is written; a plan can be made before.
    let moved = ANN.replace("Kerkstraat 12", "Kerkstraat 14");
    let today = export(&[&moved, company, tom]);
    let plan = plan_customers(&today, &world.billit, &options())
        .await
        .unwrap();
    assert_eq!(plan.counts().updated, 1);
    let report = apply(&plan, &today, &world.billit, &options())
        .await
        .unwrap();
    assert_eq!(report.counts().updated, 1);
    let one = sync_customer(&export(&[ANN]), &world.billit, "77", &options())
        .await
        .unwrap();
    assert_eq!(one.kind, OutcomeKind::Updated);
}

#[tokio::test]
async fn a_row_without_id_gets_a_party_once_and_its_link_when_it_has_an_id() {
    let world = World::empty().await;
    let report = sync(&world, &[NEW_ANN]).await;
    assert_eq!(report.counts().created, 1, "{report}");
    assert!(
        link(&world).starts_with("planfy:shop:new-"),
        "{}",
        link(&world)
    );
    world.clear();
    assert_eq!(sync(&world, &[NEW_ANN]).await.counts().unchanged, 1);
    assert_eq!(world.writes(), 0);
    // Planfy has given it an id.
    let plan = plan_customers(&export(&[ANN]), &world.billit, &options())
        .await
        .unwrap();
    assert!(plan.missing_from_source.is_empty(), "{plan:?}");
    assert_eq!(told(&sync(&world, &[ANN]).await), ["planfy:shop:77 linked"]);
    assert_eq!(link(&world), "planfy:shop:77");
    world.clear();
    assert_eq!(sync(&world, &[ANN]).await.counts().unchanged, 1);
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn a_store_knows_who_was_new() {
    let world = World::empty().await;
    let options = options().store(MemoryStore::new());
    for (row, kind) in [
        (NEW_ANN, OutcomeKind::Created),
        (ANN, OutcomeKind::Linked),
        (ANN, OutcomeKind::Unchanged),
    ] {
        let report = sync_customers(&export(&[row]), &world.billit, &options)
            .await
            .unwrap();
        assert_eq!(report.outcomes[0].kind, kind, "{report}");
        let plan = plan_customers(&export(&[row]), &world.billit, &options)
            .await
            .unwrap();
        assert!(plan.missing_from_source.is_empty(), "{plan:?}");
    }
}

/// A customer without an id, with a party whose city was corrected by hand, and the store of the run that made it.
async fn moved_by_hand(city: &str) -> (World, State, SyncOptions, i64) {
    let world = World::empty().await;
    let state = State::new(MemoryStore::new());
    let options = options().store(state.clone());
    sync_customers(&export(&[NEW_ANN]), &world.billit, &options)
        .await
        .unwrap();
    let parties = world.sandbox.billit.parties();
    let id = parties.first().and_then(|party| party.get("PartyID"));
    let party = id.and_then(serde_json::Value::as_i64).unwrap();
    world.sandbox.billit.edit(party, |party| {
        party.insert("City".to_owned(), json!(city));
    });
    (world, state, options, party)
}

/// The store forgets the key without an id, and keeps what it knew: the customer is not reported as gone later, and a
/// correction made by hand survives.
#[tokio::test]
async fn a_customer_that_got_an_id_leaves_no_old_key() {
    let (world, state, options, party) = moved_by_hand("Drongen").await;
    sync_customers(&export(&[ANN]), &world.billit, &options)
        .await
        .unwrap();
    let keys: Vec<String> = state
        .customers()
        .await
        .unwrap()
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(keys, ["planfy:shop:77"]);
    assert_eq!(
        world.sandbox.billit.party(party).unwrap()["City"],
        "Drongen"
    );
    // Without change it is not in the plan of the changed.
    let report = sync_changed(&export(&[ANN]), &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.missing_from_source, []);
    // Only once is it gone.
    let tom = "9,Tom Maes,,,,,tom@example.com,,\n";
    let plan = plan_customers(&export(&[tom]), &world.billit, &options)
        .await
        .unwrap();
    let gone: Vec<String> = plan
        .missing_from_source
        .iter()
        .map(|one| one.key.to_string())
        .collect();
    assert_eq!(gone, ["planfy:shop:77"]);
}

#[tokio::test]
async fn the_party_of_another_account_or_person_is_not_taken() {
    let world = World::empty().await;
    sync(&world, &[ANN]).await;
    let other = SyncOptions::default().rules(planfy::rules("other"));
    let report = sync_customers(&export(&[ANN]), &world.billit, &other)
        .await
        .unwrap();
    assert_eq!(told(&report), ["planfy:other:77 conflict"]);
    assert!(
        report.outcomes[0]
            .reason
            .ends_with("is linked to a record of another system")
    );
    let report = sync(&world, &[&ANN.replace("77", "78")]).await;
    assert_eq!(told(&report), ["planfy:shop:78 conflict"]);
    assert!(
        report.outcomes[0]
            .reason
            .ends_with("is linked to planfy:shop:77"),
        "{report}"
    );
}

#[tokio::test]
async fn rows_of_one_customer_are_all_left_alone() {
    let world = World::empty().await;
    let tom = ",Tom Maes,,,,,tom@example.com,,\n";
    let report = sync(
        &world,
        &[
            ANN,
            tom,
            &ANN.replace("Kerkstraat", "Dam"),
            &tom.to_uppercase(),
        ],
    )
    .await;
    assert_eq!(report.counts().quarantined, 4, "{report}");
    assert_eq!(world.writes(), 0);
    let outcome = report
        .outcome(&CustomerKey::new("planfy:shop", "77"))
        .unwrap();
    assert!(outcome.reason.contains("lines 2, 4"), "{}", outcome.reason);
    assert!(
        report
            .outcome(&CustomerKey::new("planfy:shop", "line-4"))
            .is_some()
    );
}

#[tokio::test]
async fn a_customer_that_may_be_in_a_bad_row_is_not_missing() {
    let world = World::empty().await;
    sync(&world, &[ANN]).await;
    let tom = "9,Tom Maes,,,,,tom@example.com,,\n";
    let missing_from_source = async |rows: &[&str]| {
        let plan = plan_customers(&export(rows), &world.billit, &options())
            .await
            .unwrap();
        plan.missing_from_source.len()
    };
    assert_eq!(missing_from_source(&[tom]).await, 1);
    assert_eq!(missing_from_source(&[tom, "no row of anybody\n"]).await, 0);
    assert_eq!(missing_from_source(&[tom, "77,Ann\n"]).await, 0);
}

#[tokio::test]
async fn rules_of_another_source_are_refused() {
    let world = World::empty().await;
    let result = sync_customers(&export(&[ANN]), &world.billit, &SyncOptions::default()).await;
    let error = result.unwrap_err();
    assert!(matches!(error, SyncError::Source(_)));
    assert!(error.to_string().contains("planfy:shop"), "{error}");
    let from_file: MappingRules = serde_json::from_str(r#"{"source": "planfy:shop"}"#).unwrap();
    assert_eq!(from_file, planfy::rules("shop"));
}

#[tokio::test]
async fn an_export_that_cannot_be_read_writes_nothing() {
    let world = World::empty().await;
    for export in [
        Export::file("no-such-file.csv"),
        Export::bytes(*b"first,last\n1,2\n"),
    ] {
        assert!(
            sync_customers(&export, &world.billit, &options())
                .await
                .is_err()
        );
    }
    let gone = sync_customer(&export(&[ANN]), &world.billit, "78", &options()).await;
    let gone = gone.unwrap_err();
    assert!(gone.is_not_found(), "{gone}");
    assert!(
        gone.to_string().contains("the source has no customer"),
        "{gone}"
    );
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn what_billit_corrected_goes_back_in_an_update_file() {
    let world = World::empty().await;
    let options = options().store(MemoryStore::new());
    let (export, rules) = (export(&[ANN]), planfy::rules("shop"));
    let report = sync_customers(&export, &world.billit, &options)
        .await
        .unwrap();
    let party = report.outcomes[0].party.unwrap();
    let id: i64 = party.to_string().parse().unwrap();
    world.sandbox.billit.edit(id, |party| {
        party.insert("City".to_owned(), json!("Drongen"));
    });
    // The correction is kept, since the export is unchanged.
    assert_eq!(
        sync_customers(&export, &world.billit, &options)
            .await
            .unwrap()
            .counts()
            .unchanged,
        1
    );
    let record = world
        .billit
        .send(billit_client::parties::GetParty::new(party))
        .await
        .unwrap();
    let row = export.rows().unwrap().next().unwrap().unwrap();
    let customer = planfy::customer(&row, &rules).unwrap();
    let entry = Entry::corrected(&row.unwrap(), &customer, &record, &rules).unwrap();
    let mut update = Writer::update(Vec::new()).properties(["btw"]);
    update.write(&entry).unwrap();
    // Once Planfy has it, nothing differs.
    let updated = Export::bytes(update.finish().unwrap());
    world.clear();
    assert_eq!(
        sync_customers(&updated, &world.billit, &options)
            .await
            .unwrap()
            .counts()
            .unchanged,
        1
    );
    assert_eq!(world.writes(), 0);
}

#[tokio::test]
async fn a_customer_is_removed_only_after_the_next_appointment_and_then_skipped() {
    let world = World::empty().await;
    let options = options().store(MemoryStore::new());
    let ann = CustomerKey::new("planfy:shop", "77");
    let export = export(&[ANN]);
    sync_customers(&export, &world.billit, &options)
        .await
        .unwrap();
    let visit = Appointment::booked(
        "1",
        ann.clone(),
        "dentist",
        day("2026-09-01"),
        day("2026-12-01"),
    );
    let departure = async |today: &str| {
        let export = export.clone().appointments([visit.clone()], day(today));
        plan_removal(&export, &world.billit, &ann, Removal::Anonymise, &options)
            .await
            .unwrap()
    };
    let refused = departure("2026-12-01").await;
    assert!(
        refused.steps[0]
            .reason()
            .contains("bookings that are not over"),
        "{refused}"
    );
    let plan = departure("2026-12-02").await;
    apply(&plan, &export, &world.billit, &options)
        .await
        .unwrap();
    let is_ann = |party: &serde_json::Map<String, serde_json::Value>| {
        let text = serde_json::to_string(party).unwrap();
        text.contains("Peeters") || text.contains("ann@example.com")
    };
    assert!(!world.sandbox.billit.parties().iter().any(is_ann));
    // The export still has the customer, with or without an id.
    for row in [ANN, NEW_ANN] {
        let report = sync_customers(&self::export(&[row]), &world.billit, &options)
            .await
            .unwrap();
        assert!(
            !world.sandbox.billit.parties().iter().any(is_ann),
            "{report}"
        );
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn nobody_is_deleted_before_his_next_appointment() {
    let (ann, tom) = (
        CustomerKey::new("planfy:shop", "77"),
        CustomerKey::new("planfy:shop", "9"),
    );
    let past = Appointment::finished("1", ann.clone(), "dentist", day("2026-08-31"));
    let next = Appointment::booked(
        "2",
        ann.clone(),
        "dentist",
        day("2026-09-01"),
        day("2026-12-01"),
    );
    let off = Appointment::booked(
        "3",
        ann.clone(),
        "dentist",
        day("2026-09-01"),
        day("2026-12-24"),
    )
    .state(recalls::State::Cancelled);
    let other = Appointment::booked(
        "4",
        tom.clone(),
        "dentist",
        day("2026-09-01"),
        day("2026-12-01"),
    );
    let all = [next.clone(), off.clone(), other, past.clone()];
    let refused = planfy::deletion(&ann, &all, day("2026-11-30")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "planfy:shop:77 has appointments to come (2): call them off first"
    );
    // It is upcoming on the day itself, and not on the next.
    assert!(planfy::deletion(&ann, &all, day("2026-12-01")).is_err());
    let deletion = planfy::deletion(&ann, &all, day("2026-12-02")).unwrap();
    assert_eq!(
        (deletion.anonymised, deletion.backups_until),
        (
            vec!["1".to_owned(), "2".to_owned(), "3".to_owned()],
            day("2027-03-02")
        )
    );
    let deletion = planfy::deletion(&ann, &[past, off], day("2026-11-30")).unwrap();
    assert_eq!(
        (deletion.anonymised.len(), deletion.backups_until),
        (2, day("2027-02-28"))
    );
    assert!(
        planfy::deletion(
            &CustomerKey::new("planfy:shop", "5"),
            &all,
            day("2026-11-30")
        )
        .unwrap()
        .anonymised
        .is_empty()
    );
}

/// A run of one customer notices the id as a run of all does: what was corrected by hand stays.
#[tokio::test]
async fn a_run_of_one_customer_knows_who_was_new() {
    let (world, state, options, party) = moved_by_hand("Gentbrugge").await;
    sync_customers(&export(&[NEW_ANN]), &world.billit, &options)
        .await
        .unwrap();
    let one = sync_customer(&export(&[ANN]), &world.billit, "77", &options)
        .await
        .unwrap();
    assert_eq!(one.kind, OutcomeKind::Linked);
    assert_eq!(link(&world), "planfy:shop:77");
    sync_customers(&export(&[ANN]), &world.billit, &options)
        .await
        .unwrap();
    let now = world.sandbox.billit.party(party).unwrap();
    assert_eq!(now["City"], "Gentbrugge");
    let known: Vec<String> = state
        .customers()
        .await
        .unwrap()
        .into_keys()
        .map(|key| key.to_string())
        .collect();
    assert_eq!(known, ["planfy:shop:77"]);
    // The correction is in the journal once.
    let journal = state
        .history(&CustomerKey::new("planfy:shop", "77"))
        .await
        .unwrap();
    let changes = journal.iter().flat_map(|entry| &entry.changes);
    let by_hand = changes.filter(|change| change.by == Actor::BillitUser);
    assert_eq!(by_hand.count(), 1, "{journal:?}");
    let known = state.customer(&CustomerKey::new("planfy:shop", "77")).await;
    assert_eq!(known.unwrap().unwrap().corrections.len(), 1);
}

/// The journal of the time before a customer had an id is its journal: it is exported, undone and erased with it.
#[tokio::test]
async fn the_journal_of_a_customer_without_an_id_is_erased_with_it() {
    for road in ["all", "one"] {
        let world = World::empty().await;
        let state = State::new(MemoryStore::new());
        let options = options().store(state.clone());
        for row in [NEW_ANN, ANN] {
            let source = export(&[row]);
            if road == "one" && row == ANN {
                sync_customer(&source, &world.billit, "77", &options)
                    .await
                    .unwrap();
                continue;
            }
            sync_customers(&source, &world.billit, &options)
                .await
                .unwrap();
        }
        let key = CustomerKey::new("planfy:shop", "77");
        let journal = state.history(&key).await.unwrap();
        assert_eq!(journal.len(), 2, "{road}: {journal:?}");
        assert!(journal.iter().all(|entry| entry.customer == key));
        let source = export(&[ANN]);
        let plan = plan_removal(&source, &world.billit, &key, Removal::Anonymise, &options)
            .await
            .unwrap();
        apply(&plan, &source, &world.billit, &options)
            .await
            .unwrap();
        let mut kept = Vec::new();
        customer_sync::store::export(&state, &mut kept)
            .await
            .unwrap();
        let kept = String::from_utf8(kept).unwrap();
        assert!(!kept.contains("ann@example.com"), "{road}: {kept}");
        assert!(!kept.contains(":new-"), "{road}: {kept}");
    }
}

/// What a program keeps in a store is synced as a file of it is.
#[tokio::test]
async fn entries_are_synced_as_their_file_is() {
    let tom = ",Tom Maes,,,,,tom@example.com,,\n";
    let nobody = ",Eva,,,,,,,\n";
    let rounded = "1.2E+7,Jan,,,,,jan@example.com,,\n";
    let file = export(&[ANN, tom, nobody, ANN, rounded]);
    let rows = file.rows().unwrap().map(|row| row.unwrap().unwrap());
    let entries: Vec<Entry> = rows.map(|row| Entry::of_row(&row)).collect();
    let outcomes = async |source: &Export| {
        let world = World::empty().await;
        let report = sync_customers(source, &world.billit, &options())
            .await
            .unwrap();
        let links: Vec<String> = world.linked().into_keys().collect();
        let outcomes = report.outcomes.into_iter();
        let outcomes = outcomes.filter(|one| !one.key.is_unidentified());
        let outcomes = outcomes.map(|one| format!("{} {}", one.key, one.kind.name()));
        (outcomes.collect::<Vec<_>>(), links)
    };
    let kept = Export::entries(entries.clone());
    let (told, links) = outcomes(&kept).await;
    assert_eq!((told.clone(), links.clone()), outcomes(&file).await);
    assert!(
        told.contains(&"planfy:shop:77 quarantined".to_owned()),
        "{told:?}"
    );
    assert_eq!(links.len(), 1);
    assert!(links[0].starts_with("planfy:shop:new-"), "{links:?}");

    // By its place, from 1: the two Anns are 1 and 4.
    let world = World::empty().await;
    let report = sync_customers(&kept, &world.billit, &options())
        .await
        .unwrap();
    let keys = [3, 4, 5].map(|line| CustomerKey::new("planfy:shop", format!("line-{line}")));
    let kinds = keys.map(|key| report.outcome(&key).map(|one| one.kind));
    assert_eq!(kinds, [Some(OutcomeKind::Quarantined); 3]);
    let one = sync_customer(
        &Export::entries(entries[1..2].to_vec()),
        &world.billit,
        "77",
        &options(),
    )
    .await;
    assert!(one.unwrap_err().is_not_found());
    let one = sync_customer(
        &Export::entries(entries[..1].to_vec()),
        &world.billit,
        "77",
        &options(),
    )
    .await;
    assert_eq!(one.unwrap().kind, OutcomeKind::Created);
}

/// A bad cell is noted, and its customer synced: what Billit had in the field stays.
#[tokio::test]
async fn a_rounded_mobile_never_reaches_billit() {
    let world = World::empty().await;
    sync(&world, &[ANN]).await;
    let rounded = ANN
        .replace("+32470123456", "\"3,24701E+10\"")
        .replace("Kerkstraat 12", "Dam 1");
    let new = "78,Tom Maes,,,,,tom@example.com,3.24701E+10,\n";
    let report = sync(&world, &[&rounded, new]).await;
    assert_eq!(
        told(&report),
        ["planfy:shop:77 updated", "planfy:shop:78 created"]
    );
    for outcome in &report.outcomes {
        let is_rounded = |note: &customer_sync::Note| {
            note.reason.contains("a spreadsheet has rounded the number")
        };
        assert!(outcome.notes.iter().any(is_rounded), "{:?}", outcome.notes);
    }
    let parties = serde_json::to_string(&world.sandbox.billit.parties()).unwrap();
    assert!(!parties.contains("E+10"), "{parties}");
    assert!(
        parties.contains("+32470123456") && parties.contains("Dam"),
        "{parties}"
    );
}
