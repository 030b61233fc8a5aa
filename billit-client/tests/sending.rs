//! Retries, pauses and deadlines under the paused clock.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, SystemTime};

use billit_client::account::GetAccountInformation;
use billit_client::parties::{
    CreateParty, GetParty, ListParties, Party, PartyDraft, PartyPatch, PatchParty, TextField,
    property,
};
use billit_client::retry::RetryPolicy;
use billit_client::testing::{Answer, Script};
use billit_client::{
    Client, ClientBuilder, Endpoint, Error, ErrorKind, IdempotencyHeader, IdempotencyKey,
    InvalidRecord, Listing, Method, Pager, Request, Response, Safety,
};
use tokio::time::Instant;

const PARTY: &str = r#"{"PartyID": 7}"#;

fn builder(script: &Script) -> ClientBuilder {
    Client::builder("key", 574_991).transport(script.clone())
}

fn client(script: &Script) -> Client {
    builder(script).build().unwrap()
}

fn create() -> CreateParty {
    CreateParty::new(PartyDraft::new("Acme"))
}

fn patch() -> PatchParty {
    PatchParty::new(7, PartyPatch::new().set(TextField::City, "Gent"))
}

fn later(answer: Answer, seconds: u64) -> Answer {
    Answer::After(Duration::from_secs(seconds), Box::new(answer))
}

fn retry_after(status: u16, header: &str) -> Answer {
    Answer::Http(status, Some(header.to_owned()), String::new())
}

#[tokio::test(start_paused = true)]
async fn a_read_is_retried_after_everything_that_passes() {
    let script = Script::new([
        Answer::Disconnected,
        Answer::Broken,
        Answer::status(502),
        Answer::json(PARTY),
    ]);
    let party = client(&script).send(GetParty::new(7)).await.unwrap();
    assert_eq!(party.id.get(), 7);

    let script = Script::new([
        Answer::json("<html>"),
        Answer::json("{}"),
        Answer::json(PARTY),
    ]);
    client(&script).send(GetParty::new(7)).await.unwrap();
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn attempts_come_to_an_end_and_are_counted() {
    let script = Script::new(vec![Answer::status(500); 9]);
    let error = client(&script).send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerError);
    assert_eq!((error.attempts(), error.operation()), (4, "get_party"));
    assert_eq!(error.status(), Some(500));
    assert_eq!(script.requests().len(), 4);
    assert!(error.is_retryable() && error.is_outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn a_create_has_one_key_in_all_its_attempts() {
    let script = Script::new([
        Answer::Broken,
        Answer::Silent,
        Answer::status(503),
        Answer::json("879263"),
    ]);
    let create_with_key = create().retry_with_key();
    let id = client(&script).send(create_with_key).await.unwrap();
    assert_eq!(id.get(), 879_263);
    let keys = script.sent("Idempotency-Key");
    assert_eq!(keys.len(), 4);
    assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]));

    // So has one that is retried only where nothing was processed.
    let careful = Script::new([
        Answer::Disconnected,
        Answer::status(429),
        Answer::Disconnected,
        Answer::json("879263"),
    ]);
    client(&careful).send(create()).await.unwrap();
    let sent = careful.sent("Idempotency-Key");
    assert_eq!(sent.len(), 4);
    assert!(sent[0].is_some() && sent.iter().all(|key| *key == sent[0]));

    let other = Script::new([Answer::json("1")]);
    client(&other).send(create()).await.unwrap();
    assert_ne!(other.sent("Idempotency-Key")[0], keys[0]);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_used_is_already_done_and_no_success() {
    let done = Answer::error(409, "idempotent token already exists", "");
    let script = Script::new([Answer::Broken, done]);
    let create = create().retry_with_key();
    let error = client(&script).send(create).await.unwrap_err();
    assert!(error.is_already_done());
    assert!(!error.is_retryable());
    // It may have been the first attempt.
    assert!(error.is_outcome_unknown());
    assert_eq!(error.attempts(), 2);
    assert_eq!(error.api_code(), Some("idempotent token already exists"));
}

#[test]
fn a_conflict_of_a_call_without_a_key_is_no_already_done() {
    let conflict = Response::new(409, "");
    let kind = |error: Error| error.kind();
    let created = conflict.read(&create()).map_err(kind).unwrap_err();
    let patched = conflict.read(&patch()).map_err(kind).unwrap_err();
    assert_eq!(
        (created, patched),
        (ErrorKind::AlreadyDone, ErrorKind::Rejected)
    );
}

