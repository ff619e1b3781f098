//! What a page says of a problem, by its status.

/// The title and the explanation.
pub const fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("problem-400", "problem-400-text"),
        401 => ("problem-401", "problem-401-text"),
        402 => ("problem-402", "problem-402-text"),
        403 => ("problem-403", "problem-403-text"),
        404 => ("problem-404", "problem-404-text"),
        405 => ("problem-405", "problem-405-text"),
        409 => ("problem-409", "problem-409-text"),
        422 => ("problem-422", "problem-422-text"),
        429 => ("problem-429", "problem-429-text"),
        500 => ("problem-500", "problem-500-text"),
        502 => ("problem-502", "problem-502-text"),
        503 => ("problem-503", "problem-503-text"),
        ..500 => ("problem-other", "problem-400-text"),
        _ => ("problem-other", "problem-500-text"),
    }
}

/// The way on from a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    SignIn,
    Account,
    Again,
    Home,
}

/// What helps most in a problem of this status.
pub const fn way(status: u16) -> Way {
    match status {
        401 => Way::SignIn,
        402 => Way::Account,
        429 | 500.. => Way::Again,
        _ => Way::Home,
    }
}
