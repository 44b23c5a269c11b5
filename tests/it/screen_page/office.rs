//! A server of screens for tests, that can be as hostile as a campus network: it stalls, cuts, lies, forgets and is gone.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use jincai::model::playout::{
    ANSWER_SIGNATURE, Asset, Beat, BeatAnswer, Card, Edition, FORGOTTEN_SIGNATURE, Item, ItemKind, Notice,
    PairedAnswer, Play, PlayBatch, PlaysAnswer, Run, SealedEdition, Slot,
};
use jincai::playout::keys::{answer_message, forgotten_message};
use jincai::playout::player;
use sha2::{Digest as _, Sha256};
use tokio::io::ReadBuf;

/// How a file is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Well,
    /// It begins and never ends.
    Stalls,
    /// Other bytes of the same length.
    Lies,
    Gone,
    Fails,
}

#[derive(Debug, Default)]
pub struct Said {
    pub now: i64,
    pub edition: String,
    pub editions: BTreeMap<String, String>,
    pub files: BTreeMap<String, (Vec<u8>, Option<Way>)>,
    pub serial: u64,
    pub revoked: Vec<String>,
    pub notices: Vec<Notice>,
    pub dark: bool,
    pub selftest: u64,
    /// Nobody answers, nor is the page to be had.
    pub is_gone: bool,
    pub is_paired: bool,
    /// Somebody else answers beats.
    pub is_stranger: bool,
    /// Every so many batches of plays are answered wrongly, in turn in every way; 0: none.
    pub hostile: u64,
    pub beats: Vec<Beat>,
    pub plays: BTreeMap<(String, u64), Play>,
    /// Plays that came again, unlike before.
    pub contradictions: u64,
    pub batches: u64,
    pub fetched: BTreeMap<String, u64>,
    /// Files of which nothing comes after so many answers.
    pub cut_after: BTreeMap<String, u64>,
    /// Digests, and from which byte on they were asked for, in their order.
    pub ranges: Vec<(String, usize)>,
}

#[derive(Debug)]
pub struct Office {
    pub said: Arc<Mutex<Said>>,
    pub port: u16,
    pub key: SigningKey,
    _runtime: tokio::runtime::Runtime,
}

pub fn now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A clip of the self-test: 36 frames of 1/30 s with a row of bits.
pub fn clip(number: usize) -> Vec<u8> {
    let path = format!("/selftest/{number}.mp4");
    player::files().iter().find(|file| file.path == path).unwrap().bytes.to_vec()
}

pub fn video(bytes: &[u8], ms: u64) -> Item {
    let size = u64::try_from(bytes.len()).unwrap();
    Item {
        video: Asset { sha256: digest(bytes), bytes: size },
        kind: ItemKind::Video,
        ms,
        picture: None,
        work: "w".into(),
        title: "t".into(),
        department: None,
        not_before: None,
        not_after: None,
    }
}

/// An edition for now that shows `items` one after another, each for `slot` milliseconds, for `hours`.
pub fn edition(items: Vec<Item>, slot: u32, hours: i64) -> Edition {
    let begin = now() / 1000 * 1000 - 1000;
    let count = i32::try_from(items.len()).unwrap();
    let slots =
        (0..i32::try_from(hours * 3_600_000 / i64::from(slot)).unwrap()).map(|n| Slot(n % count, slot));
    Edition {
        v: 1,
        screen: "s".into(),
        name: "s".into(),
        place: String::new(),
        serial: 0,
        made_at: begin - 1000,
        canvas: [640, 360],
        good_until: begin + hours * 3_600_000,
        lit: vec![[begin - 1000, begin + hours * 3_600_000]],
        runs: vec![Run { from: begin, block: None, slots: slots.collect() }],
        looped: (0..count).map(|n| Slot(n, slot)).collect(),
        items,
        revoked: Vec::new(),
        notices: Vec::new(),
        dark: false,
        card: Card { college: "College".into(), campaign: "Contest".into() },
    }
}

impl Office {
    pub fn open() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let said = Arc::new(Mutex::new(Said { is_paired: true, ..Said::default() }));
        let key = SigningKey::from_bytes(&[7; 32]);
        let app = Router::new().fallback(any(answer)).with_state((said.clone(), key.clone()));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { said, port, key, _runtime: runtime }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    pub fn with<T>(&self, act: impl FnOnce(&mut Said) -> T) -> T {
        act(&mut self.said.lock().unwrap())
    }

