//! The full passes over time, as small charts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use customer_sync::OutcomeKind;
use customer_sync::store::{RunKind, RunRecord};
use maud::{Markup, html};

use super::runs::last_runs;
use super::session::Session;
use super::{Broken, Web, layout, sheet};

/// So many bars a chart has.
pub(super) const SHOWN: usize = 60;
/// The size of a chart.
const WIDTH: usize = 600;
const HEIGHT: usize = 80;

/// What a chart shows of a run.
type Count = fn(&RunRecord) -> usize;

pub(super) async fn show(
    State(web): State<Arc<Web>>,
    session: Session,
) -> Result<Response, Broken> {
    let words = session.words;
    let passes = passes(&web).await?;
    let charts: [(&str, Count); 5] = [
        (words.created, |run| run.counts.created),
        (words.updated, |run| run.counts.updated + run.counts.linked),
        (words.failed, |run| run.counts.failed),
        (words.to_decide, |run| {
            run.counts.ambiguous + run.counts.conflict + run.counts.quarantined
        }),
        (words.missing, |run| run.missing_from_source),
    ];
    let content = html! {
        p { (words.per_night) }
        @if passes.is_empty() { p { (words.none) } }
        p { a href="/health.csv" { (words.as_csv) } }
        @for (name, count) in charts {
            @let bars: Vec<(String, usize)> = passes.iter().map(|run| (web.app.local(run.started), count(run))).collect();
            section { h2 { (name) } (chart(name, &bars)) }
        }
    };
    Ok(layout::page(&session, words.health, None, &content))
}

/// The last full passes, the oldest first.
async fn passes(web: &Web) -> Result<Vec<RunRecord>, Broken> {
    let runs = last_runs(&web.app, 10_000).await?.into_iter();
    let full = runs.filter(|run| run.kind == RunKind::Full);
    let mut passes: Vec<RunRecord> = full.take(SHOWN).collect();
    passes.reverse();
    Ok(passes)
}

pub(super) async fn csv(
    State(web): State<Arc<Web>>,
    _session: Session,
) -> Result<Response, Broken> {
    let rows = passes(&web).await?.into_iter().map(|run| {
        let counts = OutcomeKind::ALL.map(|kind| run.counts.of(kind).to_string());
        let mut row = vec![run.started.to_rfc3339()];
        row.extend(counts);
        row.push(run.missing_from_source.to_string());
        row
    });
    let kinds = OutcomeKind::ALL.map(OutcomeKind::name);
    let columns: Vec<&str> = ["started"]
        .into_iter()
        .chain(kinds)
        .chain(["missing"])
        .collect();
    Ok(sheet::csv("full-passes.csv", &columns, rows))
}

/// A bar for each of at most 60 times; its number is in its title.
pub(super) fn chart(name: &str, bars: &[(String, usize)]) -> Markup {
    let most = bars.iter().map(|(_, count)| *count).max();
    let most = most.unwrap_or_default();
    let last = bars.last().map_or(0, |(_, count)| *count);
    let label = format!("{name}: {last} (max {most})");
    html! {
        svg role="img" aria-label=(label) viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) {
            @for (index, (when, count)) in bars.iter().enumerate() {
                @let high = count * HEIGHT / most.max(1);
                rect x=(index * WIDTH / SHOWN) y=(HEIGHT - high) width=(WIDTH / SHOWN - 2) height=(high) {
                    title { (when) ": " (count) }
                }
            }
        }
        p.quiet { (label) }
    }
}
