//! Names within an archive: each of them once.

use crate::file_name::{safe_file_name, split_ending};
use std::collections::{HashMap, HashSet};

/// The names that are taken, as a disk that does not tell `A` from `a` sees them.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// The number that the next file of a name gets, so that a thousand of them are quick.
    next: HashMap<String, u32>,
}

impl Names {
    /// The name under which `name` goes into the archive: `song.mp3`, then `song (2).mp3`.
    pub fn take(&mut self, name: &str) -> String {
        let name = safe_file_name(name);
        if self.taken.insert(name.to_lowercase()) {
            return name;
        }
        let (stem, ending) = split_ending(&name);
        let next = self.next.entry(name.to_lowercase()).or_insert(2);
        loop {
            let other = format!("{stem} ({next}){ending}");
            *next = next.saturating_add(1);
            if self.taken.insert(other.to_lowercase()) {
                return other;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_given_twice() {
        let mut names = Names::default();
        let given = ["a.mp3", "a.mp3", "A.MP3", "a (2).mp3", "a.mp3", "b", "b", "../b", "", "file"]
            .map(|name| names.take(name));
        let expected = [
            "a.mp3",
            "a (2).mp3",
            "A (3).MP3",
            "a (2) (2).mp3",
            "a (4).mp3",
            "b",
            "b (2)",
            "_b",
            "file",
            "file (2)",
        ];
        assert_eq!(given, expected);
    }

    #[test]
    fn a_name_that_is_given_often_is_given_quickly() {
        let mut names = Names::default();
        let last = (0..20_000).map(|_| names.take("a.mp3")).last();
        assert_eq!(last.as_deref(), Some("a (20000).mp3"));
    }
}
