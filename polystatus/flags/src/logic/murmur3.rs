//! `MurmurHash3_x86_32` with the seed 0: how flagd puts people into buckets.
//! (<https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp>)

const C1: u32 = 0xcc9e_2d51;
const C2: u32 = 0x1b87_3593;

/// The hash of these bytes.
pub fn hash(bytes: &[u8]) -> u32 {
    let (blocks, tail) = bytes.as_chunks::<4>();
    let hash = blocks.iter().fold(0_u32, |hash, block| {
        let mixed = (hash ^ scrambled(u32::from_le_bytes(*block))).rotate_left(13);
        mixed.wrapping_mul(5).wrapping_add(0xe654_6b64)
    });
    let rest = tail.iter().rev().fold(0, |rest, byte| rest << 8 | u32::from(*byte));
    // without a tail this changes nothing: 0 is scrambled to 0
    let hash = hash ^ scrambled(rest);
    #[expect(clippy::cast_possible_truncation, reason = "the algorithm counts in 32 bits")]
    let length = bytes.len() as u32;
    finished(hash ^ length)
}

fn scrambled(block: u32) -> u32 {
    block.wrapping_mul(C1).rotate_left(15).wrapping_mul(C2)
}

fn finished(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_have_their_known_hashes() {
        for (text, expected) in [
            ("", 0),
            ("a", 0x3c25_69b2),
            ("ab", 0x9bbf_d75f),
            ("abc", 0xb3dd_93fa),
            ("abcd", 0x43ed_676a),
            ("Hello, world!", 0xc036_3e43),
            ("The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
        ] {
            assert_eq!(hash(text.as_bytes()), expected, "{text}");
        }
    }
}
