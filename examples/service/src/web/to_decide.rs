//! Customers that wait for a person: who, why, and what can be done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use billit_client::PartyId;
use billit_client::parties::GetParty;
use chrono::Utc;
use customer_sync::document::Decision;
use customer_sync::{CustomerKey, Field, OutcomeKind, Values, party};
use maud::{Markup, html};

use super::layout::{self, button, customer_path, segment, table, text, token};
use super::session::{Key, Posted, Session};
use super::words::Words;
use super::{Broken, Web, changes, sheet};
use crate::app::{App, Failure};
use crate::notes::{Case, Choice, Decided, is_answered};
use crate::plans::PlanFor;
use crate::random::hex;
use crate::runs::{self, Answered};
use crate::sources::Source;

pub(super) async fn list(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Response, Broken> {
    let words = session.words;
    let now = Utc::now();
    let cases = web.app.notes.cases().await?;
    let (answered, open): (Vec<_>, Vec<_>) = cases
        .into_iter()
        .partition(|(case, decided)| is_answered(case, decided.as_ref(), now));
    let row = |(case, decided): &(Case, Option<Decided>)| {
        vec![
            html! { a href=(case_path(&case.key)) { (text(name(case))) } },
            html! {
                (why(words, case))
                @if let Some(decided) = decided {
                    p.quiet { (said(words, decided)) ", " (text(&decided.by)) ", " (web.app.local(decided.at)) }
                }
            },
            html! { (web.app.local(case.since)) },
        ]
    };
    let columns = [words.customer, words.reason, words.since];
    let content = html! {
        @if open.is_empty() { p { (words.nobody_waits) } }
        @else { (table(&columns, &open.iter().map(row).collect::<Vec<_>>())) }
        @if !answered.is_empty() {
            details {
                summary { (words.answered) " (" (answered.len()) ")" }
                (table(&columns, &answered.iter().map(row).collect::<Vec<_>>()))
            }
        }
        p { a href="/to-decide.csv" { (words.as_csv) } }
    };
    Ok(layout::page(&session, words.to_decide, None, &content))
}

pub(super) async fn csv(State(web): State<Arc<Web>>, session: Session) -> Result<Response, Broken> {
    let cases = web
        .app
        .notes
        .cases()
        .await?
        .into_iter()
        .map(|(case, decided)| {
            let parties: Vec<String> = case.parties.iter().map(ToString::to_string).collect();
            let (what, by, at) = decided.map_or_else(Default::default, |decided| {
                (
                    said(session.words, &decided),
                    decided.by,
                    decided.at.to_rfc3339(),
                )
            });
            let kind = case.kind.name().to_owned();
            vec![
                case.key.to_string(),
                case.name,
                kind,
                case.reason,
                parties.join(" "),
                case.since.to_rfc3339(),
                what,
                by,
                at,
            ]
        });
    let columns = [
        "customer", "name", "outcome", "reason", "parties", "since", "decision", "by", "at",
    ];
    Ok(sheet::csv("to-decide.csv", &columns, cases))
}

/// The address of the page.
pub(super) fn case_path(key: &CustomerKey) -> String {
    format!("/to-decide/{}", segment(key.as_str()))
}

fn name(case: &Case) -> &str {
    if case.name.is_empty() {
        case.key.as_str()
    } else {
        &case.name
    }
}

/// Why it waits, in one plain sentence.
fn why(words: &Words, case: &Case) -> &'static str {
    match case.kind {
        _ if case.erased => words.why_erased,
        OutcomeKind::Ambiguous if case.parties.is_empty() => words.why_shared,
        OutcomeKind::Ambiguous if case.parties.len() > 1 => words.why_several,
        OutcomeKind::Ambiguous => words.why_ambiguous,
        OutcomeKind::Conflict => words.why_conflict,
        OutcomeKind::Failed => words.why_failed,
        _ => words.why_quarantined,
    }
}

/// What was decided.
pub(super) fn said(words: &Words, decided: &Decided) -> String {
    changes::chosen(words, decided.what)
}

