//! What a call costs beside the same call written by hand with reqwest, to a server on the loopback that answers at
//! once. Server and client share one process, and the client has a runtime of one thread: what is measured is the time
//! of a call from end to end, of which the server's share is the same in both. Results: `BENCHMARKS.md`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use billit_client::parties::{GetParty, Party};
use billit_client::{Client, Record};
use divan::Bencher;
use reqwest::header::ACCEPT;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

const BODY: &str = r#"{"PartyID":879263,"Nr":"7","Name":"Fietsen Jansen BV","DisplayName":"Fietsen Jansen BV","ContactFirstName":"Ann","ContactLastName":"Peeters","Email":"ann@example.com","Phone":"+3237765432","Street":"Kerkstraat","StreetNumber":"12","Box":"3","Zipcode":"9000","City":"Gent","CountryCode":"BE","VATNumber":"BE0403170701","VATLiable":true,"Language":"NL","PartyType":"Customer","ExternalProviderID":"planyo:7","DefaultExpiryOffset":30,"LastModified":"2024-03-10T15:00:49.72"}"#;

/// A server of one answer, whatever the call; connections stay open.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
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

/// The baseline: the same headers, limits of time and answer, with no word about keys, repeats or sizes.
#[divan::bench(sample_count = 200, sample_size = 50)]
fn by_hand(bencher: Bencher<'_, '_>) {
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
    let call = async || -> Party {
        let answer = client
            .get(format!("{url}/v1/parties/879263"))
            .header(ACCEPT, "application/json")
            .header("ApiKey", "key")
            .header("PartyID", "574991")
            .timeout(Duration::from_secs(30))
            .send()
            .await
            .unwrap();
        let body = answer.error_for_status().unwrap().bytes().await.unwrap();
        serde_json::from_slice(&body).unwrap()
    };
    runtime.block_on(call());
    bencher.bench_local(|| runtime.block_on(call()));
}

#[divan::bench(sample_count = 200, sample_size = 50)]
fn by_billit_client(bencher: Bencher<'_, '_>) {
    let billit = Client::builder("key", 574_991)
        .base_url(server())
        .build()
        .unwrap();
    let runtime = runtime();
    let call = async || -> Record<Party> { billit.send(GetParty::new(879_263)).await.unwrap() };
    runtime.block_on(call());
    bencher.bench_local(|| runtime.block_on(call()));
}
