//! The receiver on two look-alike servers: nine triggers, nine customers.

use std::time::Duration;

use billit_client::Client as Billit;
use chrono::TimeDelta;
use customer_sync::SyncOptions;
use customer_sync::state::{MemoryStore, State};
use customer_sync::triggers::{InboxOptions, Trigger, TriggerRules};
use planyo_client::Client as Planyo;
use planyo_client::incoming::CallbackToken;
use planyo_client::notifications::CallbackUrl;
use planyo_client::reservations::{DoReservationAction, ReservationAction};
use planyo_client::users::ModifyUser;
use sandbox::Sandbox;
use sandbox::planyo::{Reservation, Resource, User, status};
use serde_json::{Map, Value};

use crate::server::{Server, Setup};
use crate::{Failure, stop_signal};

/// This one is no secret: it works nowhere else.
const TOKEN: &str = "sandbox-token-of-the-demo";

pub(crate) async fn run(once: bool) -> Result<(), Failure> {
    let sandbox = Sandbox::start_empty().await?;
    let planyo = Planyo::builder(sandbox.planyo.api_key())
        .base_url(sandbox.planyo.base_url())
        .build()?;
    let billit = Billit::builder(sandbox.billit.api_key(), sandbox.billit.company_id())
        .base_url(sandbox.billit.base_url())
        .build()?;
    let rentals = nine_rentals(&sandbox);

    let state = State::new(MemoryStore::new());
    let token = CallbackToken::new(TOKEN)?;
    let server = Server::start(Setup {
        planyo: planyo.clone(),
        billit,
        options: SyncOptions::default().store(state.clone()),
        state,
        rules: TriggerRules::default(),
        inbox: InboxOptions::default().quiet(TimeDelta::milliseconds(200)),
        token,
        listen: ([127, 0, 0, 1], 0).into(),
        full_pass: Some(Duration::from_secs(3600)),
        // It would sync all nine before anything happens.
        full_pass_at_start: false,
    })
    .await?;
    let address = server.address();
    println!("listening on http://{address}");
    let url = CallbackUrl::new(&format!("http://{address}/planyo"))?;
    println!("{}", server.register(&url).await?);

    for (trigger, rental) in Trigger::NINE.into_iter().zip(&rentals) {
        make_happen(trigger, *rental, &sandbox, &planyo).await?;
    }
    sandbox.planyo.settled().await;
    println!("{} notifications posted", sandbox.planyo.deliveries().len());
    all_synced(&server).await?;

    println!("\nPlanyo's customer  party in Billit");
    for rental in &rentals {
        let key = format!("planyo:{}", rental.user);
        let parties = sandbox.billit.parties();
        let mut theirs = parties
            .iter()
            .filter(|party| text(party, "ExternalProviderID") == key);
        match (theirs.next(), theirs.next()) {
            (Some(party), None) => {
                println!(
                    "{key:<18} {} {}",
                    text(party, "PartyID"),
                    text(party, "Name")
                );
            }
            (Some(_), Some(_)) => return Err(format!("{key} has two parties").into()),
            (None, _) => return Err(format!("{key} has no party").into()),
        }
    }
    if !once {
        println!("\nhttp://{address}/?token={TOKEN} shows it; Ctrl-C ends it");
        stop_signal().await?;
    }
    server.stop().await
}

fn text(party: &Map<String, Value>, name: &str) -> String {
    match party.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// A customer and his reservation.
#[derive(Clone, Copy)]
struct Rental {
    user: u64,
    reservation: u64,
}

fn nine_rentals(sandbox: &Sandbox) -> Vec<Rental> {
    const NAMES: [&str; 9] = [
        "Ann Peeters",
        "Bart Janssens",
        "Chloé Dubois",
        "Dirk Maes",
        "Els Jacobs",
        "Filip Mertens",
        "Greet Willems",
        "Hugo Claes",
        "Ines Goossens",
    ];
    let planyo = &sandbox.planyo;
    let resource_id = planyo.add_resource(Resource {
        name: "Van".to_owned(),
        ..Resource::default()
    });
    let arrival = planyo.today().and_hms_opt(9, 0, 0).unwrap_or_default();
    let rentals = NAMES.iter().zip(1..).map(|(name, number)| {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        let user = planyo.add(User {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: format!("{}@example.com", last.to_lowercase()),
            address: format!("Kerkstraat {number}"),
            zip: "9000".to_owned(),
            city: "Gent".to_owned(),
            country: "BE".to_owned(),
            email_verified: true,
            ..User::default()
        });
        let reservation = planyo.add_reservation(Reservation {
            user_id: user,
            resource_id,
            start: arrival + TimeDelta::days(number),
            end: arrival + TimeDelta::days(number + 2),
            quantity: 1,
            status: status::RESERVED | status::VERIFIED | status::CONFIRMED,
            ..Reservation::default()
        });
        Rental { user, reservation }
    });
    rentals.collect()
}

async fn make_happen(
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

/// Waits until nobody is due any more.
async fn all_synced(server: &Server) -> Result<(), Failure> {
    let wait = async {
        loop {
            let counts = server.inbox().counts();
            let synced: u64 = server.stats().seen().buckets.values().sum();
            if synced > 0 && counts.waiting + counts.handed_out == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    waited.map_err(|_| "not everybody was synced within a minute".into())
}