/// What a person looks at first.
const FIRST: [&str; 9] = [
    "Name",
    "VATNumber",
    "Email",
    "Phone",
    "Mobile",
    "Street",
    "StreetNumber",
    "Zipcode",
    "City",
];
/// Ours, and no difference to decide on.
const LINK: &str = "ExternalProviderID";

/// Both sides as they are now.
struct Shown {
    customer: Values,
    parties: Vec<(PartyId, Values)>,
}

impl Shown {
    async fn read(app: &App, case: &Case) -> Result<Self, Failure> {
        let Source { customers, rules } = app.own_source(&case.key).await?;
        let customer = match customers.customer(case.key.id(), &rules).await {
            Ok(Ok(customer)) => party::desired(&customer, &rules),
            Ok(Err(_)) => Values::default(),
            Err(error) if error.is_not_found() => Values::default(),
            Err(error) => return Err(error.into()),
        };
        let mut parties = Vec::new();
        for id in &case.parties {
            match app.billit.send(GetParty::new(*id)).await {
                Ok(found) => parties.push((*id, party::whole(&found))),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Self { customer, parties })
    }

    /// A hash of what a person has seen: a decision on something else does not count.
    fn hash(&self) -> String {
        let all = serde_json::to_vec(&(&self.customer, &self.parties)).unwrap_or_default();
        hex(hmac_sha256::Hash::hash(&all).get(..12).unwrap_or_default())
    }

    /// The fields that any side has, but for the link, in the order in which a person reads them.
    fn fields(&self) -> Vec<Field> {
        let sides = self
            .parties
            .iter()
            .map(|(_, values)| values)
            .chain([&self.customer]);
        let filled = sides.flat_map(|values| {
            values
                .iter()
                .filter(|(_, value)| value.is_some())
                .map(|(field, _)| field)
        });
        let fields: BTreeSet<Field> = filled.collect();
        let shown = fields
            .into_iter()
            .filter(|field| field.is_patchable() && field.wire_name() != LINK);
        let mut shown: Vec<Field> = shown.collect();
        let place = |field: &Field| {
            FIRST
                .iter()
                .position(|first| *first == field.wire_name())
                .unwrap_or(FIRST.len())
        };
        shown.sort_by_key(place);
        shown
    }

    /// Whether all sides have the same in a field.
    fn is_equal(&self, field: &Field) -> bool {
        let value = |values: &Values| values.get(field).flatten().unwrap_or_default().to_owned();
        let ours = value(&self.customer);
        self.parties
            .iter()
            .all(|(_, values)| is_alike(&ours, &value(values)))
    }
}

pub(super) async fn one(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    session: Session,
) -> Result<Response, Broken> {
    Ok(match web.app.notes.case(&key).await? {
        Some(case) => ask(&web, &session, &case, None).await?,
        None => Redirect::to("/to-decide").into_response(),
    })
}

/// The page of one customer, with what went wrong with the last answer.
async fn ask(
    web: &Web,
    session: &Session,
    case: &Case,
    problem: Option<&str>,
) -> Result<Response, Broken> {
    let words = session.words;
    let decided = web.app.notes.decided(&case.key).await?;
    let shown = Shown::read(&web.app, case).await;
    let content = html! {
        @if let Some(problem) = problem { p.problem role="alert" { (text(problem)) } }
        p.big { (why(words, case)) }
        @if let Some(decided) = &decided {
            p { (words.decided_before) ": " (said(words, decided)) ", " (text(&decided.by)) ", " (web.app.local(decided.at)) }
            (button(session, &format!("{}/back", case_path(&case.key)), words.take_back))
        }
        @match &shown {
            Ok(shown) => (choices(web, session, case, shown)),
            Err(error) => p.problem role="alert" { (words.cannot_read) ": " (text(&error.to_string())) },
        }
        details { summary { (words.reason) } p lang="en" { (text(&case.reason)) } }
        p { a href=(customer_path(&case.key)) { (words.history) } }
    };
    Ok(layout::page(session, name(case), None, &content))
}

/// Both sides beside each other, and the buttons.
fn choices(web: &Web, session: &Session, case: &Case, shown: &Shown) -> Markup {
    let words = session.words;
    let is_ambiguous = case.kind == OutcomeKind::Ambiguous && !case.parties.is_empty();
    let may_be_new = is_ambiguous
        && case
            .found_by
            .is_some_and(customer_sync::matching::MatchedBy::may_be_new);
    html! {
        form method="post" action=(case_path(&case.key)) {
            (token(session))
            input type="hidden" name="shown" value=(shown.hash());
            p.quiet { (words.only_differs) }
            (side_by_side(web, words, case, shown, is_ambiguous))
            @if may_be_new {
                button type="submit" name="choice" value="new" { (words.it_is_new) }
            }
            @if !is_ambiguous {
                button type="submit" name="choice" value="again" { (words.try_again) }
            }
            button type="submit" name="choice" value="leave" { (words.leave_alone) }
            button type="submit" name="choice" value="later" { (words.later) }
            @if is_ambiguous && case.found_by.is_some() {
                p { label { input type="checkbox" name="all" value="yes"; " " (words.same_for_all) } }
            }
        }
    }
}

/// What differs, with a button for each party; what is equal is folded away.
fn side_by_side(web: &Web, words: &Words, case: &Case, shown: &Shown, can_link: bool) -> Markup {
    let (equal, differs): (Vec<Field>, Vec<Field>) = shown
        .fields()
        .into_iter()
        .partition(|field| shown.is_equal(field));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(words.only_differs) {
            table {
                (sides(web, words, case, shown))
                tbody {
                    (rows(words, shown, &differs))
                    @if can_link {
                        tr {
                            td {} td {}
                            @for (id, _) in &shown.parties {
                                td { button.main type="submit" name="choice" value=(format!("link {id}")) { (words.it_is_this) } }
                            }
                        }
                    }
                }
            }
        }
        @if !equal.is_empty() {
            details {
                summary { (words.equal_fields) " (" (equal.len()) ")" }
                div.scroll tabindex="0" role="region" aria-label=(words.equal_fields) {
                    table { (sides(web, words, case, shown)) tbody { (rows(words, shown, &equal)) } }
                }
            }
        }
    }
}

