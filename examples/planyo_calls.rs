//! The client of Planyo alone: a listing, a customer, a change, an error: `cargo run --example planyo_calls`
//!
//! It runs on a look-alike. In a program of your own leave out the two lines that say so.

use std::env::var;

use chrono::{Days, Utc};
use futures_util::TryStreamExt;
use planyo_client::Client as Planyo;
use planyo_client::reservations::ListReservations;
use planyo_client::sites::GetSiteInfo;
use planyo_client::users::{GetUser, ListAllUsers, ModifyUser};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let var = examples::look_alikes(var).await?; // leave out
    let planyo = Planyo::builder(var("PLANYO_API_KEY")?)
        .base_url(var("PLANYO_BASE_URL")?) // leave out
        .build()?;

    // The first call proves the key, and knows the clock of the site.
    let site = planyo.send(GetSiteInfo::new()).await?;
    let today = site.zone()?.to_local(Utc::now());
    println!("{:?}: {}", site.name, today.format("%Y-%m-%d %H:%M"));

    // Page by page, as a stream. A record that cannot be read stops no other.
    let mut users = planyo.pages(ListAllUsers::new()).records();
    let (mut readable, mut unreadable) = (0, 0);
    while let Some(user) = users.try_next().await? {
        match user {
            Ok(_) => readable += 1,
            Err(_) => unreadable += 1,
        }
    }
    println!("{readable} customers, {unreadable} that cannot be read");

    let month = ListReservations::new(today - Days::new(30), today + Days::new(30));
    let reservations = planyo.pages(month).all().await?.records;
    println!("{} reservations", reservations.len());

    let olivier = planyo
        .send(GetUser::by_email("olivier.marchal@example.com"))
        .await?;
    planyo
        .send(ModifyUser::by_id(olivier.id).city("Gent"))
        .await?;
    let olivier = planyo.send(GetUser::by_id(olivier.id)).await?;
    println!(
        "{} lives in {:?}, {} properties",
        olivier.id,
        olivier.city,
        olivier.properties.len()
    );

    match planyo.send(GetUser::by_email("nobody@example.com")).await {
        Err(error) if error.is_not_found() => println!("there is no such customer"),
        found => println!("{}", found?.id),
    }
    Ok(())
}
