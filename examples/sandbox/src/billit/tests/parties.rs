use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{empty, generic, refused, seeded};
use crate::{
    BillitServer,
    billit::{API_KEY, IdempotencyHeader, Matcher, party, record, seed},
    test_client::{billit, billit_with, send},
    wire::encode,
};

/// The ids of one page.
async fn listed(server: &BillitServer, query: &str) -> Vec<i64> {
    let page = billit(server, "GET", &format!("/v1/parties?{query}"), "")
        .await
        .json();
    let items = page["Items"].as_array().unwrap_or_else(|| panic!("{page}"));
    items
        .iter()
        .filter_map(|party| party["PartyID"].as_i64())
        .collect()
}

async fn post(server: &BillitServer, body: &Value) -> i64 {
    let reply = billit(server, "POST", "/v1/parties", &body.to_string()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json().as_i64().expect("a bare integer")
}

#[tokio::test]
async fn credentials() {
    let server = seeded().await;
    let get = async |headers: &[(&str, &str)], target| {
        send(&server.base_url(), "GET", target, headers, "")
            .await
            .expect("an answer")
    };
    let denied = get(&[("PartyID", "574991")], "/v1/parties").await;
    assert_eq!(
        (denied.status, denied.code()),
        (401, String::from("ApiKeyNotValid"))
    );
    assert_eq!(get(&[("ApiKey", API_KEY)], "/v1/parties").await.status, 401);
    assert_eq!(
        get(&[("ApiKey", API_KEY), ("PartyID", "1")], "/v1/parties")
            .await
            .status,
        401
    );
    assert_eq!(
        get(&[("apikey", API_KEY), ("partyid", "574991")], "/v1/parties")
            .await
            .status,
        200
    );
    let account = get(&[("ApiKey", API_KEY)], "/v1/account/accountInformation").await;
    assert_eq!(account.json()["Companies"][0]["PartyID"], 574_991);

    let bearer = [("Authorization", "Bearer t0ken"), ("PartyID", "574991")];
    assert_eq!(
        get(&bearer, "/v1/parties").await.code(),
        "InvalidAccessToken"
    );
    server.configure(|settings| {
        settings.bearer_token = Some(String::from("t0ken"));
        settings.company_header_required = false;
    });
    assert_eq!(get(&bearer[..1], "/v1/parties").await.status, 200);

    assert_eq!(
        billit(&server, "DELETE", "/v1/parties/879101", "")
            .await
            .status,
        405
    );
    assert_eq!(billit(&server, "GET", "/v1/nothing", "").await.status, 404);
}

#[tokio::test]
async fn a_party_is_printed_whole_and_without_nulls() {
    let server = seeded().await;
    let party = billit(&server, "GET", "/v1/parties/879101", "")
        .await
        .json();
    assert_eq!(
        (&party["Name"], &party["DisplayName"], &party["Contact"]),
        (
            &json!("Ann Peeters"),
            &json!("Ann Peeters"),
            &json!("Ann Peeters")
        )
    );
    assert_eq!(party["Addresses"][0]["AddressType"], "InvoiceAddress");
    assert_eq!(party["Addresses"][1]["Street"], "Kerkstraat");
    assert!(
        party
            .as_object()
            .is_some_and(|fields| fields.values().all(|value| !value.is_null()))
    );
    assert!(party.get("VATNumber").is_none());
    let own_delivery = billit(&server, "GET", "/v1/parties/879112", "")
        .await
        .json();
    assert_eq!(own_delivery["Addresses"][1]["Street"], "Rue de l'Usine");

    assert_eq!(refused(&server, "GET", "/v1/parties/1", "").await.0, 404);
    assert_eq!(
        billit(&server, "GET", "/v1/parties/x", "").await.status,
        400
    );
    server.configure(|settings| settings.foreign_id_is_401 = true);
    assert_eq!(refused(&server, "GET", "/v1/parties/1", "").await.0, 401);
    assert_eq!(
        refused(&server, "PATCH", "/v1/parties/1", "{}").await.0,
        401
    );
}

#[tokio::test]
async fn filters_reach_the_listing() {
    let server = seeded().await;
    assert_eq!(listed(&server, "").await.len(), 25);
    let documented = "$filter=PartyType+eq+'Supplier'+and+LastModified+ge+DateTime'2019-01-01'&$orderby=LastModified+asc";
    assert_eq!(
        listed(&server, documented).await,
        [879_117, 879_118, 879_119, 879_120]
    );
    let filter = |text: &str| format!("%24filter={}", encode(text));
    assert_eq!(
        listed(&server, &filter("ExternalProviderID eq 'planyo:838802'")).await,
        [879_102]
    );
    assert_eq!(
        listed(&server, &filter("Street eq '''s Gravenstraat'")).await,
        [879_113]
    );
    assert_eq!(
        listed(
            &server,
            &filter("Language eq null and not (City eq 'Gent')")
        )
        .await,
        [879_114]
    );
    assert_eq!(
        listed(&server, "fullTextSearch=smet&$orderby=Name,PartyID%20desc").await,
        [879_120, 879_110, 879_109]
    );
    // Not an OData option: ignored.
    assert_eq!(listed(&server, "PartyType=Supplier").await.len(), 25);

    let list = |query: String| format!("/v1/parties?{query}");
    assert_eq!(
        refused(&server, "GET", &list(filter("VAT eq 'x'")), "").await,
        generic()
    );
    server.configure(|settings| {
        settings.forbidden_properties = BTreeSet::from([String::from("VATNumber")]);
    });
    let forbidden = billit(&server, "GET", &list(filter("VATNumber eq 'x'")), "").await;
    let text = forbidden.json()["errors"][0]["Description"].to_string();
    assert!(
        text.contains("Could not find a property named 'VATNumber' on type 'Domain.Party"),
        "{text}"
    );
    for query in [
        "$orderby=VATNumber",
        "$top=-1",
        "$skip=x",
        "$inlinecount=some",
    ] {
        assert_eq!(
            refused(&server, "GET", &list(query.to_owned()), "").await,
            generic()
        );
    }
}

#[tokio::test]
async fn the_next_page_link_leads_through_everything() {
    let server = empty().await;
    for number in 0..250 {
        server.add(json!({"Name": format!("Größe & Co {number}"), "PartyType": "Customer"}));
    }
    let mut target = format!(
        "/v1/parties?$inlinecount=allpages&$filter={}",
        encode("substringof('& Co',Name)")
    );
    let mut pages = Vec::new();
    let mut seen = BTreeSet::new();
    loop {
        let page = billit(&server, "GET", &target, "").await.json();
        let items = page["Items"].as_array().expect("items");
        pages.push(items.len());
        seen.extend(items.iter().filter_map(|party| party["PartyID"].as_i64()));
        assert_eq!(page["Count"], 250);
        let Some(link) = page.get("NextPageLink") else {
            break;
        };
        let link = link.as_str().expect("a link");
        target = link
            .strip_prefix(&server.base_url())
            .expect("absolute")
            .to_owned();
    }
    assert_eq!((pages, seen.len()), (vec![120, 120, 10], 250));

    let link = async |query: &str| {
        billit(&server, "GET", &format!("/v1/parties?{query}"), "")
            .await
            .json()
    };
    assert!(link("").await.get("Count").is_none());
    let limited = link("$top=100&$skip=100").await;
    assert_eq!(limited["Items"].as_array().map(Vec::len), Some(100));
    assert_eq!(
        limited["NextPageLink"],
        format!("{}/v1/parties?$top=100&$skip=200", server.base_url())
    );
    assert_eq!(
        link("$top=999").await["Items"].as_array().map(Vec::len),
        Some(120)
    );
    assert!(
        link("$top=100&$skip=150")
            .await
            .get("NextPageLink")
            .is_none()
    );

    server.configure(|settings| settings.link_after_top = false);
    assert!(link("$top=100").await.get("NextPageLink").is_none());
    let rest = link("$top=130").await;
    assert_eq!(
        rest["NextPageLink"],
        format!("{}/v1/parties?$top=10&$skip=120", server.base_url())
    );
    server
        .configure(|settings| settings.next_link_host = Some(String::from("http://evil.example")));
    assert_eq!(
        link("").await["NextPageLink"],
        "http://evil.example/v1/parties?$skip=120"
    );
    server.configure(|settings| settings.relative_next_link = true);
    assert_eq!(link("").await["NextPageLink"], "/v1/parties?$skip=120");
}

#[tokio::test]
async fn summaries() {
    let server = seeded().await;
    server.configure(|settings| settings.summaries = true);
    let page = billit(&server, "GET", "/v1/parties?$top=1&$skip=3", "")
        .await
        .json();
    let names: Vec<_> = page["Items"][0]
        .as_object()
        .expect("a party")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        BTreeSet::from_iter(names),
        BTreeSet::from([
            "PartyID",
            "Name",
            "PartyType",
            "VATNumber",
            "Email",
            "LastModified"
        ])
    );
}

