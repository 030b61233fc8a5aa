//! Plans that a person looks at before they are applied. They are kept in memory, the last few: one that is gone is made again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use customer_sync::store::RunId;
use customer_sync::{CustomerKey, Plan};

use crate::planfy::Import;
use crate::random::random_text;

/// So many are kept.
const KEPT: usize = 8;

/// The plans.
#[derive(Default)]
pub struct Plans(Mutex<VecDeque<Arc<Prepared>>>);

/// What a plan is for.
#[derive(Clone, Debug)]
pub enum PlanFor {
    /// All customers of the source with this name. Default: Planyo's.
    All(Option<String>),
    /// What a file of Planfy's customers changes.
    Import(Arc<Import>),
    /// One decision for all customers of a kind.
    OfAKind,
    /// What a person has decided in a spreadsheet.
    Decisions,
    /// The undo of a run.
    Undo(RunId),
    /// Forgetting a customer.
    Forget(CustomerKey),
}

/// A plan.
pub struct Prepared {
    /// Its id in the address of its page.
    pub id: String,
    /// What it is for.
    pub what: PlanFor,
    /// Who has asked for it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    stage: Mutex<Stage>,
}

/// How far it is.
#[derive(Clone, Default)]
pub enum Stage {
    /// Both sides are being read.
    #[default]
    Making,
    /// It waits for a person. If it is over the safety limit, with the reason.
    Ready(Arc<Plan>, Option<String>),
    /// It is being applied.
    Applying(Arc<Plan>),
    /// It was applied: by this run, with these counts.
    Done(Option<RunId>, String),
    /// Nothing was written.
    Failed(String),
}

impl Plans {
    /// A new one, that is being made.
    pub fn begin(&self, what: PlanFor, by: &str) -> Arc<Prepared> {
        let prepared = Arc::new(Prepared {
            id: random_text(),
            what,
            by: by.to_owned(),
            at: Utc::now(),
            stage: Mutex::default(),
        });
        let mut plans = self.lock();
        plans.push_front(Arc::clone(&prepared));
        plans.truncate(KEPT);
        prepared
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Prepared>> {
        self.lock().iter().find(|plan| plan.id == id).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<Prepared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Prepared {
    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// It is so far.
    pub fn set(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// The plan, if it waits: it is being applied from now on. So it is applied once, however often the button is pressed.
    #[must_use]
    pub fn take(&self) -> Option<Arc<Plan>> {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let Stage::Ready(plan, _) = &*stage else {
            return None;
        };
        let plan = Arc::clone(plan);
        *stage = Stage::Applying(Arc::clone(&plan));
        Some(plan)
    }
}
