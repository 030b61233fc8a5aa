//! Stateful property tests: random steps in Planyo, by hand in Billit, runs, faults and crashes, and after them the
//! invariants of the sync.
//!
//! Each case has settings and a list of steps. There are 256 cases, the same in each run; with `PROPTEST_CASES` there
//! are that many, random each time. Failed cases are kept in `proptest-regressions.txt` and run first; fixed ones are
//! tests in `found`.
//!
//! Always:
//!
//! - after the faults, two runs with the store sync everything (five if Billit merges by the address): one more writes
//!   nothing, and nothing has failed;
//! - no two customers share a party, and none has two;
//! - a run that ends with an error (half a listing, above all) has written nothing, and a plan never writes;
//! - each user is in one kind; a field that is not mapped is neither sent nor changed;
//! - the plan is the same however the listings are paged and printed (`laws.rs` shuffles them);
//! - of two customers that share an e-mail address or a VAT number, a full run creates none; an incremental run
//!   neither, unless the other has a party that does not show it;
//! - what has changed in Billit between a plan and its apply is kept;
//! - a customer that shares nothing with others has a party, whatever happened to the others.
//!
//! Under conditions, each a documented limit of the crate:
//!
//! - Concurrent runs may duplicate a customer if Billit honours no idempotency key; a duplicate is reported and never
//!   written again. So may a create that a gateway timed out and that takes effect after all look-ups of its run.
//! - A manual correction survives with a store that has the customer's state, as long as every run uses that store. If
//!   Billit merges by a value that cannot be matched (the address), it survives only runs without other faults, and
//!   only if lists have every field: an overwritten party is repaired from what was read before. The same if Billit
//!   answers every create with the id of one party, as has been seen.
//! - A customer outside the filter of a run does not count as a duplicate in it.
//! - A crash and two runs end as two runs without a crash, except for a crash between such a merge and its repair.
//! - Counts agree with the server if no fault hides a write from the client.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_imports,
    clippy::struct_excessive_bools,
    clippy::assigning_clones,
    unreachable_pub,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "../common/mod.rs"]
mod common;

mod checks;
mod found;
mod moves;
mod runs;
mod story;
use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use billit_client::parties::ClearAs;
use checks::*;
use common::{TestStore, World, options, person, text};
use customer_sync::store::{MemoryStore, State, StateSnapshot, StoredValues, export, import};
use customer_sync::{
    CustomerKey, CustomerNumber, MappingRules, Outcome, OutcomeKind, PlanyoUsers, SyncError,
    SyncOptions, SyncReport, apply, plan_customers, sync_changed, sync_customer, sync_customers,
};
use futures_util::FutureExt;
use moves::*;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{FileFailurePersistence, RngSeed, TestError, TestRunner};
use runs::*;
use sandbox::billit::{IdempotencyHeader, Matcher};
use sandbox::planyo::{PhoneStyle, User};
use sandbox::{Fault, FaultPlan};
use serde_json::{Map, Value, json};
use story::*;

/// A manual correction, and the corrected value.
#[derive(Debug)]
struct Mark {
    user: u64,
    party: i64,
    field: &'static str,
    value: Option<String>,
    source: String,
}

