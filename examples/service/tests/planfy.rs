//! Planfy as a second source: imports with their faults and plans, the list, exports, one customer.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use common::{Person, Place, between};
use customer_sync::planfy::Column;
use customer_sync::{CustomerKey, OutcomeKind};
use reqwest::StatusCode;
use sandbox::Sandbox;
use service::runs::{self, Pass};

const PLANFY: &str = "planfy.account = \"shop\"\n";

async fn place() -> Place {
    Place::quiet(Sandbox::start_empty().await.unwrap(), PLANFY).await
}

fn key(id: &str) -> CustomerKey {
    CustomerKey::new("planfy:shop", id)
}

/// A form with a file.
fn multipart(token: &str, file: &str) -> (&'static str, String) {
    let part = "--boundary\r\ncontent-disposition: form-data; name=";
    let body = format!(
        "{part}\"token\"\r\n\r\n{token}\r\n{part}\"file\"; filename=\"export.csv\"\r\n\r\n{file}\r\n--boundary--\r\n"
    );
    ("multipart/form-data; boundary=boundary", body)
}

/// Uploads a file, and gives the status, where it leads, and the page.
async fn upload(person: &Person, path: &str, file: &str) -> (StatusCode, String, String) {
    let page = person.page("/import").await;
    let token = between(&page, "name=\"token\" value=\"", "\"")
        .unwrap()
        .to_owned();
    let (kind, body) = multipart(&token, file);
    let posted = person.posts(path).header("content-type", kind).body(body);
    let answer = posted.send().await.unwrap();
    let status = answer.status();
    let to = answer.headers().get("location");
    let to = to.map(|to| to.to_str().unwrap().to_owned());
    (status, to.unwrap_or_default(), answer.text().await.unwrap())
}

/// The page that shows what a file would change.
async fn preview(person: &Person, file: &str) -> (String, String) {
    let (status, to, page) = upload(person, "/import", file).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let page = person.settled(&to).await;
    (to, page)
}

/// Carries it out with all that is ticked.
async fn carry_out(person: &Person, plan: &str) -> String {
    let page = person.page(plan).await;
    let steps = page.split("name=\"step\" value=\"").skip(1);
    let steps: Vec<String> = steps
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let fields: Vec<(&str, &str)> = steps
        .iter()
        .flat_map(|step| [("step", step.as_str()), ("do", step.as_str())])
        .collect();
    person.submit(plan, plan, &fields).await;
    person.settled(plan).await
}

async fn imported(person: &Person, file: &str) -> String {
    let (plan, _) = preview(person, file).await;
    let done = carry_out(person, &plan).await;
    assert!(done.contains("Carried out."), "{done}");
    done
}

