/// Divides `total` by `weights`, so that the parts are whole and sum to `total`: each part is
/// rounded down, and what is left goes one by one to the parts that lost most by that (the method
/// of the largest remainder), the first of equals first.
///
/// No part exceeds its weight as long as `total` does not exceed their sum. Where all weights are
/// zero every part is zero, as nothing can be allocated to nothing.
#[must_use]
pub fn allocate(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = total;
    for (index, &weight) in weights.iter().enumerate() {
        let share = u128::from(total) * u128::from(weight);
        // A weight is at most the sum, and so a part at most `total`.
        let part = u64::try_from(share / sum).unwrap_or(total);
        parts.push(part);
        left -= part;
        remainders.push((share % sum, index));
    }
    remainders.sort_by(|(a, first), (b, second)| b.cmp(a).then(first.cmp(second)));
    for (_, index) in remainders {
        let Some(part) = parts.get_mut(index).filter(|_| left > 0) else { break };
        *part += 1;
        left -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn the_largest_remainders_are_served_first() {
        assert_eq!(allocate(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(allocate(5, &[3, 1, 1]), [3, 1, 1]);
        assert_eq!(allocate(10, &[6, 6, 1]), [5, 4, 1]);
        assert_eq!(allocate(1, &[1, 3]), [0, 1]);
    }

    #[test]
    fn nothing_is_divided_into_nothings() {
        assert_eq!(allocate(0, &[5, 7]), [0, 0]);
        assert_eq!(allocate(9, &[0, 0]), [0, 0]);
        assert!(allocate(9, &[]).is_empty());
    }

    #[test]
    fn parts_sum_to_the_total_and_never_exceed_their_weight() {
        let mut dice = Dice::new(1);
        for _ in 0..20_000 {
            let width = [3, 100, 1 << 20, 1 << 53][dice.below(4) as usize];
            let weights: Vec<u64> = (0..=dice.below(12)).map(|_| dice.below(width)).collect();
            let sum: u64 = weights.iter().sum();
            let total = dice.below(sum + 1);
            let parts = allocate(total, &weights);
            assert_eq!(parts.iter().sum::<u64>(), total, "{total} {weights:?}");
            for (part, weight) in parts.iter().zip(&weights) {
                assert!(part <= weight, "{total} {weights:?} {parts:?}");
                // Within one of the exact share.
                let exact = u128::from(total) * u128::from(*weight);
                let sum = u128::from(sum.max(1));
                let part = u128::from(*part);
                assert!(part * sum < exact + sum && exact < (part + 1) * sum);
            }
        }
    }
}
