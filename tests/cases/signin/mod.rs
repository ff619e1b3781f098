//! Signing in, as a person does it in a browser, and what it is worth to anybody else.

mod account;
mod admin;
mod attacks;
mod csrf;
mod flow;
mod invitations;
mod keys;
mod mixed_up;
mod pages;
