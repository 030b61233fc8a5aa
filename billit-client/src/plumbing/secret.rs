//! Text that is never shown.

use std::fmt;

use zeroize::Zeroizing;

/// A password or key. It is shown by no `Debug`, and is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Without the spaces and line breaks around it, as a file ends with one.
    pub(crate) fn trimmed(&self) -> Self {
        Self::from(self.0.trim())
    }

    /// What is wrong with it as a key, if anything.
    #[cfg(feature = "client")]
    pub(crate) fn key_problem(&self) -> Option<&'static str> {
        if self.0.is_empty() {
            return Some("is blank");
        }
        let is_key = self.0.bytes().all(|byte| byte.is_ascii_graphic());
        (!is_key).then_some(
            "has a space, a line break or another character that no key has; was it pasted whole, and nothing else?",
        )
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_text() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?}"), "Secret(***)");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[cfg(feature = "client")]
    #[test]
    fn a_key_has_visible_letters_only() {
        let problem = |text: &str| Secret::from(text).key_problem();
        assert_eq!(problem("hunter2-/+="), None);
        assert_eq!(problem(""), Some("is blank"));
        for text in ["a b", "a\nb", "a\u{0}", "clé", "\u{feff}key"] {
            assert!(problem(text).unwrap().contains("pasted"), "{text:?}");
        }
    }
}
