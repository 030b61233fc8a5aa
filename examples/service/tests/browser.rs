//! The pages in a browser: what a person does with them, what strange names do to them, and whether everybody can use them.
//! Skipped where Chromium or its driver is missing.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;
mod driver;

use common::{PASSWORD, Place};
use customer_sync::OutcomeKind;
use customer_sync::recalls::{Channel, Recall, RecallStore};
use driver::Browser;
use sandbox::Sandbox;
use serde_json::Value;
use service::runs::{self, Pass};

/// A browser on this service, or the end of the test.
macro_rules! browser {
    ($place:expr) => {
        browser!($place, "en")
    };
    ($place:expr, $language:expr) => {
        match Browser::start($place.url(""), $language).await {
            Some(browser) => browser,
            None => return,
        }
    };
}

async fn pass(place: &Place) -> service::app::LastPass {
    let pass = runs::full_pass(&place.server.app, "", Pass::Usual).await;
    pass.unwrap().unwrap()
}

/// A service whose first full pass is done.
async fn after_a_pass() -> Place {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    assert!(pass(&place).await.done);
    place
}

/// A customer who waits for a decision, with one candidate: the key, the name, and the party.
async fn ambiguous(place: &Place) -> (String, String, i64) {
    let cases = place.server.app.notes.cases().await.unwrap();
    let case = cases
        .into_iter()
        .map(|(case, _)| case)
        .find(|case| case.kind == OutcomeKind::Ambiguous && case.parties.len() == 1);
    let case = case.unwrap();
    let party = case.parties.first().unwrap().to_string().parse().unwrap();
    (case.key.to_string(), case.name, party)
}

/// The link of a party in Billit, empty without one.
fn link_of(place: &Place, party: i64) -> String {
    let party = place.sandbox.billit.party(party).unwrap();
    let link = party.get("ExternalProviderID").and_then(Value::as_str);
    link.unwrap_or_default().to_owned()
}

fn names(place: &Place) -> Vec<String> {
    let parties = place.sandbox.billit.parties();
    let name = |party: &serde_json::Map<String, Value>| party["Name"].as_str().unwrap().to_owned();
    parties.iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_decides_sees_it_in_billit_and_takes_it_back() {
    let place = after_a_pass().await;
    let browser = browser!(place);
    let (key, name, party) = ambiguous(&place).await;
    assert_eq!(link_of(&place, party), "");

    browser.open("/").await;
    assert_eq!(browser.path().await, "/login?to=%2F");
    browser.log_in(PASSWORD).await;
    browser.see("header nav").await;
    assert_eq!(browser.path().await, "/");
    browser.follow("To decide: ").await;
    browser.follow(&name).await;
    browser.read("Is it the same one?").await;
    browser.press("It is this one").await;
    // The list again, without whom was decided.
    browser.see("a[href='/to-decide.csv']").await;
    assert_eq!(browser.path().await, "/to-decide");
    let left = browser.run("return document.body.innerText").await;
    assert!(!left.as_str().unwrap().contains(&name), "{left}");
    assert_eq!(link_of(&place, party), key);

    browser.open("/customers").await;
    browser.fill("#q", &key).await;
    browser.press("Search").await;
    browser.follow(&name).await;
    browser.read("Decided before").await;
    browser.press("Take back").await;
    // The plan: nothing is done yet.
    browser.see("input[name=do]:checked").await;
    assert_eq!(link_of(&place, party), key);
    browser.press("Carry out").await;
    browser.read("Carried out.").await;
    assert_eq!(link_of(&place, party), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_made_shown_and_applied_without_what_is_not_ticked() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), "").await;
    let browser = browser!(place);
    let before = names(&place);
    browser.open("/").await;
    browser.log_in(PASSWORD).await;
    browser.press("Show first what would change").await;
    browser.see("input[name=do]").await;
    assert_eq!(names(&place), before);
    let boxes = "return document.querySelectorAll('input[name=do]:checked').length";
    let all = browser.run(boxes).await.as_u64().unwrap();
    browser.see("input[name=do]").await.click().await.unwrap();
    assert_eq!(browser.run(boxes).await, all - 1);
    browser.press("Carry out").await;
    browser.read("Carried out.").await;
    assert!(names(&place).len() > before.len());

    // The one that was left out is what another plan would do.
    browser.open("/").await;
    browser.press("Show first what would change").await;
    browser.see("input[name=do]").await;
    assert_eq!(browser.run(boxes).await, 1);
}

