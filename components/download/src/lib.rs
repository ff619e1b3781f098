//! Downloads of what was bought.