    /// Signs an edition and tells it to whoever asks.
    pub fn publish(&self, edition: &Edition) -> String {
        let body = serde_json::to_string(edition).unwrap();
        let signature = STANDARD.encode(self.key.sign(body.as_bytes()).to_bytes());
        let key = STANDARD.encode(self.key.verifying_key().as_bytes());
        let sealed = SealedEdition { body, signature, key };
        self.publish_text(&sealed.id(), sealed.text())
    }

    pub fn publish_text(&self, id: &str, text: String) -> String {
        self.with(|said| {
            said.editions.insert(id.to_owned(), text);
            said.edition = id.to_owned();
        });
        id.to_owned()
    }

    pub fn keep(&self, bytes: &[u8], way: Way) -> String {
        let sha = digest(bytes);
        self.with(|said| said.files.insert(sha.clone(), (bytes.to_vec(), Some(way))));
        sha
    }

    /// Waits until something holds of what was said.
    pub fn until(&self, what: &str, most: Duration, holds: impl Fn(&Said) -> bool) {
        let begin = std::time::Instant::now();
        while !self.with(|said| holds(said)) {
            assert!(
                begin.elapsed() < most,
                "not within {most:?}: {what}\n{:?}",
                self.with(|said| said.beats.last().cloned())
            );
            std::thread::park_timeout(Duration::from_millis(15));
        }
    }
}

type Shared = (Arc<Mutex<Said>>, SigningKey);

