//! The agent's words with the server: beats that it holds until something is new, editions, plays.

use std::time::{Duration, Instant};

use super::events::AgentEvent;
use super::hub::{Hub, boot_ms};
use super::office::AskError;
use super::store::{Pairing, genuine};
use crate::files::random_bytes;
use crate::model::playout::{BeatAnswer, FaultKind};

/// An edition that was refused is not asked for again before this.
const REFUSED_FOR: Duration = Duration::from_secs(300);

/// Between beats, whatever the server answers.
const LEAST_PAUSE: Duration = Duration::from_millis(300);

/// Says how the screen is and hears what is new, until the agent ends.
pub(super) fn keep_in_touch(hub: &Hub) {
    let (mut pause, mut refused) = (hub.parts.pace.retry, None);
    loop {
        let Some(pairing) = hub.held().pairing.clone() else {
            if hub.wait(Duration::from_secs(3600), |held| held.pairing.is_some()) {
                return;
            }
            continue;
        };
        let most = match one_beat(hub, &pairing, &mut refused) {
            Ok(()) => {
                pause = hub.parts.pace.retry;
                Duration::ZERO
            }
            Err(AskError::Forgotten) => {
                hub.forget();
                Duration::ZERO
            }
            Err(error) => {
                offline(hub, &error);
                let most = jittered(pause);
                pause = (pause * 8 / 5).min(hub.parts.pace.retry_most);
                most
            }
        };
        if hub.wait(most, |held| held.pairing.as_ref() != Some(&pairing)) {
            return;
        }
    }
}

/// Waits between three quarters and five quarters of it, so that screens do not ask in step after a power cut.
fn jittered(pause: Duration) -> Duration {
    let [random] = random_bytes::<1>().unwrap_or([128]);
    pause * 3 / 4 + pause * u32::from(random) / 510
}

fn offline(hub: &Hub, error: &AskError) {
    let before = hub.held().is_online.replace(false);
    tracing::debug!(%error, "the server does not answer");
    if before != Some(false) {
        hub.tell(&AgentEvent::Offline { detail: error.to_string() });
    }
}

/// An edition that is not to be asked for again before a moment.
type Refused = Option<(String, Instant)>;

fn one_beat(hub: &Hub, pairing: &Pairing, refused: &mut Refused) -> Result<(), AskError> {
    let (words, sent, begun) = (hub.words(), boot_ms(), Instant::now());
    let answer = hub.office.beat(pairing, &words)?;
    let (is_new, is_due) = {
        let mut held = hub.held();
        held.state.heard_by_server(&words);
        held.heard_time(answer.now, sent);
        held.may_evict = true;
        if held.is_online.replace(true) != Some(true) {
            hub.tell(&AgentEvent::Online);
        }
        let is_new = held.state.server_said(answer.clone());
        (is_new, held.state.removed < answer.serial)
    };
    if words.faults.iter().any(|fault| fault.kind == FaultKind::Lost)
        && let Err(error) = hub.journal().lost_is_told()
    {
        hub.disk_failed(&error);
    }
    if is_new || is_due {
        take_over(hub, &answer);
    }
    leave_older(hub, &words.edition);
    // The beat was answered all the same: the server is there.
    if let Err(error) = fetch_edition(hub, pairing, &answer.edition, refused) {
        tracing::debug!(%error, "an edition was not fetched");
        *refused = Some((answer.edition, Instant::now() + hub.parts.pace.fetch_again));
    }
    if is_new {
        // A receipt is waited for: the page has a moment to carry out what is new before the next beat.
        hub.wait(hub.parts.pace.carried_out, |held| held.state.is_carried_out());
    }
    let left = LEAST_PAUSE.saturating_sub(begun.elapsed());
    hub.wait(left, |held| held.pairing.as_ref() != Some(pairing));
    Ok(())
}

