//! The change log: who has changed what, on its page and in its file.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Person, Place, between};
use customer_sync::triggers::{CustomerRef, SyncRequest, Trigger};
use customer_sync::{CustomerKey, OutcomeKind};
use reqwest::StatusCode;
use sandbox::Sandbox;
use sandbox::planyo::User;
use serde_json::json;
use service::app::App;
use service::change_log::{self, By, Filter, Logged, Page};
use service::runs::{self, Pass};

fn person(id: u64) -> User {
    User {
        id,
        first_name: "Ann".to_owned(),
        last_name: format!("Number{id}"),
        email: format!("person{id}@example.com"),
        address: format!("Kerkstraat {id}"),
        zip: "9000".to_owned(),
        city: "Gent".to_owned(),
        country: "BE".to_owned(),
        reservations: 1,
        ..User::default()
    }
}

fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

/// Customers 1 to this one, compared once.
async fn after_a_pass_of(count: u64, more: &str) -> Place {
    let sandbox = Sandbox::start_empty().await.unwrap();
    for id in 1..=count {
        sandbox.planyo.add(person(id));
    }
    let place = Place::quiet(sandbox, more).await;
    pass(&place, "").await;
    place
}

async fn pass(place: &Place, by: &str) {
    let pass = runs::full_pass(&place.server.app, by, Pass::Usual).await;
    let pass = pass.unwrap().unwrap();
    assert!(pass.done, "{}", pass.text);
}

fn moves(place: &Place, id: u64, city: &str) {
    let city = city.to_owned();
    place.sandbox.planyo.edit(id, |user| user.city = city);
}

async fn party_of(place: &Place, id: u64) -> i64 {
    let known = place.server.app.state.customer(&key(id)).await.unwrap();
    known.unwrap().party.unwrap().get()
}

fn line(id: u64, by: By, what: &str, before: &str, after: &str) -> Logged {
    Logged {
        at: Utc::now(),
        by,
        customer: key(id),
        what: what.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        run: None,
        uncertain: false,
    }
}

/// The rows of the file, without its header.
async fn file(person: &Person, query: &str) -> Vec<Vec<String>> {
    let file = person.page(&format!("/changes.csv?{query}")).await;
    let mut table = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let rows = table.records().map(|row| {
        let row = row.unwrap();
        row.iter().map(str::to_owned).collect()
    });
    rows.collect()
}

/// The customers, fields, new values and persons of a file.
async fn told(person: &Person, query: &str) -> Vec<[String; 4]> {
    let rows = file(person, query).await;
    let told = rows.iter().map(|row| {
        let cell = |at: usize| row.get(at).unwrap().clone();
        [cell(1), cell(3), cell(5), cell(6)]
    });
    told.collect()
}

