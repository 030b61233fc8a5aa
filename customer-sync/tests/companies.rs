//! Companies whose e-mail address in Billit, often the mailbox for invoices, is not that of whoever booked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // As in tests.

mod common;
use common::{ROADS, World, by_road, key, notes, person, run, text};
use customer_sync::document::{Decision, Overrides, Separator};
use customer_sync::matching::MatchedBy;
use customer_sync::store::{Actor, MemoryStore, State, StoredValues};
use customer_sync::{
    Action, MappingRules, Outcome, OutcomeKind, Plan, SyncOptions, apply, find_duplicates,
    plan_customers, sync_customers,
};
use sandbox::planyo::User;
use serde_json::{Map, Value, json};

/// With a store and without.
fn all_options() -> [SyncOptions; 2] {
    let store = SyncOptions::default().store(MemoryStore::new());
    [SyncOptions::default(), store]
}

fn company(id: u64, name: &str) -> User {
    let mut user = person(id);
    user.properties.insert("company".into(), Some(name.into()));
    user
}

/// The party of the company of person `id`, with another e-mail address.
fn party(id: u64, name: &str) -> Value {
    json!({"Name": name, "PartyType": "Customer", "Email": format!("invoices{id}@example.com"),
        "Street": "Kerkstraat", "StreetNumber": id.to_string(), "Zipcode": "9000", "City": "Gent",
        "CountryCode": "BE"})
}

fn linked(id: u64, name: &str) -> Value {
    let mut party = party(id, name);
    party["ExternalProviderID"] = json!(format!("planyo:{id}"));
    party
}

