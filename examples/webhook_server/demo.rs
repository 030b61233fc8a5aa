//! The receiver on the sandbox: nine triggers, nine customers.

use std::time::Duration;

use chrono::TimeDelta;
use customer_sync::SyncOptions;
use customer_sync::store::{MemoryStore, State};
use customer_sync::triggers::{InboxOptions, Trigger, TriggerRules};
use examples::rentals::{self, NAMES, Rental, show_parties};
use examples::webhook_server::{Server, Setup};
use examples::{Failure, LookAlikes, Usage, print_line};
use planyo_client::Client as Planyo;
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;
use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::users::ModifyUser;
use sandbox::Sandbox;

use crate::stop_signal;

/// Not a secret: it works nowhere else.
const TOKEN: &str = "sandbox-token-of-the-demo";

pub(crate) async fn run(
    once: bool,
    options: impl Fn(State) -> Result<SyncOptions, Usage>,
) -> Result<(), Failure> {
    let LookAlikes {
        sandbox,
        planyo,
        billit,
    } = LookAlikes::of(Sandbox::start_empty().await?)?;
    let tomorrow = sandbox
        .planyo
        .today()
        .and_hms_opt(9, 0, 0)
        .unwrap_or_default()
        + TimeDelta::days(1);
    let rentals = NAMES.map(|name| rentals::add(&sandbox, name, tomorrow));

    let state = State::new(MemoryStore::new());
    let token = CallbackToken::new(TOKEN)?;
    let server = Server::start(Setup {
        planyo: planyo.clone(),
        billit,
        options: options(state.clone())?,
        state,
        rules: TriggerRules::default(),
        inbox: InboxOptions::default().debounce(TimeDelta::milliseconds(200)),
        token,
        listen: ([127, 0, 0, 1], 0).into(),
        full_pass: Some(Duration::from_secs(3600)),
        // It would sync all nine before a trigger fires.
        full_pass_at_start: false,
    })
    .await?;
    let address = server.address();
    print_line(format!("listening on http://{address}"));
    let url = CallbackUrl::new(&format!("http://{address}/planyo"))?;
    print_line(server.register(&url).await?);

    for (trigger, rental) in Trigger::CUSTOMER_EVENTS.into_iter().zip(&rentals) {
        trigger_event(trigger, *rental, &sandbox, &planyo).await?;
    }
    sandbox.planyo.settled().await;
    print_line(format!(
        "{} notifications posted",
        sandbox.planyo.deliveries().len()
    ));
    all_synced(&server).await?;

    show_parties(&sandbox, &rentals)?;
    if !once {
        print_line(format!(
            "\nhttp://{address}/?token={TOKEN} shows it; Ctrl-C ends it"
        ));
        stop_signal().await?;
    }
    server.stop().await
}

async fn trigger_event(
    trigger: Trigger,
    rental: Rental,
    sandbox: &Sandbox,
    planyo: &Planyo,
) -> Result<(), Failure> {
    match trigger {
        Trigger::CustomerUpdated => {
            planyo
                .send(ModifyUser::by_id(rental.user).address("Nieuwstraat 1"))
                .await?;
        }
        Trigger::CheckedIn => {
            let call = DoReservationAction::new(rental.reservation, ReservationAction::CheckIn);
            planyo.send(call).await?;
        }
        Trigger::CheckedOut => {
            let call = DoReservationAction::new(rental.reservation, ReservationAction::CheckOut);
            planyo.send(call).await?;
        }
        other => sandbox.planyo.fire(&other.to_string(), rental.reservation),
    }
    Ok(())
}

/// Waits until the inbox is empty.
async fn all_synced(server: &Server) -> Result<(), Failure> {
    let wait = async {
        loop {
            let counts = server.inbox().counts().await?;
            if counts.waiting + counts.leased == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    waited.unwrap_or_else(|_| Err("not everybody was synced within a minute".into()))
}
