//! A minimal HTTP client, so that tests see the raw protocol.

use std::{io, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{BillitServer, PlanyoServer, wire::encode};

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The code of a Billit error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["Code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// One request on a connection of its own.
pub(crate) async fn send(
    base: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<Reply> {
    let host = base
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap_or_default();
    let mut stream = TcpStream::connect(host).await?;
    let more = headers
        .iter()
        .map(|(name, value)| [name, ": ", value, "\r\n"].concat());
    let request = [
        format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"),
        more.collect(),
        format!("Content-Length: {}\r\n\r\n{body}", body.len()),
    ];
    let request = request.concat();
    stream.write_all(request.as_bytes()).await?;
    let mut reply = Vec::new();
    let reading = stream.read_to_end(&mut reply);
    tokio::time::timeout(Duration::from_secs(5), reading).await??;
    let reply = String::from_utf8(reply).expect("UTF-8");
    let (head, body) = reply
        .split_once("\r\n\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Reply {
        status: head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status"),
        head: head.to_lowercase(),
        body: body.to_owned(),
    })
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A Planyo call with the key, as a form.
pub(crate) async fn call(
    server: &PlanyoServer,
    method: &str,
    parameters: &[(&str, &str)],
) -> Value {
    let key = server.api_key();
    let pairs = [&[("method", method), ("api_key", key.as_str())], parameters].concat();
    post_form(server, &pairs).await.expect("an answer").json()
}

pub(crate) async fn post_form(server: &PlanyoServer, pairs: &[(&str, &str)]) -> io::Result<Reply> {
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    send(&server.base_url(), "POST", "/rest/", &headers, &form(pairs)).await
}

/// A Billit request with both headers.
pub(crate) async fn billit(server: &BillitServer, method: &str, target: &str, body: &str) -> Reply {
    billit_with(server, method, target, &[], body)
        .await
        .expect("an answer")
}

pub(crate) async fn billit_with(
    server: &BillitServer,
    method: &str,
    target: &str,
    more: &[(&str, &str)],
    body: &str,
) -> io::Result<Reply> {
    let (key, company) = (server.api_key(), server.company_id().to_string());
    let own = [
        ("ApiKey", key.as_str()),
        ("PartyID", company.as_str()),
        ("Content-Type", "application/json"),
    ];
    send(
        &server.base_url(),
        method,
        target,
        &[&own, more].concat(),
        body,
    )
    .await
}
