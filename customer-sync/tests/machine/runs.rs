//! Runs, crashes, and the final state.

use super::*;

/// The scope of a run, and whether it has the store.
#[derive(Clone, Copy)]
pub struct Scope {
    /// Default: all.
    pub user: Option<u64>,
    pub remembers: bool,
    /// Retries quarantined customers.
    pub again: bool,
    /// Skips odd ids.
    pub even: bool,
    /// Compares only changed records.
    pub changed: bool,
}

const EVERYBODY: Scope = Scope {
    user: None,
    remembers: true,
    again: false,
    even: false,
    changed: false,
};

/// One customer may wait for another: a customer that takes over an e-mail address is created after the former owner
/// lost it.
const RUNS_TO_REST: usize = 2;

impl Machine {
    pub async fn run(&mut self, run: &Run) {
        self.world.clear();
        // A pending write of an earlier run may take effect during this one.
        self.faulty |= self.late;
        let mut twice = false;
        match run {
            Run::Planned(who, moves) => {
                self.change(&Move::Edit(*who, Edit::City(who % 3)));
                self.plan_and_apply(moves).await;
            }
            Run::All | Run::Changed | Run::WithoutStore | Run::Again | Run::Some | Run::One(_) => {
                let Some(scope) = self.scope(run) else { return };
                let options = self.options_of(scope, &self.store);
                let result = sync(&self.world, scope, &options).await;
                self.look(result, scope, true);
            }
            Run::AllTwice => twice = Box::pin(self.at_once(&Run::All, &Run::All)).await,
            Run::OneTwice(who) => {
                twice = Box::pin(self.at_once(&Run::One(*who), &Run::One(*who))).await;
            }
            Run::Two(one, other) => {
                twice = Box::pin(self.at_once(&Run::One(*one), &Run::One(*other))).await;
            }
            Run::AllAndOne(who) => twice = Box::pin(self.at_once(&Run::All, &Run::One(*who))).await,
        }
        if matches!(run, Run::WithoutStore) {
            self.marks.clear();
        }
        self.after_a_run(twice);
    }

    /// Two concurrent runs with one store; false if there are no customers.
    async fn at_once(&mut self, one: &Run, other: &Run) -> bool {
        let (Some(one), Some(other)) = (self.scope(one), self.scope(other)) else {
            return false;
        };
        let options = self.options_of(one, &self.store);
        let (its, others) = tokio::join!(
            sync(&self.world, one, &options),
            sync(&self.world, other, &options)
        );
        self.look(its, one, false);
        self.look(others, other, false);
        true
    }

    /// Performs a run, if there are customers.
    fn scope(&self, run: &Run) -> Option<Scope> {
        let user = match run {
            Run::One(who) => {
                let user = self.user(*who).filter(|user| user.malformed.is_none());
                Some(user?.id)
            }
            _ => None,
        };
        Some(Scope {
            user,
            remembers: !matches!(run, Run::WithoutStore),
            again: matches!(run, Run::Again),
            even: matches!(run, Run::Some),
            changed: matches!(run, Run::Changed),
        })
    }

    fn options_of(&self, scope: Scope, store: &Arc<TestStore>) -> SyncOptions {
        let mut options = if scope.remembers {
            self.remembering(store)
        } else {
            self.options()
        };
        if scope.again {
            options = options.retry_quarantined();
        }
        options
    }

