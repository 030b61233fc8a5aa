//! The pages over HTTP: who may see them, and what a person can do.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use common::{FORM, PASSWORD, Place, between, form};
use customer_sync::OutcomeKind;
use reqwest::StatusCode;
use sandbox::Sandbox;
use serde_json::Value;
use service::runs::{self, Pass};

/// A service whose first full pass is done.
async fn after_a_pass() -> Place {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    let pass = runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap()
        .unwrap();
    assert!(pass.done, "{}", pass.text);
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_not_logged_in_sees_nothing() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let stranger = place.stranger();
    for path in [
        "/",
        "/to-decide",
        "/to-decide.csv",
        "/runs",
        "/customers?q=a",
        "/customers.csv",
        "/health",
        "/plan/x",
    ] {
        let answer = stranger.asks(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        let to = answer.headers().get("location").unwrap().to_str().unwrap();
        assert!(to.starts_with("/login?to="), "{path}: {to}");
    }
    let answer = stranger
        .posts("/full-pass")
        .header("content-type", FORM)
        .body("")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        stranger.asks("/metrics").send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        stranger.asks("/healthz").send().await.unwrap().status(),
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_and_after_five_so_is_the_right_one() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let stranger = place.stranger();
    for _ in 0..5 {
        let answer = stranger.log_in("wrong").await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(answer.headers().get("set-cookie").is_none());
    }
    assert_eq!(
        stranger.log_in(PASSWORD).await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_does_not_come_back() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let person = place.person().await;
    person.page("/").await;
    let mut forged = person.clone();
    forged.cookie = forged.cookie.replace("demo", "dema");
    assert_eq!(
        forged.asks("/").send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(person.submit("/", "/logout", &[]).await, "/login");
    // The browser forgets the cookie; a thief would not.
    assert_eq!(
        person.asks("/").send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_or_of_another_origin_is_refused() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let person = place.person().await;
    let page = person.page("/").await;
    let token = between(&page, "name=\"token\" value=\"", "\"").unwrap();
    let other = place.person().await;
    let others = other.page("/").await;
    let others = between(&others, "name=\"token\" value=\"", "\"").unwrap();
    for token in ["", "0", others] {
        let body = form(&[("token", token)]);
        let posted = person
            .posts("/full-pass")
            .header("content-type", FORM)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(posted.status(), StatusCode::FORBIDDEN);
    }
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let body = form(&[("token", token)]);
        let posted = person
            .posts("/full-pass")
            .header("content-type", FORM)
            .header(name, value)
            .body(body);
        assert_eq!(
            posted.send().await.unwrap().status(),
            StatusCode::FORBIDDEN,
            "{name}: {value}"
        );
    }
    let login = form(&[("name", "demo"), ("password", PASSWORD)]);
    let posted = place
        .stranger()
        .posts("/login")
        .header("content-type", FORM)
        .header("origin", "https://evil.example");
    assert_eq!(
        posted.body(login).send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_origin_is_that_of_the_settings() {
    let more = "server.url = \"https://sync.example.com\"\n";
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), more).await;
    let stranger = place.stranger();
    for (origin, status) in [
        ("https://sync.example.com", StatusCode::SEE_OTHER),
        ("http://sync.example.com", StatusCode::FORBIDDEN),
        (
            "https://sync.example.com.evil.example",
            StatusCode::FORBIDDEN,
        ),
    ] {
        let body = form(&[("name", "demo"), ("password", PASSWORD)]);
        let posted = stranger.posts("/login").header("content-type", FORM);
        let answer = posted
            .header("origin", origin)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{origin}");
        if status == StatusCode::SEE_OTHER {
            let cookie = answer
                .headers()
                .get("set-cookie")
                .unwrap()
                .to_str()
                .unwrap();
            assert!(cookie.contains("Secure"), "{cookie}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_forbids_scripts_frames_and_caches() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let person = place.person().await;
    for path in ["/", "/login", "/nowhere", "/runs.csv", "/plan/gone"] {
        let answer = person.asks(path).send().await.unwrap();
        let policy = answer
            .headers()
            .get("content-security-policy")
            .unwrap()
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            answer.headers().get("x-frame-options").unwrap(),
            "DENY",
            "{path}"
        );
    }
    let page = person.asks("/").send().await.unwrap();
    assert_eq!(page.headers().get("cache-control").unwrap(), "no-store");
}

/// The one candidate of the first ambiguous customer who has one.
async fn ambiguous(place: &Place) -> (customer_sync::CustomerKey, String) {
    let cases = place.server.app.notes.cases().await.unwrap();
    let mut ambiguous = cases.into_iter().map(|(case, _)| case);
    let case =
        ambiguous.find(|case| case.kind == OutcomeKind::Ambiguous && case.parties.len() == 1);
    let case = case.unwrap();
    (case.key.clone(), case.parties.first().unwrap().to_string())
}

fn link_of(place: &Place, party: &str) -> Option<String> {
    let parties = place.sandbox.billit.parties();
    let party = parties
        .iter()
        .find(|one| one.get("PartyID").and_then(Value::as_i64) == party.parse().ok())
        .unwrap();
    party
        .get("ExternalProviderID")
        .and_then(Value::as_str)
        .filter(|link| !link.is_empty())
        .map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_customer_is_decided_seen_in_billit_and_taken_back() {
    let place = after_a_pass().await;
    let person = place.person().await;
    let (key, party) = ambiguous(&place).await;
    let path = format!("/to-decide/{}", key.as_str().replace(':', "%3A"));
    assert!(person.page("/to-decide").await.contains(&path));
    let page = person.page(&path).await;
    assert!(
        page.contains("Is it the same one?") && page.contains("<mark>"),
        "{page}"
    );
    let shown = between(&page, "name=\"shown\" value=\"", "\"").unwrap();

    let choice = format!("link {party}");
    let to = person
        .submit(&path, &path, &[("shown", shown), ("choice", &choice)])
        .await;
    assert_eq!(to, "/to-decide");
    assert_eq!(link_of(&place, &party), Some(key.to_string()));
    assert!(!person.page("/to-decide").await.contains(&path));
    let customer = person
        .page(&format!("/customers/{}", key.as_str().replace(':', "%3A")))
        .await;
    assert!(
        customer.contains("Decided before") && customer.contains("demo"),
        "{customer}"
    );
    let call = format!("PATCH /v1/parties/{party}");
    let page = format!("/customers/{}", key.as_str().replace(':', "%3A"));
    person.until(&page, &call).await;

    let plan = person
        .submit(
            &path.replace("to-decide", "customers"),
            &format!("{path}/back"),
            &[],
        )
        .await;
    assert!(plan.starts_with("/plan/"), "{plan}");
    let page = person.settled(&plan).await;
    assert!(page.contains("Link to Planyo"), "{page}");
    let step = between(&page, "name=\"step\" value=\"", "\"").unwrap();
    person
        .submit(&plan, &plan, &[("step", step), ("do", step)])
        .await;
    let page = person.settled(&plan).await;
    assert!(page.contains("Carried out"), "{page}");
    assert_eq!(link_of(&place, &party), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_alone_stays_so_until_the_data_changes() {
    let place = after_a_pass().await;
    let person = place.person().await;
    let (key, party) = ambiguous(&place).await;
    let path = format!("/to-decide/{}", key.as_str().replace(':', "%3A"));
    let page = person.page(&path).await;
    let shown = between(&page, "name=\"shown\" value=\"", "\"").unwrap();
    person
        .submit(&path, &path, &[("shown", shown), ("choice", "leave")])
        .await;
    let open = |page: &str| page.split("<details>").next().unwrap().contains(&path);
    assert!(!open(&person.page("/to-decide").await));
    runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap();
    assert!(!open(&person.page("/to-decide").await));
    assert_eq!(link_of(&place, &party), None);

    // A poll repeats what the pass has found of a record that was only touched.
    let user: u64 = key.id().parse().unwrap();
    let case = place.server.app.notes.case(&key).await.unwrap();
    place.sandbox.planyo.edit(user, |_| {});
    runs::changed(&place.server.app).await.unwrap();
    assert_eq!(place.server.app.notes.case(&key).await.unwrap(), case);
    assert!(!open(&person.page("/to-decide").await));

    place
        .sandbox
        .planyo
        .edit(user, |user| user.address = "Nieuwstraat 77".to_owned());
    runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap();
    let page = person.page("/to-decide").await;
    assert!(open(&page) && page.contains("left as it is"), "{page}");
    // What was shown before does not count.
    let answer = {
        let page = person.page(&path).await;
        let token = between(&page, "name=\"token\" value=\"", "\"").unwrap();
        let choice = format!("link {party}");
        let body = form(&[("token", token), ("shown", shown), ("choice", &choice)]);
        person
            .posts(&path)
            .header("content-type", FORM)
            .body(body)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("The data has changed meanwhile")
    );
    assert_eq!(link_of(&place, &party), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_gone_from_planyo_waits_no_more() {
    let place = after_a_pass().await;
    let (key, _) = ambiguous(&place).await;
    let before = place.server.app.notes.cases().await.unwrap().len();
    place.sandbox.planyo.remove(key.id().parse().unwrap());
    runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap();
    assert_eq!(place.server.app.notes.case(&key).await.unwrap(), None);
    assert_eq!(
        place.server.app.notes.cases().await.unwrap().len(),
        before - 1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_applied_in_part_and_undone() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    let person = place.person().await;
    let before = place.sandbox.billit.parties().len();
    let plan = person.submit("/", "/plan", &[]).await;
    let page = person.settled(&plan).await;
    assert_eq!(place.sandbox.billit.parties().len(), before);
    let steps: Vec<&str> = page
        .split("name=\"step\" value=\"")
        .skip(1)
        .map(|rest| &rest[..17])
        .collect();
    let (first, others) = steps.split_first().unwrap();
    assert!(others.len() > 10);
    let mut fields: Vec<(&str, &str)> = steps.iter().map(|step| ("step", *step)).collect();
    fields.push(("do", first));
    person.submit(&plan, &plan, &fields).await;
    let page = person.settled(&plan).await;
    let run = between(&page, "href=\"/runs/", "\"").unwrap().to_owned();
    let entries = place
        .server
        .app
        .state
        .entries(&run.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(entries.len(), 1);

    assert!(person.page("/runs").await.contains(&run));
    let run = format!("/runs/{run}");
    assert!(person.page(&run).await.contains("demo"));
    let undo = person.submit(&run, &format!("{run}/undo"), &[]).await;
    let page = person.settled(&undo).await;
    let step = between(&page, "name=\"step\" value=\"", "\"").unwrap();
    person
        .submit(&undo, &undo, &[("step", step), ("do", step)])
        .await;
    assert!(person.settled(&undo).await.contains("Carried out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_safety_limit_a_person_looks_and_goes_on() {
    let place = after_a_pass().await;
    let person = place.person().await;
    let linked = place.server.app.state.customers().await.unwrap();
    let linked: Vec<u64> = linked
        .iter()
        .filter(|(_, known)| known.party.is_some())
        .map(|(key, _)| key.id().parse().unwrap())
        .collect();
    for user in &linked {
        place.sandbox.planyo.edit(*user, |user| {
            user.last_name = format!("{} Anders", user.last_name);
        });
    }
    let pass = runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap()
        .unwrap();
    assert!(pass.limit, "{}", pass.text);
    let page = person.page("/").await;
    assert!(
        page.contains("too many customers would change at once"),
        "{page}"
    );
    let plan = person.submit("/", "/plan", &[]).await;
    let page = person.settled(&plan).await;
    let steps: Vec<&str> = page
        .split("name=\"step\" value=\"")
        .skip(1)
        .map(|rest| &rest[..17])
        .collect();
    let fields: Vec<(&str, &str)> = steps
        .iter()
        .flat_map(|step| [("step", *step), ("do", *step)])
        .collect();
    // Without the tick nothing is done.
    person.submit(&plan, &plan, &fields).await;
    assert!(person.page(&plan).await.contains("name=\"mass\""));
    let ticked = [fields, vec![("mass", "yes")]].concat();
    person.submit(&plan, &plan, &ticked).await;
    assert!(person.settled(&plan).await.contains("Carried out"));
    let names = place.sandbox.billit.parties();
    let renamed = names
        .iter()
        .filter(|party| {
            party
                .get("Name")
                .unwrap()
                .as_str()
                .unwrap()
                .ends_with("Anders")
        })
        .count();
    assert!(renamed > 5, "{renamed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_in_the_language_of_the_browser() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let mut person = place.person().await;
    for (language, word) in [
        ("nl-BE", "Te beslissen"),
        ("fr", "À décider"),
        ("de", "To decide"),
    ] {
        person.language = language.to_owned();
        assert!(person.page("/").await.contains(word), "{language}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_texts_on_every_page_and_in_every_file() {
    let sandbox = Sandbox::start().await.unwrap();
    let name = "<script>alert(1)</script>\"'=1+1\u{202e}";
    let user = sandbox.planyo.add(sandbox::planyo::User {
        first_name: "=HYPERLINK(1)".to_owned(),
        last_name: name.to_owned(),
        email: "hostile@example.com".to_owned(),
        reservations: 1,
        email_verified: true,
        ..Default::default()
    });
    let place = Place::quiet(sandbox, "").await;
    let pass = runs::full_pass(&place.server.app, "<b>", Pass::Usual).await;
    let pass = pass.unwrap().unwrap();
    assert!(pass.done, "{}", pass.text);
    let person = place.person().await;
    let run = place
        .server
        .app
        .state
        .runs()
        .await
        .unwrap()
        .pop()
        .unwrap()
        .id;
    let plan = person.submit("/", "/plan", &[]).await;
    person.settled(&plan).await;
    for path in [
        "/".to_owned(),
        "/to-decide".to_owned(),
        "/runs".to_owned(),
        format!("/runs/{run}"),
        "/customers?q=hostile%40example.com".to_owned(),
        "/customers?q=%22%3E%3Cscript%3E".to_owned(),
        format!("/customers/planyo%3A{user}"),
        "/health".to_owned(),
        plan,
    ] {
        let page = person.page(&path).await;
        assert!(!page.contains("<script"), "{path}");
        assert!(!page.contains("<b>"), "{path}");
    }
    let found = person.page("/customers?q=hostile%40example.com").await;
    assert!(found.contains("&lt;script&gt;"), "{found}");
    for path in [
        "/customers.csv?q=".to_owned(),
        "/to-decide.csv".to_owned(),
        format!("/runs/{run}/changes.csv"),
        "/runs.csv".to_owned(),
        "/health.csv".to_owned(),
        format!("/customers/planyo%3A{user}/calls.csv"),
        format!("/customers/planyo%3A{user}/history.csv"),
    ] {
        let file = person.page(&path).await;
        let mut table = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
        for row in table.records() {
            for cell in &row.unwrap() {
                assert!(
                    !cell.trim_start().starts_with(['=', '+', '-', '@']),
                    "{path}: {cell}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_of_a_spreadsheet_are_shown_and_applied() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    let person = place.person().await;
    let plan = person.submit("/", "/plan", &[]).await;
    let page = person.settled(&plan).await;
    assert!(page.contains(" calls"), "{page}");
    for file in ["plan.html", "plan.md", "plan.jsonl"] {
        assert!(
            person.page(&format!("{plan}/{file}")).await.len() > 1000,
            "{file}"
        );
    }
    let sheet = person.page(&format!("{plan}/decisions.csv")).await;
    let mut lines = sheet.lines();
    let header = lines.next().unwrap();
    let column = header
        .split(';')
        .position(|name| name.trim_matches('"') == "decision")
        .unwrap();
    let created = lines.find(|line| line.contains("created")).unwrap();
    let mut cells: Vec<&str> = created.split(';').collect();
    *cells.get_mut(column).unwrap() = "apply";
    let decided = format!("{header}\n{}\n", cells.join(";"));

    let token = between(&page, "name=\"token\" value=\"", "\"").unwrap();
    let upload = |token: &str, decided: &str| {
        let form = format!(
            "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--x\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"decisions.csv\"\r\n\r\n{decided}\r\n--x--\r\n"
        );
        let request = person.posts(&format!("{plan}/decisions"));
        request
            .header("content-type", "multipart/form-data; boundary=x")
            .body(form)
            .send()
    };
    assert_eq!(
        upload("0", &decided).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    let faulty = decided.replace("apply", "perhaps");
    let answer = upload(token, &faulty).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("line 2"));
    let answer = upload(token, &decided).await.unwrap();
    let approved = answer
        .headers()
        .get("location")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let page = person.settled(&approved).await;
    let steps: Vec<&str> = page.split("name=\"step\" value=\"").skip(1).collect();
    assert_eq!(steps.len(), 1, "{page}");
    let step = between(&page, "name=\"step\" value=\"", "\"").unwrap();
    let before = place.sandbox.billit.parties().len();
    person
        .submit(&approved, &approved, &[("step", step), ("do", step)])
        .await;
    assert!(person.settled(&approved).await.contains("Carried out"));
    assert_eq!(place.sandbox.billit.parties().len(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_forgotten_after_a_look_at_what_is_erased() {
    let place = after_a_pass().await;
    let person = place.person().await;
    let known = place.server.app.state.customers().await.unwrap();
    let planyo = &place.sandbox.planyo;
    let bookings = planyo.bookings();
    let is_free = |id: u64| bookings.reservations.iter().all(|one| one.user_id != id);
    let key = known
        .iter()
        .filter(|(_, known)| known.party.is_some())
        .map(|(key, _)| key.clone())
        .find(|key| is_free(key.id().parse().unwrap()))
        .unwrap();
    let path = format!("/customers/{}", key.as_str().replace(':', "%3A"));
    let name = place.server.app.directory.now().name(&key);
    let plan = person.submit(&path, &format!("{path}/forget"), &[]).await;
    let page = person.settled(&plan).await;
    assert!(page.contains("Will be erased in Billit"), "{page}");
    person.submit(&plan, &plan, &[]).await;
    let page = person.settled(&plan).await;
    assert!(page.contains("The customer is forgotten."), "{page}");
    let search = format!(
        "/customers?q={}",
        form(&[("", &name)]).trim_start_matches('=')
    );
    assert!(
        person.page(&search).await.contains("Nobody found"),
        "{name}"
    );
    let page = person.page(&path).await;
    assert!(!page.contains(&name), "{page}");
    runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap();
    assert!(
        place
            .server
            .app
            .state
            .customer(&key)
            .await
            .unwrap()
            .is_none_or(|known| known.party.is_none())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_be_there_twice_is_listed() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    let person = place.person().await;
    let page = person.page("/customers").await;
    let token = between(&page, "name=\"token\" value=\"", "\"").unwrap();
    let body = form(&[("token", token)]);
    let answer = person
        .posts("/duplicates")
        .header("content-type", FORM)
        .body(body)
        .send()
        .await
        .unwrap();
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("Perhaps twice") && page.contains("<td>"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_trusted_says_who_has_logged_in() {
    let more = "login.trusted_header = \"X-Remote-User\"\nlogin.trusted_from = [\"127.0.0.1\"]\n";
    let sandbox = Sandbox::start_empty().await.unwrap();
    let place = Place::quiet(sandbox, more).await;
    let asked = place.stranger().asks("/").header("x-remote-user", "an");
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.unwrap().contains("(an)"));

    let elsewhere = more.replace("127.0.0.1", "192.0.2.1");
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), &elsewhere).await;
    let asked = place.stranger().asks("/").header("x-remote-user", "an");
    assert_eq!(asked.send().await.unwrap().status(), StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_receives_invoices_over_peppol_is_looked_up() {
    let place = after_a_pass().await;
    service::peppol::look_up_all(&place.server.app)
        .await
        .unwrap();
    let person = place.person().await;
    let (mut receives, mut does_not) = (0, 0);
    for entry in &place.server.app.directory.now().customers {
        if entry.key.is_unidentified() {
            continue;
        }
        let path = format!("/customers/{}", entry.key.as_str().replace(':', "%3A"));
        let page = person.page(&path).await;
        receives += usize::from(page.contains("Peppol: receives invoices"));
        does_not += usize::from(page.contains("Peppol: receives no invoices"));
    }
    assert!(receives > 0 && does_not > 0, "{receives} {does_not}");
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_whoever_has_the_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut settings = service::demo::settings_for(&sandbox, "127.0.0.1:0", PASSWORD, "").unwrap();
    settings.keys.metrics = Some("a token for metrics".to_owned());
    let state = customer_sync::store::State::new(customer_sync::store::MemoryStore::new());
    let (app, calls) = service::app::App::open(settings, Some(state))
        .await
        .unwrap();
    let pass = runs::full_pass(&app, "", Pass::Usual)
        .await
        .unwrap()
        .unwrap();
    assert!(pass.done, "{}", pass.text);
    let server = service::server::Server::start(app, calls).await.unwrap();
    let url = format!("http://{}/metrics", server.address());
    let asks = reqwest::Client::new();
    let without = asks.get(&url).send().await.unwrap();
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED);
    let wrong = asks
        .get(&url)
        .bearer_auth("another token")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let text = asks
        .get(&url)
        .bearer_auth("a token for metrics")
        .send()
        .await
        .unwrap();
    let text = text.text().await.unwrap();
    for line in [
        "planyo_billit_customers_total{outcome=\"created\"} 39",
        "planyo_billit_customers_total{outcome=\"ambiguous\"} 7",
        "planyo_billit_calls_total{",
        "planyo_billit_full_pass_age_seconds ",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    server.stop().await;
}
