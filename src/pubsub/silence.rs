//! How long a server may say nothing: it is asked whether it is there, and given up if it does not answer.

use core::time::Duration;

use crate::time::Timestamp;

/// Most time that what is late is given to turn out to be here already: nobody may have looked since it came.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Silence {
    interval: Option<Duration>,
    heard: Timestamp,
    probe: Option<Probe>,
}

/// A PING is on its way.
#[derive(Debug)]
struct Probe {
    /// When there must have been a sign of life.
    until: Timestamp,
    /// That time has come once, and there was none.
    late: bool,
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
        }
    }

    /// How long what is late is waited for once more, while somebody looks.
    pub(super) fn grace(&self) -> Duration {
        self.interval.map_or(GRACE, |interval| GRACE.min(interval / 4))
    }

    /// The server said something.
    #[inline]
    pub(super) fn ends(&mut self, now: Timestamp) {
        self.heard = now;
        self.probe = None;
    }

    /// When the server last said something.
    pub(super) fn last_end(&self) -> Timestamp {
        self.heard
    }

    /// When [`Silence::judge`] has something to say.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let interval = self.interval?;
        Some(self.probe.as_ref().map_or(self.heard + interval, |probe| probe.until))
    }

    /// The time is `now`, and all that has come has been read.
    pub(super) fn judge(&mut self, now: Timestamp) -> Verdict {
        if self.due().is_none_or(|due| due > now) {
            return Verdict::Fine;
        }
        let grace = self.grace();
        match &mut self.probe {
            None => Verdict::Ask,
            Some(probe) if probe.late => Verdict::Dead,
            Some(probe) => {
                probe.late = true;
                probe.until = now + grace;
                Verdict::Fine
            }
        }
    }

    /// The server was asked. The answer has half of the interval, and a moment more, so that all in all less than twice the
    /// interval passes.
    pub(super) fn asked(&mut self, now: Timestamp) {
        self.probe = self.interval.map(|interval| Probe {
            until: now + interval / 2,
            late: false,
        });
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
        for interval in [8, 800, 8000, 80_000] {
            let mut silence = Silence::new(Some(Duration::from_millis(interval)));
            silence.ends(at(1000));
            let mut now = at(1000);
            let mut verdicts = alloc::vec::Vec::new();
            while verdicts.last() != Some(&Verdict::Dead) {
                now = silence.due().unwrap_or(now);
                verdicts.push(silence.judge(now));
                if verdicts.last() == Some(&Verdict::Ask) {
                    assert_eq!(now, at(1000 + interval));
                    silence.asked(now);
                }
            }
            assert_eq!(verdicts, [Verdict::Ask, Verdict::Fine, Verdict::Dead]);
            assert!(now > at(1000 + interval * 3 / 2) && now < at(1000 + 2 * interval));
        }
    }

    #[test]
    fn any_sign_of_life_starts_anew() {
        let mut silence = Silence::new(Some(Duration::from_secs(8)));
        silence.ends(at(0));
        assert_eq!(silence.judge(at(7999)), Verdict::Fine);
        silence.asked(at(8000));
        assert_eq!(silence.judge(at(12_000)), Verdict::Fine);
        silence.ends(at(12_500));
        assert_eq!(silence.due(), Some(at(20_500)));
    }

    #[test]
    fn who_was_away_has_a_moment_to_read_what_came_but_only_once() {
        let mut silence = Silence::new(Some(Duration::from_secs(8)));
        silence.ends(at(0));
        silence.asked(at(8000));
        assert_eq!(silence.judge(at(3_600_000)), Verdict::Fine);
        assert_eq!(silence.due(), Some(at(3_601_000)));
        // Whether somebody looked or not.
        assert_eq!(silence.judge(at(7_200_000)), Verdict::Dead);
    }

    #[test]
    fn without_an_interval_nobody_is_asked() {
        let mut silence = Silence::new(None);
        assert_eq!(
            (silence.due(), silence.judge(at(u64::MAX / 2_000_000))),
            (None, Verdict::Fine)
        );
        // Nor without end.
        assert!(Silence::new(Some(Duration::ZERO)).due() > Some(at(0)));
    }
}
