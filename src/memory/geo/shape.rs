//! Distances, and which cells of the grid a search has to look at.

use alloc::vec::Vec;

use super::hash::{Cell, Point, STEPS};

const EARTH_RADIUS: f64 = 6_372_797.560856;
/// Half of the way around the world, as the Mercator projection has it.
const MERCATOR_MAX: f64 = 20_037_726.37;

/// How far two points are from each other, in meters.
pub(super) fn distance(one: Point, other: Point) -> f64 {
    let east = ((radians(other.longitude) - radians(one.longitude)) / 2.0).sin();
    if east == 0.0 {
        return latitude_distance(one, other);
    }
    let (from, to) = (radians(one.latitude), radians(other.latitude));
    let north = ((to - from) / 2.0).sin();
    let half = north * north + from.cos() * to.cos() * east * east;
    2.0 * EARTH_RADIUS * half.sqrt().asin()
}

fn latitude_distance(one: Point, other: Point) -> f64 {
    EARTH_RADIUS * (radians(other.latitude) - radians(one.latitude)).abs()
}

fn radians(degrees: f64) -> f64 {
    degrees * (core::f64::consts::PI / 180.0)
}

fn degrees(radians: f64) -> f64 {
    radians / (core::f64::consts::PI / 180.0)
}

/// What a search covers, in meters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Extent {
    Radius(f64),
    Box { width: f64, height: f64 },
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) center: Point,
    pub(super) extent: Extent,
}

impl Shape {
    /// How far a point is from the center, if it is covered.
    pub(super) fn distance(&self, point: Point) -> Option<f64> {
        let far = distance(self.center, point);
        let covered = match self.extent {
            Extent::Radius(radius) => far <= radius,
            Extent::Box { width, height } => {
                let beside = Point {
                    longitude: self.center.longitude,
                    latitude: point.latitude,
                };
                latitude_distance(point, self.center) <= height / 2.0 && distance(point, beside) <= width / 2.0
            }
        };
        covered.then_some(far)
    }

    /// West, south, east and north of what is covered, in degrees.
    fn bounds(&self) -> (f64, f64, f64, f64) {
        let (width, height) = match self.extent {
            Extent::Radius(radius) => (radius, radius),
            Extent::Box { width, height } => (width / 2.0, height / 2.0),
        };
        let Point { longitude, latitude } = self.center;
        let north = degrees(height / EARTH_RADIUS);
        // Degrees of longitude are shortest on the side of the pole.
        let poleward = if latitude < 0.0 { -north } else { north };
        let east = degrees(width / EARTH_RADIUS / radians(latitude + poleward).cos());
        (longitude - east, latitude - north, longitude + east, latitude + north)
    }

    /// How often the map is halved so that the cell of the center and its neighbors cover a circle of this radius.
    fn steps(&self) -> u32 {
        let mut radius = match self.extent {
            Extent::Radius(radius) => radius,
            Extent::Box { width, height } => ((width / 2.0) * (width / 2.0) + (height / 2.0) * (height / 2.0)).sqrt(),
        };
        if radius == 0.0 {
            return STEPS;
        }
        let mut steps = 1_i32;
        while radius < MERCATOR_MAX {
            radius *= 2.0;
            steps += 1;
        }
        steps -= 2;
        // Cells are narrower towards the poles.
        let latitude = self.center.latitude.abs();
        steps -= i32::from(latitude > 66.0) + i32::from(latitude > 80.0);
        u32::try_from(steps).unwrap_or(1).clamp(1, STEPS)
    }

    /// The cells to look at, in Redis' order, which is that of members in a reply that is not sorted.
    pub(super) fn cells(&self) -> Vec<Cell> {
        let (west, south, east, north) = self.bounds();
        let mut steps = self.steps();
        let mut middle = Cell::of(self.center, steps);
        let too_small = middle.beside(0, 1).area().latitude.1 < north
            || middle.beside(0, -1).area().latitude.0 > south
            || middle.beside(1, 0).area().longitude.1 < east
            || middle.beside(-1, 0).area().longitude.0 > west;
        if steps > 1 && too_small {
            steps -= 1;
            middle = Cell::of(self.center, steps);
        }
        let area = middle.area();
        // Of large cells all neighbors may matter: they meet again on the other side of the world.
        let all = steps < 2;
        let wanted = |to_east: i64, to_north: i64| {
            all || !((to_north < 0 && area.latitude.0 < south)
                || (to_north > 0 && area.latitude.1 > north)
                || (to_east < 0 && area.longitude.0 < west)
                || (to_east > 0 && area.longitude.1 > east))
        };
        const NEIGHBORS: [(i64, i64); 8] = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];
        let mut cells = Vec::from([middle]);
        for (to_east, to_north) in NEIGHBORS {
            let neighbor = middle.beside(to_east, to_north);
            // On a small grid neighbors can be the same cell.
            let again = cells.len() > 1 && cells.last() == Some(&neighbor);
            if wanted(to_east, to_north) && !again {
                cells.push(neighbor);
            }
        }
        cells
    }
}
