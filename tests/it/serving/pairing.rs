//! Who gets in, and what each is given.

use std::fs;

use jincai::model::playout::{HelloAnswer, PairedAnswer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client::{Client, Serving, file_of, office, run, succeed, unbroken};

#[test]
fn a_screen_is_paired_once_by_the_code_that_it_shows() {
    let office = office(0);
    let serving = Serving::of(&office);
    let stranger = Client::stranger(&serving);
    let hello: HelloAnswer = stranger.post("/screen/v1/hello", &json!({ "viewport": [1080, 1920] })).json();
    let ticket = format!("/screen/v1/paired/{}", hello.ticket);
    assert_eq!(stranger.get(&ticket).status, 204);
    let picture = stranger.get(&format!("/screen/v1/qr/{}.svg", hello.code));
    assert!(picture.header("content-type").starts_with("image/svg") && picture.body.len() > 500);
    assert_eq!(stranger.get("/screen/v1/qr/K7MX-2QPD.svg").status, 404);
    // Wrong ones, then right, by name and in small letters.
    let wrong = run(&office, &["screens", "pair", "K7MX-2QPD", "gate", "--by", "王芳"]);
    assert!(!wrong.status.success() && unbroken(&wrong).contains("Noscreenshows"), "{}", unbroken(&wrong));
    let nobody = run(&office, &["screens", "pair", &hello.code, "roof", "--by", "王芳"]);
    assert!(unbroken(&nobody).contains("canteen、gate"), "{}", unbroken(&nobody));
    let told = succeed(&office, &["screens", "pair", &hello.code.to_lowercase(), "校门", "--by", "王芳"]);
    let told = told.iter().find(|event| event["event"] == "screen_paired").unwrap();
    assert_eq!(told["screen"], "gate");
    assert!(told["now"].is_string() || told["next"].is_string(), "what it will show is told: {told}");
    let answer = stranger.get(&ticket);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let paired: PairedAnswer = answer.json();
    assert_eq!((paired.screen.as_str(), paired.name.as_str()), ("gate", "校门"));
    // The ticket and the code are used up.
    assert_eq!(stranger.get(&ticket).status, 404);
    let again = run(&office, &["screens", "pair", &hello.code, "canteen", "--by", "王芳"]);
    assert!(!again.status.success());
    // The cookie is enough: a `<video>` sends nothing else.
    let screen = stranger.with_token(&paired.token);
    let edition = screen.beat(|_| {}).edition;
    let cookie = cookie.split(';').next().unwrap();
    let by_cookie =
        stranger.ask("GET", &format!("/screen/v1/edition/{edition}"), &[("cookie", cookie)], None);
    assert_eq!(by_cookie.status, 200);
    // Forgotten: a beat that is held is answered at once, and nothing is given any more.
    let held = std::thread::spawn({
        let screen = screen.clone();
        move || {
            screen
                .post("/screen/v1/beat", &json!({ "boot": "boot", "edition": edition, "applied": 999 }))
                .status
        }
    });
    succeed(&office, &["screens", "forget", "gate", "--by", "王芳"]);
    assert_eq!(held.join().unwrap(), 401);
    assert_eq!(screen.post("/screen/v1/beat", &json!({})).status, 401);
}

#[test]
fn strangers_may_say_hello_six_times_a_minute_and_wrong_codes_end_all_that_wait() {
    let office = office(0);
    let serving = Serving::of(&office);
    let stranger = Client::stranger(&serving);
    let hellos: Vec<_> = (0..8).map(|_| stranger.post("/screen/v1/hello", &json!({}))).collect();
    let statuses: Vec<u16> = hellos.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 429, 429]);
    for _ in 0..5 {
        run(&office, &["screens", "pair", "K7MX-2QPD", "gate", "--by", "王芳"]);
    }
    let hello: HelloAnswer = hellos[0].json();
    let late = run(&office, &["screens", "pair", &hello.code, "gate", "--by", "王芳"]);
    assert!(unbroken(&late).contains("hasexpired"), "{}", unbroken(&late));
    let wrong = format!("/screen/v1/paired/{}", "f".repeat(64));
    let statuses: Vec<u16> = (0..32).map(|_| stranger.get(&wrong).status).collect();
    assert_eq!((statuses[29], statuses[30]), (404, 429));
}