struct Machine {
    setting: Setting,
    world: World,
    store: Arc<TestStore>,
    /// The users as they were when the store last recorded them.
    seen: BTreeMap<u64, User>,
    marks: Vec<Mark>,
    unmapped: BTreeMap<(i64, &'static str), Value>,
    next_user: u64,
    /// Users who were removed.
    gone: Vec<User>,
    /// The next run has faults.
    faulty: bool,
    /// A write may still take effect.
    late: bool,
    /// There may be duplicates: concurrent runs, or a copy by hand.
    doubled: bool,
    /// In the next run every create is merged into one party.
    same_party: bool,
}

fn key(user: &User) -> CustomerKey {
    let id = match &user.malformed {
        Some(_) => "?".to_owned(),
        None => user.id.to_string(),
    };
    CustomerKey::new("planyo", id)
}

fn string(party: &Map<String, Value>, field: &str) -> Option<String> {
    text(party, field)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn id_of(party: &Map<String, Value>) -> i64 {
    party["PartyID"].as_i64().unwrap()
}

impl Machine {
    async fn new(setting: Setting) -> Self {
        let world = World::empty().await;
        let machine = Self {
            setting,
            world,
            store: TestStore::new(),
            seen: BTreeMap::new(),
            marks: Vec::new(),
            unmapped: BTreeMap::new(),
            next_user: 1,
            gone: Vec::new(),
            faulty: false,
            late: false,
            doubled: false,
            same_party: false,
        };
        machine.configure(&machine.world);
        machine
    }

    fn configure(&self, world: &World) {
        let from = self.setting.clone();
        world.sandbox.billit.configure(|settings| {
            settings.matchers = from.matchers;
            settings.match_across_types = from.match_across_types;
            settings.idempotency_header = from.idempotency;
            settings.summaries = from.summary.is_some();
            let summary = from.summary.unwrap_or_default().iter();
            settings.summary_fields = summary.map(|field| (*field).to_owned()).collect();
            if from.link_cannot_be_filtered {
                settings.forbidden_properties = [OF_THE_LINK.to_owned()].into();
            }
            settings.page_size = from.billit_page;
            settings.reject_null_in_patch = from.reject_null;
            settings.strict_patch = from.strict;
            settings.id_as_string = from.strict;
            settings.foreign_id_is_401 = from.reject_null;
            settings.relative_next_link = from.strict;
            settings.ignore_case_in_filter = from.filters_ignore_case;
            if from.clock_stands {
                settings.tick_millis = 0;
            }
        });
        world.sandbox.planyo.configure(|settings| {
            settings.max_page_size = from.planyo_page;
            settings.users_as_map = from.users_as_map;
            settings.numbers_as_strings = from.numbers_as_strings;
            settings.admin_list_instead = from.admin_list_instead;
            settings.list_phones = from.list_phones;
            settings.user_data_phones = from.user_data_phones;
            settings.clock_offset_seconds = from.planyo_clock;
        });
    }

    fn options(&self) -> SyncOptions {
        let setting = &self.setting;
        let number = if setting.numbered {
            CustomerNumber::SourceId
        } else {
            CustomerNumber::None
        };
        options()
            .rules(MappingRules::default().customer_number(number))
            .concurrency(setting.concurrency)
            .clear_as(if setting.blanks_as_text {
                ClearAs::EmptyText
            } else {
                ClearAs::Null
            })
            .allow_mass_changes()
    }

    fn state(&self) -> State {
        State::new(Arc::clone(&self.store))
    }

    fn remembering(&self, store: &Arc<TestStore>) -> SyncOptions {
        let keep = if self.setting.keep_values {
            StoredValues::Plain
        } else {
            StoredValues::Hashed
        };
        let state = State::new(Arc::clone(store)).with_stored_values(keep);
        self.options().store(state)
    }

    /// Billit honours the header in which the client sends its keys.
    fn honours_keys(&self) -> bool {
        use IdempotencyHeader as H;
        matches!(self.setting.idempotency, H::Key | H::Both)
    }

    /// Billit merges by a value that cannot be matched, or not at all.
    fn merges(&self) -> bool {
        self.setting.matchers.contains(&Matcher::Address) || self.same_party
    }

    fn users(&self) -> Vec<User> {
        self.world.sandbox.planyo.users()
    }

    fn user(&self, who: u8) -> Option<User> {
        let users = self.users();
        let place = usize::from(who).checked_rem(users.len())?;
        users.get(place).cloned()
    }

    fn party(&self, which: u8) -> Option<Map<String, Value>> {
        let parties = self.world.sandbox.billit.parties();
        let place = usize::from(which).checked_rem(parties.len())?;
        parties.get(place).cloned()
    }

    /// Lets pending writes take effect.
    async fn settle(&mut self) {
        if std::mem::take(&mut self.late) {
            tokio::time::sleep(Duration::from_millis(8)).await;
        }
    }

    async fn step(&mut self, step: &Step) {
        if !matches!(step, Step::Run(_)) || !self.honours_keys() {
            self.settle().await;
        }
        match step {
            Step::Move(change) => self.change(change),
            Step::Run(run) => Box::pin(self.run(run)).await,
            Step::Crash(run, crash) => self.crash(run, *crash).await,
            Step::Faults(faults) => {
                self.faulty = true;
                for (operation, skip, fault, times) in faults {
                    let plan = self.faults(operation);
                    for _ in 0..*times {
                        plan.on(operation, *skip, *fault);
                    }
                }
            }
            Step::RandomFaults(seed, percent) => {
                self.faulty = true;
                self.world
                    .sandbox
                    .billit
                    .faults()
                    .random(*seed, *percent, &FAULTS);
                let faults = [&FAULTS[..], &[Fault::Overuse]].concat();
                self.world
                    .sandbox
                    .planyo
                    .faults()
                    .random(*seed, *percent, &faults);
            }
            Step::SameParty(which) => {
                let Some(party) = self.party(*which) else {
                    return;
                };
                let same = Some(id_of(&party));
                self.same_party = true;
                self.world
                    .sandbox
                    .billit
                    .configure(|settings| settings.always_same_party = same);
            }
            Step::LoseStore => {
                self.store = TestStore::new();
                self.seen.clear();
                self.marks.clear();
            }
        }
    }

    fn faults(&self, operation: &str) -> &FaultPlan {
        match operation {
            "list_users" | "get_user_data" => self.world.sandbox.planyo.faults(),
            _ => self.world.sandbox.billit.faults(),
        }
    }

    fn calm(&mut self) {
        self.world.sandbox.planyo.faults().clear();
        self.world.sandbox.billit.faults().clear();
        self.world
            .sandbox
            .billit
            .configure(|settings| settings.always_same_party = None);
        (self.faulty, self.same_party) = (false, false);
    }
}

fn play(setting: Setting, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut machine = Machine::new(setting).await;
        for step in steps {
            Box::pin(machine.step(step)).await;
        }
        Box::pin(machine.finish()).await;
    });
}

/// The number of cases in each of the four parts, which run in parallel.
const CASES: u32 = 64;

fn play_part(part: u32) {
    let mut config = ProptestConfig {
        max_shrink_iters: 400,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/machine/proptest-regressions.txt",
        ))),
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
        config.rng_seed = RngSeed::Fixed(2026 + u64::from(part));
    } else {
        config.cases = config.cases.div_ceil(4);
    }
    let mut runner = TestRunner::new(config);
    let result = runner.run(&(setting(), steps()), |(setting, steps)| {
        play(setting, &steps);
        Ok(())
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(why, (setting, steps))) => panic!("{why}\n{setting:?}\n{steps:?}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn whatever_happens_the_invariants_hold_part_1() {
    play_part(0);
}

#[test]
fn whatever_happens_the_invariants_hold_part_2() {
    play_part(1);
}

#[test]
fn whatever_happens_the_invariants_hold_part_3() {
    play_part(2);
}

#[test]
fn whatever_happens_the_invariants_hold_part_4() {
    play_part(3);
}
