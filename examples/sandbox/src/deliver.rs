//! Posting to a URL that a caller has registered: HTTP/1.1 over a connection of its own.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// The timeout of a receiver, from connecting to the end of its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// More of an answer is not read.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// The receiver's status. Only loopback URLs are called: any other is refused.
pub(crate) async fn post(url: &str, headers: &[(&str, &str)], body: &str) -> io::Result<u16> {
    let (address, host, target) = loopback(url).ok_or(io::ErrorKind::Unsupported)?;
    let more = headers
        .iter()
        .map(|(name, value)| [name, ": ", value, "\r\n"].concat());
    let request = [
        format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"),
        more.collect(),
        format!("Content-Length: {}\r\n\r\n{body}", body.len()),
    ];
    let answer = timeout(PATIENCE, exchange(address, request.concat())).await??;
    let status = answer.split(' ').nth(1).and_then(|text| text.parse().ok());
    status.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

async fn exchange(address: SocketAddr, request: String) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Where to connect, the host as written, the path and query.
fn loopback(url: &str) -> Option<(SocketAddr, &str, String)> {
    let rest = url.strip_prefix("http://")?;
    let rest = rest.split('#').next()?;
    let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let numbers = host.replace("localhost", "127.0.0.1");
    let address = numbers.parse::<SocketAddr>().ok().or_else(|| {
        let bare = numbers.trim_start_matches('[').trim_end_matches(']');
        Some(SocketAddr::new(bare.parse::<IpAddr>().ok()?, 80))
    })?;
    let is_plain = !target.contains(char::is_whitespace);
    let slash = if target.starts_with('/') { "" } else { "/" };
    (address.ip().is_loopback() && is_plain).then(|| (address, host, [slash, target].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called() {
        for (url, expected) in [
            (
                "http://127.0.0.1:81/a?b=1#c",
                Some(("127.0.0.1:81", "/a?b=1")),
            ),
            ("http://localhost", Some(("127.0.0.1:80", "/"))),
            ("http://[::1]:8080?a", Some(("[::1]:8080", "/?a"))),
            ("http://[::1]/", Some(("[::1]:80", "/"))),
            ("https://127.0.0.1/", None),
            ("http://example.com/", None),
            ("http://10.0.0.1/", None),
            ("http://localhost.example.com/", None),
            ("http://127.0.0.1.example.com/", None),
            ("http://127.0.0.1/ HTTP/1.1\r\nX: y", None),
            ("127.0.0.1", None),
        ] {
            let found = loopback(url).map(|(address, _, target)| (address.to_string(), target));
            let expected =
                expected.map(|(address, target)| (address.to_owned(), target.to_owned()));
            assert_eq!(found, expected, "{url}");
        }
    }
}
