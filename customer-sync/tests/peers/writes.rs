//! What is written, and how often.

use std::collections::BTreeSet;

use customer_sync::store::MemoryStore;
use customer_sync::{
    OutcomeKind, SyncOptions, plan_customers, sync_changed, sync_customer, sync_customers,
};
use sandbox::Fault;
use sandbox::billit::IdempotencyHeader;

use crate::common::{World, options, person, text};
use crate::{key, nothing_is_written, sync};

#[tokio::test]
async fn a_customer_that_failed_is_tried_again_though_its_record_is_the_same() {
    let world = World::empty().await;
    let options = SyncOptions::default().store(MemoryStore::new());
    let faults = world.sandbox.billit.faults();
    for (id, operation, kind) in [
        (1, "POST /v1/parties", OutcomeKind::Created),
        (1, "PATCH /v1/parties/{id}", OutcomeKind::Updated),
    ] {
        if world.sandbox.planyo.user(id).is_none() {
            world.sandbox.planyo.add(person(id));
        } else {
            world
                .sandbox
                .planyo
                .edit(id, |user| user.city = "Ieper".into());
        }
        faults.always(operation, Fault::InternalError);
        for _ in 0..2 {
            let failed = sync(&world, &options).await;
            assert_eq!(failed.counts().failed, 1, "{failed}");
        }
        faults.clear();
        let report = sync(&world, &options).await;
        assert_eq!(report.outcome(&key(id)).unwrap().kind, kind, "{report}");
        nothing_is_written(&world, &options).await;
    }
    assert_eq!(text(&world.party_of(1), "City"), Some("Ieper"));
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    All,
    Changed,
    One(u64),
}

/// How many parties a run reports as created.
async fn created_by(kind: Kind, world: &World, options: &SyncOptions) -> usize {
    let (planyo, billit) = (&world.planyo, &world.billit);
    let counts = match kind {
        Kind::All => sync_customers(planyo, billit, options)
            .await
            .unwrap()
            .counts(),
        Kind::Changed => sync_changed(planyo, billit, options)
            .await
            .unwrap()
            .counts(),
        Kind::One(user) => {
            let outcome = sync_customer(planyo, billit, user, options).await.unwrap();
            [outcome.kind].into_iter().collect()
        }
    };
    assert_eq!(counts.failed + counts.ambiguous, 0, "{kind:?}: {counts}");
    counts.created
}

#[tokio::test]
async fn two_runs_at_once_with_one_store_make_one_party_of_each_customer() {
    use Kind::{All, Changed, One};
    for (one, other, users) in [
        (All, All, 5),
        (All, Changed, 5),
        (All, One(3), 5),
        (Changed, One(1), 5),
        (One(1), One(1), 1),
    ] {
        let world = World::empty().await;
        // A Billit without idempotency.
        world.sandbox.billit.configure(|settings| {
            settings.matchers.clear();
            settings.idempotency_header = IdempotencyHeader::None;
        });
        for id in 1..=users {
            world.sandbox.planyo.add(person(id));
        }
        let options = SyncOptions::default().store(MemoryStore::new());
        let (by_one, by_other) = tokio::join!(
            created_by(one, &world, &options),
            created_by(other, &world, &options)
        );
        let parties = world.sandbox.billit.parties().len();
        assert_eq!(world.linked().len(), parties, "{one:?} and {other:?}");
        assert_eq!(parties as u64, users, "{one:?} and {other:?}");
        assert_eq!(by_one + by_other, parties, "{one:?} and {other:?}");
        nothing_is_written(&world, &options).await;
    }
}

/// The idempotency keys of the creates since.
fn keys(world: &World) -> Vec<String> {
    let requests = world.sandbox.billit.requests();
    let creates = requests
        .iter()
        .filter(|request| request.operation == "POST /v1/parties");
    creates
        .map(|create| create.header("Idempotency-Key").unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_attempt_to_create_has_the_same_key_and_a_burnt_key_makes_no_second_party() {
    let world = World::empty().await;
    world.sandbox.billit.configure(|settings| {
        settings.matchers.clear();
        settings.idempotency_header = IdempotencyHeader::Both;
    });
    world.sandbox.planyo.add(person(1));
    let faults = world.sandbox.billit.faults();
    // In one run and in the next; the last one takes effect, and its answer is lost.
    for _ in 0..4 {
        faults.on("POST /v1/parties", 0, Fault::InternalError);
    }
    faults.on("POST /v1/parties", 4, Fault::CommitsLate { millis: 1 });
    let options = options();
    for _ in 0..3 {
        sync(&world, &options).await;
    }
    let sent = keys(&world);
    assert!(sent.len() >= 5, "{sent:?}");
    assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), 1, "{sent:?}");
    assert_eq!(world.sandbox.billit.parties().len(), 1);
    // Another customer, and the same one with other values, has another key.
    world.sandbox.planyo.add(person(2));
    world.clear();
    sync(&world, &options).await;
    assert_ne!(keys(&world), [sent[0].clone()]);

    // Refused as done before, and the party does not exist: the next key. Never a success without a party.
    let id = world.party_of(1)["PartyID"].as_i64().unwrap();
    world.sandbox.billit.remove(id);
    world.clear();
    let report = sync(&world, &options).await;
    let outcome = report.outcome(&key(1)).unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Created, "{report}");
    let again = keys(&world);
    assert_eq!(again[0], sent[0]);
    assert_ne!(again.last(), sent.first());
    assert_eq!(world.sandbox.billit.parties().len(), 2);
}

#[tokio::test]
async fn no_api_key_is_in_a_url() {
    let world = World::seeded().await;
    let options = SyncOptions::default();
    plan_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    sync(&world, &options).await;
    sync_customer(&world.planyo, &world.billit, 838_825, &options)
        .await
        .unwrap();
    let keys = [
        world.sandbox.planyo.api_key(),
        world.sandbox.billit.api_key(),
    ];
    let requests = [
        world.sandbox.planyo.requests(),
        world.sandbox.billit.requests(),
    ];
    for request in requests.iter().flatten() {
        for key in &keys {
            let url = format!("{}?{}", request.path, request.query);
            assert!(!url.contains(key.as_str()), "{url}");
        }
    }
    // They are where they belong.
    assert!(requests[0].iter().all(|sent| sent.body.contains(&keys[0])));
    let in_header = |sent: &sandbox::Recorded| sent.header("ApiKey") == Some(&keys[1]);
    assert!(requests[1].iter().all(in_header));

    for server in [world.sandbox.planyo.faults(), world.sandbox.billit.faults()] {
        server.always("*", Fault::HtmlBody);
        let failed = sync_customers(&world.planyo, &world.billit, &options).await;
        let error = failed.unwrap_err();
        let shown = format!(
            "{error} {error:?} {:?} {:?} {options:?}",
            world.planyo, world.billit
        );
        assert!(keys.iter().all(|key| !shown.contains(key)), "{shown}");
        server.clear();
    }
}
