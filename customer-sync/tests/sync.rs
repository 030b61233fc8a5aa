//! `sync_customers()` against the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use common::{World, options, person, text};
use customer_sync::store::MemoryStore;
use customer_sync::{
    CustomerKey, CustomerNumber, MappingRules, OutcomeKind, Progress, SyncError, SyncOptions,
    apply, plan_customers, sync_customer, sync_customers,
};
use sandbox::Fault;
use sandbox::billit::{IdempotencyHeader, Matcher};
use serde_json::json;
use tokio::sync::Notify;

fn key(user: u64) -> CustomerKey {
    CustomerKey::new("planyo", user.to_string())
}

#[tokio::test]
async fn a_first_run_creates_and_links_and_the_next_writes_nothing() {
    let world = World::seeded().await;
    let before = world.sandbox.billit.parties().len();
    let report = world.sync().await;
    let counts = report.counts();
    assert_eq!(counts.total(), 60, "every user is in one kind: {report}");
    assert_eq!(
        (counts.created, counts.linked, counts.unchanged),
        (39, 11, 1)
    );
    assert_eq!(
        (counts.conflict, counts.ambiguous, counts.quarantined),
        (1, 7, 1)
    );
    assert_eq!((counts.failed, counts.skipped, counts.updated), (0, 0, 0));
    // The counts agree with the server.
    assert_eq!(world.requests("POST /v1/parties"), counts.created);
    assert_eq!(world.requests("PATCH /v1/parties/{id}"), counts.linked);
    assert_eq!(
        world.sandbox.billit.parties().len(),
        before + counts.created
    );
    assert_eq!(
        world
            .linked()
            .keys()
            .filter(|link| link.starts_with("planyo:"))
            .count(),
        51
    );

    let report = world.sync_changes_nothing().await;
    assert_eq!(report.counts().unchanged, 51);
    assert_eq!(
        world.sandbox.billit.counts().reads,
        1,
        "a no-op run reads one listing"
    );
}

#[tokio::test]
async fn a_created_party_holds_everything_the_user_typed_and_nothing_else() {
    let world = World::empty().await;
    let mut company = person(1);
    company
        .properties
        .insert("VAT number".into(), Some("BE 0403.170.701".into()));
    company
        .properties
        .insert("company".into(), Some("'t Jampens & Zn".into()));
    company.address = "Rue de la Loi 16 bte 4".into();
    company.phone_number = "09 203 56 99".into();
    company.phone_country_code = "32".into();
    world.sandbox.planyo.add(company);
    let mut man = person(2);
    man.last_name = "D'Hondt-Müller".into();
    man.address = "Residentie De Linde, Kerkstraat 12".into();
    man.language = "PT".into();
    world.sandbox.planyo.add(man);
    world.sync().await;
    let party = |user| {
        let mut party = world.party_of(user);
        party.retain(|name, _| {
            !matches!(
                name.as_str(),
                "PartyID" | "Created" | "LastModified" | "Addresses"
            )
        });
        serde_json::to_string_pretty(&party).unwrap()
    };
    insta::assert_snapshot!("created_company", party(1));
    insta::assert_snapshot!("created_person", party(2));
    let posted = world.sandbox.billit.requests();
    assert!(
        posted.iter().all(|request| !request.body.contains("IBAN")),
        "never a made-up IBAN"
    );
}

#[tokio::test]
async fn a_change_in_planyo_is_patched_and_nothing_more() {
    let world = World::empty().await;
    for id in 1..=5 {
        world.sandbox.planyo.add(person(id));
    }
    world.sync().await;
    world
        .sandbox
        .planyo
        .edit(2, |user| user.city = "Brugge".into());
    world.sandbox.planyo.edit(3, |user| {
        user.address = "Nieuwstraat 8".into();
        user.mobile_number = String::new();
    });
    world
        .sandbox
        .planyo
        .edit(4, |user| user.email = "PERSON4@EXAMPLE.COM".into());
    world.clear();
    let report = world.sync().await;
    assert_eq!(report.counts().updated, 2, "{report}");
    let patches: Vec<String> = world
        .sandbox
        .billit
        .requests()
        .iter()
        .filter(|request| request.method == "PATCH")
        .map(|request| request.body.clone())
        .collect();
    let patches: BTreeSet<&str> = patches.iter().map(String::as_str).collect();
    assert_eq!(
        patches,
        BTreeSet::from([
            r#"{"City":"Brugge"}"#,
            r#"{"Street":"Nieuwstraat","StreetNumber":"8"}"#
        ])
    );
    let party = world.party_of(3);
    assert_eq!(
        text(&party, "Mobile"),
        Some("+32470000003"),
        "a blank in Planyo blanks nothing in Billit"
    );
    world.sync_changes_nothing().await;
}

