use super::*;

const PICTURE_US: i64 = 40_000;
const SOUND_US: i64 = 20_000;

/// Draws tracks: pieces of a recording, interleaved in order of time. Pictures are reordered as IPBB.
#[derive(Default)]
struct Drawing {
    picture: Track,
    sound: Track,
    order: u64,
}

impl Drawing {
    fn new() -> Self {
        Self { sound: Track { stream: 1, ..Track::default() }, ..Self::default() }
    }

    /// Adds a piece of pictures and as many sounds as last as long, whose timestamps begin at the given times.
    fn piece(&mut self, picture_us: Option<i64>, sound_us: Option<i64>, pictures: i64) -> &mut Self {
        for number in 0..pictures {
            let mut add = |track: &mut Track, dts_us: i64, pts_us: i64, duration_us: i64, key: bool| {
                self.order += 1;
                track.stamps.push(Stamp {
                    order: self.order,
                    dts_us: Some(dts_us),
                    pts_us: Some(pts_us),
                    duration_us,
                    key,
                    hidden: false,
                });
            };
            if let Some(from_us) = picture_us {
                // Decoded 0 3 1 2 6 4 5 …, and a rest in order.
                let shown = match number % 3 {
                    _ if number == 0 || number >= pictures - (pictures - 1) % 3 => number,
                    1 => number + 2,
                    _ => number - 1,
                };
                let (dts_us, pts_us) = (from_us + (number - 2) * PICTURE_US, from_us + shown * PICTURE_US);
                add(&mut self.picture, dts_us, pts_us, PICTURE_US, number == 0);
            }
            if let Some(from_us) = sound_us {
                for half in 0..2 {
                    let at_us = from_us + (2 * number + half) * SOUND_US;
                    add(&mut self.sound, at_us, at_us, SOUND_US, true);
                }
            }
        }
        self
    }

    fn lay_out(&self, jumps_allowed: bool) -> LaidOut {
        lay_out(&self.picture, std::slice::from_ref(&self.sound), jumps_allowed)
    }

    /// Returns the times at which the pictures and the sounds are shown and heard, in order of time for the pictures.
    fn times(&self, out: &LaidOut) -> (Vec<i64>, Vec<i64>) {
        let moved = |track: &Track| -> Vec<i64> {
            let offset = |packet: usize| {
                let mut breaks = out.layout.breaks.iter().filter(|found| found.stream == track.stream);
                breaks.rfind(|found| found.packet <= packet as u64).map_or(0, |found| found.offset_us)
            };
            track.stamps.iter().enumerate().map(|(n, stamp)| stamp.pts_us.unwrap() + offset(n)).collect()
        };
        let mut pictures = moved(&self.picture);
        pictures.sort_unstable();
        (pictures, moved(&self.sound))
    }
}

fn steady(from_us: i64, step_us: i64, count: i64) -> Vec<i64> {
    (0..count).map(|number| from_us + number * step_us).collect()
}

#[test]
fn a_steady_recording_needs_no_layout() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(1_480_000), Some(1_460_000), 100);
    assert_eq!(drawing.lay_out(true), LaidOut::default());
}

#[test]
fn recordings_that_begin_again_follow_each_other_in_picture_and_sound() {
    for begins_us in [0, 1_480_000] {
        let mut drawing = Drawing::new();
        for _ in 0..3 {
            drawing.piece(Some(begins_us), Some(begins_us), 30);
        }
        let out = drawing.lay_out(false);
        let (pictures, sounds) = drawing.times(&out);
        assert_eq!(pictures, steady(begins_us, PICTURE_US, 90));
        assert_eq!(sounds, steady(begins_us, SOUND_US, 180));
        assert_eq!(out.joints_us, [1_200_000, 2_400_000]);
        assert!(out.layout.breaks.iter().all(|found| found.fresh == (found.stream == 0)));
    }
}

#[test]
fn sound_that_leads_or_lags_keeps_its_distance_to_the_picture() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(1_480_000), Some(1_458_000), 50).piece(Some(1_480_000), Some(1_458_000), 50);
    let (pictures, sounds) = drawing.times(&drawing.lay_out(true));
    assert_eq!(pictures, steady(1_480_000, PICTURE_US, 100));
    assert_eq!((sounds[100], sounds[0]), (3_458_000, 1_458_000));
}

#[test]
fn an_interruption_is_closed_where_jumps_are_allowed_and_a_gap_elsewhere() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 75).piece(Some(43_000_000), Some(42_980_000), 75);
    let out = drawing.lay_out(true);
    assert_eq!(drawing.times(&out).0, steady(0, PICTURE_US, 150));
    assert_eq!((out.joints_us.len(), out.closed_us.as_slice()), (0, [40_000_000].as_slice()));
    assert_eq!(drawing.lay_out(false), LaidOut::default());
}

