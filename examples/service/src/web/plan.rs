//! A plan before it is applied.

use std::sync::Arc;

use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use customer_sync::cost::Limits;
use customer_sync::document::{Overrides, Row, Separator};
use customer_sync::store::RunId;
use customer_sync::{Plan, Purpose};
use maud::{Markup, html};

use super::layout::{self, customer_path, table, text, token};
use super::overview::to_plan;
use super::planfy::summary;
use super::session::{self, Posted, Session};
use super::{Web, deletions, sheet};
use crate::app::Failure;
use crate::plans::{PlanFor, Prepared, Stage};
use crate::runs;

/// So many customers are shown, each with a box to tick.
const SHOWN: usize = 500;

/// Makes a plan of all customers.
pub(super) async fn make(State(web): State<Arc<Web>>, posted: Posted) -> Response {
    let source = posted.get("source");
    let source = (!source.is_empty()).then(|| source.to_owned());
    to_plan(&web, &posted.session, PlanFor::All(source))
}

pub(super) async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    session: Session,
) -> Response {
    let words = session.words;
    let Some(prepared) = web.app.plans.get(&id) else {
        return layout::message(StatusCode::NOT_FOUND, words, words.plan_gone);
    };
    let (reload, content) = match prepared.stage() {
        Stage::Making => (Some(2), html! { p { (words.plan_making) } }),
        Stage::Applying(_) => (Some(2), html! { p { (words.plan_applying) } }),
        Stage::Failed(why) => (
            None,
            html! { p.problem role="alert" { (words.something_failed) ": " (text(&why)) } },
        ),
        Stage::Done(..) if matches!(prepared.what, PlanFor::Forget(_)) => {
            (None, deletions::done(words))
        }
        Stage::Done(run, counts) => (None, done(&session, run.as_ref(), &counts)),
        Stage::Ready(plan, limit) => (
            None,
            if let PlanFor::Forget(key) = &prepared.what {
                let appointments = web.app.planfy_appointments().await;
                deletions::preview(&web, &session, &prepared, &plan, key, appointments)
            } else {
                ready(&web, &session, &prepared, &plan, limit.as_deref())
            },
        ),
    };
    let title = match &prepared.what {
        PlanFor::Undo(_) => words.undo,
        PlanFor::Forget(_) => words.forget,
        PlanFor::Import(_) => words.import,
        _ => words.plan,
    };
    let content = html! {
        p.quiet { (text(&prepared.by)) ", " (web.app.local(prepared.at)) }
        (content)
    };
    layout::page(&session, title, reload, &content)
}

fn done(session: &Session, run: Option<&RunId>, counts: &str) -> Markup {
    let words = session.words;
    html! {
        p.good role="status" { (words.plan_done) " " (text(counts)) }
        @if let Some(run) = run { p { a href=(format!("/runs/{run}")) { (words.runs) } } }
    }
}

fn ready(
    web: &Web,
    session: &Session,
    prepared: &Prepared,
    plan: &Plan,
    limit: Option<&str>,
) -> Markup {
    let words = session.words;
    let document = plan.document(web.app.rules_of(plan));
    let writes = plan.steps.iter().filter(|step| step.writes()).count();
    let rows = document.rows().zip(&plan.steps);
    let rows: Vec<Row> = rows
        .filter(|(_, step)| step.writes())
        .map(|(row, _)| row)
        .take(SHOWN)
        .collect();
    let path = format!("/plan/{}", prepared.id);
    // Those without a customer are not known here.
    let known = web
        .app
        .directory
        .now()
        .customers
        .len()
        .max(plan.steps.len());
    let import = match &prepared.what {
        PlanFor::Import(import) => Some(import),
        _ => None,
    };
    let changes_list = import.is_some_and(|import| !import.changes.is_empty());
    html! {
        @if let Some(import) = import { (summary(session, import)) }
        p.big { (layout::counts(words, &plan.counts())) }
        @if writes > 0 { p.quiet lang="en" { (plan.cost(known, &Limits::default())) } }
        @for warning in &plan.warnings { p.quiet lang="en" { (text(&warning.to_string())) } }
        @if !plan.missing_from_source.is_empty() { p { (plan.missing_from_source.len()) " " (words.missing) } }
        @if writes == 0 {
            p { (words.plan_nothing) }
            @for step in plan.steps.iter().take(20) { p.quiet lang="en" { (text(&step.reason())) } }
        }
        @if writes > 0 || changes_list {
            form method="post" action=(path) {
                (token(session))
                @if let Some(limit) = limit {
                    div.problem role="alert" {
                        h3 { (words.limit_title) }
                        p lang="en" { (text(limit)) }
                        label { input type="checkbox" name="mass" value="yes" required; " " (words.limit_tick) }
                    }
                }
                @if writes > 0 { p.quiet { (words.plan_left_out) } }
                @if writes > 0 { (table(&["✓", words.customer, words.what, words.field, words.before, words.after], &lines(session, &rows))) }
                @if writes > rows.len() { p { (writes - rows.len()) " " (words.plan_more) } }
                button.main type="submit" { (words.carry_out) }
            }
        }
        section {
            h2 { (words.files) }
            p {
                @for file in ["plan.html", "plan.md", "plan.jsonl", "decisions.csv"] { a href=(format!("{path}/{file}")) { (file) } " " }
            }
            @if plan.purpose == Purpose::Sync {
                form method="post" action=(format!("{path}/decisions")) enctype="multipart/form-data" {
                    (token(session))
                    label for="file" { (words.decide_in_sheet) }
                    input #file type="file" name="file" accept=".csv" required;
                    button type="submit" { (words.upload) }
                }
            }
        }
    }
}

