//! The routes.

use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::{
    API_KEY, COMPANY_ID, IdempotencyHeader, Matcher, State,
    odata::{Filter, OrderBy, Rules},
    party,
};
use crate::{
    server::{Answer, Api, Operation, Recorded, lock},
    wire::{encode, form_pairs},
};

pub(super) struct Billit {
    pub(super) base_url: String,
    pub(super) state: Mutex<State>,
}

enum Route {
    AccountInformation,
    List,
    Create,
    Read(String),
    Patch(String),
    WrongVerb,
    Unknown,
}

fn route(request: &Recorded) -> Route {
    let path = request.path.to_ascii_lowercase();
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["v1", "account", "accountinformation"]) => Route::AccountInformation,
        ("GET", ["v1", "parties"]) => Route::List,
        ("POST", ["v1", "parties"]) => Route::Create,
        ("GET", ["v1", "parties", id]) => Route::Read((*id).to_owned()),
        ("PATCH", ["v1", "parties", id]) => Route::Patch((*id).to_owned()),
        (_, ["v1", "account", "accountinformation"] | ["v1", "parties"] | ["v1", "parties", _]) => {
            Route::WrongVerb
        }
        _ => Route::Unknown,
    }
}

impl Api for Billit {
    fn operation(&self, request: &Recorded) -> Operation {
        let name = match route(request) {
            Route::AccountInformation => String::from("GET /v1/account/accountInformation"),
            Route::List => String::from("GET /v1/parties"),
            Route::Create => String::from("POST /v1/parties"),
            Route::Read(_) => String::from("GET /v1/parties/{id}"),
            Route::Patch(_) => String::from("PATCH /v1/parties/{id}"),
            Route::WrongVerb | Route::Unknown => format!("{} {}", request.method, request.path),
        };
        let is_write = request.method != "GET";
        Operation { name, is_write }
    }

    fn answer(&self, request: &Recorded) -> Answer {
        let mut state = lock(&self.state);
        let route = route(request);
        if matches!(route, Route::Unknown) {
            return message(
                404,
                "No HTTP resource was found that matches the request URI.",
            );
        }
        let needs_company = !matches!(route, Route::AccountInformation);
        let answer = state
            .authenticate(request, needs_company)
            .and_then(|()| match route {
                Route::AccountInformation => Ok(account_information()),
                Route::List => state.list(request, &self.base_url),
                Route::Create => state.create(request),
                Route::Read(id) => state.read(&id),
                Route::Patch(id) => state.patch(&id, request),
                Route::WrongVerb | Route::Unknown => {
                    let text = "The requested resource does not support this http method.";
                    Err(message(405, text))
                }
            });
        answer.unwrap_or_else(|refusal| refusal)
    }

    fn overuse(&self) -> Answer {
        Answer::too_many_requests(1)
    }
}

/// A refusal is an answer, too.
type Outcome<T = Answer> = Result<T, Answer>;

fn ok(body: &Value) -> Answer {
    Answer::json(200, body.to_string())
}

fn message(status: u16, text: &str) -> Answer {
    Answer::json(status, json!({ "Message": text }).to_string())
}

fn error(status: u16, code: &str, description: Option<&str>) -> Answer {
    let mut error = json!({ "Code": code });
    if let (Some(error), Some(description)) = (error.as_object_mut(), description) {
        error.insert(String::from("Description"), json!(description));
    }
    Answer::json(status, json!({ "errors": [error] }).to_string())
}

fn generic(description: &str) -> Answer {
    error(400, "GenericError", Some(description))
}

fn account_information() -> Answer {
    ok(&json!({
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
    }))
}

impl State {
    fn authenticate(&self, request: &Recorded, needs_company: bool) -> Outcome<()> {
        let bearer = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "));
        match (request.header("apikey"), bearer) {
            (Some(key), _) if key == API_KEY => {}
            (None, Some(token)) if self.settings.bearer_token.as_deref() == Some(token) => {}
            (None, Some(_)) => return Err(error(401, "InvalidAccessToken", None)),
            _ => return Err(error(401, "ApiKeyNotValid", None)),
        }
        let company = request.header("partyid").map(str::trim);
        let is_ours = match company {
            Some(company) => company == COMPANY_ID.to_string(),
            None => !self.settings.company_header_required,
        };
        if needs_company && !is_ours {
            return Err(error(401, "ApiKeyNotValid", None));
        }
        Ok(())
    }

    fn find(&self, id: &str) -> Outcome<(i64, &Map<String, Value>)> {
        let Ok(id) = id.parse() else {
            return Err(message(400, "The request is invalid."));
        };
        let found = self.parties.get(&id).map(|party| (id, party));
        found.ok_or_else(|| {
            if self.settings.foreign_id_is_401 {
                error(
                    401,
                    "GenericError",
                    Some("You have no access to this party."),
                )
            } else {
                error(404, "GenericError", Some("The party was not found."))
            }
        })
    }

