//! Anchors and tags.

/// Anchor and tag of a slice that holds nothing but properties, blanks, line breaks and comments.
pub(crate) fn split_properties(raw: &str) -> (Option<&str>, Option<&str>) {
    let (mut anchor, mut tag) = (None, None);
    for line in raw.split(['\n', '\r']) {
        for word in line.split([' ', '\t']).filter(|word| !word.is_empty()) {
            match word.as_bytes()[0] {
                b'&' => anchor = Some(&word[1..]),
                b'!' => tag = Some(word),
                _ => break,
            }
        }
    }
    (anchor, tag)
}
