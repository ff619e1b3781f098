//! The geometry of bar charts that the edge draws itself.

/// Width and height of a chart's drawing, in its own units.
pub const WIDTH: u32 = 720;
/// The height is that of the bars; labels stand outside as text.
pub const HEIGHT: u32 = 160;

/// One bar, from the top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// A value's round upper neighbour: 1, 2 or 5 followed by zeros. The top of an axis.
pub fn ceiling(value: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let candidate = power.saturating_mul(step);
            if candidate >= value || candidate == u64::MAX {
                return candidate.max(1);
            }
        }
        power = power.saturating_mul(10);
    }
}

/// A bar for each value, on an axis from nothing to `top`. What is not nothing can be seen.
pub fn bars(values: impl ExactSizeIterator<Item = u64>, top: u64) -> Vec<Bar> {
    let slots = u32::try_from(values.len()).unwrap_or(u32::MAX).max(1);
    let slot = (WIDTH / slots).max(1);
    // A few bars stay bars, and do not become walls.
    let width = (slot * 7 / 10).clamp(1, 36);
    let top = u128::from(top.max(1));
    let bar = |(index, value): (usize, u64)| {
        let scaled = (u128::from(value) * u128::from(HEIGHT)).div_ceil(top);
        let least = if value > 0 { 2 } else { 0 };
        let height = u32::try_from(scaled).unwrap_or(HEIGHT).clamp(least, HEIGHT);
        let left = u32::try_from(index).unwrap_or(u32::MAX).saturating_mul(slot);
        Bar { x: left + (slot - width) / 2, y: HEIGHT - height, width, height }
    };
    values.enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_on_round_numbers() {
        for (value, top) in [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (51, 100), (5_001, 10_000)]
        {
            assert_eq!(ceiling(value), top);
        }
        assert!(ceiling(u64::MAX) == u64::MAX);
    }

    #[test]
    fn bars_stay_in_the_drawing() {
        for count in [1_usize, 7, 30, 366, 2_000] {
            let bars = bars(
                vec![u64::MAX, 1, 0]
                    .into_iter()
                    .cycle()
                    .take(count)
                    .collect::<Vec<_>>()
                    .into_iter(),
                u64::MAX,
            );
            assert_eq!(bars.len(), count);
            assert!(bars.iter().all(|bar| bar.y + bar.height == HEIGHT && bar.height <= HEIGHT));
            if count <= WIDTH as usize {
                assert!(bars.iter().all(|bar| bar.x + bar.width <= WIDTH), "{count}");
            }
        }
        assert_eq!(bars([1, 0].into_iter(), 1_000_000).first().map(|bar| bar.height), Some(2));
    }
}
