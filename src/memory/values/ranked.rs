//! A list whose positions are found, filled and emptied in logarithmic time: what keeps a sorted set in order.
//!
//! A weight-balanced tree (Adams' trees with the parameters 3 and 2, which Hirai and Yamamoto proved to keep the balance):
//! each node knows how many items are below it, hence positions and balance come from the same number.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

/// One side may weigh at most this many times as much as the other.
const DELTA: usize = 3;
/// From which weight of its inner side on the heavier side is rotated first.
const GAMMA: usize = 2;

#[derive(Debug, Clone)]
struct Node<T> {
    item: T,
    /// Items in this subtree, this one included.
    size: usize,
    left: Link<T>,
    right: Link<T>,
}

type Link<T> = Option<Box<Node<T>>>;

#[derive(Debug, Clone)]
pub(crate) struct Ranked<T> {
    root: Link<T>,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Ranked { root: None }
    }
}

impl<T> Ranked<T> {
    pub(crate) fn len(&self) -> usize {
        size(&self.root)
    }

    /// The first position for which `before` no longer holds; it must hold for a prefix of the list.
    pub(crate) fn partition_point(&self, mut before: impl FnMut(&T) -> bool) -> usize {
        let (mut at, mut passed) = (self.root.as_deref(), 0);
        while let Some(node) = at {
            at = if before(&node.item) {
                passed += size(&node.left) + 1;
                node.right.as_deref()
            } else {
                node.left.as_deref()
            };
        }
        passed
    }

    /// Makes `item` the one at `position` (or the last, if the list is shorter); what was there moves up.
    pub(crate) fn insert(&mut self, position: usize, item: T) {
        insert(&mut self.root, position, item);
    }

    pub(crate) fn remove(&mut self, position: usize) -> Option<T> {
        remove(&mut self.root, position)
    }

    /// The items at these positions, in order; from both ends.
    pub(crate) fn range(&self, positions: Range<usize>) -> Iter<'_, T> {
        let end = positions.end.min(self.len());
        let start = positions.start.min(end);
        Iter {
            rising: Path::to(&self.root, start, Side::Left),
            falling: Path::to(&self.root, end, Side::Right),
            left: end - start,
        }
    }
}

/// From which end a [`Path`] comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The nodes still to be visited whose item comes before everything below them on the far side.
#[derive(Debug)]
struct Path<'a, T> {
    nodes: Vec<&'a Node<T>>,
    side: Side,
}

impl<'a, T> Path<'a, T> {
    /// From the left: what is at `position` comes next. From the right: what is before it.
    fn to(root: &'a Link<T>, position: usize, side: Side) -> Self {
        let (mut nodes, mut at, mut position) = (Vec::new(), root.as_deref(), position);
        while let Some(node) = at {
            let left = size(&node.left);
            let goes_left = position <= left;
            if goes_left == (side == Side::Left) {
                nodes.push(node);
            }
            at = if goes_left {
                node.left.as_deref()
            } else {
                position -= left + 1;
                node.right.as_deref()
            };
        }
        Path { nodes, side }
    }

    fn next(&mut self) -> Option<&'a T> {
        let node = self.nodes.pop()?;
        let (mut below, side) = match self.side {
            Side::Left => (node.right.as_deref(), self.side),
            Side::Right => (node.left.as_deref(), self.side),
        };
        while let Some(inner) = below {
            self.nodes.push(inner);
            below = match side {
                Side::Left => inner.left.as_deref(),
                Side::Right => inner.right.as_deref(),
            };
        }
        Some(&node.item)
    }
}

#[derive(Debug)]
pub(crate) struct Iter<'a, T> {
    rising: Path<'a, T>,
    falling: Path<'a, T>,
    left: usize,
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.left = self.left.checked_sub(1)?;
        self.rising.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        self.falling.next()
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<T> Node<T> {
    fn count(&mut self) {
        self.size = size(&self.left) + size(&self.right) + 1;
    }
}

fn size<T>(link: &Link<T>) -> usize {
    link.as_ref().map_or(0, |node| node.size)
}

fn weight<T>(link: &Link<T>) -> usize {
    size(link) + 1
}

fn insert<T>(link: &mut Link<T>, position: usize, item: T) {
    match link {
        None => {
            *link = Some(Box::new(Node {
                item,
                size: 1,
                left: None,
                right: None,
            }));
        }
        Some(node) => {
            let left = size(&node.left);
            if position <= left {
                insert(&mut node.left, position, item);
            } else {
                insert(&mut node.right, position - left - 1, item);
            }
            node.count();
            balance(link);
        }
    }
}

