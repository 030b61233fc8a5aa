//! Texts with places to fill in, such as `{to}`, as `[recalls.sms]` has them.

/// A text with places to fill in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Place(Place),
}

/// What is filled in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    To,
    ToDigits,
    Text,
    Id,
    Key,
}

impl Place {
    const ALL: [(Self, &str); 5] = [
        (Self::To, "to"),
        (Self::ToDigits, "to_digits"),
        (Self::Text, "text"),
        (Self::Id, "id"),
        (Self::Key, "key"),
    ];
}

impl Template {
    /// A brace that no word in braces begins with is a brace, as JSON has many.
    ///
    /// # Errors
    /// The name of a place that there is not.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            literal.push_str(before);
            let word = after.split_once('}').filter(|(word, _)| is_word(word));
            let Some((word, after)) = word else {
                literal.push('{');
                rest = after;
                continue;
            };
            let mut places = Place::ALL.iter();
            let (place, _) = places
                .find(|(_, name)| *name == word)
                .ok_or_else(|| word.to_owned())?;
            parts.push(Part::Text(std::mem::take(&mut literal)));
            parts.push(Part::Place(*place));
            rest = after;
        }
        literal.push_str(rest);
        parts.push(Part::Text(literal));
        Ok(Self(parts))
    }

    pub(super) fn has(&self, place: Place) -> bool {
        self.0.contains(&Part::Place(place))
    }

    /// The text with these values, which must be encoded already.
    pub(super) fn filled(&self, value: impl Fn(Place) -> String) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Place(place) => value(*place),
        });
        parts.collect()
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_braces_are_places_and_other_braces_are_braces() {
        for (text, expected) in [
            ("", Ok("")),
            ("a", Ok("a")),
            ("{to}", Ok("<To>")),
            ("+{to_digits}{text}.", Ok("+<ToDigits><Text>.")),
            ("{\"a\":{\"to\":\"{to}\"}}", Ok("{\"a\":{\"to\":\"<To>\"}}")),
            ("{{id}}", Ok("{<Id>}")),
            ("{} { to } {to", Ok("{} { to } {to")),
            ("{To}", Err("To")),
            ("{text}{name}", Err("name")),
        ] {
            let template = Template::new(text);
            let filled = template.map(|template| template.filled(|place| format!("<{place:?}>")));
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(filled, expected, "{text}");
        }
    }
}