fn sides(web: &Web, words: &Words, case: &Case, shown: &Shown) -> Markup {
    let page = web.app.settings.file.billit.party_page.as_deref();
    html! {
        thead {
            tr {
                th scope="col" { (words.field) }
                th scope="col" { (words.in_planyo) br; (text(case.key.id())) }
                @for (id, _) in &shown.parties {
                    th scope="col" {
                        (words.in_billit) br; (id)
                        @if let Some(page) = page {
                            br; a href=(page.replace("{id}", &id.to_string())) rel="noreferrer" { (words.open_in_billit) }
                        }
                    }
                }
            }
        }
    }
}

fn rows(words: &Words, shown: &Shown, fields: &[Field]) -> Markup {
    let value = |values: &Values, field: &Field| {
        let value = values.get(field).flatten().unwrap_or_default();
        layout::value(words, field, if value.is_empty() { "–" } else { value }).to_owned()
    };
    html! {
        @for field in fields {
            tr {
                th scope="row" { (layout::field(words, field)) }
                @let ours = value(&shown.customer, field);
                td { (text(&ours)) }
                @for (_, values) in &shown.parties {
                    @let theirs = value(values, field);
                    td { @if is_alike(&ours, &theirs) { (text(&theirs)) } @else { mark { (text(&theirs)) } } }
                }
            }
        }
    }
}

/// Whether a person would call them the same.
fn is_alike(ours: &str, theirs: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    plain(ours) == plain(theirs)
}