#[tokio::test]
async fn a_box_of_the_old_address_does_not_stay_beside_the_new_one() {
    let world = World::empty().await;
    let mut user = person(1);
    user.address = "Kerkstraat 12 bus 3".into();
    world.sandbox.planyo.add(user);
    world.sync().await;
    assert_eq!(text(&world.party_of(1), "Box"), Some("3"));
    world
        .sandbox
        .planyo
        .edit(1, |user| user.address = "Nieuwstraat 8".into());
    world.sync().await;
    let party = world.party_of(1);
    assert_eq!(
        (text(&party, "Street"), text(&party, "Box")),
        (Some("Nieuwstraat"), None)
    );
}

#[tokio::test]
async fn what_an_accountant_owns_stays_as_written() {
    let world = World::empty().await;
    let mut user = person(1);
    user.properties
        .insert("vat_number".into(), Some("BE0403170701".into()));
    world.sandbox.planyo.add(user);
    world.sync().await;
    let id = world.party_of(1)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(id, |party| {
        party.insert("VATNumber".into(), json!("BE0563846944"));
        party.insert("Language".into(), json!("FR"));
        party.insert(
            "Email".into(),
            json!("boss@example.com; PERSON1@example.com"),
        );
        party.insert("Phone".into(), json!("+3292035699"));
        party.insert("Street".into(), json!("Kerkstraat 1"));
        party.remove("StreetNumber");
    });
    world.sync_changes_nothing().await;
    let outcome = sync_customer(&world.planyo, &world.billit, 1, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Unchanged);
    let notes: Vec<String> = outcome
        .notes
        .iter()
        .map(|note| note.field.to_string())
        .collect();
    assert_eq!(notes, ["VATNumber", "Language"]);
}

#[tokio::test]
async fn a_policy_can_be_set() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    world.sync().await;
    world.sandbox.planyo.edit(1, |user| {
        user.language = "FR".into();
        user.city = "Brugge".into();
    });
    let rules = MappingRules::default()
        .policy(
            "Language".parse().unwrap(),
            customer_sync::FieldPolicy::Overwrite,
        )
        .policy(
            "City".parse().unwrap(),
            customer_sync::FieldPolicy::PreferBillit,
        );
    let options = SyncOptions::default().rules(rules);
    // The language is in the single record; Planyo's lists lack it.
    sync_customer(&world.planyo, &world.billit, 1, &options)
        .await
        .unwrap();
    let party = world.party_of(1);
    assert_eq!(
        (text(&party, "Language"), text(&party, "City")),
        (Some("FR"), Some("Gent"))
    );
}

#[tokio::test]
async fn a_customer_number_is_sent_and_matched_only_when_asked_for() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(7));
    let id = world
        .sandbox
        .billit
        .add(json!({"Name": "PERSON Number7", "PartyType": "Customer", "Nr": "7"}));
    let options = SyncOptions::default()
        .rules(MappingRules::default().customer_number(CustomerNumber::SourceId));
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(
        report.outcome(&key(7)).unwrap().kind,
        OutcomeKind::Linked,
        "{report}"
    );
    assert_eq!(world.party_of(7)["PartyID"], json!(id));
}

#[tokio::test]
async fn blanks_never_match_each_other() {
    let world = World::empty().await;
    let mut nobody = person(1);
    nobody.email = String::new();
    world.sandbox.planyo.add(nobody);
    let blank = json!({"Name": "", "Email": "", "VATNumber": "", "Nr": "", "ExternalProviderID": "", "PartyType": "Customer"});
    world.sandbox.billit.add(blank);
    let report = world.sync().await;
    assert_eq!(report.counts().created, 1, "{report}");
}

