//! The store or Billit cannot be used: what was answered is not lost.

use std::fs;
use std::time::Duration;

use sandbox::Fault;

use crate::place::{Place, USER};

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_folder_of_the_store_nothing_is_answered_and_lost() {
    let place = Place::quiet(9).await;
    let gone = place.folder.path().join("gone");
    let running = place.start();
    assert_eq!(place.notify(USER), 200);
    place.until_synced(&[USER]).await;
    place.until_nobody_waits().await;
    fs::rename(place.store_folder(), &gone).unwrap();
    for user in &place.users[1..5] {
        assert_eq!(place.notify(*user), 503, "{user}");
    }
    // Something else is in its place.
    fs::create_dir_all(place.store_file()).unwrap();
    assert_eq!(place.notify(USER + 5), 503);
    running.until_log("the store cannot be used").await;
    fs::remove_dir_all(place.store_folder()).unwrap();
    fs::rename(&gone, place.store_folder()).unwrap();
    // It goes on without a restart; what was turned away comes by a full pass.
    assert_eq!(place.notify(USER + 6), 200);
    place.until_synced(&place.users).await;
    running.kill();
    let running = place.start();
    place.until_nobody_waits().await;
    drop(running);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_is_answered_and_lost() {
    let place = Place::quiet(400).await;
    let has = fs::metadata(place.store_file()).unwrap().len();
    let running = place.start_on_small_disk(has + 64 * 1024);
    let (mut taken, mut refused) = (Vec::new(), 0);
    for user in &place.users {
        match place.notify(*user) {
            200 => taken.push(*user),
            503 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert!(
        taken.len() > 10 && refused > 10,
        "{} {refused}\n{}",
        taken.len(),
        running.log()
    );
    // It can still be read, and ends in time.
    let (code, took) = running.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(11), "{took:?}");
    let running = place.start();
    place.until_synced(&taken).await;
    place.until_nobody_waits().await;
    drop(running);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_billit_is_down_notifications_wait() {
    let place = Place::quiet(4).await;
    let running = place.start();
    place
        .sandbox
        .billit
        .faults()
        .always("*", Fault::Unavailable { retry_after: None });
    for user in &place.users {
        assert_eq!(place.notify(*user), 200);
    }
    running.until_log("will be tried again").await;
    assert_eq!(place.sandbox.billit.parties().len(), 0);
    // Also if it is killed meanwhile.
    running.kill();
    let running = place.start();
    running.until_log("will be tried again").await;
    place.sandbox.billit.faults().clear();
    place.until_synced(&place.users).await;
    place.until_nobody_waits().await;
    drop(running);
}
