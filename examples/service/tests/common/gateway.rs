//! An SMS gateway that keeps the calls that it receives, and is told what to do with the next ones.

#![allow(dead_code, clippy::unwrap_used)] // As in tests; not every test uses all of it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio::sync::Notify;

/// A call that the gateway received.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// Method and target, such as `GET /send?to=1`.
    pub(crate) line: String,
    /// With names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What the gateway does with a call.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// It answers with a status, and this body.
    Answers(u16, String),
    /// It writes these bytes, and hangs up.
    Writes(String),
    /// It says nothing until the client leaves.
    Hangs,
}

/// An SMS gateway.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) port: u16,
    calls: Arc<Mutex<Vec<Call>>>,
    does: Arc<Mutex<Does>>,
    hangs: Arc<Notify>,
}

impl Gateway {
    /// One that takes each message.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let gateway = Self {
            port: listener.local_addr().unwrap().port(),
            calls: Arc::default(),
            does: Arc::new(Mutex::new(Does::Answers(200, "OK".to_owned()))),
            hangs: Arc::default(),
        };
        let serving = gateway.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (serving, stream) = (serving.clone(), stream.unwrap());
                // Whoever leaves ends a call with an error.
                thread::spawn(move || serving.converse(stream).unwrap_or_default());
            }
        });
        gateway
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// From now on it does this.
    pub(crate) fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// Waits until it hangs.
    pub(crate) async fn hangs(&self) {
        self.hangs.notified().await;
    }

    fn converse(&self, mut stream: TcpStream) -> Result<(), Error> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut call = Call::default();
        reader.read_line(&mut call.line)?;
        let end = call.line.trim_end().trim_end_matches(" HTTP/1.1").len();
        call.line.truncate(end);
        for line in reader.by_ref().lines() {
            let line = line?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            call.headers
                .insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = call.headers.get("content-length").map(String::as_str);
        let mut body = vec![0; length.unwrap_or("0").parse().unwrap()];
        reader.read_exact(&mut body)?;
        call.body = String::from_utf8(body).unwrap();
        self.calls.lock().unwrap().push(call);
        let does = self.does.lock().unwrap().clone();
        match does {
            Does::Answers(status, body) => {
                let length = body.len();
                let location = "location: /elsewhere\r\nretry-after: 60";
                let answer = format!(
                    "HTTP/1.1 {status} .\r\n{location}\r\ncontent-length: {length}\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes())
            }
            Does::Writes(text) => stream.write_all(text.as_bytes()),
            Does::Hangs => {
                self.hangs.notify_one();
                stream.read_to_end(&mut Vec::new()).map(drop)
            }
        }
    }
}