    fn read(&self, id: &str) -> Outcome {
        let (_, party) = self.find(id)?;
        Ok(ok(&json!(party)))
    }

    fn list(&self, request: &Recorded, base_url: &str) -> Outcome {
        let parameters = form_pairs(&request.query);
        let parameter = |name: &str| {
            let found = parameters.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str())
        };
        let count = |name: &str| {
            let number = parameter(name)
                .map(|text| text.trim().parse::<usize>())
                .transpose();
            number.map_err(|_| generic(&format!("Invalid value for {name}.")))
        };
        let rules = Rules {
            forbidden: &self.settings.forbidden_properties,
            ignore_case: self.settings.ignore_case_in_filter,
        };
        let filter = parameter("$filter").map(|text| Filter::parse(text, &rules));
        let filter = filter.transpose().map_err(|text| generic(&text))?;
        let order = parameter("$orderby").map(|text| OrderBy::parse(text, &rules));
        let order = order
            .transpose()
            .map_err(|text| generic(&text))?
            .unwrap_or_default();
        let counted = match parameter("$inlinecount") {
            None | Some("none") => false,
            Some("allpages") => true,
            Some(_) => return Err(generic("Invalid value for $inlinecount.")),
        };
        let (top, skip) = (count("$top")?, count("$skip")?.unwrap_or(0));

        let matches = |party: &&Map<String, Value>| {
            filter.as_ref().is_none_or(|filter| filter.accepts(party))
                && parameter("fullTextSearch").is_none_or(|text| contains_text(party, text))
        };
        let mut found: Vec<_> = self.parties.values().filter(matches).collect();
        found.sort_by(|one, other| order.compare(one, other));

        let size = top.unwrap_or(usize::MAX).min(self.settings.page_size);
        let items: Vec<_> = found
            .iter()
            .skip(skip)
            .take(size)
            .map(|party| self.list_item(party))
            .collect();
        let mut envelope = json!({ "Items": items });
        let rest = found.len().saturating_sub(skip.saturating_add(size));
        if let Some(envelope) = envelope.as_object_mut() {
            if counted {
                envelope.insert(String::from("Count"), json!(found.len()));
            }
            let rest_of_top = top.map(|top| top - size);
            let goes_on = rest > 0 && (self.settings.link_after_top || rest_of_top != Some(0));
            if goes_on && size > 0 {
                let top = if self.settings.link_after_top {
                    top
                } else {
                    rest_of_top
                };
                let query = next_query(&parameters, top, skip + size);
                let host = match &self.settings.next_link_host {
                    _ if self.settings.relative_next_link => "",
                    Some(host) => host,
                    None => base_url,
                };
                envelope.insert(
                    String::from("NextPageLink"),
                    json!(format!("{host}/v1/parties?{query}")),
                );
            }
        }
        Ok(ok(&envelope))
    }

    fn list_item(&self, party: &Map<String, Value>) -> Value {
        if !self.settings.summaries {
            return json!(party);
        }
        let fields = party
            .iter()
            .filter(|(name, _)| self.settings.summary_fields.contains(*name));
        fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn create(&mut self, request: &Recorded) -> Outcome {
        let key = self.idempotency_key(request);
        if key
            .as_ref()
            .is_some_and(|key| self.idempotency_keys.contains(key))
        {
            return Err(error(409, "Idempotent token already exists", None));
        }
        let body = object(request)?;
        if self.settings.reject_null_in_post && body.values().any(contains_null) {
            return Err(generic("Null is not a valid value."));
        }
        let fields = party::bind(&body).map_err(|text| generic(&text))?;
        let kind = fields.iter().find(|(name, _)| *name == "PartyType");
        if kind.is_some_and(|(_, kind)| !is_party_type(kind)) {
            return Err(generic("The value of PartyType is not valid."));
        }
        let fields: Map<_, _> = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();

        let known = self.recognise(&body, &fields)?;
        let before = known.and_then(|id| self.parties.get(&id)).cloned();
        if before.is_none() && party::text(&fields, "Name").is_empty() {
            return Err(generic("Name is Required"));
        }
        let id = known.unwrap_or(self.last_id + 1);
        let mut written = before.clone().unwrap_or_else(party::defaults);
        for (name, value) in fields {
            party::set(&mut written, &name, value);
        }
        self.store(id, written, &before.unwrap_or_default());
        // Only a success burns the key.
        self.idempotency_keys.extend(key);
        let id = if self.settings.id_as_string {
            json!(id.to_string())
        } else {
            json!(id)
        };
        let answer = ok(&id);
        Ok(Answer {
            took_effect: true,
            ..answer
        })
    }

    /// The party that POST overwrites instead of creating one.
    fn recognise(
        &self,
        body: &Map<String, Value>,
        sent: &Map<String, Value>,
    ) -> Outcome<Option<i64>> {
        let fixed = self.settings.always_same_party;
        if let Some(id) = fixed.filter(|id| self.parties.contains_key(id)) {
            return Ok(Some(id));
        }
        let named = body
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("PartyID"));
        if let Some((_, id)) = named.filter(|_| self.settings.party_id_in_post) {
            let id = id
                .as_i64()
                .ok_or_else(|| generic("The value of PartyID is not valid."))?;
            // 0 is what a serialised object without an id has.
            if id != 0 {
                return self.find(&id.to_string()).map(|(id, _)| Some(id));
            }
        }
        let kind = party::text(sent, "PartyType");
        let of_kind = |party: &Map<String, Value>| {
            let known = party::text(party, "PartyType");
            self.settings.match_across_types || kind.is_empty() || known.is_empty() || known == kind
        };
        let hit = |matcher: &Matcher| {
            let mut parties = self.parties.iter();
            let hit = parties.find(|(_, party)| of_kind(party) && matcher.matches(sent, party));
            hit.map(|(id, _)| *id)
        };
        Ok(self.settings.matchers.iter().find_map(hit))
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

    fn patch(&mut self, id: &str, request: &Recorded) -> Outcome {
        let (id, before) = self.find(id)?;
        let before = before.clone();
        let mut body = object(request)?;
        let foreign = body.keys().find(|name| !party::is_patchable(name));
        if let Some(name) = foreign.filter(|_| self.settings.strict_patch) {
            return Err(generic(&format!(
                "The property '{name}' cannot be patched."
            )));
        }
        body.retain(|name, _| party::is_patchable(name));
        if self.settings.reject_null_in_patch && body.values().any(Value::is_null) {
            return Err(generic("Null is not a valid value."));
        }
        let fields = party::bind(&body).map_err(|text| generic(&text))?;
        let took_effect = !fields.is_empty();
        if took_effect {
            let mut written = before.clone();
            for (name, value) in fields {
                party::set(&mut written, name, value);
            }
            self.store(id, written, &before);
        }
        let answer = Answer::json(200, String::new());
        Ok(Answer {
            took_effect,
            ..answer
        })
    }
}

