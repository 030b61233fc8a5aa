//! A run of one customer, and its plan.

use std::fmt;

use super::error::SyncError;
use super::options::{Progress, SyncOptions};
use super::read::{candidates, without_erased};
use super::run_plan::run_plan;
use super::safety_limit::may_change_unknown;
use super::session::{HELD, StoreSession, take_lease, while_renewing};
use super::sharers::plan_with_sharers;
use super::source::CustomerSource;
use crate::core::customer::{Customer, CustomerKey, Problem};
use crate::core::parties::Parties;
use crate::core::plan::{Action, Plan};
use crate::core::report::{Outcome, OutcomeKind};
use crate::core::snapshot::StateSnapshot;
use crate::store::{Actor, Lease, Leases};

/// Syncs one customer: the one with this id in the source, for Planyo the user id. It reads that customer and its
/// linked party; it lists all parties only if no party is linked.
///
/// A customer that would get a party is compared with others that share its e-mail address, a number, or its name and
/// address, as a run of all customers compares them. With a store these are the customers that the last full pass and the
/// runs since then knew; without one, or before the first full pass, the source searches for them
/// ([`CustomerSource::similar`]), which finds only those that are spelled in the same way. If the source cannot search, the
/// customer is skipped and reported, and the next full pass handles it.
///
/// A store that no full pass has filled yet may be one that was lost: it does not know what was corrected by hand in Billit.
/// After five linked parties that it did not know were changed, further ones are skipped and reported, and the full pass
/// handles them, under the [safety limit](SyncError::SafetyLimit). [`SyncOptions::allow_mass_changes`] turns that off.
///
/// With a store, two runs for one customer wait for each other ([`SyncOptions::lease_wait`]) and
/// create one party. Without a store do not run two at the same time: whether Billit honours the idempotency key of a
/// create is unknown.
///
/// # Errors
/// When a side cannot be read, or the source has no such customer ([`SyncError::is_not_found`]). If it has a party, it was
/// erased or removed in the source: then it is no error but a skipped outcome that names the party.
pub async fn sync_customer<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    id: impl fmt::Display,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    sync_customer_as(options.actor, source, billit, id, options).await
}

/// As [`sync_customer`], with another actor than that of the options.
pub(crate) async fn sync_customer_as<S: CustomerSource + ?Sized>(
    actor: Actor,
    source: &S,
    billit: &billit_client::Client,
    id: impl fmt::Display,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let key = CustomerKey::new(options.rules.source_name(), id.to_string());
    let run = sync_one(actor, source, billit, &key, options);
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(
        run,
        tracing::info_span!("sync_customer", customer = %super::trace::customer_id(&key)),
    );
    run.await
}

async fn sync_one<S: CustomerSource + ?Sized>(
    actor: Actor,
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let Some(state) = &options.state else {
        return Box::pin(leased(actor, source, billit, key, None, options)).await;
    };
    let leases = Leases::new(state, options.lease_time);
    let Some(lease) = take_lease(&leases, key, options).await? else {
        return Ok(Outcome {
            unfinished: true,
            ..Outcome::new(key, OutcomeKind::Skipped, HELD)
        });
    };
    let lease = Some((leases.clone(), lease));
    let run = Box::pin(leased(actor, source, billit, key, lease, options));
    let outcome = while_renewing(Some(&leases), run).await;
    if outcome.is_err() {
        // The error counts. If the lease cannot be released, it is over after its time.
        let _ = leases.give_up().await;
    }
    outcome
}