#[tokio::test]
async fn two_users_billit_would_merge_are_left_alone() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let mut twin = person(2);
    twin.email = "PERSON1@example.com".into();
    world.sandbox.planyo.add(twin);
    world.sandbox.planyo.add(person(3));
    let report = world.sync().await;
    assert_eq!(
        (report.counts().ambiguous, report.counts().created),
        (2, 1),
        "{report}"
    );
    world.sync_changes_nothing().await;
}

#[tokio::test]
async fn a_party_of_another_system_is_not_taken_over() {
    let world = World::empty().await;
    let mut user = person(1);
    user.properties
        .insert("vat_number".into(), Some("BE0403170701".into()));
    world.sandbox.planyo.add(user);
    world.sandbox.billit.add(json!({
        "Name": "X", "PartyType": "Customer", "VATNumber": "BE0403170701", "ExternalProviderID": "crm-77"
    }));
    let report = world.sync_changes_nothing().await;
    assert_eq!(report.counts().conflict, 1);
    assert!(
        !report.to_string().contains("crm-77"),
        "the link of another system may be anything: {report}"
    );
}

#[tokio::test]
async fn a_malformed_record_is_reported_and_stops_no_other() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let mut broken = person(2);
    broken.malformed = Some(json!({"id": {"no": "number"}, "email": "x@example.com"}));
    world.sandbox.planyo.add(broken);
    let mut named = person(4);
    named.malformed =
        Some(json!({"id": "none", "first_name": "Zoë", "last_name": " Quast ", "email": 7}));
    world.sandbox.planyo.add(named);
    world.sandbox.planyo.add(person(3));
    let plan = plan_customers(&world.planyo, &world.billit, &options())
        .await
        .unwrap();
    let report = world.sync().await;
    assert_eq!(
        (report.counts().created, report.counts().quarantined),
        (2, 2),
        "{report}"
    );
    // A person finds them by what can be read; a log names nobody.
    for name in ["x@example.com", "Zoë Quast"] {
        assert!(plan.with_values().to_string().contains(name));
        assert!(report.with_values().to_string().contains(name));
        for logged in [
            plan.to_string(),
            report.to_string(),
            format!("{plan:?} {report:?}"),
        ] {
            assert!(!logged.contains(name), "{logged}");
        }
    }
}

#[tokio::test]
async fn a_page_that_fails_halfway_means_that_nothing_is_written() {
    let world = World::seeded().await;
    for (operation, server) in [("list_users", "planyo"), ("GET /v1/parties", "billit")] {
        world.clear();
        let faults = if server == "planyo" {
            world.sandbox.planyo.faults()
        } else {
            world.sandbox.billit.faults()
        };
        world
            .sandbox
            .billit
            .configure(|settings| settings.page_size = 10);
        // The first page succeeds; then every attempt fails.
        for attempt in 1..=4 {
            faults.on(operation, attempt, Fault::InternalError);
        }
        let failed = sync_customers(&world.planyo, &world.billit, &SyncOptions::default()).await;
        let error = failed.unwrap_err();
        assert!(
            matches!(error, SyncError::Planyo(_)) == (server == "planyo"),
            "{error}"
        );
        assert_eq!(world.writes(), 0);
        faults.clear();
    }
}

#[tokio::test]
async fn the_listing_is_complete_however_it_is_paged() {
    let expected = World::seeded().await;
    let expected = plan_customers(&expected.planyo, &expected.billit, &SyncOptions::default())
        .await
        .unwrap();
    for (page_size, relative) in [(3, false), (25, true), (7, true)] {
        let world = World::seeded().await;
        world
            .sandbox
            .planyo
            .configure(|settings| settings.max_page_size = page_size);
        world.sandbox.billit.configure(|settings| {
            settings.page_size = page_size;
            settings.relative_next_link = relative;
        });
        let plan = plan_customers(&world.planyo, &world.billit, &SyncOptions::default())
            .await
            .unwrap();
        assert_eq!(plan, expected, "in pages of {page_size}");
    }
}

