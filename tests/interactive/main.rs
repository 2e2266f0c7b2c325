//! The review on a real terminal, with the real program: every key, and Ctrl-C at every moment.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "in helpers of tests too")]

#[path = "../common/mod.rs"]
mod common;
mod hazardous;
mod ignored;
mod interrupts;
mod keys;
mod lines;
mod screen;
mod screens;
mod stages;
mod suspend;
