//! A map with an end: what was not used for long falls out, at a cost that does not depend on how much there is.

use std::collections::HashMap;

/// Entries in a generation. Two of them are 100,000 addresses or accounts, in about 5 MB.
const ROOM: usize = 50_000;

/// Two maps. When the young one is full it becomes the old one, and the old one is forgotten: what is used moves to the
/// young one each time. A list in order of use would do it exactly, with four times the memory.
///
/// Whoever fills it pushes out what others have left, such as a lock of an account. That takes more tries than one
/// address has in half a day.
pub struct Generations<V> {
    young: HashMap<u64, V>,
    old: HashMap<u64, V>,
}

impl<V> Default for Generations<V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<V: Copy> Generations<V> {
    pub fn get(&self, key: u64) -> Option<V> {
        self.young.get(&key).or_else(|| self.old.get(&key)).copied()
    }

    pub fn put(&mut self, key: u64, value: V) {
        if self.young.len() >= ROOM && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    pub fn remove(&mut self, key: u64) {
        self.young.remove(&key);
        self.old.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_holds_more_than_two_generations() {
        let mut map = Generations::default();
        for key in 0..10 * ROOM as u64 {
            map.put(key, ());
            assert!(map.young.len() + map.old.len() <= 2 * ROOM);
        }
        assert!(map.get(0).is_none() && map.get(10 * ROOM as u64 - 1).is_some());
    }

    #[test]
    fn what_is_used_stays() {
        let mut map = Generations::default();
        for key in 1..3 * ROOM as u64 {
            map.put(0, key);
            map.put(key, 0);
        }
        assert_eq!(map.get(0), Some(3 * ROOM as u64 - 1));
    }
}
