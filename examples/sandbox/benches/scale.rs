//! Whether the servers carry ten times as much in ten times the time: creates on both sides, and parties listed in pages.
//!
//! One client on one connection, in this process. Each row is the median of five rounds; the table is the one of
//! `BENCHMARKS.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss
)] // A measure.

use std::time::{Duration, Instant};

use sandbox::{Sandbox, planyo::Resource};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

const SMALL: usize = 1_000;
const LARGE: usize = 10_000;
const LISTED: usize = 100_000;
const MOST: f64 = 11.0;

/// A connection that stays open.
struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    async fn open(base: &str, headers: &str) -> Self {
        let host = base.trim_start_matches("http://");
        let host = host.split('/').next().unwrap();
        let stream = TcpStream::connect(host).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::new(stream),
            head: format!("Host: {host}\r\n{headers}"),
        }
    }

    async fn send(&mut self, line: &str, more: &str, body: &str) -> String {
        let request = format!(
            "{line} HTTP/1.1\r\n{}{more}Content-Length: {}\r\n\r\n{body}",
            self.head,
            body.len()
        );
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .await
            .unwrap();
        let (mut length, mut first) = (0, true);
        loop {
            let mut header = String::new();
            self.stream.read_line(&mut header).await.unwrap();
            let header = header.trim_end().to_ascii_lowercase();
            assert!(!first || header.contains(" 200 "), "{header}");
            first = false;
            if let Some(text) = header.strip_prefix("content-length: ") {
                length = text.parse().unwrap();
            }
            if header.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }
}

async fn billit(sandbox: &Sandbox) -> Connection {
    let server = &sandbox.billit;
    let headers = format!(
        "ApiKey: {}\r\nPartyID: {}\r\nContent-Type: application/json\r\n",
        server.api_key(),
        server.company_id()
    );
    Connection::open(&server.base_url(), &headers).await
}

async fn planyo(sandbox: &Sandbox) -> Connection {
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    Connection::open(&sandbox.planyo.base_url(), headers).await
}

fn party(number: usize) -> Value {
    json!({
        "Name": format!("Customer {number}"), "PartyType": "Customer", "Email": format!("c{number}@example.com"),
        "VATNumber": format!("BE{number:010}"), "Nr": number.to_string(), "ExternalProviderID": format!("planyo:{number}"),
        "Street": "Kerkstraat", "StreetNumber": number.to_string(), "Zipcode": "9000", "City": "Gent", "CountryCode": "BE",
    })
}

/// A look-up by the link, then the create, with an idempotency key: what a sync does for a new customer.
async fn parties(sandbox: &Sandbox, count: usize) -> Duration {
    let mut connection = billit(sandbox).await;
    let begin = Instant::now();
    for number in 0..count {
        let look_up = format!(
            "GET /v1/parties?$filter=ExternalProviderID%20eq%20'planyo:{number}'%20or%20Email%20eq%20'c{number}@example.com'"
        );
        connection.send(&look_up, "", "").await;
        let key = format!("Idempotency-Key: k{number}\r\n");
        let body = party(number).to_string();
        connection.send("POST /v1/parties", &key, &body).await;
    }
    let elapsed = begin.elapsed();
    assert_eq!(sandbox.billit.parties().len(), count);
    elapsed
}

async fn users(sandbox: &Sandbox, count: usize) -> Duration {
    let mut connection = planyo(sandbox).await;
    let key = sandbox.planyo.api_key();
    let begin = Instant::now();
    for number in 0..count {
        let body = format!(
            "method=add_user&api_key={key}&email=c{number}%40example.com&first_name=Ann&last_name=Peeters&city=Gent"
        );
        connection.send("POST /rest/", "", &body).await;
        let body = format!("method=get_user_data&api_key={key}&email=C{number}%40example.com");
        connection.send("POST /rest/", "", &body).await;
    }
    let elapsed = begin.elapsed();
    assert_eq!(sandbox.planyo.users().len(), count);
    elapsed
}

