//! Rules and people at random, and the same in every run.

use serde_json::{Value, json};

/// Numbers that look random (splitmix64, <https://prng.di.unimi.it/splitmix64.c>).
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below this.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is below a usize")
    }

    /// One of them.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// What is known of somebody.
    pub fn context(&mut self) -> Value {
        let mut context = json!({});
        if self.below(8) > 0 {
            context["targetingKey"] = format!("user-{}", self.below(1000)).into();
        }
        for name in ["role", "age", "score", "beta", "version", "tags", "address"] {
            if self.below(6) == 0 {
                continue;
            }
            context[name] = match name {
                "role" => json!(self.one(&["viewer", "beta", "admin", "", "staff"])),
                "age" => json!(self.below(90)),
                "score" => json!(*self.one(&[0.5, 1.0, -2.25, 1e-3, 123.75])),
                "beta" => json!(self.below(2) == 0),
                "version" => {
                    json!(self.one(&["1.0.0", "1.2", "v2.1.0", "2.0.0-rc.1", "3", "x.y", "1.0.0+b7", "2.0.0.0"]))
                }
                "tags" => json!([self.one(&["a", "b"]), self.one(&["c", "d"])]),
                _ => json!({"city": self.one(&["Dijon", "Lyon"]), "floor": self.below(4)}),
            };
        }
        context
    }

    /// A condition, not deeper than this.
    pub fn condition(&mut self, depth: usize) -> Value {
        let word = |random: &mut Self| json!(random.one(&["viewer", "beta", "admin", "", "e", "Dijon", "a", "c"]));
        match self.below(if depth == 0 { 7 } else { 11 }) {
            0 => json!({"==": [self.text(), word(self)]}),
            1 => {
                let operator = *self.one(&["<", "<=", ">", ">=", "==", "!=", "===", "!=="]);
                json!({operator: [{"var": self.one(&["age", "score"])}, self.below(50)]})
            }
            2 => {
                let operator = *self.one(&["=", "!=", "<", "<=", ">", ">=", "^", "~", "=="]);
                json!({"sem_ver": [{"var": "version"}, operator, self.one(&["1.0.0", "2.0", "v2", "1.2.0-a", "1.0.0+x"])]})
            }
            3 => {
                let operator = *self.one(&["starts_with", "ends_with"]);
                json!({operator: [self.text(), word(self)]})
            }
            4 => json!({"in": [self.text(), ["viewer", "admin", "Lyon"]]}),
            5 => json!({"in": [word(self), {"var": "tags"}]}),
            6 => json!({"var": self.one(&["beta", "role", "age", "nothing", "address.city"])}),
            7 => json!({"and": [self.condition(depth - 1), self.condition(depth - 1)]}),
            8 => json!({"or": [self.condition(depth - 1), self.condition(depth - 1), self.condition(depth - 1)]}),
            9 => json!({"!": [self.condition(depth - 1)]}),
            _ => json!({"if": [self.condition(depth - 1), self.condition(depth - 1), self.condition(depth - 1)]}),
        }
    }

    fn text(&mut self) -> Value {
        match self.below(5) {
            0 => json!({"cat": [{"var": "role"}, "-", {"var": "address.city"}]}),
            1 => json!({"var": ["nothing", "viewer"]}),
            2 => json!({"var": "targetingKey"}),
            3 => json!({"var": "address.city"}),
            _ => json!({"var": "role"}),
        }
    }

    /// Shares of the people: by themselves, or by something that is known of them.
    pub fn shares(&mut self, by: &[Value]) -> Value {
        let mut arguments = Vec::new();
        if self.below(3) > 0 {
            arguments.push(self.one(by).clone());
        }
        for name in ["a", "b", "c", "d"].iter().take(1 + self.below(4)) {
            arguments.push(match self.below(6) {
                0 => json!([name]),
                1 => json!([name, 0]),
                2 => json!([name, -(i64::try_from(self.below(9)).unwrap_or(0))]),
                _ => json!([name, self.below(100)]),
            });
        }
        json!({"fractional": arguments})
    }
}
