//! Text that is shown to nobody.

use std::fmt;

use zeroize::Zeroizing;

/// A password or key. It shows in no `Debug`, and is wiped from memory when it is dropped.
///
/// ```
/// use billit_client::Secret;
/// assert_eq!(format!("{:?}", Secret::from("hunter2")), "Secret(***)");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
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
