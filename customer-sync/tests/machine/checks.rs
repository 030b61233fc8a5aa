//! The invariants.

use super::*;

pub fn is_settled(kind: OutcomeKind) -> bool {
    use OutcomeKind as B;
    matches!(kind, B::Created | B::Updated | B::Linked | B::Unchanged)
}

/// A party of another customer was overwritten by a create in this run, and repaired.
pub fn was_merged(outcome: &Outcome) -> bool {
    outcome.reason.starts_with("Billit merged it") && !waits(outcome)
}

/// Merged into another customer's party by an earlier run, and skipped until the record changes.
pub fn waits(outcome: &Outcome) -> bool {
    outcome.reason.ends_with("(nothing has changed since)")
}

impl Machine {
    /// Checks after any run, which also ends the faults.
    pub fn after_a_run(&mut self, disturbed: bool) {
        let requests = self.world.sandbox.billit.requests();
        for request in requests.iter().filter(|request| request.method != "GET") {
            let body: Map<String, Value> = serde_json::from_str(&request.body).unwrap();
            let unmapped = body.keys().find(|field| UNMAPPED.contains(&field.as_str()));
            assert_eq!(unmapped, None, "a field that is not mapped was sent");
        }
        self.late |= requests.iter().any(|request| request.fault == Some(LATE));
        if self.merges() && (disturbed || self.faulty || self.setting.summary.is_some()) {
            self.marks.clear();
        }
        let party = |id| self.world.sandbox.billit.party(id).unwrap();
        for ((id, field), value) in &self.unmapped {
            let now = party(*id).get(*field).cloned().unwrap_or_default();
            assert_eq!(now, *value, "{field} of party {id} is not mapped");
        }
        for mark in &self.marks {
            let now = string(&party(mark.party), mark.field);
            assert_eq!(now, mark.value, "the correction by hand is lost: {mark:?}");
        }
        self.calm();
    }

    /// Checks the report of a full run, or of one customer. A concurrent run has not made all of the writes.
    pub fn look(&mut self, result: Result<SyncReport, SyncError>, scope: Scope, alone: bool) {
        let report = match result {
            Ok(report) => report,
            Err(error) => {
                assert!(self.faulty, "{error}");
                assert!(
                    !alone || self.world.writes() == 0,
                    "a run that failed wrote: {error}"
                );
                return;
            }
        };
        let mut expected: Vec<CustomerKey> = match scope.user {
            Some(user) => vec![CustomerKey::new("planyo", user.to_string())],
            None => self.users().iter().map(key).collect(),
        };
        expected.sort();
        let keys: Vec<CustomerKey> = report
            .outcomes
            .iter()
            .map(|outcome| outcome.key.clone())
            .collect();
        assert_eq!(keys, expected, "each user is in one kind: {report}");
        assert_eq!(report.counts().total(), expected.len());
        let mut parties = BTreeSet::new();
        for outcome in report
            .outcomes
            .iter()
            .filter(|outcome| is_settled(outcome.kind))
        {
            let party = outcome.party.unwrap();
            assert!(
                parties.insert(party),
                "party {party} is of two customers: {report}"
            );
        }
        if alone {
            self.count(&report.outcomes);
            self.nobody_failed(&report.outcomes);
        }
        // One alone does not see the others: the first gets a party.
        if scope.user.is_none() {
            self.nobody_is_created_beside_a_twin(&report, scope);
        }
        assert_eq!(report.store_error, None);
        if scope.remembers {
            self.remember(&report.outcomes);
        }
    }

    /// Billit would merge two customers that share an e-mail address or a VAT number.
    pub fn nobody_is_created_beside_a_twin(&self, report: &SyncReport, scope: Scope) {
        let mut users = self.users();
        // A customer outside the scope does not count.
        users.retain(|user| !scope.even || user.id.is_multiple_of(2));
        // For an unchanged customer with a party, only the party is known, which may have fewer values.
        let linked = self.links();
        let is_left = |user: &User| scope.changed && linked.contains(&key(user).to_string());
        let created = report
            .outcomes
            .iter()
            .filter(|outcome| outcome.kind == OutcomeKind::Created);
        for outcome in created {
            let user = users.iter().find(|user| key(user) == outcome.key).unwrap();
            let twin = users
                .iter()
                .filter(|other| other.id != user.id && is_readable(other) && !is_left(other))
                .find(|other| {
                    let same_email =
                        !user.email.is_empty() && user.email.eq_ignore_ascii_case(&other.email);
                    same_email || vat_of(user).is_some() && vat_of(user) == vat_of(other)
                });
            assert!(
                twin.is_none(),
                "created beside {}: {report}",
                twin.unwrap().id
            );
        }
    }

    fn links(&self) -> BTreeSet<String> {
        let parties = self.world.sandbox.billit.parties();
        let links = parties
            .iter()
            .filter_map(|party| string(party, OF_THE_LINK));
        links.collect()
    }

