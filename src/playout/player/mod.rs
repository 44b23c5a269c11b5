//! The page that shows an edition: plain JavaScript, embedded in the binary.
//!
//! The server of screens serves [`files`], the agent on a box serves the same from loopback, and a folder that is opened by
//! double click holds [`folder_page`]. What the page does is decided by `step.js` alone, a pure function of state, event and
//! time; `stage.js` carries it out on two videos that are never made again.

use std::borrow::Cow;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A file of the page, as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageFile {
    /// From the root of the origin.
    pub path: &'static str,
    pub mime: &'static str,
    pub bytes: Cow<'static, [u8]>,
}

/// What `Content-Security-Policy` must say for the page: its own files, videos out of the private file system, nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SERVICE_WORKER: &str = include_str!("sw.js");
const JOURNAL: &str = include_str!("journal.js");
/// In the order in which they are run.
const SCRIPTS: &[(&str, &str)] = &[
    ("/sha256.js", include_str!("sha256.js")),
    ("/programme.js", include_str!("programme.js")),
    ("/clock.js", include_str!("clock.js")),
    ("/step.js", include_str!("step.js")),
    ("/edition.js", include_str!("edition.js")),
    ("/store.js", include_str!("store.js")),
    ("/words.js", include_str!("words.js")),
    ("/stage.js", include_str!("stage.js")),
    ("/selftest.js", include_str!("selftest.js")),
    ("/link.js", include_str!("link.js")),
    ("/export.js", include_str!("export.js")),
    ("/app.js", include_str!("main.js")),
];
const CLIPS: [(&str, &[u8]); 4] = [
    ("/selftest/1.mp4", include_bytes!("clips/1.mp4")),
    ("/selftest/2.mp4", include_bytes!("clips/2.mp4")),
    ("/selftest/3.mp4", include_bytes!("clips/3.mp4")),
    ("/selftest/4.mp4", include_bytes!("clips/4.mp4")),
];
/// Where scripts go in `page.html`.
const SCRIPTS_HERE: &str = "<!-- scripts -->";
const TITLE: &str = "<title>";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

static FILES: LazyLock<Vec<PageFile>> = LazyLock::new(|| {
    let tags: String =
        SCRIPTS.iter().map(|(path, _)| format!("<script src=\"{path}\"></script>\n")).collect();
    let html = HTML.replace(SCRIPTS_HERE, tags.trim_end());
    let text = |path, mime, text: String| PageFile { path, mime, bytes: Cow::Owned(text.into_bytes()) };
    let mut files = vec![
        text("/", "text/html; charset=utf-8", html),
        text("/style.css", "text/css; charset=utf-8", STYLE.to_owned()),
        text("/journal.js", JAVASCRIPT, JOURNAL.to_owned()),
    ];
    files.extend(SCRIPTS.iter().map(|(path, script)| text(path, JAVASCRIPT, (*script).to_owned())));
    files.extend(CLIPS.iter().map(|(path, bytes)| PageFile {
        path,
        mime: "video/mp4",
        bytes: Cow::Borrowed(bytes),
    }));
    let paths: Vec<_> = files.iter().map(|file| format!("\"{}\"", file.path)).collect();
    files.push(text("/sw.js", JAVASCRIPT, SERVICE_WORKER.replace("/* paths */", &paths.join(", "))));
    files
});

/// Returns all files of the page.
pub fn files() -> &'static [PageFile] {
    &FILES
}

/// Returns one file with everything in it, for a folder without a server. It loads `current.js` beside it every 15 seconds, and
/// what that hands to `jincai_current({edition, files, stick})` is shown: the edition's body as text, the path of each file by
/// its digest, and the number of the stick, by which plays are kept.
pub fn folder_page(title: &str) -> String {
    let clips: Vec<_> = CLIPS
        .iter()
        .map(|(_, bytes)| format!("\"data:video/mp4;base64,{}\"", STANDARD.encode(bytes)))
        .collect();
    let clips = format!("<script>(self.jincai ||= {{}}).clips = [{}];</script>\n", clips.join(","));
    let scripts: String =
        SCRIPTS.iter().map(|(_, script)| format!("<script>\n{script}</script>\n")).collect();
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let (before, after) = HTML.split_once(TITLE).unwrap_or((HTML, ""));
    let after = after.split_once("</title>").map_or(after, |(_, after)| after);
    format!("{before}{TITLE}{title}</title>{after}")
        .replace("<link rel=\"stylesheet\" href=\"/style.css\">", &format!("<style>\n{STYLE}</style>"))
        .replace(SCRIPTS_HERE, &format!("{clips}{scripts}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_text() -> String {
        let texts = files().iter().filter(|file| file.mime != "video/mp4");
        texts.map(|file| String::from_utf8(file.bytes.to_vec()).unwrap()).collect()
    }

    #[test]
    fn every_file_that_the_page_names_is_there_and_nothing_is_fetched_from_elsewhere() {
        let html = String::from_utf8(files()[0].bytes.to_vec()).unwrap();
        for name in html.split("src=\"/").skip(1).map(|rest| format!("/{}", rest.split('"').next().unwrap()))
        {
            assert!(files().iter().any(|file| file.path == name), "{name}");
        }
        assert!(!html.contains(SCRIPTS_HERE));
        // Browsers in another language lay an offer to translate over the picture.
        assert!(html.contains("translate=\"no\"") && html.contains("notranslate"), "{html}");
        assert!(!all_text().contains("//cdn") && !all_text().contains("https://"));
        assert!(CLIPS.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < 200_000);
    }

    /// 96 of 100 swaps by opacity showed a black frame that no script could see.
    #[test]
    fn decks_are_never_made_transparent_nor_made_again() {
        for word in ["transition", "animation"] {
            assert!(!STYLE.contains(word), "{word}");
        }
        let without_lines = |text: &str| text.replace("fill-opacity", "").replace("stroke-opacity", "");
        assert!(!without_lines(&all_text()).contains("opacity"));
        let makers = all_text().matches("createElement(\"video\")").count();
        assert_eq!(makers, 1, "only the probe for a second decoder makes videos of its own");
    }

    #[test]
    fn the_folder_page_needs_no_other_file() {
        let page = folder_page("a <b> & c");
        assert!(page.contains("<title>a &lt;b> &amp; c</title>"));
        assert!(!page.contains("src=\"/") && !page.contains("href=\"/"));
        assert!(page.contains("jincai_current") && page.contains("data:video/mp4;base64,"));
        assert_eq!(page.matches("<script>").count(), SCRIPTS.len() + 1);
        assert!(!SCRIPTS.iter().any(|(_, script)| script.contains("</script")));
    }
}
