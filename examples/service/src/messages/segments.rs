//! How many messages a gateway counts for one text.

/// Letters of GSM 03.38 that take one place.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§\
                     ¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Letters of its extension, that take two.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// How a text is sent by SMS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segments {
    /// So many messages are paid for; 0 for no text.
    pub count: usize,
    /// The text has a letter that is not in the small alphabet of SMS, so that a message holds 70 letters and not 160.
    pub is_unicode: bool,
}

/// How a text is sent by SMS, by the standard. A gateway may do otherwise, such as replace letters.
#[must_use]
pub fn segments(text: &str) -> Segments {
    let widths: Option<Vec<usize>> = text.chars().map(gsm_width).collect();
    let is_unicode = widths.is_none();
    let (widths, whole, part) = match widths {
        Some(widths) => (widths, 160, 153),
        None => (text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    let count = match widths.iter().sum::<usize>() {
        0 => 0,
        length if length <= whole => 1,
        _ => parts(&widths, part),
    };
    Segments { count, is_unicode }
}

fn gsm_width(char: char) -> Option<usize> {
    if BASIC.contains(char) {
        Some(1)
    } else {
        EXTENDED.contains(char).then_some(2)
    }
}

/// In so many parts of this length; no letter is in two of them.
fn parts(widths: &[usize], length: usize) -> usize {
    let mut count = 1;
    let mut used = 0;
    for width in widths {
        if used + width > length {
            count += 1;
            used = 0;
        }
        used += width;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_as_gateways_do() {
        let long = |text: &str, times: usize| text.repeat(times);
        for (text, count, is_unicode) in [
            (String::new(), 0, false),
            (long("a", 1), 1, false),
            (long("é", 160), 1, false),
            (long("a", 161), 2, false),
            (long("a", 306), 2, false),
            (long("a", 307), 3, false),
            (long("€", 80), 1, false),
            (long("€", 81), 2, false),
            // 76 fit in a part, and one place stays free.
            (long("€", 152), 2, false),
            (long("€", 153), 3, false),
            (long("ê", 70), 1, true),
            (long("ê", 71), 2, true),
            (long("ê", 134), 2, true),
            (long("ê", 135), 3, true),
            (long("a", 70) + "ê", 2, true),
            (long("🎉", 35), 1, true),
            (long("🎉", 36), 2, true),
            (long("🎉", 66), 2, true),
            (long("🎉", 67), 3, true),
        ] {
            let expected = Segments { count, is_unicode };
            assert_eq!(segments(&text), expected, "{text}");
        }
    }
}
