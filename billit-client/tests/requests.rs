//! What each call puts on the wire, and how far each is repeated.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use billit_client::account::GetAccountInformation;
use billit_client::odata::Order;
use billit_client::parties::{
    ClearAs, CreateParty, GetParty, ListParties, PartyDraft, PartyPatch, PartyType, PatchParty,
    TextField, property,
};
use billit_client::retry::may_repeat;
use billit_client::{
    Context, Cursor, Endpoint, ErrorKind, IdempotencyHeader, IdempotencyKey, Method, Paged,
    Request, Safety,
};
use chrono::NaiveDate;

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
fn account_information() {
    insta::assert_snapshot!(golden(&GetAccountInformation::new()));
}

#[test]
fn a_plain_listing() {
    insta::assert_snapshot!(golden(&ListParties::new()));
}

#[test]
fn a_listing_with_everything() {
    let since = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    let filter = property::PARTY_TYPE
        .eq(PartyType::Customer)
        .and(property::LAST_MODIFIED.ge(since));
    let listing = ListParties::new()
        .filter(filter)
        .order_by(Order::asc(property::LAST_MODIFIED))
        .full_text("Naos & Co")
        .top(100)
        .page(&Cursor::Skip(120));
    insta::assert_snapshot!(golden(&listing));
}

#[test]
fn the_page_of_a_link_has_no_query_of_its_own() {
    let listing = ListParties::new().filter(property::NAME.eq("Acme"));
    let page = listing.page(&Cursor::Link(
        "https://api.billit.be/v1/parties?$skip=120".into(),
    ));
    insta::assert_snapshot!(golden(&page));
}

#[test]
fn top_over_a_page_is_never_sent() {
    for (top, sent) in [(1, true), (120, true), (121, false)] {
        let text = golden(&ListParties::new().top(top));
        assert_eq!(text.contains("$top"), sent, "{top}");
    }
}

#[test]
fn one_party() {
    insta::assert_snapshot!(golden(&GetParty::new(879_263)));
}

#[test]
fn a_company() {
    let draft = PartyDraft::new("Acme BV")
        .commercial_name("Acme")
        .vat_number("BE0563846944")
        .vat_liable(true)
        .nr("5624871")
        .external_provider_id("crm-42")
        .external_provider_tc("CRM")
        .email("billing@acme.example")
        .phone("+3292035699")
        .mobile("+32470000000")
        .fax("+3292035698")
        .website("https://acme.example")
        .language("NL")
        .iban("BE71096123456769")
        .bic("GKCCBEBB")
        .contact_first_name("Ann")
        .contact_last_name("Peeters")
        .identifier("GLN", "5430003732007")
        .identifier("CBE", "0563846944")
        .street("Oktrooiplein")
        .street_number("1")
        .box_number("301")
        .zipcode("9000")
        .city("Gent")
        .country_code("BE");
    insta::assert_snapshot!(golden(&CreateParty::new(draft).key(key())));
}

#[test]
fn a_supplier_by_fields() {
    let draft = PartyDraft::new("x")
        .party_type(PartyType::Supplier)
        .vat_deductable(false)
        .set(TextField::Name, "Jean Deboeuf")
        .set(TextField::GlAccountCode, "440000");
    insta::assert_snapshot!(golden(&CreateParty::new(draft).key(key())));
}

#[test]
fn a_patch_sets_and_clears() {
    let patch = PartyPatch::new()
        .set(TextField::Email, "new@acme.example")
        .clear(TextField::Fax)
        .vat_liable(false);
    insta::assert_snapshot!(golden(&PatchParty::new(7, patch)));
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
    assert_eq!(text, shown(&context, &create.repeat_with_key()));
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
fn a_draft_tells_its_fields() {
    let draft = PartyDraft::new("Acme").website("https://acme.example");
    let fields: Vec<_> = draft.fields().collect();
    assert_eq!(fields, ["Name", "PartyType", "Website"]);
}

/// Every endpoint against every kind of error.
#[test]
fn the_retry_table() {
    let create = CreateParty::new(PartyDraft::new("Acme"));
    let endpoints: [(&str, Safety); 6] = [
        ("account", GetAccountInformation::new().safety()),
        ("list", ListParties::new().safety()),
        ("get", GetParty::new(7).safety()),
        ("create", create.safety()),
        ("with key", create.repeat_with_key().safety()),
        ("patch", PatchParty::new(7, PartyPatch::new()).safety()),
    ];
    let row = |name: &str, cells: [String; 6]| {
        let cells = cells.map(|cell| format!("{cell:12}"));
        format!("{name:16}{}", cells.concat()).trim_end().to_owned()
    };
    let mut table = vec![
        row("", endpoints.map(|(operation, _)| operation.to_owned())),
        row("", endpoints.map(|(_, safety)| format!("{safety:?}"))),
    ];
    for &kind in ErrorKind::ALL {
        let verdict = |(_, safety)| {
            if may_repeat(safety, kind) {
                "repeat"
            } else {
                "-"
            }
        };
        table.push(row(
            &format!("{kind:?}"),
            endpoints.map(verdict).map(str::to_owned),
        ));
    }
    insta::assert_snapshot!(table.join("\n"));
}
