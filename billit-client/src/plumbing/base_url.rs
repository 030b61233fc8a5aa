//! The URL that all calls begin with: what is checked before a client is made.

use url::{Host, Url};

/// The base URL without query and fragment, if it is one that a key may travel to.
///
/// # Errors
/// One line that says what to do. `example` is a URL as it should be.
pub(crate) fn checked(text: &str, allow_http: bool, example: &str) -> Result<Url, String> {
    let mut url = Url::parse(text)
        .map_err(|_| format!("the base URL is not a URL; an example is {example}"))?;
    url.set_query(None);
    url.set_fragment(None);
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) || allow_http => Ok(url),
        _ => Err(format!(
            "the base URL must begin with https, as {example}: http sends the key in the clear, and has to be allowed"
        )),
    }
}

/// Origin and path: not a user's name, a password or a query.
pub(crate) fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether this crate was built with TLS.
pub(crate) const HAS_TLS: bool = cfg!(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
));

/// Without TLS every call would fail as if there were no server.
///
/// # Errors
/// One line that says which features there are.
pub(crate) fn check_tls(url: &Url, has_tls: bool) -> Result<(), &'static str> {
    if has_tls || url.scheme() != "https" {
        return Ok(());
    }
    Err(
        "this program was built without TLS, which an https URL needs: build it with the feature rustls or native-tls, or give an \
         HTTP client of your own",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "https://api.example.com/rest/";

    #[test]
    fn https_needs_tls() {
        let check = |url: &str, has_tls| check_tls(&Url::parse(url).unwrap(), has_tls);
        assert!(check(EXAMPLE, true).is_ok());
        assert!(check("http://localhost:8080", false).is_ok());
        assert!(check(EXAMPLE, false).unwrap_err().contains("TLS"));
    }

    #[test]
    fn no_secret_of_a_url_is_shown() {
        let url = Url::parse("https://ann:hunter2@example.com:8443/rest/?key=hunter2#x").unwrap();
        assert_eq!(shown(&url), "https://example.com:8443/rest/");
    }

    #[test]
    fn the_base_url_has_no_query() {
        let url = checked("https://api.example.com/rest/?a=b#c", false, EXAMPLE);
        assert_eq!(url.unwrap().as_str(), EXAMPLE);
    }

    #[test]
    fn http_is_for_loopback_or_by_request() {
        for url in ["http://localhost:1", "http://127.0.0.2", "http://[::1]/"] {
            assert!(checked(url, false, EXAMPLE).is_ok(), "{url}");
        }
        let far = "http://api.example.com";
        assert!(checked(far, true, EXAMPLE).is_ok());
        let refused = checked(far, false, EXAMPLE).unwrap_err();
        assert!(refused.contains("has to be allowed"), "{refused}");
        let refused = checked("no url", true, EXAMPLE).unwrap_err();
        assert!(refused.contains(EXAMPLE), "{refused}");
    }
}
