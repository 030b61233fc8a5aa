//! The parts of an address line, and the line made of them again.

use std::fmt;

use super::certainty::Certainty;
use super::postcode::same_postcode;
use super::tokens::starts_with_unit;
use crate::normalize::text::folds_alike;

/// What the customer's own fields say of the place. A line that repeats it is split as if it did not.
#[derive(Clone, Copy, Default)]
pub struct KnownPlace<'a> {
    /// The country, alpha-2. Its conventions are used.
    pub country: Option<&'a str>,
    /// The postcode.
    pub postcode: Option<&'a str>,
    /// The city.
    pub city: Option<&'a str>,
}

impl fmt::Debug for KnownPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownPlace(..)")
    }
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
    /// The end of the line, if it only repeats the customer's own city, postcode or country.
    pub repeated: Option<String>,
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
        let contradicts = self
            .locality
            .as_ref()
            .is_some_and(|(typed_postcode, typed_city)| {
                postcode.is_some_and(|known| !same_postcode(known, typed_postcode))
                    || city.is_some_and(|known| !folds_alike(known, typed_city))
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
