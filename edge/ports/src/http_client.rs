use crate::Body;
use std::fmt;

/// Requests to other servers.
pub trait Http {
    /// Sends a request and returns the response as soon as its head has come.
    ///
    /// Both bodies are streamed. Redirects are returned, not followed: a server that Postern was
    /// told to ask does not get to name another one. Dropping the future, or the response's body
    /// before its end, closes the connection.
    ///
    /// # Errors
    /// [`HttpError`] when no response came. An error status is a response.
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<Body>, HttpError>;
}

/// No response came: the server does not exist, does not listen, or hung up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError(pub String);

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no response: {}", self.0)
    }
}

impl std::error::Error for HttpError {}
