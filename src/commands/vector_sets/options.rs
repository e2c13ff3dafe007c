//! What the commands on vector sets can be told besides their arguments.

use alloc::vec::Vec;

use crate::command::Request;
use crate::commands::options::{OneOf, owned};
use crate::resp::ToArg;

/// Adds a vector as its numbers of 32 bits, the lowest byte of each first.
pub(super) fn vector(request: Request, vector: &[f32]) -> Request {
    if vector.is_empty() || vector.iter().any(|number| !number.is_finite()) {
        return request.refuse("a vector has at least one number, and each is finite");
    }
    let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
    request.arg("FP32").arg(bytes)
}

/// What is looked for with [`vsim`](super::VectorSetCommands::vsim).
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct VectorQuery(Query);

#[derive(Clone, Debug, PartialEq)]
enum Query {
    Element(Vec<u8>),
    Vector(Vec<f32>),
}

impl VectorQuery {
    /// Elements that are like this one (`ELE`). A missing element is an error of the server.
    pub fn element(element: impl ToArg) -> Self {
        VectorQuery(Query::Element(owned(element)))
    }

    /// Elements whose vectors are like this one (`FP32`).
    pub fn vector(vector: impl AsRef<[f32]>) -> Self {
        VectorQuery(Query::Vector(vector.as_ref().to_vec()))
    }

    pub(super) fn write(self, request: Request) -> Request {
        match self.0 {
            Query::Element(element) => request.arg("ELE").arg(element),
            Query::Vector(numbers) => vector(request, &numbers),
        }
    }
}

/// How a vector set keeps its vectors.
#[derive(Clone, Copy, Debug)]
enum Quantization {
    NoQuant,
    Q8,
    Bin,
}

impl Quantization {
    fn write(self, request: Request) -> Request {
        request.arg(match self {
            Quantization::NoQuant => "NOQUANT",
            Quantization::Q8 => "Q8",
            Quantization::Bin => "BIN",
        })
    }
}

/// Options of [`vadd_with`](super::VectorSetCommands::vadd_with).
///
/// How a vector set keeps vectors, their dimension and the links are settled by the first element. Later ones must ask for
/// the same: without an option that is numbers of 8 bits.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct VaddOptions {
    reduce: Option<u64>,
    cas: bool,
    quantization: OneOf<Quantization>,
    ef: Option<u64>,
    setattr: Option<Vec<u8>>,
    m: Option<u64>,
}

impl VaddOptions {
    /// No options: numbers of 8 bits, as many of them as the vector has.
    pub fn new() -> Self {
        VaddOptions::default()
    }

    /// Keeps vectors of this many numbers, made by a random projection (`REDUCE`).
    pub fn reduce(mut self, dimension: u64) -> Self {
        self.reduce = Some(dimension);
        self
    }

    /// Looks for neighbors in the background, so that the server can do something else meanwhile (`CAS`).
    pub fn cas(mut self) -> Self {
        self.cas = true;
        self
    }

    /// Keeps numbers of 32 bits (`NOQUANT`).
    pub fn noquant(mut self) -> Self {
        self.quantization.set(Quantization::NoQuant);
        self
    }

    /// Keeps numbers of 8 bits (`Q8`).
    pub fn q8(mut self) -> Self {
        self.quantization.set(Quantization::Q8);
        self
    }

    /// Keeps the sign of each number only (`BIN`): fast and small, and less exact.
    pub fn bin(mut self) -> Self {
        self.quantization.set(Quantization::Bin);
        self
    }

    /// How many candidates are looked at to find neighbors (`EF`); 200 unless given.
    pub fn ef(mut self, candidates: u64) -> Self {
        self.ef = Some(candidates);
        self
    }

    /// Gives the element these attributes, an object in JSON (`SETATTR`).
    pub fn setattr(mut self, json: impl ToArg) -> Self {
        self.setattr = Some(owned(json));
        self
    }

    /// How many neighbors each element is linked with (`M`); 16 unless given.
    pub fn m(mut self, links: u64) -> Self {
        self.m = Some(links);
        self
    }

    /// The reduction stands before the vector.
    pub(super) fn write_reduce(&self, request: Request) -> Request {
        request.opt_with("REDUCE", self.reduce)
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request.flag("CAS", self.cas);
        self.quantization
            .write(request, "NOQUANT, Q8 and BIN", Quantization::write)
            .opt_with("EF", self.ef)
            .opt_with("SETATTR", self.setattr)
            .opt_with("M", self.m)
    }
}

/// Options of [`vsim`](super::VectorSetCommands::vsim) and its like.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct VsimOptions {
    count: Option<u64>,
    epsilon: Option<f64>,
    ef: Option<u64>,
    filter: Option<Vec<u8>>,
    filter_ef: Option<u64>,
    truth: bool,
    nothread: bool,
}

impl VsimOptions {
    /// No options: the ten elements that are most alike, or nearly those.
    pub fn new() -> Self {
        VsimOptions::default()
    }

    /// At most this many elements, at least one (`COUNT`).
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Only elements that are no farther away than this, from 0 (the same) to 1 (the opposite) (`EPSILON`). Since Redis
    /// 8.2.
    pub fn epsilon(mut self, distance: f64) -> Self {
        self.epsilon = Some(distance);
        self
    }

    /// How many candidates are looked at (`EF`): more of them find better elements, and take longer.
    pub fn ef(mut self, candidates: u64) -> Self {
        self.ef = Some(candidates);
        self
    }

    /// Only elements whose attributes are like that: `.year > 1980 and .rating > 7` (`FILTER`).
    pub fn filter(mut self, expression: impl ToArg) -> Self {
        self.filter = Some(owned(expression));
        self
    }

    /// How many candidates are looked at to find some that pass the filter, at least one (`FILTER-EF`).
    pub fn filter_ef(mut self, candidates: u64) -> Self {
        self.filter_ef = Some(candidates);
        self
    }

    /// Compares with all elements: slow, and always right (`TRUTH`).
    pub fn truth(mut self) -> Self {
        self.truth = true;
        self
    }

    /// Searches at once, while the server does nothing else (`NOTHREAD`).
    pub fn nothread(mut self) -> Self {
        self.nothread = true;
        self
    }

    pub(super) fn write(self, request: Request) -> Request {
        let request = request
            .opt_with("COUNT", self.count)
            .opt_with("EPSILON", self.epsilon)
            .opt_with("EF", self.ef)
            .opt_with("FILTER", self.filter)
            .opt_with("FILTER-EF", self.filter_ef)
            .flag("TRUTH", self.truth)
            .flag("NOTHREAD", self.nothread);
        match self.count {
            Some(0) => request.refuse("COUNT must be at least 1"),
            _ => request,
        }
    }
}
