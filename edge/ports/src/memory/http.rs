use crate::{Body, Http, HttpError};
use futures::{FutureExt, future::LocalBoxFuture};
use std::{cell::RefCell, future::Future, rc::Rc};

type Reply = Result<http::Response<Body>, HttpError>;
type Script = Rc<dyn Fn(http::Request<Body>) -> LocalBoxFuture<'static, Reply>>;

/// An internet that is one closure. Without one, nobody answers.
#[derive(Clone, Default)]
pub struct MemoryHttp(Rc<RefCell<Option<Script>>>);

impl MemoryHttp {
    /// Lets `script` answer every request from now on.
    pub fn script<F>(&self, script: impl Fn(http::Request<Body>) -> F + 'static)
    where
        F: Future<Output = Reply> + 'static,
    {
        *self.0.borrow_mut() = Some(Rc::new(move |request| script(request).boxed_local()));
    }
}

impl Http for MemoryHttp {
    async fn send(&self, request: http::Request<Body>) -> Reply {
        let script = self.0.borrow().clone();
        match script {
            Some(script) => script(request).await,
            None => Err(HttpError("nobody answers here".into())),
        }
    }
}