/// What [`sync_customer`] would do for one customer, as a plan of this customer alone. It writes nothing, to Billit or to
/// the store, and takes no lease. [`apply`](crate::apply) skips the customer if a side has changed by then.
///
/// It reads and compares what [`sync_customer`] does, also the other customers that share something with this one, so that
/// a person can see and decide what would happen.
///
/// ```no_run
/// # async fn run(
/// #     planyo: &planyo_client::Client,
/// #     billit: &billit_client::Client,
/// # ) -> Result<(), customer_sync::SyncError> {
/// use customer_sync::{SyncOptions, apply, plan_customer};
///
/// let options = SyncOptions::default();
/// let plan = plan_customer(planyo, billit, 77, &options).await?;
/// println!("{plan}");
/// // Later, if a person agrees.
/// let report = apply(&plan, planyo, billit, &options).await?;
/// println!("{report}");
/// # Ok(()) }
/// ```
///
/// # Errors
/// As [`sync_customer`].
pub async fn plan_customer<S: CustomerSource + ?Sized>(
    source: &S,
    billit: &billit_client::Client,
    id: impl fmt::Display,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    let key = CustomerKey::new(options.rules.source_name(), id.to_string());
    // In a box, so that the future of the caller stays small.
    let run = Box::pin(read_and_plan(
        options.actor,
        source,
        billit,
        &key,
        None,
        options,
    ));
    #[cfg(feature = "tracing")]
    let run = tracing::Instrument::instrument(
        run,
        tracing::info_span!("plan_customer", customer = %super::trace::customer_id(&key)),
    );
    let (plan, ..) = run.await?;
    options.report_progress(Progress::Planned(plan.counts()));
    Ok(plan)
}

/// Reads both sides and plans one customer. Only a run that has its lease writes to the store before.
async fn read_and_plan<S: CustomerSource + ?Sized>(
    actor: Actor,
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    lease: Option<(Leases, Lease)>,
    options: &SyncOptions,
) -> Result<(Plan, Parties, StoreSession), SyncError> {
    source.check_rules(&options.rules)?;
    // Read after the lease is taken, so that the last of several runs writes the newest values of the source.
    let (customer, not_found) = match source.customer(key.id(), &options.rules).await {
        Err(error) if error.is_not_found() => {
            let gone = Err((key.clone(), Problem::GoneFromSource));
            (gone, Some(error))
        }
        customer => (customer?, None),
    };
    let customers = &without_erased(vec![customer], options).await?[..];
    let before_id = customers.iter().flatten().next();
    let before_id = before_id.and_then(Customer::key_without_id);
    let is_run = lease.is_some();
    let mut session = StoreSession::of_one(key, before_id, lease, actor, options).await?;
    let remembered = session.snapshot.get(key).and_then(|known| known.party);
    if is_run
        && remembered.is_none()
        && let Some(Ok(customer)) = customers.first()
    {
        session.put_match_keys(customer).await?;
    }
    let mut parties = candidates(billit, customers, remembered).await?;
    let snapshot = &session.snapshot;
    let plan =
        plan_with_sharers(source, customers, &mut parties, snapshot, billit, options).await?;
    let plan = without_unknown_changes(plan, snapshot, options).await?;
    // Whoever has no party was never a customer here.
    if let Some(error) = not_found
        && plan.steps.iter().all(|step| step.party().is_none())
    {
        return Err(error);
    }
    Ok((plan, parties, session))
}

/// The run, while its lease is held.
async fn leased<S: CustomerSource + ?Sized>(
    actor: Actor,
    source: &S,
    billit: &billit_client::Client,
    key: &CustomerKey,
    lease: Option<(Leases, Lease)>,
    options: &SyncOptions,
) -> Result<Outcome, SyncError> {
    let planned = read_and_plan(actor, source, billit, key, lease, options);
    let (plan, parties, session) = planned.await?;
    let report = run_plan(&plan, parties, billit, session, options).await?;
    let nothing = || {
        let reason = "the run ended without an outcome for this customer";
        Outcome::new(key, OutcomeKind::Failed, reason)
    };
    let mut outcome = report.outcomes.into_iter().next().unwrap_or_else(nothing);
    if let Some(error) = report.store_error {
        // What was done may not be in the journal: the caller has to know, and to try again.
        outcome.unfinished = true;
        outcome.reason = match outcome.reason.as_str() {
            "" => error,
            reason => format!("{reason}; {error}"),
        };
    }
    Ok(outcome)
}

/// The plan, without the change of a party that the store does not know, if a run of one customer may change no more of
/// them.
async fn without_unknown_changes(
    mut plan: Plan,
    snapshot: &StateSnapshot,
    options: &SyncOptions,
) -> Result<Plan, SyncError> {
    if plan.overwritten_unknown(snapshot) == 0 || may_change_unknown(options).await? {
        return Ok(plan);
    }
    for step in &mut plan.steps {
        step.action = Action::Skip {
            party: step.party(),
            reason: "waits for the first full pass: its party differs, the store does not know yet what was changed by hand, \
                     and several such parties were changed already"
                .to_owned(),
        };
    }
    Ok(plan)
}