#[tokio::test]
async fn post_is_an_upsert() {
    let server = empty().await;
    let first = post(&server, &json!({"Name": "Acme BV", "PartyType": "Customer", "VATNumber": "BE0101000160", "Email": "a@example.com;b@example.com", "Nr": "7",
        "Street": "Kaai", "StreetNumber": "1", "City": "Gent", "Phone": "+3291", "Identifiers": [{"IdentifierType": "CBE", "Identifier": "0101000160"}]})).await;
    let created = server.party(first).expect("created");
    assert_eq!(created["Identifiers"][0]["SchemeID"], "0208");
    assert_eq!(created["VATLiable"], true);

    // Each matcher alone; what is sent is overwritten, the rest stays.
    for (name, body) in [
        ("By VAT", json!({"VATNumber": "be 0101.000.160"})),
        ("By e-mail", json!({"Email": "B@example.com"})),
        ("By Nr", json!({"Nr": "7"})),
    ] {
        let mut body = body;
        body["Name"] = json!(name);
        body["PartyType"] = json!("Customer");
        assert_eq!(post(&server, &body).await, first);
        let party = server.party(first).expect("still there");
        assert_eq!(
            (&party["Name"], &party["DisplayName"], &party["Phone"]),
            (&json!(name), &json!(name), &json!("+3291"))
        );
        assert_eq!(party["Created"], created["Created"]);
        assert!(party["LastModified"].as_str() > created["LastModified"].as_str());
    }
    // A supplier is another party, and so is a customer at the same address if addresses are not matched.
    assert_ne!(
        post(
            &server,
            &json!({"Name": "Acme", "PartyType": "Supplier", "Nr": "7"})
        )
        .await,
        first
    );
    let neighbour = json!({"Name": "New", "PartyType": "Customer", "Street": "KAAI", "StreetNumber": "1", "City": "gent"});
    let second = post(&server, &neighbour).await;
    assert_ne!(second, first);
    server.configure(|settings| settings.matchers = BTreeSet::from([Matcher::Address]));
    assert_eq!(post(&server, &neighbour).await, first);

    assert_eq!(
        post(&server, &json!({"PartyID": second, "Name": "By id"})).await,
        second
    );
    assert_eq!(
        refused(
            &server,
            "POST",
            "/v1/parties",
            r#"{"PartyID":1,"Name":"x"}"#
        )
        .await
        .0,
        404
    );
    server.configure(|settings| settings.id_as_string = true);
    let quoted = billit(
        &server,
        "POST",
        "/v1/parties",
        r#"{"name":"lower","partytype":"Customer"}"#,
    )
    .await;
    assert_eq!(quoted.body, format!("\"{}\"", second + 1));
}

