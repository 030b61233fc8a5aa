mod files;
mod modes;
mod oauth;
mod orders;
mod parties;
mod paths;
mod peppol;
mod products;
mod webhooks;

use super::{BillitServer, seed};
use crate::test_client::billit;

async fn seeded() -> BillitServer {
    BillitServer::start(0, seed::parties())
        .await
        .expect("a port")
}

async fn empty() -> BillitServer {
    BillitServer::start(0, Vec::new()).await.expect("a port")
}

async fn refused(server: &BillitServer, method: &str, target: &str, body: &str) -> (u16, String) {
    let reply = billit(server, method, target, body).await;
    (reply.status, reply.code())
}

fn generic() -> (u16, String) {
    (400, String::from("GenericError"))
}
