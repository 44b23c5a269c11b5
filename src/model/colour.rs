//! Colours: the code points that containers state, what of them can be converted, and how people call them.

use super::inspection::Colour;

/// Names for what a file leaves open.
const OPEN: [&str; 4] = ["", "unknown", "unspecified", "reserved"];

/// Code points of ITU-T H.273 with FFmpeg's names: table 2, primaries.
const PRIMARIES: [(u16, &str); 11] = [
    (1, "bt709"),
    (4, "bt470m"),
    (5, "bt470bg"),
    (6, "smpte170m"),
    (7, "smpte240m"),
    (8, "film"),
    (9, "bt2020"),
    (10, "smpte428"),
    (11, "smpte431"),
    (12, "smpte432"),
    (22, "ebu3213"),
];

/// Table 3, transfer characteristics.
const TRANSFERS: [(u16, &str); 16] = [
    (1, "bt709"),
    (4, "bt470m"),
    (5, "bt470bg"),
    (6, "smpte170m"),
    (7, "smpte240m"),
    (8, "linear"),
    (9, "log100"),
    (10, "log316"),
    (11, "iec61966-2-4"),
    (12, "bt1361e"),
    (13, "iec61966-2-1"),
    (14, "bt2020-10"),
    (15, "bt2020-12"),
    (16, "smpte2084"),
    (17, "smpte428"),
    (18, "arib-std-b67"),
];

/// Table 4, matrix coefficients.
const MATRICES: [(u16, &str); 13] = [
    (0, "gbr"),
    (1, "bt709"),
    (4, "fcc"),
    (5, "bt470bg"),
    (6, "smpte170m"),
    (7, "smpte240m"),
    (8, "ycgco"),
    (9, "bt2020nc"),
    (10, "bt2020c"),
    (11, "smpte2085"),
    (12, "chroma-derived-nc"),
    (13, "chroma-derived-c"),
    (14, "ictcp"),
];

/// What of the three zimg cannot convert (zimg 3.0, tried one by one through FFmpeg 5.1's `zscale`). DCI's transfer of
/// 48 cd/m² is left out by `zscale` itself.
const UNCONVERTIBLE_TRANSFERS: [&str; 1] = ["smpte428"];
const UNCONVERTIBLE_MATRICES: [&str; 1] = ["smpte2085"];

/// Transfers with BT.709's curve, or so near to it that players show them alike: those of BT.601, SMPTE 240M and BT.2020
/// are it, xvYCC and BT.1361 extend it, and no player on an SDR screen tells sRGB from it.
const LIKE_BT709: [&str; 8] =
    ["bt709", "smpte170m", "smpte240m", "iec61966-2-4", "bt1361e", "iec61966-2-1", "bt2020-10", "bt2020-12"];

/// What a container, or a part of it, states about colours; `None` where it is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedColour {
    pub primaries: Option<&'static str>,
    pub transfer: Option<&'static str>,
    pub matrix: Option<&'static str>,
    pub full_range: Option<bool>,
}

