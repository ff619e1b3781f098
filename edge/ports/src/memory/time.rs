//! Time that stands still until everybody waits for it.

use crate::Clock;
use futures::task::ArcWake;
use kernel::UnixMillis;
use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

/// A moment in 2030, when a clock starts. Tests that need another one move it.
const START: UnixMillis = UnixMillis(1_900_000_000_000);

/// A clock under the test's control.
#[derive(Clone)]
pub struct MemoryClock(Rc<RefCell<State>>);

struct State {
    now: UnixMillis,
    /// Moments that sleepers wait for.
    sleepers: Vec<UnixMillis>,
}

impl Default for MemoryClock {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(State { now: START, sleepers: Vec::new() })))
    }
}

/// Remembers whether anybody asked to be polled again.
#[derive(Default)]
struct Flag(AtomicBool);

impl ArcWake for Flag {
    fn wake_by_ref(flag: &Arc<Self>) {
        flag.0.store(true, Ordering::SeqCst);
    }
}

impl MemoryClock {
    /// Moves the clock forward. Sleepers whose time has come go on at the next poll.
    pub fn advance(&self, ms: i64) {
        let mut state = self.0.borrow_mut();
        state.now = state.now.plus_ms(ms);
    }

    /// Moves the clock to the next moment that somebody sleeps until.
    fn skip(&self) -> bool {
        let mut state = self.0.borrow_mut();
        let now = state.now;
        state.sleepers.retain(|until| *until > now);
        match state.sleepers.iter().min().copied() {
            Some(next) => {
                state.now = next;
                true
            }
            None => false,
        }
    }

    /// Polls `future` until it is done, and `others` beside it, which tell whether they got on.
    /// `None` when all of them wait, and none of them for the clock.
    pub(super) fn run<T>(
        &self,
        future: impl Future<Output = T>,
        mut others: impl FnMut(&mut Context<'_>) -> bool,
    ) -> Option<T> {
        let flag = Arc::new(Flag::default());
        let waker = futures::task::waker(flag.clone());
        let mut context = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            flag.0.store(false, Ordering::SeqCst);
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                return Some(value);
            }
            let progress = others(&mut context);
            if !progress && !flag.0.load(Ordering::SeqCst) && !self.skip() {
                return None;
            }
        }
    }
}

impl Clock for MemoryClock {
    fn now(&self) -> UnixMillis {
        self.0.borrow().now
    }

    async fn sleep(&self, ms: u64) {
        let until = self.now().plus_ms(i64::try_from(ms).unwrap_or(i64::MAX));
        poll_fn(|_| {
            let mut state = self.0.borrow_mut();
            if state.now >= until {
                return Poll::Ready(());
            }
            if !state.sleepers.contains(&until) {
                state.sleepers.push(until);
            }
            Poll::Pending
        })
        .await;
    }
}
