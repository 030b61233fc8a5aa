//! What the service does with customers: all of them, one of them, a plan, and what was decided.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use customer_sync::document::{Decision, Overrides};
use customer_sync::health::{Thresholds, health};
use customer_sync::matching::MatchedBy;
use customer_sync::store::{Leases, RunId, RunRecord, StateError};
use customer_sync::{
    Action, Counts, CustomerKey, Outcome, OutcomeKind, Plan, Purpose, Removal, Step, SyncError,
    SyncReport, Warning, WriteMode, apply, check_safety_limit, plan_customer, plan_customers,
    plan_removal, plan_undo, sync_changed, sync_customer, sync_customers,
};

use crate::app::{App, Failure, LastPass};
use crate::deletions;
use crate::notes::{Case, Choice, Decided, RunNote};
use crate::planfy::Import;
use crate::plans::{PlanFor, Prepared, Stage};

/// A run of more customers than these is compared with those before it.
const FEW: usize = 20;

/// How a full pass is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pass {
    /// Under the safety limit.
    #[default]
    Usual,
    /// Past it.
    AllowMassChanges,
    /// Only links are written.
    LinkOnly,
}

/// Compares all customers with all parties. `None`: another process is at it.
///
/// # Errors
/// When the store cannot be used. Errors of the run are in the row of the [last pass](App::last_pass).
pub async fn full_pass(app: &App, by: &str, pass: Pass) -> Result<Option<LastPass>, StateError> {
    let leases = Leases::new(&app.state, 2 * app.settings.lease_time());
    let Some(lease) = leases.take("service full pass").await? else {
        return Ok(None);
    };
    let before = app.last_pass().await?.unwrap_or_default();
    let mut last = LastPass {
        started: Utc::now(),
        last_done: before.last_done,
        done: true,
        ..LastPass::default()
    };
    let sources = app.sources().await?;
    for source in &sources {
        let mut options = source.options(app);
        match pass {
            Pass::Usual => {}
            Pass::AllowMassChanges => options = options.allow_mass_changes(),
            Pass::LinkOnly => {
                let rules = source.rules.clone().write_mode(WriteMode::LinkOnly);
                options = options.rules(rules);
            }
        }
        let clock = Instant::now();
        let run = Box::pin(sync_customers(&*source.customers, &app.billit, &options));
        let result = while_renewing(&leases, run).await;
        app.saw_run(&result);
        let took = clock.elapsed();
        app.metrics.full_pass(took);
        let text = match &result {
            Ok(report) => {
                let counts = last.counts.unwrap_or_default();
                last.counts = Some(sum(counts, report.counts()));
                last.properties.extend(about_properties(&report.warnings));
                keep(app, report, source.name(), by, took).await?;
                if !app.stop.is_cancelled() && !report.unproven_end {
                    let name = source.name();
                    app.notes.forget_absent(name, &report.outcomes).await?;
                }
                tracing::info!(source = source.name(), counts = %report.counts(), seconds = took.as_secs_f64(), "full pass");
                report.counts().to_string()
            }
            Err(error) => {
                last.done = false;
                last.limit |= matches!(error, SyncError::SafetyLimit { .. });
                last.properties.clone_from(&before.properties);
                tracing::warn!(source = source.name(), %error, "full pass");
                error.to_string()
            }
        };
        if sources.len() > 1 {
            let gap = if last.text.is_empty() { "" } else { "; " };
            last.text = format!("{}{gap}{}: {text}", last.text, source.name());
        } else {
            last.text = text;
        }
    }
    // A run that was told to stop has not seen to everybody.
    last.done &= !app.stop.is_cancelled();
    if last.done {
        last.last_done = Some(Utc::now());
    }
    app.notes.write("status/pass", &last).await?;
    lease.release().await?;
    Ok(Some(last))
}

/// What two runs did.
fn sum(mut all: Counts, more: Counts) -> Counts {
    all.created += more.created;
    all.updated += more.updated;
    all.linked += more.linked;
    all.unchanged += more.unchanged;
    all.skipped += more.skipped;
    all.conflict += more.conflict;
    all.ambiguous += more.ambiguous;
    all.quarantined += more.quarantined;
    all.failed += more.failed;
    all
}

/// Renews leases until the run is over.
async fn while_renewing<T>(leases: &Leases, run: impl Future<Output = T>) -> T {
    tokio::select! {
        done = run => done,
        never = renew(leases) => match never {},
    }
}

/// Renews leases for ever.
pub async fn renew(leases: &Leases) -> Infallible {
    loop {
        tokio::time::sleep(leases.time() / 3).await;
        if let Err(error) = leases.renew().await {
            tracing::warn!(%error, "a lease is not renewed");
        }
    }
}

