//! Settings from the environment, as the examples read them.

/// The variables that an example knows. With the required ones it uses the real services; with none set, the sandbox.
pub(crate) struct Settings<E> {
    names: &'static [&'static str],
    environment: E,
}

impl<E: Fn(&str) -> Option<String>> Settings<E> {
    pub(crate) fn new(names: &'static [&'static str], environment: E) -> Self {
        Self { names, environment }
    }

    /// The value of a variable. A blank one counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.environment)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn are_blank(&self) -> bool {
        self.set().is_empty()
    }

    /// The value of a required variable.
    pub(crate) fn required(&self, name: &str) -> Result<String, String> {
        self.get(name).ok_or_else(|| {
            let set = self.set().join(" and ");
            format!("{name} is not set; set it, or unset {set} to run on the sandbox")
        })
    }

    fn set(&self) -> Vec<&'static str> {
        let names = self.names.iter().copied();
        names.filter(|name| self.get(name).is_some()).collect()
    }
}
