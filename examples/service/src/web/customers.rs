//! The search, and one customer: both sides, its history, the calls made for it.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use customer_sync::peppol::Reachability;
use customer_sync::{CustomerKey, OutcomeKind, find_duplicates};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::{self, button, customer_path, table, text};
use super::overview::to_plan;
use super::runs::value;
use super::session::{Key, Posted, Session};
use super::to_decide::{case_path, said};
use super::{Broken, Web, changes, recalls, sheet};
use crate::change_log;
use crate::directory::{Entry, Known};
use crate::peppol::Reach;
use crate::plans::PlanFor;
use crate::runs;

/// So many are shown.
const SHOWN: usize = 100;

/// Which customers are asked for. What is blank asks for all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    source: String,
    outcome: String,
    /// Whether they are in Billit: `yes` or `no`.
    billit: String,
}

impl Asked {
    /// Those customers.
    pub(super) fn found<'a>(&'a self, known: &'a Known) -> impl Iterator<Item = &'a Entry> {
        known.search(&self.q).filter(|entry| {
            let is_source = self.source.is_empty() || entry.key.source() == self.source;
            let kind = entry.kind.map(OutcomeKind::name).unwrap_or_default();
            let is_outcome = self.outcome.is_empty() || kind == self.outcome;
            let is_billit = match self.billit.as_str() {
                "yes" => entry.party.is_some(),
                "no" => entry.party.is_none(),
                _ => true,
            };
            is_source && is_outcome && is_billit
        })
    }

    /// It as the end of an address.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.q);
        query.append_pair("source", &self.source);
        query.append_pair("outcome", &self.outcome);
        query.append_pair("billit", &self.billit);
        query.finish()
    }

    /// The form.
    fn form(&self, web: &Web, session: &Session) -> Markup {
        let words = session.words;
        let planfy = web.app.settings.planfy_rules.as_ref();
        let planyo = web.app.settings.rules.source_name();
        let sources = [(planyo, "Planyo")].into_iter();
        let sources = sources.chain(planfy.map(|rules| (rules.source_name(), "Planfy")));
        let outcomes = OutcomeKind::ALL.map(|kind| (kind.name(), layout::outcome(words, kind)));
        html! {
            form role="search" method="get" action="/customers" {
                label for="q" { (words.search_hint) }
                input #q type="search" name="q" value=(self.q);
                label for="source" { (words.from) }
                (select("source", &self.source, words.all, sources))
                label for="outcome" { (words.last_outcome) }
                (select("outcome", &self.outcome, words.all, outcomes))
                label for="billit" { (words.in_billit) }
                (select("billit", &self.billit, words.all, [("yes", words.yes), ("no", words.no)]))
                button type="submit" { (words.search) }
            }
        }
    }
}

/// A choice of one, or of all.
fn select<'a>(
    name: &str,
    chosen: &str,
    all: &str,
    options: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Markup {
    html! {
        select id=(name) name=(name) {
            option value="" { (all) }
            @for (value, label) in options { option value=(value) selected[value == chosen] { (label) } }
        }
    }
}

pub(super) async fn search(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    session: Session,
) -> Response {
    let words = session.words;
    let known = web.app.directory.now();
    let found: Vec<&Entry> = asked.found(&known).take(SHOWN + 1).collect();
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .take(SHOWN)
        .map(|entry| {
            let name = if entry.name.is_empty() {
                entry.key.as_str()
            } else {
                &entry.name
            };
            vec![
                html! { a href=(customer_path(&entry.key)) { (text(name)) } },
                text(&entry.email),
                text(&entry.numbers),
                html! { @if let Some(party) = entry.party { (party) } },
                html! { @if let Some(kind) = entry.kind { (layout::outcome(words, kind)) } },
            ]
        })
        .collect();
    let query = asked.query();
    let content = html! {
        (asked.form(&web, &session))
        @if rows.is_empty() { p { (words.found_none) } }
        @else { (table(&[words.customer, "E-mail", "Nr", words.in_billit, words.last_outcome], &rows)) }
        @if found.len() > SHOWN { p { "…" } }
        p {
            a href=(format!("/customers.csv?{query}")) { (words.as_csv) } " "
            a href=(format!("/customers.planfy.csv?{query}")) { (words.as_planfy_csv) }
        }
        (button(&session, "/duplicates", words.duplicates))
        p { a href="/deletions" { (words.deletions) } }
    };
    layout::page(&session, words.customers, None, &content)
}