    /// A customer that was entered by hand since the plan is not created again.
    pub fn nobody_is_created_a_second_time(
        &self,
        outcomes: &[Outcome],
        there: &[Map<String, Value>],
    ) {
        let email = |party: &_| string(party, "Email").map(|email| email.to_lowercase());
        for outcome in outcomes {
            if outcome.kind != OutcomeKind::Created || self.faulty {
                continue;
            }
            let id = outcome.party.unwrap().get();
            let created = email(&self.world.sandbox.billit.party(id).unwrap());
            let mut there = there.iter().map(email);
            let twin = there.find(|there| there.is_some() && *there == created);
            assert_eq!(twin, None, "{outcome:?}");
        }
    }

    /// The report agrees with the server.
    pub fn count(&self, outcomes: &[Outcome]) {
        let requests = self.world.sandbox.billit.requests();
        let took_effect = |verb: &str| {
            let writes = requests.iter().filter(|request| request.method == verb);
            writes.filter(|request| request.took_effect).count()
        };
        let count = |wanted: &dyn Fn(&Outcome) -> bool| {
            outcomes.iter().filter(|outcome| wanted(outcome)).count()
        };
        let created = count(&|outcome| outcome.kind == OutcomeKind::Created);
        let changed =
            count(&|outcome| matches!(outcome.kind, OutcomeKind::Updated | OutcomeKind::Linked));
        let merged = count(&was_merged);
        if self.faulty {
            assert!(
                created + merged <= took_effect("POST") + usize::from(self.late) * created,
                "{outcomes:?}"
            );
            return;
        }
        assert_eq!(created + merged, took_effect("POST"), "{outcomes:?}");
        if merged == 0 {
            assert_eq!(changed, took_effect("PATCH"), "{outcomes:?}");
        }
    }

    pub fn nobody_failed(&self, outcomes: &[Outcome]) {
        let failed = |outcome: &&Outcome| outcome.kind == OutcomeKind::Failed;
        let failed = outcomes.iter().find(failed);
        assert!(self.faulty || failed.is_none(), "{failed:?}");
    }

    pub fn remember(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes.iter().filter(|outcome| is_settled(outcome.kind)) {
            let id = outcome.key.id().parse().unwrap();
            let user = self.world.sandbox.planyo.user(id).unwrap();
            self.seen.insert(id, user);
        }
    }

    /// The mapped fields in Billit, by party.
    pub fn mapped_values(&self) -> BTreeMap<(i64, &'static str), Option<String>> {
        let parties = self.world.sandbox.billit.parties();
        let fields = |party: &Map<String, Value>| {
            MAPPED_BY_HAND.map(|field| ((id_of(party), field), string(party, field)))
        };
        parties.iter().flat_map(fields).collect()
    }

    pub fn no_customer_has_two_parties(&self) {
        if !self.doubled {
            self.world.linked();
        }
    }

    /// A readable customer that shares nothing with others is synced.
    pub fn nobody_is_blocked(&self, report: &SyncReport) {
        let parties = self.world.sandbox.billit.parties();
        let users = self.users();
        for user in &users {
            if !is_readable(user) {
                continue;
            }
            let company = user.properties.get("company").cloned().flatten();
            let vat = vat_of(user).map(str::to_owned);
            let name = format!("{} {}", user.first_name, user.last_name);
            let link = key(user).to_string();
            let mine: Vec<String> = [
                Some(user.email.clone()),
                vat,
                company,
                Some(name),
                Some(user.address.clone()),
            ]
            .into_iter()
            .chain([Some(user.mobile_number.clone())])
            .flatten()
            .map(|text| text.trim().to_lowercase())
            .filter(|text| !text.is_empty())
            .collect();
            let others = users
                .iter()
                .filter(|other| other.id != user.id)
                .map(|other| format!("{other:?} {} {}", other.first_name, other.last_name));
            let strangers = parties
                .iter()
                .filter(|party| text(party, OF_THE_LINK) != Some(&link));
            let strangers = strangers.map(|party| {
                let place = ["Street", "StreetNumber", "Box"]
                    .map(|field| text(party, field).unwrap_or_default());
                format!("{party:?} {}", place.join(" ").replace(" 3", " bus 3"))
            });
            let said: Vec<String> = others
                .chain(strangers)
                .map(|text| text.to_lowercase())
                .collect();
            if mine
                .iter()
                .any(|text| said.iter().any(|said| said.contains(text)))
            {
                continue;
            }
            let outcome = report.outcome(&key(user)).unwrap();
            let doubled = self.doubled && outcome.kind == OutcomeKind::Ambiguous;
            assert!(
                waits(outcome) || doubled || is_settled(outcome.kind),
                "{outcome:?}"
            );
        }
    }

    pub async fn any_pages_give_one_plan(&self) {
        let options = self.remembering(&self.store);
        let plan = || plan_customers(&self.world.planyo, &self.world.billit, &options);
        let expected = plan().await.unwrap();
        let (planyo, billit) = (&self.world.sandbox.planyo, &self.world.sandbox.billit);
        for (page, as_map) in [(2, true), (1000, false)] {
            planyo.configure(|settings| {
                settings.max_page_size = page;
                settings.users_as_map = as_map;
            });
            billit.configure(|settings| settings.page_size = page);
            assert_eq!(plan().await.unwrap(), expected, "in pages of {page}");
        }
    }
}
