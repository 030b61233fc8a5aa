//! Fault injection: which request fails, and how.

use std::{collections::VecDeque, sync::Mutex};

use crate::{random::Random, server::lock};

/// A fault of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with `Retry-After`; nothing done.
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// 500; nothing done.
    InternalError,
    /// 503; nothing done.
    Unavailable {
        /// Seconds; no header when `None`.
        retry_after: Option<u32>,
    },
    /// 200 with an HTML page; the request took effect.
    HtmlBody,
    /// 200 with the first half of the JSON; the request took effect.
    TruncatedJson,
    /// The connection is reset; nothing done.
    ResetBefore,
    /// The request takes effect, then the connection is reset.
    ResetAfter,
    /// The request takes effect at once, the answer comes late.
    Slow {
        /// Milliseconds before the answer.
        millis: u64,
    },
    /// 504 at once, and the request takes effect later: a lookup in between does not find it.
    CommitsLate {
        /// Milliseconds after the answer was made.
        millis: u64,
    },
    /// The API's own rate limit error, nothing done: Planyo's code 5 inside a 200; on Billit, which
    /// documents none, the same as `TooManyRequests { retry_after: 1 }`.
    Overuse,
}

/// Every fault by its name on the command line and in the log, as the command line makes it.
const NAMES: [(&str, Fault); 10] = [
    (
        "too-many-requests",
        Fault::TooManyRequests { retry_after: 1 },
    ),
    ("internal-error", Fault::InternalError),
    (
        "unavailable",
        Fault::Unavailable {
            retry_after: Some(1),
        },
    ),
    ("html-body", Fault::HtmlBody),
    ("truncated-json", Fault::TruncatedJson),
    ("reset-before", Fault::ResetBefore),
    ("reset-after", Fault::ResetAfter),
    ("slow", Fault::Slow { millis: 1_000 }),
    ("commits-late", Fault::CommitsLate { millis: 1_000 }),
    ("overuse", Fault::Overuse),
];

impl Fault {
    /// Every name that [`named`](Self::named) knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }

    /// The fault of that name, such as `reset-after`. What waits, waits a second.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let known = NAMES.into_iter().find(|(known, _)| *known == name);
        known.map(|(_, fault)| fault)
    }

    pub(crate) fn name(self) -> &'static str {
        let is_same = |known: &Self| std::mem::discriminant(known) == std::mem::discriminant(&self);
        let known = NAMES.iter().find(|(_, fault)| is_same(fault));
        known.map_or("", |(name, _)| *name)
    }
}

/// The planned faults of one server.
///
/// A request meets at most one: [`next`](Self::next) goes before [`on`](Self::on), before
/// [`always`](Self::always), before [`random`](Self::random) and [`shares`](Self::shares).
#[derive(Debug, Default)]
pub struct FaultPlan(Mutex<Plan>);

#[derive(Debug, Default)]
struct Plan {
    next: VecDeque<Fault>,
    on: Vec<Scheduled>,
    always: Vec<(String, Fault)>,
    random: Option<Draws>,
    shares: Option<Shares>,
}

#[derive(Debug)]
struct Scheduled {
    operation: String,
    skip: usize,
    fault: Fault,
}

#[derive(Debug)]
struct Draws {
    numbers: Random,
    percent: u8,
    faults: Vec<Fault>,
}

impl FaultPlan {
    /// The next request, whatever it is. Several calls queue up.
    pub fn next(&self, fault: Fault) {
        lock(&self.0).next.push_back(fault);
    }

    /// The (`skip` + 1)-th request from now with this operation; once. Two faults for the same request hit two
    /// requests in a row.
    pub fn on(&self, operation: &str, skip: usize, fault: Fault) {
        lock(&self.0).on.push(Scheduled {
            operation: operation.to_owned(),
            skip,
            fault,
        });
    }

    /// Every request with this operation until [`clear`](Self::clear); `"*"` means every operation.
    pub fn always(&self, operation: &str, fault: Fault) {
        let mut plan = lock(&self.0);
        plan.always.retain(|(known, _)| known != operation);
        plan.always.push((operation.to_owned(), fault));
    }

    /// Each request draws: `percent` in 100 meet one of `faults`. The same seed and the same order of requests give
    /// the same faults.
    pub fn random(&self, seed: u64, percent: u8, faults: &[Fault]) {
        lock(&self.0).random = Some(Draws {
            numbers: Random::new(seed),
            percent,
            faults: faults.to_vec(),
        });
    }