fn about_properties(warnings: &[Warning]) -> Vec<String> {
    let is_change = |warning: &&Warning| {
        matches!(
            warning,
            Warning::NewProperties { .. }
                | Warning::NoSuchProperty { .. }
                | Warning::NoSuchPropertyInRule { .. }
        )
    };
    warnings
        .iter()
        .filter(is_change)
        .map(ToString::to_string)
        .collect()
}

/// Syncs the customers that have changed in Planyo since the last time.
///
/// # Errors
/// When a side cannot be read, or the store cannot be used.
pub async fn changed(app: &App) -> Result<String, Failure> {
    let clock = Instant::now();
    // The full pass has a time of its own.
    let options = app.options().full_pass_every(TimeDelta::days(2));
    let result = Box::pin(sync_changed(&app.users, &app.billit, &options)).await;
    app.saw_run(&result);
    let report = result?;
    let name = app.settings.rules.source_name();
    keep(app, &report, name, "", clock.elapsed()).await?;
    let counts = report.counts().to_string();
    tracing::info!(counts, "changed customers");
    Ok(counts)
}

/// Remembers what a report says, and counts it.
async fn keep(
    app: &App,
    report: &SyncReport,
    source: &str,
    by: &str,
    took: Duration,
) -> Result<(), StateError> {
    for outcome in &report.outcomes {
        app.metrics.outcome(outcome.kind);
    }
    app.notes.outcomes(&report.outcomes, Utc::now()).await?;
    app.directory.learn(&app.state, &report.outcomes).await?;
    if let Some(run) = &report.run {
        let mut note = RunNote::of(report, source, by, took.as_secs_f64());
        // A run of few is no sign of anything, and each reads all runs.
        let history = if report.outcomes.len() > FEW {
            runs_of(app, source).await?
        } else {
            Vec::new()
        };
        let checks = health(report, &history, &Thresholds::default());
        note.unusual = checks.unusual().map(ToString::to_string).collect();
        app.notes.run(run, &note).await?;
    }
    Ok(())
}

/// The runs of the customers of a system.
async fn runs_of(app: &App, source: &str) -> Result<Vec<RunRecord>, StateError> {
    let mut runs = app.state.runs().await?;
    if app.settings.planfy_rules.is_some() {
        let of_others = app.notes.runs_of_others(source).await?;
        runs.retain(|run| !of_others.contains(&run.id));
    }
    Ok(runs)
}

/// What an outcome of one customer says.
///
/// # Errors
/// When the store cannot be used.
pub async fn keep_one(app: &App, outcome: &Outcome) -> Result<(), StateError> {
    app.metrics.outcome(outcome.kind);
    let outcomes = std::slice::from_ref(outcome);
    app.notes.outcomes(outcomes, Utc::now()).await?;
    app.directory.learn(&app.state, outcomes).await
}

/// Syncs one customer now, also one that is quarantined, for this person.
///
/// # Errors
/// When a side cannot be read.
pub async fn sync_now(app: &App, key: &CustomerKey, by: &str) -> Result<Outcome, Failure> {
    let started = RunId::new(Utc::now(), 0);
    let source = app.own_source(key).await?;
    let options = source.options(app).retry_quarantined();
    let customers = &*source.customers;
    let result = Box::pin(sync_customer(customers, &app.billit, key.id(), &options)).await;
    app.saw_run(&result);
    let outcome = result?;
    keep_one(app, &outcome).await?;
    let history = app.state.history(key).await?;
    for entry in history.iter().filter(|entry| entry.run >= started) {
        let note = RunNote {
            by: by.to_owned(),
            ..RunNote::default()
        };
        app.notes.run(&entry.run, &note).await?;
    }
    Ok(outcome)
}

/// Makes a plan in the background, and says where it will be.
pub fn prepare(
    app: &Arc<App>,
    what: PlanFor,
    by: &str,
    of_a_kind: Option<(MatchedBy, Decision)>,
) -> Arc<Prepared> {
    let prepared = app.plans.begin(what, by);
    let (app, filled) = (Arc::clone(app), Arc::clone(&prepared));
    tokio::spawn(async move {
        let made = Box::pin(make(&app, &filled.what, of_a_kind)).await;
        filled.set(match made {
            Ok((plan, limit)) => Stage::Ready(Arc::new(plan), limit),
            Err(error) => Stage::Failed(error.to_string()),
        });
    });
    prepared
}

