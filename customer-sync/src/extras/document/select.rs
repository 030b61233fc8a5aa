//! Selecting steps of a plan, and merging plans.

use std::collections::{BTreeSet, HashMap};

use billit_client::PartyId;
use billit_client::parties::TextField;

use crate::core::customer::CustomerKey;
use crate::core::field::Field;
use crate::core::plan::{Action, Plan, Purpose, Step};
use crate::core::values::Values;
use crate::core::warning::Warning;
use crate::normalize::email;

/// Why plans cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CannotMerge {
    /// A plan was made by another version of this crate.
    #[error("a plan has version {0}, which this program cannot merge; plan again")]
    Version(u32),
    /// The plans have different purposes, such as a sync and an undo.
    #[error("the plans are for different purposes; apply them one after the other")]
    Purpose,
    /// The plans were made by different rules, and `apply` takes a plan with its own.
    #[error("the plans were made by different rules; apply each with its own")]
    Rules,
    /// Two plans have different steps for the same customer: leave it out of one of them with [`Plan::only`].
    #[error("two plans have different steps for {0}; leave it out of one of them")]
    Customer(CustomerKey),
    /// Two customers would be written to one party.
    #[error("{first} and {second} are both written to party {party}; leave one of them out")]
    Party {
        /// The party.
        party: PartyId,
        /// The first customer.
        first: CustomerKey,
        /// The second customer.
        second: CustomerKey,
    },
    /// Two customers to be created share an e-mail address or a number: Billit could merge them into one party.
    #[error(
        "{first} and {second} would be created with the same e-mail or number; leave one of them out"
    )]
    Twins {
        /// The first customer.
        first: CustomerKey,
        /// The second customer.
        second: CustomerKey,
    },
}

impl Plan {
    /// The plan with only the steps for which this is true.
    ///
    /// ```
    /// # fn run(plan: customer_sync::Plan) {
    /// use customer_sync::OutcomeKind;
    ///
    /// let new_ones = plan.only(|step| step.outcome_kind() == OutcomeKind::Created);
    /// # }
    /// ```
    #[must_use]
    pub fn only(mut self, wanted: impl FnMut(&Step) -> bool) -> Self {
        self.steps.retain(wanted);
        if let Purpose::Erase(tombstones) = &mut self.purpose {
            let left: BTreeSet<&CustomerKey> = self.steps.iter().map(|step| &step.key).collect();
            tombstones.retain(|(key, _)| left.contains(key));
        }
        self
    }

    /// Several plans in one, such as parts of a plan that several people have decided on. Each was decided on without
    /// the others, so customers that would share a party are an error.
    ///
    /// # Errors
    /// When a plan is of another version, plans were made by different rules, or they conflict on a customer or a
    /// party.
    pub fn merged(plans: impl IntoIterator<Item = Self>) -> Result<Self, CannotMerge> {
        let (mut steps, mut missing_from_source) = (Vec::new(), Vec::new());
        let mut warnings: Vec<Warning> = Vec::new();
        let (mut purpose, mut rules, mut unproven_end) = (None, None, false);
        for plan in plans {
            if plan.version != Self::VERSION {
                return Err(CannotMerge::Version(plan.version));
            }
            match (
                purpose.get_or_insert_with(|| plan.purpose.clone()),
                plan.purpose,
            ) {
                (Purpose::Erase(all), Purpose::Erase(more)) => all.extend(more),
                (purpose, other) if *purpose == other => {}
                _ => return Err(CannotMerge::Purpose),
            }
            if *rules.get_or_insert(plan.rules) != plan.rules {
                return Err(CannotMerge::Rules);
            }
            steps.extend(plan.steps);
            missing_from_source.extend(plan.missing_from_source);
            let new = plan.warnings.into_iter();
            let new: Vec<Warning> = new.filter(|one| !warnings.contains(one)).collect();
            warnings.extend(new);
            unproven_end |= plan.unproven_end;
        }
        // The order of steps in a plan.
        steps.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| a.reason().cmp(&b.reason())));
        steps.dedup();
        check_disjoint(&steps)?;
        missing_from_source.sort_by(|a, b| a.key.cmp(&b.key));
        missing_from_source.dedup();
        let mut purpose = purpose.unwrap_or_default();
        if let Purpose::Erase(tombstones) = &mut purpose {
            tombstones.sort_unstable();
            tombstones.dedup();
        }
        Ok(Self {
            version: Self::VERSION,
            purpose,
            rules: rules.flatten(),
            steps,
            missing_from_source,
            warnings,
            unproven_end,
        })
    }
}

/// Checks that no two of these steps, which are sorted by key, share a customer or a party.
fn check_disjoint(steps: &[Step]) -> Result<(), CannotMerge> {
    for (step, next) in steps.iter().zip(steps.iter().skip(1)) {
        // Records without an id share a key, and nothing is written for them.
        if step.key == next.key && (step.writes() || next.writes()) {
            return Err(CannotMerge::Customer(step.key.clone()));
        }
    }
    let mut parties = HashMap::new();
    let mut created = HashMap::new();
    for step in steps.iter().filter(|step| step.writes()) {
        let second = || step.key.clone();
        if let Some(party) = step.party()
            && let Some(first) = parties.insert(party, &step.key)
        {
            let (first, second) = (first.clone(), second());
            return Err(CannotMerge::Party {
                party,
                first,
                second,
            });
        }
        let Action::Create { values, .. } = &step.action else {
            continue;
        };
        for key in identity_keys(values) {
            if let Some(first) = created
                .insert(key, &step.key)
                .filter(|first| **first != step.key)
            {
                let (first, second) = (first.clone(), second());
                return Err(CannotMerge::Twins { first, second });
            }
        }
    }
    Ok(())
}

/// The values by which Billit may merge two parties: VAT number, e-mail address and customer number.
fn identity_keys(values: &Values) -> impl Iterator<Item = (&'static str, String)> {
    let text = |field| {
        values
            .get(&Field::Text(field))
            .flatten()
            .unwrap_or_default()
    };
    let emails = email::keys(text(TextField::Email)).map(|email| ("Email", email));
    let numbers = [
        ("VATNumber", values.tax_key()),
        ("Nr", text(TextField::Nr).trim().to_owned()),
    ];
    let given = |(_, number): &(&str, String)| !number.is_empty();
    emails.chain(numbers.into_iter().filter(given))
}
