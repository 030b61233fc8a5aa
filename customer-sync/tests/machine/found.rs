//! What the machine found, one by one.

use super::*;

fn key(id: u64) -> CustomerKey {
    CustomerKey::new("planyo", id.to_string())
}

#[tokio::test]
async fn a_party_that_lost_its_link_gets_it_back() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options = SyncOptions::default().store(MemoryStore::new());
    let run = || sync_customers(&world.planyo, &world.billit, &options);
    run().await.unwrap();
    let party = id_of(&world.party_of(1));
    world
        .sandbox
        .billit
        .edit(party, |party| drop(party.remove(OF_THE_LINK)));
    let report = run().await.unwrap();
    assert_eq!(report.outcome(&key(1)).unwrap().bucket, Bucket::Linked);
    assert_eq!(id_of(&world.party_of(1)), party);
}

/// Lists print `+32470000001`, the data of one user `32470000001`.
#[tokio::test]
async fn a_phone_without_its_plus_is_no_change_at_the_source() {
    let world = World::empty().await;
    world.sandbox.planyo.add(person(1));
    let options = SyncOptions::default().store(MemoryStore::new());
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

/// Each creation of the same values burns a key.
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
