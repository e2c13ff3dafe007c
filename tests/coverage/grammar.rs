//! Whether words are the arguments that a server describes in COMMAND DOCS.

use std::collections::BTreeSet;

use crate::known::{fields, items};
use crate::support::Reply;

/// One argument, or a group of them, as described.
#[derive(Debug)]
pub struct Argument {
    kind: Kind,
    /// The word in front of it, or the word that it is.
    token: Option<String>,
    optional: bool,
    multiple: bool,
    /// Repeated with its token, not behind it.
    multiple_token: bool,
}

#[derive(Debug)]
enum Kind {
    Token,
    OneOf(Vec<Argument>),
    Block(Vec<Argument>),
    Integer,
    Double,
    Text,
}

impl Argument {
    pub fn of(reply: Reply) -> Argument {
        let mut fields = fields(reply);
        let flags: BTreeSet<String> = fields
            .remove("flags")
            .map(|flags| items(flags).iter().map(Reply::text).collect())
            .unwrap_or_default();
        let inner = fields.remove("arguments").map(items).unwrap_or_default();
        let inner = inner.into_iter().map(Argument::of).collect();
        let kind = match fields["type"].text().as_str() {
            "pure-token" => Kind::Token,
            "oneof" => Kind::OneOf(inner),
            "block" => Kind::Block(inner),
            "integer" | "unix-time" => Kind::Integer,
            "double" => Kind::Double,
            "string" | "key" | "pattern" => Kind::Text,
            other => panic!("an argument of type {other}"),
        };
        Argument {
            kind,
            token: fields.get("token").map(|token| token.text().trim_matches('"').into()),
            optional: flags.contains("optional"),
            multiple: flags.contains("multiple"),
            multiple_token: flags.contains("multiple_token"),
        }
    }

    /// Where this argument may end if it starts at `at`.
    fn ends(&self, words: &[String], at: usize) -> BTreeSet<usize> {
        let mut all = self
            .token(words, at)
            .map_or_else(BTreeSet::new, |at| self.value(words, at));
        if self.multiple {
            let mut last = all.clone();
            while !last.is_empty() {
                let next: BTreeSet<usize> = last
                    .iter()
                    .filter_map(|at| {
                        if self.multiple_token {
                            self.token(words, *at)
                        } else {
                            Some(*at)
                        }
                    })
                    .flat_map(|at| self.value(words, at))
                    .collect();
                last = next.difference(&all).copied().collect();
                all.extend(&last);
            }
        }
        all
    }

    /// Behind the token, if there is one.
    fn token(&self, words: &[String], at: usize) -> Option<usize> {
        match &self.token {
            None => Some(at),
            Some(token) => words.get(at)?.eq_ignore_ascii_case(token).then_some(at + 1),
        }
    }

    fn value(&self, words: &[String], at: usize) -> BTreeSet<usize> {
        let one = |right: fn(&str) -> bool| {
            let word = words.get(at).filter(|word| right(word));
            word.map(|_| at + 1).into_iter().collect()
        };
        match &self.kind {
            Kind::Token => BTreeSet::from([at]),
            Kind::OneOf(choices) => choices.iter().flat_map(|choice| choice.ends(words, at)).collect(),
            Kind::Block(arguments) => sequence(&arguments.iter().collect::<Vec<_>>(), words, at),
            Kind::Integer => one(|word| word.parse::<i128>().is_ok()),
            // A bound that does not belong to its range has a parenthesis in front.
            Kind::Double => one(|word| word.trim_start_matches('(').parse::<f64>().is_ok()),
            Kind::Text => one(|_| true),
        }
    }
}

/// Where these arguments may end. What is optional may be left out, and may come later than described, which every
/// server accepts.
fn sequence(arguments: &[&Argument], words: &[String], at: usize) -> BTreeSet<usize> {
    let mut ends = BTreeSet::new();
    for (index, argument) in arguments.iter().enumerate() {
        let mut others = arguments.to_vec();
        others.remove(index);
        for end in argument.ends(words, at) {
            ends.extend(sequence(&others, words, end));
        }
        if !argument.optional {
            return ends;
        }
    }
    ends.insert(at);
    ends
}

/// Whether `words` are the described arguments.
pub fn matches(arguments: &[Argument], words: &[String]) -> bool {
    sequence(&arguments.iter().collect::<Vec<_>>(), words, 0).contains(&words.len())
}
