//! Review: who signed what, and the one function that says whether a work may go to a target.
//!
//! A signature is about digests of a work's release set ([`ReleaseSet`](crate::model::release_set::ReleaseSet)). Nothing is
//! stored that says "released": [`standing::standing`] computes it from the release set, the records and the office's rules,
//! so that a byte that changes ends what was signed. Who packs, shows or posts asks [`release::may_go`], and has the bytes
//! hashed again.

pub mod act;
pub mod credit;
pub mod judge;
pub mod markers;
pub mod proven;
pub mod register;
pub mod register_xlsx;
pub mod release;
pub mod sheet;
pub mod sign;
pub mod standing;
pub mod view;

#[cfg(test)]
mod tests;
