//! Turning the caller's values into arguments.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
#[cfg(feature = "std")]
use std::collections::{HashMap, HashSet};

use bytes::{Bytes, BytesMut};

use super::args::Args;

/// A value, or several, that can be sent to Redis: text, bytes, integers, floats, and lists, sets, pairs and maps of them.
///
/// `bool`, `Option` and the like do not implement it on purpose: Redis has no such thing, and a guess would be wrong
/// half of the time. A slice, array or `Vec` of `u8` is one byte string; of anything else it is one argument per element.
///
/// A type of your own writes what it stands for, and is marked [`ToArg`] if that is always exactly one argument:
///
/// ```
/// use redwire::resp::{Args, ToArg, ToArgs};
///
/// struct UserId(u64);
///
/// impl ToArgs for UserId {
///     fn write_args(&self, args: &mut Args) {
///         args.push(format!("user:{}", self.0).as_bytes());
///     }
/// }
/// impl ToArg for UserId {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to Redis",
    label = "not a byte string, text or number",
    note = "convert it to bytes, text or a number first; write out what a `bool` or an `Option` means"
)]
pub trait ToArgs {
    /// Appends the arguments.
    fn write_args(&self, args: &mut Args);

    /// Appends the arguments of a whole slice. `u8` makes it one byte string; leave it alone otherwise.
    fn write_slice(items: &[Self], args: &mut Args)
    where
        Self: Sized,
    {
        for item in items {
            item.write_args(args);
        }
    }
}

/// A value that is always exactly one argument: a key, a member, a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one argument for Redis",
    label = "not a byte string, text or number",
    note = "convert it to bytes, text or a number first; write out what a `bool` or an `Option` means"
)]
pub trait ToArg: ToArgs {}

macro_rules! as_bytes {
    ($($type:ty),*) => {$(
        impl ToArgs for $type {
            #[inline]
            fn write_args(&self, args: &mut Args) {
                args.push(self.as_ref());
            }
        }
        impl ToArg for $type {}
    )*};
}

as_bytes!(str, String, Bytes, BytesMut);

macro_rules! as_integer {
    ($($type:ty),*) => {$(
        impl ToArgs for $type {
            fn write_args(&self, args: &mut Args) {
                args.push_integer(*self);
            }
        }
        impl ToArg for $type {}
    )*};
}

as_integer!(i8, i16, i32, i64, i128, isize, u16, u32, u64, u128, usize);

impl ToArgs for u8 {
    fn write_args(&self, args: &mut Args) {
        args.push_integer(*self);
    }

    fn write_slice(items: &[u8], args: &mut Args) {
        args.push(items);
    }
}
impl ToArg for u8 {}

impl ToArgs for f64 {
    fn write_args(&self, args: &mut Args) {
        args.push_double(*self);
    }
}
impl ToArg for f64 {}

impl ToArgs for f32 {
    /// The shortest digits that read back as the same `f32`, so `0.1f32` is `0.1`.
    fn write_args(&self, args: &mut Args) {
        if self.is_finite() {
            args.push(zmij::Buffer::new().format_finite(*self).as_bytes());
        } else {
            args.push_double(f64::from(*self));
        }
    }
}
impl ToArg for f32 {}

impl ToArgs for char {
    fn write_args(&self, args: &mut Args) {
        args.push(self.encode_utf8(&mut [0; 4]).as_bytes());
    }
}
impl ToArg for char {}

// Byte strings are one argument; other lists are as many as they have elements.
impl ToArg for [u8] {}
impl<const N: usize> ToArg for [u8; N] {}
impl ToArg for Vec<u8> {}

impl<T: ToArgs> ToArgs for [T] {
    #[inline]
    fn write_args(&self, args: &mut Args) {
        T::write_slice(self, args);
    }
}

impl<T: ToArgs, const N: usize> ToArgs for [T; N] {
    #[inline]
    fn write_args(&self, args: &mut Args) {
        T::write_slice(self, args);
    }
}

impl<T: ToArgs> ToArgs for Vec<T> {
    #[inline]
    fn write_args(&self, args: &mut Args) {
        T::write_slice(self, args);
    }
}

/// Arguments that were collected beforehand.
impl ToArgs for Args {
    fn write_args(&self, args: &mut Args) {
        for argument in self.iter() {
            args.push(argument);
        }
    }
}

macro_rules! through_pointer {
    ($($pointer:ty),*) => {$(
        impl<T: ToArgs + ?Sized> ToArgs for $pointer {
            #[inline]
            fn write_args(&self, args: &mut Args) {
                (**self).write_args(args);
            }
        }
        impl<T: ToArg + ?Sized> ToArg for $pointer {}
    )*};
}

through_pointer!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

impl<T: ToArgs + ToOwned + ?Sized> ToArgs for Cow<'_, T> {
    fn write_args(&self, args: &mut Args) {
        (**self).write_args(args);
    }
}
impl<T: ToArg + ToOwned + ?Sized> ToArg for Cow<'_, T> {}

use alloc::borrow::ToOwned;

macro_rules! each {
    ($([$($bounds:tt)*] $type:ty),*) => {$(
        impl<$($bounds)*> ToArgs for $type {
            fn write_args(&self, args: &mut Args) {
                for item in self {
                    item.write_args(args);
                }
            }
        }
    )*};
}

each!([T: ToArgs] VecDeque<T>, [T: ToArgs] BTreeSet<T>);
#[cfg(feature = "std")]
each!([T: ToArgs, S] HashSet<T, S>);

macro_rules! each_pair {
    ($([$($bounds:tt)*] $type:ty),*) => {$(
        /// Each key followed by its value, in the order of the map.
        impl<$($bounds)*> ToArgs for $type {
            fn write_args(&self, args: &mut Args) {
                for (key, value) in self {
                    key.write_args(args);
                    value.write_args(args);
                }
            }
        }
    )*};
}

each_pair!([K: ToArgs, V: ToArgs] BTreeMap<K, V>);
#[cfg(feature = "std")]
each_pair!([K: ToArgs, V: ToArgs, S] HashMap<K, V, S>);

/// No argument at all: for scripts without keys, and the like.
impl ToArgs for () {
    fn write_args(&self, _: &mut Args) {}
}

macro_rules! in_turn {
    ($(($($type:ident $index:tt),+))*) => {$(
        impl<$($type: ToArgs),+> ToArgs for ($($type,)+) {
            fn write_args(&self, args: &mut Args) {
                $(self.$index.write_args(args);)+
            }
        }
    )*};
}

in_turn! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