/// A line for each field, with the customer in the first.
fn lines(session: &Session, rows: &[Row]) -> Vec<Vec<Markup>> {
    let mut lines = Vec::new();
    for row in rows {
        let (step, name) = (
            row.step.as_deref().unwrap_or_default(),
            if row.name.is_empty() {
                row.key.as_str()
            } else {
                &row.name
            },
        );
        let mut written = row.fields.iter().filter(|field| field.kept.is_none());
        let cells = |field: Option<&customer_sync::document::RowField>| match field {
            Some(field) => [
                html! { (layout::field(session.words, &field.field)) },
                text(field.before.as_deref().unwrap_or_default()),
                text(field.after.as_deref().unwrap_or_default()),
            ],
            None => Default::default(),
        };
        let first = vec![
            html! {
                input type="hidden" name="step" value=(step);
                input type="checkbox" name="do" value=(step) checked aria-label=(name);
            },
            html! { a href=(customer_path(&row.key)) { (text(name)) } },
            html! { (layout::outcome(session.words, row.kind)) },
        ];
        lines.push(first.into_iter().chain(cells(written.next())).collect());
        for field in written {
            let none = std::iter::repeat_with(|| html! {}).take(3);
            lines.push(none.chain(cells(Some(field))).collect());
        }
    }
    lines
}

/// Applies it, without what was not ticked.
pub(super) async fn carry_out(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let words = posted.session.words;
    let Some(prepared) = web.app.plans.get(&id) else {
        return layout::message(StatusCode::NOT_FOUND, words, words.plan_gone);
    };
    let is_over = matches!(prepared.stage(), Stage::Ready(_, Some(_)));
    if !is_over || posted.get("mass") == "yes" {
        let ticked: Vec<&str> = posted.all("do").collect();
        let left_out = posted.all("step").filter(|step| !ticked.contains(step));
        let left_out: Vec<String> = left_out.map(str::to_owned).collect();
        runs::carry_out(&web.app, &prepared, &left_out, &posted.session.who);
    }
    Redirect::to(&format!("/plan/{id}")).into_response()
}

/// The plan as a file.
pub(super) async fn file(
    State(web): State<Arc<Web>>,
    Path((id, name)): Path<(String, String)>,
    session: Session,
) -> Response {
    let words = session.words;
    let prepared = web.app.plans.get(&id);
    let Some(Stage::Ready(plan, _)) = prepared.map(|prepared| prepared.stage()) else {
        return layout::message(StatusCode::NOT_FOUND, words, words.plan_gone);
    };
    let document = plan.document(web.app.rules_of(&plan)).title(words.plan);
    let mut bytes = Vec::new();
    let (kind, written) = match name.as_str() {
        "plan.html" => ("text/html; charset=utf-8", document.html(&mut bytes)),
        "plan.md" => (
            "text/markdown; charset=utf-8",
            document.markdown(&mut bytes),
        ),
        "plan.jsonl" => ("application/jsonl", document.json_lines(&mut bytes)),
        "decisions.csv" => (
            "text/csv; charset=utf-8",
            document.csv(&mut bytes, Separator::Semicolon),
        ),
        _ => return layout::message(StatusCode::NOT_FOUND, words, words.not_found),
    };
    match written {
        Ok(()) => sheet::download(&name, kind, bytes),
        Err(error) => layout::message(StatusCode::INTERNAL_SERVER_ERROR, words, &error.to_string()),
    }
}

/// Takes the decisions of a spreadsheet, and shows what they will do as another plan.
pub(super) async fn decisions(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    session: Session,
    upload: Multipart,
) -> Response {
    let words = session.words;
    let Some(prepared) = web.app.plans.get(&id) else {
        return layout::message(StatusCode::NOT_FOUND, words, words.plan_gone);
    };
    let Stage::Ready(plan, _) = prepared.stage() else {
        return layout::message(StatusCode::NOT_FOUND, words, words.plan_gone);
    };
    let (token, file) = match parts(upload).await {
        Ok(parts) => parts,
        Err(error) => return layout::message(StatusCode::BAD_REQUEST, words, &error.to_string()),
    };
    if !session::is_own_origin(&headers, &web) || !web.is_token(&session, &token) {
        return layout::message(StatusCode::FORBIDDEN, words, words.expired);
    }
    let decided =
        Overrides::from_csv(file.as_slice()).and_then(|overrides| plan.decided(&overrides));
    let plan = match decided {
        Ok(plan) => plan,
        Err(faults) => {
            return layout::message(StatusCode::UNPROCESSABLE_ENTITY, words, &faults.to_string());
        }
    };
    let limit = match runs::over_limit(&web.app, &plan).await {
        Ok(limit) => limit,
        Err(error) => {
            return layout::message(StatusCode::SERVICE_UNAVAILABLE, words, &error.to_string());
        }
    };
    let prepared = web.app.plans.begin(PlanFor::Decisions, &session.who);
    prepared.set(Stage::Ready(Arc::new(plan), limit));
    Redirect::to(&format!("/plan/{}", prepared.id)).into_response()
}

/// The token and the file.
pub(super) async fn parts(mut upload: Multipart) -> Result<(String, Vec<u8>), Failure> {
    let (mut token, mut file) = (String::new(), Vec::new());
    while let Some(part) = upload.next_field().await? {
        match part.name() {
            Some("token") => token = part.text().await?,
            Some("file") => file = part.bytes().await?.to_vec(),
            _ => {}
        }
    }
    Ok((token, file))
}
