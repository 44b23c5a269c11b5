//! Encoders: H.264 video and AAC audio.

use ffmpeg_next::codec::{self, Parameters};
use ffmpeg_next::format::{Pixel, Sample};
use ffmpeg_next::{ChannelLayout, Dictionary, Frame, Packet, Rational};

use super::{Doing, MediaError, ffi};
use crate::model::plan::{AudioRecipe, VideoRecipe};

/// An open encoder of either kind.
pub(super) struct Encoder {
    context: codec::Context,
    pub time_base: Rational,
    /// Samples that an audio frame must hold; 0 for video.
    pub frame_size: u32,
    /// Set for video: one frame lasts one tick, which x264's packets leave out.
    packet_duration: Option<i64>,
}

impl Encoder {
    /// Opens an H.264 encoder (x264) with `threads` threads; its time base is one tick per frame.
    pub fn video(recipe: &VideoRecipe, threads: u32) -> Result<Self, MediaError> {
        let encode = &recipe.encode;
        let rate = Rational::new(to_i32(recipe.frame_rate.num), to_i32(recipe.frame_rate.den));
        let time_base = rate.invert();
        let codec = find_encoder("libx264")?;
        let mut encoder =
            codec::Context::new_with_codec(codec).encoder().video().doing("make the picture encoder")?;
        encoder.set_width(recipe.canvas.width);
        encoder.set_height(recipe.canvas.height);
        encoder.set_format(Pixel::YUV420P);
        encoder.set_time_base(time_base);
        encoder.set_frame_rate(Some(rate));
        ffi::tag_bt709(&mut encoder);
        encoder.set_flags(codec::Flags::GLOBAL_HEADER);
        encoder.set_threading(codec::threading::Config::count(threads as usize));
        let mut options = Dictionary::new();
        options.set("preset", &encode.preset);
        options.set("profile", &encode.profile.to_lowercase());
        options.set("crf", &encode.crf.to_string());
        options.set("maxrate", &encode.max_rate.to_string());
        options.set("bufsize", &encode.buffer.to_string());
        options.set("g", &encode.gop_frames.to_string());
        // The fastest presets disable the 8×8 transform that makes a stream High profile.
        let always = if encode.profile == "High" { "8x8dct=1:" } else { "" };
        options.set("x264-params", format!("{always}{}", encode.x264).trim_end_matches(':'));
        Self::open(encoder.0.0, options, time_base)
    }

    /// Opens an AAC-LC encoder.
    pub fn audio(recipe: &AudioRecipe) -> Result<Self, MediaError> {
        let time_base = Rational::new(1, to_i32(recipe.sample_rate));
        let mut encoder = codec::Context::new_with_codec(find_encoder("aac")?)
            .encoder()
            .audio()
            .doing("make the sound encoder")?;
        encoder.set_rate(to_i32(recipe.sample_rate));
        encoder.set_format(Sample::F32(ffmpeg_next::format::sample::Type::Planar));
        encoder.set_channel_layout(ChannelLayout::default(to_i32(recipe.channels)));
        encoder.set_time_base(time_base);
        encoder.set_flags(codec::Flags::GLOBAL_HEADER);
        encoder.set_bit_rate(usize::try_from(recipe.rate).unwrap_or(192_000));
        ffi::set_layout(&mut encoder, recipe.channels);
        Self::open(encoder.0.0, Dictionary::new(), time_base)
    }

    fn open(
        mut context: codec::Context,
        options: Dictionary<'_>,
        time_base: Rational,
    ) -> Result<Self, MediaError> {
        let unknown = ffi::open_encoder(&mut context, options).doing("open an encoder")?;
        if !unknown.is_empty() {
            return Err(MediaError::Broken(format!("the encoder does not know: {}", unknown.join(", "))));
        }
        let frame_size = ffi::parameter_facts(&ffi::parameters_of(&context)).frame_size;
        let packet_duration = (frame_size == 0).then_some(1);
        Ok(Self { context, time_base, frame_size, packet_duration })
    }

    pub fn parameters(&self) -> Parameters {
        ffi::parameters_of(&self.context)
    }

    /// Encodes one frame (`None` flushes the encoder) and passes every finished packet to `on_packet`, in decoding order.
    pub fn encode(
        &mut self,
        frame: Option<&Frame>,
        on_packet: &mut dyn FnMut(Packet) -> Result<(), MediaError>,
    ) -> Result<(), MediaError> {
        ffi::send_to_encoder(&mut self.context, frame).doing("encode a frame")?;
        loop {
            let mut packet = Packet::empty();
            if !ffi::receive_from_encoder(&mut self.context, &mut packet)
                .doing("take a packet from the encoder")?
            {
                return Ok(());
            }
            if let Some(ticks) = self.packet_duration {
                packet.set_duration(ticks);
            }
            on_packet(packet)?;
        }
    }
}

fn find_encoder(name: &str) -> Result<ffmpeg_next::Codec, MediaError> {
    codec::encoder::find_by_name(name)
        .ok_or_else(|| MediaError::Broken(format!("this FFmpeg has no encoder `{name}`")))
}

fn to_i32(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