async fn make(
    app: &App,
    what: &PlanFor,
    of_a_kind: Option<(MatchedBy, Decision)>,
) -> Result<(Plan, Option<String>), Failure> {
    let plan = match what {
        PlanFor::Undo(run) => {
            Box::pin(plan_undo(&app.billit, Some(run), None, &app.options())).await
        }
        PlanFor::Forget(key) => {
            let source = app.own_source(key).await?;
            let (customers, options) = (&*source.customers, source.options(app));
            let removal = Removal::Anonymise;
            Box::pin(plan_removal(customers, &app.billit, key, removal, &options)).await
        }
        PlanFor::Import(import) => {
            let book = app.book().ok_or("the settings have no account of Planfy")?;
            let export = import.export(&book.entries().await?);
            let options = app.options().rules(book.rules().clone());
            let plan = Box::pin(plan_customers(&export, &app.billit, &options)).await;
            plan.map(|plan| plan.only(|step| import.changes(&step.key)))
        }
        PlanFor::All(Some(name)) => {
            let source = app.source_named(name).await?;
            let source = source.ok_or("the settings have no such source")?;
            let (customers, options) = (&*source.customers, source.options(app));
            Box::pin(plan_customers(customers, &app.billit, &options)).await
        }
        _ => Box::pin(plan_customers(&app.users, &app.billit, &app.options())).await,
    };
    app.saw_run(&plan);
    let mut plan = plan?;
    if let Some((by, decision)) = of_a_kind {
        let overrides = Overrides::default().decide_all(&plan, by, decision);
        plan = plan.decided(&overrides)?;
        plan.steps.retain(Step::writes);
    }
    let limit = over_limit(app, &plan).await?;
    Ok((plan, limit))
}

/// Why a plan is over the safety limit, if it is.
///
/// # Errors
/// When the store cannot be read.
pub async fn over_limit(app: &App, plan: &Plan) -> Result<Option<String>, SyncError> {
    if plan.purpose != Purpose::Sync {
        return Ok(None);
    }
    let options = app.options().rules(app.rules_of(plan).clone());
    match check_safety_limit(plan, &options).await {
        Err(limit @ SyncError::SafetyLimit { .. }) => Ok(Some(limit.to_string())),
        other => other.map(|()| None),
    }
}

/// Applies a plan in the background, without the steps that a person has left out.
pub fn carry_out(app: &Arc<App>, prepared: &Arc<Prepared>, left_out: &[String], by: &str) {
    let Some(plan) = prepared.take() else { return };
    let (app, prepared, by) = (Arc::clone(app), Arc::clone(prepared), by.to_owned());
    let left_out = left_out.to_vec();
    tokio::spawn(async move {
        let done = match &prepared.what {
            PlanFor::Import(import) => match carry_out_import(&app, import, &by).await {
                Ok(()) => apply_without(&app, &plan, &left_out, &by).await,
                Err(error) => Err(error),
            },
            PlanFor::Forget(key) => match forget(&app, key, &plan, &by).await {
                Ok(Forgotten::Done(report)) => Ok(*report),
                Ok(Forgotten::Refused(plan)) => {
                    return prepared.set(Stage::Ready(plan, None));
                }
                Err(error) => Err(error),
            },
            _ => apply_without(&app, &plan, &left_out, &by).await,
        };
        prepared.set(match done {
            Ok(report) => Stage::Done(report.run.clone(), report.counts().to_string()),
            Err(error) => {
                tracing::warn!(%error, "a plan was not applied");
                Stage::Failed(error.to_string())
            }
        });
    });
}

/// Writes what an import changes of Planfy's customers.
async fn carry_out_import(app: &App, import: &Import, by: &str) -> Result<(), Failure> {
    let book = app.book().ok_or("the settings have no account of Planfy")?;
    book.carry_out(import).await?;
    tracing::info!(by, customers = import.changes.len(), "import");
    app.notes.log(&import.lines(by, Utc::now())).await?;
    for change in &import.changes {
        if let Some(old) = &change.replaces {
            app.directory.forget(old);
        }
    }
    app.directory.learn_book(&book.entries().await?);
    Ok(())
}

/// What came of forgetting a customer.
enum Forgotten {
    /// It is forgotten.
    Done(Box<SyncReport>),
    /// It has something ahead since it was looked at: nothing was done.
    Refused(Arc<Plan>),
}