pub(super) async fn csv(
    State(web): State<Arc<Web>>,
    Query(asked): Query<Asked>,
    _session: Session,
) -> Response {
    let known = web.app.directory.now();
    let rows = asked.found(&known).map(|entry| {
        let party = entry
            .party
            .map(|party| party.to_string())
            .unwrap_or_default();
        let kind = entry
            .kind
            .map(|kind| kind.name().to_owned())
            .unwrap_or_default();
        vec![
            entry.key.to_string(),
            entry.name.clone(),
            entry.email.clone(),
            entry.numbers.clone(),
            party,
            kind,
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    sheet::csv(
        "customers.csv",
        &["customer", "name", "email", "numbers", "party", "outcome"],
        rows,
    )
}

pub(super) async fn one(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    session: Session,
) -> Result<Response, Broken> {
    show(&web, &session, &key, None).await
}

pub(super) async fn show(
    web: &Web,
    session: &Session,
    key: &CustomerKey,
    problem: Option<&str>,
) -> Result<Response, Broken> {
    let (app, words) = (&web.app, session.words);
    let state = app.state.customer(key).await?;
    let case = app.notes.case(key).await?;
    let decided = app.notes.decided(key).await?;
    let reach: Option<Reach> = app.notes.read(&format!("peppol/{key}")).await?;
    let known = app.directory.now();
    let history = change_log::history(&app.state, key, 500).await?;
    let calls = app.notes.calls_of(key).await?;
    let recalls = recalls::customer::section(web, session, key).await?;
    let path = customer_path(key);
    let last = state.as_ref().and_then(|state| state.last.as_ref());
    let history = changes::lines(app, words, &history, false);
    let calls = calls.iter().take(200).map(|call| {
        vec![
            html! { (call.at.format("%F %T")) },
            html! { (call.service) " " (text(&call.what)) },
            html! { @match call.status { Some(status) => (status), None => "–" } },
            text(call.error.as_deref().unwrap_or_default()),
            html! { (call.millis) " ms" },
        ]
    });
    let calls: Vec<Vec<Markup>> = calls.collect();
    let content = html! {
        @if let Some(problem) = problem { p.problem role="alert" { (text(problem)) } }
        p {
            (text(key.as_str()))
            @if let Some(party) = state.as_ref().and_then(|state| state.party) {
                ", Billit " (party)
                @if let Some(page) = &app.settings.file.billit.party_page {
                    " " a href=(page.replace("{id}", &party.to_string())) rel="noreferrer" { (words.open_in_billit) }
                }
            }
        }
        @if let Some(last) = last {
            p { (words.last_outcome) ": " (layout::outcome(words, last.kind)) " " span lang="en" { (text(&last.reason)) } }
        }
        @if case.is_some() { p.big { a href=(case_path(key)) { (words.to_decide) } } }
        @if let Some(decided) = &decided {
            p { (words.decided_before) ": " (said(words, decided)) ", " (text(&decided.by)) ", " (app.local(decided.at)) }
            (button(session, &format!("{}/back", case_path(key)), words.take_back))
        }
        @if let Some(reach) = &reach {
            p {
                (words.peppol) ": "
                @match &reach.reach {
                    Reachability::Reachable { .. } => (words.reachable),
                    _ => (words.not_reachable),
                }
                " (" (app.local(reach.at)) ")"
            }
        }
        p { a href=(format!("{path}/record")) { (words.record) } }
        (button(session, &format!("{path}/sync"), words.sync_now))
        (button(session, &format!("{path}/forget"), words.forget))
        p.quiet { (words.forget_first) }
        (values(web, session, state.as_ref()))
        (recalls)
        h2 { (words.history) }
        (table(&[words.when, words.field, words.before, words.after, words.by_whom], &history))
        p { a href=(format!("{path}/history.csv")) { (words.as_csv) } }
        h2 { (words.calls) }
        (table(&[words.when, words.what, words.answer, words.reason, ""], &calls))
        p { a href=(format!("{path}/calls.csv")) { (words.as_csv) } }
    };
    Ok(layout::page(session, &known.name(key), None, &content))
}

/// What both sides had when it was synced last, and what was corrected in Billit.
fn values(
    web: &Web,
    session: &Session,
    state: Option<&customer_sync::store::CustomerState>,
) -> Markup {
    let words = session.words;
    let Some(state) = state else { return html! {} };
    let fields = customer_sync::Field::all().filter_map(|field| {
        let ours = state.applied.get(&field)?;
        let corrected = state
            .corrections
            .get(&field)
            .map(|value| (value, words.by_billit));
        let theirs =
            corrected.or_else(|| state.kept.get(&field).map(|value| (value, words.in_billit)));
        let (theirs, from) = theirs.unwrap_or((ours, words.by_source));
        let (ours, theirs) = (value(ours), value(theirs));
        (!ours.is_empty() || !theirs.is_empty()).then(|| {
            let policy = web
                .app
                .settings
                .rules
                .policy_of(&field, customer_sync::kind::Kind::Unclear);
            vec![
                html! { span title=(policy.name()) { (layout::field(words, &field)) } },
                text(layout::value(words, &field, &ours)),
                html! { @if ours == theirs { (text(layout::value(words, &field, &theirs))) } @else { mark { (text(&theirs)) } } },
                html! { (from) },
            ]
        })
    });
    let fields: Vec<Vec<Markup>> = fields.collect();
    table(
        &[words.field, words.in_planyo, words.in_billit, words.from],
        &fields,
    )
}

pub(super) async fn history(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    session: Session,
) -> Result<Response, Broken> {
    let lines = change_log::history(&web.app.state, &key, usize::MAX).await?;
    let rows = lines.into_iter().map(|line| {
        let by = changes::by(session.words, &line.by);
        let run = line.run.map(|run| run.to_string()).unwrap_or_default();
        let at = line.at.to_rfc3339();
        vec![at, run, line.what, line.before, line.after, by]
    });
    Ok(sheet::csv(
        "history.csv",
        &["at", "run", "field", "before", "after", "by"],
        rows,
    ))
}

pub(super) async fn calls(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    _session: Session,
) -> Result<Response, Broken> {
    let rows = web.app.notes.calls_of(&key).await?.into_iter().map(|call| {
        let status = call
            .status
            .map(|status| status.to_string())
            .unwrap_or_default();
        let millis = call.millis.to_string();
        vec![
            call.at.to_rfc3339(),
            call.service,
            call.what,
            status,
            call.error.unwrap_or_default(),
            millis,
        ]
    });
    let columns = ["at", "service", "call", "status", "error", "milliseconds"];
    Ok(sheet::csv("calls.csv", &columns, rows))
}

/// Customers and parties that may be there twice. Both sides are read, which takes as long as making a plan.
pub(super) async fn duplicates(State(web): State<Arc<Web>>, posted: Posted) -> Response {
    let (app, session) = (&web.app, &posted.session);
    let words = session.words;
    let found = Box::pin(find_duplicates(&app.users, &app.billit, &app.options())).await;
    app.saw_run(&found);
    let content = match found {
        Err(error) => {
            html! { p.problem role="alert" { (words.cannot_read) ": " (text(&error.to_string())) } }
        }
        Ok(found) => {
            let customers = found
                .customers
                .iter()
                .map(|group| (words.in_planyo, group.to_string()));
            let parties = found
                .parties
                .iter()
                .map(|group| (words.in_billit, group.to_string()));
            let between = found
                .between
                .iter()
                .map(|group| ("Planyo – Billit", group.to_string()));
            let rows = customers.chain(parties).chain(between);
            let rows: Vec<Vec<Markup>> = rows
                .map(|(side, group)| vec![html! { (side) }, text(&group)])
                .collect();
            html! {
                @if rows.is_empty() { p { (words.found_none) } } @else { (table(&["", words.customers], &rows)) }
            }
        }
    };
    layout::page(session, words.duplicates, None, &content)
}

/// Syncs it now.
pub(super) async fn sync(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    posted: Posted,
) -> Result<Response, Broken> {
    match runs::sync_now(&web.app, &key, &posted.session.who).await {
        Ok(_) => Ok(Redirect::to(&customer_path(&key)).into_response()),
        Err(error) => show(&web, &posted.session, &key, Some(&error.to_string())).await,
    }
}

/// Shows what would be erased.
pub(super) async fn forget(State(web): State<Arc<Web>>, Key(key): Key, posted: Posted) -> Response {
    to_plan(&web, &posted.session, PlanFor::Forget(key))
}
