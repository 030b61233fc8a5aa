//! What the service itself remembers, as rows of the store beside those of the sync: who waits for a decision and why, what
//! was decided by whom, the calls made for each customer, and what a run has said.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use customer_sync::matching::MatchedBy;
use customer_sync::store::{Expected, RowChange, RunId, State, StateError, Table};
use customer_sync::{CustomerKey, Outcome, OutcomeKind, SyncReport};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use billit_client::PartyId;

use crate::change_log::{self, By, DECISION, Logged};
use crate::random::hex;

/// So many rows are written at once.
const BATCH: usize = 500;

/// The rows of sessions that were ended begin so; each says when.
pub const ENDED_SESSION: &str = "ended_session/";

/// The rows. Clones share the store.
#[derive(Clone, Debug)]
pub struct Notes {
    state: State,
}

/// A customer that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The customer.
    pub key: CustomerKey,
    /// Its name.
    pub name: String,
    /// Ambiguous, conflict, quarantined or failed.
    pub kind: OutcomeKind,
    /// The reason in English, for the log and for support.
    pub reason: String,
    /// Whether the source has erased it.
    #[serde(default)]
    pub erased: bool,
    /// The parties it may be, or the one that belongs to another customer.
    #[serde(default)]
    pub parties: Vec<PartyId>,
    /// By what they were found.
    #[serde(default)]
    pub found_by: Option<MatchedBy>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// A hash of what is asked: another one is asked again.
    pub question: String,
}

/// What was decided on a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// What.
    pub what: Choice,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The [question](Case::question) then.
    pub question: String,
    /// The run that wrote it, if one did.
    #[serde(default)]
    pub run: Option<RunId>,
}

/// What a person can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// It is this party.
    Link(PartyId),
    /// It is none of them.
    New,
    /// It stays as it is.
    LeaveAlone,
    /// Asked again tomorrow.
    Later,
}

impl fmt::Display for Choice {
    /// As in the change log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(party) => write!(f, "link {party}"),
            Self::New => f.write_str("new"),
            Self::LeaveAlone => f.write_str("leave alone"),
            Self::Later => f.write_str("later"),
        }
    }
}

impl FromStr for Choice {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "new" => Ok(Self::New),
            "leave alone" => Ok(Self::LeaveAlone),
            "later" => Ok(Self::Later),
            link => {
                let party = link.strip_prefix("link ").ok_or(())?;
                let party: i64 = party.parse().map_err(|_| ())?;
                Ok(Self::Link(PartyId::from(party)))
            }
        }
    }
}

impl Case {
    /// Whether an outcome is that of an earlier run, since nothing has changed: it adds a remark to the reason, and has no
    /// candidates.
    fn is_repeated_by(&self, outcome: &Outcome) -> bool {
        let is_same = outcome.kind == self.kind && outcome.reason.starts_with(&self.reason);
        is_same && outcome.candidates.is_empty() && outcome.reason != self.reason
    }
}

impl Decided {
    /// Whether it still answers the question of this case.
    fn answers(&self, case: &Case, now: DateTime<Utc>) -> bool {
        match self.what {
            Choice::LeaveAlone => self.question == case.question,
            Choice::Later => now - self.at < TimeDelta::days(1),
            // It was written. If the customer waits again, something else is asked.
            Choice::Link(_) | Choice::New => false,
        }
    }
}

/// What a run has said beside its counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunNote {
    /// The source of its customers; empty for Planyo's.
    #[serde(default)]
    pub source: String,
    /// Who asked for it; empty for one by the schedule.
    #[serde(default)]
    pub by: String,
    /// How long it took.
    #[serde(default)]
    pub seconds: f64,
    /// Requests to Planyo.
    #[serde(default)]
    pub planyo: u64,
    /// Requests to Billit.
    #[serde(default)]
    pub billit: u64,
    /// Its warnings.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Customers that failed, with the reason.
    #[serde(default)]
    pub failed: Vec<(CustomerKey, String)>,
    /// Counts that are unusual.
    #[serde(default)]
    pub unusual: Vec<String>,
}

