//! The catalogue in memory: an immutable snapshot that readers share, and how old it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use actix_web::http::header::EntityTag;
use arc_swap::ArcSwap;
use chassis::clock::SharedClock;
use products::Product;
use ring::digest::{SHA256, digest};
use tokio::sync::{Notify, watch};

/// A product, with what is worked out of it once.
#[derive(Debug)]
pub struct Entry {
    /// The product.
    pub product: Product,
    /// Changes with it.
    pub tag: String,
    /// What a search looks at: name and description in lower case.
    needle: String,
}

/// Every product, in the order of their ids.
#[derive(Debug)]
pub struct Snapshot {
    entries: Vec<Arc<Entry>>,
    /// Changes with every product.
    tag: String,
}

/// The catalogue as readers see it.
#[derive(Debug)]
pub struct Catalogue {
    snapshot: ArcSwap<Snapshot>,
    clock: SharedClock,
    /// When it was compared with the database last, in Unix seconds.
    compared_at: AtomicI64,
    /// Whether the last try to compare it failed.
    is_cut_off: AtomicBool,
    /// For so many seconds it is good without being compared.
    fresh_for: i64,
    asked: Notify,
    /// Counts the tries to compare it.
    tries: watch::Sender<u64>,
}

impl Entry {
    fn of(product: Product) -> Arc<Self> {
        let json = serde_json::to_vec(&product).expect("a product is plain data");
        let needle = format!("{}\n{}", product.name, product.description).to_lowercase();
        Arc::new(Self { tag: short_hash(&json), needle, product })
    }
}

impl Snapshot {
    /// Of these products, in the order of their ids.
    pub fn of(products: Vec<Product>) -> Self {
        Self { entries: Vec::new(), tag: short_hash(b"") }.with(products)
    }

    /// The same with these behind it. The tag is a chain: it is the same as if all had been read at once.
    #[must_use]
    pub fn with(&self, products: Vec<Product>) -> Self {
        let (mut entries, mut tag) = (self.entries.clone(), self.tag.clone());
        for entry in products.into_iter().map(Entry::of) {
            tag = short_hash(format!("{tag}{}", entry.tag).as_bytes());
            entries.push(entry);
        }
        Self { entries, tag }
    }

    /// The highest id; 0 when there is none.
    pub fn last_id(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.product.id)
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The product with this id.
    pub fn get(&self, id: i64) -> Option<&Arc<Entry>> {
        let place = self.entries.binary_search_by_key(&id, |entry| entry.product.id).ok()?;
        self.entries.get(place)
    }

    /// Those behind this id in which the text is found, in whatever case; all of them for no text.
    pub fn behind<'a>(&'a self, id: i64, text: &str) -> impl Iterator<Item = &'a Product> + use<'a> {
        let first = self.entries.partition_point(|entry| entry.product.id <= id);
        let text = text.to_lowercase();
        let found = move |entry: &&Arc<Entry>| entry.needle.contains(&text);
        self.entries.get(first..).unwrap_or_default().iter().filter(found).map(|entry| &entry.product)
    }

    /// Changes with every product.
    pub fn tag(&self) -> EntityTag {
        EntityTag::new_weak(self.tag.clone())
    }
}

impl Catalogue {
    /// Of these products, which were read just now.
    pub fn of(products: Vec<Product>, clock: SharedClock, fresh_for: i64) -> Self {
        let now = clock.unix_seconds();
        Self {
            snapshot: ArcSwap::from_pointee(Snapshot::of(products)),
            clock,
            compared_at: AtomicI64::new(now),
            is_cut_off: AtomicBool::new(false),
            fresh_for,
            asked: Notify::new(),
            tries: watch::channel(0).0,
        }
    }

