//! The requests to both servers, as text that is the same on every machine.

use std::collections::HashMap;
use std::fmt::Write;

use sandbox::{Recorded, Sandbox};

/// Parameters of Planyo's calls that name the account or the time of the call.
const OF_THE_CALL: [&str; 3] = ["api_key", "hash_key", "hash_timestamp"];

/// The header that carries the key of a create: Billit's documents name two.
const KEYS: [&str; 2] = ["idempotency-key", "idempotent-key"];

/// What differs between runs, and is not compared.
#[derive(Clone, Copy, Default)]
pub(crate) struct Loose {
    /// Requests are concurrent: they are sorted, and ids of parties in paths are masked.
    pub(crate) order: bool,
    /// Times that are counted from now: each is printed as `TIME`.
    pub(crate) times: bool,
}

/// The requests of a scenario, step by step.
#[derive(Default)]
pub(crate) struct Log {
    text: String,
    keys: HashMap<String, usize>,
    loose: Loose,
}

impl Log {
    pub(crate) fn of(loose: Loose) -> Self {
        Self {
            loose,
            ..Self::default()
        }
    }

    /// Adds the requests since, Planyo first: the two are read concurrently.
    pub(crate) fn step(&mut self, title: &str, sandbox: &Sandbox) {
        let planyo = sandbox.planyo.requests();
        let billit = sandbox.billit.requests();
        sandbox.planyo.clear_requests();
        sandbox.billit.clear_requests();
        self.write(title, [("planyo", &planyo), ("billit", &billit)]);
    }

    fn write(&mut self, title: &str, asked: [(&str, &[Recorded]); 2]) {
        writeln!(self.text, "# {title}").unwrap();
        for (server, requests) in asked {
            let mut lines: Vec<_> = requests
                .iter()
                .map(|request| (self.line(request), key(request)))
                .collect();
            if self.loose.order {
                lines.sort();
            }
            let lines = lines.into_iter().map(|(line, key)| {
                let number = key.map(|key| self.number(key)).unwrap_or_default();
                format!("{server} {line}{number}")
            });
            let lines: Vec<String> = lines.collect();
            for same in lines.chunk_by(|one, next| one == next) {
                let times = match same.len() {
                    1 => String::new(),
                    times => format!(" ({times} times)"),
                };
                writeln!(self.text, "{}{times}", same[0]).unwrap();
            }
        }
    }

    fn line(&self, request: &Recorded) -> String {
        let mut path = request.path.clone();
        if self.loose.order
            && let Some((_, route)) = request.operation.split_once(' ')
        {
            route.clone_into(&mut path);
        }
        let mut line = format!("{} {path}", request.method);
        if !request.query.is_empty() {
            write!(line, "?{}", self.parameters(&request.query)).unwrap();
        }
        let is_form = request
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if is_form {
            write!(line, " {}", self.sorted_parameters(&request.body)).unwrap();
        } else if !request.body.is_empty() {
            write!(line, " {}", request.body).unwrap();
        }
        line
    }

    /// Still encoded, in the order sent.
    fn parameters(&self, encoded: &str) -> String {
        let pairs = encoded.split('&').filter(|pair| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            !OF_THE_CALL.contains(&name)
        });
        let pairs: Vec<String> = pairs.map(|pair| self.parameter(pair)).collect();
        pairs.join("&")
    }

    /// The order of a form's parameters is not compared.
    fn sorted_parameters(&self, encoded: &str) -> String {
        let kept = self.parameters(encoded);
        let mut pairs: Vec<&str> = kept.split('&').collect();
        pairs.sort_unstable();
        pairs.join("&")
    }

    fn parameter(&self, pair: &str) -> String {
        match pair.split_once('=') {
            Some((name, value)) if self.loose.times && is_time(value) => format!("{name}=TIME"),
            _ => pair.to_owned(),
        }
    }

    /// Keys are hashes: only their equality is shown.
    fn number(&mut self, key: String) -> String {
        let next = self.keys.len() + 1;
        format!(" [key {}]", self.keys.entry(key).or_insert(next))
    }
}

impl std::fmt::Display for Log {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.text.trim_end())
    }
}

fn key(request: &Recorded) -> Option<String> {
    let mut sent = KEYS.iter().filter_map(|name| request.header(name));
    sent.next().map(str::to_owned)
}

/// `2026-06-01` with or without a time of the day.
fn is_time(value: &str) -> bool {
    let mut shape = value.bytes().take(10).map(|byte| match byte {
        b'0'..=b'9' => b'0',
        other => other,
    });
    value.len() >= 10 && "0000-00-00".bytes().all(|byte| shape.next() == Some(byte))
}
