//! Values that Billit's API takes only for a new party: a change of one is said of its customer, once and counted.

#![cfg(all(feature = "planfy", feature = "sync"))]
#![allow(clippy::unwrap_used, clippy::panic)] // As in tests.

mod common;

use common::{World, key, notes, person};
use customer_sync::document::{Document, Separator};
use customer_sync::planfy::{self, Export};
use customer_sync::store::{MemoryStore, State, StoredValues};
use customer_sync::{
    CustomerKey, MappingRules, Note, Outcome, OutcomeKind, Plan, SyncOptions, SyncReport, apply,
    plan_customer, plan_customers, sync_changed, sync_customer, sync_customers,
};

const HEAD: &str = "planfy_id,name,city,email,dob,gender,occupation\n";
const ROADS: [&str; 5] = ["full", "plan file", "one", "plan of one", "changed"];
const CHANGED: &str =
    "changed in the source; Billit's API takes it only for a new party: change it in Billit";
const DIFFERS: &str = "differs; Billit's API cannot change it";

fn export(city: &str, occupation: &str) -> Export {
    let ann = format!("77,Ann Peeters,{city},ann@example.com,1990-02-03,female,{occupation}\n");
    let tom = "9,Tom Maes,Gent,tom@example.com,1980-01-01,male,Smith\n";
    Export::bytes(format!("{HEAD}{ann}{tom}").into_bytes())
}

fn rules() -> MappingRules {
    let custom = |name: &str| format!("CustomFields/{name}").parse().unwrap();
    planfy::rules("shop")
        .properties(custom("Occupation"), ["occupation"])
        .properties(custom("Born"), ["dob"])
        .properties(custom("Gender"), ["gender"])
}

/// Both customers have a party. Lists show custom fields, or do not.
async fn settled(values: StoredValues, are_shown: bool) -> (World, SyncOptions) {
    let world = World::empty().await;
    let state = State::new(MemoryStore::new()).with_stored_values(values);
    let options = SyncOptions::default().rules(rules()).store(state);
    let report = sync_customers(&export("Gent", "Baker"), &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.counts().created, 2, "{report}");
    assert_eq!(report.only_for_new_parties(), 0, "{report}");
    if !are_shown {
        hide_custom_fields(&world);
    }
    (world, options)
}

fn hide_custom_fields(world: &World) {
    let parties = world.sandbox.billit.parties();
    let fields = parties.iter().flat_map(|party| party.keys().cloned());
    let fields = fields.filter(|field| field != "CustomFields").collect();
    world.sandbox.billit.configure(|settings| {
        settings.summaries = true;
        settings.summary_fields = fields;
    });
}

/// What a plan said, and then the report of its application.
async fn planned(plan: Plan, source: &Export, world: &World, options: &SyncOptions) -> SyncReport {
    let saved = serde_json::to_string(&plan).unwrap();
    let plan: Plan = serde_json::from_str(&saved).unwrap();
    let report = apply(&plan, source, &world.billit, options).await.unwrap();
    assert_eq!(plan.only_for_new_parties(), report.only_for_new_parties());
    for (step, outcome) in plan.steps.iter().zip(&report.outcomes) {
        assert!(step.notes == outcome.notes);
    }
    report
}

/// The outcome of Ann by one road, and the number of notes in the report.
async fn by_road(
    road: &str,
    source: &Export,
    world: &World,
    options: &SyncOptions,
) -> (Outcome, usize) {
    let billit = &world.billit;
    let report = match road {
        "one" => {
            let outcome = sync_customer(source, billit, 77, options).await.unwrap();
            let said = outcome
                .notes
                .iter()
                .filter(|note| note.is_only_for_new_party());
            let said = said.count();
            return (outcome, said);
        }
        "full" => sync_customers(source, billit, options).await.unwrap(),
        "changed" => sync_changed(source, billit, options).await.unwrap(),
        "plan of one" => {
            let plan = plan_customer(source, billit, 77, options).await.unwrap();
            planned(plan, source, world, options).await
        }
        _ => {
            let plan = plan_customers(source, billit, options).await.unwrap();
            planned(plan, source, world, options).await
        }
    };
    assert_eq!(report.store_error, None);
    let said = report.only_for_new_parties();
    let mut counters = report.counters();
    let counter = counters.find(|(name, _)| name == "fields_only_for_new");
    assert_eq!(counter.unwrap().1, said as u64);
    let ann = CustomerKey::new("planfy:shop", "77");
    (report.outcome(&ann).unwrap().clone(), said)
}

