//! The walks as iterators, through the client of every runtime.

use std::collections::{BTreeMap, BTreeSet};

use redwire::commands::KeyType;
use redwire::prelude::*;

use super::clients::Client;
use super::owned::Owned;
use crate::support::Since;

/// F210: all keys, by pattern, page size and type; the iterator outlives the handle it was made from.
pub fn scan_iter<C: Client + 'static>(stage: &Owned<C>) {
    let expected: BTreeSet<String> = (0..500).map(|n| format!("key:{n}")).collect();
    let pairs: Vec<(&str, u8)> = expected.iter().map(|key| (key.as_str(), 1)).collect();
    stage.mset(pairs).unwrap();
    stage.sadd("key:set", "member").unwrap();
    stage.set("other", "value").unwrap();

    let handle = stage.clone();
    let of_type = KeyType::String.to_string();
    let mut keys = handle
        .scan_iter::<String>()
        .matching("key:*")
        .count(20)
        .of_type(&of_type);
    drop(handle);
    let found: Result<BTreeSet<String>, Error> = keys.by_ref().collect();
    assert_eq!(found.unwrap(), expected);
    assert!(keys.seen() >= 500, "{} seen", keys.seen());
    // It is over and stays over.
    assert!(keys.next().is_none() && keys.next().is_none());

    let all: Result<BTreeSet<Vec<u8>>, Error> = stage.scan_iter().collect();
    assert_eq!(all.unwrap().len(), 502);
    let sets: Vec<Result<String, Error>> = stage.scan_iter().of_type("set").collect();
    assert_eq!(sets.len(), 1);
    assert_eq!(sets[0].as_ref().unwrap(), "key:set");
    assert!(stage.scan_iter::<String>().matching("nothing:*").next().is_none());
}

/// F210: members; fields with values, in pairs; members with scores, of whatever type the caller names.
pub fn collections<C: Client + 'static>(stage: &Owned<C>) {
    let numbers: BTreeMap<String, i64> = (0..700).map(|n| (format!("m:{n:03}"), n)).collect();
    let names: BTreeSet<String> = numbers.keys().cloned().collect();
    stage.sadd("set", names.clone()).unwrap();
    stage.hset("hash", numbers.clone()).unwrap();
    let scored: Vec<(&str, f64)> = numbers.iter().map(|(name, n)| (name.as_str(), *n as f64)).collect();
    stage.zadd("zset", scored).unwrap();

    let members: Result<BTreeSet<String>, Error> = stage.sscan_iter("set").count(50).collect();
    assert_eq!(members.unwrap(), names);
    let fields: Result<BTreeMap<String, i64>, Error> = stage.hscan_iter("hash").count(50).collect();
    assert_eq!(fields.unwrap(), numbers);
    let scores: Result<BTreeMap<String, f64>, Error> = stage.zscan_iter("zset").count(50).collect();
    let scores = scores.unwrap();
    assert!(scores.len() == 700 && scores.iter().all(|(name, score)| numbers[name] as f64 == *score));
    // `score_cast_func`, so to say.
    let scores: Result<BTreeMap<String, i64>, Error> = stage.zscan_iter("zset").matching("m:1*").collect();
    assert_eq!(scores.unwrap().len(), 100);

    if Since::redis(7, 4).valkey(8, 0).knows(stage.version) {
        let fields: Result<BTreeSet<String>, Error> = stage.hscan_novalues_iter("hash").matching("m:0*").collect();
        assert_eq!(fields.unwrap().len(), 100);
    }
    for missing in [
        stage.sscan_iter::<String>("none").next(),
        stage
            .hscan_iter::<(String, String)>("none")
            .next()
            .map(|pair| pair.map(|(field, _)| field)),
        stage
            .zscan_iter::<(String, f64)>("none")
            .next()
            .map(|pair| pair.map(|(member, _)| member)),
    ] {
        assert!(missing.is_none());
    }
}

/// F210: the first call is made when the first element is asked for.
pub fn lazy<C: Client + 'static>(stage: &Owned<C>) {
    let mut keys = stage.scan_iter::<String>();
    assert_eq!(keys.seen(), 0);
    stage.set("late", "value").unwrap();
    assert_eq!(keys.try_next().unwrap().as_deref(), Some("late"));
    assert_eq!((keys.seen(), keys.try_next().unwrap()), (1, None));
}

/// F210: an empty page does not end the walk.
pub fn empty_pages<C: Client + 'static>(stage: &Owned<C>) {
    let pairs: Vec<(String, u8)> = (0..1_000).map(|n| (format!("hay:{n}"), 1)).collect();
    stage.mset(pairs).unwrap();
    stage.set("needle", 1).unwrap();
    // Pages of about one key each, nearly all of which do not match.
    let (mut pages, mut empty, mut cursor) = (0, 0, 0);
    loop {
        let options = redwire::commands::ScanOptions::new().matching("needle").count(1);
        let (next, page) = stage.scan_with::<String>(cursor, options).unwrap();
        (pages, empty, cursor) = (pages + 1, empty + usize::from(page.is_empty()), next);
        if cursor == 0 {
            break;
        }
    }
    assert!(pages > 100 && empty >= pages - 2, "{empty} of {pages} pages are empty");
    let found: Vec<_> = stage.scan_iter::<String>().matching("needle").count(1).collect();
    let found: BTreeSet<String> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, BTreeSet::from(["needle".into()]));
}

/// After an error nothing more comes.
pub fn error<C: Client + 'static>(stage: &Owned<C>) {
    stage.set("text", "value").unwrap();
    let mut members = stage.sscan_iter::<String>("text");
    assert_eq!(members.next().unwrap().unwrap_err().code(), Some("WRONGTYPE"));
    assert!(members.next().is_none() && members.next().is_none());
    assert_eq!(members.next_page().unwrap(), None);

    // Of the wrong type for the caller.
    stage.sadd("names", "Ann").unwrap();
    let mut members = stage.sscan_iter::<i64>("names");
    assert_eq!(members.next().unwrap().unwrap_err().kind(), ErrorKind::Decode);
    assert!(members.next().is_none());

    // Not sent at all.
    let mut members = stage.sscan_iter::<String>("names").count(0);
    let error = members.next().unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::InvalidArgument, Outcome::NotSent)
    );
    assert_eq!(error.to_string(), "SSCAN: COUNT must be at least 1");
    assert!(members.next().is_none());
}

/// Pages and elements in turn: what is left of a page is one.
pub fn pages<C: Client + 'static>(stage: &Owned<C>) {
    let expected: BTreeSet<String> = (0..800).map(|n| format!("m:{n}")).collect();
    stage.sadd("set", expected.clone()).unwrap();
    let mut members = stage.sscan_iter::<String>("set").count(100);
    let (mut found, mut pages) = (BTreeSet::new(), 0);
    while let Some(one) = members.try_next().unwrap() {
        let before = members.seen();
        let page = members.next_page().unwrap().unwrap();
        assert!(!page.is_empty());
        assert_eq!(members.seen(), before, "the rest of the page is not asked for again");
        found.insert(one);
        found.extend(page);
        pages += 1;
    }
    assert_eq!(found, expected);
    assert!(pages > 3, "{pages} pages of about 100 members each");
    assert_eq!(members.next_page().unwrap(), None);
}
