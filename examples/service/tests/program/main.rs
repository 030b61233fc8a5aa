//! The program from outside: its settings, its commands, and what it does with notifications when it is killed, or its store
//! or Billit cannot be used.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // As in tests.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/mail_server.rs"]
mod mail_server;

mod broken;
mod commands;
mod killed;
mod place;
mod recalls;
mod receiver;
mod settings;