#[tokio::test]
async fn a_plan_only_reads_and_is_what_is_then_done() {
    let world = World::seeded().await;
    let plan = plan_customers(&world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!(world.writes(), 0);
    let json = serde_json::to_string(&plan).unwrap();
    let plan: customer_sync::Plan = serde_json::from_str(&json).unwrap();
    let report = apply(&plan, &world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!(report.counts(), plan.counts());
    world.sync_changes_nothing().await;
}

#[tokio::test]
async fn a_party_that_has_changed_since_the_plan_is_left_alone() {
    let world = World::empty().await;
    for id in 1..=3 {
        world.sandbox.planyo.add(person(id));
    }
    world.sync().await;
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Brugge".into());
    world
        .sandbox
        .planyo
        .edit(2, |user| user.city = "Brugge".into());
    world
        .sandbox
        .planyo
        .edit(3, |user| user.city = "Brugge".into());
    world.sandbox.planyo.add(person(4));
    let plan = plan_customers(&world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    let party = |user| world.party_of(user)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.edit(party(1), |party| {
        drop(party.insert("City".into(), json!("Ieper")));
    });
    world.sandbox.billit.remove(party(2));
    world.sandbox.billit.edit(party(3), |party| {
        drop(party.insert("City".into(), json!("Brugge")));
    });
    let other =
        json!({"Name": "By hand", "PartyType": "Customer", "ExternalProviderID": "planyo:4"});
    world.sandbox.billit.add(other);
    world.clear();
    let report = apply(&plan, &world.planyo, &world.billit, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!(
        (report.counts().skipped, report.counts().unchanged),
        (3, 1),
        "{report}"
    );
    assert_eq!(world.writes(), 0);
    assert_eq!(text(&world.party_of(1), "City"), Some("Ieper"));
}

/// Billit merges two users that share only the address.
#[tokio::test]
async fn a_party_that_billit_merged_a_customer_into_gets_its_values_back() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers.extend([Matcher::Address]));
    let by_hand = json!({
        "Name": "Oma Peeters", "PartyType": "Customer", "Email": "oma@example.com", "Phone": "+3292035699",
        "Street": "Kerkstraat", "StreetNumber": "1", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"
    });
    let id = world.sandbox.billit.add(by_hand);
    let before = world.sandbox.billit.party(id).unwrap();
    world.sandbox.planyo.add(person(1));
    world.sandbox.planyo.add(person(2));
    let report = world.sync().await;
    let outcome = report.outcome(&key(1)).unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Quarantined, "{report}");
    assert_eq!(outcome.party.map(billit_client::PartyId::get), Some(id));
    assert!(
        outcome.reason.contains("its values were put back"),
        "{}",
        outcome.reason
    );
    assert_eq!(report.outcome(&key(2)).unwrap().kind, OutcomeKind::Created);
    let after = world.sandbox.billit.party(id).unwrap();
    for field in [
        "Name",
        "Email",
        "Phone",
        "Mobile",
        "Street",
        "StreetNumber",
        "Language",
        "ExternalProviderID",
    ] {
        assert_eq!(text(&after, field), text(&before, field), "{field}");
    }
}

/// "POST of different parties returned the same party id every time", as a user of Billit reported.
#[tokio::test]
async fn one_id_for_every_create_loses_no_customer() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers.clear());
    for id in 1..=6 {
        world.sandbox.planyo.add(person(id));
    }
    let fixed = world
        .sandbox
        .billit
        .add(json!({"Name": "First", "PartyType": "Customer", "City": "Ieper"}));
    world
        .sandbox
        .billit
        .configure(|settings| settings.always_same_party = Some(fixed));
    let report = world.sync().await;
    assert_eq!(report.counts().quarantined, 6, "{report}");
    let party = world.sandbox.billit.party(fixed).unwrap();
    assert_eq!(
        (text(&party, "Name"), text(&party, "City")),
        (Some("First"), Some("Ieper"))
    );
    assert_eq!(text(&party, "ExternalProviderID"), None);
    assert_eq!(world.sandbox.billit.parties().len(), 1);
}