async fn plan(world: &World, options: &SyncOptions) -> Plan {
    plan_customers(&world.planyo, &world.billit, options)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_company_under_another_email_is_ambiguous_and_its_party_is_named() {
    for road in ROADS {
        for summaries in [false, true] {
            for options in all_options() {
                let world = World::empty().await;
                world.sandbox.billit.configure(|settings| {
                    settings.matchers.clear();
                    settings.summaries = summaries;
                });
                world.sandbox.planyo.add(company(1, "Acme BV"));
                let known = world.sandbox.billit.add(party(1, "ACME bv"));
                let outcomes = by_road(road, &world, &options).await;
                assert_eq!(
                    (outcomes[0].kind, &*outcomes[0].reason),
                    (
                        OutcomeKind::Ambiguous,
                        &*format!(
                            "matches party {known} by the name and address of a company, under another e-mail"
                        )
                    ),
                    "{road}, summaries {summaries}"
                );
                assert_eq!(world.writes(), 0, "{road}");
            }
        }
    }
}

/// Whoever is entered as a company counts as one, on either side.
#[tokio::test]
async fn a_company_is_known_by_its_name_its_number_or_its_form() {
    let named = company(1, "Acme");
    let mut numbered = person(1);
    numbered
        .properties
        .insert("vat_number".into(), Some("BE0403170701".into()));
    let mut formed = person(1);
    formed.last_name = "Peeters BV".into();
    let private = person(1);
    let full = |user: &User| format!("{} {}", user.first_name, user.last_name);
    let with_vat = |mut party: Value| {
        party["VATNumber"] = json!("BE0563846944");
        party
    };
    let cases = [
        (named, party(1, "Acme"), OutcomeKind::Ambiguous),
        (
            numbered.clone(),
            party(1, &full(&numbered)),
            OutcomeKind::Ambiguous,
        ),
        (
            formed.clone(),
            party(1, &full(&formed)),
            OutcomeKind::Ambiguous,
        ),
        (
            private.clone(),
            party(1, &full(&private)),
            OutcomeKind::Created,
        ),
        (
            private.clone(),
            with_vat(party(1, &full(&private))),
            OutcomeKind::Ambiguous,
        ),
        // Another house, and the contact of a company that has another name.
        (company(1, "Acme"), party(2, "Acme"), OutcomeKind::Created),
        (
            company(1, "Acme"),
            party(1, "Person Number1"),
            OutcomeKind::Created,
        ),
    ];
    for (user, party, expected) in cases {
        let world = World::empty().await;
        world
            .sandbox
            .billit
            .configure(|settings| settings.matchers.clear());
        world.sandbox.planyo.add(user);
        world.sandbox.billit.add(party.clone());
        let report = world.sync().await;
        assert_eq!(report.outcomes[0].kind, expected, "{party}: {report}");
    }
}

#[tokio::test]
async fn two_bookers_of_one_company_are_not_two_parties() {
    for road in ["full", "plan file", "changed"] {
        for options in all_options() {
            let world = World::empty().await;
            world.sandbox.planyo.add(company(1, "Acme BV"));
            let mut other = company(2, "Acme B.V.");
            other.address = "Kerkstraat 1".into();
            other
                .properties
                .insert("company".into(), Some("acme bv".into()));
            world.sandbox.planyo.add(other);
            // Two persons of one name at one address may be father and son.
            for id in [3, 4] {
                let mut peeters = person(id);
                (peeters.last_name, peeters.address) = ("Peeters".into(), "Dorp 1".into());
                world.sandbox.planyo.add(peeters);
            }
            let outcomes = by_road(road, &world, &options).await;
            let kinds: Vec<OutcomeKind> = outcomes.iter().map(|outcome| outcome.kind).collect();
            let (ambiguous, created) = (OutcomeKind::Ambiguous, OutcomeKind::Created);
            assert_eq!(kinds, [ambiguous, ambiguous, created, created], "{road}");
            assert_eq!(
                outcomes[0].reason,
                "shares the name and address of a company with planyo:2, under another e-mail"
            );
        }
    }
}

/// The first has its party already, and the second does not get it: whose it is, is said.
#[tokio::test]
async fn a_second_booker_is_told_whose_party_it_is() {
    for road in ROADS {
        for options in all_options() {
            let world = World::empty().await;
            world.sandbox.planyo.add(company(1, "Acme BV"));
            let mut first = company(2, "Acme BV");
            first.address = "Kerkstraat 1".into();
            world.sandbox.planyo.add(first);
            let mut acme = party(1, "Acme BV");
            acme["ExternalProviderID"] = json!("planyo:2");
            world.sandbox.billit.add(acme);
            let outcomes = by_road(road, &world, &options).await;
            assert_eq!(outcomes[0].kind, OutcomeKind::Ambiguous, "{road}");
            let reason = &outcomes[0].reason;
            assert!(reason.contains("; it is linked to planyo:2"), "{reason}");
            // A decision for all takes no party away.
            let plan = plan(&world, &options).await;
            let by = MatchedBy::CompanyAndAddress;
            let overrides =
                Overrides::approving(&plan).decide_all(&plan, by, Decision::LinkCandidate);
            assert_eq!(plan.decided(&overrides).unwrap(), plan);
        }
    }
}

#[tokio::test]
async fn find_duplicates_compares_customers_with_parties() {
    let world = World::empty().await;
    world.sandbox.planyo.add(company(1, "Acme BV"));
    world.sandbox.planyo.add(person(2));
    let acme = world.sandbox.billit.add(party(1, "Acme BV"));
    // This one would be linked.
    world
        .sandbox
        .billit
        .add(json!({"Name": "Person Number2", "PartyType": "Customer",
        "Email": "person2@example.com", "Zipcode": "9000"}));
    let options = SyncOptions::default();
    let found = find_duplicates(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let between: Vec<String> = found.between.iter().map(ToString::to_string).collect();
    assert_eq!(
        between,
        [format!("planyo:1, party {acme}: same name and postcode")]
    );
    assert!(found.customers.is_empty() && found.parties.is_empty());
    assert_eq!(world.writes(), 0);
}

/// Three companies that have a party each, two that share one, and one by its e-mail address.
async fn ambiguous_companies() -> World {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers.clear());
    for id in 1..=3 {
        world
            .sandbox
            .planyo
            .add(company(id, &format!("Acme{id} BV")));
        world.sandbox.billit.add(party(id, &format!("Acme{id} BV")));
    }
    for id in [4, 5] {
        let mut booker = company(id, "Both BV");
        booker.address = "Kerkstraat 4".into();
        world.sandbox.planyo.add(booker);
    }
    world.sandbox.billit.add(party(4, "Both BV"));
    world.sandbox.planyo.add(company(6, "Sixth BV"));
    world
        .sandbox
        .billit
        .add(json!({"Name": "Desk", "PartyType": "Customer", "Email": "person6@example.com"}));
    world
}

fn file_of(plan: &Plan) -> String {
    let mut bytes = Vec::new();
    plan.document(&MappingRules::default())
        .csv(&mut bytes, Separator::Semicolon)
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The file with another decision in the lines that begin so.
fn decided(file: &str, decisions: &[(&str, &str)]) -> String {
    let line = |line: &str| {
        let decision = decisions.iter().find(|(begin, _)| line.starts_with(begin));
        let Some((_, decision)) = decision else {
            return line.to_owned();
        };
        let mut cells: Vec<&str> = line.split(';').collect();
        let at = cells.len() - 2;
        cells[at] = decision;
        cells.join(";")
    };
    file.lines().map(line).collect::<Vec<_>>().join("\r\n")
}

fn kinds(plan: &Plan) -> Vec<OutcomeKind> {
    let steps = plan.steps.iter();
    steps.map(customer_sync::Step::outcome_kind).collect()
}

#[tokio::test]
async fn one_decision_links_all_that_have_one_candidate() {
    use OutcomeKind::{Ambiguous, Linked};
    for options in all_options() {
        let world = ambiguous_companies().await;
        let plan = plan(&world, &options).await;
        let file = file_of(&plan);
        let why = "5 customers found by the name and address of a company, under another e-mail: write link (to the only \
                   candidate of each), new or skip to decide on all that have no decision of their own";
        assert!(file.contains(why), "{file}");
        let by_file = decided(&file, &[("all;", "link"), ("planyo:3;", "skip")]);
        let overrides = Overrides::from_csv(by_file.as_bytes()).unwrap();
        let left = plan.decided(&overrides).unwrap();
        // Two bookers with one party, and one by its e-mail, still wait for a decision of their own.
        let expected = [Linked, Linked, Ambiguous, Ambiguous, Ambiguous, Ambiguous];
        assert_eq!(kinds(&left), expected, "{left}");
        let by = MatchedBy::CompanyAndAddress;
        let overrides = Overrides::default()
            .decide(&plan.steps[2], Decision::Skip)
            .decide_all(&plan, by, Decision::LinkCandidate);
        assert_eq!(plan.decided(&overrides).unwrap(), left);
        // What it will do can be seen before.
        assert!(
            left.to_string().starts_with("plan: 2 linked, 4 ambiguous"),
            "{left}"
        );
        let report = apply(&left, &world.planyo, &world.billit, &options)
            .await
            .unwrap();
        assert_eq!((report.counts().linked, world.writes()), (2, 2), "{report}");
        // Whom the rest may be is in the report too.
        let rows: Vec<_> = report.document(&MappingRules::default()).rows().collect();
        for ((step, outcome), row) in left.steps.iter().zip(&report.outcomes).zip(rows) {
            let (candidates, found_by) = match &step.action {
                Action::Ambiguous { candidates, by, .. } => (candidates.clone(), *by),
                _ => (Vec::new(), None),
            };
            assert_eq!(outcome.candidates, candidates, "{outcome:?}");
            assert_eq!(outcome.found_by, found_by, "{outcome:?}");
            assert_eq!(row.candidates, candidates, "{outcome:?}");
        }
        let saved = serde_json::to_string(&report).unwrap();
        let read: customer_sync::SyncReport = serde_json::from_str(&saved).unwrap();
        let found_by = |report: &customer_sync::SyncReport| -> Vec<_> {
            let outcomes = report.outcomes.iter();
            outcomes
                .map(|outcome| (outcome.candidates.clone(), outcome.found_by))
                .collect()
        };
        assert_eq!(found_by(&read), found_by(&report));
        let now = world.party_of(1);
        assert_eq!(text(&now, "Email"), Some("invoices1@example.com"));
        // If one of two bookers is skipped, the other is the party.
        let by_file = decided(&file, &[("all;", "link"), ("planyo:4;", "skip")]);
        let overrides = Overrides::from_csv(by_file.as_bytes()).unwrap();
        let left = plan.decided(&overrides).unwrap();
        assert_eq!(kinds(&left)[3..5], [Ambiguous, Linked]);
    }
}

#[tokio::test]
async fn one_decision_makes_all_of_a_kind_new_and_another_leaves_them() {
    for options in all_options() {
        let world = ambiguous_companies().await;
        let plan = plan(&world, &options).await;
        let file = file_of(&plan);
        let with = |decision: &str| {
            let by_file = decided(&file, &[("all;", decision)]);
            let overrides = Overrides::from_csv(by_file.as_bytes()).unwrap();
            plan.decided(&overrides).unwrap()
        };
        assert_eq!(with("skip"), plan);
        assert_eq!(with(""), plan);
        let left = with("new");
        assert_eq!(left.counts().created, 5, "{left}");
        assert!(
            left.to_string()
                .contains("a person decided that it is a new customer")
        );
        let saved = serde_json::to_string(&left).unwrap();
        let left: Plan = serde_json::from_str(&saved).unwrap();
        let report = apply(&left, &world.planyo, &world.billit, &options)
            .await
            .unwrap();
        assert_eq!(report.counts().created, 5, "{report}");
        assert_eq!(world.linked().len(), 5);
        // They are linked now, and nobody is asked again.
        let report = sync_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
        assert_eq!(
            (report.counts().unchanged, report.counts().ambiguous),
            (5, 1),
            "{report}"
        );
    }
}

/// A new customer is only none of the candidates that were seen.
#[tokio::test]
async fn a_decided_new_customer_is_not_made_beside_a_party_that_came_since() {
    let world = ambiguous_companies().await;
    let options = SyncOptions::default();
    let plan = plan(&world, &options).await;
    let overrides = Overrides::default().decide(&plan.steps[0], Decision::New);
    let left = plan.decided(&overrides).unwrap();
    world.sandbox.billit.add(party(1, "Acme1 BV"));
    world.clear();
    let report = apply(&left, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let outcome = report.outcome(&key(1)).unwrap();
    assert_eq!(
        (outcome.kind, world.writes()),
        (OutcomeKind::Skipped, 0),
        "{report}"
    );
}

#[tokio::test]
async fn wrong_decisions_on_candidates_name_line_column_and_remedy() {
    let world = ambiguous_companies().await;
    let two = world.sandbox.billit.add(party(1, "Acme1 BV"));
    let plan = plan(&world, &SyncOptions::default()).await;
    assert!(
        matches!(&plan.steps[0].action, Action::Ambiguous { candidates, .. } if candidates.contains(&two.into()))
    );
    let file = file_of(&plan);
    let wrong = |decisions: &[(&str, &str)]| {
        let overrides = Overrides::from_csv(decided(&file, decisions).as_bytes());
        let faults = match overrides {
            Ok(overrides) => plan.decided(&overrides).unwrap_err(),
            Err(faults) => faults,
        };
        faults.to_string()
    };
    for (decisions, told) in [
        (
            &[("all;", "keep")][..],
            "line 2, column decision: not a decision for all of a kind; write link, new, skip or nothing",
        ),
        (
            &[("all;", "link 5")],
            "line 2, column decision: not a decision for all of a kind; write link, new, skip or nothing",
        ),
        (
            &[("planyo:1;", "link")],
            "line 3, column decision: it has 2 candidates; write link and the id of a party, such as link 512",
        ),
        (
            &[("planyo:6;", "new")],
            "line 8, column decision: no new party can be made of it, since Billit merges by e-mail address and number, or \
             the rules create none; write link and the id of a party, skip, or nothing",
        ),
    ] {
        assert_eq!(wrong(decisions), told);
    }
    // `apply` filled down the column leaves them to the line for all.
    let of_file = |decisions: &[(&str, &str)]| {
        let overrides = Overrides::from_csv(decided(&file, decisions).as_bytes()).unwrap();
        plan.decided(&overrides).unwrap()
    };
    let filled = of_file(&[("all;", "link"), ("planyo:", "apply")]);
    assert_eq!(filled, of_file(&[("all;", "link")]));
    assert_ne!(filled, plan);
    assert_eq!(of_file(&[("all;", "apply"), ("planyo:", "apply")]), plan);
    let both = wrong(&[("planyo:4;", "link"), ("planyo:5;", "link")]);
    assert!(
        both.contains("is the party of planyo:5 too; link one of them"),
        "{both}"
    );
    let other = file.replace("all company_and_address", "all companies");
    let faults = Overrides::from_csv(decided(&other, &[("all;", "link")]).as_bytes()).unwrap_err();
    let told = "line 2, column step: not a kind of ambiguous customers, such as all company_and_address; restore the original \
                value";
    assert_eq!(faults.to_string(), told);
    // A customer whose line was removed is not decided on.
    let lines: Vec<&str> = file
        .lines()
        .filter(|line| !line.starts_with("planyo:2;"))
        .collect();
    let fewer = decided(&lines.join("\n"), &[("all;", "link")]);
    let left = plan
        .decided(&Overrides::from_csv(fewer.as_bytes()).unwrap())
        .unwrap();
    let (ambiguous, linked) = (OutcomeKind::Ambiguous, OutcomeKind::Linked);
    assert_eq!(kinds(&left)[..3], [ambiguous, ambiguous, linked]);
}

/// A company, linked by its VAT number, whose party has the mailbox for invoices and a contact of its own.
async fn mailbox() -> (World, i64) {
    let world = World::empty().await;
    let mut user = company(1, "Acme BV");
    user.properties
        .insert("vat_number".into(), Some("BE0403170701".into()));
    world.sandbox.planyo.add(user);
    let mut acme = party(1, "Acme BV");
    acme["VATNumber"] = json!("BE0403170701");
    acme["ContactFirstName"] = json!("Els");
    acme["ContactLastName"] = json!("Claes");
    let id = world.sandbox.billit.add(acme);
    (world, id)
}

fn contact(party: &Map<String, Value>) -> [Option<&str>; 3] {
    ["Email", "ContactFirstName", "ContactLastName"].map(|field| text(party, field))
}

#[tokio::test]
async fn linking_keeps_the_mailbox_and_the_contact_and_calls_it_no_edit() {
    let kept = |outcome: &Outcome| {
        let kept: Vec<String> = notes(outcome)
            .into_iter()
            .filter(|note| note.starts_with("Email") || note.starts_with("Contact"))
            .collect();
        let reason = "kept: set in Billit, and the policy keeps it";
        let expected = ["Email", "ContactFirstName", "ContactLastName"];
        assert_eq!(kept, expected.map(|field| format!("{field} {reason}")));
    };
    for road in ROADS {
        for stored in [None, Some(StoredValues::Plain), Some(StoredValues::Hashed)] {
            let (world, id) = mailbox().await;
            let state = State::new(MemoryStore::new());
            let options = match stored {
                None => SyncOptions::default(),
                Some(stored) => {
                    SyncOptions::default().store(state.clone().with_stored_values(stored))
                }
            };
            let mailbox = [Some("invoices1@example.com"), Some("Els"), Some("Claes")];
            let outcomes = by_road(road, &world, &options).await;
            assert_eq!(outcomes[0].kind, OutcomeKind::Linked, "{road}");
            kept(&outcomes[0]);
            for again in ["full", "one", "plan file"] {
                kept(&by_road(again, &world, &options).await[0]);
            }
            assert_eq!(contact(&world.party_of(1)), mailbox, "{road}");
            // Also when the booker has another address, and later another.
            for email in ["new@example.com", "newer@example.com"] {
                let planyo = &world.sandbox.planyo;
                planyo.edit(1, |user| email.clone_into(&mut user.email));
                by_road(road, &world, &options).await;
                kept(&by_road("full", &world, &options).await[0]);
            }
            assert_eq!(contact(&world.party_of(1)), mailbox, "{road}");
            if stored.is_some() {
                let known = state.customer(&key(1)).await.unwrap().unwrap();
                assert!(known.corrections.is_empty(), "{road}");
                for entry in state.history(&key(1)).await.unwrap() {
                    let mut by = entry.changes.iter().map(|change| change.by);
                    assert!(by.all(|by| by != Actor::BillitUser), "{road}");
                }
                // An edit by hand is one.
                world.sandbox.billit.edit(id, |party| {
                    party.insert("Email".to_owned(), json!("books@example.com"));
                });
                let outcomes = by_road("full", &world, &options).await;
                let edited = "Email kept: changed in Billit, unchanged in the source";
                assert!(notes(&outcomes[0]).contains(&edited.to_owned()), "{road}");
            }
            // A blank is filled.
            if stored.is_none() {
                world
                    .sandbox
                    .billit
                    .edit(id, |party| drop(party.remove("Email")));
                by_road(road, &world, &options).await;
                let now = world.party_of(1);
                assert_eq!(text(&now, "Email"), Some("newer@example.com"), "{road}");
            }
        }
    }
}

/// The e-mail address of a person is their own, and so is a value that the policy lets through.
#[tokio::test]
async fn a_person_s_address_and_an_overwritten_one_follow_planyo() {
    let overwrite = MappingRules::default().policy(
        "Email".parse().unwrap(),
        customer_sync::FieldPolicy::Overwrite,
    );
    for (user, rules) in [
        (person(1), MappingRules::default()),
        (company(1, "Acme BV"), overwrite),
    ] {
        let world = World::empty().await;
        let company = user.properties.get("company").cloned().flatten();
        let name = company.unwrap_or_else(|| "Person Number1".into());
        world.sandbox.planyo.add(user);
        world.sandbox.billit.add(linked(1, &name));
        for options in all_options() {
            by_road("full", &world, &options.rules(rules.clone())).await;
            assert_eq!(
                text(&world.party_of(1), "Email"),
                Some("person1@example.com")
            );
        }
    }
}

/// Who may be a company is treated as one.
#[tokio::test]
async fn an_unclear_customer_keeps_the_mailbox() {
    let world = World::empty().await;
    let mut user = person(1);
    user.first_name = String::new();
    world.sandbox.planyo.add(user);
    world.sandbox.billit.add(linked(1, "Number1"));
    let report = world.sync().await;
    assert_eq!(
        text(&world.party_of(1), "Email"),
        Some("invoices1@example.com"),
        "{report}"
    );
}

/// Half a contact is not completed with another person's name.
#[tokio::test]
async fn a_contact_is_one_person() {
    for (known, expected) in [
        (json!({"ContactLastName": "Claes"}), [None, Some("Claes")]),
        (json!({"ContactFirstName": "Els"}), [Some("Els"), None]),
        (
            json!({"ContactLastName": "Number1"}),
            [Some("Person"), Some("Number1")],
        ),
        (json!({}), [Some("Person"), Some("Number1")]),
    ] {
        let world = World::empty().await;
        world.sandbox.planyo.add(company(1, "Acme BV"));
        let mut acme = linked(1, "Acme BV");
        let contact = known.as_object().unwrap().clone();
        acme.as_object_mut().unwrap().extend(contact);
        world.sandbox.billit.add(acme);
        world.sync().await;
        let now = world.party_of(1);
        let names = ["ContactFirstName", "ContactLastName"].map(|field| text(&now, field));
        assert_eq!(names, expected, "{known}");
        world.sync_changes_nothing().await;
    }
}

/// Lists of Planyo do not say the language, single records do.
#[tokio::test]
async fn a_language_fills_a_blank_and_travels_when_it_changes() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    world.sandbox.billit.add(linked(1, "Person Number1"));
    let options = SyncOptions::default().store(MemoryStore::new());
    let language = || {
        text(&world.party_of(1), "Language")
            .unwrap_or_default()
            .to_owned()
    };
    run(&world, &options).await;
    let one = || async { by_road("one", &world, &options).await };
    one().await;
    assert_eq!(language(), "NL");
    run(&world, &options).await;
    world
        .sandbox
        .planyo
        .edit(1, |user| "FR".clone_into(&mut user.language));
    one().await;
    assert_eq!(language(), "FR");
    run(&world, &options).await;
    assert_eq!(language(), "FR");
    // Another choice in Billit stays, for persons and companies alike.
    for user in [person(2), company(2, "Acme BV")] {
        let world = World::empty().await;
        world.sandbox.planyo.add(User { id: 1, ..user });
        let mut party = linked(1, "Person Number2");
        party["Language"] = json!("EN");
        world.sandbox.billit.add(party);
        for options in all_options() {
            by_road("one", &world, &options).await;
            assert_eq!(text(&world.party_of(1), "Language"), Some("EN"));
        }
    }
}

/// Planyo knows a person with a VAT number, Billit the legal name and the accountant's VAT number: a later change in Planyo
/// replaces neither, and the report says so.
#[tokio::test]
async fn what_the_accountant_set_before_the_link_stays_when_planyo_changes() {
    for stored in [StoredValues::Plain, StoredValues::Hashed] {
        for road in ROADS {
            let world = World::empty().await;
            let mut user = person(1);
            let number = Some("BE0403170701".to_owned());
            user.properties.insert("vat_number".to_owned(), number);
            world.sandbox.planyo.add(user);
            let mut party = linked(1, "Zon BV");
            party["VATNumber"] = json!("BE0417497106");
            let id = world.sandbox.billit.add(party);
            let state = State::new(MemoryStore::new()).with_stored_values(stored);
            let options = SyncOptions::default().store(state);
            run(&world, &options).await;
            world.sandbox.planyo.edit(1, |user| {
                "Married".clone_into(&mut user.last_name);
                let number = Some("BE0428759497".to_owned());
                user.properties.insert("vat_number".to_owned(), number);
                "Aalst".clone_into(&mut user.city);
            });
            for _ in 0..2 {
                let outcomes = by_road(road, &world, &options).await;
                let now = world.sandbox.billit.party(id).unwrap();
                let values = ["Name", "VATNumber", "City"].map(|field| text(&now, field));
                let expected = [Some("Zon BV"), Some("BE0417497106"), Some("Aalst")];
                assert_eq!(values, expected, "{road}, {stored:?}");
                let kept = "VATNumber kept: set in Billit, and the policy keeps it".to_owned();
                let is_changed = outcomes[0].kind == OutcomeKind::Updated;
                assert!(
                    notes(&outcomes[0]).contains(&kept) || !is_changed,
                    "{road}: {:?}",
                    notes(&outcomes[0])
                );
            }
        }
    }
}
