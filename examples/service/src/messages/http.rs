//! A client that sends messages over HTTP.

use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::{TIMEOUT, is_loopback};

/// So long a connection may take. It is less than [`TIMEOUT`], so that a server that cannot be reached is told from one that
/// does not answer.
const CONNECT_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// A client for this URL, and the URL. It must be https, except on this machine. `entry` says where the URL comes from.
///
/// # Errors
/// What is wrong with the URL, without it.
pub(crate) fn client(url: &str, entry: &str, remedy: &str) -> Result<(Client, Url), String> {
    let url = Url::parse(url.trim()).map_err(|_| format!("{entry} is no URL: {remedy}"))?;
    let is_here = url.host_str().is_some_and(is_loopback);
    match url.scheme() {
        "https" => {}
        "http" if is_here => {}
        _ => return Err(format!("{entry} is not https: {remedy}")),
    }
    // A redirect could carry the message elsewhere. A connection that was kept may be closed while the next message leaves,
    // and nobody knows then whether it arrived.
    let mut client = Client::builder()
        .redirect(Policy::none())
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(0);
    if is_here {
        client = client.no_proxy();
    }
    let client = client.build().map_err(|_| {
        format!("TLS cannot be set up for {entry}: this machine trusts no certificates")
    })?;
    Ok((client, url))
}
