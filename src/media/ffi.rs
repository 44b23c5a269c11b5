//! FFmpeg calls that the safe wrapper does not offer. The only file with `unsafe`.
#![expect(unsafe_code, reason = "FFmpeg's own calls; each block says why it is sound")]

use ffmpeg_next::codec::{self, Parameters};
use ffmpeg_next::filter::Graph;
use ffmpeg_next::format::context;
use ffmpeg_next::util::dictionary::Owned as Dictionary;
use ffmpeg_next::{Error, Frame, ffi, frame};

/// The codec parameters of a stream; 0 or an empty text where they are unset.
#[derive(Clone, Debug, Default)]
pub(super) struct ParameterFacts {
    pub codec: String,
    pub profile: String,
    pub tag: [u8; 4],
    pub width: u32,
    pub height: u32,
    pub sample_aspect: (i32, i32),
    pub level: i32,
    pub sample_rate: u32,
    pub channels: u32,
    pub channel_names: ChannelNames,
    pub frame_size: u32,
    /// Whether the top field of an interlaced stream is shown first, where container or parser state it.
    pub top_first: Option<bool>,
    /// The decoder configuration (`extradata`), as stored in the container.
    pub configuration: Vec<u8>,
}

pub(super) fn parameter_facts(parameters: &Parameters) -> ParameterFacts {
    // SAFETY: `parameters` is a live AVCodecParameters for the whole call; the names FFmpeg returns are static
    // NUL-terminated strings or null, which `text` checks; `extradata` holds `extradata_size` bytes where it is not
    // null, and is copied.
    unsafe {
        let raw = &*parameters.as_ptr();
        ParameterFacts {
            codec: text(ffi::avcodec_get_name(raw.codec_id)),
            profile: text(ffi::avcodec_profile_name(raw.codec_id, raw.profile)),
            tag: raw.codec_tag.to_le_bytes(),
            width: u32::try_from(raw.width).unwrap_or(0),
            height: u32::try_from(raw.height).unwrap_or(0),
            sample_aspect: (raw.sample_aspect_ratio.num, raw.sample_aspect_ratio.den),
            level: raw.level,
            sample_rate: u32::try_from(raw.sample_rate).unwrap_or(0),
            channels: u32::try_from(raw.ch_layout.nb_channels).unwrap_or(0),
            channel_names: names_of(&raw.ch_layout),
            frame_size: u32::try_from(raw.frame_size).unwrap_or(0),
            top_first: match raw.field_order {
                // The second letter is the field that is shown first (libavcodec/defs.h).
                ffi::AVFieldOrder::AV_FIELD_TT | ffi::AVFieldOrder::AV_FIELD_BT => Some(true),
                ffi::AVFieldOrder::AV_FIELD_BB | ffi::AVFieldOrder::AV_FIELD_TB => Some(false),
                _ => None,
            },
            configuration: match usize::try_from(raw.extradata_size) {
                Ok(size) if size > 0 && !raw.extradata.is_null() => {
                    std::slice::from_raw_parts(raw.extradata, size).to_vec()
                }
                _ => Vec::new(),
            },
        }
    }
}

/// Clears the codec tag so that the muxer chooses it: that of a copied stream belongs to its old container.
pub(super) fn clear_codec_tag(parameters: &mut Parameters) {
    // SAFETY: `parameters` owns or keeps alive the struct; a plain field is written.
    unsafe { (*parameters.as_mut_ptr()).codec_tag = 0 }
}

