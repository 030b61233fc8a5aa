//! Settings that cannot work: the error names the setting, when the client is made and when something else than Planyo
//! answers.
#![allow(clippy::unwrap_used)] // As in tests.

use planyo_client::testing::{Answer, Script};
use planyo_client::users::{GetUser, ListAllUsers, ListUsers, ModifyUser};
use planyo_client::{Client, ClientBuilder, Error, ErrorKind, HashKey, Setting};

#[test]
fn a_client_that_cannot_work_is_not_made_and_says_why() {
    let key = || Client::builder("key");
    let cases = [
        (
            Client::builder(" \n"),
            Setting::ApiKey,
            "Planyo: the API key is blank (Planyo's back end shows it)",
        ),
        (
            Client::builder("two\nkeys"),
            Setting::ApiKey,
            "Planyo: the API key has a space, a line break or another character that no key has; was it pasted whole, and \
             nothing else? (Planyo's back end shows it)",
        ),
        (
            key().hash_key(" "),
            Setting::HashKey,
            "Planyo: the hash key is blank (leave it out if hashing is off for the API key)",
        ),
        (
            key().hash_key("hunter\u{7}2"),
            Setting::HashKey,
            "Planyo: the hash key has a space, a line break or another character that no key has; was it pasted whole, and \
             nothing else? (leave it out if hashing is off for the API key)",
        ),
        (
            key().base_url("planyo"),
            Setting::BaseUrl,
            "Planyo: the base URL is not a URL; an example is https://www.planyo.com/rest/",
        ),
        (
            key().base_url("http://www.planyo.com/rest/"),
            Setting::BaseUrl,
            "Planyo: the base URL must begin with https, as https://www.planyo.com/rest/: http sends the key in the clear, and \
             has to be allowed",
        ),
    ];
    for (builder, setting, line) in cases {
        let error = builder.build().unwrap_err();
        assert_eq!(
            (error.kind(), error.setting()),
            (ErrorKind::Configuration, Some(setting)),
            "{line}"
        );
        assert_eq!(error.to_string(), line);
        assert!(!format!("{error:?}").contains("hunter"));
    }
    let loopback = key().base_url("http://127.0.0.1:8401/rest/");
    let allowed = key().base_url("http://planyo.test/rest/").allow_http();
    assert!(loopback.build().is_ok() && allowed.build().is_ok());
}

/// As `$(cat key)` does, and reading the file does not.
#[tokio::test(start_paused = true)]
async fn a_key_from_a_file_may_end_with_a_line_feed() {
    let script = Script::new([Answer::data(r#"{"id":1}"#)]);
    let planyo = Client::builder("key\r\n")
        .hash_key(" hash\n")
        .transport(script.clone());
    planyo
        .build()
        .unwrap()
        .send(GetUser::by_id(1))
        .await
        .unwrap();
    assert_eq!(script.sent("api_key"), [Some("key".to_owned())]);
    assert_eq!(
        HashKey::from("hash\n").sign(7, "api_test"),
        HashKey::from("hash").sign(7, "api_test")
    );
}

/// A client whose every request gets this answer.
fn answered(answer: &Answer) -> ClientBuilder {
    Client::builder("key")
        .base_url("https://ann:hunter2@example.com/rset/?api_key=hunter2")
        .transport(Script::new(vec![answer.clone(); 20]))
}

#[tokio::test(start_paused = true)]
async fn another_server_than_planyo_is_a_wrong_base_url() {
    let page = "<!doctype html>\n<title>Not found</title>";
    let elsewhere =
        "; https://example.com/rset/ does not answer as Planyo's API does: check the base URL";
    let cases = [
        (Answer::status(404), "unexpected answer (HTTP 404)"),
        (
            Answer::Http(404, None, page.to_owned()),
            "unexpected answer (HTTP 404)",
        ),
        (Answer::status(301), "unexpected answer (HTTP 301)"),
        (
            Answer::body(page),
            "the answer cannot be read (HTTP 200) [4 attempts]",
        ),
    ];
    for (answer, what) in cases {
        let planyo = answered(&answer).build().unwrap();
        let list = planyo.pages(ListAllUsers::from(ListUsers::new()));
        let of_a_list = list.all().await.unwrap_err();
        let of_a_user = planyo.send(GetUser::by_id(1)).await.unwrap_err();
        for (method, error) in [("list_users", of_a_list), ("get_user_data", of_a_user)] {
            assert_eq!(
                error.to_string(),
                format!("Planyo {method}: {what}{elsewhere}")
            );
            assert_eq!(error.setting(), Some(Setting::BaseUrl));
            assert!(!error.is_not_found(), "{error}");
            assert!(!format!("{error:?}").contains("hunter"));
        }
    }
    // Whether a write was done stays as unknown as it was.
    let planyo = answered(&Answer::body(page)).build().unwrap();
    let write = planyo.send(ModifyUser::by_id(1).city("Gent")).await;
    let error = write.unwrap_err();
    assert!(error.is_outcome_unknown() && error.setting() == Some(Setting::BaseUrl));
}

#[tokio::test(start_paused = true)]
async fn what_planyo_says_is_not_about_the_base_url() {
    let envelope = |status, code: i64| {
        let body = format!(r#"{{"response_code":{code},"response_message":"no"}}"#);
        Answer::Http(status, None, body)
    };
    let of = async |answer: Answer| -> Error {
        let planyo = answered(&answer).build().unwrap();
        planyo.send(GetUser::by_id(1)).await.unwrap_err()
    };
    for (answer, is_not_found) in [
        (envelope(200, 3), true),
        (envelope(404, 3), true),
        (envelope(404, 99), true),
        (envelope(200, 99), false),
        (Answer::body("busy"), false),
        (
            Answer::Http(503, None, "<html>busy</html>".to_owned()),
            false,
        ),
        (Answer::status(401), false),
    ] {
        let error = of(answer).await;
        assert_eq!(
            (error.setting(), error.is_not_found()),
            (None, is_not_found),
            "{error}"
        );
        assert!(!error.to_string().contains("base URL"), "{error}");
    }
}
