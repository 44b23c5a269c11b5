//! Measures interlacing in decoded pictures. Where something moves, the two fields of an interlaced picture differ like the
//! teeth of a comb, and each field fits one neighbour in time better than the other.

use ffmpeg_next::frame;

use super::luma_thumbnail::{line_at, value};
use crate::media::ffi::luma_layout;
use crate::model::inspection::Fields;

/// Columns of a picture that are looked at; all rows are.
const COLUMNS: usize = 128;
/// Least difference of a tooth from both its neighbours, levels of 255.
const TOOTH: i32 = 12;
/// Rows that make a comb.
const TEETH: usize = 4;
/// Share of the places at which a picture with combs has one, and their least number. Among 60 progressive clips of
/// phones, cameras and screens the share was at most 0.0001, except over drawn stripes, which the comparison in time
/// tells apart; in interlaced footage it is 0.001 and more where anything moves.
const COMBED_SHARE: f64 = 0.000_15;
const LEAST_COMBS: usize = 4;
/// Difference of three rows between two pictures from which they count as moving, levels of 255.
const MOVING: i32 = 24;
/// Fewest moving places by which two pictures are judged.
const LEAST_MOVING: u64 = 64;

/// The luma of some columns of a picture, row by row.
pub(super) struct Columns {
    width: usize,
    rows: usize,
    luma: Vec<u8>,
}

impl Columns {
    /// Reads them; `None` where the format cannot be read or the picture is too small.
    pub fn of(frame: &frame::Video) -> Option<Self> {
        let layout = luma_layout(frame.format())?;
        let (across, rows) = (frame.width() as usize, frame.height() as usize);
        let stride = frame.stride(layout.plane);
        if across == 0 || rows < 16 || stride > usize::MAX / 2 || layout.plane >= frame.planes() {
            return None;
        }
        let data = frame.data(layout.plane);
        let step = across.div_ceil(COLUMNS);
        let width = across.div_ceil(step);
        // Bytes from one column to the next.
        let every = step * layout.step;
        let mut luma = Vec::with_capacity(width * rows);
        for row in 0..rows {
            let line = line_at(data, row * stride + layout.offset);
            let is_plain = layout.is_plain() && (width - 1) * every < line.len();
            for column in 0..width {
                luma.push(if is_plain {
                    line[column * every]
                } else {
                    (value(line, column * every, &layout) >> (layout.depth - 8)).min(255) as u8
                });
            }
        }
        Some(Self { width, rows, luma })
    }

    fn row(&self, row: usize) -> &[u8] {
        &self.luma[row * self.width..(row + 1) * self.width]
    }

    /// Returns the number of combs, if it is one that still parts seldom have.
    pub fn combs(&self) -> Option<usize> {
        let mut runs = vec![0; self.width];
        let mut combs = 0;
        for row in 2..self.rows - 2 {
            let [a, b, c, d, e] = [row - 2, row - 1, row, row + 1, row + 2].map(|row| self.row(row));
            for column in 0..self.width {
                let (above, centre, below) =
                    (i32::from(b[column]), i32::from(c[column]), i32::from(d[column]));
                let (up, down) = (centre - above, centre - below);
                // Most places are told by this alone.
                if up * down <= TOOTH * TOOTH {
                    runs[column] = 0;
                    continue;
                }
                let sharper = up.abs().min(down.abs());
                let is_tooth = (above - below).abs() * 2 < sharper
                    && (i32::from(a[column]) - centre).abs() * 2 < up.abs()
                    && (i32::from(e[column]) - centre).abs() * 2 < down.abs();
                runs[column] = if is_tooth { runs[column] + 1 } else { 0 };
                combs += usize::from(runs[column] >= TEETH);
            }
        }
        let least = (COMBED_SHARE * self.luma.len() as f64).max(LEAST_COMBS as f64);
        (combs as f64 >= least).then_some(combs)
    }
}

/// What pairs of consecutive pictures say about their scanning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Votes {
    pub top_first: u32,
    pub bottom_first: u32,
    pub progressive: u32,
}

