//! The routes, and the checks before each handler.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::{
    COMPANY_ID, IdempotencyHeader, State,
    answers::{Outcome, error, generic, message, ok},
    misc,
    record::{Model, Record},
};
use crate::{
    server::{Answer, Api, Operation, Recorded, lock},
    wire::{decode, form_pairs},
};

pub(super) struct Billit {
    pub(super) base_url: String,
    pub(super) state: Mutex<State>,
}

/// One request on its way to its handler.
pub(super) struct Call<'a> {
    pub(super) request: &'a Recorded,
    pub(super) base_url: &'a str,
    /// The path's variable parts, decoded.
    captures: Vec<String>,
}

/// Who may call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nobody,
    User,
    /// A user, in the name of a company.
    Company,
}

type Handler = fn(&mut State, &Call) -> Outcome;

/// The first match counts. A route's text is also the name of its operation.
#[rustfmt::skip] // One route a line.
const ROUTES: &[(&str, Needs, Handler)] = &[
    ("GET /v1/account/accountInformation", Needs::User, account_information),
    ("GET /v1/parties", Needs::Company, State::list_parties),
    ("POST /v1/parties", Needs::Company, State::create_party),
    ("GET /v1/parties/{id}", Needs::Company, State::read_party),
    ("PATCH /v1/parties/{id}", Needs::Company, State::patch_party),
    ("GET /v1/orders", Needs::Company, State::list_orders),
    ("POST /v1/orders", Needs::Company, State::create_order),
    ("GET /v1/orders/deleted", Needs::Company, State::list_deleted_orders),
    ("POST /v1/orders/commands/send", Needs::Company, State::send_orders),
    ("GET /v1/orders/{id}", Needs::Company, State::read_order),
    ("PATCH /v1/orders/{id}", Needs::Company, State::patch_order),
    ("DELETE /v1/orders/{id}", Needs::Company, State::delete_order),
    ("POST /v1/orders/{id}/payments", Needs::Company, State::add_payment),
    ("PUT /v1/orders/{id}/bookingEntries", Needs::Company, State::add_booking_entries),
    ("GET /v1/products", Needs::Company, State::list_products),
    ("POST /v1/products", Needs::Company, State::write_product),
    ("GET /v1/products/{id}", Needs::Company, State::read_product),
    ("GET /v1/files/{id}", Needs::Company, State::read_file),
    ("GET /v1/documents", Needs::Company, State::list_documents),
    ("POST /v1/documents", Needs::Company, State::create_document),
    ("GET /v1/documents/{id}", Needs::Company, State::read_document),
    ("GET /v1/webhooks", Needs::Company, State::list_webhooks),
    ("POST /v1/webhooks", Needs::Company, State::create_webhook),
    ("DELETE /v1/webhooks/{id}", Needs::Company, State::delete_webhook),
    ("POST /v1/webhooks/refresh/{id}", Needs::Company, State::refresh_webhook),
    ("GET /v1/misc/typecodes/{type}", Needs::Company, misc::type_codes),
    ("GET /v1/misc/typecodes/{type}/{key}/{language}", Needs::Company, misc::type_code),
    ("GET /v1/misc/companysearch/{keywords}", Needs::Company, State::search_companies),
    ("GET /v1/peppol/participantInformation/{number}", Needs::Nobody, State::participant),
    ("POST /OAuth2/token", Needs::Nobody, State::token),
    ("POST /OAuth2/revoke", Needs::Nobody, State::revoke),
];

enum Found<'a> {
    Route(&'static (&'static str, Needs, Handler), Vec<&'a str>),
    WrongVerb,
    Unknown,
}

fn find(request: &Recorded) -> Found<'_> {
    let mut found = Found::Unknown;
    for route in ROUTES {
        let (verb, pattern) = route.0.split_once(' ').unwrap_or_default();
        match captures(pattern, &request.path) {
            Some(captures) if verb == request.method => return Found::Route(route, captures),
            Some(_) => found = Found::WrongVerb,
            None => {}
        }
    }
    found
}

fn captures<'p>(pattern: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let (mut pattern, mut path) = (
        pattern.trim_matches('/').split('/'),
        path.trim_matches('/').split('/'),
    );
    let mut captures = Vec::new();
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return Some(captures),
            (Some(wanted), Some(part)) if wanted.starts_with('{') => captures.push(part),
            (Some(wanted), Some(part)) if wanted.eq_ignore_ascii_case(part) => {}
            _ => return None,
        }
    }
}

impl Api for Billit {
    fn operation(&self, request: &Recorded) -> Operation {
        let name = match find(request) {
            Found::Route((name, ..), _) => (*name).to_owned(),
            Found::WrongVerb | Found::Unknown => format!("{} {}", request.method, request.path),
        };
        let is_write = request.method != "GET";
        Operation { name, is_write }
    }

    fn answer(&self, request: &Recorded) -> Answer {
        let mut state = lock(&self.state);
        let answer = match find(request) {
            Found::Route((_, needs, handler), captures) => {
                let call = Call {
                    request,
                    base_url: &self.base_url,
                    captures: captures.into_iter().map(plain).collect(),
                };
                let admitted = state.admit(request, *needs);
                admitted.and_then(|()| handler(&mut state, &call))
            }
            Found::WrongVerb => state.admit(request, Needs::Company).and_then(|()| {
                let text = "The requested resource does not support this http method.";
                Err(message(405, text))
            }),
            Found::Unknown => {
                let text = "No HTTP resource was found that matches the request URI.";
                Err(message(404, text))
            }
        };
        answer.unwrap_or_else(|refusal| refusal)
    }

