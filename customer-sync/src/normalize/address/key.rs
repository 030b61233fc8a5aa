//! A word as it is looked up in the tables.

/// A word without case, accents and punctuation, its letters packed into a number, since words are looked up many times
/// for each line. Zero for a word that is too long or in another script, which is in none of the tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u128);

impl Key {
    pub(super) const BLANK: Self = Self(0);

    pub(super) fn of(word: &str) -> Self {
        let (mut packed, mut len) = (0, 0);
        if word.is_ascii() {
            // The bit that a small letter has and a capital has not; digits have it too.
            const SMALL: u8 = 0x20;
            let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
            if word.len() <= 8 {
                // Half the width is enough for most words, and quicker.
                let packed =
                    letters.fold(0, |packed, letter| packed << 8 | u64::from(letter | SMALL));
                return Self(packed.into());
            }
            for letter in letters {
                len += 1;
                packed = packed << 8 | u128::from(letter | SMALL);
            }
            return if len <= 16 { Self(packed) } else { Self::BLANK };
        }
        for letter in word.chars() {
            match plain(letter) {
                Some(plain) if len < 16 => packed = packed << 8 | u128::from(plain),
                None if !letter.is_alphanumeric() => continue,
                _ => return Self::BLANK,
            }
            len += 1;
        }
        Self(packed)
    }

    pub(super) fn bits(self) -> u128 {
        self.0
    }

    /// The word without trailing digits.
    pub(super) fn without_digits(self) -> Self {
        let mut packed = self.0;
        while (0x30..0x3a).contains(&(packed & 0xff)) {
            packed >>= 8;
        }
        Self(packed)
    }

    /// Whether it has more than one letter.
    pub(super) fn is_long(self) -> bool {
        self.0 > 0xff
    }

    pub(super) fn is_b(self) -> bool {
        self.0 == u128::from(b'b')
    }
}

fn plain(letter: char) -> Option<u8> {
    if letter.is_ascii() {
        let letter = u8::try_from(letter.to_ascii_lowercase()).ok();
        return letter.filter(u8::is_ascii_alphanumeric);
    }
    let small = match letter {
        // The usual letters, whose small ones are the next row.
        'À'..='Þ' => char::from_u32(u32::from(letter) + 32)?,
        'ß'..='ÿ' | 'ª' | 'º' => letter,
        _ => letter.to_lowercase().next()?,
    };
    Some(match small {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ª' => b'a',
        'ç' | 'č' | 'ć' => b'c',
        'ď' => b'd',
        'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => b'e',
        'ì' | 'í' | 'î' | 'ï' => b'i',
        'ł' => b'l',
        'ñ' | 'ň' | 'ń' => b'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'º' => b'o',
        'ř' => b'r',
        'š' | 'ś' => b's',
        'ť' => b't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' => b'u',
        'ý' | 'ÿ' => b'y',
        'ž' | 'ź' | 'ż' => b'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Key;

    proptest! {
        #[test]
        fn a_short_word_has_the_key_of_a_long_one(word in "[ -~]{0,8}") {
            // Signs do not count.
            let long = Key::of(&format!("{word}........"));
            prop_assert!(Key::of(&word) == long);
            // A letter beyond ASCII is a plain one.
            let (plain, accented) = (format!("e{word}"), format!("é{word}"));
            prop_assert!(Key::of(&plain) == Key::of(&accented));
        }
    }
}
