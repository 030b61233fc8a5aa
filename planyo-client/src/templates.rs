//! Templates and translations.
