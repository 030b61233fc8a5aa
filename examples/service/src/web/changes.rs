//! The change log of all customers: what was changed, when, by whom.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use customer_sync::{CustomerKey, Field};
use maud::{Markup, html};
use planyo_client::SiteTime;
use serde::Deserialize;

use super::layout::{self, customer_path, table, text};
use super::session::Session;
use super::words::Words;
use super::{Broken, Web, deletions, sheet};
use crate::app::App;
use crate::change_log::{self, By, DECISION, FORGOTTEN, Filter, Logged, Position, REMINDER, Whose};
use crate::notes::Choice;

/// So many lines are on a page.
const SHOWN: usize = 200;
/// So many lines are in a file.
const IN_FILE: usize = 20_000;

/// What the form can ask for beside the fields that the rules map.
const OWN: [&str; 3] = [DECISION, REMINDER, FORGOTTEN];
/// The fields of the form, in its order.
const FIELDS: [&str; 20] = [
    "Name",
    "CommercialName",
    "Email",
    "Phone",
    "Mobile",
    "Street",
    "StreetNumber",
    "Box",
    "Zipcode",
    "City",
    "CountryCode",
    "VATNumber",
    "VATLiable",
    "VATDeductable",
    "Language",
    "Nr",
    "ExternalProviderID",
    "ContactFirstName",
    "ContactLastName",
    "GLDefaultExpiryOffset",
];

/// What the form asks for. What is not understood is not asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    who: String,
    field: String,
    from: String,
    to: String,
    older: String,
}

impl Asked {
    async fn filter(&self, app: &App) -> Filter {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let (from, to) = (day(&self.from), day(&self.to));
        let to = to.and_then(|to| to.checked_add_days(Days::new(1)));
        let begins = async |day: Option<NaiveDate>| match day {
            Some(day) => Some(midnight(app, day).await),
            None => None,
        };
        Filter {
            customers: some(self.q.trim()).map(|words| customers(app, &words)),
            whose: whose(&self.who),
            what: some(&self.field),
            from: begins(from).await,
            until: begins(to).await,
        }
    }

    /// The address that asks for the same, but for where it begins.
    fn query(&self, older: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", self.q.as_str()),
            ("who", &self.who),
            ("field", &self.field),
            ("from", &self.from),
            ("to", &self.to),
            ("older", older),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

/// Those that the search finds, and the one with this key, of which there may be no name any more.
fn customers(app: &App, words: &str) -> BTreeSet<CustomerKey> {
    let known = app.directory.now();
    let found = known.search(words).map(|entry| entry.key.clone());
    found.chain(words.parse()).collect()
}

fn whose(who: &str) -> Option<Whose> {
    match who {
        "" => None,
        "itself" => Some(Whose::Itself),
        "notification" => Some(Whose::Notification),
        "billit" => Some(Whose::InBillit),
        "undo" => Some(Whose::Undo),
        "import" => Some(Whose::Import),
        person => {
            let name = person.strip_prefix("person ")?;
            Some(Whose::Person(name.to_owned()))
        }
    }
}

/// When a day begins by the clock of the site, or in UTC if that is unknown.
async fn midnight(app: &App, day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    let zone = app.zone().await.ok();
    let known = zone.and_then(|zone| zone.to_utc(SiteTime::Local(local)).earliest());
    known.unwrap_or_else(|| local.and_utc())
}

pub(super) async fn show(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let filter = asked.filter(app).await;
    let after = Position::of(&asked.older);
    let page = change_log::read(&app.state, &filter, after.as_ref(), SHOWN).await?;
    let is_short = page.lines.len() < SHOWN;
    let content = html! {
        (form(app, words, &asked, &page.lines))
        @if page.lines.is_empty() { p { (words.none) } }
        @else {
            (table(
                &[words.when, words.customer, words.field, words.before, words.after, words.by_whom],
                &lines(app, words, &page.lines, true),
            ))
        }
        @if let Some(older) = &page.older {
            @let older = older.to_string();
            p {
                @if is_short { (words.searched_until) " " (older.get(..8).unwrap_or_default()) ". " }
                a href=(format!("/changes?{}", asked.query(&older))) rel="next" { (words.older) }
            }
        }
        p { a href=(format!("/changes.csv?{}", asked.query(""))) { (words.as_csv) } }
        p.quiet { (words.csv_limit) }
        p { a href="/deletions" { (words.deletions) } }
    };
    Ok(layout::page(&session, words.changes, None, &content))
}

fn form(app: &App, words: &Words, asked: &Asked, lines: &[Logged]) -> Markup {
    let mut people: BTreeSet<&str> = lines.iter().filter_map(|line| line.by.person()).collect();
    let users = &app.settings.file.login.users;
    people.extend(users.iter().map(|person| person.name.as_str()));
    people.extend(asked.who.strip_prefix("person "));
    let mut fields: Vec<&str> = FIELDS.iter().chain(&OWN).copied().collect();
    let others: BTreeSet<&str> = lines.iter().map(|line| line.what.as_str()).collect();
    let others = others.into_iter().chain([asked.field.as_str()]);
    for field in others {
        if !field.is_empty() && !fields.contains(&field) {
            fields.push(field);
        }
    }
    let ways = [
        ("", words.anybody),
        ("itself", words.by_itself),
        ("notification", words.by_notification),
        ("billit", words.by_billit),
        ("undo", words.by_undo),
        ("import", words.by_import),
    ];
    html! {
        form role="search" method="get" action="/changes" {
            label for="q" { (words.search_hint) }
            input #q type="search" name="q" value=(asked.q);
            label for="who" { (words.by_whom) }
            select #who name="who" {
                @for (value, name) in ways { option value=(value) selected[value == asked.who] { (name) } }
                @for name in people {
                    @let value = format!("person {name}");
                    option value=(value) selected[value == asked.who] { (name) }
                }
            }
            label for="field" { (words.field) }
            select #field name="field" {
                option value="" { (words.any_field) }
                @for field in fields { option value=(field) selected[field == asked.field] { (what(words, field)) } }
            }
            label for="from" { (words.from_day) }
            input #from type="date" name="from" value=(asked.from);
            label for="to" { (words.to_day) }
            input #to type="date" name="to" value=(asked.to);
            button type="submit" { (words.show) }
        }
    }
}