pub(super) async fn decide(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    posted: Posted,
) -> Result<Response, Broken> {
    let session = &posted.session;
    let Some(case) = web.app.notes.case(&key).await? else {
        return Ok(Redirect::to("/to-decide").into_response());
    };
    let Ok(shown) = Shown::read(&web.app, &case).await else {
        return ask(&web, session, &case, None).await;
    };
    if shown.hash() != posted.get("shown") {
        return ask(&web, session, &case, Some(session.words.asked_again)).await;
    }
    let for_all = !posted.get("all").is_empty();
    let choice = match posted.get("choice") {
        "new" => Choice::New,
        "leave" => Choice::LeaveAlone,
        "later" => Choice::Later,
        "again" => {
            return match runs::sync_now(&web.app, &case.key, &session.who).await {
                Ok(outcome) => {
                    tracing::info!(kind = outcome.kind.name(), "tried again");
                    Ok(Redirect::to(&customer_path(&case.key)).into_response())
                }
                Err(error) => ask(&web, session, &case, Some(&error.to_string())).await,
            };
        }
        link => {
            let id = link
                .strip_prefix("link ")
                .and_then(|id| id.parse::<i64>().ok())
                .map(PartyId::from);
            match id.filter(|id| case.parties.contains(id)) {
                Some(id) => Choice::Link(id),
                None => {
                    return Ok(layout::message(
                        StatusCode::BAD_REQUEST,
                        session.words,
                        session.words.expired,
                    ));
                }
            }
        }
    };
    if for_all && let Some(answer) = decide_all(&web, session, &case, choice).await? {
        return Ok(answer);
    }
    match runs::decide(&web.app, &case, choice, &session.who).await {
        Ok(Answered::Done) => Ok(Redirect::to("/to-decide").into_response()),
        Ok(Answered::Changed) => match web.app.notes.case(&key).await? {
            Some(case) => ask(&web, session, &case, Some(session.words.asked_again)).await,
            None => Ok(Redirect::to(&customer_path(&case.key)).into_response()),
        },
        Err(error) => ask(&web, session, &case, Some(&error.to_string())).await,
    }
}

/// The same for all of a kind: what is written is shown as a plan first; what is left alone is remembered for each.
async fn decide_all(
    web: &Web,
    session: &Session,
    case: &Case,
    choice: Choice,
) -> Result<Option<Response>, Broken> {
    let Some(by) = case.found_by else {
        return Ok(None);
    };
    let decision = match choice {
        Choice::Link(_) => Decision::LinkCandidate,
        Choice::New => Decision::New,
        Choice::LeaveAlone | Choice::Later => {
            let cases = web.app.notes.cases().await?;
            let same: BTreeMap<CustomerKey, Case> = cases
                .into_iter()
                .map(|(case, _)| (case.key.clone(), case))
                .filter(|(_, other)| other.found_by == Some(by) && other.kind == case.kind)
                .collect();
            for (key, case) in same {
                let decided = Decided {
                    what: choice,
                    by: session.who.clone(),
                    at: Utc::now(),
                    question: case.question,
                    run: None,
                };
                web.app.notes.decide(&key, &decided).await?;
            }
            return Ok(Some(Redirect::to("/to-decide").into_response()));
        }
    };
    let prepared = runs::prepare(
        &web.app,
        PlanFor::OfAKind,
        &session.who,
        Some((by, decision)),
    );
    Ok(Some(
        Redirect::to(&format!("/plan/{}", prepared.id)).into_response(),
    ))
}

/// Takes a decision back: what was written is undone, after a look at the plan.
pub(super) async fn take_back(
    State(web): State<Arc<Web>>,
    Key(key): Key,
    posted: Posted,
) -> Result<Response, Broken> {
    let decided = web.app.notes.decided(&key).await?;
    let Some(run) = decided.and_then(|decided| decided.run) else {
        let (notes, by) = (&web.app.notes, &posted.session.who);
        notes.take_back(&key, by, Utc::now()).await?;
        return Ok(Redirect::to("/to-decide").into_response());
    };
    Ok(super::overview::to_plan(
        &web,
        &posted.session,
        PlanFor::Undo(run),
    ))
}
