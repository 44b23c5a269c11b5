//! Captions as WebVTT.

use crate::graphics::overlay::captions::Cue;

/// Returns a WebVTT file; its texts can neither end a cue nor begin a tag.
pub fn vtt(cues: &[Cue]) -> String {
    let mut text = "WEBVTT\n".to_owned();
    for cue in cues {
        let lines: Vec<String> =
            cue.text.lines().filter(|line| !line.trim().is_empty()).map(escaped).collect();
        let (from, until) = (time(cue.from_us), time(cue.until_us));
        text.push_str(&format!("\n{from} --> {until}\n{}\n", lines.join("\n")));
    }
    text
}

/// Returns hours, minutes, seconds and milliseconds of microseconds.
fn time(us: u64) -> String {
    let ms = us / 1000;
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", ms % 1000)
}

/// A line cannot hold `-->` either, which `&gt;` sees to.
fn escaped(line: &str) -> String {
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_stay_whole() {
        let cue = |from_us, text: &str| Cue { from_us, until_us: from_us + 1_500_000, text: text.into() };
        let written = vtt(&[cue(3_661_042_000, "一 <b> & -->\n\n二"), cue(3_670_000_000, "三")]);
        assert_eq!(
            written,
            "WEBVTT\n\n01:01:01.042 --> 01:01:02.542\n一 &lt;b&gt; &amp; --&gt;\n二\n\n01:01:10.000 --> 01:01:11.500\n三\n"
        );
    }
}
