use kernel::Money;

/// The amount as it is paid in coins: the nearest multiple of `increment_minor` minor units, half
/// up, and the same for amounts below zero so that cash comes back as it was given.
///
/// Only for amounts that are shown to somebody who pays in cash. A charge to a card or an account
/// is never rounded so: it is to the minor unit what the quote says.
///
/// `None` when the increment is zero, or the result does not fit.
#[must_use]
pub fn round_for_cash(money: Money, increment_minor: u32) -> Option<Money> {
    let increment = i64::from(increment_minor);
    let remainder = money.minor.checked_rem(increment)?;
    let down = money.minor - remainder;
    let minor = if remainder.abs() * 2 >= increment {
        down.checked_add(increment * remainder.signum())?
    } else {
        down
    };
    Some(Money { minor, ..money })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(minor: i64, increment_minor: u32) -> Option<i64> {
        let money = Money::new(minor, "CHF".parse().unwrap());
        round_for_cash(money, increment_minor).map(|money| money.minor)
    }

    #[test]
    fn five_rappen_are_the_smallest_coin() {
        for (minor, paid) in
            [(0, 0), (1, 0), (2, 0), (3, 5), (7, 5), (8, 10), (1_992, 1_990), (-2, 0), (-3, -5)]
        {
            assert_eq!(rounded(minor, 5), Some(paid), "{minor}");
        }
    }

    #[test]
    fn a_half_goes_up_and_no_increment_is_none() {
        assert_eq!(rounded(50, 100), Some(100));
        assert_eq!(rounded(-50, 100), Some(-100));
        assert_eq!(rounded(49, 100), Some(0));
        assert_eq!(rounded(7, 1), Some(7));
        assert_eq!(rounded(7, 0), None);
        assert_eq!(rounded(i64::MAX, 5), Some(i64::MAX - 2));
        assert_eq!(rounded(i64::MAX, 10), None);
    }
}
