//! Locks by hand: requests out, replies in, time as an argument.
