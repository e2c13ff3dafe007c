//! Making scripts known before a pipeline that needs them.

use alloc::vec::Vec;

use super::Script;
use crate::command::{Requests, cmd};
use crate::error::{Error, Outcome};
use crate::flow::Replies;

/// The scripts that the commands of a pipeline need. The server is asked which of them it knows, and given the others;
/// in a transaction it is too late to find out.
#[derive(Debug, Default)]
pub(crate) struct Preparation {
    scripts: Vec<Script>,
    stage: Stage,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Collecting,
    Asking(Requests),
    Loading(Requests),
}

impl Preparation {
    /// One more, once.
    pub(crate) fn add(&mut self, script: &Script) {
        if !self.scripts.iter().any(|known| known.sha1() == script.sha1()) {
            self.scripts.push(script.clone());
        }
    }

    /// All are there.
    pub(crate) fn begin(&mut self) {
        let names = self.scripts.iter().map(Script::sha1);
        let exist = names.fold(cmd("SCRIPT EXISTS").read_only(), |request, sha1| request.arg(sha1));
        self.stage = Stage::Asking(exist.into());
    }

    /// What is to be sent before the pipeline.
    pub(crate) fn batch(&self) -> Option<&Requests> {
        match &self.stage {
            Stage::Collecting => None,
            Stage::Asking(batch) | Stage::Loading(batch) => Some(batch),
        }
    }

    /// What came of it.
    ///
    /// # Errors
    /// The server cannot be asked, or does not take a script. The pipeline is not to be sent then.
    pub(crate) fn take_in(&mut self, replies: Replies) -> Result<(), Error> {
        let not_sent = |error: Error| error.with_outcome(Outcome::NotSent);
        match core::mem::take(&mut self.stage) {
            Stage::Collecting => {}
            Stage::Asking(_) => {
                let known: Result<Vec<bool>, Error> = replies.only().and_then(|reply| Ok(reply.decode()?));
                let known = known.map_err(not_sent)?;
                let missing = self.scripts.iter().zip(known).filter(|(_, known)| !known);
                let load = |(script, _): (&Script, bool)| cmd("SCRIPT LOAD").idempotent().arg(script.source());
                let loads: Vec<_> = missing.map(load).collect();
                if !loads.is_empty() {
                    self.stage = Stage::Loading(loads.into());
                }
            }
            Stage::Loading(_) => {
                for reply in replies {
                    let loaded = reply.and_then(|reply| Ok(reply.decode::<()>()?));
                    loaded.map_err(not_sent)?;
                }
            }
        }
        Ok(())
    }
}
