//! Whether recent downloads look like one person's.
//!
//! Counted are attempts that begin a download and those that were refused, not the parts in which
//! a player reads a file: it asks for hundreds.

use kernel::UnixMillis;

/// What was counted in the window that ends now, before the attempt that is decided about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many.
    pub count: u32,
    /// When the oldest of them was; `None` when there is none.
    pub oldest: Option<UnixMillis>,
}

/// What was counted of whoever tries to download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Attempts of the account.
    pub user: Seen,
    /// Attempts of the device.
    pub device: Seen,
    /// Attempts from the address.
    pub ip: Seen,
    /// Different addresses that used the grant, with the one that is using it now.
    pub grant_ips: Seen,
}

/// How much is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How far back is counted.
    pub window_ms: u32,
    /// Attempts of one account.
    pub user_max: u32,
    /// Attempts of one device.
    pub device_max: u32,
    /// Attempts from one address, behind which a school may be.
    pub ip_max: u32,
    /// Different addresses of one grant. A telephone on a train has a few.
    pub grant_ips_max: u32,
    /// How many times over a limit is no longer somebody in a hurry.
    pub alert_factor: u32,
}

/// What to do about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Ok,
    /// Refuse, and say when to come back.
    RateLimited {
        /// Milliseconds until the next attempt may succeed; at least 1.
        retry_after_ms: u64,
    },
    /// Refuse, and tell whoever runs the shop.
    Alert {
        /// What it looks like.
        suspicion: Suspicion,
        /// Milliseconds until the next attempt may succeed; at least 1.
        retry_after_ms: u64,
    },
}

/// What attempts look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// A link that was passed on.
    SharedLink,
    /// A program that does not heed that it is refused.
    Hammering,
}

impl Default for Limits {
    /// For ten minutes: an album or two of single songs, and five addresses.
    fn default() -> Self {
        Self {
            window_ms: 600_000,
            user_max: 100,
            device_max: 60,
            ip_max: 300,
            grant_ips_max: 5,
            alert_factor: 3,
        }
    }
}

impl Limits {
    /// Decides about an attempt. The longest wait of those that apply is told.
    #[must_use]
    pub fn judge(&self, attempts: &Attempts, now: UnixMillis) -> Verdict {
        let Attempts { user, device, ip, grant_ips } = attempts;
        let counted =
            [(user, self.user_max), (device, self.device_max), (ip, self.ip_max)].into_iter();
        let over = counted.filter(|(seen, max)| seen.count >= *max);
        let is_shared = grant_ips.count > self.grant_ips_max;
        let shared = is_shared.then_some((grant_ips, self.grant_ips_max));
        let waits = over.clone().chain(shared).map(|(seen, _)| self.wait_ms(seen, now));
        let Some(retry_after_ms) = waits.max() else { return Verdict::Ok };
        let mut over = over;
        let hammers =
            over.any(|(seen, max)| seen.count >= max.max(1).saturating_mul(self.alert_factor));
        match (is_shared, hammers) {
            (true, _) => Verdict::Alert { suspicion: Suspicion::SharedLink, retry_after_ms },
            (_, true) => Verdict::Alert { suspicion: Suspicion::Hammering, retry_after_ms },
            _ => Verdict::RateLimited { retry_after_ms },
        }
    }

    /// Until the oldest is out of the window.
    fn wait_ms(&self, seen: &Seen, now: UnixMillis) -> u64 {
        let window_ms = i64::from(self.window_ms);
        let free = seen.oldest.unwrap_or(now).plus_ms(window_ms);
        free.since_ms(now).clamp(1, window_ms.max(1)).unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    const fn seen(count: u32, age_ms: i64) -> Seen {
        Seen { count, oldest: Some(NOW.plus_ms(-age_ms)) }
    }

    fn judge(attempts: Attempts) -> Verdict {
        Limits::default().judge(&attempts, NOW)
    }

    #[test]
    fn what_is_within_the_limits_goes_on() {
        assert_eq!(judge(Attempts::default()), Verdict::Ok);
        let (user, device, ip) = (seen(99, 1), seen(59, 1), seen(299, 1));
        assert_eq!(judge(Attempts { user, device, ip, grant_ips: seen(5, 1) }), Verdict::Ok);
    }

    #[test]
    fn each_limit_counts_by_itself_and_says_when_it_is_over() {
        let none = Attempts::default();
        for (attempts, retry_after_ms) in [
            (Attempts { user: seen(100, 1_000), ..none }, 599_000),
            (Attempts { device: seen(60, 599_999), ..none }, 1),
            (Attempts { ip: seen(300, 700_000), ..none }, 1),
            (Attempts { ip: Seen { count: 300, oldest: None }, ..none }, 600_000),
            (Attempts { ip: seen(300, -5_000), ..none }, 600_000),
            (Attempts { user: seen(100, 9_000), device: seen(60, 1_000), ..none }, 599_000),
        ] {
            assert_eq!(judge(attempts), Verdict::RateLimited { retry_after_ms }, "{attempts:?}");
        }
    }

    #[test]
    fn a_link_that_goes_round_and_a_program_that_does_not_stop_are_told() {
        let none = Attempts::default();
        let shared = judge(Attempts { grant_ips: seen(6, 0), ..none });
        let suspicion = Suspicion::SharedLink;
        assert_eq!(shared, Verdict::Alert { suspicion, retry_after_ms: 600_000 });
        let hammered = judge(Attempts { ip: seen(900, 0), ..none });
        let suspicion = Suspicion::Hammering;
        assert_eq!(hammered, Verdict::Alert { suspicion, retry_after_ms: 600_000 });
        let almost = judge(Attempts { ip: seen(899, 0), ..none });
        assert_eq!(almost, Verdict::RateLimited { retry_after_ms: 600_000 });
    }
}
