//! Regression tests for what these tests found.

use super::*;

fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

#[tokio::test]
async fn a_party_that_lost_its_link_gets_it_back() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options = options().store(MemoryStore::new());
    let run = || sync_customers(&world.planyo, &world.billit, &options);
    run().await.unwrap();
    let party = id_of(&world.party_of(1));
    world
        .sandbox
        .billit
        .edit(party, |party| drop(party.remove(OF_THE_LINK)));
    let report = run().await.unwrap();
    assert_eq!(report.outcome(&key(1)).unwrap().kind, OutcomeKind::Linked);
    assert_eq!(id_of(&world.party_of(1)), party);
}

/// Lists print `+32470000001`, the data of one user `32470000001`.
#[tokio::test]
async fn a_phone_without_its_plus_is_no_change_at_the_source() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options = options().store(MemoryStore::new());
    sync_customers(&world.planyo, &world.billit, &options)
        .await
        .unwrap();
    let party = id_of(&world.party_of(1));
    world.sandbox.billit.edit(party, |party| {
        drop(party.insert("Mobile".to_owned(), json!("+32470999999")));
    });
    for _ in 0..2 {
        sync_customer(&world.planyo, &world.billit, 1, &options)
            .await
            .unwrap();
        sync_customers(&world.planyo, &world.billit, &options)
            .await
            .unwrap();
    }
    assert_eq!(text(&world.party_of(1), "Mobile"), Some("+32470999999"));
}

/// Each creation of the same values uses a key.
#[tokio::test]
async fn a_party_that_is_removed_again_and_again_comes_back_each_time() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    for _ in 0..5 {
        let report = world.sync().await;
        assert_eq!(report.counts().created, 1, "{report}");
        world.sandbox.billit.remove(id_of(&world.party_of(1)));
    }
}

#[tokio::test]
async fn who_shares_an_email_with_one_that_has_changed_is_compared_with_it() {
    let world = World::empty().await;
    for id in 1..=2 {
        let mut user = person(id);
        user.email = "family@example.com".to_owned();
        world.sandbox.planyo.add(user);
    }
    let options = options().store(MemoryStore::new());
    let run = || sync_changed(&world.planyo, &world.billit, &options);
    assert_eq!(run().await.unwrap().counts().ambiguous, 2);
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Ieper".to_owned());
    let report = run().await.unwrap();
    assert_eq!(report.counts().ambiguous, 2, "{report}");
    assert_eq!(world.writes(), 0);
    // With an address of its own, it is synced.
    world
        .sandbox
        .planyo
        .edit(1, |user| user.email = "ann@example.com".to_owned());
    assert_eq!(run().await.unwrap().counts().created, 2);
    assert_eq!(world.linked().len(), 2);
}

/// For an unknown id, Billit may answer as for one of another company.
#[tokio::test]
async fn a_remembered_party_that_is_gone_is_no_error_whatever_billit_says_of_it() {
    let world = World::empty().await;
    world
        .sandbox
        .billit
        .configure(|settings| settings.foreign_id_is_401 = true);
    world.sandbox.planyo.add(person(1));
    let options = options().store(MemoryStore::new());
    let one = || sync_customer(&world.planyo, &world.billit, 1, &options);
    assert_eq!(one().await.unwrap().kind, OutcomeKind::Created);
    world.sandbox.billit.remove(id_of(&world.party_of(1)));
    assert_eq!(one().await.unwrap().kind, OutcomeKind::Created);

    // Nor in an incremental run.
    let changed = || sync_changed(&world.planyo, &world.billit, &options);
    changed().await.unwrap();
    world.sandbox.billit.remove(id_of(&world.party_of(1)));
    world
        .sandbox
        .planyo
        .edit(1, |user| user.city = "Ieper".to_owned());
    assert_eq!(changed().await.unwrap().counts().created, 1);
}
