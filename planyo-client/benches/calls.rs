//! What a call costs beside the same call written by hand with reqwest, to a server on the loopback that answers at
//! once. Server and client share one process, and the client has a runtime of one thread: what is measured is the time
//! of a call from end to end, of which the server's share is the same in both. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use divan::Bencher;
use planyo_client::users::{GetUser, User};
use planyo_client::{Client, Record};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Deserialize;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

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

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// The baseline: the same form, headers, limits of time and answer, with no word about keys, repeats or sizes.
#[divan::bench(sample_count = 200, sample_size = 50)]
fn by_hand(bencher: Bencher<'_, '_>) {
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
    let runtime = runtime();
    let call = async || -> User {
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
    };
    runtime.block_on(call());
    bencher.bench_local(|| runtime.block_on(call()));
}

#[divan::bench(sample_count = 200, sample_size = 50)]
fn by_planyo_client(bencher: Bencher<'_, '_>) {
    let planyo = Client::builder("key").base_url(server()).build().unwrap();
    let runtime = runtime();
    let call = async || -> Record<User> { planyo.send(GetUser::by_id(7)).await.unwrap() };
    runtime.block_on(call());
    bencher.bench_local(|| runtime.block_on(call()));
}
