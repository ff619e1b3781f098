//! The pages that a buyer sees.

use crate::World;
use axum::Router;
use std::sync::Arc;

/// The routes.
pub fn routes() -> Router<Arc<World>> {
    Router::new()
}