#[tokio::test(start_paused = true)]
async fn a_create_is_retried_only_where_asked_for() {
    for answer in [Answer::Broken, Answer::Silent, Answer::status(500)] {
        let script = Script::new([answer, Answer::json("1")]);
        let error = client(&script).send(create()).await.unwrap_err();
        assert!(error.is_outcome_unknown());
        assert_eq!(script.requests().len(), 1);
        assert!(script.sent("Idempotency-Key")[0].is_some());
    }
    // Without the header there is no key.
    let script = Script::new([Answer::Broken, Answer::json("1")]);
    let keyless = builder(&script).idempotency_header(IdempotencyHeader::None);
    let keyless = keyless.build().unwrap();
    let create = create().retry_with_key();
    let error = keyless.send(create).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::ConnectionLost, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn an_earlier_attempt_that_may_have_been_processed_is_not_forgotten() {
    use Answer::{Broken, Disconnected, Silent};
    let hour = || retry_after(429, "3600");
    let sequences = [
        (
            vec![Broken, Disconnected, Disconnected, Disconnected],
            ErrorKind::NotSent,
        ),
        (vec![Disconnected, Broken, hour()], ErrorKind::RateLimited),
        (vec![Silent, hour()], ErrorKind::RateLimited),
        (
            vec![Answer::status(500), Answer::status(404)],
            ErrorKind::NotFound,
        ),
        (
            vec![Broken, Answer::status(429), Answer::status(400)],
            ErrorKind::Rejected,
        ),
        (
            vec![Answer::status(408), Answer::status(401)],
            ErrorKind::Auth,
        ),
    ];
    for (answers, kind) in sequences {
        for keyed in [false, true] {
            let script = Script::new(answers.clone());
            let error = if keyed {
                let create = create().retry_with_key();
                client(&script).send(create).await.unwrap_err()
            } else {
                client(&script).send(patch()).await.unwrap_err()
            };
            assert_eq!(error.kind(), kind);
            assert!(error.is_outcome_unknown());
            let text = error.to_string();
            let end = format!(
                ", an earlier attempt may have been processed [{} attempts]",
                answers.len()
            );
            assert!(text.ends_with(&end), "{text}");
        }
        // A read changes nothing.
        let script = Script::new(answers);
        let error = client(&script).send(GetParty::new(7)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(!error.is_outcome_unknown());
        assert!(!error.to_string().contains("earlier"));
    }
    // One attempt has no earlier one.
    let script = Script::new([Broken]);
    let error = client(&script).send(create()).await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.to_string().contains("earlier"));
    let script = Script::new([Disconnected, hour()]);
    let error = client(&script).send(patch()).await.unwrap_err();
    assert!(!error.is_outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_the_others_forgets_no_attempt_either() {
    let script = Script::new([Answer::Broken, retry_after(429, "3600")]);
    let billit = client(&script);
    let (error, _) = tokio::join!(billit.send(patch()), billit.send(GetParty::new(7)));
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::RateLimited, 1)
    );
    assert!(error.is_outcome_unknown());
}

#[tokio::test(start_paused = true)]
async fn an_accepted_create_without_an_id_is_lost_and_not_retried() {
    for body in [
        "",
        "null",
        "0",
        "-4",
        "7.5",
        "ok",
        "{}",
        "<int>7</int>",
        "[7]",
    ] {
        let script = Script::new([Answer::json(body)]);
        let error = client(&script).send(create()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        assert_eq!((error.attempts(), error.status()), (1, Some(200)), "{body}");
        assert!(error.is_outcome_unknown());
    }
}

#[tokio::test(start_paused = true)]
async fn the_id_of_a_new_party_is_a_number_or_text() {
    for body in ["879263", "\"879263\"", " 879263\r\n", "\" 879263 \""] {
        let script = Script::new([Answer::json(body)]);
        assert_eq!(
            client(&script).send(create()).await.unwrap().get(),
            879_263,
            "{body}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_patch_is_done_whatever_the_answer_holds() {
    for answer in [
        Answer::status(200),
        Answer::status(204),
        Answer::json("<html>"),
    ] {
        let script = Script::new([answer]);
        client(&script).send(patch()).await.unwrap();
    }
    let script = Script::new([Answer::Broken, Answer::Silent, Answer::status(200)]);
    client(&script).send(patch()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_billit_refuses_is_not_retried() {
    for status in [302, 400, 401, 403, 404, 409, 422] {
        let script = Script::new([Answer::status(status)]);
        let error = client(&script).send(GetParty::new(7)).await.unwrap_err();
        assert_eq!((error.attempts(), error.status()), (1, Some(status)));
        assert!(!error.is_retryable());
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_server_is_a_timeout() {
    let script = Script::new([Answer::status(408), Answer::json(PARTY)]);
    client(&script).send(GetParty::new(7)).await.unwrap();

    let script = Script::new([Answer::status(408), Answer::json("1")]);
    let error = client(&script).send(create()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
    assert_eq!((error.attempts(), error.status()), (1, Some(408)));
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_pause_all_calls() {
    for status in [429, 503] {
        let script = Script::new([
            retry_after(status, "7"),
            Answer::json(PARTY),
            Answer::json(PARTY),
        ]);
        let billit = client(&script);
        let start = Instant::now();
        let (first, second) = tokio::join!(billit.send(GetParty::new(7)), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            billit.clone().send(GetParty::new(8)).await
        });
        first.unwrap();
        second.unwrap();
        assert_eq!(start.elapsed().as_secs(), 7, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_does_not_end_for_all_at_once() {
    let answers = vec![Answer::json(PARTY); 30];
    let script = Script::new([retry_after(429, "30")].into_iter().chain(answers));
    let billit = client(&script);
    let start = Instant::now();
    let calls = (0..30).map(|id| {
        let billit = billit.clone();
        async move {
            billit.send(GetParty::new(id)).await.unwrap();
            start.elapsed()
        }
    });
    let ends = futures_util::future::join_all(calls).await;
    let ended: std::collections::BTreeSet<_> = ends.iter().map(Duration::as_millis).collect();
    assert!(ended.len() > 15, "{ended:?}");
    assert!(
        ended.iter().all(|end| (30_000..=31_001).contains(end)),
        "{ended:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_pause_all_calls_also_without_retries() {
    let script = Script::new([Answer::status(429), Answer::json(PARTY)]);
    let policy = RetryPolicy::never().rate_limit_delay(Duration::from_secs(20));
    let billit = builder(&script).retry(policy).build().unwrap();
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert!(error.is_rate_limited());
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert!((20..=21).contains(&start.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_zero_does_not_shorten_the_wait() {
    let script = Script::new([retry_after(429, "0"), Answer::json(PARTY)]);
    let start = Instant::now();
    client(&script).send(GetParty::new(7)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(2500));

    let at_once = Duration::from_millis(1);
    let policy = RetryPolicy::default()
        .delay(at_once)
        .rate_limit_delay(at_once);
    let script = Script::new([retry_after(429, "0"), Answer::json(PARTY)]);
    let billit = builder(&script).retry(policy).build().unwrap();
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert!(start.elapsed() <= Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn retry_after_may_be_a_date() {
    let date = httpdate(SystemTime::now() + Duration::from_secs(20));
    let script = Script::new([retry_after(429, &date), Answer::json(PARTY)]);
    let start = Instant::now();
    client(&script).send(GetParty::new(7)).await.unwrap();
    let waited = start.elapsed().as_secs();
    assert!((18..=21).contains(&waited), "{waited}");
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn httpdate(time: SystemTime) -> String {
    let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let time = chrono::DateTime::from_timestamp(time.as_secs().cast_signed(), 0).unwrap();
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test(start_paused = true)]
async fn retry_after_means_nothing_elsewhere() {
    let script = Script::new([retry_after(400, "60"), Answer::json(PARTY)]);
    let billit = client(&script);
    let error = billit.send(GetParty::new(7)).await.unwrap_err();
    assert_eq!(error.retry_after(), None);
    let start = Instant::now();
    billit.send(GetParty::new(7)).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_pause_past_the_longest_delay_is_an_error_at_once() {
    for seconds in ["3600", "18446744073709551615"] {
        let script = Script::new([retry_after(429, seconds), Answer::json(PARTY)]);
        let billit = client(&script);
        let error = billit.send(GetParty::new(7)).await.unwrap_err();
        assert!(error.is_rate_limited());
        assert_eq!(error.retry_after().unwrap().as_secs().to_string(), seconds);
        // The others need not ask.
        let error = billit.send(GetParty::new(8)).await.unwrap_err();
        assert!(error.is_rate_limited());
        assert_eq!(error.attempts(), 0);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
        assert_eq!(script.requests().len(), 1);
        // After an hour somebody asks again, whatever the server wanted.
        tokio::time::advance(Duration::from_secs(3600)).await;
        billit.send(GetParty::new(9)).await.unwrap();
        assert_eq!(script.requests().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_and_a_call_have_their_time() {
    let script = Script::new([Answer::Silent, Answer::json(PARTY)]);
    let start = Instant::now();
    client(&script).send(GetParty::new(7)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 30);

    let script = Script::new(vec![Answer::Silent; 9]);
    let start = Instant::now();
    let patient = builder(&script).retry(RetryPolicy::default().max_attempts(9));
    let error = patient
        .build()
        .unwrap()
        .send(GetParty::new(7))
        .await
        .unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(start.elapsed(), Duration::from_secs(120));
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_longest_time_is_no_overflow() {
    let script = Script::new([later(Answer::json(PARTY), 7200)]);
    let billit = builder(&script)
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .build()
        .unwrap();
    billit.send(GetParty::new(7)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_was_done_before_is_found_by_its_own_key() {
    let script = Script::new([
        Answer::error(409, "Idempotent token already exists", ""),
        Answer::error(
            400,
            "GenericError",
            "Could not find a property named 'ExternalProviderID' on type 'Domain.Party'.",
        ),
        Answer::json(
            r#"{"Items": [{"PartyID": 8, "ExternalProviderID": "x"}, {"PartyID": 9, "ExternalProviderID": "crm-42"}]}"#,
        ),
    ]);
    let billit = client(&script);
    let draft = PartyDraft::new("Acme").external_provider_id("crm-42");
    let key = IdempotencyKey::of_record("crm-42", &draft).unwrap();
    let create = CreateParty::new(draft).key(key.clone());
    assert!(billit.send(create).await.unwrap_err().is_already_done());
    let mine = ListParties::new().filter(property::EXTERNAL_PROVIDER_ID.eq("crm-42"));
    let mine = billit
        .pages(mine)
        .or_filter_locally(|party| party.external_provider_id.as_deref() == Some("crm-42"));
    let found = mine.all().await.unwrap();
    assert_eq!(found.records.len(), 1);
    assert_eq!(found.records[0].id.get(), 9);
    let sent = script.sent("Idempotency-Key");
    assert_eq!(sent[0].as_deref(), Some(key.as_str()));
}

#[tokio::test(start_paused = true)]
async fn the_account_is_asked_for_without_a_company() {
    let body = r#"{"Email": "ann@example.com", "Companies": [
        {"PartyID": 574991, "Name": "VILBOX BV", "APIAllowed": true, "VATNumber": "BE0437295202"},
        {"Name": "no id"}, 7],
        "UserCompanyRoles": [{"PartyID": "574991", "UserRoleTypes": ["Admin", null, 7]}]}"#;
    let script = Script::new([Answer::json(body)]);
    let account = client(&script)
        .send(GetAccountInformation::new())
        .await
        .unwrap();
    assert_eq!(script.sent("PartyID"), [None]);
    assert_eq!(script.sent("ApiKey"), [Some("key".to_owned())]);
    let [company] = account.companies.as_slice() else {
        panic!()
    };
    assert_eq!(
        (company.id.get(), company.api_allowed),
        (574_991, Some(true))
    );
    assert_eq!(company.profile.name.as_deref(), Some("VILBOX BV"));
    let [role] = account.user_company_roles.as_slice() else {
        panic!()
    };
    assert_eq!(role.company, company.id);
    assert_eq!(role.user_role_types, ["Admin", "7"]);
}

#[test]
fn calls_can_be_spawned_and_values_shared() {
    fn spawnable<T: Send + 'static>(_: T) {}
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Client>();
    shared::<ClientBuilder>();
    shared::<Error>();
    shared::<CreateParty>();
    shared::<Request>();
    shared::<Response>();
    shared::<Pager<ListParties>>();
    shared::<Listing<Party>>();
    shared::<InvalidRecord>();
    let billit = client(&Script::default());
    let mut pages = billit.pages(ListParties::new());
    spawnable(billit.pages(ListParties::new()).records());
    spawnable(async move { pages.next_page().await });
    spawnable(async move { billit.send(create()).await });
}

/// A call with a segment of the user's making.
struct Search(&'static str);

impl Endpoint for Search {
    type Output = ();

    fn operation(&self) -> &'static str {
        "search"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn request(&self) -> serde_json::Result<Request> {
        Ok(
            Request::new(Method::Get, ["v1", "misc", "companysearch", self.0])
                .with_query("a&b", "c d+é"),
        )
    }

    fn parse(&self, _: &[u8]) -> serde_json::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn segments_and_queries_are_encoded() {
    let script = Script::new([Answer::status(200)]);
    let billit = builder(&script).base_url("https://proxy.example/billit/?x=1#y");
    billit
        .build()
        .unwrap()
        .send(Search("a/b ?#%é"))
        .await
        .unwrap();
    assert_eq!(
        script.requests()[0].url.as_str(),
        "https://proxy.example/billit/v1/misc/companysearch/a%2Fb%20%3F%23%25%C3%A9?a%26b=c+d%2B%C3%A9"
    );

    let script = Script::new([]);
    let error = client(&script).send(Search("..")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Configuration, 0)
    );
    assert!(script.requests().is_empty());
}
