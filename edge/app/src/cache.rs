use kernel::UnixMillis;
use lru::LruCache;
use std::{cell::RefCell, hash::Hash, num::NonZeroUsize};

/// What an instance remembers between requests: bounded in number, and each entry with its age.
///
/// An entry that is no longer fresh is kept until its place is needed, for the day on which its
/// source cannot be reached.
pub struct Cache<K: Hash + Eq, V: Clone> {
    entries: RefCell<LruCache<K, (V, UnixMillis)>>,
    fresh_ms: i64,
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// A cache for so many entries, which stay fresh for so long.
    pub fn new(capacity: usize, fresh_ms: i64) -> Self {
        let capacity = NonZeroUsize::new(capacity).unwrap_or(NonZeroUsize::MIN);
        Self { entries: RefCell::new(LruCache::new(capacity)), fresh_ms }
    }

    /// A value that was put in less than the cache's time ago.
    pub fn fresh<Q>(&self, key: &Q, now: UnixMillis) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.any(key).filter(|(_, at)| now.since_ms(*at) < self.fresh_ms).map(|(value, _)| value)
    }

    /// A value however old it is, and when it was put in.
    pub fn any<Q>(&self, key: &Q) -> Option<(V, UnixMillis)>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.entries.borrow_mut().get(key).cloned()
    }

    /// Puts a value in.
    pub fn put(&self, key: K, value: V, now: UnixMillis) {
        self.entries.borrow_mut().put(key, (value, now));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.entries.borrow_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000_000);

    #[test]
    fn entries_age_but_stay() {
        let cache = Cache::new(10, 30_000);
        cache.put("a", 1, NOW);
        assert_eq!(cache.fresh(&"a", NOW.plus_ms(29_999)), Some(1));
        assert_eq!(cache.fresh(&"a", NOW.plus_ms(30_000)), None);
        assert_eq!(cache.any(&"a"), Some((1, NOW)));
    }

    #[test]
    fn the_least_used_entry_makes_room() {
        let cache = Cache::new(2, 30_000);
        cache.put("a", 1, NOW);
        cache.put("b", 2, NOW);
        cache.any(&"a");
        cache.put("c", 3, NOW);
        assert_eq!((cache.any(&"b"), cache.any(&"a")), (None, Some((1, NOW))));
    }
}
