//! A change of a text: a byte range and what replaces it.

use std::ops::Range;

/// Replaces the bytes of `span` by `replacement`. An insertion has an empty span, a deletion an empty replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The byte range in the text before the edit.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub replacement: String,
}

impl TextEdit {
    /// An edit of a byte range.
    pub fn new(span: Range<usize>, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }
}

/// The text after all `edits`, which must be in order and must not overlap; `None` where they are not, or where one
/// ends outside the text or inside a character.
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut out =
        String::with_capacity(text.len() + edits.iter().map(|e| e.replacement.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start)?);
        text.get(edit.span.clone())?;
        out.push_str(&edit.replacement);
        at = edit.span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// One list of edits on the first text that does what `first` and then `then` (edits of the text after `first`) do.
/// Both lists must be in order and free of overlaps.
pub fn compose_edits(first: &[TextEdit], then: &[TextEdit]) -> Vec<TextEdit> {
    let mut pieces = Pieces { pieces: Vec::new(), ready: Vec::new() };
    let mut at = 0;
    for edit in first {
        pieces.pieces.push(Piece::Kept(at..edit.span.start));
        pieces.pieces.push(Piece::New(edit.span.clone(), edit.replacement.clone()));
        at = edit.span.end;
    }
    pieces.pieces.push(Piece::Kept(at..usize::MAX));
    pieces.pieces.reverse();
    let mut position = 0;
    for edit in then {
        pieces.advance(edit.span.start - position, None);
        pieces.advance(edit.span.len(), Some(&edit.replacement));
        position = edit.span.end;
    }
    while let Some(piece) = pieces.pieces.pop() {
        pieces.ready.push(piece);
    }
    merge(pieces.ready)
}

enum Piece {
    /// A range of the first text that still stands.
    Kept(Range<usize>),
    /// A range of the first text, and what stands in its place.
    New(Range<usize>, String),
}

struct Pieces {
    /// What is still to be walked over, the next one last.
    pieces: Vec<Piece>,
    ready: Vec<Piece>,
}

impl Pieces {
    /// Walks over `bytes` of the text after the first edits; with a replacement, these bytes are replaced by it.
    fn advance(&mut self, mut bytes: usize, replacement: Option<&str>) {
        if let Some(replacement) = replacement {
            let at = match self.pieces.last() {
                Some(Piece::Kept(range) | Piece::New(range, _)) => range.start,
                None => usize::MAX,
            };
            self.ready.push(Piece::New(at..at, replacement.to_owned()));
        }
        while bytes > 0 {
            let Some(piece) = self.pieces.pop() else { return };
            let (head, rest) = split(piece, bytes);
            bytes -= head_len(&head).min(bytes);
            if let Some(rest) = rest {
                self.pieces.push(rest);
            }
            self.ready.push(match head {
                head if replacement.is_none() => head,
                Piece::Kept(range) | Piece::New(range, _) => Piece::New(range, String::new()),
            });
        }
    }
}

fn head_len(piece: &Piece) -> usize {
    match piece {
        Piece::Kept(range) => range.len(),
        Piece::New(_, text) => text.len(),
    }
}

/// The first `bytes` of the piece, and the rest of it. What a piece replaced stays with its first part.
fn split(piece: Piece, bytes: usize) -> (Piece, Option<Piece>) {
    if head_len(&piece) <= bytes {
        return (piece, None);
    }
    match piece {
        Piece::Kept(range) => {
            let middle = range.start + bytes;
            (Piece::Kept(range.start..middle), Some(Piece::Kept(middle..range.end)))
        }
        Piece::New(range, mut text) => {
            let rest = text.split_off(bytes);
            let end = range.end;
            (Piece::New(range, text), Some(Piece::New(end..end, rest)))
        }
    }
}

fn merge(pieces: Vec<Piece>) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = Vec::new();
    let mut adjoining = false;
    for piece in pieces {
        match (piece, edits.last_mut()) {
            (Piece::Kept(range), _) => adjoining &= range.is_empty(),
            (Piece::New(span, text), Some(last)) if adjoining => {
                last.span.end = span.end;
                last.replacement.push_str(&text);
            }
            (Piece::New(span, replacement), _) => {
                edits.push(TextEdit { span, replacement });
                adjoining = true;
            }
        }
    }
    edits.retain(|edit| !edit.span.is_empty() || !edit.replacement.is_empty());
    edits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edits(len: usize) -> impl Strategy<Value = Vec<TextEdit>> {
        prop::collection::vec((0..=len, "[a-z\n]{0,3}"), 0..8).prop_map(|mut points| {
            points.sort();
            let points: Vec<_> = points;
            points
                .chunks_exact(2)
                .map(|pair| TextEdit::new(pair[0].0..pair[1].0, pair[0].1.clone()))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn composed_edits_do_what_the_two_lists_do(
            (text, first, then) in "[A-Z]{0,20}".prop_flat_map(|text| {
                let first = edits(text.len());
                (Just(text), first)
            }).prop_flat_map(|(text, first)| {
                let len = apply_edits(&text, &first).unwrap().len();
                (Just(text), Just(first), edits(len))
            })
        ) {
            let middle = apply_edits(&text, &first).unwrap();
            let expected = apply_edits(&middle, &then).unwrap();
            prop_assert_eq!(apply_edits(&text, &compose_edits(&first, &then)), Some(expected));
        }
    }

    #[test]
    fn edits_out_of_order_or_out_of_the_text_are_no_text() {
        let edit = |span| TextEdit::new(span, "x");
        assert_eq!(apply_edits("ab", &[edit(1..2), edit(0..1)]), None);
        assert_eq!(apply_edits("ab", &[edit(1..3)]), None);
        assert_eq!(apply_edits("ä", &[edit(1..2)]), None);
    }
}