impl Votes {
    /// Judges two consecutive pictures by their moving places. The last field of the first picture and the first field of
    /// the second lie as near in time as the fields of one interlaced picture; the other two fields lie three times as far
    /// apart. In progressive pictures the fields of one picture fit best.
    pub fn add(&mut self, before: &Columns, after: &Columns) {
        if (before.width, before.rows) != (after.width, after.rows) {
            return;
        }
        let (mut moving, mut own, mut tops_of_after, mut tops_of_before) = (0, 0, 0, 0);
        for row in 1..before.rows - 1 {
            let rows = |picture: &Columns| [row - 1, row, row + 1].map(|row| picture.row(row).to_vec());
            let (one, two) = (rows(before), rows(after));
            for column in 0..before.width {
                let levels = |rows: &[Vec<u8>; 3]| [0, 1, 2].map(|row| i32::from(rows[row][column]));
                let (a, b) = (levels(&one), levels(&two));
                if (0..3).map(|row| (a[row] - b[row]).abs()).sum::<i32>() <= MOVING {
                    continue;
                }
                moving += 1;
                let rough = |centre: i32, around: [i32; 3]| {
                    u64::from((around[0] + around[2] - 2 * centre).unsigned_abs())
                };
                own += rough(a[1], a);
                let (one_in_two, two_in_one) = (rough(a[1], b), rough(b[1], a));
                let (even, odd) =
                    if row % 2 == 0 { (two_in_one, one_in_two) } else { (one_in_two, two_in_one) };
                tops_of_after += even;
                tops_of_before += odd;
            }
        }
        if moving >= LEAST_MOVING {
            self.count(own as f64, tops_of_after as f64, tops_of_before as f64);
        }
    }

    fn count(&mut self, own: f64, tops_of_after: f64, tops_of_before: f64) {
        let fits = |near: f64, far: f64| near * 1.2 < far && own > 0.6 * near;
        if own * 1.5 < tops_of_after.min(tops_of_before) {
            self.progressive += 1;
        } else if fits(tops_of_after, tops_of_before) {
            self.top_first += 1;
        } else if fits(tops_of_before, tops_of_after) {
            self.bottom_first += 1;
        }
    }

    /// Returns the order of interlaced pictures, where the pairs agree on one; `None` for progressive and for still ones.
    pub fn order(self) -> Option<Fields> {
        let wins = |votes: u32, others: u32| votes >= 3 && votes >= 5 * others && votes > self.progressive;
        if wins(self.top_first, self.bottom_first) {
            Some(Fields::TopFirst)
        } else if wins(self.bottom_first, self.top_first) {
            Some(Fields::BottomFirst)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 64;
    const ROWS: usize = 64;

    /// A picture drawn by a function of column, row and time.
    fn drawn(draw: impl Fn(usize, usize, usize) -> u8, time_of_row: impl Fn(usize) -> usize) -> Columns {
        let at = |index: usize| draw(index % WIDTH, index / WIDTH, time_of_row(index / WIDTH));
        Columns { width: WIDTH, rows: ROWS, luma: (0..WIDTH * ROWS).map(at).collect() }
    }

    /// A bright block of 20 columns on a soft slope that moves three columns a field.
    fn moving(column: usize, row: usize, time: usize) -> u8 {
        let at = (column + 200 - time * 3 % 128) % WIDTH;
        if (8..28).contains(&at) && row > 8 { 220 } else { 40 + row as u8 }
    }

    /// Ten pictures whose top rows show the field `2 × picture + top`, the others `2 × picture + bottom`.
    fn pictures(draw: fn(usize, usize, usize) -> u8, [top, bottom]: [usize; 2]) -> Vec<Columns> {
        (0..10).map(|n| drawn(draw, |row| 2 * n + if row % 2 == 0 { top } else { bottom })).collect()
    }

    fn judged(pictures: &[Columns]) -> Votes {
        let mut votes = Votes::default();
        pictures.windows(2).for_each(|pair| votes.add(&pair[0], &pair[1]));
        votes
    }

    #[test]
    fn the_order_of_fields_is_found_by_comparing_both() {
        for (fields, order) in
            [([0, 1], Some(Fields::TopFirst)), ([1, 0], Some(Fields::BottomFirst)), ([0, 0], None)]
        {
            let pictures = pictures(moving, fields);
            assert_eq!(judged(&pictures).order(), order, "{fields:?}: {:?}", judged(&pictures));
            assert_eq!(pictures[3].combs().is_some(), order.is_some(), "{fields:?}");
        }
    }

    #[test]
    fn stripes_and_scrolling_texts_are_no_fields() {
        let stripes = |_: usize, row: usize, _: usize| if row.is_multiple_of(2) { 30 } else { 200 };
        let scrolled = |column: usize, row: usize, time: usize| {
            if ((row + time / 2) / 3 + column / 5).is_multiple_of(2) { 30 } else { 200 }
        };
        let rolling = |_: usize, row: usize, time: usize| if (row + time / 2) % 4 < 2 { 30 } else { 200 };
        for draw in [stripes as fn(usize, usize, usize) -> u8, scrolled, rolling] {
            assert_eq!(judged(&pictures(draw, [0, 0])).order(), None);
        }
        assert!(pictures(stripes, [0, 0])[0].combs().is_some(), "stripes look like combs in one picture");
    }
}