/// Gives all customers that are in Billit another name in Planyo: more than may change at once.
async fn rename_all(place: &Place) {
    let known = place.server.app.state.customers().await.unwrap();
    for (key, known) in known {
        if known.party.is_some() {
            place
                .sandbox
                .planyo
                .edit(key.id().parse().unwrap(), |user| {
                    user.last_name.push_str(" Anders");
                });
        }
    }
    assert!(pass(place).await.limit);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_safety_limit_a_person_looks_ticks_and_goes_on() {
    let place = after_a_pass().await;
    rename_all(&place).await;
    let browser = browser!(place);
    let renamed = || {
        let names = names(&place);
        names.iter().filter(|name| name.ends_with("Anders")).count()
    };
    browser.open("/").await;
    browser.log_in(PASSWORD).await;
    browser
        .read("Stopped: too many customers would change at once")
        .await;
    browser.press("Show first what would change").await;
    let tick = browser.see("input[name=mass]").await;
    // The browser itself does not post the form without the tick.
    let plan = browser.path().await;
    browser.press("Carry out").await;
    assert_eq!(
        browser
            .run("return document.querySelector('input:invalid').name")
            .await,
        "mass"
    );
    assert_eq!((browser.path().await, renamed()), (plan, 0));
    tick.click().await.unwrap();
    browser.press("Carry out").await;
    browser.read("Carried out.").await;
    assert!(renamed() > 5, "{}", renamed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_and_the_page_is_still_reached_afterwards() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    let browser = browser!(place);
    browser.open("/customers?q=a%20b").await;
    browser.log_in("wrong").await;
    browser.read("The name or the password is not right.").await;
    assert_eq!(browser.path().await, "/login");
    browser.log_in(PASSWORD).await;
    browser.see("#q").await;
    let path = browser.path().await;
    assert!(path.starts_with("/customers?q=a"), "{path}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_logging_out_neither_back_nor_an_old_form_does_anything() {
    let place = after_a_pass().await;
    let browser = browser!(place);
    let (key, name, party) = ambiguous(&place).await;
    let case = format!("/to-decide/{}", key.replace(':', "%3A"));
    browser.open(&case).await;
    browser.log_in(PASSWORD).await;
    browser.read("Is it the same one?").await;

    // Logs out in another tab.
    let old = browser.client.window().await.unwrap();
    let other = browser.client.new_window(true).await.unwrap();
    browser.client.switch_to_window(other.handle).await.unwrap();
    browser.open("/to-decide").await;
    browser.read(&name).await;
    browser.press("Log out").await;
    browser.see("#password").await;
    assert!(browser.client.get_all_cookies().await.unwrap().is_empty());
    // The browser keeps pages in memory for Back.
    browser.client.back().await.unwrap();
    browser.see("#password").await;
    let shown = browser.client.source().await.unwrap();
    assert!(!shown.contains(&name), "{shown}");

    // The page of the session that has ended is still open. In another session its form is refused.
    browser.log_in(PASSWORD).await;
    browser.read(&name).await;
    browser.client.switch_to_window(old).await.unwrap();
    browser.press("It is this one").await;
    browser.read("The form has expired.").await;
    assert_eq!(link_of(&place, party), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_an_ended_session_leads_to_the_login_and_to_a_page() {
    let place = after_a_pass().await;
    let browser = browser!(place);
    let (key, _, party) = ambiguous(&place).await;
    let case = format!("/to-decide/{}", key.replace(':', "%3A"));
    browser.open(&case).await;
    browser.log_in(PASSWORD).await;
    for (page, button, to) in [
        (case.as_str(), "It is this one", case.as_str()),
        // Nothing can be looked at under the address of this button.
        ("/", "Compare all customers now", "/"),
    ] {
        browser.see("header nav").await;
        browser.open(page).await;
        browser.client.delete_all_cookies().await.unwrap();
        browser.press(button).await;
        browser.log_in(PASSWORD).await;
        browser.see("header nav").await;
        assert_eq!(browser.path().await, to);
    }
    assert_eq!(link_of(&place, party), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_in_the_language_of_the_browser() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), "").await;
    for (language, log_in, word) in [
        ("nl-BE,nl", "Inloggen", "Te beslissen"),
        ("fr-BE,fr", "Se connecter", "À décider"),
    ] {
        let browser = browser!(place, language);
        browser.open("/").await;
        browser.read(log_in).await;
        browser.log_in(PASSWORD).await;
        browser.read(word).await;
        let lang = browser.run("return document.documentElement.lang").await;
        assert_eq!(lang, language[..2]);
    }
}

/// A name that would be a script, the end of an attribute, and a line from right to left: by its letters, and by a mark that
/// the sync leaves out.
const HOSTILE: &str = "<script>alert(1)</script>\"'><b>שלום\u{202e}";
/// What a browser cannot break.
const LONG: usize = 90;

/// Recalls by all channels.
const RECALLS: &str = r#"
[recalls]
language = "en"

[[recalls.rules]]
name = "call back"
after = "6 weeks"
by_hand = true
messages = ["letter", "e-mail after 1 week", "SMS after 1 week"]

[recalls.email]
server = "127.0.0.1"
port = 9
tls = "none"
from = "info@example.org"

[recalls.sms]
url = "http://127.0.0.1:9/"
body = '{"to": "{to}", "text": "{text}"}'

[recalls.letter]
from = ["Verhuur Jansen", "Kerkstraat 1", "9000 Gent"]
"#;

/// The time by the clock of the site.
async fn local(place: &Place) -> chrono::NaiveDateTime {
    let app = &place.server.app;
    app.zone().await.unwrap().to_local(app.clock.now())
}

/// A recall of a customer, due in a year, with all that can be on its page, and the address of that.
async fn full_recall(place: &Place, user: u64, strange: &str) -> String {
    let now = local(place).await;
    let later = now.date() + chrono::TimeDelta::days(365);
    let key = customer_sync::CustomerKey::new("planyo", user.to_string());
    let mut recall = Recall::by_hand(key, strange, later, now.date(), strange);
    recall.appointment = Some(strange.to_owned());
    recall.resource = Some(strange.to_owned());
    recall.sent(Channel::Email, now).unwrap();
    recall.start(Channel::Sms, now).unwrap();
    recall.not_sent(Channel::Sms, now, strange, None).unwrap();
    recall.start(Channel::Letter, now).unwrap();
    recall.unclear(Channel::Letter, strange).unwrap();
    recall.waits_for = Some(strange.to_owned());
    recall.booking = Some(strange.to_owned());
    let store = RecallStore::new(&place.server.app.state);
    assert!(store.add(&recall).await.unwrap());
    format!("/recalls/one?id={}", encoded(&recall.id))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A service whose pages have all that they can have, with strange and long names, and the paths of these pages.
async fn full() -> (Place, Vec<String>) {
    let sandbox = Sandbox::start().await.unwrap();
    let long = "W".repeat(LONG);
    let user = |first: &str, last: &str, email: &str| {
        sandbox.planyo.add(sandbox::planyo::User {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: email.to_owned(),
            address: format!("{long} 12"),
            city: long.clone(),
            zip: "9000".to_owned(),
            country: "BE".to_owned(),
            reservations: 1,
            email_verified: true,
            ..Default::default()
        })
    };
    let hostile = user("Ann", HOSTILE, "hostile@example.com");
    let wide = user(&long, &long, &format!("{}@example.com", "w".repeat(60)));
    let refused = user(&long, HOSTILE, &format!("{long}@{long}.example.com"));
    let asked = user("Ann", HOSTILE, "asked@example.com");
    sandbox.billit.add(serde_json::json!({
        "Name": format!("{HOSTILE} {long}"), "Email": "asked@example.com", "PartyType": "Customer",
    }));
    let place = Place::quiet(sandbox, RECALLS).await;
    let app = &place.server.app;
    let first = pass(&place).await;
    assert!(first.done, "{}", first.text);
    app.received.taken(&long, chrono::Utc::now());
    app.received.passed_over(HOSTILE, long.clone());

    let person = place.person().await;
    let run = app.state.runs().await.unwrap().pop().unwrap().id;
    let rename = |user, name: &str| {
        place
            .sandbox
            .planyo
            .edit(user, |user| user.last_name.push_str(name));
    };
    // A plan that was applied, and one that waits.
    rename(hostile, HOSTILE);
    rename(wide, "W");
    let applied = person.submit("/", "/plan", &[]).await;
    person.settled(&applied).await;
    person.submit(&applied, &applied, &[]).await;
    assert!(person.settled(&applied).await.contains("Carried out"));
    rename(hostile, HOSTILE);
    rename(wide, "W");
    let waiting = person.submit("/", "/plan", &[]).await;
    person.settled(&waiting).await;
    rename_all(&place).await;
    let limited = person.submit("/", "/plan", &[("for", "limit")]).await;
    assert!(person.settled(&limited).await.contains("name=\"mass\""));
    let key = |user: u64| format!("planyo%3A{user}");
    let forgets = format!("/customers/{}/forget", key(hostile));
    let forgets = person.submit("/", &forgets, &[]).await;
    person.settled(&forgets).await;

    let strange = full_recall(&place, hostile, HOSTILE).await;
    let wide_recall = full_recall(&place, wide, &long).await;

    let paths = vec![
        "/recalls".to_owned(),
        "/recalls?status=sent".to_owned(),
        strange,
        wide_recall,
        format!("/recalls/preview?customer={}", key(hostile)),
        format!("/recalls/preview?customer={}", key(wide)),
        "/recalls/preview?customer=%3Cscript%3E".to_owned(),
        "/recalls/conversion".to_owned(),
        "/".to_owned(),
        "/to-decide".to_owned(),
        format!("/to-decide/{}", key(asked)),
        // With two candidates.
        format!("/to-decide/{}", key(838_809)),
        "/runs".to_owned(),
        format!("/runs/{run}"),
        "/customers?q=".to_owned(),
        "/customers?q=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E".to_owned(),
        format!("/customers/{}", key(hostile)),
        format!("/customers/{}", key(wide)),
        format!("/customers/{}", key(refused)),
        format!("/to-decide/{}", key(refused)),
        "/health".to_owned(),
        applied,
        waiting,
        limited,
        forgets,
        "/plan/gone".to_owned(),
        format!("/{long}"),
    ];
    (place, paths)
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_names_are_texts_that_change_nothing_around_them() {
    let (place, paths) = full().await;
    let browser = browser!(place);
    browser.open("/").await;
    browser.log_in(PASSWORD).await;
    browser.see("header nav").await;
    // Elements that a name has made, the direction of the page, and names that could turn what is beside them around.
    let look = "
        const found = document.scripts.length + document.querySelectorAll('b').length;
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const bare = [];
        for (let text = texts.nextNode(); text; text = texts.nextNode())
            if (/[\\u202e\\u05d0-\\u05ea]/.test(text.data) && !text.parentElement.closest('bdi')) bare.push(text.parentElement.outerHTML);
        const turned = [document.documentElement, document.body].map(one => getComputedStyle(one).direction);
        return [found, document.dir, turned, bare]";
    let mut shown = Vec::new();
    for path in &paths {
        browser.open(path).await;
        assert!(!browser.has_dialog().await, "{path}");
        let found = browser.run(look).await;
        assert_eq!(
            found,
            serde_json::json!([0, "", ["ltr", "ltr"], []]),
            "{path}"
        );
        let text = browser.run("return document.body.textContent").await;
        if text
            .as_str()
            .unwrap()
            .contains(HOSTILE.trim_end_matches('\u{202e}'))
        {
            shown.push(path.as_str());
        }
    }
    assert!(shown.len() >= 15, "{shown:?}");
    // The customers are also found by such a text, which stays in the field.
    browser.open("/customers").await;
    browser.fill("#q", "\"'><b>שלום").await;
    browser.press("Search").await;
    browser.follow("<script>alert(1)</script>").await;
    browser.read("Update now").await;
    browser.client.back().await.unwrap();
    let field = browser
        .run("return document.querySelector('#q').value")
        .await;
    assert_eq!(field, "\"'><b>שלום");
}

/// What a page needs that everybody can use it. `axe-core` says more, where it is there.
const LOOK: &str = "
    const problems = [];
    const say = (what, of) => problems.push(what + ': ' + of);
    const all = css => [...document.querySelectorAll(css)];
    const named = one => (one.getAttribute('aria-label') || one.innerText || '').trim();
    if (all('h1').length != 1) say('h1', all('h1').length);
    if (!document.documentElement.lang) say('lang', 'none');
    if (!document.title) say('title', 'none');
    for (const field of all('input:not([type=hidden]), select, textarea'))
        if (!named(field) && ![...field.labels].some(named)) say('label', field.outerHTML);
    for (const one of all('button, a'))
        if (!named(one) && one.checkVisibility()) say('name', one.outerHTML);
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) {
        const wide = all('body *').filter(one => one.getBoundingClientRect().right > page.clientWidth);
        say('sideways', wide.slice(0, 5).map(one => one.cloneNode().outerHTML).join(' '));
    }
    return problems";

/// Runs axe-core, which is in the page, and says what it finds.
const AXE: &str = "
    const done = arguments[arguments.length - 1];
    const rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
    axe.run(document, rules).then(
        found => done(found.violations.map(rule => rule.id + ': ' + rule.nodes.slice(0, 5).map(node => node.target.join(' ')).join(', '))),
        error => done([String(error)]))";

/// The text of axe-core, which is not part of this repository.
fn axe() -> Option<String> {
    let there = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../target/axe-core/node_modules/axe-core/axe.min.js"
    );
    let path = std::env::var_os("AXE_CORE").unwrap_or_else(|| there.into());
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: axe-core");
    }
    text
}

/// What is wrong with the page that is open, at the width of a telephone and of a screen.
async fn problems(browser: &Browser, axe: Option<&str>) -> Vec<String> {
    let client = &browser.client;
    let mut problems = Vec::new();
    let path = browser.path().await;
    if let Some(axe) = axe {
        client.execute(axe, Vec::new()).await.unwrap();
    }
    for width in [420, 1280] {
        browser.widen(width).await;
        let mut found = vec![browser.run(LOOK).await];
        if axe.is_some() {
            found.push(client.execute_async(AXE, Vec::new()).await.unwrap());
        }
        let found = found.iter().flat_map(|found| found.as_array().unwrap());
        problems
            .extend(found.map(|found| format!("{path} at {width}: {}", found.as_str().unwrap())));
    }
    problems
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recall_is_scheduled_falls_due_and_becomes_a_letter() {
    let sandbox = Sandbox::start_empty().await.unwrap();
    let user = sandbox.planyo.add(sandbox::planyo::User {
        first_name: "Ann".to_owned(),
        last_name: HOSTILE.to_owned(),
        email: "ann@example.com".to_owned(),
        address: "Dorpstraat 12".to_owned(),
        city: "Gent".to_owned(),
        zip: "9000".to_owned(),
        country: "BE".to_owned(),
        reservations: 1,
        email_verified: true,
        ..Default::default()
    });
    let place = Place::quiet(sandbox, RECALLS).await;
    assert!(pass(&place).await.done);
    let browser = browser!(place);
    let axe = axe();
    let axe = axe.as_deref();
    let mut found = Vec::new();
    browser.open(&format!("/customers/planyo%3A{user}")).await;
    browser.log_in(PASSWORD).await;
    browser.fill("#number", "2").await;
    browser.press("Schedule a reminder").await;
    browser.read("scheduled").await;
    found.extend(problems(&browser, axe).await);

    let app = &place.server.app;
    app.clock.set_ahead(chrono::TimeDelta::days(15));
    let refreshed = service::recalls::refresh(app, app.clock.now()).await;
    assert_eq!(refreshed.unwrap().len(), 1);
    browser.open("/recalls").await;
    browser.read("Letters that are due: 1.").await;
    found.extend(problems(&browser, axe).await);
    browser.press("Make the letters that are due").await;
    browser.see("a[href$='.html']").await;
    browser.read("Letters that are due: 0.").await;
    found.extend(problems(&browser, axe).await);
    browser.follow("call back").await;
    browser.read("letter: sent").await;
    found.extend(problems(&browser, axe).await);
    browser.press("The customer has answered").await;
    browser.read("Status: answered").await;

    // The file as a browser shows it from a disk.
    browser.open("/recalls").await;
    let file = "return document.querySelector(\"a[href$='.html']\").getAttribute('href')";
    let file = browser.run(file).await;
    let letters = place.person().await.page(file.as_str().unwrap()).await;
    let path = place.folder.path().join("letters.html");
    std::fs::write(&path, letters).unwrap();
    let url = format!("file://{}", path.display());
    browser.client.goto(&url).await.unwrap();
    assert!(!browser.has_dialog().await);
    let look = "return [document.querySelectorAll('section').length, document.scripts.length, document.querySelector('.to').innerText]";
    let shown = browser.run(look).await;
    let address = format!(
        "Ann {}\nDorpstraat 12\n9000 Gent",
        HOSTILE.trim_end_matches('\u{202e}')
    );
    assert_eq!(shown[0], 1);
    assert_eq!(shown[1], 0);
    assert!(shown[2].as_str().unwrap().starts_with(&address), "{shown}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_use_every_page_on_a_telephone_and_on_a_screen() {
    let (place, paths) = full().await;
    let browser = browser!(place);
    let axe = axe();
    let axe = axe.as_deref();
    let mut found = Vec::new();
    browser.open("/").await;
    found.extend(problems(&browser, axe).await);
    browser.log_in("wrong").await;
    browser.see(".problem").await;
    found.extend(problems(&browser, axe).await);
    browser.log_in(PASSWORD).await;
    browser.see("header nav").await;
    for path in &paths {
        browser.open(path).await;
        found.extend(problems(&browser, axe).await);
    }
    browser.open("/").await;
    browser.press("Compare all customers now").await;
    browser.read("It has begun.").await;
    found.extend(problems(&browser, axe).await);
    // Words of other languages are longer.
    for language in ["nl", "fr"] {
        browser.want(language).await;
        for path in &paths {
            browser.open(path).await;
            found.extend(problems(&browser, None).await);
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const PLANFY: &str = "planfy.account = \"shop\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_faults_is_imported_and_a_customer_is_deleted_once_nothing_is_ahead() {
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), PLANFY).await;
    let browser = browser!(place);
    let axe = axe();
    let axe = axe.as_deref();
    let mut found = Vec::new();
    let file = |name: &str, text: &str| {
        let path = place.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let customers = file(
        "customers.csv",
        "planfy_id;name;email;city;mobile_number;dob\n\
         77;Ann Peeters;ann@example.com;Gent;3.24701E+10;31/12/1990\n\
         78;Bob Claes;bob@example.com;Brugge;;31/02/1990\n\
         1.2E+7;Cis Maes;cis@example.com;Aalst;;\n",
    );
    browser.open("/import").await;
    browser.log_in(PASSWORD).await;
    browser
        .see("#customers")
        .await
        .send_keys(&customers)
        .await
        .unwrap();
    found.extend(problems(&browser, axe).await);
    browser.press("Show").await;
    browser
        .read("2 new, 0 changed, 0 equal, 3 not understood")
        .await;
    found.extend(problems(&browser, axe).await);
    browser.press("Carry out").await;
    browser.read("Carried out.").await;
    assert_eq!(place.sandbox.billit.parties().len(), 2);

    // Tomorrow's appointment stands in the way.
    let today = place.server.app.today();
    let tomorrow = today + chrono::Days::new(1);
    let head = "id,planfy_id,resource,booked,ends,state\n";
    let ahead = format!("{head}900,77,dentist,{today},{tomorrow},booked\n");
    let ahead = file("ahead.csv", &ahead);
    browser.open("/import").await;
    browser
        .see("#appointments")
        .await
        .send_keys(&ahead)
        .await
        .unwrap();
    browser
        .run("document.querySelector('form[action=\"/import/appointments\"] button').click()")
        .await;
    browser.read("Appointments taken: 1").await;
    browser.open("/customers/planfy%3Ashop%3A77").await;
    browser.press("Forget").await;
    browser.read("There are bookings that are not over.").await;
    found.extend(problems(&browser, axe).await);
    assert_eq!(
        browser
            .run("return document.querySelectorAll('main form').length")
            .await,
        0
    );

    let over = file(
        "over.csv",
        &format!("{head}900,77,dentist,2026-01-01,2026-01-02,finished\n"),
    );
    browser.open("/import").await;
    browser
        .see("#appointments")
        .await
        .send_keys(&over)
        .await
        .unwrap();
    browser
        .run("document.querySelector('form[action=\"/import/appointments\"] button').click()")
        .await;
    browser.read("Appointments taken: 1").await;
    browser.open("/customers/planfy%3Ashop%3A77").await;
    browser.press("Forget").await;
    browser.read("Will be erased in Billit").await;
    found.extend(problems(&browser, axe).await);
    browser.see("main form button").await.click().await.unwrap();
    browser.read("The customer is forgotten.").await;
    browser.open("/deletions").await;
    browser.read("planfy:shop:77").await;
    found.extend(problems(&browser, axe).await);
    let parties = place.sandbox.billit.parties();
    let ann = parties.iter().any(|party| {
        party
            .get("Email")
            .is_some_and(|email| email == "ann@example.com")
    });
    assert!(!ann, "{parties:?}");
    let key = customer_sync::CustomerKey::new("planfy:shop", "77");
    let book = place.server.app.book().unwrap();
    assert_eq!(book.entry(&key).await.unwrap(), None);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
