//! Looking at what Billit made of a create: it may have merged it into another party.

use std::collections::{BTreeMap, BTreeSet};

use billit_client::PartyId;
use billit_client::parties::{GetParty, Party, PartyPatch, PatchParty};

use super::SyncError;
use super::read::{list_parties, read_party};
use super::write::{Created, Run};
use crate::matching::PartyIndex;
use crate::report::{Bucket, Outcome};
use crate::target::billit::{self, Field, LINK, Note, Parties, Values};

impl Run<'_> {
    /// Looks at every created party: that Billit did not give the id of another, that it is there, that it carries
    /// its link and holds what was sent. Reads pages of the list, not party by party.
    pub(super) async fn verify(&self, created: Vec<Created<'_>>) -> Vec<Outcome> {
        if created.is_empty() {
            return Vec::new();
        }
        let mut outcomes = Vec::new();
        let mut alone = Vec::new();
        let mut by_party: BTreeMap<PartyId, Vec<Created<'_>>> = BTreeMap::new();
        for created in created {
            by_party.entry(created.party).or_default().push(created);
        }
        for (party, mut given) in by_party {
            let existed = self.before.get(party).is_some();
            match given.pop() {
                Some(created) if given.is_empty() && !existed => alone.push(created),
                Some(created) => {
                    given.push(created);
                    outcomes.extend(self.collision(party, &given).await);
                }
                None => {}
            }
        }
        match self.read_back(&alone).await {
            Ok(stored) => {
                let by_link = PartyIndex::new(&stored);
                for created in &alone {
                    outcomes.push(self.verified(created, &stored, &by_link).await);
                }
            }
            Err(error) => outcomes.extend(alone.iter().map(|created| {
                let reason = format!("created; it could not be read back: {error}");
                created.outcome(Bucket::Created, reason)
            })),
        }
        outcomes
    }

    async fn read_back(&self, created: &[Created<'_>]) -> Result<Parties, SyncError> {
        let [created] = created else {
            return list_parties(self.billit, None).await;
        };
        let mut stored = Parties::default();
        if let Some(party) = read_party(self.billit, created.party).await? {
            stored = Parties::listed(vec![party], Vec::new()).complete();
        }
        Ok(stored)
    }

    async fn verified(
        &self,
        created: &Created<'_>,
        stored: &Parties,
        by_link: &PartyIndex<'_>,
    ) -> Outcome {
        let party = created.party;
        let Some(record) = stored.get(party) else {
            return created.outcome(
                Bucket::Failed,
                format!("Billit answered party {party}, which is not there"),
            );
        };
        if !self.before_is_all && existed_before(record) {
            let reason = format!(
                "Billit merged it into party {party}, which existed before; look at that party's values"
            );
            return created.outcome(Bucket::Quarantined, reason);
        }
        let link = created.step.key.to_string();
        let twins = by_link.linked(&link).count();
        if twins > 1 {
            return created.outcome(Bucket::Ambiguous, format!("{twins} parties carry its link"));
        }
        let mut values = stored.values(record);
        if values.get(Field::Text(LINK)).is_none() {
            // A summary without links: this party has to be read by itself.
            if let Ok(Some(record)) = read_party(self.billit, party).await {
                values = billit::current(&record, None);
            }
        }
        let mut reason = "created".to_owned();
        match values.get(Field::Text(LINK)).flatten() {
            Some(stored) if stored == link => {}
            Some(_) => {
                let reason = format!("party {party} carries the link of somebody else");
                return created.outcome(Bucket::Quarantined, reason);
            }
            None => {
                let patch = PartyPatch::new().set(LINK, link);
                if let Err(error) = self.billit.send(PatchParty::new(party, patch)).await {
                    return created.outcome(
                        Bucket::Failed,
                        format!("created as party {party}, but not linked: {error}"),
                    );
                }
                "created; the link was written by itself".clone_into(&mut reason);
            }
        }
        let differs = |(field, sent): (Field, Option<&str>)| {
            let stored = values.get(field)?;
            (field != Field::Text(LINK) && sent.is_some() && !billit::same(field, stored, sent))
                .then_some(field)
        };
        let notes = created.values.iter().filter_map(differs);
        let notes = notes
            .map(|field| Note {
                field,
                reason: "was stored differently by Billit".to_owned(),
            })
            .collect();
        Outcome {
            notes,
            ..created.outcome(Bucket::Created, reason)
        }
    }

    /// Billit gave the id of a party that existed, or one id to several customers, and overwrote its values. The
    /// values before are put back: those of the party that existed, else those of the first customer.
    async fn collision(&self, party: PartyId, given: &[Created<'_>]) -> Vec<Outcome> {
        let sent: BTreeSet<Field> = given
            .iter()
            .flat_map(|created| created.values.iter().map(|(field, _)| field))
            .collect();
        let existing = self.before.get(party);
        let (known, owner) = match (existing, given.first()) {
            (Some(record), _) => (self.before.values(record), None),
            (None, Some(first)) => (first.values.clone(), Some(first)),
            (None, None) => return Vec::new(),
        };
        let mut before = Values::default();
        let mut lost = Vec::new();
        for field in sent {
            match known.get(field) {
                Some(value) => before.set(field, value.map(str::to_owned)),
                // What the first customer did not send was blank.
                None if owner.is_some() => before.set(field, None),
                None => lost.push(field.wire_name()),
            }
        }
        let restored = self.restore(party, &before).await;
        let mut story = match &restored {
            Ok(()) => "its values were put back".to_owned(),
            Err(error) => format!("its values could not be put back: {error}"),
        };
        if !lost.is_empty() {
            story = format!("{story}; not known and lost: {}", lost.join(", "));
        }
        let outcome = |created: &Created<'_>| match owner {
            Some(owner) if owner.step.key == created.step.key => {
                let others: Vec<String> = given
                    .iter()
                    .skip(1)
                    .map(|other| other.step.key.to_string())
                    .collect();
                let bucket = if restored.is_ok() {
                    Bucket::Created
                } else {
                    Bucket::Quarantined
                };
                created.outcome(
                    bucket,
                    format!(
                        "created; Billit then merged {} into it; {story}",
                        others.join(", ")
                    ),
                )
            }
            Some(owner) => {
                let reason = format!(
                    "Billit merged it into party {party}, created for {}; {story}",
                    owner.step.key
                );
                created.outcome(Bucket::Quarantined, reason)
            }
            None => {
                let reason =
                    format!("Billit merged it into party {party}, which existed before; {story}");
                created.outcome(Bucket::Quarantined, reason)
            }
        };
        given.iter().map(outcome).collect()
    }

    async fn restore(&self, party: PartyId, before: &Values) -> Result<(), billit_client::Error> {
        let now = billit::current(&*self.billit.send(GetParty::new(party)).await?, None);
        let changes = billit::restore(before, &now);
        if changes.is_empty() {
            return Ok(());
        }
        self.billit
            .send(PatchParty::new(party, billit::patch(&changes)))
            .await
    }
}

/// Whether a party that was just created is older than that. Both times are the server's, so no clock is asked.
fn existed_before(party: &Party) -> bool {
    const A_CREATE_TAKES_LESS: i64 = 60;
    let (Some(created), Some(modified)) = (party.created, party.last_modified) else {
        return false;
    };
    (modified - created).num_seconds() > A_CREATE_TAKES_LESS
}