#[tokio::test]
async fn two_new_customers_that_billit_merges_stay_one_party_of_one_of_them() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [Matcher::Address].into());
    let mut first = person(1);
    first.mobile_number = String::new();
    let mut second = person(2);
    second.address = first.address.clone();
    world.sandbox.planyo.add(first);
    world.sandbox.planyo.add(second);
    let report = world.sync().await;
    assert_eq!(
        (report.counts().created, report.counts().quarantined),
        (1, 1),
        "{report}"
    );
    let owner = report
        .outcomes
        .iter()
        .find(|outcome| outcome.kind == OutcomeKind::Created)
        .unwrap();
    let parties = world.sandbox.billit.parties();
    assert_eq!(parties.len(), 1);
    assert_eq!(
        text(&parties[0], "ExternalProviderID"),
        Some(owner.key.to_string().as_str())
    );
    assert_eq!(text(&parties[0], "Name"), Some(owner.name.as_str()));
    assert_eq!(text(&parties[0], "Mobile").is_some(), owner.key.id() == "2");
}

/// Each fault at each request: no customer is created twice, and one or two runs later everything is synced.
#[tokio::test]
async fn no_fault_makes_a_duplicate() {
    let faults = [
        Fault::TooManyRequests { retry_after: 0 },
        Fault::InternalError,
        Fault::Unavailable { retry_after: None },
        Fault::Unavailable {
            retry_after: Some(0),
        },
        Fault::HtmlBody,
        Fault::TruncatedJson,
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::Slow { millis: 5 },
        Fault::Overuse,
    ];
    let operations = [
        "POST /v1/parties",
        "GET /v1/parties",
        "PATCH /v1/parties/{id}",
        "GET /v1/parties/{id}",
        "list_users",
    ];
    for header in [IdempotencyHeader::None, IdempotencyHeader::Key] {
        for fault in faults {
            for operation in operations {
                let world = World::empty().await;
                world.sandbox.billit.configure(|settings| {
                    settings.idempotency_header = header;
                    settings.matchers.clear();
                });
                for id in 1..=4 {
                    world.sandbox.planyo.add(person(id));
                }
                world.sandbox.billit.add(json!({
                    "Name": "Person Number4", "PartyType": "Customer", "Email": "person4@example.com"
                }));
                let plan = if operation == "list_users" {
                    world.sandbox.planyo.faults()
                } else {
                    world.sandbox.billit.faults()
                };
                plan.on(operation, 0, fault);
                plan.on(operation, 2, fault);
                let told = format!("{fault:?} at {operation}, keys {header:?}");
                let _ = sync_customers(&world.planyo, &world.billit, &options()).await;
                plan.clear();
                assert!(struck(&world, fault) > 0, "{told}");
                let report = world.sync().await;
                assert_eq!(report.counts().failed, 0, "{told}: {report}");
                assert_eq!(world.linked().len(), 4, "{told}: {report}");
                assert_eq!(world.sandbox.billit.parties().len(), 4, "{told}: {report}");
                world.sync_changes_nothing().await;
            }
        }
    }
}

/// How many faults occurred on both sides.
fn struck(world: &World, fault: Fault) -> usize {
    let mut requests = world.sandbox.billit.requests();
    requests.extend(world.sandbox.planyo.requests());
    requests
        .iter()
        .filter(|request| request.fault == Some(fault))
        .count()
}

#[tokio::test]
async fn an_answer_that_comes_too_late_makes_no_duplicate() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers.clear());
    world.sandbox.planyo.add(person(1));
    // Longer than any timeout: the write takes effect, and the answer is lost.
    world
        .sandbox
        .billit
        .faults()
        .on("POST /v1/parties", 0, Fault::Slow { millis: 600_000 });
    let report = world.sync().await;
    assert_eq!(report.counts().created, 1, "{report}");
    assert_eq!(world.sandbox.billit.parties().len(), 1);
}

#[tokio::test]
async fn one_customer_that_fails_stops_no_other() {
    let world = World::empty().await;
    for id in 1..=6 {
        world.sandbox.planyo.add(person(id));
    }
    world
        .sandbox
        .billit
        .faults()
        .always("POST /v1/parties", Fault::InternalError);
    let report = world.sync().await;
    assert_eq!(report.counts().failed, 6, "{report}");
    assert!(
        report.outcomes[0].reason.contains("HTTP 500"),
        "{}",
        report.outcomes[0].reason
    );
    world.sandbox.billit.faults().clear();
    assert_eq!(world.sync().await.counts().created, 6);
}