    pub async fn plan_and_apply(&mut self, moves: &[Move]) {
        let options = &self.remembering(&self.store);
        let plan = plan_customers(&self.world.planyo, &self.world.billit, options).await;
        assert_eq!(self.world.writes(), 0, "a plan wrote");
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => return assert!(self.faulty, "{error}"),
        };
        let planned = self.mapped_values();
        for change in moves {
            self.change(change);
        }
        let mut corrected = self.mapped_values();
        corrected.retain(|place, value| planned.get(place).is_some_and(|planned| planned != value));
        let before = self.state().customers().await.unwrap();
        let there = self.world.sandbox.billit.parties();
        let report = match apply(&plan, &self.world.planyo, &self.world.billit, options).await {
            Ok(report) => report,
            Err(error) => {
                assert_eq!(
                    self.world.writes(),
                    0,
                    "an apply that failed wrote: {error}"
                );
                return assert!(self.faulty, "{error}");
            }
        };
        self.count(&report.outcomes);
        self.nobody_is_created_a_second_time(&report.outcomes, &there);
        if moves.is_empty() && !self.faulty && !report.outcomes.iter().any(was_merged) {
            assert_eq!(report.counts(), plan.counts(), "{plan}\n{report}");
        }
        let now = self.mapped_values();
        for (place, value) in corrected.iter().filter(|_| !self.merges()) {
            assert_eq!(
                now.get(place),
                Some(value),
                "changed since the plan: {place:?}"
            );
        }
        // Applying a plan stores only what it changed.
        self.keep_seen_as_in(&before).await;
    }

    /// Only of those of scope the store remembers what it did before it is known what it remembers.
    async fn keep_seen_as_in(&mut self, before: &StateSnapshot) {
        let after = self.state().customers().await.unwrap();
        self.seen.retain(|id, _| {
            let key = CustomerKey::new("planyo", id.to_string());
            before.get(&key) == after.get(&key)
        });
    }

    /// A run is aborted, and another one finishes it.
    pub async fn crash(&mut self, run: &Run, crash: Crash) {
        let Some(scope) = self.scope(run) else { return };
        if !scope.remembers {
            self.marks.clear();
        }
        let twin = if self.faulty || self.merges() || self.doubled {
            None
        } else {
            Some(self.uninterrupted(scope).await)
        };
        self.world.clear();
        let options = self.options_of(scope, &self.store);
        let before = self.state().customers().await.unwrap();
        {
            let mut run = pin!(sync(&self.world, scope, &options));
            poll_fn(|context| {
                if crash.unseen && self.requests(crash) >= crash.after {
                    return Poll::Ready(());
                }
                match run.as_mut().poll(context) {
                    Poll::Pending if self.requests(crash) < crash.after => Poll::Pending,
                    _ => Poll::Ready(()),
                }
            })
            .await;
            if crash.kill {
                self.store.kill();
            }
        }
        // What a dropped run writes at last is written by a task.
        tokio::task::yield_now().await;
        self.store.restart();
        self.keep_seen_as_in(&before).await;
        // Its last write is still pending.
        self.late = true;
        self.after_a_run(true);
        self.settle().await;
        let Some(twin) = twin else { return };
        for _ in 0..RUNS_TO_REST {
            self.world.clear();
            let result = sync(&self.world, scope, &options).await;
            self.look(result, scope, true);
            self.after_a_run(false);
        }
        let story = "a crash and reruns end elsewhere than runs alone";
        assert_eq!(contents(&self.world), twin, "{story}");
    }

    /// How many requests a run that crashes has made.
    fn requests(&self, crash: Crash) -> usize {
        let sandbox = &self.world.sandbox;
        let (planyo, billit) = (sandbox.planyo.counts(), sandbox.billit.counts());
        let reads = if crash.writes_only {
            0
        } else {
            planyo.reads + billit.reads
        };
        reads + billit.writes
    }

    /// The result of complete runs in the same state.
    async fn uninterrupted(&self, scope: Scope) -> Vec<String> {
        let world = World::empty().await;
        self.configure(&world);
        for user in self.users() {
            world.sandbox.planyo.add(user);
        }
        for party in self.world.sandbox.billit.parties() {
            world.sandbox.billit.add(Value::Object(party));
        }
        let store = TestStore::new();
        let mut all = Vec::new();
        export(&self.state(), &mut all).await.unwrap();
        import(&store.state(), all.as_slice()).await.unwrap();
        let options = self.options_of(scope, &store);
        for _ in 0..RUNS_TO_REST {
            sync(&world, scope, &options).await.unwrap();
        }
        contents(&world)
    }

    /// Two runs, and then nothing is left to do. If Billit merges by the address, which cannot be matched, each
    /// repaired merge may cause the next.
    pub async fn finish(&mut self) {
        self.calm();
        self.settle().await;
        let runs = if self.merges() { 5 } else { RUNS_TO_REST };
        for _ in 0..runs {
            Box::pin(self.run(&Run::All)).await;
        }
        self.world.clear();
        let options = self.remembering(&self.store);
        let report = sync(&self.world, EVERYBODY, &options).await.unwrap();
        assert_eq!(self.world.writes(), 0, "one more run wrote: {report}");
        assert_eq!(report.counts().skipped, 0, "{report}");
        self.look(Ok(report.clone()), EVERYBODY, true);
        self.no_customer_has_two_parties();
        self.nobody_is_blocked(&report);
        self.any_pages_give_one_plan().await;
    }
}

/// A run of everybody, or of one.
async fn sync(world: &World, scope: Scope, options: &SyncOptions) -> Result<SyncReport, SyncError> {
    let mut users = PlanyoUsers::new(&world.planyo);
    if scope.even {
        users = users.only(|user| user.id.get().is_multiple_of(2));
    }
    let Some(user) = scope.user else {
        return if scope.changed {
            sync_changed(&users, &world.billit, options).await
        } else {
            sync_customers(&users, &world.billit, options).await
        };
    };
    let mut report = SyncReport::default();
    let outcome = sync_customer(&users, &world.billit, user, options).await?;
    report.outcomes.push(outcome);
    Ok(report)
}

/// All parties, without the fields that only the server sets.
fn contents(world: &World) -> Vec<String> {
    let parties = world.sandbox.billit.parties();
    let mut texts: Vec<String> = parties
        .into_iter()
        .map(|mut party| {
            for field in ["PartyID", "Created", "LastModified"] {
                party.remove(field);
            }
            Value::Object(party).to_string()
        })
        .collect();
    texts.sort();
    texts
}
