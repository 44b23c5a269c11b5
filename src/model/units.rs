//! Numbers with their unit and shape in the type.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Returns minutes and whole seconds of milliseconds: `1:05`, `75:10`.
pub fn clock_time(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Returns the same with hours where there are any: `1:05`, `1:15:10`.
pub fn long_time(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Returns minutes and seconds to the tenth: `1:05.3`.
pub fn exact_time(ms: u64) -> String {
    format!("{}:{:02}.{}", ms / 60_000, ms / 1000 % 60, ms / 100 % 10)
}

/// Returns minutes and seconds to the millisecond: `1:05.345`.
pub fn millisecond_time(ms: u64) -> String {
    format!("{}:{:02}.{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000)
}

/// An exact ratio: a frame rate in frames a second, a sample or display aspect. Written `30000/1001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rational {
    pub num: u32,
    /// Never 0.
    pub den: u32,
}

impl Rational {
    /// Returns the ratio in lowest terms; a zero denominator becomes `0/1`, the field's mark for "unknown".
    pub fn new(num: u32, den: u32) -> Self {
        if den == 0 {
            return Self { num: 0, den: 1 };
        }
        let divisor = gcd(num, den).max(1);
        Self { num: num / divisor, den: den / divisor }
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    pub fn is_known(self) -> bool {
        self.num != 0
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

/// The error of a ratio that a person wrote wrongly, with the notation that is expected.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a ratio such as `30`, `30000/1001` or `16:9`")]
pub struct NotARatio(String);

impl FromStr for Rational {
    type Err = NotARatio;

    fn from_str(text: &str) -> Result<Self, NotARatio> {
        let wrong = || NotARatio(text.to_owned());
        let (num, den) = text.split_once(['/', ':']).unwrap_or((text, "1"));
        let num = num.trim().parse().map_err(|_| wrong())?;
        let den = den.trim().parse().map_err(|_| wrong())?;
        if den == 0 { Err(wrong()) } else { Ok(Self::new(num, den)) }
    }
}

impl Serialize for Rational {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rational {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Rational {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rational".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]+/[0-9]+$" })
    }
}

/// A picture's width and height in pixels. Written `[1920, 1080]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[u32; 2]", into = "[u32; 2]")]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    pub fn short_side(self) -> u32 {
        self.width.min(self.height)
    }

    pub fn long_side(self) -> u32 {
        self.width.max(self.height)
    }

    /// Returns width over height; 0 for an empty picture.
    pub fn aspect(self) -> f64 {
        if self.height == 0 { 0.0 } else { f64::from(self.width) / f64::from(self.height) }
    }

    pub fn transposed(self) -> Self {
        Self::new(self.height, self.width)
    }

    /// Returns both sides rounded down to even numbers (4:2:0 chroma needs them), at least 2.
    pub fn even(self) -> Self {
        Self::new((self.width & !1).max(2), (self.height & !1).max(2))
    }

    /// Returns the largest even size of this aspect inside `bounds`; enlarges as well as reduces.
    pub fn fitted_into(self, bounds: Self) -> Self {
        if self.width == 0 || self.height == 0 {
            return bounds.even();
        }
        let by_width = u64::from(bounds.width) * u64::from(self.height);
        let by_height = u64::from(bounds.height) * u64::from(self.width);
        let nearest_even = |value: u64, limit: u32| {
            let limit = u64::from(limit & !1).max(2);
            (value.div_ceil(2) * 2).clamp(2, limit) as u32
        };
        if by_width <= by_height {
            let height = (by_width + u64::from(self.width) / 2) / u64::from(self.width);
            Self::new((bounds.width & !1).max(2), nearest_even(height, bounds.height))
        } else {
            let width = (by_height + u64::from(self.height) / 2) / u64::from(self.height);
            Self::new(nearest_even(width, bounds.width), (bounds.height & !1).max(2))
        }
    }
}

impl From<[u32; 2]> for Size {
    fn from([width, height]: [u32; 2]) -> Self {
        Self { width, height }
    }
}

impl From<Size> for [u32; 2] {
    fn from(size: Size) -> Self {
        [size.width, size.height]
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_landscape_picture_fills_the_width_of_a_portrait_canvas() {
        assert_eq!(Size::new(1920, 1080).fitted_into(Size::new(1080, 1920)), Size::new(1080, 608));
        assert_eq!(Size::new(1080, 1920).fitted_into(Size::new(1920, 1080)), Size::new(608, 1080));
        assert_eq!(Size::new(1, 1).fitted_into(Size::new(1920, 1080)), Size::new(1080, 1080));
    }

    #[test]
    fn times_are_written_in_minutes_and_seconds() {
        let at = |ms| [clock_time(ms), long_time(ms), exact_time(ms), millisecond_time(ms)];
        assert_eq!(at(65_345), ["1:05", "1:05", "1:05.3", "1:05.345"]);
        assert_eq!(at(4_509_500), ["75:10", "1:15:10", "75:09.5", "75:09.500"]);
    }

    #[test]
    fn ratios_are_read_in_every_notation_people_use() {
        for (text, num, den) in [("30", 30, 1), ("30000/1001", 30000, 1001), ("16:9", 16, 9), ("50/2", 25, 1)]
        {
            assert_eq!(text.parse::<Rational>().ok(), Some(Rational { num, den }), "{text}");
        }
        assert!("16/0".parse::<Rational>().is_err());
    }
}