/// Forgets a customer on both sides, with evidence, unless something has come up since the plan was made.
async fn forget(app: &App, key: &CustomerKey, plan: &Plan, by: &str) -> Result<Forgotten, Failure> {
    let (now, _) = make(app, &PlanFor::Forget(key.clone()), None).await?;
    if deletions::refusal(&now, key).is_some() {
        return Ok(Forgotten::Refused(Arc::new(now)));
    }
    let appointments = app.planfy_appointments().await?;
    let known = appointments.as_deref().unwrap_or_default();
    let rule = deletions::planfy_rule(key, known, app.today())?;
    let anonymised = rule
        .filter(|_| appointments.is_some())
        .map(|rule| rule.anonymised);
    let deletion = app
        .notes
        .begin_deletion(key, anonymised, by, Utc::now())
        .await?;
    let report = apply_plan(app, plan, by).await?;
    let outcome = report.outcome(key);
    let is_written = outcome.is_some_and(|outcome| outcome.kind != OutcomeKind::Failed);
    let erasure = app.state.erasure(key).await?;
    let Some(erasure) = erasure.filter(|_| is_written) else {
        let why = outcome.map_or("nothing was erased", |outcome| outcome.reason.as_str());
        return Err(why.into());
    };
    if let Some(book) = app.book() {
        book.forget(key).await?;
    }
    app.directory.forget(key);
    app.notes.forget(key).await?;
    app.notes
        .finish_deletion(deletion, &erasure, app.today())
        .await?;
    Ok(Forgotten::Done(Box::new(report)))
}

async fn apply_without(
    app: &App,
    plan: &Plan,
    left_out: &[String],
    by: &str,
) -> Result<SyncReport, Failure> {
    let mut overrides = Overrides::approving(plan);
    let steps = plan.document(app.rules_of(plan));
    let left_out = steps.rows().zip(&plan.steps).filter(|(row, _)| {
        row.step
            .as_ref()
            .is_some_and(|step| left_out.contains(step))
    });
    for (_, step) in left_out {
        overrides = overrides.decide(step, Decision::Skip);
    }
    let plan = plan.decided(&overrides)?;
    apply_plan(app, &plan, by).await
}

async fn apply_plan(app: &App, plan: &Plan, by: &str) -> Result<SyncReport, Failure> {
    let clock = Instant::now();
    let name = app.rules_of(plan).source_name();
    let source = app.source_named(name).await?;
    let source = source.ok_or("the settings have no such source any more")?;
    let (customers, options) = (&*source.customers, source.options(app));
    let result = Box::pin(apply(plan, customers, &app.billit, &options)).await;
    app.saw_run(&result);
    let report = result?;
    // It is done, whether or not it can be remembered here.
    if let Err(error) = keep(app, &report, name, by, clock.elapsed()).await {
        tracing::error!(%error, "what a plan has done is not remembered");
    }
    Ok(report)
}

/// What came of a decision.
pub enum Answered {
    /// It is done or remembered.
    Done,
    /// The data has changed since it was shown: ask again.
    Changed,
}

/// Carries out a decision on one customer that was ambiguous.
///
/// # Errors
/// When a side cannot be read, or the decision is not possible, with the reason.
pub async fn decide(app: &App, case: &Case, choice: Choice, by: &str) -> Result<Answered, Failure> {
    let mut decided = Decided {
        what: choice,
        by: by.to_owned(),
        at: Utc::now(),
        question: case.question.clone(),
        run: None,
    };
    let decision = match choice {
        Choice::LeaveAlone | Choice::Later => {
            app.notes.decide(&case.key, &decided).await?;
            return Ok(Answered::Done);
        }
        Choice::Link(party) => Decision::Link(party),
        Choice::New => Decision::New,
    };
    let source = app.own_source(&case.key).await?;
    let (customers, options) = (&*source.customers, source.options(app));
    let id = case.key.id();
    let plan = Box::pin(plan_customer(customers, &app.billit, id, &options)).await;
    app.saw_run(&plan);
    let plan = plan?;
    let is_asked = |action: &Action| matches!(action, Action::Ambiguous { candidates, .. } if *candidates == case.parties);
    let Some(step) = plan
        .steps
        .iter()
        .find(|step| step.key == case.key && is_asked(&step.action))
    else {
        sync_now(app, &case.key, by).await?;
        return Ok(Answered::Changed);
    };
    let approved = plan.decided(&Overrides::default().decide(step, decision))?;
    let report = apply_plan(app, &approved, by).await?;
    let outcome = report.outcome(&case.key);
    let is_written = outcome
        .is_some_and(|outcome| matches!(outcome.kind, OutcomeKind::Created | OutcomeKind::Linked));
    if !is_written {
        let why = outcome.map_or("nothing was written", |outcome| outcome.reason.as_str());
        return Err(why.to_owned().into());
    }
    decided.run = report.run.clone();
    app.notes.decide(&case.key, &decided).await?;
    Ok(Answered::Done)
}
