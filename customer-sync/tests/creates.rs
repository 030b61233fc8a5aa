//! One run creates each customer once, whatever happens to the answers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // As in tests.

mod common;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use common::{TestStore, World, key, options, person};
use customer_sync::store::MemoryStore;
use customer_sync::{
    CancellationToken, OutcomeKind, Progress, SyncOptions, SyncReport, apply, plan_customers,
    sync_changed, sync_customer, sync_customers,
};
use sandbox::Fault;
use sandbox::billit::IdempotencyHeader;
use tokio::sync::Notify;

const CREATE: &str = "POST /v1/parties";

/// Later than the pause after the first look-up.
const LATE: Fault = Fault::CommitsLate { millis: 3 };
const GATEWAY: Fault = Fault::Unavailable { retry_after: None };

/// All but one that asks to wait a second.
const FAULTS: [Fault; 10] = [
    Fault::TooManyRequests { retry_after: 0 },
    Fault::InternalError,
    GATEWAY,
    Fault::Unavailable {
        retry_after: Some(0),
    },
    Fault::HtmlBody,
    Fault::TruncatedJson,
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::Slow { millis: 2 },
    LATE,
];

#[derive(Clone, Copy, Debug)]
struct Mode {
    keys: bool,
    merging: bool,
    failed_uses_key: bool,
    list_delay: u64,
}

/// Billit may double a customer in it that is sent twice.
const UNPROTECTED: Mode = Mode {
    keys: false,
    merging: false,
    failed_uses_key: false,
    list_delay: 0,
};

const WITH_KEYS: Mode = Mode {
    keys: true,
    ..UNPROTECTED
};

async fn world_of(persons: u64, mode: Mode) -> World {
    let world = World::empty().await;
    world.sandbox.billit.configure(|settings| {
        if !mode.keys {
            settings.idempotency_header = IdempotencyHeader::None;
        }
        if !mode.merging {
            settings.matchers.clear();
        }
        settings.failed_create_uses_key = mode.failed_uses_key;
        settings.list_delay_requests = mode.list_delay;
    });
    for id in 1..=persons {
        world.sandbox.planyo.add(person(id));
    }
    world
}

async fn run(world: &World, options: &SyncOptions) -> SyncReport {
    let run = sync_customers(&world.planyo, &world.billit, options);
    run.await.unwrap()
}

/// Each of these persons has one party, and nothing else is there.
fn assert_once(world: &World, persons: usize, told: &str) {
    assert_eq!(world.linked().len(), persons, "missing: {told}");
    assert_eq!(
        world.sandbox.billit.parties().len(),
        persons,
        "doubled: {told}"
    );
}

/// The statuses of all creates that Billit received.
fn statuses(world: &World) -> Vec<Option<u16>> {
    let requests = world.sandbox.billit.requests().into_iter();
    let creates = requests.filter(|request| request.operation == CREATE);
    creates.map(|request| request.status).collect()
}

#[tokio::test]
async fn one_run_leaves_none_missing_and_none_doubled() {
    const PERSONS: u64 = 60;
    let both = [true, false];
    let mut seed = 0;
    for (keys, merging) in both
        .map(|keys| both.map(|merging| (keys, merging)))
        .concat()
    {
        for (list_delay, failed_uses_key, percent) in [
            (0, false, 8),
            (0, true, 8),
            (0, false, 25),
            (6, false, 8),
            (12, true, 8),
        ] {
            let mode = Mode {
                keys,
                merging,
                failed_uses_key,
                list_delay,
            };
            for _ in 0..2 {
                seed += 1;
                let world = world_of(PERSONS, mode).await;
                world.sandbox.billit.faults().random(seed, percent, &FAULTS);
                let told = format!("{mode:?}, {percent} %, seed {seed}");
                let report = run(&world, &options()).await;
                world.sandbox.billit.faults().clear();
                assert_once(&world, 60, &format!("{told}: {report}"));
                assert!(!report.is_unfinished(), "{told}: {report}");
                assert_eq!(report.counts().created, 60, "{told}: {report}");
            }
        }
    }
}

