//! The parties, found by id and by what a create and a look-up ask for.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Deref,
};

use super::{
    Matcher,
    record::{Record, text},
};

/// What an index is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Vat,
    Email,
    Nr,
    Address,
    Link,
}

type Key = (Kind, String);

/// All parties of a company: read like a map by id.
#[derive(Default)]
pub(super) struct Parties {
    records: BTreeMap<i64, Record>,
    /// Ids in ascending order. Two parties under one key are only alike: the caller compares them.
    by_key: HashMap<Key, Vec<i64>>,
    version: u64,
}

impl Parties {
    /// Changes with each write.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn insert(&mut self, id: i64, party: Record) {
        let keys = keys(&party);
        let before = self.records.insert(id, party);
        let old = before.as_ref().map(self::keys).unwrap_or_default();
        self.version += 1;
        if old == keys {
            return;
        }
        self.unlist(id, &old);
        for key in keys {
            let ids = self.by_key.entry(key).or_default();
            if let Err(place) = ids.binary_search(&id) {
                ids.insert(place, id);
            }
        }
    }

    pub(super) fn remove(&mut self, id: i64) {
        if let Some(party) = self.records.remove(&id) {
            self.version += 1;
            self.unlist(id, &keys(&party));
        }
    }

    fn unlist(&mut self, id: i64, keys: &[Key]) {
        for key in keys {
            if let Some(ids) = self.by_key.get_mut(key) {
                if let Ok(place) = ids.binary_search(&id) {
                    ids.remove(place);
                }
                if ids.is_empty() {
                    self.by_key.remove(key);
                }
            }
        }
    }

    /// Who may be the same by this matcher, by id.
    pub(super) fn alike(&self, matcher: Matcher, sent: &Record) -> Vec<(i64, &Record)> {
        let kind = match matcher {
            Matcher::Vat => Kind::Vat,
            Matcher::Email => Kind::Email,
            Matcher::Nr => Kind::Nr,
            Matcher::Address => Kind::Address,
        };
        let mut ids: Vec<_> = keys_of(kind, sent)
            .filter_map(|key| self.by_key.get(&key))
            .flatten()
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let found = ids.into_iter();
        found
            .filter_map(|id| Some((id, self.records.get(&id)?)))
            .collect()
    }

    /// The ids of all parties whose property has this value, and perhaps of some that differ in case or blanks; `None`
    /// where there is no index for it.
    pub(super) fn having(&self, property: &str, value: &str) -> Option<Vec<i64>> {
        let kind = match property {
            "PartyID" => {
                let id = value.parse().ok()?;
                return Some(Vec::from_iter(self.contains_key(&id).then_some(id)));
            }
            "VATNumber" => Kind::Vat,
            "Email" => Kind::Email,
            "Nr" => Kind::Nr,
            "ExternalProviderID" => Kind::Link,
            _ => return None,
        };
        // A value without a key is in no index: `''`, or a VAT number of nothing but signs.
        let key = (kind, folded(kind, value).next()?);
        Some(self.by_key.get(&key).cloned().unwrap_or_default())
    }
}

impl Deref for Parties {
    type Target = BTreeMap<i64, Record>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

/// The keys of a value.
fn folded(kind: Kind, value: &str) -> impl Iterator<Item = String> {
    let (whole, several) = match kind {
        Kind::Email => ("", value),
        _ => (value, ""),
    };
    let whole = if kind == Kind::Vat {
        let parts = whole.chars().filter(char::is_ascii_alphanumeric);
        parts.map(|part| part.to_ascii_uppercase()).collect()
    } else {
        whole.trim().to_lowercase()
    };
    let several = several.split(';').map(|part| part.trim().to_lowercase());
    [whole]
        .into_iter()
        .chain(several)
        .filter(|key| !key.is_empty())
}

/// The number without its dots and spaces.
pub(super) fn vat_number(party: &Record) -> String {
    folded(Kind::Vat, text(party, "VATNumber"))
        .next()
        .unwrap_or_default()
}

/// A party's Email may hold several, separated by `;`.
pub(super) fn emails(party: &Record) -> impl Iterator<Item = String> {
    folded(Kind::Email, text(party, "Email"))
}

fn keys_of(kind: Kind, party: &Record) -> impl Iterator<Item = Key> {
    let street;
    let value = match kind {
        Kind::Vat => text(party, "VATNumber"),
        Kind::Email => text(party, "Email"),
        Kind::Nr => text(party, "Nr"),
        Kind::Link => text(party, "ExternalProviderID"),
        Kind::Address => {
            let lines = ["Street", "StreetNumber", "City"].map(|name| text(party, name).trim());
            street = lines.join("\n");
            street.as_str()
        }
    };
    let keys: Vec<_> = folded(kind, value).map(|key| (kind, key)).collect();
    keys.into_iter()
}

fn keys(party: &Record) -> Vec<Key> {
    let kinds = [Kind::Vat, Kind::Email, Kind::Nr, Kind::Address, Kind::Link];
    kinds
        .into_iter()
        .flat_map(|kind| keys_of(kind, party))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn party(fields: Value) -> Record {
        super::super::record::fields(fields)
    }

    #[test]
    fn a_party_is_found_by_what_it_has_now() {
        let mut parties = Parties::default();
        let mail = |text: &str| party(json!({"Email": text, "VATNumber": "BE 0101.000.160"}));
        parties.insert(7, mail("a@x.be; B@x.be"));
        parties.insert(3, mail("b@x.be"));
        assert_eq!(parties.having("Email", "b@X.be"), Some(vec![3, 7]));
        assert_eq!(
            parties.having("VATNumber", "be0101000160"),
            Some(vec![3, 7])
        );
        assert_eq!(parties.having("PartyID", "7"), Some(vec![7]));
        assert_eq!(parties.having("Name", "Ann"), None);
        assert_eq!(parties.having("Email", ""), None);
        let sent = party(json!({"Email": "B@X.BE"}));
        let alike = parties.alike(Matcher::Email, &sent);
        assert_eq!(alike.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [3, 7]);

        parties.insert(7, mail("c@x.be"));
        assert_eq!(parties.having("Email", "b@x.be"), Some(vec![3]));
        parties.remove(3);
        assert_eq!(parties.having("Email", "b@x.be"), Some(vec![]));
        assert_eq!(parties.having("VATNumber", "BE0101000160"), Some(vec![7]));
    }
}