    /// Each request draws: so many of a million meet each fault. The same seed and the same order of requests give the
    /// same faults.
    pub fn shares(&self, seed: u64, faults: &[(Fault, u32)]) {
        lock(&self.0).shares = Some(Shares {
            numbers: Random::new(seed),
            faults: faults.to_vec(),
        });
    }

    /// No more faults.
    pub fn clear(&self) {
        *lock(&self.0) = Plan::default();
    }

    pub(crate) fn draw(&self, operation: &str) -> Option<Fault> {
        let mut plan = lock(&self.0);
        // Every request draws, also one that meets another fault: the rest of the sequence must not shift.
        let random = plan.random.as_mut().and_then(Draws::draw);
        let shared = plan
            .shares
            .as_mut()
            .and_then(|plan| plan.numbers.share(&plan.faults));
        let random = random.or(shared);
        let mut due = None;
        for (place, scheduled) in plan.on.iter_mut().enumerate() {
            if scheduled.operation != operation {
                continue;
            }
            match scheduled.skip.checked_sub(1) {
                Some(left) => scheduled.skip = left,
                None => due = due.or(Some(place)),
            }
        }
        if let Some(fault) = plan.next.pop_front() {
            return Some(fault);
        }
        if let Some(place) = due {
            return Some(plan.on.remove(place).fault);
        }
        let always = plan
            .always
            .iter()
            .find(|(known, _)| known == operation || known == "*");
        always.map(|(_, fault)| *fault).or(random)
    }
}

impl Draws {
    fn draw(&mut self) -> Option<Fault> {
        let hit = self.numbers.step() % 100 < u64::from(self.percent);
        let choice = self.numbers.below(self.faults.len());
        self.faults.get(choice).copied().filter(|_| hit)
    }
}

#[derive(Debug)]
struct Shares {
    numbers: Random,
    /// Of a million requests.
    faults: Vec<(Fault, u32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_plan_hits_the_request_it_names() {
        let plan = FaultPlan::default();
        plan.next(Fault::HtmlBody);
        plan.on("add_user", 1, Fault::InternalError);
        plan.on("add_user", 1, Fault::Overuse);
        let drawn: Vec<_> = [
            "list_users",
            "add_user",
            "list_users",
            "add_user",
            "add_user",
            "add_user",
        ]
        .map(|operation| plan.draw(operation))
        .into();
        let expected = [
            Some(Fault::HtmlBody),
            None,
            None,
            Some(Fault::InternalError),
            Some(Fault::Overuse),
            None,
        ];
        assert_eq!(drawn, expected);

        plan.always("*", Fault::ResetBefore);
        assert_eq!(plan.draw("anything"), Some(Fault::ResetBefore));
        plan.clear();
        assert_eq!(plan.draw("anything"), None);
    }

    #[test]
    fn chance_is_reproducible_and_keeps_its_share() {
        let draw = |seed| {
            let plan = FaultPlan::default();
            plan.random(seed, 20, &[Fault::InternalError, Fault::ResetAfter]);
            (0..1000).map(|_| plan.draw("x")).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let hits = draw(7).into_iter().flatten().count();
        assert!((150..250).contains(&hits), "{hits}");
    }

    #[test]
    fn each_fault_has_its_own_share() {
        let draw = |seed| {
            let plan = FaultPlan::default();
            let faults = [(Fault::InternalError, 20_000), (Fault::ResetAfter, 100_000)];
            plan.shares(seed, &faults);
            (0..10_000).map(|_| plan.draw("x")).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        let drawn = draw(7);
        let count = |fault| drawn.iter().filter(|drawn| **drawn == Some(fault)).count();
        let (errors, resets) = (count(Fault::InternalError), count(Fault::ResetAfter));
        assert!((150..250).contains(&errors), "{errors}");
        assert!((900..1_100).contains(&resets), "{resets}");
    }

    #[test]
    fn names() {
        for name in Fault::names() {
            assert_eq!(Fault::named(name).map(Fault::name), Some(name));
        }
        assert_eq!(Fault::Slow { millis: 7 }.name(), "slow");
        assert_eq!(Fault::named("flood"), None);
    }
}
