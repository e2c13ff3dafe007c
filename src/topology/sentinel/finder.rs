//! What a client remembers of its service from one connection to the next.

use alloc::vec::Vec;

use super::answers::KnownMaster;
use super::search::{Goal, Search};
use super::service::{Service, ServiceRole};
use crate::time::Timestamp;
use crate::topology::endpoint::Endpoint;

/// What a piece of news means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Learned {
    /// The master is where it was, or nobody knew before.
    Same,
    /// The master is another one: connections to the old one are to be left.
    Moved,
    /// A later word has been heard in the meantime: what was found is not to be used.
    Outdated,
}

/// What is known of one service: which sentinel to ask first, which replica's turn it is, and who the master is.
///
/// Of two words on who the master is, the one of the higher `config-epoch` holds: a sentinel that has not heard of the latest
/// failover does not move clients back.
#[derive(Debug)]
pub struct Finder {
    service: Service,
    order: Vec<Endpoint>,
    turn: u64,
    master: Option<KnownMaster>,
}

impl Finder {
    /// Knows nothing yet. `chance` says which replica's turn it is first, so that many clients do not all take the same.
    #[must_use]
    pub fn new(service: Service, chance: u64) -> Self {
        Finder {
            order: service.sentinels.endpoints.clone(),
            service,
            turn: chance,
            master: None,
        }
    }

    /// Which service it is about.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The sentinels in the order in which they are asked next.
    #[must_use]
    pub fn order(&self) -> &[Endpoint] {
        &self.order
    }

    /// Who the master is, as far as is known.
    #[must_use]
    pub fn master(&self) -> Option<&KnownMaster> {
        self.master.as_ref()
    }

    /// Whether a connection to this server is one to a master that is none any more.
    #[must_use]
    pub fn is_left(&self, server: &Endpoint) -> bool {
        let master = self.master.as_ref().map(|master| &master.endpoint);
        self.service.role == ServiceRole::Master && master.is_some_and(|master| master != server)
    }

    /// Looks for a server to connect to, until `deadline` if there is one. Several searches at a time take turns.
    #[must_use]
    pub fn search(&mut self, deadline: Option<Timestamp>) -> Search {
        let sentinels = self.service.sentinels.clone().in_order(self.order.clone());
        let goal = Goal::Connection(self.service.role);
        let turn = self.turn;
        if self.service.role == ServiceRole::Replica {
            self.turn = turn.wrapping_add(1);
        }
        Search::new(goal, &self.service.name, &sentinels, deadline)
            .starting_at(turn)
            .knowing(self.epoch())
    }

    /// What a search has found out, when it is done.
    pub fn learn(&mut self, search: &Search) -> Learned {
        self.turn = self.turn.wrapping_add(search.turns.saturating_sub(1));
        let Some(found) = &search.master else {
            self.order = search.order();
            return Learned::Same;
        };
        let newer = self.epoch() > search.known_epoch && self.epoch() > found.epoch;
        if newer
            && self
                .master
                .as_ref()
                .is_some_and(|known| known.endpoint != found.endpoint)
        {
            return Learned::Outdated;
        }
        self.order = search.order();
        self.replace(found.clone())
    }

    /// What a sentinel says by itself, or when it is asked from time to time.
    pub fn hear(&mut self, sentinel: &Endpoint, word: &KnownMaster) -> Learned {
        if word.epoch < self.epoch() {
            return Learned::Outdated;
        }
        if let Some(place) = self.order.iter().position(|known| known == sentinel) {
            self.order.swap(0, place);
        }
        self.replace(word.clone())
    }

    fn epoch(&self) -> u64 {
        self.master.as_ref().map_or(0, |master| master.epoch)
    }

    fn replace(&mut self, master: KnownMaster) -> Learned {
        let moved = self
            .master
            .as_ref()
            .is_some_and(|known| known.endpoint != master.endpoint);
        self.master = Some(master);
        if moved { Learned::Moved } else { Learned::Same }
    }
}