/// Removes what must not be shown, and writes down what was said: first, so that a power cut cannot undo it. What fails is done
/// again after the next beat.
fn take_over(hub: &Hub, answer: &BeatAnswer) {
    let mut done = hub.remember();
    for sha256 in answer.revoked.iter().filter(|sha256| is_digest(sha256)) {
        done = hub.stock.remove(sha256).and(done);
    }
    {
        // The page hears of it now.
        let mut held = hub.held();
        if done.is_ok() {
            held.state.removed = held.state.removed.max(answer.serial);
        }
        held.wants_others();
        hub.ring(&mut held);
    }
    if let Err(error) = done.and_then(|()| hub.remember()) {
        hub.disk_failed(&error);
    }
}

/// Once the page plays the newest edition, the ones before it are of no use.
fn leave_older(hub: &Hub, playing: &str) {
    let ids = {
        let mut held = hub.held();
        if held.kept.len() < 2 || playing != held.state.edition || held.state.page(boot_ms()).is_none() {
            return;
        }
        held.kept.retain(|id| id == playing);
        held.wants_others();
        hub.ring(&mut held);
        held.kept.clone()
    };
    if let Err(error) = hub.remember().and_then(|()| hub.store.retain_editions(&ids)) {
        hub.disk_failed(&error);
    }
}

/// Fetches the edition that the server names, unless it is here.
fn fetch_edition(hub: &Hub, pairing: &Pairing, id: &str, refused: &mut Refused) -> Result<(), AskError> {
    let is_refused = || refused.as_ref().is_some_and(|(known, until)| known == id && Instant::now() < *until);
    if !is_digest(id) || hub.held().state.edition == id || is_refused() {
        return Ok(());
    }
    let text = hub.office.edition(&pairing.token, id)?;
    let (sealed, edition) = match genuine(&text, id, pairing) {
        Ok(read) => read,
        Err(detail) => {
            *refused = Some((id.to_owned(), Instant::now() + REFUSED_FOR));
            hub.tell(&AgentEvent::EditionRefused { id: id.to_owned(), detail: detail.clone() });
            hub.fault(FaultKind::Edition, "", &format!("{id:.12}: {detail}"));
            return Ok(());
        }
    };
    if let Err(error) = hub.store.keep_edition(id, &sealed) {
        *refused = Some((id.to_owned(), Instant::now() + hub.parts.pace.fetch_again));
        hub.disk_failed(&error);
        return Ok(());
    }
    let ids = {
        let mut held = hub.held();
        // The one before stays until the page has left it.
        let playing = held.state.page(boot_ms()).map(|(beat, _)| beat.edition.clone());
        let before = std::mem::replace(&mut held.state.edition, id.to_owned());
        held.kept.retain(|known| *known == before || Some(known) == playing.as_ref());
        held.kept.push(id.to_owned());
        held.edition = Some(edition.into());
        held.wants_others();
        hub.ring(&mut held);
        held.kept.clone()
    };
    if let Err(error) = hub.remember().and_then(|()| hub.store.retain_editions(&ids)) {
        hub.disk_failed(&error);
    }
    let wanted = hub.wanted();
    let bytes = wanted.iter().map(|file| file.bytes).sum();
    hub.tell(&AgentEvent::Edition { id: id.to_owned(), files: wanted.len(), bytes });
    Ok(())
}

pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Passes plays on, oldest first, and forgets them up to what the server says it keeps.
pub(super) fn pass_plays_on(hub: &Hub) {
    while !hub.wait(hub.parts.pace.plays, |_| false) {
        let Some(pairing) = hub.held().pairing.clone() else { continue };
        while let Some(batch) = next_batch(hub, &pairing) {
            let Ok(answer) = hub.office.plays(&pairing.token, &batch) else { break };
            let first = batch.plays.first().map_or(0, |play| play.seq);
            if answer.upto < first {
                break;
            }
            if let Err(error) = hub.journal().kept(&pairing.screen, &batch.boot, answer.upto) {
                hub.disk_failed(&error);
                break;
            }
        }
    }
}

fn next_batch(hub: &Hub, pairing: &Pairing) -> Option<crate::model::playout::PlayBatch> {
    if hub.held().stopping {
        return None;
    }
    hub.journal().batch(&pairing.screen)
}
