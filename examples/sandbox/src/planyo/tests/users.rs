//! The envelope, the hash key, the user area.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{super::*, code, seeded};
use crate::test_client::{call, form, post_form, send};

async fn ids(server: &PlanyoServer, parameters: &[(&str, &str)]) -> Vec<String> {
    let parameters = [parameters, &[("page_size", "1000")]].concat();
    let answer = call(server, "list_users", &parameters).await;
    let users = answer["data"]["users"].as_array().expect("users").clone();
    users
        .iter()
        .map(|user| user["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn the_envelope_and_its_codes() {
    let server = seeded().await;
    let probe = post_form(&server, &[("method", "api_test")])
        .await
        .expect("an answer");
    assert_eq!(probe.status, 200);
    let expected = json!({"data": "API Test Response", "response_code": 0, "response_message": "Method api_test executed successfully."});
    assert_eq!(probe.json(), expected);

    let refused = json!({"response_code": 1, "response_message": "Invalid method or API key for specified Planyo site"});
    let wrong_key = post_form(&server, &[("method", "list_users"), ("api_key", "x")]).await;
    assert_eq!(wrong_key.expect("an answer").json(), refused);
    assert_eq!(call(&server, "cancel_reservation", &[]).await, refused);
    assert_eq!(
        call(&server, "get_site_info", &[("site_id", "1")]).await,
        refused
    );

    assert_eq!(code(&call(&server, "get_user_data", &[]).await), 3);
    assert_eq!(
        code(&call(&server, "get_user_data", &[("user_id", "1")]).await),
        3
    );
    assert_eq!(
        code(&call(&server, "list_users", &[("page", "two")]).await),
        3
    );
    let busy = call(&server, "remove_user", &[("user_id", "838801")]).await;
    assert_eq!(code(&busy), 4);
    assert!(busy.get("data").is_none());
    assert_eq!(
        code(&call(&server, "remove_user", &[("user_id", "838829")]).await),
        0
    );
    assert_eq!(server.user(838_829), None);

    let site = call(&server, "get_site_info", &[]).await;
    assert_eq!(site["data"]["timezone"], "Europe/Brussels");
    let defined = call(&server, "list_custom_user_properties", &[]).await;
    assert_eq!(
        defined["data"]["custom_user_properties"][1]["name"],
        "vat_number"
    );
}

#[tokio::test]
async fn get_works_like_post() {
    let server = seeded().await;
    let query = form(&[
        ("method", "get_user_data"),
        ("api_key", API_KEY),
        ("email", "nina.simons+vans@example.com"),
    ]);
    let reply = send(
        &server.base_url(),
        "GET",
        &format!("/rest/?{query}"),
        &[],
        "",
    )
    .await
    .expect("an answer");
    assert_eq!(reply.json()["data"]["id"], "838855");
    let elsewhere = send(&server.base_url(), "GET", "/other", &[], "")
        .await
        .expect("an answer");
    assert_eq!(elsewhere.status, 404);
    // A JSON body is no form.
    let headers = [("Content-Type", "application/json")];
    let json = send(
        &server.base_url(),
        "POST",
        "/rest/",
        &headers,
        r#"{"method":"api_test"}"#,
    )
    .await;
    assert_eq!(code(&json.expect("an answer").json()), 1);
}

#[tokio::test]
async fn the_hash_key() {
    let server = seeded().await;
    server.configure(|settings| {
        settings.hash_key = Some(String::from("DEF"));
        settings.clock_offset_seconds = 1_572_051_750 - unix_now();
    });
    let vector = "fcec20584eef39f4f565a3273f56b33f";
    let signed = |timestamp: &'static str, hash: &'static str| {
        [("hash_timestamp", timestamp), ("hash_key", hash)]
    };
    assert_eq!(
        code(&call(&server, "api_test", &signed("1572051750", vector)).await),
        0
    );
    // The hash is of one method only.
    let other = call(&server, "get_site_info", &signed("1572051750", vector)).await;
    assert_eq!(other["response_message"], "Invalid hash key");

    let late = call(&server, "api_test", &signed("1572051000", vector)).await;
    assert_eq!(code(&late), 1);
    let text = late["response_message"].as_str().expect("a text");
    let (start, now) = text
        .split_once("Current timestamp is ")
        .expect("the server's time");
    assert!(start.contains("Invalid timestamp"));
    assert!(
        (1_572_051_750..1_572_051_760).contains(&now.parse().unwrap_or(0)),
        "{text}"
    );
    assert_eq!(code(&call(&server, "get_site_info", &[]).await), 1);
}

#[tokio::test]
async fn pages_are_counted_from_zero() {
    let users = (1..=1_205).map(|id| User {
        id,
        reservations: 1,
        ..User::default()
    });
    let server = PlanyoServer::start(0, users.collect())
        .await
        .expect("a port");
    for (page, size, first, length) in [
        ("", "", "1", 100),
        ("0", "", "1", 100),
        ("12", "", "1201", 5),
        ("1", "500", "501", 500),
        ("0", "5000", "1", 1000),
        ("1", "5000", "1001", 205),
    ] {
        let answer = call(
            &server,
            "list_users",
            &[("page", page), ("page_size", size)],
        )
        .await;
        let users = answer["data"]["users"].as_array().expect("users");
        assert_eq!(
            (users[0]["id"].as_str(), users.len()),
            (Some(first), length)
        );
    }
    let beyond = call(&server, "list_users", &[("page", "18446744073709551615")]).await;
    assert_eq!(beyond["data"], json!({"users": []}));
}

#[tokio::test]
async fn each_listing_shows_its_part() {
    let server = seeded().await;
    server.edit(838_824, |user| user.malformed = None);
    let confirmed = ids(&server, &[]).await;
    let unconfirmed = ids(&server, &[("list_unconfirmed", "true")]).await;
    let by_admin = ids(
        &server,
        &[
            ("list_unconfirmed", "true"),
            ("list_created_by_admin", "true"),
        ],
    )
    .await;
    assert_eq!(confirmed.len(), 60 - 3 - 3 - 1 - 1);
    assert_eq!(unconfirmed.len(), 60 - 3);
    assert_eq!(by_admin, ["838826", "838827", "838828", "838846", "838850"]);
    let all: BTreeSet<_> = unconfirmed.into_iter().chain(by_admin).collect();
    assert_eq!(all.len(), 60);
    let by_admin_only = ids(&server, &[("list_created_by_admin", "true")]).await;
    assert_eq!(by_admin_only, ["838826", "838828", "838846", "838850"]);

    server.configure(|settings| settings.admin_list_instead = false);
    let both = ids(
        &server,
        &[("list_unconfirmed", "1"), ("list_created_by_admin", "1")],
    )
    .await;
    assert_eq!(both.len(), 60);
}

#[tokio::test]
async fn numbers_and_maps_are_printed_as_php_does() {
    let server = seeded().await;
    let listed = call(
        &server,
        "list_users",
        &[("detail_level", "5"), ("email", "koen@claes.example.be")],
    )
    .await;
    let user = &listed["data"]["users"][0];
    assert_eq!(user["id"], "838802");
    assert_eq!(user["is_email_verified"], "1");
    assert_eq!(
        user["properties"],
        json!({"company": "Transport Claes BV", "vat_number": "BE0101000160"})
    );
    let phone = (&user["phone_country_code"], &user["phone_number"]);
    assert_eq!(phone, (&json!("32"), &json!("15100002")));

    let data = call(
        &server,
        "get_user_data",
        &[("detail_level", "12"), ("user_id", "838801")],
    )
    .await;
    let user = &data["data"];
    assert_eq!(user["properties"], json!([]));
    assert_eq!(
        (&user["reservation_count"], &user["is_email_verified"]),
        (&json!("3"), &json!("true"))
    );
    assert_eq!(
        (&user["mobile_number"], &user["phone_number"]),
        (&json!("32470100001"), &json!(""))
    );
    assert!(user.get("mobile_country_code").is_none());

    let cleared = call(
        &server,
        "get_user_data",
        &[("detail_level", "4"), ("user_id", "838850")],
    )
    .await;
    assert_eq!(cleared["data"]["properties"]["vat_number"], Value::Null);
    let nulls = call(&server, "get_user_data", &[("user_id", "838822")]).await;
    assert_eq!(nulls["data"]["last_name"], Value::Null);

    server.configure(|settings| {
        settings.numbers_as_strings = false;
        settings.user_data_phones = PhoneStyle::JoinedWithPlus;
    });
    let data = call(&server, "get_user_data", &[("user_id", "838801")]).await;
    assert_eq!(
        (&data["data"]["id"], &data["data"]["is_email_verified"]),
        (&json!(838_801), &json!(true))
    );
    assert_eq!(data["data"]["mobile_number"], "+32470100001");
    // Beyond ASCII everything is escaped.
    let raw = post_form(
        &server,
        &[
            ("method", "list_users"),
            ("api_key", API_KEY),
            ("last_name", "dupré"),
        ],
    )
    .await;
    assert!(raw.expect("an answer").body.contains(r"H\u00e9l\u00e8ne"));
}

#[tokio::test]
async fn filters() {
    let server = seeded().await;
    for (name, value, expected) in [
        ("last_name", "d'hondt", vec!["838812"]),
        ("last_name", "D'*", vec!["838812"]),
        ("last_name", "*'*", vec!["838812", "838830", "838831"]),
        ("last_name", "V*n*ck*", vec!["838834"]),
        ("first_name", "Jan", vec!["838817", "838818"]),
        ("zip", "905*", vec![]),
        ("zip", "90*", vec!["838801", "838810"]),
        ("country", "DE", vec!["838814", "838847"]),
        (
            "mobile_number",
            "4701000*",
            vec!["838801", "838819", "838820", "838837", "838860"],
        ),
        ("email", "NINA.SIMONS+VANS@example.com", vec!["838855"]),
    ] {
        let found = ids(&server, &[("list_unconfirmed", "true"), (name, value)]).await;
        assert_eq!(found, expected, "{name}={value}");
    }
    let exact = [
        ("user_filter_name", "vat number"),
        ("user_filter_value", "BE0107283978"),
    ];
    assert_eq!(ids(&server, &exact).await, ["838819"]);
    let part = [
        ("user_filter_name", "company"),
        ("user_filter_value_inc", "coppens"),
    ];
    assert_eq!(ids(&server, &part).await, ["838819", "838820"]);
}

#[tokio::test]
async fn modified_since() {
    let server = seeded().await;
    server.configure(|settings| settings.clock_offset_seconds = 1_767_268_800 - unix_now());
    server.edit(838_801, |user| user.city = String::from("Ledeberg"));
    for since in [
        "2026-01-01",
        "2026-01-01 13:00:00",
        "2026-01-01T13:00:00",
        "1767268800",
        "2026-01-01T12:00:00+00:00",
    ] {
        assert_eq!(
            ids(&server, &[("modified_since", since)]).await,
            ["838801"],
            "{since}"
        );
    }
    let since = [("modified_since", "2026-01-02")];
    assert!(ids(&server, &since).await.is_empty());
    assert_eq!(
        code(&call(&server, "list_users", &[("modified_since", "soon")]).await),
        3
    );
    server.configure(|settings| settings.modified_since = ModifiedSince::Refused);
    assert_eq!(code(&call(&server, "list_users", &since).await), 3);
}

#[tokio::test]
async fn add_user_is_an_upsert_by_email() {
    let server = PlanyoServer::start(0, Vec::new()).await.expect("a port");
    assert_eq!(
        code(&call(&server, "add_user", &[("email", "a@example.com")]).await),
        3
    );
    let new = [
        ("email", "a@example.com"),
        ("first_name", "Ann"),
        ("user_login", "ann"),
        ("city", "Gent"),
        ("prop_user_vat_number", "BE0101000160"),
    ];
    let added = call(&server, "add_user", &new).await;
    assert_eq!(added["data"]["is_new"], 1);
    let id: u64 = added["data"]["user_id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    assert!(server.user(id).is_some_and(|user| user.created_by_admin));

    let again = [
        ("email", "A@Example.com"),
        ("first_name", "Anna"),
        ("user_login", "other"),
        ("prop_user_vat_number", ""),
    ];
    let updated = call(&server, "add_user", &again).await;
    assert_eq!(
        updated["data"],
        json!({"user_id": id.to_string(), "is_new": 0})
    );
    let user = server.user(id).expect("the user");
    assert_eq!(
        (
            user.first_name.as_str(),
            user.city.as_str(),
            user.login.as_str()
        ),
        ("Anna", "Gent", "ann")
    );
    assert_eq!(user.properties["vat_number"], None);
    assert_eq!(server.users().len(), 1);
    assert_eq!(
        server.counts(),
        Counts {
            reads: 0,
            writes: 3
        }
    );
    let effects: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.took_effect)
        .collect();
    assert_eq!(effects, [false, true, true]);
}

#[tokio::test]
async fn modify_user_wants_one_identifier() {
    let server = seeded().await;
    for identifiers in [
        &[][..],
        &[("user_id", "838801"), ("email", "ann.peeters@example.be")],
    ] {
        assert_eq!(code(&call(&server, "modify_user", identifiers).await), 3);
    }
    let change = [
        ("email", "ann.peeters@example.be"),
        ("new_email", "ann@example.org"),
        ("mobile", "499"),
        ("email_verified", "false"),
    ];
    assert_eq!(
        call(&server, "modify_user", &change).await["data"],
        json!({"user_id": "838801"})
    );
    let user = server.user(838_801).expect("the user");
    assert_eq!(
        (
            user.email.as_str(),
            user.mobile_number.as_str(),
            user.email_verified
        ),
        ("ann@example.org", "499", false)
    );
    let taken = [
        ("user_id", "838801"),
        ("new_email", "KOEN@claes.example.be"),
    ];
    assert_eq!(code(&call(&server, "modify_user", &taken).await), 4);
}

#[test]
fn the_seed_is_what_it_says() {
    let users = seed::users();
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    assert_eq!(ids, (838_801..=838_860).collect::<Vec<_>>());
    for user in &users {
        let domain = user.email.trim().to_lowercase();
        assert!(
            [".be", ".com"]
                .iter()
                .any(|end| domain.ends_with(&format!("example{end}"))),
            "{domain}"
        );
        let number = user
            .properties
            .get("vat_number")
            .cloned()
            .flatten()
            .unwrap_or_default();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if user.country.trim() == "BE" && !digits.is_empty() {
            assert!(crate::tests::is_belgian_vat(&digits), "{number}");
        }
    }
    let by_id = |id: u64| {
        users
            .iter()
            .find(|user| user.id == id)
            .expect("in the seed")
    };
    assert_eq!(by_id(838_817).email.to_lowercase(), by_id(838_818).email);
    assert!(by_id(838_824).malformed.is_some());
    assert_eq!(by_id(838_826).reservations, 0);
    assert!(by_id(838_826).created_by_admin);
}