#[test]
fn a_screen_gets_its_own_files_whole_and_in_parts_and_no_others() {
    let office = office(0);
    let serving = Serving::of(&office);
    let (canteen, gate) =
        (Client::paired(&office, &serving, "canteen"), Client::paired(&office, &serving, "gate"));
    let own = canteen.edition(&canteen.beat(|_| {}).edition);
    let others_id = gate.beat(|_| {}).edition;
    let others = gate.edition(&others_id);
    assert_eq!((own.items.len(), own.canvas), (2, [1920, 1080]));
    let video = &own.items[0].video;
    let path = format!("/screen/v1/file/{}", video.sha256);
    let bytes = fs::read(file_of(&office, &video.sha256)).unwrap();
    let whole = canteen.get(&path);
    assert_eq!((whole.status, whole.body.len()), (200, bytes.len()));
    assert!(whole.body == bytes && whole.header("cache-control").contains("immutable"));
    assert_eq!(whole.header("content-type"), "video/mp4");
    let last = bytes.len() - 1;
    for (range, from, to) in [
        ("bytes=0-".to_owned(), 0, last),
        ("bytes=100-".to_owned(), 100, last),
        ("bytes=5-9".to_owned(), 5, 9),
        ("bytes=-7".to_owned(), bytes.len() - 7, last),
        (format!("bytes=10-{}", bytes.len() * 2), 10, last),
    ] {
        let part = canteen.get_range(&path, &range);
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{to}/{}", bytes.len()), "{range}");
        assert!(part.body == bytes[from..=to], "{range}");
    }
    let beyond = canteen.get_range(&path, &format!("bytes={}-", bytes.len()));
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, format!("bytes */{}", bytes.len()).as_str())
    );
    assert_eq!(canteen.get_range(&path, "bytes=9-5").status, 200);
    let head = canteen.ask("HEAD", &path, &[], None);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), bytes.len().to_string());
    let known = canteen.ask("GET", &path, &[("if-none-match", head.header("etag"))], None);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let chunks: Value = canteen.get(&format!("{path}/chunks")).json();
    let sums: Vec<String> =
        bytes.chunks(4 << 20).map(|chunk| jincai::text::hex(&Sha256::digest(chunk))).collect();
    assert_eq!(chunks, json!({ "bytes": bytes.len(), "chunk": 4_194_304, "sums": sums }));
    // Another screen's things, and those of nobody.
    let theirs = format!("/screen/v1/file/{}", others.items[0].video.sha256);
    assert_eq!(gate.get(&theirs).status, 200);
    for path in [
        theirs.clone(),
        format!("{theirs}/chunks"),
        format!("/screen/v1/edition/{others_id}"),
        format!("/screen/v1/file/{}", "0".repeat(64)),
    ] {
        assert_eq!(canteen.get(&path).status, 404, "{path}");
        assert_eq!(canteen.with_token("").get(&path).status, 401, "{path}");
        assert_eq!(canteen.with_token("nonsense").get(&path).status, 401, "{path}");
    }
    // One byte of it changes: it is not handed out, and the office hears of it.
    let mut changed = bytes.clone();
    changed[last] ^= 1;
    fs::write(file_of(&office, &video.sha256), changed).unwrap();
    assert_eq!(canteen.get(&path).status, 404);
}

#[test]
fn nothing_else_answers() {
    let office = office(0);
    let serving = Serving::of(&office);
    let stranger = Client::stranger(&serving);
    let page = stranger.get("/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    for path in [
        "/../jincai.toml",
        "/%2e%2e/jincai.toml",
        "/library",
        "/screen",
        "/screen/v1",
        "/screen/v1/",
        "/screen/v2/beat",
        "/metrics",
        "/.jincai/catalog.sqlite3",
        "//",
        "/screen/v1/file",
        "/screen/v1/snap",
    ] {
        let answer = stranger.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    for path in ["/screen/v1/beat", "/screen/v1/hello", "/screen/v1/plays"] {
        assert_eq!(stranger.get(path).status, 405, "{path}");
    }
    for method in ["PUT", "DELETE", "PATCH", "POST"] {
        assert_eq!(stranger.ask(method, "/", &[], Some(&json!({}))).status, 405, "{method}");
        assert_eq!(
            stranger.ask(method, "/screen/v1/file/abc", &[], Some(&json!({}))).status,
            405,
            "{method}"
        );
    }
    assert_eq!(stranger.post("/screen/v1/plays", &json!({})).status, 401);
    let large = json!({ "agent": "a".repeat(300_000) });
    assert_eq!(stranger.post("/screen/v1/hello", &large).status, 413);
}
