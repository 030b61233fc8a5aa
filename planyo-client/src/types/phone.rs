//! Phone numbers, whose parts Planyo names and joins differently from method to method.

use std::fmt;

use crate::users::User;

/// A phone number as far as Planyo says what it is. Nothing is guessed: digits are neither cut off nor put before.
///
/// | where | fields | form |
/// |---|---|---|
/// | `add_user`, `modify_user` | `phone_country_code` and `phone`, `mobile_country_code` and `mobile` | apart |
/// | `make_reservation` | `phone_prefix` and `phone_number`, `mobile_prefix` and `mobile_number` | apart |
/// | `list_reservations` and searches | `phone_country_code` and `phone`, `mobile_country_code` and `mobile_number` | apart |
/// | `get_user_data`, `get_reservation_data` | `phone_number`, `mobile_number` | with the country code, in an unknown form |
/// | `list_users` | `phone_number`, `mobile_number` | unknown |
/// | notifications | `phone` | unknown |
///
/// ```
/// use planyo_client::Phone;
///
/// let phone = Phone::from_parts(Some("32"), Some("470000000")).unwrap();
/// assert_eq!(phone.to_string(), "+32 470000000");
/// assert_eq!((phone.country_code(), phone.number()), (Some("32"), "470000000"));
///
/// let phone = Phone::from_parts(None, Some("0470 00 00 00")).unwrap();
/// assert_eq!(phone, Phone::AsTyped("0470 00 00 00".into()));
/// ```
///
/// `Debug` shows no digit: a number is personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phone {
    /// The country code, such as `32`, and the number without it.
    Parts {
        /// Digits alone.
        country_code: String,
        /// As it came, without spaces around it.
        number: String,
    },
    /// The number includes the country code: it says so by `+` or `00`, or the field's documentation does.
    WithCountryCode(String),
    /// As it was typed; whether a country code is in it is unknown.
    AsTyped(String),
}

impl Phone {
    /// From two fields, either of which may be missing or blank. Without a number there is no phone. A number that
    /// itself begins with `+` or `00` wins over the country code beside it, and without a country code it is
    /// [as typed](Self::AsTyped).
    #[must_use]
    pub fn from_parts(country_code: Option<&str>, number: Option<&str>) -> Option<Self> {
        let number = number?.trim();
        if number.is_empty() {
            return None;
        }
        if number.starts_with('+') || number.starts_with("00") {
            return Some(Self::WithCountryCode(number.to_owned()));
        }
        let country_code = country_code.unwrap_or_default().trim();
        let digits = country_code
            .trim_start_matches('+')
            .trim_start_matches("00");
        let is_code = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(match (is_code, country_code) {
            (true, _) => Self::Parts {
                country_code: digits.to_owned(),
                number: number.to_owned(),
            },
            (false, "") => Self::AsTyped(number.to_owned()),
            // What is no code is kept as it was typed.
            (false, text) => Self::AsTyped(format!("{text} {number}")),
        })
    }

    /// From a field of which Planyo says that it includes the country code (`get_user_data`, `get_reservation_data`).
    #[must_use]
    pub fn with_country_code(number: &str) -> Option<Self> {
        let number = Some(number.trim()).filter(|number| !number.is_empty())?;
        Some(Self::WithCountryCode(number.to_owned()))
    }

    /// A number of a field that includes the country code by its documentation.
    pub(crate) fn whole(self) -> Self {
        match self {
            Self::AsTyped(number) => Self::WithCountryCode(number),
            known => known,
        }
    }

    /// The country code, where Planyo has it apart.
    #[must_use]
    pub fn country_code(&self) -> Option<&str> {
        match self {
            Self::Parts { country_code, .. } => Some(country_code),
            Self::WithCountryCode(_) | Self::AsTyped(_) => None,
        }
    }

    /// The number: without the country code where that is apart, else the whole text.
    #[must_use]
    pub fn number(&self) -> &str {
        match self {
            Self::Parts { number, .. } | Self::WithCountryCode(number) | Self::AsTyped(number) => {
                number
            }
        }
    }
}

/// `+32 470000000` where the code is apart, else the text as it came.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(country_code) = self.country_code() {
            write!(f, "+{country_code} ")?;
        }
        f.write_str(self.number())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parts { .. } => "Parts(***)",
            Self::WithCountryCode(_) => "WithCountryCode(***)",
            Self::AsTyped(_) => "AsTyped(***)",
        })
    }
}

impl User {
    /// The phone number. A user of `get_user_data`, whose numbers include the country code by its documentation, and one
    /// of `list_users` look alike, so that a number without a code beside it is [as typed](Phone::AsTyped).
    #[must_use]
    pub fn phone(&self) -> Option<Phone> {
        Phone::from_parts(
            self.phone_country_code.as_deref(),
            self.phone_number.as_deref(),
        )
    }

    /// The mobile number, as [`phone`](Self::phone).
    #[must_use]
    pub fn mobile(&self) -> Option<Phone> {
        Phone::from_parts(
            self.mobile_country_code.as_deref(),
            self.mobile_number.as_deref(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_say_what_the_number_is() {
        let parts = |code: &str, number: &str| {
            let country_code = code.to_owned();
            let number = number.to_owned();
            Some(Phone::Parts {
                country_code,
                number,
            })
        };
        let whole = |text: &str| Some(Phone::WithCountryCode(text.to_owned()));
        let typed = |text: &str| Some(Phone::AsTyped(text.to_owned()));
        let cases = [
            (Some("32"), Some("470000000"), parts("32", "470000000")),
            (Some("+32"), Some(" 0470/00 "), parts("32", "0470/00")),
            (Some("0032"), Some("9"), parts("32", "9")),
            // It may include the code or begin with the same digits: both are kept.
            (Some("32"), Some("32470000000"), parts("32", "32470000000")),
            (Some("32"), Some("+33 6 00"), whole("+33 6 00")),
            (Some("32"), Some("0033600"), whole("0033600")),
            (None, Some("+32 9 000"), whole("+32 9 000")),
            (None, Some("32470000000"), typed("32470000000")),
            (Some(" "), Some("09 000"), typed("09 000")),
            (Some("BE"), Some("09 000"), typed("BE 09 000")),
            (Some("32"), None, None),
            (Some("32"), Some(" "), None),
            (None, None, None),
        ];
        for (code, number, expected) in cases {
            let phone = Phone::from_parts(code, number);
            assert!(phone == expected, "{code:?} {number:?}");
        }
        assert_eq!(Phone::with_country_code(" 32470 "), whole("32470"));
        assert_eq!(Phone::with_country_code(" "), None);
    }

    #[test]
    fn a_number_is_shown_by_display_alone() {
        let phone = Phone::from_parts(Some("32"), Some("470000000")).unwrap();
        assert_eq!(phone.to_string(), "+32 470000000");
        assert_eq!(format!("{phone:?}"), "Parts(***)");
        let user: User = serde_json::from_str(
            r#"{"id":1,"mobile_country_code":32,"mobile_number":"470","phone_number":"09"}"#,
        )
        .unwrap();
        assert_eq!(user.mobile().unwrap().to_string(), "+32 470");
        assert_eq!(user.phone().unwrap().to_string(), "09");
    }
}