/// Cancelled at any write and run again: the same parties as without the cancellation.
#[tokio::test]
async fn a_crash_in_the_middle_makes_no_duplicate() {
    for after in 1..=12 {
        let world = World::empty().await;
        world
            .sandbox
            .billit
            .configure(|settings| settings.matchers.clear());
        for id in 1..=12 {
            world.sandbox.planyo.add(person(id));
        }
        let written = Arc::new(AtomicUsize::new(0));
        let crash = Arc::new(Notify::new());
        let options = SyncOptions::default().on_progress({
            let (written, crash) = (Arc::clone(&written), Arc::clone(&crash));
            move |progress| {
                if matches!(progress, Progress::Written(_))
                    && written.fetch_add(1, Ordering::SeqCst) + 1 == after
                {
                    crash.notify_one();
                }
            }
        });
        tokio::select! {
            biased;
            () = crash.notified() => {}
            _ = sync_customers(&world.planyo, &world.billit, &options) => {}
        }
        let report = world.sync().await;
        assert_eq!(report.counts().failed, 0, "{report}");
        assert_eq!(
            world.linked().len(),
            12,
            "stopped after {after} writes: {report}"
        );
        assert_eq!(
            world.sandbox.billit.parties().len(),
            12,
            "stopped after {after} writes"
        );
        world.sync_changes_nothing().await;
    }
}

#[tokio::test]
async fn a_key_that_is_burnt_is_replaced_by_the_next() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.idempotency_header = IdempotencyHeader::Key);
    world.sandbox.planyo.add(person(1));
    world.sync().await;
    let first = world.party_of(1)["PartyID"].clone();
    // Removed in Billit: the same customer with the same content is created again.
    world.sandbox.billit.remove(first.as_i64().unwrap());
    world.clear();
    let report = world.sync().await;
    assert_eq!(report.counts().created, 1, "{report}");
    let statuses: Vec<_> = world
        .sandbox
        .billit
        .requests()
        .iter()
        .filter(|request| request.method == "POST")
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [Some(409), Some(200)]);
    assert_ne!(world.party_of(1)["PartyID"], first);
}

#[tokio::test]
async fn summaries_are_never_taken_for_blanks() {
    let world = World::seeded().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.summaries = true);
    let report = world.sync().await;
    let whole = World::seeded().await;
    let expected = whole.sync().await;
    assert_eq!(report.counts(), expected.counts(), "{report}\n{expected}");
    for (link, party) in whole.linked() {
        let other = world.linked().remove(&link).unwrap();
        for field in [
            "Name",
            "Street",
            "StreetNumber",
            "Box",
            "Phone",
            "Mobile",
            "Email",
            "City",
        ] {
            assert_eq!(text(&other, field), text(&party, field), "{link} {field}");
        }
    }
    world.sync_changes_nothing().await;
}

#[tokio::test]
async fn one_customer_is_looked_up_by_filter_and_not_by_listing() {
    let world = World::seeded().await;
    let options = SyncOptions::default();
    let sync = async |user: u64| {
        sync_customer(&world.planyo, &world.billit, user, &options)
            .await
            .unwrap()
    };

    assert_eq!(sync(838_825).await.kind, OutcomeKind::Created);
    world.clear();
    assert_eq!(sync(838_825).await.kind, OutcomeKind::Unchanged);
    let lists = world.sandbox.billit.requests();
    let mut lists = lists
        .iter()
        .filter(|request| request.operation == "GET /v1/parties");
    assert!(lists.all(|request| request.query.contains("filter")));
    assert_eq!(sync(838_804).await.kind, OutcomeKind::Linked);
    world
        .sandbox
        .planyo
        .edit(838_804, |user| user.city = "Veurne".into());
    assert_eq!(sync(838_804).await.kind, OutcomeKind::Updated);
    assert_eq!(sync(838_803).await.kind, OutcomeKind::Conflict);
    let ambiguous = sync(838_809).await;
    assert_eq!(ambiguous.kind, OutcomeKind::Ambiguous);
    assert!(!ambiguous.candidates.is_empty() && ambiguous.found_by.is_some());
    assert_eq!(ambiguous.party, None);
    world.sandbox.planyo.edit(838_851, |user| {
        (user.first_name, user.last_name) = (String::new(), String::new());
        user.properties.clear();
    });
    assert_eq!(sync(838_851).await.kind, OutcomeKind::Quarantined);
    let unknown = sync_customer(&world.planyo, &world.billit, 1, &options)
        .await
        .unwrap_err();
    assert!(
        matches!(&unknown, SyncError::Planyo(error) if error.is_not_found()),
        "{unknown}"
    );
    // A full run agrees with runs of one.
    let report = world.sync().await;
    assert_eq!(
        report.outcome(&key(838_825)).unwrap().kind,
        OutcomeKind::Unchanged
    );
    assert_eq!(
        report.outcome(&key(838_804)).unwrap().kind,
        OutcomeKind::Unchanged
    );
}

