//! Splits an address line into street, house number and box, or leaves it whole in the street if that is not certain.

mod conventions;
mod parts;
mod postcode;
mod split;
mod tokens;
mod words;

pub(crate) use self::parts::joined;
pub use self::parts::{Certainty, Split, bare_postcode};

use self::parts::without_labels;
use crate::normalize::text::{clean, folded_words};

/// Splits a line by the conventions of `country` (alpha-2), or by general ones if it is unknown. `None` for a blank
/// line. Nothing is lost: a line that cannot be split stays whole in `street`.
///
/// ```
/// use customer_sync::normalize::address::{Certainty, split};
///
/// let line = split("Rue de la Loi 16 bte 4", Some("BE")).unwrap();
/// assert_eq!((line.street.as_str(), line.number.as_deref(), line.box_number.as_deref()),
///            ("Rue de la Loi", Some("16"), Some("4")));
/// assert_eq!(line.certainty, Certainty::Certain);
///
/// let line = split("Flat 2, 10 High Street", Some("GB")).unwrap();
/// assert_eq!((line.street.as_str(), line.number.as_deref(), line.box_number.as_deref()),
///            ("High Street", Some("10"), Some("Flat 2")));
///
/// let line = split("Postbus 12", Some("NL")).unwrap();
/// assert_eq!((line.street.as_str(), line.reason), ("Postbus 12", "a post office box"));
/// ```
#[must_use]
pub fn split(line: &str, country: Option<&str>) -> Option<Split> {
    let whole = clean(line)?;
    Some(split::split(line, whole, &conventions::of(country)))
}

/// Whether two addresses are the same, however they are split and punctuated: `Kerkstraat 12 bus 3` in one field and
/// `Kerkstraat`, `12`, `3` in three.
#[must_use]
pub fn same<'a>(
    a: impl IntoIterator<Item = &'a str>,
    b: impl IntoIterator<Item = &'a str>,
) -> bool {
    let join = |parts: &mut dyn Iterator<Item = &'a str>| parts.collect::<Vec<_>>().join(" ");
    let (a, b) = (join(&mut a.into_iter()), join(&mut b.into_iter()));
    let (plain_a, plain_b) = (words_of(&a), words_of(&b));
    if plain_a == plain_b || number_behind(plain_a.clone()) == number_behind(plain_b.clone()) {
        return true;
    }
    // The number or the flat may be in front in one and behind in the other.
    let (split_a, split_b) = (split_words(&a), split_words(&b));
    split_a == split_b || split_a == plain_b || plain_a == split_b
}

fn split_words(line: &str) -> Vec<String> {
    split(line, None)
        .map(|split| split.or_whole(Certainty::Likely).words())
        .unwrap_or_default()
}

/// The words in order, without labels of a box or a number.
fn words_of(line: &str) -> Vec<String> {
    without_labels(folded_words(line))
}

/// A number in front moved behind the street.
fn number_behind(mut words: Vec<String>) -> Vec<String> {
    let is_street = |word: &String| word.starts_with(char::is_alphabetic);
    if let (Some(first), Some(last)) = (words.first(), words.iter().rposition(is_street))
        && !is_street(first)
    {
        words.get_mut(..=last).unwrap_or_default().rotate_left(1);
    }
    words
}
