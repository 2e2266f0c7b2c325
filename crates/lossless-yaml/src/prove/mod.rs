//! The proof: the text after an edit must read as the intended tree, with every comment where it was.

pub(crate) mod claim;
mod comments;
mod compare;
mod outside;
#[cfg(test)]
mod tests;

use crate::model::refusal::Refusal;
use crate::model::tree::NONE;
use crate::prove::claim::{Claim, failed};

/// Proves an edit.
pub(crate) fn prove(claim: &Claim<'_>) -> Result<(), Refusal> {
    let pairs = compare::Comparison::new(claim).documents()?;
    comments::comments(claim, &pairs)?;
    outside::outside(claim, &pairs)?;
    line_breaks(claim)
}

/// Line breaks and the end of the text are of the kinds that they were.
fn line_breaks(claim: &Claim<'_>) -> Result<(), Refusal> {
    let (before, after) = (&claim.before.text, &claim.after.text);
    let ends = |text: &str| text.ends_with(['\n', '\r']);
    let emptied = claim.after.tree.docs.iter().all(|doc| doc.root == NONE);
    // A block scalar that comes to stand last keeps the break that is part of it.
    let content = after.trim_end_matches(['\n', '\r']).len();
    let needed = !ends(before) && crate::source::layout::ends_in_block_scalar(claim.after, content);
    if !before.is_empty() && ends(before) != ends(after) && !emptied && !needed {
        let reason = "the line break at the end of the text would change";
        return Err(failed("line-breaks", reason, claim.before, before.len()));
    }
    let crlf = |text: &str| memchr::memmem::find(text.as_bytes(), b"\r\n").is_some();
    let replaced: String = claim.edits.iter().map(|edit| edit.replacement.as_str()).collect();
    let bare = |text: &str| {
        memchr::memchr_iter(b'\n', text.as_bytes()).any(|at| at == 0 || text.as_bytes()[at - 1] != b'\r')
    };
    if !before.is_empty()
        && ((crlf(&replaced) && !crlf(before)) || (bare(&replaced) && !bare(before) && crlf(before)))
    {
        return Err(failed("line-breaks", "a line break of another kind would come in", claim.before, 0));
    }
    Ok(())
}
