//! Planyo's notifications, each of which syncs its customer: `cargo run --example webhook`
//! It runs on look-alikes of both services. In a program of your own leave out the three lines that say so.

use std::{env::var, time::Duration};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::{Router, body::to_bytes, routing::post};
use chrono::Utc;
use customer_sync::store::{self, SqliteStore};
use customer_sync::triggers::{EnqueueOutcome, Inbox, TriggerRules, WebhookHandler, sync_next};
use customer_sync::{PlanyoUsers, SyncOptions, triggers};
use planyo_client::incoming::{CallbackToken, Notification};

type App = (WebhookHandler, Inbox);
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let var = examples::look_alikes(var).await?; // leave out
    let planyo = planyo_client::Client::builder(var("PLANYO_API_KEY")?)
        .base_url(var("PLANYO_BASE_URL")?) // leave out
        .build()?;
    let company: i64 = var("BILLIT_PARTY_ID")?.parse()?;
    let billit = billit_client::Client::builder(var("BILLIT_API_KEY")?, company)
        .base_url(var("BILLIT_BASE_URL")?) // leave out
        .build()?;
    let state = store::State::new(SqliteStore::open(var("SYNC_STATE")?)?);
    let options = SyncOptions::default().store(state.clone());
    let inbox = Inbox::new(state, triggers::InboxOptions::default());
    let token = var("SYNC_TOKEN")?;
    let webhook = WebhookHandler::new(CallbackToken::new(&token)?, TriggerRules::default());
    let routes = Router::new().route("/planyo", post(receive));
    let routes = routes.with_state((webhook, inbox.clone()));
    let listener = tokio::net::TcpListener::bind(var("SYNC_LISTEN")?).await?;
    println!("http://{}/planyo?token={token}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let users = PlanyoUsers::new(&planyo);
    loop {
        while let Some(done) = sync_next(&users, &billit, &options, &inbox, Utc::now).await? {
            println!("{done}");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Answers 404 before it reads the body without the token, and 200 once the customer is in the store.
async fn receive(State((webhook, inbox)): State<App>, posted: Request) -> Result<(), StatusCode> {
    let refuse = |e: triggers::WebhookError| StatusCode::from_u16(e.status()).unwrap_or_default();
    let (head, body) = posted.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let admitted = webhook.admits(query).map_err(refuse)?;
    let body = to_bytes(body, Notification::MOST_BYTES).await;
    let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let content_type = head.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let request = admitted.read(content_type.unwrap_or_default(), &body);
    match inbox.add(request.map_err(refuse)?, Utc::now()).await {
        Ok(EnqueueOutcome::New | EnqueueOutcome::Coalesced) => Ok(()),
        _ => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}
