//! Which events a consumer wants to hear of.

/// Whether an event of this kind is wanted by whoever asked for `pattern`: the rule of a topic exchange (AMQP 0.9.1,
/// section 3.1.3.3). `*` stands for one word, `#` for any number of them, also none.
pub(crate) fn wants(pattern: &str, kind: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('.').collect();
    let kind: Vec<&str> = kind.split('.').collect();
    // whether the words so far can be matched by so many words of the pattern: linear, whatever the pattern
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    let skip_hashes = |reached: &mut Vec<bool>| {
        for (place, word) in pattern.iter().enumerate() {
            reached[place + 1] |= reached[place] && *word == "#";
        }
    };
    skip_hashes(&mut reached);
    for word in kind {
        let mut next = vec![false; reached.len()];
        for (place, wanted) in pattern.iter().enumerate().filter(|(place, _)| reached[*place]) {
            match *wanted {
                "#" => next[place] = true,
                "*" => next[place + 1] = true,
                wanted => next[place + 1] |= wanted == word,
            }
        }
        skip_hashes(&mut next);
        reached = next;
    }
    reached[pattern.len()]
}

#[cfg(test)]
mod tests {
    use super::wants;

    #[test]
    fn a_star_is_one_word_and_a_hash_any_number() {
        for (pattern, kind, wanted) in [
            ("inventory.server.down", "inventory.server.down", true),
            ("inventory.server.down", "inventory.server.up", false),
            ("inventory.server", "inventory.server.up", false),
            ("inventory.server.up", "inventory.server", false),
            ("inventory.*.up", "inventory.server.up", true),
            ("inventory.*", "inventory.server.up", false),
            ("*", "inventory", true),
            ("*.*", "inventory", false),
            ("#", "inventory.server.up", true),
            ("inventory.#", "inventory", true),
            ("inventory.#", "inventory.server.up", true),
            ("inventory.#", "polystatus.server.up", false),
            ("#.up", "inventory.server.up", true),
            ("#.up", "up", true),
            ("#.up", "up.down", false),
            ("a.#.b.#.c", "a.x.b.y.z.c", true),
            ("a.#.b.#.c", "a.b.c", true),
            ("a.#.b.#.c", "a.c", false),
            ("*.#", "a", true),
            ("#.*", "a.b.c", true),
        ] {
            assert_eq!(wants(pattern, kind), wanted, "{pattern} {kind}");
        }
    }
}
