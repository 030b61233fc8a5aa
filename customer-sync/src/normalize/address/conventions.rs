//! How addresses are written in each country.

use super::certainty::Certainty::{self, Certain, Likely, Unsure};

/// What a `/` inside a number separates.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// The number and a box: `16/3` in Belgium.
    Box(Certainty),
    /// Nothing: it is part of the number, as in `12/A` in Italy.
    Number(Certainty),
}

/// The form of a postcode.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Postcode {
    /// This many digits.
    Digits(usize),
    /// This many digits, then this many: `110 00`, `00-123`, `1200-109`.
    Pair(usize, usize),
    /// `1012 AB`.
    Dutch,
    /// `SW1A 1AA`, `D02 X285`; after the city.
    British,
    /// Four or five digits or `1012 AB`.
    Any,
}

/// What is behind a house number in one country and nowhere else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    None,
    /// `45-3` and `45 II` are a number and an addition.
    Additions,
    /// `12 b3` is the box 3, as in the short form of `bus`.
    ShortBox,
    /// `12 A 4` is a number, a staircase and a flat.
    Staircases,
}

/// How addresses are written in a country.
pub(super) struct Conventions {
    /// A number in front without a comma, before any word.
    pub(super) front: Certainty,
    /// The same before a street word like `rue`.
    pub(super) front_of_street_word: Certainty,
    /// A number behind.
    pub(super) behind: Certainty,
    /// `16/3`.
    pub(super) slash: Sign,
    pub(super) habit: Habit,
    pub(super) postcode: Postcode,
    /// Whether the country is known.
    pub(super) known: bool,
}

pub(super) fn of(country: Option<&str>) -> Conventions {
    use Postcode::{Any, British, Digits, Dutch, Pair};
    let continental = |slash, postcode| Conventions {
        front: Unsure,
        front_of_street_word: Likely,
        behind: Certain,
        slash,
        habit: Habit::None,
        postcode,
        known: true,
    };
    let number = Sign::Number(Likely);
    match country.unwrap_or_default() {
        "BE" => Conventions {
            habit: Habit::ShortBox,
            front_of_street_word: Certain,
            ..continental(Sign::Box(Certain), Digits(4))
        },
        "NL" => Conventions {
            habit: Habit::Additions,
            ..continental(Sign::Box(Likely), Dutch)
        },
        "LU" => Conventions {
            front: Likely,
            front_of_street_word: Certain,
            ..continental(number, Digits(4))
        },
        "FR" => Conventions {
            front: Certain,
            front_of_street_word: Certain,
            behind: Likely,
            ..continental(number, Digits(5))
        },
        "GB" | "IE" => Conventions {
            front: Certain,
            front_of_street_word: Certain,
            behind: Likely,
            ..continental(Sign::Box(Likely), British)
        },
        "DE" | "ES" => continental(number, Digits(5)),
        "FI" => Conventions {
            habit: Habit::Staircases,
            ..continental(number, Digits(5))
        },
        "IT" => continental(Sign::Number(Certain), Digits(5)),
        "AT" => continental(Sign::Box(Certain), Digits(4)),
        "CH" | "DK" | "NO" => continental(number, Digits(4)),
        "PT" => continental(number, Pair(4, 3)),
        "SE" => continental(number, Pair(3, 2)),
        "PL" => continental(Sign::Box(Certain), Pair(2, 3)),
        "CZ" => continental(Sign::Number(Certain), Pair(3, 2)),
        _ => Conventions {
            known: false,
            ..continental(Sign::Box(Likely), Any)
        },
    }
}