#[tokio::test]
async fn another_occupation_is_said_once_by_every_road_and_counted() {
    for road in ROADS {
        for values in [StoredValues::Plain, StoredValues::Hashed] {
            for are_shown in [true, false] {
                let case = format!("{road}, {values:?}, shown {are_shown}");
                let (world, options) = settled(values, are_shown).await;
                // Alone, with a change that is written, and cleared.
                for (city, occupation, kind) in [
                    ("Gent", "Cook", OutcomeKind::Unchanged),
                    ("Aalst", "Painter", OutcomeKind::Updated),
                    ("Aalst", "", OutcomeKind::Unchanged),
                ] {
                    let source = export(city, occupation);
                    let plan = plan_customers(&source, &world.billit, &options)
                        .await
                        .unwrap();
                    let (outcome, said) = by_road(road, &source, &world, &options).await;
                    assert_eq!(outcome.kind, kind, "{case}");
                    let notes = notes(&outcome);
                    let expected =
                        [CHANGED, DIFFERS].map(|why| format!("CustomFields/Occupation {why}"));
                    assert_eq!(notes.len(), 1, "{case}: {notes:?}");
                    assert!(expected.contains(&notes.concat()), "{case}: {notes:?}");
                    // The plan and the report count the same.
                    assert_eq!((plan.only_for_new_parties(), said), (1, 1), "{case}");
                    // Once: not by any road later.
                    for later in ROADS {
                        let (outcome, said) = by_road(later, &source, &world, &options).await;
                        assert_eq!(outcome.kind, OutcomeKind::Unchanged, "{case}, {later}");
                        assert!(outcome.notes.is_empty(), "{case}, {later}");
                        assert_eq!(said, 0, "{case}, {later}");
                    }
                }
            }
        }
    }
}

/// Without a store a run knows only what Billit shows, and says it each time.
#[tokio::test]
async fn without_a_store_what_billit_shows_is_said_by_every_road() {
    for road in ROADS {
        let (world, _) = settled(StoredValues::Plain, true).await;
        let options = SyncOptions::default().rules(rules());
        for _ in 0..2 {
            let source = export("Gent", "Cook");
            let (outcome, said) = by_road(road, &source, &world, &options).await;
            let expected = format!("CustomFields/Occupation {DIFFERS}");
            assert_eq!(notes(&outcome), [expected], "{road}");
            assert_eq!(said, 1, "{road}");
        }
    }
}

/// A write that fails says it too, and so does the run that repeats it.
#[tokio::test]
async fn a_write_that_fails_says_it_and_the_next_run_again() {
    for road in ROADS {
        let (world, options) = settled(StoredValues::Hashed, false).await;
        let source = export("Aalst", "Cook");
        world.sandbox.billit.configure(|settings| {
            settings.refused_values = [("City".to_owned(), "Aalst".to_owned())].into();
        });
        let (outcome, said) = by_road(road, &source, &world, &options).await;
        assert_eq!((outcome.kind, said), (OutcomeKind::Failed, 1), "{road}");
        world
            .sandbox
            .billit
            .configure(|settings| settings.refused_values.clear());
        let again = options.clone().retry_quarantined();
        let (outcome, said) = by_road("full", &source, &world, &again).await;
        assert_eq!((outcome.kind, said), (OutcomeKind::Updated, 1), "{road}");
        let (_, said) = by_road("full", &source, &world, &again).await;
        assert_eq!(said, 0, "{road}");
    }
}

/// Every text and file says it, of a customer of whom nothing is written too. What can be logged has no value.
#[tokio::test]
async fn all_outputs_show_it() {
    let (world, options) = settled(StoredValues::Plain, false).await;
    let source = export("Gent", "Cook");
    let plan = plan_customers(&source, &world.billit, &options)
        .await
        .unwrap();
    let rules = rules();
    let documents = |document: &Document<'_>| {
        let (mut csv, mut lines, mut html, mut markdown) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        document.csv(&mut csv, Separator::Comma).unwrap();
        document.json_lines(&mut lines).unwrap();
        document.html(&mut html).unwrap();
        document.markdown(&mut markdown).unwrap();
        [csv, lines, html, markdown].map(|bytes| String::from_utf8(bytes).unwrap())
    };
    let report = sync_customers(&source, &world.billit, &options)
        .await
        .unwrap();
    let said = |note: &Note| note.is_only_for_new_party();
    assert_eq!(
        report
            .outcomes
            .iter()
            .flat_map(|one| &one.notes)
            .filter(|note| said(note))
            .count(),
        1
    );
    let logged = [plan.to_string(), report.to_string(), format!("{report:?}")];
    for text in &logged {
        assert!(!text.contains("Cook"), "{text}");
    }
    let shown = [
        plan.with_values().to_string(),
        report.with_values().to_string(),
    ];
    let files = [
        documents(&plan.document(&rules)),
        documents(&report.document(&rules)),
    ];
    let texts = logged
        .iter()
        .take(2)
        .chain(&shown)
        .chain(files.as_flattened());
    for text in texts {
        assert!(text.contains("CustomFields/Occupation"), "{text}");
        assert!(text.contains("changed in the source"), "{text}");
        assert_eq!(text.matches("changed in the source").count(), 1, "{text}");
    }
}

