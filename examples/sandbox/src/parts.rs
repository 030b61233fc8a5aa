//! What of the two APIs is there.

use crate::{billit, planyo};

/// Planyo's methods and Billit's paths that are there, one a line.
#[must_use]
pub fn parts() -> String {
    let mut text = String::from("Planyo's methods:\n");
    for method in planyo::methods() {
        text.extend(["  ", method, "\n"]);
    }
    text.push_str("\nBillit's paths:\n");
    for path in billit::paths() {
        text.extend(["  ", path, "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_and_path_is_listed() {
        let text = parts();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        assert!(lines.contains(&"list_vouchers"));
        assert!(lines.contains(&"GET /v1/Cashbook"));
        let mut missing = planyo::missing_methods().chain(billit::missing_paths());
        assert!(missing.all(|name| !lines.contains(&name)));
    }
}
