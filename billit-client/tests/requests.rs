//! The headers, keys and limits of requests; what each call puts on the wire is in `golden`.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use billit_client::parties::{
    ClearAs, CreateParty, ListParties, PartyDraft, PartyPatch, PatchParty, TextField,
};
use billit_client::{
    Context, Credential, Endpoint, ErrorKind, IdempotencyHeader, IdempotencyKey, Method,
    RawRequest, Request, Safety,
};

/// A request as text, without the API key.
fn golden(endpoint: &impl Endpoint) -> String {
    let context = Context::new("secret", 574_991).context_party(574_992);
    shown(&context, endpoint)
}

fn shown(context: &Context, endpoint: &impl Endpoint) -> String {
    let request = context.request(endpoint).unwrap();
    let mut text = format!(
        "{} /{}\n",
        request.method().as_str(),
        request.path().join("/")
    );
    for (name, value) in request.query() {
        writeln!(text, "  ? {name} = {value}").unwrap();
    }
    if let Some(link) = request.link() {
        writeln!(text, "  -> {link}").unwrap();
    }
    for (name, value) in request.headers().filter(|(name, _)| *name != "ApiKey") {
        writeln!(text, "{name}: {value}").unwrap();
    }
    if let Some(body) = request.body() {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        writeln!(text, "\n{body:#}").unwrap();
    }
    text
}

fn key() -> IdempotencyKey {
    IdempotencyKey::new("create-party-42").unwrap()
}

#[test]
fn top_over_a_page_is_never_sent() {
    for (top, sent) in [(1, true), (120, true), (121, false)] {
        let text = golden(&ListParties::new().top(top));
        assert_eq!(text.contains("$top"), sent, "{top}");
    }
}

#[test]
fn a_patch_clears_with_empty_texts() {
    let patch = PartyPatch::new()
        .clear(TextField::Fax)
        .clear_as(ClearAs::EmptyText);
    let text = golden(&PatchParty::new(7, patch));
    assert!(text.contains(r#""Fax": """#), "{text}");
}

#[test]
fn the_key_goes_into_the_header_that_was_chosen() {
    let create = CreateParty::new(PartyDraft::new("Acme")).key(key());
    let names = |header| {
        let context = Context::new("secret", 1).idempotency_header(header);
        let request = context.request(&create).unwrap();
        let names = request
            .headers()
            .filter(|(_, value)| *value == "create-party-42");
        names.map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(
        names(IdempotencyHeader::IdempotencyKey),
        ["Idempotency-Key"]
    );
    assert_eq!(names(IdempotencyHeader::IdempotentKey), ["Idempotent-Key"]);
    assert_eq!(
        names(IdempotencyHeader::Both),
        ["Idempotency-Key", "Idempotent-Key"]
    );
    assert!(names(IdempotencyHeader::None).is_empty());
}

#[test]
fn the_key_is_sent_whether_it_is_relied_on_or_not() {
    let create = CreateParty::new(PartyDraft::new("Acme")).key(key());
    let context = Context::new("secret", 1);
    let text = shown(&context, &create);
    assert!(text.contains("Idempotency-Key: create-party-42"), "{text}");
    assert_eq!(text, shown(&context, &create.retry_with_key()));
}

/// A call with a header of its own.
struct Send(&'static str);

impl Endpoint for Send {
    type Output = ();

    fn operation(&self) -> &'static str {
        "send"
    }

    fn safety(&self) -> Safety {
        Safety::Unsafe
    }

    fn request(&self) -> serde_json::Result<Request> {
        let request = Request::new(Method::Post, ["v1", "orders", "commands", "send"]);
        Ok(request.with_header(self.0, "true"))
    }

    fn parse(&self, _: &[u8]) -> serde_json::Result<()> {
        Ok(())
    }
}

#[test]
fn a_call_may_have_a_header_of_its_own_but_not_ours() {
    let text = golden(&Send("StrictTransportType"));
    assert!(text.contains("StrictTransportType: true"), "{text}");
    for name in [
        "apikey",
        "PartyID",
        "ContextPartyID",
        "Idempotency-Key",
        "idempotent-key",
        "Accept",
        "content-type",
    ] {
        let error = Context::new("secret", 1).request(&Send(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{name}");
    }
}

#[test]
fn no_value_makes_a_header_of_its_own() {
    let token = Credential::AccessToken("token\r\nPartyID: 1".into());
    for credential in [Credential::from("key\nPartyID: 1"), token] {
        let error = Context::new(credential, 1)
            .request(&Send("StrictTransportType"))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
    let raw = RawRequest::get(["v1"]).header("X-Note", "a\r\nApiKey: b");
    let error = Context::new("secret", 1).request(&raw).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(IdempotencyKey::new("a\nb").is_err());
}

#[test]
fn a_draft_tells_its_fields() {
    let draft = PartyDraft::new("Acme").website("https://acme.example");
    let fields: Vec<_> = draft.fields().collect();
    assert_eq!(fields, ["Name", "PartyType", "Website"]);
}