async fn reservations(sandbox: &Sandbox, count: usize) -> Duration {
    let mut connection = planyo(sandbox).await;
    let key = sandbox.planyo.api_key();
    let resource = sandbox.planyo.add_resource(Resource {
        name: String::from("Camper"),
        quantity: 100,
        unit_price: 9_000,
        ..Resource::default()
    });
    let begin = Instant::now();
    for number in 0..count {
        let (year, month, day) = (2000 + number / 336, number / 28 % 12 + 1, number % 28 + 1);
        let body = format!(
            "method=make_reservation&api_key={key}&resource_id={resource}&quantity=1&email=c{number}%40example.com\
             &first_name=Ann&start_time={year}-{month:02}-{day:02}&end_time={year}-{month:02}-{day:02}%2018:00:00"
        );
        let answer = connection.send("POST /rest/", "", &body).await;
        assert!(answer.contains("reservation_id"), "{answer}");
    }
    let elapsed = begin.elapsed();
    assert_eq!(sandbox.planyo.bookings().reservations.len(), count);
    elapsed
}

/// The median time of the first and of the last hundred pages of a whole listing.
async fn pages(filter: &str) -> (Duration, Duration) {
    let sandbox = Sandbox::start_empty().await.unwrap();
    for number in 0..LISTED {
        sandbox.billit.add(party(number));
    }
    let mut connection = billit(&sandbox).await;
    let (mut times, mut listed) = (Vec::new(), 0);
    let mut next = Some(format!("/v1/parties?$top=120{filter}"));
    while let Some(target) = next {
        let begin = Instant::now();
        let answer = connection.send(&format!("GET {target}"), "", "").await;
        times.push(begin.elapsed());
        let answer: Value = serde_json::from_str(&answer).unwrap();
        listed += answer["Items"].as_array().unwrap().len();
        let link = answer["NextPageLink"].as_str();
        next = link.map(|link| link[link.find("/v1").unwrap()..].to_owned());
    }
    assert_eq!(listed, LISTED);
    // The first page searches; the median leaves out what else the machine does.
    let median = |times: &[Duration]| {
        let mut times = times.to_vec();
        times.sort_unstable();
        times[times.len() / 2]
    };
    let last = &times[times.len() - 101..times.len() - 1];
    (median(&times[1..101]), median(last))
}

/// The times of both sizes, and how often the small one goes into the large one.
async fn compare<Run>(what: &str, run: impl Fn(Sandbox, usize) -> Run) -> bool
where
    Run: Future<Output = Duration>,
{
    let mut rounds = Vec::new();
    for _ in 0..5 {
        // As long as the large one, so that both meet as much of what else the machine does.
        let mut small = Duration::ZERO;
        for _ in 0..LARGE / SMALL {
            small += run(Sandbox::start_empty().await.unwrap(), SMALL).await;
        }
        let small = small.as_secs_f64() * SMALL as f64 / LARGE as f64;
        let large = run(Sandbox::start_empty().await.unwrap(), LARGE).await;
        rounds.push((large.as_secs_f64() / small, small, large.as_secs_f64()));
    }
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (ratio, small, large) = rounds[rounds.len() / 2];
    println!("| {what} | {small:.3} s | {large:.3} s | {ratio:.1} |");
    ratio <= MOST
}

#[tokio::main]
async fn main() {
    println!("| each with a look-up | {SMALL} | {LARGE} | ratio |\n|---|---|---|---|");
    let mut holds = compare("parties", |sandbox, count| async move {
        parties(&sandbox, count).await
    })
    .await;
    holds &= compare("users", |sandbox, count| async move {
        users(&sandbox, count).await
    })
    .await;
    holds &= compare("reservations", |sandbox, count| async move {
        reservations(&sandbox, count).await
    })
    .await;
    println!(
        "\n| {LISTED} parties in pages of 120 | page 2 to 101 | the last 100 |\n|---|---|---|"
    );
    for (what, filter) in [
        ("all", ""),
        (
            "filtered and sorted",
            "&$filter=PartyType%20eq%20'Customer'&$orderby=PartyID%20desc",
        ),
    ] {
        let (first, last) = pages(filter).await;
        println!("| {what} | {first:.1?} | {last:.1?} |");
        holds &= last < first * 2;
    }
    assert!(
        holds,
        "ten times as much took more than {MOST} times as long"
    );
}