#[test]
fn a_picture_that_is_held_over_its_sound_remains_held() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 25).piece(None, Some(1_000_000), 200).piece(
        Some(9_000_000),
        Some(9_000_000),
        25,
    );
    assert_eq!(drawing.lay_out(true), LaidOut::default());
}

#[test]
fn a_wrap_that_was_none_is_closed_without_any_sound() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), None, 50).piece(Some(95_443_718_000), None, 50);
    assert_eq!(drawing.times(&drawing.lay_out(true)).0, steady(0, PICTURE_US, 100));
}

#[test]
fn sound_that_begins_with_the_second_recording_stays_with_it() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), None, 50).piece(Some(0), Some(0), 50);
    assert_eq!(drawing.times(&drawing.lay_out(true)).1, steady(2_000_000, SOUND_US, 100));
    // Its first packet may come before the first picture of its recording.
    let first = &mut drawing.sound.stamps[0].order;
    *first = drawing.picture.stamps[50].order;
    drawing.picture.stamps[50].order += 1;
    assert_eq!(drawing.times(&drawing.lay_out(true)).1, steady(2_000_000, SOUND_US, 100));
}

#[test]
fn a_recording_without_sound_keeps_its_place_between_two_with_sound() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 100).piece(Some(0), None, 100).piece(Some(0), Some(0), 100);
    let (pictures, sounds) = drawing.times(&drawing.lay_out(true));
    assert_eq!(pictures, steady(0, PICTURE_US, 300));
    assert_eq!(sounds[200..], steady(8_000_000, SOUND_US, 200));
}

#[test]
fn sound_that_outlasts_its_picture_is_not_cut_at_the_joint() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 50).piece(None, Some(2_000_000), 25).piece(Some(0), Some(0), 50);
    let (pictures, sounds) = drawing.times(&drawing.lay_out(true));
    assert_eq!((pictures[49], pictures[50]), (1_960_000, 3_000_000));
    assert_eq!(sounds, steady(0, SOUND_US, 250));
}

#[test]
fn sound_that_begins_again_alone_goes_on() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 100).piece(Some(4_000_000), Some(0), 100);
    let out = drawing.lay_out(true);
    let (pictures, sounds) = drawing.times(&out);
    assert_eq!(pictures, steady(0, PICTURE_US, 200));
    assert_eq!((sounds, out.sound_restarts), (steady(0, SOUND_US, 400), 1));
}

#[test]
fn stray_timestamps_are_put_back_between_their_neighbours() {
    for stray_us in [-1_500_000, 50_000_000] {
        let mut drawing = Drawing::new();
        drawing.piece(Some(0), Some(0), 50).piece(Some(2_000_000 + stray_us), Some(2_000_000), 1);
        drawing.piece(Some(2_040_000), Some(2_040_000), 50);
        let out = drawing.lay_out(false);
        assert_eq!(drawing.times(&out).0, steady(0, PICTURE_US, 101), "{stray_us}");
        assert_eq!((out.joints_us.len(), out.closed_us.len()), (0, 0), "{stray_us}");
    }
}

#[test]
fn decoding_times_that_only_follow_the_reordering_are_no_restart() {
    // FFmpeg's Matroska demuxer gives the times of presentation as those of decoding once it lost count.
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 60);
    drawing.picture.stamps.iter_mut().skip(5).for_each(|stamp| stamp.dts_us = stamp.pts_us);
    assert_eq!(drawing.lay_out(false), LaidOut::default());
    drawing.piece(Some(0), Some(0), 61);
    drawing.picture.stamps.iter_mut().for_each(|stamp| stamp.dts_us = stamp.pts_us);
    let out = drawing.lay_out(false);
    assert_eq!((drawing.times(&out).0, out.joints_us), (steady(0, PICTURE_US, 121), vec![2_400_000]));
}

#[test]
fn a_piece_with_pictures_shown_before_its_key_frame_needs_what_came_before() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 50).piece(Some(0), Some(0), 50);
    let key = &mut drawing.picture.stamps[50];
    key.pts_us = key.pts_us.map(|pts_us| pts_us + 80_000);
    let out = drawing.lay_out(true);
    assert!(out.layout.breaks.iter().all(|found| !found.fresh));
}

#[test]
fn packets_without_times_are_passed_over() {
    let mut drawing = Drawing::new();
    drawing.piece(Some(0), Some(0), 50).piece(Some(0), Some(0), 50);
    for packet in [20, 21, 48, 49] {
        drawing.picture.stamps[packet].pts_us = None;
    }
    drawing.picture.stamps[30].dts_us = None;
    drawing.picture.stamps[30].pts_us = None;
    let out = drawing.lay_out(true);
    assert_eq!(out.joints_us, [2_000_000]);
}
