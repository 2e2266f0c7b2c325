//! Cases in Markdown: files, options and the expected diff. The pages of the transforms have them, and those of a user's own rules.

mod page;

pub use page::{Case, Fence, Files, normal, read, rewrite, squeezed};