async fn answer(
    State((said, key)): State<Shared>,
    uri: Uri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let parts: Vec<&str> = uri.path().split('/').skip(1).collect();
    if said.lock().unwrap().is_gone {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if let Some(file) = player::files().iter().find(|file| file.path == uri.path()) {
        return page_file(file);
    }
    match parts[..] {
        ["screen", "v1", "hello"] => {
            axum::Json(serde_json::json!({"code": "K7MX-2QPD", "ticket": "t", "expires": now() + 600_000}))
                .into_response()
        }
        ["screen", "v1", "paired", _] => paired(&said, STANDARD.encode(key.verifying_key().as_bytes())),
        ["screen", "v1", "qr", _] => ([(header::CONTENT_TYPE, "image/svg+xml")], qr()).into_response(),
        ["screen", "v1", "beat"] => beat(&said, &key, &body).await,
        ["screen", "v1", "edition", id] => match said.lock().unwrap().editions.get(id) {
            Some(text) => text.clone().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        ["screen", "v1", "plays"] => plays(&mut said.lock().unwrap(), &body),
        ["screen", "v1", "file", sha] => {
            file(&mut said.lock().unwrap(), sha, method == Method::HEAD, &headers)
        }
        ["screen", "v1", "file", sha, "chunks"] => chunks(&said.lock().unwrap(), sha),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page_file(file: &'static player::PageFile) -> Response {
    let policy = (header::CONTENT_SECURITY_POLICY, player::CONTENT_SECURITY_POLICY);
    ([(header::CONTENT_TYPE, file.mime), policy], Bytes::from_static(&file.bytes)).into_response()
}

fn qr() -> String {
    qrcode::QrCode::new(b"jincai screens pair K7MX-2QPD")
        .unwrap()
        .render::<qrcode::render::svg::Color>()
        .build()
}

fn paired(said: &Mutex<Said>, key: String) -> Response {
    if !said.lock().unwrap().is_paired {
        return StatusCode::NO_CONTENT.into_response();
    }
    axum::Json(PairedAnswer { screen: "s".into(), name: "s".into(), token: String::new(), key })
        .into_response()
}

async fn beat(said: &Mutex<Said>, key: &SigningKey, body: &[u8]) -> Response {
    let beat: Beat = serde_json::from_slice(body).unwrap();
    {
        let mut said = said.lock().unwrap();
        if !said.is_paired {
            let signature = sign(key, &forgotten_message(&digest(b"")));
            return (StatusCode::UNAUTHORIZED, [(FORGOTTEN_SIGNATURE, signature)]).into_response();
        }
        if said.is_stranger {
            return (StatusCode::UNAUTHORIZED, [(FORGOTTEN_SIGNATURE, "AAAA")]).into_response();
        }
        said.beats.push(beat.clone());
    }
    for _ in 0..400 {
        {
            let said = said.lock().unwrap();
            if said.is_gone || !said.is_paired || said.edition != beat.edition || said.serial != beat.applied
            {
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let said = said.lock().unwrap();
    if said.is_gone {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let answer = BeatAnswer {
        now: now() + said.now,
        edition: said.edition.clone(),
        serial: said.serial,
        revoked: said.revoked.clone(),
        notices: said.notices.clone(),
        dark: said.dark,
        selftest: said.selftest,
        plays: true,
    };
    let body = serde_json::to_vec(&answer).unwrap();
    let signature = sign(key, &answer_message("s", &beat.nonce, &body));
    let json = (header::CONTENT_TYPE, "application/json".to_owned());
    ([json, (HeaderName::from_static(ANSWER_SIGNATURE), signature)], body).into_response()
}

fn sign(key: &SigningKey, message: &[u8]) -> String {
    STANDARD.encode(key.sign(message).to_bytes())
}

fn plays(said: &mut Said, body: &[u8]) -> Response {
    let batch: PlayBatch = serde_json::from_slice(body).unwrap();
    said.batches += 1;
    let turn = if said.hostile > 0 { said.batches % (said.hostile + 3) } else { 9 };
    if turn == 0 {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    assert!(batch.plays.len() <= 200);
    let upto = batch.plays.iter().map(|play| play.seq).max().unwrap_or(0);
    for play in batch.plays {
        let before = said.plays.insert((batch.boot.clone(), play.seq), play.clone());
        said.contradictions += u64::from(before.is_some_and(|before| before != play));
    }
    match turn {
        1 => "{\"upto\": 9".into_response(),
        2 => StatusCode::BAD_GATEWAY.into_response(),
        _ => axum::Json(PlaysAnswer { upto, refused: Vec::new() }).into_response(),
    }
}

fn file(said: &mut Said, sha: &str, is_head: bool, headers: &HeaderMap) -> Response {
    let Said { files, ranges, fetched, cut_after, .. } = said;
    let fetched = fetched.entry(sha.to_owned()).or_default();
    *fetched += 1;
    let Some((bytes, way)) = files.get(sha) else { return StatusCode::NOT_FOUND.into_response() };
    let way = way.unwrap_or(Way::Well);
    let range = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok()?.strip_prefix("bytes=")?.split_once('-'));
    let from: usize = range.map_or(0, |(from, _)| from.parse().unwrap_or(0)).min(bytes.len());
    let last =
        range.and_then(|(_, to)| to.parse().ok()).unwrap_or(usize::MAX).min(bytes.len().saturating_sub(1));
    if !is_head {
        ranges.push((sha.to_owned(), from));
    }
    if cut_after.get(sha).is_some_and(|most| *fetched > *most) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let mut part = bytes[from..(last + 1).min(bytes.len())].to_vec();
    let length = part.len();
    match way {
        Way::Gone => return StatusCode::NOT_FOUND.into_response(),
        Way::Fails => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Way::Lies => part.iter_mut().for_each(|byte| *byte ^= 0x55),
        Way::Stalls => part.truncate(length / 2),
        Way::Well => {}
    }
    let piece = Piece(part, way == Way::Stalls);
    let body =
        if is_head { Body::empty() } else { Body::from_stream(tokio_util::io::ReaderStream::new(piece)) };
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let content_range = format!("bytes {from}-{last}/{}", bytes.len());
    let mut response = Response::builder().status(status).header(header::CONTENT_TYPE, "video/mp4");
    response = response.header(header::ACCEPT_RANGES, "bytes").header(header::CONTENT_LENGTH, length);
    if range.is_some() {
        response = response.header(header::CONTENT_RANGE, content_range);
    }
    response.body(body).unwrap()
}

/// Bytes after which nothing comes, nor an end where the second is true.
struct Piece(Vec<u8>, bool);

impl tokio::io::AsyncRead for Piece {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.0.is_empty() && self.1 {
            return Poll::Pending;
        }
        let count = self.0.len().min(buffer.remaining());
        buffer.put_slice(&self.0.drain(..count).collect::<Vec<_>>());
        Poll::Ready(Ok(()))
    }
}

fn chunks(said: &Said, sha: &str) -> Response {
    let Some((bytes, _)) = said.files.get(sha) else { return StatusCode::NOT_FOUND.into_response() };
    let sums: Vec<_> = bytes.chunks(4_194_304).map(digest).collect();
    axum::Json(serde_json::json!({"bytes": bytes.len(), "chunk": 4_194_304, "sums": sums})).into_response()
}