/// A call made for a customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// When.
    pub at: DateTime<Utc>,
    /// Planyo or Billit.
    pub service: String,
    /// What, such as `PATCH /v1/parties/512`.
    pub what: String,
    /// The HTTP status; `None` without an answer.
    pub status: Option<u16>,
    /// The code and text of an error.
    #[serde(default)]
    pub error: Option<String>,
    /// How long it took.
    pub millis: u64,
}

impl Notes {
    /// The rows of this store.
    #[must_use]
    pub fn new(state: &State) -> Self {
        Self {
            state: state.clone(),
        }
    }

    /// One row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StateError> {
        self.state.read(Table::Program, key).await
    }

    /// Writes one row.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn write(&self, key: &str, value: &impl Serialize) -> Result<(), StateError> {
        let row = Table::Program.put(key, value)?;
        self.state.write(&[row]).await
    }

    /// Writes one row, unless it is there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn write_new(&self, key: &str, value: &impl Serialize) -> Result<(), StateError> {
        let row = Table::Program.put(key, value)?;
        // A conflict: it is there.
        let _ = self
            .state
            .commit(&[row.expecting(Expected::Absent)])
            .await?;
        Ok(())
    }

    /// All rows that begin so, in the order of their keys.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        prefix: &str,
    ) -> Result<Vec<T>, StateError> {
        let mut all = Vec::new();
        let read = self.state.each(Table::Program, prefix, |_, value| {
            all.push(value);
            Ok(())
        });
        read.await?;
        Ok(all)
    }

    /// Everybody who waits, with what was decided before; the longest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn cases(&self) -> Result<Vec<(Case, Option<Decided>)>, StateError> {
        let cases: Vec<Case> = self.all("case/").await?;
        let mut with_decisions = Vec::with_capacity(cases.len());
        let mut decided = BTreeMap::new();
        let read = self
            .state
            .each(Table::Program, "decided/", |key, one: Decided| {
                let key = key.strip_prefix("decided/").unwrap_or(key);
                decided.insert(key.to_owned(), one);
                Ok(())
            });
        read.await?;
        for case in cases {
            let one = decided.remove(case.key.as_str());
            with_decisions.push((case, one));
        }
        with_decisions.sort_by(|(a, _), (b, _)| (a.since, &a.key).cmp(&(b.since, &b.key)));
        Ok(with_decisions)
    }

    /// Those about whom a person has to decide now: without an answer, or with one to another question.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn undecided(&self, now: DateTime<Utc>) -> Result<Vec<Case>, StateError> {
        let cases = self.cases().await?.into_iter();
        let undecided = cases.filter(|(case, decided)| !is_answered(case, decided.as_ref(), now));
        Ok(undecided.map(|(case, _)| case).collect())
    }

    /// The case of one customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn case(&self, key: &CustomerKey) -> Result<Option<Case>, StateError> {
        self.read(&format!("case/{key}")).await
    }

    /// What was decided on one customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn decided(&self, key: &CustomerKey) -> Result<Option<Decided>, StateError> {
        self.read(&format!("decided/{key}")).await
    }

    /// Remembers a decision.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn decide(&self, key: &CustomerKey, decided: &Decided) -> Result<(), StateError> {
        let mut rows = change_log::rows(&[Logged {
            at: decided.at,
            by: By::Person(decided.by.clone()),
            customer: key.clone(),
            what: DECISION.to_owned(),
            before: String::new(),
            after: decided.what.to_string(),
            run: decided.run.clone(),
            uncertain: false,
        }])?;
        rows.push(Table::Program.put(&format!("decided/{key}"), decided)?);
        self.state.write(&rows).await
    }

    /// Takes a decision back.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn take_back(
        &self,
        key: &CustomerKey,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let Some(decided) = self.decided(key).await? else {
            return Ok(());
        };
        let mut rows = change_log::rows(&[Logged {
            at: now,
            by: By::Person(by.to_owned()),
            customer: key.clone(),
            what: DECISION.to_owned(),
            before: decided.what.to_string(),
            after: String::new(),
            run: None,
            uncertain: false,
        }])?;
        rows.push(Table::Program.remove(&format!("decided/{key}"))?);
        self.state.write(&rows).await
    }

    /// Adds lines to the [change log](crate::change_log).
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn log(&self, lines: &[Logged]) -> Result<(), StateError> {
        self.commit(&change_log::rows(lines)?).await
    }

    /// What outcomes say of who waits: those that wait are remembered, the others do not wait any more.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn outcomes(
        &self,
        outcomes: &[Outcome],
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let mut known = BTreeMap::new();
        // One read for many, a read each for few.
        if let [one] = outcomes {
            known.extend(
                self.case(&one.key)
                    .await?
                    .map(|case| (case.key.clone(), case)),
            );
        } else {
            let cases: Vec<Case> = self.all("case/").await?;
            known.extend(cases.into_iter().map(|case| (case.key.clone(), case)));
        }
        let mut rows = Vec::new();
        for outcome in outcomes {
            let before = known.get(&outcome.key);
            let row = format!("case/{}", outcome.key);
            if before.is_some_and(|case| case.is_repeated_by(outcome)) {
                continue;
            }
            if waits(outcome) {
                let case = self.case_of(outcome, before, now).await?;
                if before != Some(&case) {
                    rows.push(Table::Program.put(&row, &case)?);
                }
            } else if before.is_some() && outcome.kind != OutcomeKind::Skipped {
                rows.push(Table::Program.remove(&row)?);
            }
        }
        self.commit(&rows).await
    }

    /// After a run that has listed all customers of a source: those that a filter leaves out, or that the source has no more, wait for
    /// nothing. Whoever was erased there waits on, since the party is still in Billit.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn forget_absent(
        &self,
        source: &str,
        outcomes: &[Outcome],
    ) -> Result<(), StateError> {
        let is_there =
            |outcome: &&Outcome| outcome.kind != OutcomeKind::Skipped || outcome.unfinished;
        let there = outcomes.iter().filter(is_there).map(|outcome| &outcome.key);
        let there: HashSet<&CustomerKey> = there.collect();
        let cases: Vec<Case> = self.all("case/").await?;
        let absent = cases
            .iter()
            .filter(|case| case.key.source() == source)
            .filter(|case| !case.erased && !there.contains(&case.key));
        let rows = absent.map(|case| Table::Program.remove(&format!("case/{}", case.key)));
        self.commit(&rows.collect::<Result<Vec<_>, _>>()?).await
    }

    async fn case_of(
        &self,
        outcome: &Outcome,
        before: Option<&Case>,
        now: DateTime<Utc>,
    ) -> Result<Case, StateError> {
        let known = self.state.customer(&outcome.key).await?;
        let source = known.and_then(|known| known.last).map(|last| last.source);
        let parties = if outcome.candidates.is_empty() {
            outcome.party.into_iter().collect()
        } else {
            outcome.candidates.clone()
        };
        let asked = serde_json::json!([outcome.kind, outcome.reason, parties, source]).to_string();
        let question = hmac_sha256::Hash::hash(asked.as_bytes());
        let question = hex(question.get(..12).unwrap_or_default());
        let since = before
            .filter(|case| case.question == question)
            .map(|case| case.since);
        Ok(Case {
            key: outcome.key.clone(),
            name: outcome.name.clone(),
            kind: outcome.kind,
            reason: outcome.reason.clone(),
            erased: outcome.is_erased_in_source(),
            parties,
            found_by: outcome.found_by,
            since: since.unwrap_or(now),
            question,
        })
    }

    /// Remembers what a run has said.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn run(&self, run: &RunId, note: &RunNote) -> Result<(), StateError> {
        self.write(&format!("run/{run}"), note).await
    }

    /// What a run has said.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of_run(&self, run: &RunId) -> Result<Option<RunNote>, StateError> {
        self.read(&format!("run/{run}")).await
    }

    /// The runs of customers of other sources.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn runs_of_others(&self, source: &str) -> Result<HashSet<RunId>, StateError> {
        let mut runs = HashSet::new();
        let read = self
            .state
            .each(Table::Program, "run/", |key, note: RunNote| {
                let run = key.strip_prefix("run/").and_then(|run| run.parse().ok());
                let is_other = !note.source.is_empty() && note.source != source;
                runs.extend(run.filter(|_| is_other));
                Ok(())
            });
        read.await?;
        Ok(runs)
    }

    /// Remembers calls.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn calls(&self, calls: &[(CustomerKey, Call)]) -> Result<(), StateError> {
        let rows = calls.iter().enumerate().map(|(index, (key, call))| {
            let at = call.at.timestamp_micros();
            Table::Program.put(&format!("call/{key}/{at:020}-{index:04}"), call)
        });
        self.commit(&rows.collect::<Result<Vec<_>, _>>()?).await
    }

    /// The calls made for a customer, the last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn calls_of(&self, key: &CustomerKey) -> Result<Vec<Call>, StateError> {
        let mut calls: Vec<Call> = self.all(&format!("call/{key}/")).await?;
        calls.reverse();
        Ok(calls)
    }

    /// Removes the calls before a time, what was said by runs that the journal has no more, with the lines of the change log of
    /// that time, and sessions that were ended before
    /// a time, and would be over by themselves.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn forget_old(
        &self,
        calls_before: DateTime<Utc>,
        runs_before: DateTime<Utc>,
        sessions_before: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let mut rows = Vec::new();
        let read = self
            .state
            .each(Table::Program, ENDED_SESSION, |key, at: DateTime<Utc>| {
                if at < sessions_before {
                    rows.push(Table::Program.remove(key)?);
                }
                Ok(())
            });
        read.await?;
        let read = self.state.each(Table::Program, "call/", |key, call: Call| {
            if call.at < calls_before {
                rows.push(Table::Program.remove(key)?);
            }
            Ok(())
        });
        read.await?;
        rows.extend(change_log::removal_before(&self.state, runs_before).await?);
        let first = format!("run/{}", runs_before.format("%Y%m%dT"));
        let read = self
            .state
            .each(Table::Program, "run/", |key, _: serde::de::IgnoredAny| {
                if *key < *first {
                    rows.push(Table::Program.remove(key)?);
                }
                Ok(())
            });
        read.await?;
        self.commit(&rows).await
    }

    /// Removes all that is remembered of a customer.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn forget(&self, key: &CustomerKey) -> Result<(), StateError> {
        let mut rows = vec![
            Table::Program.remove(&format!("case/{key}"))?,
            Table::Program.remove(&format!("decided/{key}"))?,
            Table::Program.remove(&format!("peppol/{key}"))?,
            Table::Program.remove(&format!("note/{key}"))?,
        ];
        rows.extend(change_log::removal(&self.state, key).await?);
        let prefix = format!("call/{key}/");
        let read = self
            .state
            .each(Table::Program, &prefix, |key, _: serde::de::IgnoredAny| {
                rows.push(Table::Program.remove(key)?);
                Ok(())
            });
        read.await?;
        self.commit(&rows).await
    }

    /// Writes rows, many of them in several steps.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn commit(&self, rows: &[RowChange]) -> Result<(), StateError> {
        for rows in rows.chunks(BATCH) {
            self.state.write(rows).await?;
        }
        Ok(())
    }
}

