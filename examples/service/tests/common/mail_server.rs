//! A mail server that keeps what it takes, and is told what to answer.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // As in tests; not every test uses all of it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio::sync::Notify;

/// A mail that the server took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) login: String,
    pub(crate) lines: Vec<String>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let headers = self.lines.iter().take_while(|line| !line.is_empty());
        let mut found = headers.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let value = found.next().unwrap_or_else(|| panic!("{name} in {self:?}"));
        assert!(found.next().is_none(), "{name} twice in {self:?}");
        value
    }

    /// The names of its headers.
    pub(crate) fn headers(&self) -> Vec<&str> {
        let headers = self.lines.iter().take_while(|line| !line.is_empty());
        // A line that begins with a space goes on with the one before.
        let headers = headers.filter(|line| !line.starts_with(' '));
        headers
            .map(|line| line.split(':').next().unwrap())
            .collect()
    }

    pub(crate) fn body(&self) -> String {
        let body = self.lines.iter().skip_while(|line| !line.is_empty());
        let body: Vec<&str> = body.skip(1).map(String::as_str).collect();
        body.join("\n").trim_end().to_owned()
    }
}

/// What the server does instead of its usual answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instead {
    Says(&'static str),
    HangsUp,
    /// It says nothing more until the client leaves.
    Hangs,
}

/// The end of the text of a mail, as a command.
pub(crate) const END: &str = ".";
/// What the server begins with, as a command.
pub(crate) const GREETING: &str = "";

/// A mail server, as far as the senders of mails need one. Several clients may talk to it at the same time.
#[derive(Clone)]
pub(crate) struct MailServer {
    pub(crate) port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    commands: Arc<Mutex<Vec<String>>>,
    instead: Arc<Mutex<BTreeMap<&'static str, Instead>>>,
    hangs: Arc<Notify>,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            received: Arc::default(),
            commands: Arc::default(),
            instead: Arc::default(),
            hangs: Arc::default(),
        };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (serving, stream) = (serving.clone(), stream.unwrap());
                // Whoever leaves ends a conversation with an error.
                thread::spawn(move || serving.converse(stream).unwrap_or_default());
            }
        });
        server
    }

    /// From now on it does this at this command, such as `RCPT`, [`END`] or [`GREETING`].
    pub(crate) fn at(&self, command: &'static str, instead: Instead) {
        self.instead.lock().unwrap().insert(command, instead);
    }

    /// From now on it answers as it usually does.
    pub(crate) fn as_usual(&self) {
        self.instead.lock().unwrap().clear();
    }

    /// The mails that it took, or may have taken.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The lines that it was told, without texts of mails.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.commands.lock().unwrap().clone()
    }

    /// Waits until it hangs.
    pub(crate) async fn hangs(&self) {
        self.hangs.notified().await;
    }

    fn converse(&self, mut stream: TcpStream) -> Result<(), Error> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let mut mail = Received::default();
        self.answer(&mut stream, GREETING, "220 mail.example.org ESMTP")?;
        while let Some(line) = lines.next().transpose()? {
            self.commands.lock().unwrap().push(line.clone());
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let rest = rest.trim_end().to_owned();
            let usual = match verb {
                "EHLO" => "250-mail.example.org\r\n250 AUTH PLAIN",
                "AUTH" => {
                    mail.login = rest;
                    "235 welcome"
                }
                "MAIL" => {
                    mail.from = rest;
                    "250 ok"
                }
                "RCPT" => {
                    mail.to.push(rest);
                    "250 ok"
                }
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "502 what",
            };
            let said = self.answer(&mut stream, verb, usual)?;
            if said.starts_with("354") {
                for line in lines.by_ref() {
                    let line = line?;
                    if line == END {
                        break;
                    }
                    // A dot that begins a line is doubled.
                    let line = line.strip_prefix('.').unwrap_or(&line);
                    mail.lines.push(line.to_owned());
                }
                let refuses = matches!(self.instead(END), Some(Instead::Says(text)) if !text.starts_with('2'));
                let mail = std::mem::take(&mut mail);
                if !refuses {
                    self.received.lock().unwrap().push(mail);
                }
                self.answer(&mut stream, END, "250 taken")?;
            }
            if verb == "QUIT" {
                break;
            }
        }
        Ok(())
    }

    fn instead(&self, command: &str) -> Option<Instead> {
        self.instead.lock().unwrap().get(command).copied()
    }

    /// Answers a command, and returns what it said.
    fn answer(
        &self,
        stream: &mut TcpStream,
        command: &str,
        usual: &'static str,
    ) -> Result<&'static str, Error> {
        let text = match self.instead(command) {
            None => usual,
            Some(Instead::Says(text)) => text,
            Some(Instead::HangsUp) => return Err(Error::other("it hangs up")),
            Some(Instead::Hangs) => {
                self.hangs.notify_one();
                stream.read_to_end(&mut Vec::new())?;
                return Err(Error::other("the client has left"));
            }
        };
        stream.write_all(format!("{text}\r\n").as_bytes())?;
        Ok(text)
    }
}
