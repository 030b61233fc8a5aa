//! The log for programs in any language, the limits, and several companies.

use serde_json::{Value, json};

use crate::{
    CONTROL_TOKEN, Fault, Limits, Sandbox,
    generate::Plan,
    test_client::{Reply, billit, call, post_form, send},
};

async fn control(base: &str, method: &str, target: &str, token: &str) -> Reply {
    let headers = [("Sandbox-Token", token)];
    send(base, method, target, &headers, "")
        .await
        .expect("an answer")
}

#[tokio::test]
async fn the_log_is_read_and_emptied_with_its_own_token() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    let base = sandbox.billit.base_url();
    sandbox
        .billit
        .faults()
        .on("POST /v1/parties", 1, Fault::InternalError);
    let body = json!({"Name": "Ann", "PartyType": "Customer"}).to_string();
    billit(&sandbox.billit, "POST", "/v1/parties", &body).await;
    billit(&sandbox.billit, "POST", "/v1/parties", &body).await;
    billit(&sandbox.billit, "GET", "/v1/parties?$top=1", "").await;

    assert_eq!(control(&base, "GET", "/__requests", "").await.status, 401);
    let key = sandbox.billit.api_key();
    assert_eq!(control(&base, "POST", "/__reset", &key).await.status, 401);
    let log = control(&base, "GET", "/__requests", CONTROL_TOKEN)
        .await
        .json();
    let seen = |request: &Value| {
        json!([
            request["operation"],
            request["status"],
            request["fault"],
            request["took_effect"]
        ])
    };
    assert_eq!(
        log.as_array()
            .expect("a list")
            .iter()
            .map(seen)
            .collect::<Value>(),
        json!([
            ["POST /v1/parties", 200, null, true],
            ["POST /v1/parties", 500, "internal-error", false],
            ["GET /v1/parties", 200, null, false],
        ])
    );
    assert_eq!(
        (&log[0]["body"], &log[2]["query"]),
        (&json!(body), &json!("$top=1"))
    );
    assert_eq!(log[0]["headers"]["apikey"], json!(key));

    assert_eq!(
        control(&base, "POST", "/__reset", CONTROL_TOKEN)
            .await
            .status,
        200
    );
    assert!(sandbox.billit.requests().is_empty());
    let planyo = sandbox.planyo.base_url();
    post_form(&sandbox.planyo, &[("method", "api_test")])
        .await
        .expect("an answer");
    let log = control(&planyo, "GET", "/__requests", CONTROL_TOKEN)
        .await
        .json();
    assert_eq!(log[0]["operation"], "api_test");
}

#[tokio::test]
async fn each_key_has_a_pace() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    let limits = Limits {
        calls_per_minute: Some(2),
        ..Limits::default()
    };
    sandbox.planyo.set_limits(limits);
    sandbox.billit.set_limits(limits);
    for expected in [0, 0, 5] {
        let answer = call(&sandbox.planyo, "api_test", &[]).await;
        assert_eq!(answer["response_code"], expected);
    }
    for expected in [200, 200, 429] {
        let reply = billit(&sandbox.billit, "GET", "/v1/parties", "").await;
        assert_eq!(reply.status, expected);
        assert_eq!(reply.head.contains("retry-after"), expected == 429);
    }
    // The key of nobody has calls of its own.
    let reply = post_form(&sandbox.planyo, &[("method", "api_test")]).await;
    assert_eq!(reply.expect("an answer").json()["response_code"], 0);
    assert_eq!(sandbox.planyo.requests().len(), 4);
}

#[tokio::test]
async fn the_answer_takes_as_long_as_the_latency() {
    let sandbox = Sandbox::start_empty().await.expect("ports");
    let latency = std::time::Duration::from_millis(60);
    sandbox.billit.set_limits(Limits {
        latency,
        ..Limits::default()
    });
    let begin = std::time::Instant::now();
    billit(&sandbox.billit, "GET", "/v1/parties", "").await;
    assert!(begin.elapsed() >= latency);
}

#[tokio::test]
async fn companies_have_keys_and_data_of_their_own() {
    let sandbox = Sandbox::start().await.expect("ports");
    let plan = Plan {
        users: 5,
        parties: 4,
        seed: 3,
        first_id: 10_000,
    };
    let (key, company) = sandbox.billit.add_company(plan.parties());
    let (site_key, site) = sandbox
        .planyo
        .add_site(plan.users(), plan.bookings(crate::planyo::seed::month()));
    let company_text = company.to_string();
    let ask = async |key: &str, company: &str| {
        let headers = [("ApiKey", key), ("PartyID", company)];
        send(
            &sandbox.billit.base_url(),
            "GET",
            "/v1/parties",
            &headers,
            "",
        )
        .await
        .expect("an answer")
    };
    let own = ask(&key, &company_text).await.json();
    assert_eq!(own["Items"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        ask(&sandbox.billit.api_key(), &company_text).await.status,
        401
    );
    assert_eq!(
        ask(&key, &sandbox.billit.company_id().to_string())
            .await
            .status,
        401
    );
    let headers = [("ApiKey", key.as_str()), ("PartyID", company_text.as_str())];
    let body = json!({"Name": "Ann", "PartyType": "Customer"}).to_string();
    let made = send(
        &sandbox.billit.base_url(),
        "POST",
        "/v1/parties",
        &headers,
        &body,
    )
    .await;
    assert_eq!(made.expect("an answer").status, 200);
    assert_eq!(sandbox.billit.parties().len(), 25);
    assert_eq!(sandbox.billit.parties_of(company).len(), 5);
    assert_eq!(
        sandbox.billit.parties_of(sandbox.billit.company_id()).len(),
        25
    );

    let users = async |key: &str| {
        let pairs = [
            ("method", "list_users"),
            ("api_key", key),
            ("list_unconfirmed", "true"),
        ];
        post_form(&sandbox.planyo, &pairs)
            .await
            .expect("an answer")
            .json()
    };
    let own = users(&site_key).await;
    let listed = own["data"]["users"].as_array().expect("a list").len();
    assert!((1..=5).contains(&listed));
    assert_eq!(sandbox.planyo.users_of(site).len(), 5);
    assert_eq!(sandbox.planyo.users_of(crate::planyo::SITE_ID).len(), 60);
    assert_eq!(users("another-key").await["response_code"], 1);
}
