//! What a test can change about the server.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// By what `POST /v1/parties`, and an order with an embedded customer, match an existing party. Tried in this order; the
/// first match is overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matcher {
    /// The same VAT number, whatever its dots and spaces.
    Vat,
    /// One e-mail address in common, in any case.
    Email,
    /// The same `Nr`.
    Nr,
    /// The same street, number, box, postal code, city and country.
    Address,
}

/// Which header carries the idempotency key of a create; Billit's documents name two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdempotencyHeader {
    /// `Idempotency-Key`
    Key,
    /// `Idempotent-Key`
    Token,
    /// Either.
    Both,
    /// Neither: creates know no idempotency.
    None,
}

/// Behaviour that the reference leaves open, or that a test needs.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Independent switches, each of which a test sets alone.
pub struct Settings {
    /// The only valid key.
    pub api_key: String,
    /// The company the key gives access to: the value of the `PartyID` header.
    pub company_id: i64,
    /// How POST recognises a party (VAT, e-mail, Nr).
    pub matchers: BTreeSet<Matcher>,
    /// Whether POST also recognises a supplier when a customer is sent, and the reverse.
    pub match_across_types: bool,
    /// POST overwrites this party and answers its id, whatever the body.
    pub always_same_party: Option<i64>,
    /// A `PartyID` in the body of POST names the party to overwrite; `false`: it is ignored.
    pub party_id_in_post: bool,
    /// List items have only [`summary_fields`](Self::summary_fields).
    pub summaries: bool,
    /// The fields of a summary. Default: [`SUMMARY_FIELDS`] (a guess: not documented).
    pub summary_fields: BTreeSet<String>,
    /// Properties that `$filter` and `$orderby` of parties refuse; orders have the published white-list.
    pub forbidden_properties: BTreeSet<String>,
    /// `eq` and the string functions of `$filter` ignore case, as many a database does.
    pub ignore_case_in_filter: bool,
    /// Items on a page, and the largest `$top` (120).
    pub page_size: usize,
    /// `NextPageLink` is there as long as more records match, so `$top` is a page size; `false`: `$top` limits the
    /// whole listing.
    pub link_after_top: bool,
    /// `NextPageLink` without scheme and host.
    pub relative_next_link: bool,
    /// The scheme and host of `NextPageLink`, such as `http://evil.example`.
    pub next_link_host: Option<String>,
    /// Where POST looks for an idempotency key.
    pub idempotency_header: IdempotencyHeader,
    /// A create that is refused, or that ends in a fault of the server, uses its key all the same: seen in production.
    pub failed_create_uses_key: bool,
    /// A new party is in no list before so many further requests; GET by id finds it at once.
    pub list_delay_requests: u64,
    /// A date-time with an offset is taken, and becomes Belgian time; `false`: it is refused. Nothing proves either.
    pub accept_offsets: bool,
    /// PATCH refuses `null` with 400 instead of clearing the field.
    pub reject_null_in_patch: bool,
    /// POST refuses `null` with 400; `false`: it clears.
    pub reject_null_in_post: bool,
    /// PATCH refuses a field that is not patchable (23 are on a party, 8 on an order) with 400 instead of ignoring it.
    pub strict_patch: bool,
    /// Fields and values that a party must not have. Billit does not publish its rules, so a test sets them.
    pub refused_values: BTreeSet<(String, String)>,
    /// POST answers `"123"` instead of `123`.
    pub id_as_string: bool,
    /// GET and PATCH of an unknown id answer 401 ("not yours") instead of 404.
    pub foreign_id_is_401: bool,
    /// Without the `PartyID` header a call is refused; `false`: it means the user's own company.
    pub company_header_required: bool,
    /// A token accepted as `Authorization: Bearer`, besides the key.
    pub bearer_token: Option<String>,
    /// Whether a write bears the time of this machine, as Belgian time, as the program has it. Default: off, the clock begins where
    /// the seed ends, so that a test sees the same times each day.
    pub real_clock: bool,
    /// How far the clock moves with each write. 0: all writes bear the same time.
    pub tick_millis: u32,
    /// Who can receive by Peppol, and which documents. The number as in `0208:0563846944`, `BE0563846944` or
    /// `0563846944`; default: [`seed::peppol`](super::seed::peppol).
    pub peppol_participants: BTreeMap<String, BTreeSet<String>>,
    /// `commands/send` with `TransportType` Peppol goes by e-mail when the customer is not reachable and the caller
    /// does not send `StrictTransportType: true`; `false`: it fails, as it does since February 2026.
    pub peppol_fallback: bool,
    /// How many webhooks a company may have (20; another page says 4).
    pub webhook_limit: usize,
    /// A webhook's URL must be `https://`, as Billit demands. Nothing is posted to such a URL.
    pub https_webhooks_only: bool,
    /// Deleting an order calls the webhooks for `D`; a production user saw that it does not.
    pub webhooks_on_delete: bool,
    /// Message events in the older flat form, without `OrderMessage`.
    pub flat_message_events: bool,
    /// How long an access token lives, from when it was given (an hour).
    pub access_token_lifetime: Duration,
    /// An access token also expires after this many calls, so that one can run out between two pages.
    pub access_token_calls: Option<u32>,
    /// The only `redirect_uri` that redeems a code; `None`: any.
    pub redirect_uri: Option<String>,
}

/// What a list item has when [`Settings::summaries`] is set and no other fields are named.
pub const SUMMARY_FIELDS: [&str; 7] = [
    "PartyID",
    "Name",
    "PartyType",
    "VATNumber",
    "Email",
    "ExternalProviderID",
    "LastModified",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            api_key: super::API_KEY.to_owned(),
            company_id: super::COMPANY_ID,
            matchers: BTreeSet::from([Matcher::Vat, Matcher::Email, Matcher::Nr]),
            match_across_types: false,
            always_same_party: None,
            party_id_in_post: true,
            summaries: false,
            summary_fields: SUMMARY_FIELDS.map(str::to_owned).into(),
            forbidden_properties: BTreeSet::new(),
            ignore_case_in_filter: false,
            page_size: 120,
            link_after_top: true,
            relative_next_link: false,
            next_link_host: None,
            idempotency_header: IdempotencyHeader::Both,
            failed_create_uses_key: false,
            list_delay_requests: 0,
            accept_offsets: false,
            reject_null_in_patch: false,
            reject_null_in_post: true,
            strict_patch: false,
            refused_values: BTreeSet::new(),
            id_as_string: false,
            foreign_id_is_401: false,
            company_header_required: true,
            bearer_token: None,
            real_clock: false,
            tick_millis: 1_010,
            peppol_participants: super::seed::peppol(),
            peppol_fallback: false,
            webhook_limit: 20,
            https_webhooks_only: false,
            webhooks_on_delete: false,
            flat_message_events: false,
            access_token_lifetime: Duration::from_secs(3600),
            access_token_calls: None,
            redirect_uri: None,
        }
    }
}
