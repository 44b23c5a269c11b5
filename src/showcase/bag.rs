//! BagIt (RFC 8493), version 1.0: the files that make a bag of a package.

/// Says that a folder is a bag (section 2.1.1).
pub const DECLARATION: &str = "bagit.txt";
/// The digests of the content (section 2.1.3).
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The digests of all else (section 2.2.1).
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// What the bag is (section 2.2.2).
pub const INFO: &str = "bag-info.txt";

pub const DECLARED: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// What `bag-info.txt` says.
#[derive(Clone, Copy, Debug)]
pub struct Info<'a> {
    /// Empty: not told.
    pub organisation: &'a str,
    /// ISO.
    pub date: &'a str,
    pub title: &'a str,
    /// Of the content.
    pub bytes: u64,
    pub files: usize,
}

/// Returns the file of labels and values. A line feed in a value would begin another label.
pub fn info(it: Info<'_>) -> String {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = Vec::new();
    if !it.organisation.is_empty() {
        lines.push(format!("Source-Organization: {}", plain(it.organisation)));
    }
    lines.push(format!("External-Description: {}", plain(it.title)));
    lines.push(format!("Bagging-Date: {}", it.date));
    lines.push(format!("Payload-Oxum: {}.{}", it.bytes, it.files));
    lines.push(format!("Bag-Software-Agent: jincai {}", env!("CARGO_PKG_VERSION")));
    lines.join("\n") + "\n"
}

/// Returns a path as a manifest has it: line ends and `%` are percent-encoded (section 2.1.3).
pub fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}

/// Returns the path that stands in a manifest.
pub fn decoded(path: &str) -> String {
    path.replace("%0A", "\n")
        .replace("%0a", "\n")
        .replace("%0D", "\r")
        .replace("%0d", "\r")
        .replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_a_manifest() {
        for path in ["100%.mp4", "a%0A.mp4", "海河.mp4"] {
            assert_eq!(decoded(&encoded(path)), path);
        }
        let info = info(Info { organisation: "", date: "2026-11-30", title: "a\nb: c", bytes: 12, files: 2 });
        assert_eq!(info.lines().count(), 4);
        assert!(info.contains("Payload-Oxum: 12.2\n") && info.starts_with("External-Description: a b: c\n"));
    }
}
