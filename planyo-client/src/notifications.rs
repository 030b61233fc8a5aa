//! Callbacks and messages that Planyo sends when something happens.
