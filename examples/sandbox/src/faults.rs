//! Fault injection: which request fails, and how.

use std::{collections::VecDeque, sync::Mutex};

use crate::server::lock;

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

/// The planned faults of one server.
///
/// A request meets at most one: [`next`](Self::next) goes before [`on`](Self::on), before
/// [`always`](Self::always), before [`random`](Self::random).
#[derive(Debug, Default)]
pub struct FaultPlan(Mutex<Plan>);

#[derive(Debug, Default)]
struct Plan {
    next: VecDeque<Fault>,
    on: Vec<Scheduled>,
    always: Vec<(String, Fault)>,
    random: Option<Random>,
}

#[derive(Debug)]
struct Scheduled {
    operation: String,
    skip: usize,
    fault: Fault,
}

#[derive(Debug)]
struct Random {
    state: u64,
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
        lock(&self.0).random = Some(Random {
            state: seed,
            percent,
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
        let random = plan.random.as_mut().and_then(Random::draw);
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

impl Random {
    fn draw(&mut self) -> Option<Fault> {
        let hit = self.step() % 100 < u64::from(self.percent);
        let count = u64::try_from(self.faults.len()).ok()?;
        let choice = self.step().checked_rem(count)?;
        let fault = self.faults.get(usize::try_from(choice).ok()?).copied();
        fault.filter(|_| hit)
    }

    /// `SplitMix64`: small, and good enough to spread faults.
    fn step(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
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
}
