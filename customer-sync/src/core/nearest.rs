//! The known name that a misspelled one is most like.

/// The known name with the fewest changed letters, without regard to case, if they are few for its length.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().collect();
    let known = known.into_iter();
    let known = known.map(|known| (changed(&wanted, &known.to_lowercase()), known));
    let (changes, known) = known.min_by_key(|(changes, _)| *changes)?;
    (changes <= wanted.len().max(3) / 3).then_some(known)
}

/// In words: `; did you mean ...?`, or nothing.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let found = nearest(name, known);
    found.map_or_else(String::new, |known| format!("; did you mean `{known}`?"))
}

/// How many letters are added, left out or other ones.
fn changed(wanted: &[char], known: &str) -> usize {
    let mut row: Vec<usize> = (0..=wanted.len()).collect();
    for (line, letter) in known.chars().enumerate() {
        let mut left = line + 1;
        let mut next = vec![left];
        for (pair, other) in row.windows(2).zip(wanted) {
            let &[diagonal, above] = pair else { continue };
            left = (left + 1)
                .min(above + 1)
                .min(diagonal + usize::from(letter != *other));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