#[tokio::test]
async fn a_refused_filter_falls_back_to_the_listing() {
    let world = World::seeded().await;
    let refused = ["ExternalProviderID", "Email", "VATNumber"];
    world
        .sandbox
        .billit
        .configure(|settings| settings.forbidden_properties = refused.map(str::to_owned).into());
    let options = options();
    let first = sync_customer(&world.planyo, &world.billit, 838_825, &options)
        .await
        .unwrap();
    assert_eq!(first.kind, OutcomeKind::Created, "{}", first.reason);
    let again = sync_customer(&world.planyo, &world.billit, 838_825, &options)
        .await
        .unwrap();
    assert_eq!(again.kind, OutcomeKind::Unchanged, "{}", again.reason);
    // A create with an unknown outcome is looked up in the listing too.
    world
        .sandbox
        .billit
        .faults()
        .on("POST /v1/parties", 0, Fault::ResetAfter);
    let third = sync_customer(&world.planyo, &world.billit, 838_826, &options)
        .await
        .unwrap();
    assert_eq!(third.kind, OutcomeKind::Created, "{}", third.reason);
    world.linked();
}

#[tokio::test]
async fn a_customer_that_billit_merged_is_reported_and_repaired() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = [Matcher::Address].into());
    let by_hand = json!({
        "Name": "Oma", "PartyType": "Customer", "Street": "Kerkstraat", "StreetNumber": "1", "Zipcode": "9000",
        "City": "Gent", "CountryCode": "BE"
    });
    world.sandbox.billit.add(by_hand);
    let later = world.sandbox.billit.clock() + std::time::Duration::from_secs(3600);
    world.sandbox.billit.set_clock(later);
    world.sandbox.planyo.add(person(1));
    let outcome = sync_customer(&world.planyo, &world.billit, 1, &SyncOptions::default())
        .await
        .unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Quarantined, "{}", outcome.reason);
    assert!(
        outcome.reason.contains("existed before"),
        "{}",
        outcome.reason
    );
    assert_eq!(
        text(&world.sandbox.billit.parties()[0], "Name"),
        Some("Oma")
    );
}

#[tokio::test]
async fn progress_tells_each_customer_once() {
    let world = World::seeded().await;
    let told = Arc::new(Mutex::new((0, Vec::new())));
    let options = SyncOptions::default().concurrency(2).on_progress({
        let told = Arc::clone(&told);
        move |progress| {
            let mut told = told.lock().unwrap();
            match progress {
                Progress::Planned(counts) => told.0 = counts.total(),
                Progress::Settled(outcome) => told.1.push(outcome.key.clone()),
                _ => {}
            }
        }
    });
    let report = sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let (planned, mut settled) = told.lock().unwrap().clone();
    settled.sort();
    let reported: Vec<_> = report
        .outcomes
        .iter()
        .map(|outcome| outcome.key.clone())
        .collect();
    assert_eq!((planned, settled), (60, reported));
}

#[tokio::test]
async fn concurrent_runs_for_one_customer_create_one_party() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.idempotency_header = IdempotencyHeader::Both);
    world.sandbox.planyo.add(person(1));
    let options = options();
    let run = || sync_customer(&world.planyo, &world.billit, 1, &options);
    let (a, b, c) = tokio::join!(run(), run(), run());
    for outcome in [a, b, c] {
        let outcome = outcome.unwrap();
        assert!(
            matches!(outcome.kind, OutcomeKind::Created | OutcomeKind::Unchanged),
            "{}",
            outcome.reason
        );
    }
    assert_eq!(world.sandbox.billit.parties().len(), 1);
}