#[tokio::test]
async fn post_may_answer_the_same_id_for_everybody() {
    let server = empty().await;
    let fixed = server.add(json!({"Name": "Somebody", "Email": "s@example.com"}));
    server.configure(|settings| settings.always_same_party = Some(fixed));
    for name in ["Ann", "Bo"] {
        assert_eq!(post(&server, &json!({"Name": name, "PartyType": "Customer", "Email": format!("{name}@example.com")})).await, fixed);
    }
    assert_eq!(server.parties().len(), 1);
    assert_eq!(
        server.party(fixed).expect("there")["Email"],
        "Bo@example.com"
    );
}

#[tokio::test]
async fn post_refuses_what_it_cannot_take() {
    let server = empty().await;
    for body in [
        "",
        "[]",
        "{",
        "{}",
        r#"{"Name":"x","Phone":null}"#,
        r#"{"Name":"x","Addresses":[{"Street":null}]}"#,
        r#"{"Name":"x","PartyType":"Friend"}"#,
        r#"{"Name":{}}"#,
    ] {
        assert_eq!(
            refused(&server, "POST", "/v1/parties", body).await,
            generic(),
            "{body}"
        );
    }
    assert!(server.parties().is_empty());
    assert!(server.requests().iter().all(|request| !request.took_effect));
    server.configure(|settings| settings.reject_null_in_post = false);
    post(&server, &json!({"Name": "x", "Phone": null})).await;
}