const TWO: &str = "planfy_id,name,address,postcode,city,country,email,mobile_number,dob,gender,occupation,hobby\n\
                   77,Ann Peeters,Kerkstraat 12,9000,Gent,Belgium,ann@example.com,+32470123456,31/12/1990,vrouw,baker,kayak\n\
                   78,Bob Claes,Dorp 1,8000,Brugge,Belgium,bob@example.com,,,,,\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_shown_first_and_then_reaches_billit() {
    let place = place().await;
    let person = place.person().await;
    let (plan, page) = preview(&person, TWO).await;
    assert!(
        page.contains("2 new, 0 changed, 0 equal, 0 not understood"),
        "{page}"
    );
    assert!(
        page.contains("Ann Peeters") && page.contains("Kerkstraat"),
        "{page}"
    );
    assert!(
        place
            .server
            .app
            .book()
            .unwrap()
            .entries()
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(place.sandbox.billit.parties().len(), 0);

    let done = carry_out(&person, &plan).await;
    assert!(done.contains("Carried out."), "{done}");
    let links: Vec<String> = place
        .sandbox
        .billit
        .parties()
        .iter()
        .map(|party| party["ExternalProviderID"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(links, ["planfy:shop:77", "planfy:shop:78"]);

    // The next one changes one field of one customer, and says so.
    let moved = "planfy_id,name,city,postcode\n77,Ann Peeters,Aalst,9300\n78,Bob Claes,Brugge,8000\n79,,Gent,9000\n";
    let (plan, page) = preview(&person, moved).await;
    assert!(
        page.contains("0 new, 1 changed, 1 equal, 1 not understood"),
        "{page}"
    );
    for text in ["Gent", "Aalst", "9300"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    carry_out(&person, &plan).await;
    let ann = place
        .server
        .app
        .book()
        .unwrap()
        .entry(&key("77"))
        .await
        .unwrap()
        .unwrap();
    // What the file has no column for stays.
    assert_eq!(
        (ann.get(Column::City), ann.get(Column::Occupation)),
        ("Aalst", "baker")
    );
    let parties = place.sandbox.billit.parties();
    assert_eq!(parties[0]["City"], "Aalst");
    assert_eq!(parties.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_named_by_line_and_column_and_hide_nobody() {
    let place = place().await;
    let person = place.person().await;
    let file = "sep=\t\n\
        planfy_id\tname\temail\tmobile_number\tdob\tgender\n\
        77\tAnn Peeters\tann@example.com\t3.24701E+10\t31/02/1990\tvrouw\n\
        78\tBob Claes\tbob@example.com\t0470 12 34 56\t33238\tM\n\
        1.2E+7\tCis Maes\tcis@example.com\t\t\t\n\
        80\t\t\t\t\t\n\
        81\tDirk <b>\td@example.com\t\t\t\n\
        81\tDirk Other\td2@example.com\t\t\t\n";
    let (plan, page) = preview(&person, file).await;
    assert!(page.contains("2 new, 0 changed, 0 equal,"), "{page}");
    for (line, column) in [
        (3, "mobile_number"),
        (3, "dob"),
        (4, "dob"),
        (5, "planfy_id"),
    ] {
        let found = page.split("<tr>").any(|row| {
            row.contains(&format!("<td>{line}</td>"))
                && row.contains(&format!("<bdi>{column}</bdi>"))
        });
        assert!(found, "line {line}, {column}: {page}");
    }
    assert!(page.contains("one customer is on the lines 7, 8"), "{page}");
    let done = carry_out(&person, &plan).await;
    assert!(done.contains("Carried out."), "{done}");
    let parties = place.sandbox.billit.parties();
    assert_eq!(parties.len(), 2);
    assert!(
        parties
            .iter()
            .all(|party| !serde_json::to_string(party).unwrap().contains("3.24701"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_something_else_is_refused_with_a_reason() {
    let place = place().await;
    let person = place.person().await;
    for file in [
        "",
        "a,b\n1,2\n",
        "\u{0}\u{1}",
        "planfy_id,planfy_id,name\n1,2,x\n",
    ] {
        let (status, _, page) = upload(&person, "/import", file).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{file:?}: {page}");
        assert!(page.contains("It did not work"), "{file:?}: {page}");
    }
    let (kind, body) = multipart("0", TWO);
    let posted = person
        .posts("/import")
        .header("content-type", kind)
        .body(body);
    let answer = posted.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let to = place.stranger().asks("/import").send().await.unwrap();
    assert_eq!(to.status(), StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_not_carried_out_when_the_customers_have_changed_since() {
    let place = place().await;
    let person = place.person().await;
    imported(&person, TWO).await;
    let (old, _) = preview(&person, "planfy_id,name,city\n77,Ann Peeters,Aalst\n").await;
    imported(&person, "planfy_id,name,city\n77,Ann Peeters,Brussel\n").await;
    let page = carry_out(&person, &old).await;
    assert!(
        page.contains("the customers have changed since this was shown"),
        "{page}"
    );
    assert_eq!(place.sandbox.billit.parties()[0]["City"], "Brussel");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_gets_its_id_later_leaves_no_old_key() {
    let place = place().await;
    let person = place.person().await;
    let (app, head) = (&place.server.app, "planfy_id,name,email,city\n");
    imported(
        &person,
        &format!("{head},Ann Peeters,ann@example.com,Gent\n"),
    )
    .await;
    let old = app
        .book()
        .unwrap()
        .entries()
        .await
        .unwrap()
        .into_keys()
        .next()
        .unwrap();
    assert!(old.id().starts_with("new-"), "{old}");
    imported(
        &person,
        &format!("{head}77,Ann Peeters,ann@example.com,Gent\n"),
    )
    .await;
    let keys: Vec<_> = app
        .book()
        .unwrap()
        .entries()
        .await
        .unwrap()
        .into_keys()
        .collect();
    assert_eq!(keys, [key("77")]);
    let known = app.state.customers().await.unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), [&key("77")]);
    let parties = place.sandbox.billit.parties();
    assert_eq!(parties.len(), 1);
    assert_eq!(parties[0]["ExternalProviderID"], "planfy:shop:77");
    let page = person.page("/customers").await;
    assert!(
        page.contains("planfy%3Ashop%3A77") && !page.contains("new-"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nightly_pass_syncs_both_sources_and_forgets_no_case_of_the_other() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), PLANFY).await;
    let (app, person) = (&place.server.app, place.person().await);
    let (plan, _) = preview(&person, TWO).await;
    // Nobody is ticked: they are in the list, and not in Billit.
    person.submit(&plan, &plan, &[]).await;
    person.settled(&plan).await;
    for _ in 0..2 {
        let pass = runs::full_pass(app, "", Pass::Usual)
            .await
            .unwrap()
            .unwrap();
        assert!(pass.done, "{}", pass.text);
        assert!(
            pass.text.contains("planyo: ") && pass.text.contains("; planfy:shop: "),
            "{}",
            pass.text
        );
        let waiting = app.notes.cases().await.unwrap().len();
        let ambiguous = pass.counts.unwrap();
        let asked = ambiguous.of(OutcomeKind::Ambiguous)
            + ambiguous.of(OutcomeKind::Conflict)
            + ambiguous.of(OutcomeKind::Quarantined)
            + ambiguous.of(OutcomeKind::Failed);
        assert!(waiting >= asked.min(1), "{}", pass.text);
    }
    let known = app.state.customers().await.unwrap();
    assert!(known.contains_key(&key("77")) && known.contains_key(&key("78")));
    assert!(known.keys().any(|key| key.source() == "planyo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_filtered_and_exported_as_planfys_csv() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), PLANFY).await;
    let person = place.person().await;
    imported(&person, TWO).await;
    runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap()
        .unwrap();
    let only_planfy = person.page("/customers?source=planfy%3Ashop").await;
    assert!(
        only_planfy.contains("Ann Peeters") && !only_planfy.contains("planyo%3A"),
        "{only_planfy}"
    );
    // Billit has an Ann Peeters already: she waits, and Bob is there.
    for (billit, there, not_there) in [
        ("no", "Ann Peeters", "Bob Claes"),
        ("yes", "Bob Claes", "Ann Peeters"),
    ] {
        let page = person
            .page(&format!("/customers?source=planfy%3Ashop&billit={billit}"))
            .await;
        assert!(page.contains(there) && !page.contains(not_there), "{page}");
    }
    let page = person
        .page("/customers?outcome=ambiguous&source=planfy%3Ashop")
        .await;
    assert!(
        page.contains("Ann Peeters") && page.contains("ann@example.com"),
        "{page}"
    );
    let nobody = person.page("/customers?q=nobody+at+all").await;
    assert!(nobody.contains("Nobody found."), "{nobody}");

    let file = person
        .page("/customers.planfy.csv?source=planfy%3Ashop&q=ann")
        .await;
    let file = file.strip_prefix('\u{feff}').unwrap();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].ends_with(",hobby"), "{file}");
    assert!(
        lines[1].contains("Ann Peeters") && lines[1].ends_with(",kayak"),
        "{file}"
    );

    // All of them, of both; and what is exported changes nothing when it is imported again.
    let all = person.page("/customers.planfy.csv").await;
    assert!(all.lines().count() > 3, "{all}");
    let (_, page) = preview(&person, file).await;
    assert!(
        page.contains("0 new, 0 changed, 1 equal, 0 not understood"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_fields_of_a_customer_of_either_source_and_notes() {
    let place = Place::quiet(Sandbox::start().await.unwrap(), PLANFY).await;
    let person = place.person().await;
    imported(&person, TWO).await;
    let path = "/customers/planfy%3Ashop%3A77/record";
    let page = person.page(path).await;
    for text in [
        "Kerkstraat 12",
        "31/12/1990",
        "vrouw",
        "baker",
        "hobby",
        "kayak",
        "+32470123456",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    person
        .submit(
            path,
            "/customers/planfy%3Ashop%3A77/notes",
            &[("note", "Calls <b>back</b>\nin May")],
        )
        .await;
    let page = person.page(path).await;
    assert!(
        page.contains("Calls &lt;b&gt;back&lt;/b&gt;") && page.contains("demo"),
        "{page}"
    );

    runs::full_pass(&place.server.app, "", Pass::Usual)
        .await
        .unwrap()
        .unwrap();
    let known = place.server.app.directory.now();
    let planyo = known
        .customers
        .iter()
        .find(|entry| entry.key.source() == "planyo" && !entry.email.is_empty());
    let planyo = planyo.unwrap();
    let id = planyo.key.id();
    let page = person
        .page(&format!("/customers/planyo%3A{id}/record"))
        .await;
    assert!(page.contains(&planyo.email), "{page}");
    let page = person.page("/customers/planyo%3A99999999/record").await;
    assert!(page.contains("This does not exist"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn appointments_are_taken_whole_or_not() {
    let place = place().await;
    let person = place.person().await;
    let book = place.server.app.book().unwrap();
    let good =
        "id,planfy_id,resource,booked,ends,state\n900,77,dentist,2026-08-01,2026-08-31,finished\n";
    let bad = format!("{good}901,77,dentist,2026-08-01,31/02/2027,booked\n");
    let (status, _, page) = upload(&person, "/import/appointments", &bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.contains("Nothing is taken") && page.contains("<td>3</td>"),
        "{page}"
    );
    assert_eq!(book.appointments().await.unwrap(), None);
    let (status, _, page) = upload(&person, "/import/appointments", good).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Appointments taken: 1"), "{page}");
    assert_eq!(
        book.appointments().await.unwrap().unwrap()[0].customer,
        key("77")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_of_planfy_is_recalled_after_an_imported_appointment_unless_booked_again() {
    let more = format!(
        "{PLANFY}recalls.since = \"2026-01-01\"\n\
         recalls.letter.from = [\"Jansen\"]\n\
         recalls.rules = [{{ name = \"check-up\", after = \"6 months\", resources = [\"dentist\"], messages = [\"letter\"] }}]\n"
    );
    let place = Place::quiet(Sandbox::start_empty().await.unwrap(), &more).await;
    let (app, person) = (&place.server.app, place.person().await);
    imported(&person, TWO).await;
    let appointments = "id,planfy_id,resource,booked,ends,state\n\
        900,77,dentist,2026-08-01,2026-08-31,finished\n\
        901,78,dentist,2026-08-01,2026-08-31,finished\n\
        902,78,dentist,2026-09-01,2027-04-01,booked\n";
    let (status, _, page) = upload(&person, "/import/appointments", appointments).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    // The end of the month: there is no 31 February.
    let day = "2027-02-28T12:00:00Z".parse().unwrap();
    let recalls = service::recalls::refresh(app, day).await.unwrap();
    assert_eq!(recalls.len(), 2);
    assert!(
        recalls
            .iter()
            .all(|recall| recall.due.to_string() == "2027-02-28")
    );
    let made = service::recalls::make_due(app, day).await.unwrap().unwrap();
    assert_eq!(made.letters, 1);
    assert!(
        service::recalls::make_due(app, day)
            .await
            .unwrap()
            .is_none()
    );
    let format = service::recalls::Format::Html;
    let (file, left_out) = service::recalls::file_of(app, made.at, format)
        .await
        .unwrap()
        .unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(
        file.contains("Ann Peeters") && file.contains("Kerkstraat 12") && !file.contains("Bob"),
        "{file}"
    );
    assert_eq!(left_out, 0);
}