/// Each kind of unclear answer to the first request and to the second, on every road.
#[tokio::test]
async fn every_road_settles_its_creates() {
    let store = || options().store(MemoryStore::new());
    for mode in [WITH_KEYS, UNPROTECTED] {
        for fault in [GATEWAY, Fault::ResetBefore, Fault::ResetAfter, LATE] {
            for road in ["full", "plan", "changed", "one", "one with a store"] {
                let told = format!("{road}, {fault:?}, {mode:?}");
                let world = world_of(1, mode).await;
                let faults = world.sandbox.billit.faults();
                faults.on(CREATE, 0, fault);
                faults.on(CREATE, 1, fault);
                let (planyo, billit) = (&world.planyo, &world.billit);
                let kind = match road {
                    "full" => run(&world, &options()).await.outcomes[0].kind,
                    "changed" => {
                        let report = sync_changed(planyo, billit, &store()).await.unwrap();
                        report.outcomes[0].kind
                    }
                    "plan" => {
                        let options = options();
                        let plan = plan_customers(planyo, billit, &options).await.unwrap();
                        let report = apply(&plan, planyo, billit, &options).await.unwrap();
                        report.outcomes[0].kind
                    }
                    _ => {
                        let options = if road == "one" { options() } else { store() };
                        sync_customer(planyo, billit, 1, &options)
                            .await
                            .unwrap()
                            .kind
                    }
                };
                assert_eq!(kind, OutcomeKind::Created, "{told}");
                assert_once(&world, 1, &told);
            }
        }
    }
}

/// The only one who is created, so that no other party shows that the lists are late.
#[tokio::test]
async fn a_party_that_lists_show_late_is_waited_for() {
    let mode = Mode {
        list_delay: 6,
        ..UNPROTECTED
    };
    let world = world_of(1, mode).await;
    let faults = world.sandbox.billit.faults();
    faults.on(CREATE, 0, Fault::ResetAfter);
    let outcome = sync_customer(&world.planyo, &world.billit, 1, &options()).await;
    assert_eq!(outcome.unwrap().kind, OutcomeKind::Created);
    assert_eq!(world.requests(CREATE), 1);
    assert_once(&world, 1, "late");
}

#[tokio::test]
async fn created_parties_that_lists_show_late_are_no_failures() {
    let mode = Mode {
        list_delay: 50,
        ..UNPROTECTED
    };
    let world = world_of(10, mode).await;
    let report = run(&world, &options()).await;
    assert_eq!(report.counts().created, 10, "{report}");
    assert!(!report.is_unfinished(), "{report}");
}

/// Seen in production: a key that was registered although nothing was stored.
#[tokio::test]
async fn a_key_that_a_failed_create_used_up_is_replaced_by_the_next() {
    let mode = Mode {
        failed_uses_key: true,
        ..WITH_KEYS
    };
    let world = world_of(1, mode).await;
    world.sandbox.billit.faults().on(CREATE, 0, GATEWAY);
    let report = run(&world, &options()).await;
    assert_eq!(report.counts().created, 1, "{report}");
    assert_eq!(statuses(&world), [Some(503), Some(409), Some(200)]);
    assert_once(&world, 1, "used up");
}

/// The run before was killed, and the party it made is in no list yet: another key would make a second one.
#[tokio::test]
async fn a_used_key_and_nobody_there_yet_is_no_reason_for_another_key() {
    for list_delay in 3..=24 {
        let mode = Mode {
            list_delay,
            ..WITH_KEYS
        };
        let world = world_of(1, mode).await;
        world
            .sandbox
            .billit
            .faults()
            .on(CREATE, 0, Fault::TruncatedJson);
        let first = run(&world, &options().create_rounds(0)).await;
        assert!(first.is_unfinished(), "{first}");
        let report = run(&world, &options()).await;
        assert_eq!(report.counts().created, 1, "{report}");
        assert!(
            statuses(&world)[1..]
                .iter()
                .all(|status| *status == Some(409))
        );
        assert_once(&world, 1, "not visible yet");
    }
}