#[tokio::test]
async fn patch_changes_the_23_fields_only() {
    let server = seeded().await;
    server.set_clock(record::parse_time("2026-02-01T10:00:00").expect("a time"));
    let before = server.party(879_101).expect("seeded");
    let body = r#"{"Street":"Veldstraat","streetnumber":"9","Box":"","Mobile":null,"PartyType":"Supplier","Website":"x","Made":"up"}"#;
    let reply = billit(&server, "PATCH", "/v1/parties/879101", body).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
    let after = server.party(879_101).expect("seeded");
    assert_eq!(
        (
            &after["Street"],
            &after["StreetNumber"],
            &after["PartyType"]
        ),
        (&json!("Veldstraat"), &json!("9"), &json!("Customer"))
    );
    assert_eq!(after["Addresses"][0]["Street"], "Veldstraat");
    assert_eq!(after["Addresses"][1]["Street"], "Veldstraat");
    for gone in ["Box", "Mobile", "Website", "Made"] {
        assert!(!after.contains_key(gone), "{gone}");
    }
    assert_eq!(
        (&after["LastModified"], &after["Created"]),
        (&json!("2026-02-01T10:00:01.01"), &before["Created"])
    );

    // Nothing to change, nothing written.
    billit(&server, "PATCH", "/v1/parties/879101", r#"{"Website":"x"}"#).await;
    assert_eq!(server.party(879_101), Some(after));
    assert_eq!(
        server.requests().last().map(|request| request.took_effect),
        Some(false)
    );

    server.configure(|settings| settings.reject_null_in_patch = true);
    let target = "/v1/parties/879101";
    assert_eq!(
        refused(&server, "PATCH", target, r#"{"Phone":null}"#).await,
        generic()
    );
    server.configure(|settings| settings.strict_patch = true);
    assert_eq!(
        refused(&server, "PATCH", target, r#"{"Website":"x"}"#).await,
        generic()
    );
    assert_eq!(
        refused(&server, "PATCH", target, r#"{"VATLiable":"perhaps"}"#).await,
        generic()
    );
    assert_eq!(
        refused(&server, "PATCH", "/v1/parties/1", r#"{"Phone":"1"}"#)
            .await
            .0,
        404
    );
    assert_eq!(server.counts().writes, 6);
}

#[tokio::test]
async fn a_key_is_burnt_by_success_only() {
    let (key, token) = ("Idempotency-Key", "Idempotent-Key");
    for (setting, honoured) in [
        (IdempotencyHeader::Key, &[key][..]),
        (IdempotencyHeader::Token, &[token]),
        (IdempotencyHeader::Both, &[key, token]),
        (IdempotencyHeader::None, &[]),
    ] {
        for header in [key, token] {
            let server = empty().await;
            server.configure(|settings| settings.idempotency_header = setting);
            let send = async |body: &str| {
                let reply =
                    billit_with(&server, "POST", "/v1/parties", &[(header, "k-1")], body).await;
                reply.expect("an answer")
            };
            assert_eq!(send("{}").await.status, 400);
            assert_eq!(send(r#"{"Name":"Ann"}"#).await.status, 200);
            let replay = send(r#"{"Name":"Ann"}"#).await;
            if honoured.contains(&header) {
                assert_eq!(
                    (replay.status, replay.code()),
                    (409, String::from("Idempotent token already exists"))
                );
                assert_eq!(server.parties().len(), 1);
            } else {
                assert_eq!(replay.status, 200);
            }
        }
    }
}

#[tokio::test]
async fn the_clock_ticks_with_each_write() {
    let server = empty().await;
    let id = server.add(json!({"Name": "Ann"}));
    let first = server.party(id).expect("added")["LastModified"].clone();
    server.edit(id, |party| {
        party.insert(String::from("City"), json!("Gent"));
    });
    assert!(server.party(id).expect("added")["LastModified"].as_str() > first.as_str());
    server.configure(|settings| settings.tick_millis = 0);
    let now = server.clock();
    server.edit(id, |_| ());
    assert_eq!(server.clock(), now);
}

#[test]
fn the_seed_is_what_it_says() {
    let parties = seed::parties();
    let ids: Vec<_> = parties
        .iter()
        .filter_map(|party| party["PartyID"].as_i64())
        .collect();
    assert_eq!(ids, (879_101..=879_125).collect::<Vec<_>>());
    for party in &parties {
        if let Some(digits) = record::text(party, "VATNumber").strip_prefix("BE") {
            assert!(crate::tests::is_belgian_vat(digits), "{digits}");
        }
        let known = party
            .keys()
            .filter(|name| party::MODEL.kind_of(name).is_none());
        assert_eq!(known.count(), 0);
    }
    let field = |id: usize, name: &str| record::text(&parties[id - 879_101], name);
    assert_eq!(field(879_102, "ExternalProviderID"), "planyo:838802");
    assert_eq!(field(879_103, "ExternalProviderID"), "crm-77");
    assert_eq!(field(879_109, "Email"), field(879_110, "Email"));
    assert_eq!(field(879_120, "PartyType"), "Supplier");
    let users = crate::planyo::seed::users();
    let user = |id: u64| {
        users
            .iter()
            .find(|user| user.id == id)
            .expect("in the seed")
    };
    let vat = |id: u64| {
        let number = user(id).properties["vat_number"]
            .clone()
            .unwrap_or_default();
        format!(
            "BE{}",
            number
                .chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        )
    };
    for (party, owner) in [
        (879_102, 838_802),
        (879_103, 838_803),
        (879_104, 838_804),
        (879_106, 838_806),
        (879_108, 838_808),
        (879_112, 838_811),
        (879_120, 838_816),
    ] {
        assert_eq!(field(party, "VATNumber"), vat(owner));
    }
    for (party, owner) in [
        (879_101, 838_801),
        (879_105, 838_805),
        (879_107, 838_807),
        (879_109, 838_809),
        (879_111, 838_810),
        (879_113, 838_812),
        (879_114, 838_813),
        (879_115, 838_814),
        (879_116, 838_815),
    ] {
        assert!(
            field(party, "Email")
                .to_lowercase()
                .contains(&user(owner).email)
        );
    }
}
