//! The parts of an address line, and the line made of them again.

use std::fmt;

use super::tokens::starts_with_unit;
use super::words;
use crate::normalize::text::folded_words;

/// How certain a split is. Ordered: `certainty >= Certainty::Likely`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Several readings, or none: better left whole.
    #[default]
    Unsure,
    /// The usual reading of such a line.
    Likely,
    /// No other reading.
    Certain,
}

/// The parts of an address line. `Debug` shows no personal data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Street, or the whole line.
    pub street: String,
    /// House number with its letters, or a range of them: `12A`, `12-14`, `15 bis`.
    pub number: Option<String>,
    /// Box, flat, floor or staircase. Words that only mean "box" (`bus`, `bte`) are left out, others are kept: `Top
    /// 12`.
    pub box_number: Option<String>,
    /// Postcode and city, if they were typed into the line.
    pub locality: Option<(String, String)>,
    /// How certain the split is.
    pub certainty: Certainty,
    /// The reason, without personal data.
    pub reason: &'static str,
    pub(super) whole: String,
}

impl fmt::Debug for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Split({:?}: {})", self.certainty, self.reason)
    }
}

impl Split {
    pub(super) fn whole(line: String, certainty: Certainty, reason: &'static str) -> Self {
        Self {
            street: line.clone(),
            certainty,
            reason,
            whole: line,
            ..Self::default()
        }
    }

    /// The parts if they are at least this certain, otherwise the whole line as the street.
    ///
    /// ```
    /// use customer_sync::normalize::address::{Certainty, split};
    ///
    /// let line = split("12 Kerkstraat", Some("NL")).unwrap();
    /// assert_eq!(line.number.as_deref(), Some("12"));
    /// assert_eq!(line.or_whole(Certainty::Likely).street, "12 Kerkstraat");
    /// ```
    #[must_use]
    pub fn or_whole(self, threshold: Certainty) -> Self {
        if self.certainty >= threshold {
            return self;
        }
        Self::whole(self.whole, self.certainty, self.reason)
    }

    /// The parts, unless the postcode and city typed into the line differ from the known ones: then the whole line, so
    /// that nothing typed is lost.
    ///
    /// ```
    /// use customer_sync::normalize::address::split;
    ///
    /// let line = || split("Kerkstraat 12, 9000 Gent", Some("BE")).unwrap();
    /// assert_eq!(line().agreeing(Some("9000"), Some("GENT")).street, "Kerkstraat");
    /// assert_eq!(line().agreeing(Some("1000"), Some("Brussel")).street, "Kerkstraat 12, 9000 Gent");
    /// ```
    #[must_use]
    pub fn agreeing(self, postcode: Option<&str>, city: Option<&str>) -> Self {
        let agrees = |known: Option<&str>, typed: &str| {
            known.is_none_or(|known| folded_words(known).concat() == folded_words(typed).concat())
        };
        let contradicts = self.locality.as_ref().is_some_and(|locality| {
            !agrees(postcode, bare_postcode(&locality.0)) || !agrees(city, &locality.1)
        });
        if contradicts {
            let reason = "the place in the line is another than the customer's";
            return Self::whole(self.whole, Certainty::Unsure, reason);
        }
        self
    }

    /// Street, number and box in one line, a bare box after the word `box`.
    ///
    /// ```
    /// use customer_sync::normalize::address::split;
    ///
    /// assert_eq!(split("12 bte 3, rue Haute", Some("BE")).unwrap().line(), "rue Haute 12 box 3");
    /// ```
    #[must_use]
    pub fn line(&self) -> String {
        joined(
            &self.street,
            self.number.as_deref(),
            self.box_number.as_deref(),
        )
    }

    pub(super) fn words(&self) -> Vec<String> {
        let locality = self.locality.as_ref();
        let words: Vec<String> = [
            Some(self.street.as_str()),
            self.number.as_deref(),
            self.box_number.as_deref(),
            locality.map(|locality| locality.0.as_str()),
            locality.map(|locality| locality.1.as_str()),
        ]
        .into_iter()
        .flatten()
        .flat_map(folded_words)
        .collect();
        without_labels(words)
    }
}

/// Street, number and box in one line, a bare box after the word `box`.
pub(crate) fn joined(street: &str, number: Option<&str>, box_number: Option<&str>) -> String {
    let mut line = String::with_capacity(street.len() + 24);
    line.push_str(street);
    if let Some(number) = number {
        line.push(' ');
        line.push_str(number);
    }
    if let Some(box_number) = box_number {
        let bare = !starts_with_unit(box_number);
        line.push_str(if bare { " box " } else { " " });
        line.push_str(box_number);
    }
    line
}

/// A postcode without the letters of the country in front: `B-9000`.
///
/// ```
/// assert_eq!(customer_sync::normalize::address::bare_postcode("B-9000"), "9000");
/// assert_eq!(customer_sync::normalize::address::bare_postcode("1012 AB"), "1012 AB");
/// ```
#[must_use]
pub fn bare_postcode(postcode: &str) -> &str {
    let is_land =
        |land: &str| (1..=2).contains(&land.len()) && land.chars().all(|c| c.is_ascii_uppercase());
    postcode
        .split_once('-')
        .filter(|(land, _)| is_land(land))
        .map_or(postcode, |(_, code)| code)
}

/// The words without labels of a box or a number.
pub(super) fn without_labels(mut words: Vec<String>) -> Vec<String> {
    let mut following = words
        .iter()
        .skip(1)
        .map(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .collect::<Vec<_>>()
        .into_iter();
    words.retain(|word| {
        let before_number = following.next().unwrap_or_default();
        let is_label = before_number && words::NUMBER.contains(&word.as_str());
        !is_label && !words::BOX.contains(&word.as_str())
    });
    words
}
