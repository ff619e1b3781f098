//! What several tests need.

use crate::Markets;

/// The markets that are compiled in.
pub fn markets() -> Markets {
    let json = include_bytes!("../../../edge/app/config/markets.json");
    Markets::parse(json).unwrap_or_else(|error| panic!("markets.json: {error}"))
}

/// Chance that is the same each time: [SplitMix64](https://prng.di.unimi.it/splitmix64.c).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to and without `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
