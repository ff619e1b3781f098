//! What things cost where.
