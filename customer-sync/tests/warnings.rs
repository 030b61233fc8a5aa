//! Warnings of a plan and a report: rules that find nothing.
#![cfg(feature = "sync")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;
use common::{World, person, run};
use customer_sync::document::{Overrides, Separator};
use customer_sync::store::{MemoryStore, State};
use customer_sync::{
    CancellationToken, Filter, MappingRules, Plan, PlanyoUsers, PropertyTally, SyncOptions,
    SyncReport, Warning, apply, plan_customers, sync_changed, sync_customers,
};
use proptest::prelude::*;

/// This many users, all with these properties.
async fn site(users: u64, properties: &[(&str, Option<&str>)]) -> World {
    let world = World::empty().await;
    for id in 1..=users {
        let mut user = person(id);
        let properties = properties.iter();
        user.properties = properties
            .map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned)))
            .collect();
        world.sandbox.planyo.add(user);
    }
    world
}

async fn plan(world: &World, rules: &MappingRules) -> Plan {
    let options = SyncOptions::default().rules(rules.clone());
    plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap()
}

fn texts(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(ToString::to_string).collect()
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const MISSPELLED: &str = "VATNumber is fed by nothing: none of 6 customers has the property `bwt nummer`; `btw_nummer` \
    looks right for it; there are `btw_nummer`, `hobby`: correct `properties` in the rules";

#[tokio::test]
async fn a_misspelled_property_is_named_on_every_road_that_lists_all() {
    let properties = [
        ("btw_nummer", Some("BE 0403.170.701")),
        ("hobby", Some("sailing")),
    ];
    let world = site(6, &properties).await;
    let rules = MappingRules::default().vat_properties(["bwt nummer"]);
    let plan = plan(&world, &rules).await;
    assert_eq!(texts(&plan.warnings), [MISSPELLED]);

    // As text, as JSON, in parts, and in the files.
    let shown = plan.to_string();
    assert!(
        shown.contains(&format!("\n  warning     {MISSPELLED}\n")),
        "{shown}"
    );
    let saved: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(saved, plan);
    let merged = Plan::merged([plan.clone().only(|_| false), plan.clone()]).unwrap();
    assert_eq!(merged, plan);
    let document = plan.document(&rules);
    let html = written(|out| document.html(out));
    assert!(
        html.contains("<span class=\"skipped\">warning</span>: VATNumber is fed by nothing"),
        "{html}"
    );
    let markdown = written(|out| document.markdown(out));
    assert!(
        markdown.contains("\nwarning: VATNumber is fed by nothing"),
        "{markdown}"
    );
    let csv = written(|out| document.csv(out, Separator::Comma));
    assert!(
        csv.contains(&format!(",,warning,,,,,,,{MISSPELLED},,,,,\n"))
            || csv.contains(&format!(",,warning,,,,,,,\"{MISSPELLED}\",,,,,\n")),
        "{csv}"
    );
    let decided = plan
        .decided(&Overrides::from_csv(csv.as_bytes()).unwrap())
        .unwrap();
    assert_eq!(decided.warnings, plan.warnings);

    // Applied, as a full pass, and of the changed.
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().rules(rules).store(state);
    let applied = apply(&plan, &world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let full = run(&world, &options).await;
    let changed = sync_changed(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    for report in [applied, full, changed] {
        assert_eq!(texts(&report.warnings), [MISSPELLED]);
        let saved = serde_json::to_string(&report).unwrap();
        let saved: SyncReport = serde_json::from_str(&saved).unwrap();
        assert_eq!(saved.warnings, report.warnings);
        assert!(report.to_string().contains(MISSPELLED), "{report}");
    }
}

#[tokio::test]
async fn a_property_that_is_always_blank_is_another_warning() {
    let world = site(6, &[("gln", None), ("hobby", Some("no"))]).await;
    let rules = MappingRules::default()
        .properties("Identifiers/GLN".parse().unwrap(), ["GLN", "ean"])
        .properties("CustomFields/hobby".parse().unwrap(), ["hobby"]);
    assert_eq!(
        texts(&plan(&world, &rules).await.warnings),
        ["Identifiers/GLN is fed by nothing: the property `gln` is blank for all 6 customers"]
    );
}

#[tokio::test]
async fn default_properties_are_missed_only_if_another_looks_right() {
    let rules = MappingRules::default();
    let world = site(6, &[("hobby", Some("sailing")), ("btw", None)]).await;
    assert_eq!(plan(&world, &rules).await.warnings, []);
    let world = site(6, &[]).await;
    assert_eq!(plan(&world, &rules).await.warnings, []);
    let company = [
        ("nr_onderneming", Some("0403.170.701")),
        ("organisatie", Some("Acme")),
    ];
    let world = site(6, &company).await;
    let found = plan(&world, &rules).await.warnings;
    let fields: Vec<_> = found
        .iter()
        .map(|warning| match warning {
            Warning::UnusedProperty {
                field, properties, ..
            } => format!("{field} {}", properties.concat()),
            other => other.to_string(),
        })
        .collect();
    assert_eq!(fields, ["Name organisatie", "VATNumber nr_onderneming"]);
    // Once the rules name them, nothing is said.
    let rules = rules
        .vat_properties(["nr onderneming"])
        .company_properties(["Organisatie"]);
    assert_eq!(plan(&world, &rules).await.warnings, []);
}

#[tokio::test]
async fn a_list_without_properties_is_one_warning() {
    let world = site(6, &[("btw_nummer", Some("BE 0403.170.701"))]).await;
    world
        .sandbox
        .planyo
        .configure(|settings| settings.list_properties = false);
    let rules = MappingRules::default().vat_properties(["btw nummer"]);
    for rules in [rules, MappingRules::default()] {
        let warnings = plan(&world, &rules).await.warnings;
        assert_eq!(
            texts(&warnings),
            [
                "the list of 6 customers has no custom properties, so each was read by its id, a request each"
            ]
        );
    }
}

#[tokio::test]
async fn a_rule_for_a_site_without_properties_is_one_warning() {
    let world = site(6, &[]).await;
    let rules = MappingRules::default().vat_properties(["btw nummer"]);
    assert_eq!(
        texts(&plan(&world, &rules).await.warnings),
        ["none of 6 customers has any custom property, so nothing feeds VATNumber"]
    );
}

#[tokio::test]
async fn a_few_customers_say_nothing_and_a_filter_hides_none() {
    let rules = MappingRules::default().vat_properties(["bwt nummer"]);
    for users in [0, 4] {
        let world = site(users, &[("hobby", Some("sailing"))]).await;
        assert_eq!(plan(&world, &rules).await.warnings, []);
    }
    let world = site(6, &[("bwt_nummer", Some("BE 0403.170.701"))]).await;
    let nobody = PlanyoUsers::new(&world.planyo).only(|_| false);
    let options = SyncOptions::default().rules(rules);
    let report = sync_customers(&nobody, &world.billit, &options)
        .await
        .unwrap();
    assert_eq!(report.warnings, []);
    // Six skipped customers are one line.
    assert_eq!(
        report.to_string(),
        "6 skipped\n  skipped     6 customers: skipped by the filter of this run"
    );
}

type Record = Vec<(String, Option<String>)>;

fn records() -> impl Strategy<Value = Vec<Record>> {
    let property = (
        "(bwt|btw|gln|kvk|hobby|organisatie)( nr)?",
        prop::option::of("(|-|no|BE0403170701|sailing)"),
    );
    prop::collection::vec(prop::collection::vec(property, 0..4), 0..40)
}

proptest! {
    /// In which order and on which pages the customers come does not matter.
    #[test]
    fn warnings_do_not_depend_on_pages(records in records(), page in 1..9_usize) {
        let add = |tally: &mut PropertyTally, record: &Record| {
            let properties = record.iter();
            tally.add(Some("BE"), properties.map(|(name, value)| (name.as_str(), value.as_deref())));
        };
        let mut whole = PropertyTally::default();
        for record in &records {
            add(&mut whole, record);
        }
        let mut paged = PropertyTally::default();
        for page in records.chunks(page).rev() {
            let mut tally = PropertyTally::default();
            for record in page {
                add(&mut tally, record);
            }
            paged.extend(tally);
        }
        for rules in [MappingRules::default(), MappingRules::default().vat_properties(["bwt", "bwt nr"])] {
            prop_assert_eq!(paged.warnings(&rules), whole.warnings(&rules));
        }
    }
}

/// What the filter and the templates read is looked for too.
#[tokio::test]
async fn a_property_that_only_a_filter_or_a_template_names_is_missed() {
    let properties = [("btw_nummer", Some("BE 0403.170.701")), ("hobby", None)];
    let world = site(6, &properties).await;
    let filter = Filter::default()
        .property("factuur", false)
        .property("hobby", false)
        .expression("properties.hoby == ''")
        .unwrap();
    let rules = MappingRules::default()
        .filter(filter)
        .template(
            "VATNumber".parse().unwrap(),
            "{{ properties['bwt nummer'] }}{{ properties.BTW_Nummer }}",
        )
        .unwrap();
    let there = "there are `btw_nummer`, `hobby`";
    assert_eq!(
        texts(&plan(&world, &rules).await.warnings),
        [
            format!(
                "`filter` in the rules reads the property `factuur`, which none of 6 customers has; {there}"
            ),
            format!(
                "`filter` in the rules reads the property `hoby`, which none of 6 customers has; did you mean `hobby`?; {there}"
            ),
            format!(
                "`templates.VATNumber` in the rules reads the property `bwt nummer`, which none of 6 customers has; did you mean \
                 `btw_nummer`?; {there}"
            ),
        ]
    );
    // A site without properties.
    let world = site(6, &[]).await;
    let rules = MappingRules::default().filter(Filter::default().property("factuur", false));
    assert_eq!(
        texts(&plan(&world, &rules).await.warnings),
        [
            "`filter` in the rules reads the property `factuur`, which none of 6 customers has; there are no properties"
        ]
    );
}

/// A property that is new is a warning of one run, if a store remembers the others and no rule names it.
#[tokio::test]
async fn a_new_property_is_told_once() {
    let properties = [("btw_nummer", Some("BE 0403.170.701")), ("hobby", None)];
    let world = site(6, &properties).await;
    let add = |name: &str| {
        world.sandbox.planyo.edit(1, |user| {
            user.properties
                .insert(name.to_owned(), Some("x".to_owned()));
        });
    };
    let state = State::new(MemoryStore::new());
    let options = SyncOptions::default().store(state);
    let without_store = SyncOptions::default();
    let none = [""; 0];
    assert_eq!(texts(&run(&world, &options).await.warnings), none);
    for name in ["factuur_mail", "Company", "schoenmaat"] {
        add(name);
    }
    let new =
        "new since the last run, and named by no rule: the property `factuur_mail`, `schoenmaat`";
    // A plan tells it and does not remember it.
    for _ in 0..2 {
        let planned = plan_customers(&world.planyo, &world.billit, &options).await;
        assert_eq!(texts(&planned.unwrap().warnings), [new]);
    }
    assert_eq!(texts(&run(&world, &without_store).await.warnings), none);
    assert_eq!(texts(&run(&world, &options).await.warnings), [new]);
    for _ in 0..2 {
        assert_eq!(texts(&run(&world, &options).await.warnings), none);
    }
    // A run of the changed too, and one that is left unfinished.
    add("kleur");
    let new = "new since the last run, and named by no rule: the property `kleur`";
    let changed = sync_changed(&world.planyo, &world.billit, &options).await;
    assert_eq!(texts(&changed.unwrap().warnings), [new]);
    assert_eq!(texts(&run(&world, &options).await.warnings), none);
    add("maat");
    let token = CancellationToken::new();
    token.cancel();
    world.sandbox.planyo.add(person(7));
    let stopped = run(&world, &options.clone().cancellation(&token)).await;
    assert!(stopped.is_unfinished());
    assert_eq!(stopped.warnings.len(), 1);
    assert_eq!(texts(&run(&world, &options).await.warnings), none);
}
