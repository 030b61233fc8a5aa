//! The task that posts to the callbacks: one after the other, in the order of the events unless told otherwise.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{mpsc::UnboundedReceiver, oneshot},
    time::timeout,
};

use crate::server::lock;

/// How long a receiver may take, from connecting to the end of its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a delivery is held back in the hope that another one overtakes it.
const HELD: Duration = Duration::from_millis(100);

/// More of an answer is not read.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// A notification that was posted, or that could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its `notification_type`.
    pub event: String,
    /// Where to.
    pub url: String,
    /// Form or JSON, as the URL asks for.
    pub content_type: &'static str,
    /// The body as sent.
    pub body: String,
    /// The receiver's HTTP status; `None`: no connection, no answer in 5 seconds, or not `http://` to a loopback
    /// address. Nothing is sent twice because of it: whether Planyo tries again is not known.
    pub status: Option<u16>,
}

pub(in crate::planyo) struct Post {
    pub(super) delivery: Delivery,
    pub(super) times: usize,
    /// The next one may overtake it.
    pub(super) may_wait: bool,
}

pub(in crate::planyo) enum Job {
    Post(Post),
    /// Answered when everything before it was posted.
    Settle(oneshot::Sender<()>),
}

/// Runs until the server is gone.
pub(in crate::planyo) async fn deliver(
    mut jobs: UnboundedReceiver<Job>,
    done: Arc<Mutex<Vec<Delivery>>>,
) {
    let mut held: Option<Post> = None;
    loop {
        let job = if held.is_none() {
            jobs.recv().await
        } else if let Ok(job) = timeout(HELD, jobs.recv()).await {
            job
        } else {
            // Nobody overtook it.
            post_held(&mut held, &done).await;
            continue;
        };
        match job {
            None => break,
            Some(Job::Settle(settled)) => {
                post_held(&mut held, &done).await;
                // Whoever asked may have gone.
                settled.send(()).unwrap_or_default();
            }
            Some(Job::Post(post)) if post.may_wait && held.is_none() => held = Some(post),
            Some(Job::Post(post)) => {
                post_all(post, &done).await;
                post_held(&mut held, &done).await;
            }
        }
    }
    post_held(&mut held, &done).await;
}

async fn post_held(held: &mut Option<Post>, done: &Mutex<Vec<Delivery>>) {
    if let Some(post) = held.take() {
        post_all(post, done).await;
    }
}

async fn post_all(post: Post, done: &Mutex<Vec<Delivery>>) {
    for _ in 0..post.times {
        let mut delivery = post.delivery.clone();
        let answer = timeout(PATIENCE, send(&delivery)).await;
        delivery.status = answer.ok().and_then(Result::ok);
        lock(done).push(delivery);
    }
}

/// A POST of its own connection; the status of the answer.
async fn send(delivery: &Delivery) -> io::Result<u16> {
    let (host, target) = loopback_target(&delivery.url).ok_or(io::ErrorKind::Unsupported)?;
    let mut stream = TcpStream::connect(connectable(&host)).await?;
    let request = format!(
        "POST {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Planyo\r\nContent-Type: {}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{}",
        delivery.content_type,
        delivery.body.len(),
        delivery.body,
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|text| text.parse().ok());
    status.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn connectable(host: &str) -> String {
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| {
        !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit())
    });
    if has_port {
        host.to_owned()
    } else {
        format!("{host}:80")
    }
}

/// Host and port as written, path and query. Made-up data goes to nobody but this machine.
fn loopback_target(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("http://")?;
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, target) = rest.split_at_checked(end)?;
    let address = match host.strip_prefix('[') {
        Some(six) => six
            .split_once(']')?
            .0
            .parse::<Ipv6Addr>()
            .ok()
            .map(IpAddr::V6),
        None => match host.split(':').next().unwrap_or_default() {
            "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            four => four.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        },
    };
    if !address?.is_loopback() || target.contains(char::is_whitespace) {
        return None;
    }
    let slash = if target.starts_with('/') { "" } else { "/" };
    Some((host.to_owned(), format!("{slash}{target}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called() {
        let parts = |host: &str, target: &str| Some((host.to_owned(), target.to_owned()));
        for (url, expected) in [
            (
                "http://127.0.0.1:81/a/b?token=x&y=1#z",
                parts("127.0.0.1:81", "/a/b?token=x&y=1"),
            ),
            ("http://localhost", parts("localhost", "/")),
            ("http://[::1]:8080?a", parts("[::1]:8080", "/?a")),
            ("https://127.0.0.1/", None),
            ("http://example.com/", None),
            ("http://127.0.0.1.example.com/", None),
            ("http://127.0.0.1/ HTTP/1.1\r\nX: y", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(loopback_target(url), expected, "{url}");
        }
        assert_eq!(connectable("[::1]"), "[::1]:80");
        assert_eq!(connectable("localhost:8"), "localhost:8");
    }
}
