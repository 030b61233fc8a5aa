//! Names, addresses and lookups with characters that are special in a query, a URL or a program.

use billit_client::parties::{ListParties, property};
use customer_sync::{OutcomeKind, SyncOptions};
use planyo_client::users::GetUser;
use serde_json::{Value, json};

use crate::common::{World, person, text};
use crate::{key, nothing_is_written, sync};

#[tokio::test]
async fn apostrophes_and_quotes_are_written_and_matched_as_they_were_typed() {
    const NAMES: [(&str, &str); 5] = [
        ("'t", "Jampens"),
        ("Ann", "D'Hondt"),
        ("Liam", "O\u{2019}Neil"),
        ("Jo \"Jos\"", "\u{201c}Smet\u{201d}"),
        ("Back\\slash", "Per%cent"),
    ];
    let world = World::empty().await;
    for (id, (first, last)) in (1..).zip(NAMES) {
        let mut user = person(id);
        (user.first_name, user.last_name) = (first.into(), last.into());
        user.address = "Avenue de l'Europe 1".into();
        user.city = "'s-Gravenwezel".into();
        world.sandbox.planyo.add(user);
    }
    let options = SyncOptions::default();
    assert_eq!(sync(&world, &options).await.counts().created, 5);
    for (id, (first, last)) in (1..).zip(NAMES) {
        let party = world.party_of(id);
        assert_eq!(text(&party, "Name"), Some(&*format!("{first} {last}")));
        assert_eq!(text(&party, "Street"), Some("Avenue de l'Europe"));
        assert_eq!(text(&party, "City"), Some("'s-Gravenwezel"));
    }
    nothing_is_written(&world, &options).await;
    // Without their links they are found again by their names.
    for party in world.sandbox.billit.parties() {
        let id = party["PartyID"].as_i64().unwrap();
        world.sandbox.billit.edit(id, |party| {
            party.remove("ExternalProviderID");
        });
    }
    assert_eq!(sync(&world, &options).await.counts().linked, 5);
    assert_eq!(world.linked().len(), 5);
}

#[tokio::test]
async fn an_email_with_plus_and_ampersand_is_looked_up_whole() {
    const EMAIL: &str = "ann+vans&co=1%20#x@example.be";
    let world = World::empty().await;
    let mut user = person(1);
    user.email = EMAIL.into();
    world.sandbox.planyo.add(user);
    // Parties that a lookup would find if it cut the address, or read `+` as a space.
    for (id, email) in (2..).zip(["ann", "ann vans", "ann vans&co=1 #x@example.be", "ann+vans"]) {
        let mut user = person(id);
        user.email = email.into();
        world.sandbox.planyo.add(user);
        let party = json!({"Name": "X", "Email": email, "PartyType": "Customer"});
        world.sandbox.billit.add(party);
    }
    let party = json!({"Name": "Person Number1", "Email": EMAIL, "PartyType": "Customer"});
    let party = world.sandbox.billit.add(party);

    let found = world.planyo.send(GetUser::by_email(EMAIL)).await.unwrap();
    assert_eq!(found.id.get(), 1);
    let by_email = ListParties::new().filter(property::EMAIL.eq(EMAIL));
    let found = world.billit.pages(by_email).all().await.unwrap();
    let found: Vec<i64> = found.records.iter().map(|party| party.id.get()).collect();
    assert_eq!(found, [party]);
    let report = sync(&world, &SyncOptions::default()).await;
    let outcome = report.outcome(&key(1)).unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Linked, "{report}");
    assert_eq!(outcome.party.unwrap().get(), party);
}

#[tokio::test]
async fn null_as_a_text_and_blanks_are_never_written() {
    let world = World::empty().await;
    let mut user = person(1);
    user.last_name = "null".into();
    user.address = "null".into();
    user.zip = String::new();
    user.mobile_number = "0".into();
    user.mobile_country_code = "null".into();
    user.city = " ".into();
    user.null_fields = ["zip".to_owned()].into();
    for (name, value) in [("company", Some("null")), ("vat_number", Some("0"))] {
        user.properties
            .insert(name.into(), value.map(str::to_owned));
    }
    world.sandbox.planyo.add(user);
    let report = sync(&world, &SyncOptions::default()).await;
    assert_eq!(report.counts().created, 1, "{report}");
    let party = world.party_of(1);
    assert_eq!(text(&party, "Name"), Some("Person"));
    for (field, value) in &party {
        let is_nothing = |text: &str| matches!(text.trim(), "" | "null" | "0" | "+0");
        assert!(!value.as_str().is_some_and(is_nothing), "{field}: {value}");
    }
    nothing_is_written(&world, &SyncOptions::default()).await;
}

#[tokio::test]
async fn a_quote_in_a_filter_is_doubled_and_a_refused_filter_is_applied_here() {
    const NAME: &str = "O'Neil' or Name ne 'X";
    let world = World::empty().await;
    let named = |name: &str| json!({"Name": name, "PartyType": "Customer"});
    let wanted = world.sandbox.billit.add(named(NAME));
    for other in ["O", "O''Neil", "X"] {
        world.sandbox.billit.add(named(other));
    }
    let by_name = || {
        let list = ListParties::new().filter(property::NAME.eq(NAME));
        let pages = world.billit.pages(list);
        pages.or_filter_locally(|party| party.name.as_deref() == Some(NAME))
    };
    let ids = async || {
        let found = by_name().all().await.unwrap().records;
        found.iter().map(|party| party.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [wanted]);
    let sent = world.sandbox.billit.requests().pop().unwrap().query;
    assert!(sent.contains("O%27%27Neil%27%27"), "{sent}");
    world.sandbox.billit.configure(|settings| {
        settings.forbidden_properties = ["Name".to_owned(), "ExternalProviderID".to_owned()].into();
    });
    assert_eq!(ids().await, [wanted]);
}

#[tokio::test]
async fn a_blank_email_is_no_email_in_common() {
    let world = World::empty().await;
    for (id, email) in [(1, ""), (2, ""), (3, " "), (4, "null")] {
        let mut user = person(id);
        user.email = email.into();
        world.sandbox.planyo.add(user);
    }
    for blank in [json!(""), json!(" "), json!("null"), Value::Null] {
        let party = json!({"Name": "Person Number1", "Email": blank, "IBAN": blank, "Nr": blank, "PartyType": "Customer"});
        world.sandbox.billit.add(party);
    }
    let report = sync(&world, &SyncOptions::default()).await;
    // None is a duplicate of another, and the same name alone is no evidence.
    assert_eq!(report.counts().created, 4, "{report}");
    assert_eq!(world.linked().len(), 4);
}