fn telling(customer: u64, field: &str, after: &str, by: &str) -> [String; 4] {
    [
        key(customer).to_string(),
        field.to_owned(),
        after.to_owned(),
        by.to_owned(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_says_by_whom_and_the_filter_finds_it() {
    let place = after_a_pass_of(6, "sync.quiet_seconds = 0\n").await;
    let (app, browser) = (&place.server.app, place.person().await);
    // By a person who has started a run of all, and one of one customer.
    moves(&place, 1, "Aalst");
    pass(&place, "eva").await;
    moves(&place, 2, "Brugge");
    browser
        .submit("/customers/planyo%3A2", "/customers/planyo%3A2/sync", &[])
        .await;
    // In Billit.
    let party = party_of(&place, 3).await;
    place.sandbox.billit.edit(party, |party| {
        party.insert("Email".to_owned(), json!("corrected@example.com"));
    });
    // By the schedule; it finds what was done in Billit too.
    moves(&place, 4, "Deinze");
    pass(&place, "").await;
    // By a notification.
    moves(&place, 5, "Eeklo");
    let now = Utc::now() - TimeDelta::minutes(5);
    let user = CustomerRef::Customer(5.into());
    let request = SyncRequest::new(user, Trigger::CustomerUpdated);
    app.inbox.add(request, now).await.unwrap();
    app.more.notify_one();
    browser.until("/changes?who=notification", "Eeklo").await;
    // By an import.
    let import = line(6, By::Import("eva".to_owned()), "Notes", "", "likes tea");
    app.notes.log(&[import]).await.unwrap();
    // By an undo.
    let runs = app.state.runs().await.unwrap();
    let mut of_eva = None;
    for run in &runs {
        let note = app.notes.of_run(&run.id).await.unwrap().unwrap_or_default();
        if note.by == "eva" {
            of_eva = Some(format!("/runs/{}", run.id));
        }
    }
    let of_eva = of_eva.unwrap();
    let undo = browser
        .submit(&of_eva, &format!("{of_eva}/undo"), &[])
        .await;
    let page = browser.settled(&undo).await;
    let step = between(&page, "name=\"step\" value=\"", "\"").unwrap();
    let ticked = [("step", step), ("do", step)];
    browser.submit(&undo, &undo, &ticked).await;
    assert!(browser.settled(&undo).await.contains("Carried out"));

    for (query, expected) in [
        (
            "who=person+eva&field=City",
            telling(1, "City", "Aalst", "eva"),
        ),
        (
            "who=person+demo&q=planyo:2",
            telling(2, "City", "Brugge", "demo"),
        ),
        (
            "who=billit",
            telling(3, "Email", "corrected@example.com", "somebody in Billit"),
        ),
        (
            "who=itself&q=number4&field=City",
            telling(4, "City", "Deinze", "by itself"),
        ),
        (
            "who=notification",
            telling(5, "City", "Eeklo", "Planyo, by a message"),
        ),
        (
            "who=import",
            telling(6, "Notes", "likes tea", "eva, import"),
        ),
        ("who=undo", telling(1, "City", "Gent", "demo, undone")),
    ] {
        let told = told(&browser, query).await;
        assert_eq!(told.first(), Some(&expected), "{query}: {told:?}");
        let page = browser.page(&format!("/changes?{query}")).await;
        assert!(
            page.contains(&expected[2]) && page.contains(&expected[3]),
            "{query}: {page}"
        );
    }
    assert_eq!(told(&browser, "who=billit").await.len(), 1);
    assert_eq!(told(&browser, "q=nobody+at+all").await.len(), 0);
    let all = told(&browser, "").await;
    assert!(all.len() > 40, "{}", all.len());
    // The last first.
    let times: Vec<String> = file(&browser, "field=City")
        .await
        .iter()
        .take(5)
        .map(|row| row.first().unwrap().clone())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    // The page of the run is linked.
    let page = browser.page("/changes?who=person+eva&field=City").await;
    assert!(page.contains(&format!("href=\"{of_eva}\"")), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_those_of_the_lines() {
    let place = after_a_pass_of(1, "").await;
    let (app, browser) = (&place.server.app, place.person().await);
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let on = |text: &str, after: &str| Logged {
        at: at(text),
        ..line(1, By::Itself, "Notes", "", after)
    };
    let lines = [
        on("2025-03-01T12:00:00Z", "first"),
        on("2025-03-02T12:00:00Z", "second"),
        on("2025-03-03T12:00:00Z", "third"),
    ];
    app.notes.log(&lines).await.unwrap();
    let after = async |query: &str| {
        let told = told(&browser, query).await.into_iter();
        told.map(|[_, _, after, _]| after).collect::<Vec<_>>()
    };
    let notes = "field=Notes";
    assert_eq!(after(notes).await, ["third", "second", "first"]);
    assert_eq!(
        after(&format!("{notes}&from=2025-03-02")).await,
        ["third", "second"]
    );
    assert_eq!(
        after(&format!("{notes}&to=2025-03-02")).await,
        ["second", "first"]
    );
    let one = format!("{notes}&from=2025-03-02&to=2025-03-02");
    assert_eq!(after(&one).await, ["second"]);
    assert_eq!(after(&format!("{one}&q=number1")).await, ["second"]);
    // What is no day is not asked for.
    assert_eq!(
        after(&format!("{notes}&from=x&to=%3Cscript%3E"))
            .await
            .len(),
        3
    );

    // Kept as long as the journal.
    let (long_ago, limit) = (at("2020-01-01T00:00:00Z"), at("2025-03-02T00:00:00Z"));
    app.notes
        .forget_old(long_ago, limit, long_ago)
        .await
        .unwrap();
    assert_eq!(after(notes).await, ["third", "second"]);
    assert_eq!(
        after(&format!("{notes}&q=number1")).await,
        ["third", "second"]
    );
}

/// All lines that a filter lets through, by pages of so many.
async fn by_pages(app: &App, filter: &Filter, most: usize) -> Vec<Logged> {
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let Page { lines: more, older } =
            change_log::read(&app.state, filter, after.as_ref(), most)
                .await
                .unwrap();
        assert!(more.len() < most + 30, "{}", more.len());
        lines.extend(more);
        let Some(older) = older else { return lines };
        after = change_log::Position::of(&older.to_string());
        assert_eq!(after.as_ref(), Some(&older));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_customer_is_its_history_and_pages_lose_nothing() {
    let place = after_a_pass_of(60, "").await;
    let app = &place.server.app;
    for (id, city) in [(1, "Aalst"), (2, "Brugge"), (1, "Deinze")] {
        moves(&place, id, city);
        pass(&place, "eva").await;
    }
    let imports = [1, 2, 1].map(|id| line(id, By::Import("eva".to_owned()), "Notes", "a", "b"));
    app.notes.log(&imports).await.unwrap();

    let all = by_pages(app, &Filter::default(), 7).await;
    assert_eq!(all, by_pages(app, &Filter::default(), 100_000).await);
    let mut by_customer: BTreeMap<CustomerKey, Vec<Logged>> = BTreeMap::new();
    for line in &all {
        let own = by_customer.entry(line.customer.clone()).or_default();
        own.push(line.clone());
    }
    assert_eq!(by_customer.len(), 60);
    for (customer, lines) in &by_customer {
        let history = change_log::history(&app.state, customer, 1_000)
            .await
            .unwrap();
        assert_eq!(*lines, history, "{customer}");
    }
    // Of many customers too, whose rows are not read one by one.
    let many = by_customer.keys().skip(1).cloned().collect();
    let filter = Filter {
        customers: Some(many),
        ..Filter::default()
    };
    let first = by_customer.keys().next().unwrap();
    let others: Vec<Logged> = all
        .iter()
        .filter(|line| line.customer != *first)
        .cloned()
        .collect();
    assert_eq!(by_pages(app, &filter, 11).await, others);

    // On the pages: as many lines as a page has, and a link to the others.
    let browser = place.person().await;
    let page = browser.page("/changes").await;
    let rows = page.matches("<tr>").count();
    assert!((200..240).contains(&rows), "{rows}");
    let next = between(&page, "href=\"/changes?older=", "\"").unwrap();
    let older = browser.page(&format!("/changes?older={next}")).await;
    assert!(older.matches("<tr>").count() > 10, "{older}");
    // The page of the customer has the same lines as the log.
    let log = browser.page("/changes?q=planyo:1&field=City").await;
    let own = browser.page("/customers/planyo%3A1").await;
    for city in ["Aalst", "Deinze"] {
        assert!(log.contains(city) && own.contains(city), "{city}");
    }
    let history = browser.page("/customers/planyo%3A1/history.csv").await;
    let lines = change_log::history(&app.state, &key(1), 1_000)
        .await
        .unwrap();
    assert_eq!(history.lines().count(), lines.len() + 1);
    assert!(history.contains("\"eva, import\""), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_in_the_log_and_so_is_what_was_taken_back() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    pass(&place, "").await;
    let browser = place.person().await;
    let cases = place.server.app.notes.cases().await.unwrap();
    let mut cases = cases.into_iter().map(|(case, _)| case);
    let mut next = || {
        let is_one = |case: &service::notes::Case| {
            case.kind == OutcomeKind::Ambiguous && case.parties.len() == 1
        };
        let case = cases.find(is_one).unwrap();
        (case.key.to_string(), *case.parties.first().unwrap())
    };
    let decide = async |customer: &str, choice: &str| {
        let path = format!("/to-decide/{}", customer.replace(':', "%3A"));
        let page = browser.page(&path).await;
        let shown = between(&page, "name=\"shown\" value=\"", "\"").unwrap();
        let to = browser
            .submit(&path, &path, &[("shown", shown), ("choice", choice)])
            .await;
        assert_eq!(to, "/to-decide");
        path
    };
    let decisions = async |customer: &str| {
        let query = format!("field=decision&q={customer}");
        let told = told(&browser, &query).await.into_iter();
        told.map(|[_, _, after, by]| (after, by))
            .collect::<Vec<_>>()
    };
    let by_demo = |what: &str| (what.to_owned(), "demo".to_owned());
    let (first, party) = next();
    let path = decide(&first, "later").await;
    browser.submit(&path, &format!("{path}/back"), &[]).await;
    decide(&first, &format!("link {party}")).await;
    let expected = [
        by_demo(&format!("link {party}")),
        by_demo(""),
        by_demo("later"),
    ];
    assert_eq!(decisions(&first).await, expected);
    let page = browser
        .page(&format!("/changes?field=decision&q={first}"))
        .await;
    for words in ["put off", "taken back", &format!("linked to {party}")] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The fields that the link has changed are by the same person.
    let linked = told(&browser, &format!("field=ExternalProviderID&q={first}")).await;
    assert_eq!(
        linked.first().map(|[_, _, _, by]| by.as_str()),
        Some("demo")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_texts_are_texts_on_the_page_and_no_formulas_in_the_file() {
    let place = after_a_pass_of(1, "").await;
    place.sandbox.planyo.edit(1, |user| {
        user.last_name = "<script>alert(1)</script>".to_owned();
        user.city = "=HYPERLINK(1)".to_owned();
    });
    pass(&place, "<script>").await;
    let hostile = "@<script>";
    let import = line(1, By::Import(hostile.to_owned()), hostile, hostile, hostile);
    place.server.app.notes.log(&[import]).await.unwrap();
    let browser = place.person().await;
    for path in [
        "/changes",
        "/changes?q=%22%3E%3Cscript%3E&who=person+%22%3E%3Cscript%3E&field=%22%3E%3Cscript%3E",
        "/changes?from=%22%3E%3Cscript%3E&to=%22%3E%3Cscript%3E&older=%22%3E%3Cscript%3E",
        "/changes?older=20261130T%3Cscript%3E/planyo:1",
        "/changes?older=99999999/",
        "/customers/planyo%3A1",
    ] {
        let page = browser.page(path).await;
        assert!(!page.contains("<script"), "{path}: {page}");
    }
    let page = browser.page("/changes").await;
    assert!(page.contains("&lt;script&gt;"), "{page}");
    let rows = file(&browser, "").await;
    assert!(
        rows.iter()
            .any(|row| row.iter().any(|cell| cell.contains("HYPERLINK")))
    );
    for cell in rows.iter().flatten() {
        let begins = cell.trim_start().starts_with(['=', '+', '-', '@']);
        assert!(!begins, "{cell}");
    }
    let stranger = place.stranger();
    for path in [
        "/changes",
        "/changes.csv",
        "/deletions",
        "/deletions/x.json",
    ] {
        let answer = stranger.asks(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
    }
}
