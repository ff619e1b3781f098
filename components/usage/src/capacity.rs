//! How a capacity is made up, and how much of it is used.

use kernel::SAFE_INTEGER_MAX;

/// How much must be used, in percent, for somebody to be told.
pub const PERCENTS: [u8; 3] = [80, 90, 100];

/// What may be used, in the meter's unit: what the plan brings to a window is used first, and then what
/// was bought on top, which is of no window and stays until it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// What the plan brings to the window.
    pub plan: i64,
    /// What is left of what was bought on top.
    pub extra: i64,
}

impl Capacity {
    /// A plan's capacity: so much for each of `quantity` that are subscribed to.
    #[must_use]
    pub fn of_plan(each: i64, quantity: i64) -> Self {
        let plan = each.max(0).saturating_mul(quantity.max(0)).min(SAFE_INTEGER_MAX);
        Self { plan, extra: 0 }
    }

    /// All of it.
    #[must_use]
    pub fn total(self) -> i64 {
        self.plan.saturating_add(self.extra).min(SAFE_INTEGER_MAX)
    }

    /// What is left after `used` of the plan, as plan and extra. Never below zero. What was used beyond
    /// the plan before there was anything on top is not made up for.
    #[must_use]
    pub fn left(self, used: i64) -> Self {
        Self { plan: self.plan.saturating_sub(used).max(0), extra: self.extra.max(0) }
    }

    /// How much of `quantity` is drawn from what was bought on top, after `used` of the plan. The
    /// database draws by the same rule.
    #[must_use]
    pub fn drawn(self, used: i64, quantity: i64) -> i64 {
        let left = self.left(used);
        quantity.saturating_sub(left.plan).clamp(0, left.extra)
    }
}

/// The thresholds that `used` has reached, in percent. Of no capacity there are none.
pub fn alerts(used: i64, capacity: i64) -> impl Iterator<Item = u8> {
    let reached = move |percent: &u8| {
        capacity > 0 && i128::from(used) * 100 >= i128::from(capacity) * i128::from(*percent)
    };
    PERCENTS.into_iter().filter(reached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_reached_at_it_and_not_before() {
        let of = |used, capacity| alerts(used, capacity).collect::<Vec<_>>();
        assert_eq!(of(0, 10), [0; 0]);
        assert_eq!(of(79, 100), [0; 0]);
        assert_eq!(of(80, 100), [80]);
        assert_eq!(of(99, 100), [80, 90]);
        assert_eq!(of(100, 100), [80, 90, 100]);
        assert_eq!(of(1_000, 100), [80, 90, 100]);
        // 80 % of 3 is 2.4.
        assert_eq!((of(2, 3), of(3, 3)), (vec![], vec![80, 90, 100]));
        assert_eq!((of(5, 0), of(i64::MAX, i64::MAX)), (vec![], vec![80, 90, 100]));
    }

    #[test]
    fn the_plan_is_used_before_what_was_bought_on_top() {
        let capacity = Capacity { plan: 100, extra: 50 };
        let left = |used| {
            let left = capacity.left(used);
            (left.plan, left.extra)
        };
        assert_eq!(left(0), (100, 50));
        assert_eq!(left(100), (0, 50));
        assert_eq!(left(130), (0, 50));
        assert_eq!(capacity.total(), 150);
        for (used, quantity, drawn) in [
            (0, 100, 0),
            (0, 101, 1),
            (90, 30, 20),
            (100, 50, 50),
            (100, 51, 50),
            (130, 7, 7),
            (0, i64::MAX, 50),
        ] {
            assert_eq!(capacity.drawn(used, quantity), drawn, "{used} {quantity}");
        }
        assert_eq!(Capacity::of_plan(1_000_000_000, i64::MAX).plan, SAFE_INTEGER_MAX);
        assert_eq!(Capacity::of_plan(10, 3), Capacity { plan: 30, extra: 0 });
    }
}