/// The cells of these lines, with their customer or without.
pub(super) fn lines(
    app: &App,
    words: &Words,
    lines: &[Logged],
    with_customer: bool,
) -> Vec<Vec<Markup>> {
    let known = app.directory.now();
    let cells = lines.iter().map(|line| {
        let at = app.local(line.at);
        let mut cells = vec![html! {
            @if let Some(run) = &line.run { a href=(format!("/runs/{run}")) { (at) } } @else { (at) }
        }];
        if with_customer {
            cells.push(html! {
                a href=(customer_path(&line.customer)) { (text(&known.name(&line.customer))) }
            });
        }
        cells.extend([
            text(&what(words, &line.what)),
            text(&value(words, &line.what, &line.before)),
            html! {
                @if line.what == DECISION && line.after.is_empty() { (words.taken_back) }
                @else { (text(&value(words, &line.what, &line.after))) }
                @if line.uncertain { " (" (words.perhaps_written) ")" }
            },
            text(&by(words, &line.by)),
        ]);
        cells
    });
    cells.collect()
}

/// The name of a field, or of what else was changed.
fn what(words: &Words, what: &str) -> String {
    match what {
        DECISION => words.w_decision.to_owned(),
        REMINDER => words.w_reminder.to_owned(),
        FORGOTTEN => words.w_forgotten.to_owned(),
        field => field.parse().map_or_else(
            |_| field.to_owned(),
            |field: Field| layout::field(words, &field),
        ),
    }
}

fn value(words: &Words, what: &str, value: &str) -> String {
    match what {
        DECISION => value.parse().map_or_else(
            |()| value.to_owned(),
            |choice: Choice| chosen(words, choice),
        ),
        REMINDER => deletions::to_do_named(words, value).to_owned(),
        field => match field.parse::<Field>() {
            Ok(field) => layout::value(words, &field, value).to_owned(),
            Err(_) => value.to_owned(),
        },
    }
}

/// What was decided.
pub(super) fn chosen(words: &Words, choice: Choice) -> String {
    match choice {
        Choice::Link(party) => format!("{} {party}", words.linked_to),
        Choice::New => words.made_new.to_owned(),
        Choice::LeaveAlone => words.left_alone.to_owned(),
        Choice::Later => words.put_off.to_owned(),
    }
}

/// By whom, in the words of the reader.
pub(super) fn by(words: &Words, by: &By) -> String {
    let with = |way: &str, name: &str| {
        if name.is_empty() {
            way.to_owned()
        } else {
            format!("{name}, {way}")
        }
    };
    match by {
        By::Person(name) => name.clone(),
        By::Itself => words.by_itself.to_owned(),
        By::Notification => words.by_notification.to_owned(),
        By::InBillit => words.by_billit.to_owned(),
        By::Undo(name) => with(words.by_undo, name),
        By::Import(name) => with(words.by_import, name),
    }
}

pub(super) async fn csv(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Result<Response, Broken> {
    let app = &web.app;
    let filter = asked.filter(app).await;
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let most = IN_FILE - found.len();
        let page = change_log::read(&app.state, &filter, after.as_ref(), most).await?;
        found.extend(page.lines);
        after = page.older;
        if after.is_none() || found.len() >= IN_FILE {
            break;
        }
    }
    let known = app.directory.now();
    let rows = found.into_iter().map(|line| {
        let (name, by) = (known.name(&line.customer), by(session.words, &line.by));
        let run = line.run.map(|run| run.to_string()).unwrap_or_default();
        vec![
            line.at.to_rfc3339(),
            line.customer.to_string(),
            name,
            line.what,
            line.before,
            line.after,
            by,
            run,
        ]
    });
    let columns = [
        "at", "customer", "name", "field", "before", "after", "by", "run",
    ];
    Ok(sheet::csv("changes.csv", &columns, rows))
}