/// A notification creates no other party that could show how late the lists are.
#[tokio::test]
async fn a_customer_alone_is_not_doubled_by_lists_that_are_late() {
    let mode = Mode {
        list_delay: 20,
        ..WITH_KEYS
    };
    for fault in [Fault::ResetAfter, Fault::TruncatedJson, LATE] {
        let world = world_of(1, mode).await;
        world.sandbox.billit.faults().on(CREATE, 0, fault);
        let outcome = sync_customer(&world.planyo, &world.billit, 1, &options())
            .await
            .unwrap();
        assert_eq!(outcome.kind, OutcomeKind::Created, "{fault:?}: {outcome:?}");
        assert_once(&world, 1, "alone");
    }
}

#[tokio::test]
async fn a_request_that_may_still_be_running_is_not_sent_again_at_once() {
    for (mode, look_ups) in [(UNPROTECTED, 8), (WITH_KEYS, 8)] {
        let world = world_of(1, mode).await;
        world
            .sandbox
            .billit
            .faults()
            .on(CREATE, 0, Fault::ResetBefore);
        sync_customer(&world.planyo, &world.billit, 1, &options())
            .await
            .unwrap();
        let requests = world.sandbox.billit.requests();
        let operations: Vec<&str> = requests
            .iter()
            .map(|request| request.operation.as_str())
            .collect();
        let creates: Vec<usize> = (0..operations.len())
            .filter(|place| operations[*place] == CREATE)
            .collect();
        assert_eq!(creates[1] - creates[0] - 1, look_ups, "{operations:?}");
    }
}

#[tokio::test]
async fn all_unclear_customers_are_looked_up_by_one_listing() {
    for (unclear, filtered) in [(10, true), (40, false)] {
        let world = world_of(2 * unclear, UNPROTECTED).await;
        for create in 0..unclear {
            let every_second = usize::try_from(2 * create).unwrap();
            let faults = world.sandbox.billit.faults();
            faults.on(CREATE, every_second, Fault::ResetAfter);
        }
        let report = run(&world, &options().concurrency(1)).await;
        assert_once(&world, report.counts().created, "one listing");
        let requests = world.sandbox.billit.requests();
        let is_list = |request: &&sandbox::Recorded| request.operation == "GET /v1/parties";
        let lists: Vec<bool> = requests
            .iter()
            .filter(is_list)
            .map(|request| request.query.contains("filter"))
            .collect();
        // For the plan, for those who are unclear, and to read back what was created.
        assert_eq!(lists, [false, filtered, false], "{report}");
    }
}

#[tokio::test]
async fn who_is_unclear_after_all_rounds_is_reported_with_the_remedy() {
    let world = world_of(2, UNPROTECTED).await;
    world.sandbox.billit.faults().always(CREATE, GATEWAY);
    for (options, remedy) in [
        (options(), "HTTP 503"),
        (options().create_rounds(3), "create_rounds"),
        (options().create_pause(Duration::MAX), "create_timeout"),
        (options().create_timeout(Duration::ZERO), "create_timeout"),
    ] {
        world.clear();
        let report = run(&world, &options).await;
        assert_eq!(report.counts().failed, 2, "{report}");
        for outcome in &report.outcomes {
            assert!(outcome.unfinished, "{report}");
            assert!(outcome.reason.contains(remedy), "{}", outcome.reason);
            assert!(!outcome.reason.contains("Person"), "{}", outcome.reason);
        }
    }
    world.sandbox.billit.faults().clear();
    assert_eq!(run(&world, &options()).await.counts().created, 2);
    assert_once(&world, 2, "after all");
}