impl StatedColour {
    /// Reads code points of H.273; unknown and unspecified ones state nothing.
    pub fn of_code_points(primaries: u16, transfer: u16, matrix: u16, full_range: Option<bool>) -> Self {
        let name = |table: &[(u16, &'static str)], code: u16| {
            table.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
        };
        Self {
            primaries: name(&PRIMARIES, primaries),
            transfer: name(&TRANSFERS, transfer),
            matrix: name(&MATRICES, matrix),
            full_range,
        }
    }

    /// Returns true if nothing is stated.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Returns true for a name that stands for "not stated".
pub fn is_open(name: &str) -> bool {
    OPEN.contains(&name)
}

impl Colour {
    /// Returns colours of which nothing is known.
    pub fn unknown() -> Self {
        let open = || "unknown".to_owned();
        Self { primaries: open(), transfer: open(), matrix: open(), full_range: false }
    }

    /// Returns the colours of BT.709 in limited range.
    pub fn bt709() -> Self {
        let name = || "bt709".to_owned();
        Self { primaries: name(), transfer: name(), matrix: name(), full_range: false }
    }

    /// Returns true if primaries, transfer and matrix are all open.
    pub fn is_untagged(&self) -> bool {
        [&self.primaries, &self.transfer, &self.matrix].into_iter().all(|name| is_open(name))
    }

    /// Fills what is open with what `other` states.
    pub fn complete(&mut self, other: &StatedColour) {
        for (mine, stated) in [
            (&mut self.primaries, other.primaries),
            (&mut self.transfer, other.transfer),
            (&mut self.matrix, other.matrix),
        ] {
            if let Some(stated) = stated.filter(|_| is_open(mine)) {
                stated.clone_into(mine);
            }
        }
    }

    /// Returns what `other` states where these colours state something else; `None` where they agree or one is silent.
    pub fn contradicted_by(&self, other: &StatedColour) -> Option<String> {
        let differs = |mine: &str, stated: Option<&'static str>, name: fn(&str) -> String| {
            stated.filter(|stated| !is_open(mine) && mine != *stated).map(name)
        };
        let names: Vec<String> = [
            differs(&self.primaries, other.primaries, primaries_name),
            differs(&self.transfer, other.transfer, transfer_name),
            differs(&self.matrix, other.matrix, matrix_name),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!names.is_empty()).then(|| names.join(" / "))
    }

    /// Returns the names of what nobody here can convert.
    pub fn unconvertible(&self) -> Vec<String> {
        let mut names = Vec::new();
        if UNCONVERTIBLE_TRANSFERS.contains(&self.transfer.as_str()) {
            names.push(transfer_name(&self.transfer));
        }
        if UNCONVERTIBLE_MATRICES.contains(&self.matrix.as_str()) || self.is_ictcp_without_hdr() {
            names.push(matrix_name(&self.matrix));
        }
        let known =
            |table: &[(u16, &str)], name: &str| is_open(name) || table.iter().any(|(_, n)| *n == name);
        for (table, name) in [
            (&PRIMARIES[..], &self.primaries),
            (&TRANSFERS[..], &self.transfer),
            (&MATRICES[..], &self.matrix),
        ] {
            if !known(table, name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Returns these colours with what cannot be converted read as BT.709.
    pub fn convertible(&self) -> Self {
        let among = |table: &[(u16, &str)], name: &str, without: &[&str]| {
            let known = table.iter().any(|(_, n)| *n == name) && !without.contains(&name);
            if known { name.to_owned() } else { "bt709".to_owned() }
        };
        let matrix = if self.is_ictcp_without_hdr() { "bt709" } else { &self.matrix };
        Self {
            primaries: among(&PRIMARIES, &self.primaries, &[]),
            transfer: among(&TRANSFERS, &self.transfer, &UNCONVERTIBLE_TRANSFERS),
            matrix: among(&MATRICES, matrix, &UNCONVERTIBLE_MATRICES),
            full_range: self.full_range,
        }
    }

    /// ICtCp is defined for PQ and HLG only.
    fn is_ictcp_without_hdr(&self) -> bool {
        self.matrix == "ictcp" && !self.is_hdr()
    }

    /// Returns true if the transfer is BT.709's curve, as players show it.
    ///
    /// "BT.470 B/G" among others of that system stands for PAL, whose DVDs and cameras state its gamma of 2.8 and mean
    /// BT.601: players show them alike.
    pub fn has_usual_curve(&self) -> bool {
        let pal = self.transfer == "bt470bg" && self.primaries == "bt470bg";
        pal || LIKE_BT709.contains(&self.transfer.as_str())
    }

    /// Returns the notation that every language shares: `Display P3, 0–255`.
    pub fn notation(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: String| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        for (part, name) in [
            (&self.primaries, primaries_name as fn(&str) -> String),
            (&self.transfer, transfer_name),
            (&self.matrix, matrix_name),
        ] {
            if !is_open(part) {
                add(name(part));
            }
        }
        if names.len() > 1 {
            names.retain(|name| name != "BT.709");
        }
        let range = if self.full_range { "0–255" } else { "16–235" };
        if names.is_empty() { range.to_owned() } else { format!("{}, {range}", names.join(" / ")) }
    }
}

/// Returns how people call primaries.
pub fn primaries_name(name: &str) -> String {
    match name {
        "bt709" => "BT.709",
        "bt470m" => "NTSC 1953",
        "bt470bg" => "PAL (BT.601)",
        "smpte170m" => "NTSC (BT.601)",
        "smpte240m" => "SMPTE 240M",
        "film" => "Film C",
        "bt2020" => "BT.2020",
        "smpte428" => "XYZ",
        "smpte431" => "DCI-P3",
        "smpte432" => "Display P3",
        "ebu3213" => "EBU 3213",
        other => other,
    }
    .to_owned()
}

/// Returns how people call a transfer characteristic.
pub fn transfer_name(name: &str) -> String {
    match name {
        "bt709" => "BT.709",
        "bt470m" => "γ 2.2",
        "bt470bg" => "γ 2.8",
        "smpte170m" => "BT.601",
        "smpte240m" => "SMPTE 240M",
        "linear" => "γ 1.0",
        "log100" => "log 100:1",
        "log316" => "log 316:1",
        "iec61966-2-4" => "xvYCC",
        "bt1361e" => "BT.1361",
        "iec61966-2-1" => "sRGB",
        "bt2020-10" | "bt2020-12" => "BT.2020",
        "smpte2084" => "HDR10 (PQ)",
        "smpte428" => "DCI",
        "arib-std-b67" => "HLG",
        other => other,
    }
    .to_owned()
}

/// Returns how people call a colour matrix.
pub fn matrix_name(name: &str) -> String {
    match name {
        "gbr" => "RGB",
        "bt709" => "BT.709",
        "fcc" => "FCC",
        "bt470bg" => "PAL (BT.601)",
        "smpte170m" => "NTSC (BT.601)",
        "smpte240m" => "SMPTE 240M",
        "ycgco" => "YCgCo",
        "bt2020nc" => "BT.2020",
        "bt2020c" => "BT.2020 CL",
        "smpte2085" => "Y′D′ZD′X",
        "chroma-derived-nc" => "H.273 12",
        "chroma-derived-c" => "H.273 13",
        "ictcp" => "ICtCp",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(primaries: &str, transfer: &str, matrix: &str) -> Colour {
        let [primaries, transfer, matrix] = [primaries, transfer, matrix].map(str::to_owned);
        Colour { primaries, transfer, matrix, full_range: false }
    }

    #[test]
    fn the_container_fills_what_the_stream_leaves_open_and_contradicts_the_rest() {
        let stated = StatedColour::of_code_points(9, 16, 9, Some(false));
        let mut open = Colour::unknown();
        assert_eq!(open.contradicted_by(&stated), None);
        open.complete(&stated);
        assert_eq!(open, colour("bt2020", "smpte2084", "bt2020nc"));
        let mut sdr = Colour::bt709();
        sdr.complete(&stated);
        assert_eq!(sdr, Colour::bt709());
        assert_eq!(sdr.contradicted_by(&stated).as_deref(), Some("BT.2020 / HDR10 (PQ) / BT.2020"));
        assert!(StatedColour::of_code_points(2, 2, 2, None).is_empty());
    }

    #[test]
    fn what_cannot_be_converted_is_named_and_read_as_bt709() {
        for (stated, named, read) in [
            (colour("smpte432", "bt709", "bt709"), vec![], colour("smpte432", "bt709", "bt709")),
            (colour("smpte431", "smpte428", "bt709"), vec!["DCI"], colour("smpte431", "bt709", "bt709")),
            (colour("bt2020", "bt2020-10", "ictcp"), vec!["ICtCp"], colour("bt2020", "bt2020-10", "bt709")),
            (colour("bt2020", "smpte2084", "ictcp"), vec![], colour("bt2020", "smpte2084", "ictcp")),
            (colour("bt709", "bt709", "ycgco-re"), vec!["ycgco-re"], Colour::bt709()),
        ] {
            assert_eq!(
                (stated.unconvertible(), stated.convertible()),
                (named.into_iter().map(str::to_owned).collect(), read)
            );
        }
    }

    #[test]
    fn people_read_names_that_they_know() {
        assert_eq!(colour("smpte432", "bt709", "bt709").notation(), "Display P3, 16–235");
        assert_eq!(Colour { full_range: true, ..Colour::bt709() }.notation(), "BT.709, 0–255");
        assert_eq!(colour("bt470bg", "smpte170m", "bt470bg").notation(), "PAL (BT.601) / BT.601, 16–235");
        assert_eq!(colour("unknown", "unknown", "smpte170m").notation(), "NTSC (BT.601), 16–235");
    }
}
