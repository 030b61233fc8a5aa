//! Checks the result of a create: Billit may have merged the customer into another party.

use std::collections::BTreeSet;

use billit_client::PartyId;
use billit_client::parties::{GetParty, PartyPatch, PatchParty};
use futures_util::stream::{FuturesOrdered, StreamExt};

use super::error::SyncError;
use super::read::{list_parties, read_party};
use super::write::{Created, Run};
use crate::core::change::{self, Change, Note};
use crate::core::customer::CustomerKey;
use crate::core::field::{Field, LINK};
use crate::core::matching::{MatchedBy, PartyIndex};
use crate::core::parties::{KnownParty, Parties};
use crate::core::report::{Outcome, OutcomeKind};
use crate::core::values::Values;
use crate::core::{party, same};

impl Run<'_> {
    /// Checks whether Billit returned the id of an existing party, or of one that it created for another customer of
    /// this run: then the create has overwritten its values. They are put back at once, so that little damage remains
    /// if the program stops.
    pub(super) async fn undo_merge(&self, created: &Created<'_>) -> Option<Outcome> {
        let party = created.party;
        let (known, owner, origin) = if let Some(record) = self.before.get(party) {
            let mut known = self.before.likely_values(record);
            for change in self
                .written_by_run()
                .written
                .get(&party)
                .into_iter()
                .flatten()
            {
                known.set(change.field.clone(), change.after.clone());
            }
            let owner: Option<CustomerKey> = record.link().and_then(|link| link.parse().ok());
            let owner = owner.filter(|key| key.source() == created.step.key.source());
            (known, owner, "which existed before".to_owned())
        } else {
            let (known, owner) = self.created_for_another(created)?;
            let origin = format!("created for {owner}");
            (known, Some(owner), origin)
        };
        let what_happened = self.restore_values(party, &known, &created.values).await;
        let key = &created.step.key;
        if let Some(owner) = owner.filter(|owner| owner != key) {
            let reason = format!("Billit merged {key} into its party {party}; {what_happened}");
            self.written_by_run()
                .overwritten
                .insert(owner, (party, reason));
        }
        let reason = format!("Billit merged it into party {party}, {origin}; {what_happened}");
        Some(created.outcome(OutcomeKind::Quarantined, reason))
    }

    /// The values and the key of the customer for which this party was created before; `None` if this is the first.
    fn created_for_another(&self, created: &Created<'_>) -> Option<(Values, CustomerKey)> {
        let mut written = self.written_by_run();
        let this_one = || (created.step.key.clone(), Values::clone(&created.values));
        let (owner, values) = written
            .new_parties
            .entry(created.party)
            .or_insert_with(this_one);
        if *owner == created.step.key {
            return None;
        }
        let mut known = values.clone();
        // A field that was not sent for the first customer was blank.
        for (field, _) in created.values.iter() {
            if values.get(&field).is_none() {
                known.set(field, None);
            }
        }
        Some((known, owner.clone()))
    }

    /// Writes back the values of a party that a create has overwritten, and returns the result in words.
    async fn restore_values(&self, party: PartyId, known: &Values, sent: &Values) -> String {
        let mut before = Values::default();
        let mut lost = BTreeSet::new();
        for (field, _) in sent.iter() {
            match known.get(&field) {
                Some(value) => before.set(field, value.map(str::to_owned)),
                None => drop(lost.insert(field)),
            }
        }
        let now = match self.write_back(party, &before).await {
            Ok(()) => self.billit.send(GetParty::new(party)).await,
            Err(error) => Err(error),
        };
        let now = match now {
            Ok(now) => party::whole(&now),
            Err(error) => return format!("its values could not be put back: {error}"),
        };
        let differs = before
            .iter()
            .filter(|(field, value)| now.get(field) != Some(*value));
        lost.extend(differs.map(|(field, _)| field));
        if lost.is_empty() {
            return "its values were put back".to_owned();
        }
        let lost: Vec<String> = lost.iter().map(ToString::to_string).collect();
        format!("its values were put back, but for {}", lost.join(", "))
    }

    async fn write_back(
        &self,
        party: PartyId,
        before: &Values,
    ) -> Result<(), billit_client::Error> {
        let now = party::whole(&*self.billit.send(GetParty::new(party)).await?);
        let changes = restore(before, &now);
        let (values, blanks): (Vec<Change>, Vec<Change>) = changes
            .into_iter()
            .partition(|change| change.after.is_some());
        // Values first: they matter most, and Billit may reject blanks.
        for changes in [values, blanks] {
            if !changes.is_empty() {
                self.patch(party, &changes).await?;
            }
        }
        Ok(())
    }

    /// Checks every created party: it exists, carries its link and has the values that were sent. Reads the list, not
    /// party by party.
    pub(super) async fn verify(&self, created: &[Created<'_>]) -> Vec<Outcome> {
        if created.is_empty() {
            return Vec::new();
        }
        let stored = match self.read_back(created).await {
            Ok(stored) => stored,
            Err(error) => {
                let reason = format!("created; it could not be read back: {error}");
                let unread =
                    |created: &Created<'_>| created.outcome(OutcomeKind::Created, &*reason);
                return created.iter().map(unread).collect();
            }
        };
        let by_link = PartyIndex::new(&stored);
        let mut rest = created.iter();
        let mut outcomes = Vec::with_capacity(created.len());
        let mut running = FuturesOrdered::new();
        loop {
            while running.len() < self.options.concurrency
                && let Some(created) = rest.next()
            {
                running.push_back(self.verified(created, &stored, &by_link));
            }
            match running.next().await {
                Some(outcome) => outcomes.push(outcome),
                None => return outcomes,
            }
        }
    }

    /// One party by its link, several by the list.
    async fn read_back(&self, created: &[Created<'_>]) -> Result<Parties, SyncError> {
        let [created] = created else {
            return list_parties(self.billit, None).await;
        };
        let key = &created.step.key;
        let found = self.look_up(&[key], false).await?;
        let carriers = found.map(|mut found| found.take(key)).unwrap_or_default();
        let mut stored = Parties::listed(carriers, Vec::new());
        if let Some(party) = read_party(self.billit, created.party).await? {
            stored.add_whole(&party);
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
        let mut alone = Parties::default();
        if stored.get(party).is_none() {
            // Lists may show new parties late.
            match read_party(self.billit, party).await {
                Ok(record) => record.iter().for_each(|record| alone.add_whole(record)),
                Err(error) => {
                    let reason = format!("created; it could not be read back: {error}");
                    return created.outcome(OutcomeKind::Created, reason);
                }
            }
        }
        let stored = stored.get(party).map_or(&alone, |_| stored);
        let Some(record) = stored.get(party) else {
            let reason = format!("Billit returned party {party}, which does not exist");
            return created.outcome(OutcomeKind::Failed, reason);
        };
        // With one created party it is read back at once, so that nobody can have edited it in between.
        if self.written_by_run().new_parties.len() == 1 && existed_before(record) {
            let reason = format!(
                "Billit merged it into party {party}, which existed before; look at that party's values"
            );
            return created.outcome(OutcomeKind::Quarantined, reason);
        }
        let link = created.step.key.to_string();
        let carriers: Vec<PartyId> = by_link.linked(&link).collect();
        if carriers.len() > 1 {
            let reason = format!("{} parties carry its link", carriers.len());
            return Outcome {
                candidates: carriers,
                found_by: Some(MatchedBy::Link),
                ..created.outcome(OutcomeKind::Ambiguous, reason)
            };
        }
        let mut values = stored.values(record);
        if values.get(&Field::Text(LINK)).is_none() {
            // The list shows no links: this party has to be read whole.
            if let Ok(Some(record)) = read_party(self.billit, party).await {
                values = party::whole(&record);
            }
        }
        let mut reason = "created";
        match values.get(&Field::Text(LINK)).flatten() {
            Some(stored) if stored == link => {}
            Some(_) => {
                let reason = format!("party {party} carries the link of another customer");
                return created.outcome(OutcomeKind::Quarantined, reason);
            }
            None => {
                let patch = PartyPatch::new().set(LINK, link);
                if let Err(error) = self.billit.send(PatchParty::new(party, patch)).await {
                    let reason = format!("created as party {party}, but not linked: {error}");
                    return created.outcome(OutcomeKind::Failed, reason);
                }
                reason = "created; the link was written separately";
            }
        }
        let differs = |(field, sent): (Field, Option<&str>)| {
            let stored = values.get(&field)?;
            let is_same = field == Field::Text(LINK) || same::same(&field, stored, sent);
            (!is_same && sent.is_some()).then_some(field)
        };
        let note = |field| Note::new(field, "was stored differently by Billit");
        let mut outcome = created.outcome(OutcomeKind::Created, reason);
        let differing = created.values.iter().filter_map(differs);
        outcome.notes.extend(differing.map(note));
        outcome
    }
}

/// Whether a party was created long before its last change, so that it is not new. Both times are the server's, so the
/// local clock does not matter.
fn existed_before(party: &KnownParty) -> bool {
    const MAX_CREATE_SECONDS: i64 = 60;
    party
        .changed_after()
        .is_some_and(|seconds| seconds > MAX_CREATE_SECONDS)
}

/// The changes that write back the old values of a party, as far as they are known and can be patched.
fn restore(before: &Values, now: &Values) -> Vec<Change> {
    let differs = |(field, before): (Field, Option<&str>)| {
        let now = now.get(&field)?;
        let changed = now != before && field.is_patchable();
        changed.then(|| change::change(&field, now, before))
    };
    before.iter().filter_map(differs).collect()
}