    /// As it is known now.
    pub fn read(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// For how many seconds it was not compared with the database.
    pub fn age(&self) -> i64 {
        (self.clock.unix_seconds() - self.compared_at.load(Ordering::Relaxed)).max(0)
    }

    /// As `Cache-Status` has it (RFC 9211): how many seconds it is good for still; a negative number says since when it is
    /// not.
    pub fn cache_status(&self) -> String {
        format!("read-product; hit; ttl={}", self.fresh_for - self.age())
    }

    /// Whether the database could not be reached when it was asked last.
    pub fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Ordering::Relaxed)
    }

    /// Have it compared soon. Many who ask at once are served by one look.
    pub fn ask(&self) {
        self.asked.notify_one();
    }

    /// Have it compared, and wait until it was, or could not be.
    pub async fn look(&self) {
        let mut tries = self.tries.subscribe();
        self.ask();
        // an error cannot be: the sender is our own
        let _ = tries.changed().await;
    }

    /// Returns when somebody has asked.
    pub(crate) async fn asked(&self) {
        self.asked.notified().await;
    }

    /// It was compared, and is this now.
    pub(crate) fn compared(&self, snapshot: Option<Snapshot>) {
        if let Some(snapshot) = snapshot {
            self.snapshot.store(Arc::new(snapshot));
        }
        self.compared_at.store(self.clock.unix_seconds(), Ordering::Relaxed);
        self.is_cut_off.store(false, Ordering::Relaxed);
        self.tries.send_modify(|tries| *tries += 1);
    }

    /// It could not be compared.
    pub(crate) fn not_compared(&self) {
        self.is_cut_off.store(true, Ordering::Relaxed);
        self.tries.send_modify(|tries| *tries += 1);
    }
}

/// 64 bits of SHA-256: enough to tell versions apart, and the same in every instance.
fn short_hash(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    let number = hash.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:016x}")
}

#[cfg(test)]
mod tests {
    use chassis::clock::FixedClock;
    use products::Price;

    use super::*;

    fn product(id: i64, name: &str) -> Product {
        let price = Price::of_cents(id * 100).unwrap();
        Product { id, name: name.to_owned(), description: "Über Größe".to_owned(), price }
    }

    fn ids<'a>(products: impl Iterator<Item = &'a Product>) -> Vec<i64> {
        products.map(|product| product.id).collect()
    }

    #[test]
    fn what_is_added_one_by_one_has_the_tag_of_what_is_read_at_once() {
        let all = vec![product(1, "a"), product(2, "b"), product(5, "c")];
        let one_by_one = all.iter().fold(Snapshot::of(vec![]), |snapshot, one| snapshot.with(vec![one.clone()]));
        assert_eq!(one_by_one.tag(), Snapshot::of(all.clone()).tag());
        assert_ne!(one_by_one.tag(), Snapshot::of(all[..2].to_vec()).tag());
    }

    #[test]
    fn products_are_found_by_id_place_and_text() {
        let snapshot = Snapshot::of(vec![product(1, "Teapot"), product(2, "Cup"), product(5, "TEA")]);
        assert_eq!(snapshot.get(5).unwrap().product.name, "TEA");
        assert!(snapshot.get(3).is_none() && snapshot.get(i64::MIN).is_none());
        assert_eq!(ids(snapshot.behind(0, "tea")), [1, 5]);
        assert_eq!(ids(snapshot.behind(1, "")), [2, 5]);
        assert_eq!(ids(snapshot.behind(0, "GRÖSSE")), Vec::<i64>::new(), "ß is not SS");
        assert_eq!(ids(snapshot.behind(0, "ÜBER")), [1, 2, 5]);
        assert_eq!(ids(snapshot.behind(i64::MAX, "")), Vec::<i64>::new());
    }

    #[test]
    fn it_says_how_old_it_is() {
        let clock = Arc::new(FixedClock::at(1_700_000_000));
        let catalogue = Catalogue::of(vec![], clock.clone(), 10);
        clock.advance(4);
        assert_eq!((catalogue.age(), &*catalogue.cache_status()), (4, "read-product; hit; ttl=6"));
        clock.advance(10);
        catalogue.not_compared();
        assert_eq!((catalogue.age(), &*catalogue.cache_status()), (14, "read-product; hit; ttl=-4"));
        assert!(catalogue.is_cut_off());
        catalogue.compared(None);
        assert_eq!((catalogue.age(), catalogue.is_cut_off()), (0, false));
    }
}
