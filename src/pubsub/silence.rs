//! How long a server may say nothing: it is asked whether it is there, and given up if it does not answer.

use core::time::Duration;

use crate::time::Timestamp;

/// Most time that somebody who comes back is given to take in what came meanwhile.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Silence {
    interval: Option<Duration>,
    heard: Timestamp,
    /// A PING is on its way, and when there must have been a sign of life.
    probe: Option<Timestamp>,
    /// When somebody last looked.
    looked: Timestamp,
    /// Nobody looked for a while: what came meanwhile may not have been read yet, so nothing is late before this.
    excuse: Timestamp,
    /// That was so before, and nothing was heard since: a second time it is no excuse.
    excused: bool,
}

/// What the silence is to be taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// The server is to be asked.
    Ask,
    /// Nobody is there.
    Dead,
}

impl Silence {
    pub(super) fn new(interval: Option<Duration>) -> Self {
        Silence {
            // Of no time at all there would be no end of asking.
            interval: interval.map(|interval| interval.max(Duration::from_millis(1))),
            heard: Timestamp::ZERO,
            probe: None,
            looked: Timestamp::ZERO,
            excuse: Timestamp::ZERO,
            excused: false,
        }
    }

    fn grace(&self) -> Duration {
        self.interval.map_or(GRACE, |interval| GRACE.min(interval / 4))
    }

    /// The server said something.
    #[inline]
    pub(super) fn ends(&mut self, now: Timestamp) {
        self.heard = now;
        self.looked = now;
        self.probe = None;
        self.excused = false;
    }

    /// Somebody waits for what comes.
    pub(super) fn look(&mut self, now: Timestamp) {
        let grace = self.grace();
        if now.saturating_since(self.looked) > grace && !self.excused {
            self.excuse = now + grace;
            self.excused = true;
        }
        self.looked = now;
    }

    /// When something that was to come by `deadline` is late.
    pub(super) fn late(&self, deadline: Timestamp) -> Timestamp {
        deadline.max(self.excuse)
    }

    /// When [`Silence::judge`] has something to say.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let interval = self.interval?;
        Some(self.probe.map_or(self.heard + interval, |until| self.late(until)))
    }

    pub(super) fn judge(&self, now: Timestamp) -> Verdict {
        match self.due() {
            Some(due) if due <= now && self.probe.is_some() => Verdict::Dead,
            Some(due) if due <= now => Verdict::Ask,
            _ => Verdict::Fine,
        }
    }

    /// The server was asked. The answer has three quarters of the interval, so that all in all less than twice the interval
    /// passes.
    pub(super) fn asked(&mut self, now: Timestamp) {
        self.probe = self.interval.map(|interval| now + interval * 3 / 4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn asked_after_the_interval_and_dead_before_twice_of_it() {
        let mut silence = Silence::new(Some(Duration::from_secs(8)));
        silence.ends(at(1000));
        assert_eq!(silence.due(), Some(at(9000)));
        assert_eq!(silence.judge(at(8999)), Verdict::Fine);
        assert_eq!(silence.judge(at(9000)), Verdict::Ask);
        silence.asked(at(9000));
        assert_eq!(silence.due(), Some(at(15_000)));
        assert_eq!(silence.judge(at(14_999)), Verdict::Fine);
        assert_eq!(silence.judge(at(15_000)), Verdict::Dead);
        silence.ends(at(14_000));
        assert_eq!(silence.due(), Some(at(22_000)));
    }

    #[test]
    fn who_was_away_has_a_moment_to_read_what_came_but_only_once() {
        let mut silence = Silence::new(Some(Duration::from_secs(8)));
        silence.ends(at(0));
        silence.asked(at(8000));
        silence.look(at(8500));
        assert_eq!(silence.due(), Some(at(14_000)), "not away for long");
        silence.look(at(60_000));
        assert_eq!(silence.due(), Some(at(61_000)));
        assert_eq!(silence.late(at(5)), at(61_000));
        assert_eq!(silence.judge(at(60_500)), Verdict::Fine);
        // Still nothing was heard, whether somebody looked or not.
        silence.look(at(120_000));
        assert_eq!(silence.judge(at(120_000)), Verdict::Dead);
        // Something was: the next absence counts again.
        silence.ends(at(121_000));
        silence.asked(at(130_000));
        silence.look(at(200_000));
        assert_eq!(silence.judge(at(200_000)), Verdict::Fine);
    }

    #[test]
    fn without_an_interval_nobody_is_asked() {
        let silence = Silence::new(None);
        assert_eq!((silence.due(), silence.judge(at(u64::MAX / 2_000_000))), (None, Verdict::Fine));
        // Nor without end.
        assert!(Silence::new(Some(Duration::ZERO)).due() > Some(at(0)));
    }
}
