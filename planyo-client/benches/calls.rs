//! What a call costs beside the same call written by hand with reqwest, to a server on the loopback that answers at
//! once. Results: `BENCHMARKS.md`.
//!
//! The client's runtime has one thread, and what counts is the processor time of that thread: the server has threads of
//! its own. Linux tells it (`/proc/thread-self/schedstat`); elsewhere there is only the time from end to end, of which the
//! server's part is the same for both. The two take turns, so that a busy machine disturbs both.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use planyo_client::users::{GetUser, User};
use planyo_client::{Client, Record};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize;

/// Calls in a round, of whose time the mean is taken, and rounds.
const CALLS: u32 = 2000;
const ROUNDS: usize = 40;

const BODY: &str = r#"{"data":{"id":"7","login":"","email":"ann@example.com","registration_time":"2024-05-01 10:11:12","is_email_verified":"1","first_name":"Ann","last_name":"Peeters","address":"Kerkstraat 12 bus 3","city":"Gent","zip":"9000","state":"","country":"BE","language":"NL","phone_number":"37765432","mobile_number":"470000000","reservation_count":"3","properties":{"vat_number":"BE 0403.170.701"}},"response_code":0,"response_message":""}"#;

/// A server of one answer, whatever the call; connections stay open.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/rest/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(stream.unwrap()));
        }
    });
    url
}

fn answer(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
    let response = format!("{head}\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
    let mut requests = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    loop {
        let mut length = 0;
        loop {
            line.clear();
            if requests.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line == "\r\n" {
                break;
            }
            if let Some(("content-length", value)) = line.split_once(':') {
                length = value.trim().parse().unwrap();
            }
        }
        requests.read_exact(&mut vec![0; length]).unwrap();
        stream.write_all(response.as_bytes()).unwrap();
    }
}

/// The baseline: the same form, headers, limits of time and answer, with no word about keys, retries or sizes.
fn by_hand() -> impl AsyncFn() -> User {
    #[derive(Deserialize)]
    struct Answer {
        data: User,
        response_code: i64,
    }

    let url = server();
    let client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .user_agent("by-hand/0.1.0")
        .no_proxy()
        .build()
        .unwrap();
    async move || -> User {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("method", "get_user_data")
            .append_pair("api_key", "key")
            .append_pair("user_id", "7")
            .append_pair("detail_level", "5")
            .finish();
        let answer = client
            .post(&url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .timeout(Duration::from_secs(90))
            .body(form)
            .send()
            .await
            .unwrap();
        let body = answer.error_for_status().unwrap().bytes().await.unwrap();
        let answer: Answer = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer.response_code, 0);
        answer.data
    }
}

fn by_planyo_client() -> impl AsyncFn() -> Record<User> {
    let planyo = Client::builder("key").base_url(server()).build().unwrap();
    async move || -> Record<User> { planyo.send(GetUser::by_id(7)).await.unwrap() }
}

/// What one call took.
#[derive(Clone, Copy)]
struct Cost {
    processor: Option<Duration>,
    from_end_to_end: Duration,
}

/// The time that this thread has had a processor.
fn processor_time() -> Option<Duration> {
    let times = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = times.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

async fn round<T>(call: &impl AsyncFn() -> T) -> Cost {
    let (processor, start) = (processor_time(), Instant::now());
    for _ in 0..CALLS {
        black_box(call().await);
    }
    let processor = processor.zip(processor_time());
    Cost {
        processor: processor.map(|(start, end)| end.saturating_sub(start) / CALLS),
        from_end_to_end: start.elapsed() / CALLS,
    }
}

fn print(name: &str, costs: &[Cost]) {
    let line = |what: &str, mut times: Vec<Duration>| {
        times.sort();
        let micros = |time: Option<&Duration>| {
            time.map_or("?".to_owned(), |time| {
                format!("{:.2} µs", time.as_secs_f64() * 1e6)
            })
        };
        let (fastest, median) = (micros(times.first()), micros(times.get(times.len() / 2)));
        println!("{name:<16}  {what:<15}  {fastest:>9}  {median:>9}");
    };
    line(
        "processor",
        costs.iter().filter_map(|cost| cost.processor).collect(),
    );
    line(
        "from end to end",
        costs.iter().map(|cost| cost.from_end_to_end).collect(),
    );
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (by_hand, by_planyo_client) = (by_hand(), by_planyo_client());
        let mut costs = (Vec::new(), Vec::new());
        for turn in 0..=ROUNDS {
            let turns = (round(&by_hand).await, round(&by_planyo_client).await);
            // The first warms up.
            if turn > 0 {
                costs.0.push(turns.0);
                costs.1.push(turns.1);
            }
        }
        println!(
            "{:<16}  {:<15}  {:>9}  {:>9}",
            "one call", "time", "fastest", "median"
        );
        print("by hand", &costs.0);
        print("by planyo-client", &costs.1);
    });
}
