//! The sandbox's generated customers, as our own clients and the sync meet them.

#![allow(clippy::unwrap_used)] // Helpers of the tests unwrap like the tests.

use billit_client::Client as Billit;
use customer_sync::{SyncOptions, plan_customers};
use planyo_client::Client as Planyo;
use sandbox::generate::Plan;
use sandbox::{BillitServer, PlanyoServer};

/// The plan of a sync finds work of every kind in them, and each customer once.
#[tokio::test]
async fn a_sync_finds_its_customers_among_them() {
    let plan = Plan {
        users: 600,
        parties: 400,
        seed: 11,
        first_id: 0,
    };
    let planyo_server = PlanyoServer::start(0, plan.users()).await.unwrap();
    let billit_server = BillitServer::start(0, plan.parties()).await.unwrap();
    let planyo = Planyo::builder(planyo_server.api_key())
        .base_url(planyo_server.base_url())
        .build()
        .unwrap();
    let billit = Billit::builder(billit_server.api_key(), billit_server.company_id())
        .base_url(billit_server.base_url())
        .build()
        .unwrap();
    let planned = plan_customers(&planyo, &billit, &SyncOptions::default())
        .await
        .unwrap();
    let counts = planned.counts();
    assert_eq!(planned.steps.len(), 600, "{counts:?}");
    // 240 parties belong to users: 10 in 100 by a link, the most of the others by e-mail or VAT number.
    assert!(
        (10..60).contains(&(counts.updated + counts.unchanged)),
        "{counts:?}"
    );
    assert!(counts.linked > 100, "{counts:?}");
    assert!(counts.created > 200, "{counts:?}");
    assert!(
        counts.ambiguous + counts.conflict + counts.skipped + counts.quarantined > 5,
        "{counts:?}"
    );
}
