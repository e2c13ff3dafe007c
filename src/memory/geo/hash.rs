//! Points as numbers of 52 bits: a grid laid over the map, whose cells are numbered so that what is near each other
//! mostly has numbers near each other.

use alloc::string::String;

/// How far a grid can go in each direction.
#[derive(Debug, Clone, Copy)]
struct Extent {
    min: f64,
    max: f64,
}

impl Extent {
    fn size(self) -> f64 {
        self.max - self.min
    }
}

const LONGITUDE: Extent = Extent {
    min: -180.0,
    max: 180.0,
};
/// Where the Mercator projection is square.
const LATITUDE: Extent = Extent {
    min: -85.05112878,
    max: 85.05112878,
};

/// Halvings in each direction that a score holds.
pub(super) const STEPS: u32 = 26;

/// Longitude and latitude, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

impl Point {
    pub(super) fn is_on_map(self) -> bool {
        (LONGITUDE.min..=LONGITUDE.max).contains(&self.longitude)
            && (LATITUDE.min..=LATITUDE.max).contains(&self.latitude)
    }

    /// The score of a member that lies here.
    pub(super) fn score(self) -> f64 {
        Cell::of(self, STEPS).first_score()
    }

    /// The middle of the cell that a score stands for.
    pub(super) fn of_score(score: f64) -> Point {
        let area = Cell::of_bits(score as u64, STEPS).area();
        let middle = |range: (f64, f64), extent: Extent| ((range.0 + range.1) / 2.0).clamp(extent.min, extent.max);
        Point {
            longitude: middle(area.longitude, LONGITUDE),
            latitude: middle(area.latitude, LATITUDE),
        }
    }

    /// The geohash that others use, which knows the poles. It would have 55 bits; what is missing of the last letter is
    /// zero.
    pub(super) fn geohash(self) -> String {
        const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        let poles = Extent { min: -90.0, max: 90.0 };
        let bits = Cell::in_extents(self, STEPS, LONGITUDE, poles).bits();
        let letter = |at: u32| match at {
            10 => 0,
            at => bits >> (52 - 5 * (at + 1)) & 0x1f,
        };
        (0..11)
            .filter_map(|at| LETTERS.get(letter(at) as usize).copied().map(char::from))
            .collect()
    }
}

/// What a cell covers, in degrees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) longitude: (f64, f64),
    pub(super) latitude: (f64, f64),
}

/// A cell of the grid that halves the map `steps` times in each direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    column: u64,
    row: u64,
    steps: u32,
}

impl Cell {
    pub(super) fn of(point: Point, steps: u32) -> Cell {
        Cell::in_extents(point, steps, LONGITUDE, LATITUDE)
    }

    fn in_extents(point: Point, steps: u32, longitude: Extent, latitude: Extent) -> Cell {
        let cells = (1_u64 << steps) as f64;
        // What lies on the far edge is in no cell of the map: its number has one bit more than others.
        let number = |at: f64, extent: Extent| ((at - extent.min) / extent.size() * cells) as u64;
        Cell {
            column: number(point.longitude, longitude),
            row: number(point.latitude, latitude),
            steps,
        }
    }

    fn of_bits(bits: u64, steps: u32) -> Cell {
        Cell {
            column: squash(bits >> 1),
            row: squash(bits),
            steps,
        }
    }

    /// Column and row, bit by bit in turn.
    fn bits(self) -> u64 {
        spread(self.column) << 1 | spread(self.row)
    }

    pub(super) fn area(self) -> Area {
        let cells = (1_u64 << self.steps) as f64;
        let range = |number: u64, extent: Extent| {
            let edge = |number: u64| extent.min + (number as f64 / cells) * extent.size();
            (edge(number), edge(number + 1))
        };
        Area {
            longitude: range(self.column, LONGITUDE),
            latitude: range(self.row, LATITUDE),
        }
    }

    /// The cell so many columns to the east and rows to the north; the grid has no end.
    pub(super) fn beside(self, east: i64, north: i64) -> Cell {
        let last = (1_u64 << self.steps) - 1;
        let moved = |number: u64, by: i64| match by {
            0 => number,
            by => number.wrapping_add_signed(by) & last,
        };
        Cell {
            column: moved(self.column, east),
            row: moved(self.row, north),
            steps: self.steps,
        }
    }

    /// The lowest score of a member in this cell.
    pub(super) fn first_score(self) -> f64 {
        (self.bits() << (2 * (STEPS - self.steps))) as f64
    }

    /// The lowest score of the cells behind this one.
    pub(super) fn end_score(self) -> f64 {
        ((self.bits() + 1) << (2 * (STEPS - self.steps))) as f64
    }
}

/// Puts a zero in front of each bit.
fn spread(number: u64) -> u64 {
    const CUTS: [(u32, u64); 5] = [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ];
    CUTS.iter().fold(number & 0xffff_ffff, |bits, (shift, mask)| {
        (bits | bits << shift) & mask
    })
}

/// Takes every other bit, the lowest first.
fn squash(bits: u64) -> u64 {
    const CUTS: [(u32, u64); 5] = [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ];
    CUTS.iter().fold(bits & 0x5555_5555_5555_5555, |bits, (shift, mask)| {
        (bits | bits >> shift) & mask
    })
}
