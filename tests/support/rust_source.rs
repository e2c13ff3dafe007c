//! Just enough reading of Rust source to check rules on it: comments and literals told apart from code, paths followed
//! through `use` trees. Not a parser; good for formatted code that compiles.
#![allow(unreachable_pub, reason = "a module of one test program")]
#![allow(clippy::indexing_slicing, reason = "a failure is the test's result")]

use std::ops::Range;

/// One source file, and what it looks like without the parts that are not code.
#[derive(Debug)]
pub struct Source {
    /// Relative to the package, with `/`.
    pub path: String,
    pub text: String,
    /// `text` with comments and the insides of literals blanked; offsets and lines stay.
    pub code: String,
    /// `text` with comments blanked.
    pub literals: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
            code: blank(text, true),
            literals: blank(text, false),
        }
    }

    /// The line an offset lies on, counted from one.
    pub fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// This file without its `#[cfg(test)] mod`; empty if it is a test file as a whole.
    pub fn without_tests(&self) -> Source {
        let mut source = Source::new(&self.path, &self.text);
        let ranges = if self.path.ends_with("/tests.rs") || self.path.contains("/tests/") {
            std::iter::once(0..self.text.len()).collect()
        } else {
            test_modules(&self.code)
        };
        for range in ranges {
            for view in [&mut source.code, &mut source.literals] {
                let blanked = blank_all(&view[range.clone()]);
                view.replace_range(range.clone(), &blanked);
            }
        }
        source
    }

    /// How many modules this file lies below the root of its crate; `src/` is the root.
    fn depth(&self) -> usize {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let parts = path.split('/').count();
        if path == "lib.rs" || path.ends_with("/mod.rs") {
            parts - 1
        } else {
            parts
        }
    }

    /// Every path from the root of the crate, with its offset: `crate::a::{b, c::D}` gives `a::b` and `a::c::D`, and so
    /// does `super::super::a::..` where that many `super` reach the root.
    pub fn crate_paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut found = Vec::new();
        for (offset, word) in words(&self.code) {
            let after = offset + word.len();
            match word {
                "crate" => push_tree(&self.code, after, offset, &mut found),
                "super" if !self.code[..offset].trim_end().ends_with("super::") => {
                    let chain = self.code[offset..]
                        .split("::")
                        .take_while(|part| part.trim() == "super")
                        .count();
                    // More of them than that are written in a module inside the file.
                    if chain > 0 && chain >= self.depth() {
                        push_tree(
                            &self.code,
                            offset + "super::".len() * chain - "::".len(),
                            offset,
                            &mut found,
                        );
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Names that `use` statements of a crate's root bring to it, each with the module it comes from.
    pub fn reexports(&self) -> Vec<(String, String)> {
        let mut names = Vec::new();
        for (offset, word) in words(&self.code) {
            if word == "use" {
                let tree = self.code[offset + word.len()..].trim_start();
                let tree = tree
                    .strip_prefix("crate::")
                    .or(tree.strip_prefix("self::"))
                    .unwrap_or(tree);
                let mut paths = Vec::new();
                flatten(tree, &mut Vec::new(), &mut paths);
                for path in paths {
                    if let [module, .., name] = path.as_slice() {
                        names.push((name.clone(), module.clone()));
                    }
                }
            }
        }
        names
    }
}

/// Identifiers and keywords with their offsets.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + code[rest..].find(is_word)?;
        let length = code[start..].find(|c| !is_word(c)).unwrap_or(code.len() - start);
        rest = start + length;
        Some((start, &code[start..rest]))
    })
}

/// Whether a condition is a chain of `let` and `&&`; gives the offsets of the `if` and `while` that start one.
pub fn let_chains(code: &str) -> Vec<usize> {
    words(code)
        .filter(|(_, word)| matches!(*word, "if" | "while"))
        .filter(|(offset, word)| is_let_chain(&code[offset + word.len()..]))
        .map(|(offset, _)| offset)
        .collect()
}

