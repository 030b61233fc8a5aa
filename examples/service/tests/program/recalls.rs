//! A message to a customer that is on its way when the program is killed.

use std::time::Duration;

use chrono::{Days, Months, Utc};
use sandbox::planyo::{Reservation, Resource};

use crate::mail_server::{END, Instead, MailServer};
use crate::place::{Place, USER, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_sends_no_message_twice_and_those_that_wait() {
    let place = Place::quiet(2).await;
    let mail = MailServer::start();
    let today = Utc::now().date_naive();
    place.sandbox.planyo.add_resource(Resource {
        id: 901,
        name: "Boat".to_owned(),
        ..Resource::default()
    });
    let ended = today - Months::new(1) - Days::new(3);
    for user in [USER, USER + 1] {
        place.sandbox.planyo.add_reservation(Reservation {
            resource_id: 901,
            user_id: user,
            start: ended.and_hms_opt(9, 0, 0).unwrap(),
            end: ended.and_hms_opt(17, 0, 0).unwrap(),
            created: (ended - Days::new(9)).and_hms_opt(9, 0, 0).unwrap(),
            quantity: 1,
            status: 7,
            ..Reservation::default()
        });
    }
    let settings = format!(
        "recalls.since = \"{}\"\n\
         recalls.rules = [{{ name = \"again\", after = \"1 month\", messages = [\"e-mail\"] }}]\n\
         recalls.email = {{ server = \"127.0.0.1\", port = {}, tls = \"none\", from = \"info@example.org\" }}\n{}",
        ended - Days::new(1),
        mail.port,
        place.settings_at(place.address),
    );
    place.write_settings(&settings);

    // The server has the whole mail, and says nothing.
    mail.at(END, Instead::Hangs);
    let program = place.start();
    mail.hangs().await;
    program.kill();
    mail.as_usual();
    let program = place.start();
    let both = async || mail.received().len() == 2;
    until("the other mail", Duration::from_secs(60), both).await;
    let mut to: Vec<String> = mail
        .received()
        .iter()
        .flat_map(|mail| mail.to.clone())
        .collect();
    to.sort();
    assert_eq!(
        to,
        [
            format!("TO:<person{USER}@example.com>"),
            format!("TO:<person{}@example.com>", USER + 1)
        ]
    );
    drop(program);
}
