//! `/v1/parties`: listing, reading, the upsert, the patch.

use serde_json::{Value, json};

use super::{
    Matcher, State,
    answers::{Outcome, done, generic, ok, silent},
    api::Call,
    listing::Listing,
    party,
    record::{Record, sent, set_all, text},
};

/// Undocumented what `fullTextSearch` searches: these are what a bookkeeper would type.
const SEARCHED: &[&str] = &[
    "Name",
    "CommercialName",
    "DisplayName",
    "VATNumber",
    "Email",
    "Nr",
];

impl State {
    pub(super) fn read_party(&mut self, call: &Call) -> Outcome {
        let (_, party) = self.party(call.id()?)?;
        Ok(ok(&json!(party)))
    }

    pub(super) fn list_parties(&mut self, call: &Call) -> Outcome {
        let listing = Listing {
            path: "/v1/parties",
            model: &party::MODEL,
            forbidden: &self.settings.forbidden_properties,
            searched: SEARCHED,
        };
        let parties = self.parties.values();
        self.page(call, &listing, parties, |party| self.list_item(party))
    }

    fn list_item(&self, party: &Record) -> Value {
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

    pub(super) fn create_party(&mut self, call: &Call) -> Outcome {
        let key = self.fresh_key(call)?;
        let id = self.upsert_party(&self.body(call)?)?;
        // Only a success uses the key.
        self.idempotency_keys.extend(key);
        Ok(done(&self.printed_id(id)))
    }

    /// Overwrites the matching party, or creates one.
    pub(super) fn upsert_party(&mut self, body: &Record) -> Outcome<i64> {
        let fields = party::MODEL.bind(body).map_err(|text| generic(&text))?;
        if !fields.get("PartyType").is_none_or(is_party_type) {
            return Err(generic("The value of PartyType is not valid."));
        }
        self.refuse_values(&fields)?;
        let known = self.recognise(body, &fields)?;
        let before = known.and_then(|id| self.parties.get(&id)).cloned();
        if before.is_none() && text(&fields, "Name").is_empty() {
            return Err(generic("Name is Required"));
        }
        let id = known.unwrap_or(self.last_id + 1);
        let mut written = before.clone().unwrap_or_else(party::defaults);
        set_all(&mut written, fields);
        self.store(id, written, &before.unwrap_or_default());
        Ok(id)
    }

    fn refuse_values(&self, fields: &Record) -> Outcome<()> {
        let refused = self.settings.refused_values.iter();
        let mut refused = refused.filter(|(field, value)| text(fields, field) == value);
        match refused.next() {
            Some((field, value)) => Err(generic(&format!(
                "The value {value} of {field} is not valid."
            ))),
            None => Ok(()),
        }
    }

    /// The party that POST overwrites instead of creating one.
    fn recognise(&self, body: &Record, fields: &Record) -> Outcome<Option<i64>> {
        let fixed = self.settings.always_same_party;
        if let Some(id) = fixed.filter(|id| self.parties.contains_key(id)) {
            return Ok(Some(id));
        }
        let named = sent(body, "PartyID");
        if let Some(id) = named.filter(|_| self.settings.party_id_in_post) {
            let id = id
                .as_i64()
                .ok_or_else(|| generic("The value of PartyID is not valid."))?;
            // 0 is what a serialised object without an id has.
            if id != 0 {
                return self.party(id).map(|(id, _)| Some(id));
            }
        }
        let kind = text(fields, "PartyType");
        let of_kind = |party: &Record| {
            let known = text(party, "PartyType");
            self.settings.match_across_types || kind.is_empty() || known.is_empty() || known == kind
        };
        let hit = |matcher: &Matcher| {
            let mut parties = self.parties.iter();
            let hit = parties.find(|(_, party)| of_kind(party) && matcher.matches(fields, party));
            hit.map(|(id, _)| *id)
        };
        Ok(self.settings.matchers.iter().find_map(hit))
    }

    pub(super) fn patch_party(&mut self, call: &Call) -> Outcome {
        let (id, before) = self.party(call.id()?)?;
        let before = before.clone();
        let fields = self.patched(call, &party::MODEL, &party::PATCHABLE)?;
        self.refuse_values(&fields)?;
        let took_effect = !fields.is_empty();
        if took_effect {
            let mut written = before.clone();
            set_all(&mut written, fields);
            self.store(id, written, &before);
        }
        Ok(silent(took_effect))
    }
}

impl Matcher {
    fn matches(self, sent: &Record, party: &Record) -> bool {
        let same = |name: &str| {
            let (one, other) = (text(sent, name).trim(), text(party, name).trim());
            one.to_lowercase() == other.to_lowercase()
        };
        let is_sent = |name: &str| !text(sent, name).trim().is_empty();
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

fn vat_number(party: &Record) -> String {
    let number = text(party, "VATNumber").chars();
    number
        .filter(char::is_ascii_alphanumeric)
        .map(|part| part.to_ascii_uppercase())
        .collect()
}

/// A party's Email may hold several, separated by `;`.
fn emails(party: &Record) -> impl Iterator<Item = String> {
    let emails = text(party, "Email").split(';');
    emails
        .map(|email| email.trim().to_lowercase())
        .filter(|email| !email.is_empty())
}

/// Blank counts as not sent.
fn is_party_type(value: &Value) -> bool {
    value.is_null() || matches!(value.as_str(), Some("Customer" | "Supplier" | ""))
}