    fn overuse(&self) -> Answer {
        Answer::too_many_requests(1)
    }
}

/// Decoded; a `+` in a path is a plus.
fn plain(part: &str) -> String {
    decode(&part.replace('+', "%2B"))
}

impl Call<'_> {
    /// The `place`-th variable part of the path.
    pub(super) fn capture(&self, place: usize) -> &str {
        self.captures.get(place).map_or("", String::as_str)
    }

    pub(super) fn id(&self) -> Outcome<i64> {
        let id = self.capture(0).parse();
        id.map_err(|_| message(400, "The request is invalid."))
    }

    pub(super) fn object(&self) -> Outcome<Record> {
        serde_json::from_str(&self.request.body).map_err(|_| generic("Data is Required"))
    }

    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_pairs(&self.request.query).into_iter();
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

#[allow(clippy::unnecessary_wraps)] // The shape of a handler.
fn account_information(_: &mut State, _: &Call) -> Outcome {
    Ok(ok(&json!({
        "Email": "boekhouding@example.be",
        "FirstName": "Greet",
        "LastName": "Aerts",
        "Companies": [{
            "APIAllowed": true,
            "PartyID": COMPANY_ID,
            "Name": "Kampeerverhuur Voorbeeld BV",
            "UserLanguage": "NL",
            "Addresses": [],
            "VATNumber": super::seed::COMPANY_VAT,
            "VATLiable": true,
            "Users": [],
            "Role": "Professional",
            "Identifiers": [],
            "DefaultCurrencyTC": "EUR",
        }],
        "UserCompanyRoles": [{ "PartyID": COMPANY_ID, "UserRoleTypes": ["Administrator"] }],
    })))
}

impl State {
    fn admit(&mut self, request: &Recorded, needs: Needs) -> Outcome<()> {
        if needs == Needs::Nobody {
            return Ok(());
        }
        self.authenticate(request)?;
        let company = request.header("partyid").map(str::trim);
        let is_ours = match company {
            Some(company) => company == COMPANY_ID.to_string(),
            None => !self.settings.company_header_required,
        };
        if needs == Needs::Company && !is_ours {
            return Err(error(401, "ApiKeyNotValid", None));
        }
        Ok(())
    }

    pub(super) fn party(&self, id: i64) -> Outcome<(i64, &Record)> {
        let found = self.parties.get(&id).map(|party| (id, party));
        found.ok_or_else(|| self.not_there("party"))
    }

    /// 404, or 401 as if it belonged to another company.
    pub(super) fn not_there(&self, what: &str) -> Answer {
        if self.settings.foreign_id_is_401 {
            let text = format!("You have no access to this {what}.");
            error(401, "GenericError", Some(&text))
        } else {
            let text = format!("The {what} was not found.");
            error(404, "GenericError", Some(&text))
        }
    }

    /// The body of a create.
    pub(super) fn body(&self, call: &Call) -> Outcome<Record> {
        let body = call.object()?;
        if self.settings.reject_null_in_post && body.values().any(contains_null) {
            return Err(generic("Null is not a valid value."));
        }
        Ok(body)
    }

    /// What a PATCH sets.
    pub(super) fn patched(
        &self,
        call: &Call,
        model: &Model,
        patchable: &[&str],
    ) -> Outcome<Record> {
        let mut body = call.object()?;
        let is_patchable = |name: &str| {
            patchable
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        let foreign = body.keys().find(|name| !is_patchable(name));
        if let Some(name) = foreign.filter(|_| self.settings.strict_patch) {
            return Err(generic(&format!(
                "The property '{name}' cannot be patched."
            )));
        }
        body.retain(|name, _| is_patchable(name));
        if self.settings.reject_null_in_patch && body.values().any(Value::is_null) {
            return Err(generic("Null is not a valid value."));
        }
        model.bind(&body).map_err(|text| generic(&text))
    }

    /// The idempotency key of a create; 409 if it was used.
    pub(super) fn fresh_key(&self, call: &Call) -> Outcome<Option<String>> {
        let key = self.idempotency_key(call.request);
        let mut known = key
            .iter()
            .filter(|key| self.idempotency_keys.contains(*key));
        if known.next().is_some() {
            return Err(error(409, "Idempotent token already exists", None));
        }
        Ok(key)
    }

    fn idempotency_key(&self, request: &Recorded) -> Option<String> {
        let (key, token) = (
            request.header("idempotency-key"),
            request.header("idempotent-key"),
        );
        let key = match self.settings.idempotency_header {
            IdempotencyHeader::Key => key,
            IdempotencyHeader::Token => token,
            IdempotencyHeader::Both => key.or(token),
            IdempotencyHeader::None => None,
        };
        key.map(str::to_owned).filter(|key| !key.is_empty())
    }

    pub(super) fn printed_id(&self, id: i64) -> Value {
        if self.settings.id_as_string {
            json!(id.to_string())
        } else {
            json!(id)
        }
    }
}

fn contains_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(contains_null),
        Value::Object(fields) => fields.values().any(contains_null),
        _ => false,
    }
}