#[tokio::test]
async fn feeds_defaults_and_identifiers_are_written_once_and_never_again() {
    let rules: MappingRules = serde_json::from_value(json!({
        "properties": {
            "Identifiers/CBE": ["kbo"], "Identifiers/GLN": ["gln"], "CustomFields/Segment": ["segment"],
            "IBAN": ["iban"], "GLAccountCode": ["grootboek"], "Email": ["factuurmail"], "Street": ["factuuradres"],
            "VATLiable": ["btw plichtig"],
        },
        "policies": {"GLAccountCode": "only_on_create", "Street": "fill_if_empty"},
        "defaults": {"GLDefaultExpiryOffset": "14", "Language": "NL", "VATLiable": "no", "Fax": "+3290000000",
            "CustomFields/Origin": "Planyo"},
    }))
    .unwrap();
    let world = World::empty().await;
    for id in 1..=4 {
        let mut user = person(id);
        user.language = String::new();
        user.country = if id % 2 == 0 { "FR" } else { "BE" }.to_owned();
        let filled: &[(&str, &str)] = match id {
            1 => &[
                ("kbo", "0403.170.701"),
                ("GLN", "5412345 67890 8"),
                ("segment", "Scholen"),
            ],
            2 => &[
                ("iban", "BE71 0961 2345 6769"),
                ("Grootboek", "400000"),
                ("btw plichtig", "nee"),
            ],
            3 => &[
                ("factuurmail", "Boek@Example.be"),
                ("factuuradres", "Nieuwstraat 8 bus 2"),
                ("kbo", "geen"),
            ],
            _ => &[],
        };
        let filled = filled
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())));
        user.properties = filled.collect();
        world.sandbox.planyo.add(user);
    }
    // A customer that is in Billit already.
    let mut known = person(5);
    let number = Some("BE 0563.846.944".to_owned());
    known.properties.insert("btw".to_owned(), number);
    world.sandbox.planyo.add(known);
    world.sandbox.billit.add(json!({
        "Name": "Person Number5", "PartyType": "Customer", "VATNumber": "BE0563846944", "VATLiable": true,
    }));
    let plain = SyncOptions::default().rules(rules.clone());
    let remembering = SyncOptions::default()
        .rules(rules)
        .store(MemoryStore::new());
    for (run, options) in [&plain, &plain, &remembering, &remembering]
        .into_iter()
        .enumerate()
    {
        let report = sync_customers(&world.planyo, &world.billit, options)
            .await
            .unwrap();
        let counts = report.counts();
        let settled = (counts.created, counts.linked, counts.unchanged);
        assert_eq!(
            settled,
            if run == 0 { (4, 1, 0) } else { (0, 0, 5) },
            "{run}: {report}"
        );
        assert!(run == 0 || world.writes() == 0);
        world.clear();
    }
    let party = |id| serde_json::Value::Object(world.party_of(id));
    let cbe = json!({"IdentifierType": "CBE", "Identifier": "0403170701", "SchemeID": "0208"});
    assert!(
        party(1)["Identifiers"].as_array().unwrap().contains(&cbe),
        "{}",
        party(1)
    );
    assert_eq!(party(2)["IBAN"], "BE71096123456769");
    assert_eq!(
        (&party(2)["VATLiable"], &party(2)["Language"]),
        (&json!(false), &json!("FR"))
    );
    assert_eq!(
        (&party(3)["Email"], &party(3)["Box"]),
        (&json!("Boek@example.be"), &json!("2"))
    );
    assert_eq!(
        (&party(4)["Fax"], &party(4)["Language"]),
        (&json!("+3290000000"), &json!("FR"))
    );
    assert_eq!(party(1)["Language"], "NL");
    assert_eq!(party(5)["Fax"], "+3290000000");
    // Who was there before is not told to pay at another account.
    assert_eq!(party(5).get("GLAccountCode"), None);
}