fn is_let_chain(condition: &str) -> bool {
    let (mut has_let, mut has_and, mut in_pattern, mut depth) = (false, false, false, 0);
    for (at, c) in condition.char_indices() {
        let (before, rest) = condition.split_at(at);
        let starts_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match c {
            // The body begins, or a guard of a match arm ends.
            '{' if depth == 0 && !in_pattern => break,
            '=' if depth == 0 && rest.starts_with("=>") => break,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            'l' if depth == 0 && starts_word && rest.starts_with("let ") => (has_let, in_pattern) = (true, true),
            '=' if depth == 0 && !before.ends_with("..") => in_pattern = false,
            // Without the space it borrows.
            '&' if depth == 0 && !in_pattern && rest.starts_with("&& ") => has_and = true,
            _ => {}
        }
    }
    has_let && has_and
}

/// Pushes what the tree after `crate` or `super` at `after` names, if there is one.
fn push_tree(code: &str, after: usize, offset: usize, found: &mut Vec<(usize, Vec<String>)>) {
    if let Some(tree) = code[after..].strip_prefix("::") {
        let mut paths = Vec::new();
        flatten(tree, &mut Vec::new(), &mut paths);
        found.extend(paths.into_iter().map(|path| (offset, path)));
    }
}

/// Reads one tree of a `use` (or a plain path), gives what is left behind it.
fn flatten<'a>(tree: &'a str, prefix: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> &'a str {
    let tree = tree.trim_start();
    if let Some(mut rest) = tree.strip_prefix('{') {
        loop {
            rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
            if rest.is_empty() {
                return rest;
            }
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
            let before = rest.len();
            rest = flatten(rest, prefix, paths);
            if rest.len() == before {
                return "";
            }
        }
    }
    let length = tree
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*')
        .unwrap_or(tree.len());
    let (name, rest) = tree.split_at(length);
    if name.is_empty() {
        if !prefix.is_empty() {
            paths.push(prefix.clone());
        }
        return rest;
    }
    prefix.push(name.into());
    let rest = match rest.strip_prefix("::") {
        Some(rest) => flatten(rest, prefix, paths),
        None => {
            let (name, rest) = match rest.trim_start().strip_prefix("as ") {
                Some(alias) => alias.split_at(alias.find([',', '}', ';']).unwrap_or(alias.len())),
                None => (name, rest),
            };
            let mut path = prefix.clone();
            path.pop();
            path.push(name.trim().into());
            paths.push(path);
            rest
        }
    };
    prefix.pop();
    rest
}

fn test_modules(code: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(start) = code[from..].find("#[cfg(test)]").map(|at| from + at) {
        let body = code[start..].find([';', '{']).map_or(code.len(), |at| start + at);
        let is_module = words(&code[start..body]).any(|(_, word)| word == "mod");
        let end = if is_module && code[body..].starts_with('{') {
            closing(code, body)
        } else {
            body
        };
        if is_module {
            ranges.push(start..end);
        }
        from = end;
    }
    ranges
}

/// The offset behind the brace that closes the one at `open`.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return open + at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn blank_all(text: &str) -> String {
    // One space per byte keeps the offsets.
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect()
}

/// `text` with comments blanked, and the insides of literals too if `literals` says so.
fn blank(text: &str, literals: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let in_word = before.is_alphanumeric() || before == '_';
        let (length, blanked) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (block_comment(rest), true)
        } else if let Some(length) = if in_word { None } else { raw_string(rest) } {
            (length, literals)
        } else if c == '"' {
            (quoted(rest, '"'), literals)
        } else if let Some(length) = character(rest) {
            (length, literals)
        } else {
            (c.len_utf8(), false)
        };
        let (piece, behind) = rest.split_at(length);
        if blanked {
            out.push_str(&blank_all(piece));
        } else {
            out.push_str(piece);
        }
        before = piece.chars().next_back().unwrap_or(' ');
        rest = behind;
    }
    out
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn raw_string(text: &str) -> Option<usize> {
    let after_r = text
        .strip_prefix("br")
        .or(text.strip_prefix("cr"))
        .or(text.strip_prefix('r'))?;
    let hashes = after_r.len() - after_r.trim_start_matches('#').len();
    let inside = after_r[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(text.len() - inside.len() + length)
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A character literal; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.strip_prefix('\'')?.chars();
    let first = chars.next()?;
    (first == '\\' || chars.next() == Some('\'')).then(|| quoted(text, '\''))
}