fn remove<T>(link: &mut Link<T>, position: usize) -> Option<T> {
    let node = link.as_mut()?;
    let left = size(&node.left);
    let removed = if position < left {
        remove(&mut node.left, position)
    } else if position > left {
        remove(&mut node.right, position - left - 1)
    } else {
        // The next item takes the place of the one that goes.
        match remove(&mut node.right, 0) {
            Some(next) => Some(core::mem::replace(&mut node.item, next)),
            None => {
                let node = *link.take()?;
                *link = node.left;
                return Some(node.item);
            }
        }
    };
    node.count();
    balance(link);
    removed
}

/// Restores the balance after one item came or went below.
fn balance<T>(link: &mut Link<T>) {
    let Some(node) = link else { return };
    let (left, right) = (weight(&node.left), weight(&node.right));
    if right > DELTA * left {
        if node
            .right
            .as_ref()
            .is_some_and(|right| weight(&right.left) >= GAMMA * weight(&right.right))
        {
            rotate_right(&mut node.right);
        }
        rotate_left(link);
    } else if left > DELTA * right {
        if node
            .left
            .as_ref()
            .is_some_and(|left| weight(&left.right) >= GAMMA * weight(&left.left))
        {
            rotate_left(&mut node.left);
        }
        rotate_right(link);
    }
}

/// The right child becomes the parent.
fn rotate_left<T>(link: &mut Link<T>) {
    let Some(mut node) = link.take() else { return };
    match node.right.take() {
        None => *link = Some(node),
        Some(mut above) => {
            node.right = above.left.take();
            node.count();
            above.left = Some(node);
            above.count();
            *link = Some(above);
        }
    }
}

/// The left child becomes the parent.
fn rotate_right<T>(link: &mut Link<T>) {
    let Some(mut node) = link.take() else { return };
    match node.left.take() {
        None => *link = Some(node),
        Some(mut above) => {
            node.left = above.right.take();
            node.count();
            above.right = Some(node);
            above.count();
            *link = Some(above);
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::memory::random::Random;

    fn height<T>(link: &Link<T>) -> usize {
        link.as_ref()
            .map_or(0, |node| 1 + height(&node.left).max(height(&node.right)))
    }

    fn check<T>(link: &Link<T>) {
        let Some(node) = link else { return };
        assert_eq!(node.size, size(&node.left) + size(&node.right) + 1);
        let (left, right) = (weight(&node.left), weight(&node.right));
        assert!(left <= DELTA * right && right <= DELTA * left, "{left} against {right}");
        check(&node.left);
        check(&node.right);
    }

    /// Every operation does what it does to a plain vector, and the balance holds all along.
    #[test]
    fn like_a_vector() {
        let mut random = Random::new(7);
        for round in 0..20 {
            let (mut list, mut model) = (Ranked::default(), Vec::new());
            // Grows, then shrinks.
            for step in 0..600 {
                if random.below(10) < if step < 350 { 7 } else { 2 } || model.is_empty() {
                    let at = random.below(model.len() + 1);
                    list.insert(at, step);
                    model.insert(at, step);
                } else {
                    let at = random.below(model.len());
                    assert_eq!(list.remove(at), Some(model.remove(at)));
                }
                check(&list.root);
                assert_eq!(list.len(), model.len());
                assert_eq!(list.remove(model.len()), None);
                let (start, length) = (random.below(model.len() + 1), random.below(10));
                let end = (start + length).min(model.len());
                assert!(
                    list.range(start..start + length).eq(&model[start..end]),
                    "{round} {step}"
                );
                assert!(list.range(start..end).rev().eq(model[start..end].iter().rev()));
            }
        }
    }

    /// In order, the worst case of a tree without balance.
    #[test]
    fn depth_is_logarithmic() {
        let mut list = Ranked::default();
        (0..100_000).for_each(|n| list.insert(n, n));
        assert!(height(&list.root) < 40, "{}", height(&list.root));
        for n in [0, 1, 49_999, 99_999, 100_000] {
            assert_eq!(list.partition_point(|held| *held < n), n);
        }
        (0..99_000).for_each(|n| assert_eq!(list.remove(0), Some(n)));
        assert!(height(&list.root) < 24, "{}", height(&list.root));
        let mut both_ends = list.range(0..4);
        assert_eq!(
            [
                both_ends.next(),
                both_ends.next_back(),
                both_ends.next(),
                both_ends.next_back(),
                both_ends.next()
            ],
            [Some(&99_000), Some(&99_003), Some(&99_001), Some(&99_002), None]
        );
    }
}