impl Matcher {
    fn matches(self, sent: &Map<String, Value>, party: &Map<String, Value>) -> bool {
        let same = |name: &str| {
            let (one, other) = (
                party::text(sent, name).trim(),
                party::text(party, name).trim(),
            );
            one.to_lowercase() == other.to_lowercase()
        };
        let is_sent = |name: &str| !party::text(sent, name).trim().is_empty();
        match self {
            Self::Vat => {
                let number = vat_number(sent);
                !number.is_empty() && number == vat_number(party)
            }
            Self::Email => {
                let known: Vec<_> = emails(party).collect();
                emails(sent).any(|email| known.contains(&email))
            }
            Self::Nr => is_sent("Nr") && same("Nr"),
            Self::Address => {
                let fields = [
                    "Street",
                    "StreetNumber",
                    "Box",
                    "Zipcode",
                    "City",
                    "CountryCode",
                ];
                is_sent("Street") && is_sent("City") && fields.into_iter().all(same)
            }
        }
    }
}

fn vat_number(party: &Map<String, Value>) -> String {
    let number = party::text(party, "VATNumber").chars();
    number
        .filter(char::is_ascii_alphanumeric)
        .map(|part| part.to_ascii_uppercase())
        .collect()
}

/// A party's Email may hold several, separated by `;`.
fn emails(party: &Map<String, Value>) -> impl Iterator<Item = String> {
    let emails = party::text(party, "Email").split(';');
    emails
        .map(|email| email.trim().to_lowercase())
        .filter(|email| !email.is_empty())
}

/// Undocumented what it searches: these are what a bookkeeper would type.
fn contains_text(party: &Map<String, Value>, text: &str) -> bool {
    let text = text.to_lowercase();
    let fields = [
        "Name",
        "CommercialName",
        "DisplayName",
        "VATNumber",
        "Email",
        "Nr",
    ];
    fields
        .into_iter()
        .any(|name| party::text(party, name).to_lowercase().contains(&text))
}

fn next_query(parameters: &[(String, String)], top: Option<usize>, skip: usize) -> String {
    let kept = parameters
        .iter()
        .filter(|(name, _)| name != "$skip" && name != "$top");
    let mut query: Vec<_> = kept
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    query.extend(top.map(|top| format!("$top={top}")));
    query.push(format!("$skip={skip}"));
    query.join("&")
}

fn object(request: &Recorded) -> Outcome<Map<String, Value>> {
    serde_json::from_str(&request.body).map_err(|_| generic("Data is Required"))
}

fn contains_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(contains_null),
        Value::Object(fields) => fields.values().any(contains_null),
        _ => false,
    }
}

/// Blank is taken for not sent.
fn is_party_type(value: &Value) -> bool {
    value.is_null() || matches!(value.as_str(), Some("Customer" | "Supplier" | ""))
}