#[tokio::test]
async fn a_cancelled_run_sends_no_more_between_two_customers() {
    let world = world_of(4, UNPROTECTED).await;
    for create in 0..4 {
        let faults = world.sandbox.billit.faults();
        faults.on(CREATE, create, Fault::ResetBefore);
    }
    let token = CancellationToken::new();
    let cancelling = options().concurrency(1).cancellation(&token).on_progress({
        let token = token.clone();
        move |progress| {
            if matches!(progress, Progress::Written(_)) {
                token.cancel();
            }
        }
    });
    let report = run(&world, &cancelling).await;
    let counts = report.counts();
    assert_eq!((counts.created, counts.failed), (1, 3), "{report}");
    assert_eq!(world.requests(CREATE), 5, "{report}");
    for failed in report.outcomes.iter().filter(|outcome| outcome.unfinished) {
        assert!(failed.reason.contains("cancelled"), "{}", failed.reason);
    }
    assert_eq!(run(&world, &options()).await.counts().created, 3);
    assert_once(&world, 4, "cancelled");
}

/// A pause does not hold up a cancelled run.
#[tokio::test]
async fn a_run_can_be_cancelled_in_a_pause() {
    let world = world_of(1, UNPROTECTED).await;
    world.sandbox.billit.faults().always(CREATE, GATEWAY);
    let token = CancellationToken::new();
    let patient = SyncOptions::default()
        .create_pause(Duration::from_secs(3600))
        .create_timeout(Duration::MAX)
        .cancellation(&token);
    let cancel = async {
        while world.requests("GET /v1/parties") < 2 {
            tokio::task::yield_now().await;
        }
        token.cancel();
    };
    let (report, ()) = tokio::join!(run(&world, &patient), cancel);
    assert!(report.is_unfinished(), "{report}");
}

#[tokio::test]
async fn a_run_killed_after_an_unclear_create_is_settled_by_the_next() {
    for mode in [WITH_KEYS, UNPROTECTED] {
        for fault in [GATEWAY, Fault::ResetAfter, LATE] {
            for with_store in [false, true] {
                let told = format!("{fault:?}, {mode:?}, store {with_store}");
                let world = world_of(3, mode).await;
                world.sandbox.billit.faults().on(CREATE, 0, fault);
                let base = options().concurrency(1);
                let store = TestStore::new();
                let base = if with_store {
                    base.store(store.state())
                } else {
                    base
                };
                let kill = Arc::new(Notify::new());
                let killed = base.clone().on_progress({
                    let kill = Arc::clone(&kill);
                    move |progress| {
                        if matches!(progress, Progress::Written(key) if key.id() == "3") {
                            kill.notify_one();
                        }
                    }
                });
                tokio::select! {
                    biased;
                    () = kill.notified() => {}
                    _ = sync_customers(&world.planyo, &world.billit, &killed) => {}
                }
                let took_effect = || {
                    let requests = world.sandbox.billit.requests();
                    let late = requests.iter().find(|request| request.fault == Some(LATE));
                    late.is_none_or(|late| late.took_effect)
                };
                // Without keys nobody can know of what takes effect after the next run has looked.
                while !took_effect() {
                    tokio::task::yield_now().await;
                }
                // The leases of the killed one are over.
                store.restart();
                let report = run(&world, &base).await;
                assert!(!report.is_unfinished(), "{told}: {report}");
                assert_once(&world, 3, &told);
            }
        }
    }
}

/// The customer was merged into an old party, and the answer was lost.
#[tokio::test]
async fn a_merge_behind_a_lost_answer_is_put_back() {
    let world = world_of(2, UNPROTECTED).await;
    let address = BTreeSet::from([sandbox::billit::Matcher::Address]);
    world
        .sandbox
        .billit
        .configure(|settings| settings.matchers = address);
    let id = world.sandbox.billit.add(serde_json::json!({
        "Name": "Oma", "PartyType": "Customer", "Email": "oma@example.com", "Street": "Kerkstraat",
        "StreetNumber": "1", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE"
    }));
    let faults = world.sandbox.billit.faults();
    faults.on(CREATE, 0, Fault::ResetAfter);
    let report = run(&world, &options().concurrency(1)).await;
    let outcome = report.outcome(&key(1)).unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Quarantined, "{report}");
    let party = world.sandbox.billit.party(id).unwrap();
    assert_eq!(common::text(&party, "Name"), Some("Oma"));
    assert_eq!(common::text(&party, "ExternalProviderID"), None);
}