unsafe fn text(pointer: *const std::ffi::c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: the caller passes a NUL-terminated string that lives for the call.
    unsafe { std::ffi::CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// Returns a new reference to the same pixels, without a copy.
pub(super) fn share(original: &frame::Video) -> Result<frame::Video, Error> {
    let mut shared = frame::Video::empty();
    // SAFETY: both frames are valid allocations; `av_frame_ref` fills the empty one and counts the reference.
    match unsafe { ffi::av_frame_ref(shared.as_mut_ptr(), original.as_ptr()) } {
        code if code < 0 => Err(Error::from(code)),
        _ => Ok(shared),
    }
}

/// Makes the pixels of a frame writable; copies them only when they are shared.
pub(super) fn make_writable(frame: &mut Frame) -> Result<(), Error> {
    // SAFETY: `frame` is a valid, reference-counted frame.
    match unsafe { ffi::av_frame_make_writable(frame.as_mut_ptr()) } {
        code if code < 0 => Err(Error::from(code)),
        _ => Ok(()),
    }
}

/// Sets the number of threads of a filter graph; FFmpeg's default is one for each core.
pub(super) fn set_graph_threads(graph: &mut Graph, threads: u32) {
    // SAFETY: the graph is live and not yet configured; a plain field is written.
    unsafe { (*graph.as_mut_ptr()).nb_threads = i32::try_from(threads).unwrap_or(1) }
}

/// Opens an encoder and returns the names of the options that it did not recognise.
pub(super) fn open_encoder(
    context: &mut codec::Context,
    options: Dictionary<'_>,
) -> Result<Vec<String>, Error> {
    // SAFETY: the context is allocated for its codec and not yet open; the dictionary is handed to FFmpeg, which
    // gives back the rest, and that is owned (and freed) by the wrapper again.
    unsafe {
        let mut raw = options.disown();
        let code = ffi::avcodec_open2(context.as_mut_ptr(), std::ptr::null(), &mut raw);
        let rest = Dictionary::own(raw);
        if code < 0 {
            return Err(Error::from(code));
        }
        Ok(rest.iter().map(|(key, _)| key.to_owned()).collect())
    }
}

/// Sends one frame (or, with `None`, the end) to an encoder. The wrapper's send accepts only its own encoder types.
pub(super) fn send_to_encoder(context: &mut codec::Context, frame: Option<&Frame>) -> Result<(), Error> {
    // SAFETY: the context is an open encoder; a null frame is FFmpeg's mark for the end.
    match unsafe {
        ffi::avcodec_send_frame(context.as_mut_ptr(), frame.map_or(std::ptr::null(), |frame| frame.as_ptr()))
    } {
        code if code < 0 => Err(Error::from(code)),
        _ => Ok(()),
    }
}

/// Receives one packet from an encoder. `Ok(false)` when it needs more input or has ended.
pub(super) fn receive_from_encoder(
    context: &mut codec::Context,
    packet: &mut ffmpeg_next::Packet,
) -> Result<bool, Error> {
    use ffmpeg_next::packet::Mut;
    // SAFETY: the context is an open encoder, the packet a valid (possibly empty) one that FFmpeg unrefs first.
    match unsafe { ffi::avcodec_receive_packet(context.as_mut_ptr(), packet.as_mut_ptr()) } {
        0 => Ok(true),
        code => match Error::from(code) {
            Error::Eof => Ok(false),
            Error::Other { errno } if errno == ffmpeg_next::error::EAGAIN => Ok(false),
            error => Err(error),
        },
    }
}

/// Tags a video encoder as BT.709 limited range, square pixels, left chroma: fields that the wrapper leaves out.
pub(super) fn tag_bt709(context: &mut codec::Context) {
    // SAFETY: the context is allocated and not yet open; plain fields are written.
    unsafe {
        let raw = &mut *context.as_mut_ptr();
        raw.color_primaries = ffi::AVColorPrimaries::AVCOL_PRI_BT709;
        raw.color_trc = ffi::AVColorTransferCharacteristic::AVCOL_TRC_BT709;
        raw.colorspace = ffi::AVColorSpace::AVCOL_SPC_BT709;
        raw.color_range = ffi::AVColorRange::AVCOL_RANGE_MPEG;
        raw.chroma_sample_location = ffi::AVChromaLocation::AVCHROMA_LOC_LEFT;
        raw.sample_aspect_ratio = ffi::AVRational { num: 1, den: 1 };
    }
}

/// Bounds the largest single allocation FFmpeg makes.
pub(super) fn limit_allocations(bytes: usize) {
    // SAFETY: sets one atomic of the library.
    unsafe { ffi::av_max_alloc(bytes) }
}

/// Returns true if a stream carries the initialisation data of an encrypted track.
pub(super) fn has_encryption_info(stream: &ffmpeg_next::Stream<'_>) -> bool {
    stream.side_data().any(|data| data.kind() == codec::packet::side_data::Type::EncryptionInitInfo)
}

/// Returns FFmpeg's names of the container format, separated by commas.
pub(super) fn detected_format(input: &context::Input) -> String {
    input.format().name().to_owned()
}

/// Returns true if timestamps may jump by the container's design: FFmpeg's `AVFMT_TS_DISCONT`, which MPEG-TS, MPEG-PS, FLV,
/// Ogg and others carry.
pub(super) fn allows_jumps(input: &context::Input) -> bool {
    // SAFETY: the context is live and its demuxer a static table; a plain field is read.
    unsafe { (*(*input.as_ptr()).iformat).flags & ffi::AVFMT_TS_DISCONT != 0 }
}

/// Tells the demuxer to skip a stream.
pub(super) fn discard(stream: &mut ffmpeg_next::format::stream::StreamMut<'_>) {
    // SAFETY: the stream belongs to a live context; a plain field is written.
    unsafe { (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL }
}

/// Gives audio without a channel layout the default one for its number of channels.
pub(super) fn ensure_layout(samples: &mut frame::Audio) {
    // SAFETY: the frame is valid; `av_channel_layout_default` overwrites a plain native or unspecified layout.
    unsafe {
        let layout = &mut (*samples.as_mut_ptr()).ch_layout;
        if layout.order == ffi::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC {
            let channels = layout.nb_channels;
            ffi::av_channel_layout_default(layout, channels);
        }
    }
}

/// The channels of a layout by name (`FL`, `AMBI0`), in the order of the samples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChannelNames {
    pub names: Vec<String>,
    pub order: ChannelOrder,
}

/// Who states the order of channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ChannelOrder {
    /// Nobody.
    #[default]
    Unspecified,
    /// FFmpeg's own order.
    Native,
    /// The stream's own order.
    Stated,
}

/// Returns the channels of decoded samples.
pub(super) fn channel_names(samples: &frame::Audio) -> ChannelNames {
    // SAFETY: the frame is valid for the call, and so is the layout inside it.
    unsafe { names_of(&(*samples.as_ptr()).ch_layout) }
}

fn names_of(layout: &ffi::AVChannelLayout) -> ChannelNames {
    let order = match layout.order {
        ffi::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC => ChannelOrder::Unspecified,
        ffi::AVChannelOrder::AV_CHANNEL_ORDER_NATIVE => ChannelOrder::Native,
        _ => ChannelOrder::Stated,
    };
    let name = |index: u32| {
        let mut buffer = [0_u8; 32];
        // SAFETY: the layout is valid for the call; FFmpeg writes at most the given number of bytes, NUL included.
        unsafe {
            let channel = ffi::av_channel_layout_channel_from_index(layout, index);
            ffi::av_channel_name(buffer.as_mut_ptr().cast(), buffer.len(), channel);
        }
        std::ffi::CStr::from_bytes_until_nul(&buffer)
            .map(|text| text.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    ChannelNames { names: (0..u32::try_from(layout.nb_channels).unwrap_or(0)).map(name).collect(), order }
}

/// Returns the programmes of a container: their numbers, and the indices of their streams.
pub(super) fn programmes(input: &context::Input) -> Vec<(i32, Vec<usize>)> {
    // SAFETY: the context is live; FFmpeg keeps `nb_programs` valid pointers, each to `nb_stream_indexes` indices.
    unsafe {
        let raw = &*input.as_ptr();
        (0..raw.nb_programs as usize)
            .map(|index| {
                let program = &**raw.programs.add(index);
                let streams = (0..program.nb_stream_indexes as usize)
                    .map(|at| *program.stream_index.add(at) as usize)
                    .collect();
                (program.id, streams)
            })
            .collect()
    }
}

/// Returns FFmpeg's flags of what a stream is for, of which the wrapper knows only some.
pub(super) fn disposition(stream: &ffmpeg_next::Stream<'_>) -> i32 {
    // SAFETY: the stream belongs to a live context; a plain field is read.
    unsafe { (*stream.as_ptr()).disposition }
}

/// Returns FFmpeg's name of the channel layout (`stereo`, `5.1(side)`), as its filters read it.
pub(super) fn layout_name(samples: &frame::Audio) -> String {
    let mut buffer = [0_u8; 128];
    // SAFETY: the frame is valid; FFmpeg writes at most the given number of bytes, NUL included.
    unsafe {
        ffi::av_channel_layout_describe(
            &(*samples.as_ptr()).ch_layout,
            buffer.as_mut_ptr().cast(),
            buffer.len(),
        );
    }
    // The returned length includes the NUL on some releases only; the text ends at it on all.
    std::ffi::CStr::from_bytes_until_nul(&buffer)
        .map(|text| text.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Returns a copy of the stream parameters of an open encoder.
pub(super) fn parameters_of(context: &codec::Context) -> Parameters {
    let mut parameters = Parameters::new();
    // SAFETY: both are live allocations; FFmpeg copies the fields. It fails only when memory has run out, and then
    // the empty parameters are refused by the muxer.
    unsafe { ffi::avcodec_parameters_from_context(parameters.as_mut_ptr(), context.as_ptr()) };
    parameters
}

/// Returns the bits of the first component: 8 for most video, 10 for HDR.
pub(super) fn bit_depth(format: ffmpeg_next::format::Pixel) -> u8 {
    match format.descriptor() {
        // SAFETY: the descriptor points into FFmpeg's static table.
        Some(descriptor) => unsafe { u8::try_from((*descriptor.as_ptr()).comp[0].depth).unwrap_or(8) },
        None => 8,
    }
}

/// The position of a frame's luma in memory; for RGB that of green, which contributes most to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LumaLayout {
    pub plane: usize,
    /// Bytes from pixel to pixel.
    pub step: usize,
    /// Bytes to the first pixel of a row.
    pub offset: usize,
    pub depth: u32,
    pub shift: u32,
    pub big_endian: bool,
    pub rgb: bool,
}

impl LumaLayout {
    /// Returns true if each value is one byte.
    pub fn is_plain(&self) -> bool {
        self.depth == 8 && self.shift == 0
    }
}

/// Returns the luma layout of a pixel format. `None` for formats whose pixels cannot be read one by one: palettes,
/// bitstreams, floats, Bayer patterns, hardware surfaces.
pub(super) fn luma_layout(format: ffmpeg_next::format::Pixel) -> Option<LumaLayout> {
    component_layout(format, |table| Some(usize::from(has(table, ffi::AV_PIX_FMT_FLAG_RGB as u32))))
}

/// Returns the layout of the transparency of a pixel format, as [`luma_layout`] does; `None` for one without.
pub(super) fn alpha_layout(format: ffmpeg_next::format::Pixel) -> Option<LumaLayout> {
    component_layout(format, |table| {
        has(table, ffi::AV_PIX_FMT_FLAG_ALPHA as u32)
            .then(|| usize::from(table.nb_components).checked_sub(1))?
    })
}

fn has(table: &ffi::AVPixFmtDescriptor, flag: u32) -> bool {
    table.flags & u64::from(flag) != 0
}

/// Returns the layout of one component, which `choose` names by its number.
fn component_layout(
    format: ffmpeg_next::format::Pixel,
    choose: impl Fn(&ffi::AVPixFmtDescriptor) -> Option<usize>,
) -> Option<LumaLayout> {
    let descriptor = format.descriptor()?;
    // SAFETY: the descriptor points into FFmpeg's static table.
    let table = unsafe { &*descriptor.as_ptr() };
    let unreadable = [
        ffi::AV_PIX_FMT_FLAG_PAL,
        ffi::AV_PIX_FMT_FLAG_BITSTREAM,
        ffi::AV_PIX_FMT_FLAG_HWACCEL,
        ffi::AV_PIX_FMT_FLAG_FLOAT,
        ffi::AV_PIX_FMT_FLAG_BAYER,
    ];
    if unreadable.into_iter().any(|flag| has(table, flag as u32)) {
        return None;
    }
    let component = table.comp.get(choose(table)?)?;
    let positive = |value: i32| usize::try_from(value).ok();
    let depth = u32::try_from(component.depth).ok().filter(|depth| (8..=16).contains(depth))?;
    Some(LumaLayout {
        plane: positive(component.plane)?,
        step: positive(component.step)?,
        offset: positive(component.offset)?,
        depth,
        shift: u32::try_from(component.shift).ok()?,
        big_endian: has(table, ffi::AV_PIX_FMT_FLAG_BE as u32),
        rgb: has(table, ffi::AV_PIX_FMT_FLAG_RGB as u32),
    })
}

/// Returns the sample aspect ratio that the container states, which takes precedence over the codec's; `None` where unset.
pub(super) fn container_sample_aspect(stream: &ffmpeg_next::Stream<'_>) -> Option<(i32, i32)> {
    // SAFETY: the stream belongs to a live context; a plain field is read.
    let aspect = unsafe { (*stream.as_ptr()).sample_aspect_ratio };
    (aspect.num > 0 && aspect.den > 0).then_some((aspect.num, aspect.den))
}

/// Sets the standard layout for a number of channels; the wrapper sets only the older field on some releases.
pub(super) fn set_layout(context: &mut codec::Context, channels: u32) {
    // SAFETY: the context is allocated and not yet open; its layout is a plain struct that FFmpeg overwrites.
    unsafe {
        let layout = &mut (*context.as_mut_ptr()).ch_layout;
        ffi::av_channel_layout_default(layout, i32::try_from(channels).unwrap_or(2));
    }
}

/// Returns true if an edit list cuts the packet off: it is decoded as a reference and never shown.
pub(super) fn is_discarded(packet: &ffmpeg_next::Packet) -> bool {
    use ffmpeg_next::packet::Ref;
    // SAFETY: the packet is valid; a plain field is read.
    unsafe { (*packet.as_ptr()).flags & ffi::AV_PKT_FLAG_DISCARD != 0 }
}
