//! Stripe, without the network.