/// An identifier, and whether VAT is deductible: also where that follows from the number that a person has got.
#[tokio::test]
async fn identifiers_and_deduction_are_said_by_every_road() {
    for road in common::ROADS {
        for summaries in [false, true] {
            let case = format!("{road}, summaries {summaries}");
            let world = World::empty().await;
            world.sandbox.planyo.add(person(1));
            let rules = MappingRules::default()
                .properties("Identifiers/GLN".parse().unwrap(), ["gln"])
                .properties("VATDeductable".parse().unwrap(), ["deductible"]);
            let state = State::new(MemoryStore::new());
            let options = common::options().rules(rules).store(state);
            let set = |name: &'static str, value: &str| {
                let value = (!value.is_empty()).then(|| value.to_owned());
                world.sandbox.planyo.edit(1, |user| {
                    user.properties.insert(name.to_owned(), value);
                });
            };
            set("gln", "5412345000013");
            set("deductible", "no");
            common::run(&world, &options).await;
            if summaries {
                let fields = world.party_of(1).into_iter().map(|(field, _)| field);
                let hidden = ["Identifiers", "VATDeductable"];
                let fields = fields
                    .filter(|field| !hidden.contains(&field.as_str()))
                    .collect();
                world.sandbox.billit.configure(|settings| {
                    settings.summaries = true;
                    settings.summary_fields = fields;
                });
            }
            for (name, value, field) in [
                ("gln", "4000001000005", "Identifiers/GLN"),
                ("deductible", "yes", "VATDeductable"),
            ] {
                set(name, value);
                for expected in [1, 0] {
                    let outcomes = common::by_road(road, &world, &options).await;
                    let notes = outcomes.iter().flat_map(notes).collect::<Vec<_>>();
                    assert_eq!(notes.len(), expected, "{case}: {notes:?}");
                    assert!(
                        notes.iter().all(|note| note.starts_with(field)),
                        "{notes:?}"
                    );
                }
            }
        }
    }
}

/// A person has got a VAT number, and a business has lost it: what Billit was told of deduction does not follow.
#[tokio::test]
async fn deduction_does_not_follow_who_becomes_a_business() {
    for road in common::ROADS {
        for summaries in [false, true] {
            let case = format!("{road}, summaries {summaries}");
            let (world, _, options) = common::settled(1).await;
            if summaries {
                let fields = world.party_of(1).into_iter().map(|(field, _)| field);
                let fields = fields.filter(|field| field != "VATDeductable").collect();
                world.sandbox.billit.configure(|settings| {
                    settings.summaries = true;
                    settings.summary_fields = fields;
                });
            }
            let number = |number: Option<&str>| {
                let company = number.map(|_| "Zon BV".to_owned());
                let number = number.map(str::to_owned);
                world.sandbox.planyo.edit(1, |user| {
                    user.properties.insert("vat_number".to_owned(), number);
                    user.properties.insert("company".to_owned(), company);
                });
            };
            number(Some("BE0403170701"));
            for expected in [1, 0] {
                let outcomes = common::by_road(road, &world, &options).await;
                let said = outcomes.iter().flat_map(notes);
                let said = said.filter(|note| note.starts_with("VATDeductable"));
                assert_eq!(said.count(), expected, "{case}: {outcomes:?}");
            }
            assert_eq!(world.party_of(1)["VATDeductable"], false, "{case}");
            // Put right by hand.
            let party = world.party_of(1)["PartyID"].as_i64().unwrap();
            world.sandbox.billit.edit(party, |party| {
                party.insert("VATDeductable".to_owned(), true.into());
            });
            let outcomes = common::by_road(road, &world, &options).await;
            let said = outcomes.iter().flat_map(notes).collect::<Vec<_>>();
            assert!(said.is_empty(), "{case}: {said:?}");
            // A private person again.
            number(None);
            for expected in [1, 0] {
                let outcomes = common::by_road(road, &world, &options).await;
                assert!(outcomes.iter().any(|outcome| outcome.key == key(1)));
                let said = outcomes.iter().flat_map(notes);
                let said = said.filter(|note| note.starts_with("VATDeductable"));
                assert_eq!(said.count(), expected, "{case}: {outcomes:?}");
            }
        }
    }
}
