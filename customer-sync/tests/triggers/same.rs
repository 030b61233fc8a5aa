//! What is polled and what is notified come to the same.

use chrono::{TimeDelta, Utc};
use customer_sync::triggers::{Poller, Trigger};
use customer_sync::{OutcomeKind, sync_customers};

use crate::common::text;
use crate::site::Site;

const USERS: [u64; 6] = [1, 2, 3, 4, 5, 6];

/// Customers who check in: with numbers typed in several ways, two who share an e-mail address, and one whose address
/// stands alone.
async fn checked_in(site: &Site) {
    let planyo = &site.world.sandbox.planyo;
    for user in USERS {
        let reservation = site.rental(user, TimeDelta::days(1));
        planyo.edit(user, |user| match user.id {
            1 => "+32 470 00 00 01".clone_into(&mut user.mobile_number),
            2 => "0032470000002".clone_into(&mut user.mobile_number),
            3 => "3100028".clone_into(&mut user.mobile_number),
            4 | 5 => "both@example.com".clone_into(&mut user.email),
            _ => user.language.clear(),
        });
        site.trigger_event(Trigger::CheckedIn, user, reservation)
            .await;
    }
}

#[tokio::test]
async fn polling_makes_the_parties_that_notifications_make() {
    let notified = Site::new().await;
    notified.register(false, &[Trigger::CheckedIn]).await;
    checked_in(&notified).await;
    notified.receive().await;

    let asked = Site::new().await;
    let poller = Poller::new("Europe/Brussels".parse().unwrap());
    let poll = || poller.poll(&asked.world.planyo, &asked.state, &asked.inbox, Utc::now());
    poll().await.unwrap();
    checked_in(&asked).await;
    assert_eq!(poll().await.unwrap().enqueued, USERS.len());

    let mut outcomes = Vec::new();
    for site in [&notified, &asked] {
        let synced = site.sync_all().await;
        let mut kinds: Vec<_> = synced
            .iter()
            .map(|synced| {
                let outcome = synced.result.as_ref().unwrap().as_ref().unwrap();
                (
                    outcome.key.to_string(),
                    outcome.kind,
                    outcome.reason.clone(),
                )
            })
            .collect();
        kinds.sort();
        outcomes.push(kinds);
        // The run of all has nothing to add.
        site.world.clear();
        let options = site.options();
        let report = sync_customers(&site.world.planyo, &site.world.billit, &options);
        let report = report.await.unwrap();
        assert_eq!(site.world.writes(), 0, "{report}");
        assert_eq!(report.counts().ambiguous, 2, "{report}");
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0].len(), USERS.len());
    let parties = |site: &Site| {
        let linked = site.world.linked().into_iter();
        let fields = ["Name", "Email", "Mobile", "Language", "Street", "City"];
        linked
            .map(|(link, party)| {
                (
                    link,
                    fields.map(|field| text(&party, field).map(str::to_owned)),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(parties(&notified), parties(&asked));
    assert_eq!(parties(&asked).len(), 4);
    let created = |(_, kind, _): &&(String, OutcomeKind, String)| *kind == OutcomeKind::Created;
    assert_eq!(outcomes[0].iter().filter(created).count(), 4);
}