/// Whether what was decided still answers what is asked.
#[must_use]
pub fn is_answered(case: &Case, decided: Option<&Decided>, now: DateTime<Utc>) -> bool {
    decided.is_some_and(|decided| decided.answers(case, now))
}

/// Whether a person has to look at it.
fn waits(outcome: &Outcome) -> bool {
    let kinds = [
        OutcomeKind::Ambiguous,
        OutcomeKind::Conflict,
        OutcomeKind::Quarantined,
        OutcomeKind::Failed,
    ];
    kinds.contains(&outcome.kind) || outcome.is_erased_in_source()
}

impl RunNote {
    /// What this report says.
    #[must_use]
    pub fn of(report: &SyncReport, source: &str, by: &str, seconds: f64) -> Self {
        let failed = report.outcomes.iter();
        let failed = failed
            .filter(|one| one.kind == OutcomeKind::Failed)
            .take(100);
        let mut warnings: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
        warnings.extend(report.store_error.clone());
        Self {
            source: source.to_owned(),
            by: by.to_owned(),
            seconds,
            planyo: report.calls.source,
            billit: report.calls.billit,
            warnings,
            failed: failed
                .map(|one| (one.key.clone(), one.reason.clone()))
                .collect(),
            unusual: Vec::new(),
        }
    }
}
