use std::time::Duration;

use serde_json::{Value, json};

use super::seeded;
use crate::{
    BillitServer,
    billit::{OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET},
    test_client::{Reply, send},
};

async fn token(server: &BillitServer, more: Value) -> Reply {
    let mut body = json!({"client_id": OAUTH_CLIENT_ID, "client_secret": OAUTH_CLIENT_SECRET});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let headers = [("Content-Type", "application/json")];
    let reply = send(
        &server.base_url(),
        "POST",
        "/OAuth2/token",
        &headers,
        &body.to_string(),
    )
    .await;
    reply.expect("an answer")
}

/// The access token and the refresh token of a fresh logon.
async fn log_on(server: &BillitServer) -> (String, String) {
    let code = server.authorization_code();
    let grant = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": "https://app.example/back"});
    tokens(&token(server, grant).await)
}

fn tokens(reply: &Reply) -> (String, String) {
    let answer = reply.json();
    assert_eq!(
        (reply.status, &answer["token_type"]),
        (200, &json!("Bearer")),
        "{answer}"
    );
    let text = |name: &str| answer[name].as_str().expect("a token").to_owned();
    (text("access_token"), text("refresh_token"))
}

fn refresh(token: &str) -> Value {
    json!({"grant_type": "refresh_token", "refresh_token": token})
}

async fn bearing(server: &BillitServer, method: &str, target: &str, token: &str) -> Reply {
    let token = format!("Bearer {token}");
    let headers = [("Authorization", token.as_str()), ("PartyID", "574991")];
    let reply = send(&server.base_url(), method, target, &headers, "").await;
    reply.expect("an answer")
}

fn invalid() -> (u16, String) {
    (401, String::from("InvalidAccessToken"))
}

#[tokio::test]
async fn a_code_and_a_refresh_token_work_once() {
    let server = seeded().await;
    let code = server.authorization_code();
    let grant = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": "https://app.example/back"});
    let first = token(&server, grant.clone()).await;
    assert_eq!(first.json()["expires_in"], 3600);
    let (access, refresh_token) = tokens(&first);
    let again = token(&server, grant).await;
    assert_eq!((again.status, again.code()), invalid());

    for target in ["/v1/parties", "/v1/orders", "/v1/products", "/v1/webhooks"] {
        assert_eq!(
            bearing(&server, "GET", target, &access).await.status,
            200,
            "{target}"
        );
    }
    let (newer, next) = tokens(&token(&server, refresh(&refresh_token)).await);
    assert_ne!((&newer, &next), (&access, &refresh_token));
    assert_eq!(
        bearing(&server, "GET", "/v1/parties", &newer).await.status,
        200
    );
    let used = token(&server, refresh(&refresh_token)).await;
    assert_eq!((used.status, used.code()), invalid());
    tokens(&token(&server, refresh(&next)).await);
}

#[tokio::test]
async fn a_token_request_is_refused() {
    let server = seeded().await;
    let (_, good) = log_on(&server).await;
    let wrong_client =
        json!({"grant_type": "refresh_token", "refresh_token": good, "client_secret": "x"});
    assert_eq!(
        token(&server, wrong_client).await.code(),
        "InvalidAccessToken"
    );
    let wrong_grant = token(&server, json!({"grant_type": "client_credentials"})).await;
    assert_eq!(
        (wrong_grant.status, wrong_grant.code()),
        (400, String::from("GenericError"))
    );
    let post = async |headers: &[(&str, &str)], body: &str| {
        let reply = send(&server.base_url(), "POST", "/OAuth2/token", headers, body).await;
        reply.expect("an answer").status
    };
    assert_eq!(post(&[], "grant_type=refresh_token").await, 400);
    assert_eq!(post(&[("ApiKey", "k")], "{}").await, 400);
    assert_eq!(post(&[("Authorization", "Bearer x")], "{}").await, 400);

    server.configure(|settings| {
        settings.redirect_uri = Some(String::from("https://app.example/other"));
    });
    let grant = json!({"grant_type": "authorization_code", "code": server.authorization_code(), "redirect_uri": "https://app.example/back"});
    assert_eq!(token(&server, grant).await.code(), "InvalidAccessToken");
    // None of this has used up the refresh token.
    tokens(&token(&server, refresh(&good)).await);
}

#[tokio::test]
async fn a_token_expires_between_two_pages() {
    let server = seeded().await;
    server.configure(|settings| settings.access_token_calls = Some(2));
    let (access, refresh_token) = log_on(&server).await;
    let page = async |token: &str, skip: usize| {
        bearing(
            &server,
            "GET",
            &format!("/v1/parties?$top=10&$skip={skip}"),
            token,
        )
        .await
    };
    assert_eq!(page(&access, 0).await.status, 200);
    assert_eq!(page(&access, 10).await.status, 200);
    let expired = page(&access, 20).await;
    assert_eq!(
        (expired.status, expired.code()),
        (401, String::from("AccessTokenExpired"))
    );
    let (newer, _) = tokens(&token(&server, refresh(&refresh_token)).await);
    assert_eq!(page(&newer, 20).await.status, 200);

    server.configure(|settings| {
        settings.access_token_calls = None;
        settings.access_token_lifetime = Duration::ZERO;
    });
    assert_eq!(page(&newer, 0).await.code(), "AccessTokenExpired");
}

#[tokio::test]
async fn a_revoked_token_takes_its_partner_along() {
    let server = seeded().await;
    let (access, refresh_token) = log_on(&server).await;
    assert_eq!(
        bearing(&server, "POST", "/OAuth2/revoke", &access)
            .await
            .status,
        200
    );
    let after = bearing(&server, "GET", "/v1/parties", &access).await;
    assert_eq!(
        (after.status, after.code()),
        (401, String::from("AccessTokenRevoked"))
    );
    assert_eq!(
        token(&server, refresh(&refresh_token)).await.code(),
        "InvalidAccessToken"
    );
    let unknown = bearing(&server, "POST", "/OAuth2/revoke", "x").await;
    assert_eq!((unknown.status, unknown.code()), invalid());
}
