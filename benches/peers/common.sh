# What both peers share: arguments, the loudness measurement and the encoder's options.
# Use: PEER INPUT OUT-FOLDER WATERMARK.png [7|8]
# Environment: PRESET, CRF, CRF_VERTICAL, CRF_LANDSCAPE, CRF_SMALL, X264 (parameters), GOP (frames), MAXRATE (Mbit/s), LUFS.
set -euo pipefail
input=$1 out=$2 mark=$3 count=${4:-7}
mkdir -p "$out"
preset=${PRESET:-medium} crf=${CRF:-21} lufs=${LUFS:--16}
vertical=(douyin kuaishou channels) landscape=(weibo bilibili screen) small=(website)
clean=(); [ "$count" = 8 ] && clean=(jinyun)

crf_of() { # KIND
  case $1 in
    vertical) echo "${CRF_VERTICAL:-$crf}" ;;
    small) echo "${CRF_SMALL:-$crf}" ;;
    *) echo "${CRF_LANDSCAPE:-$crf}" ;;
  esac
}

video_of() { # KIND: the encoder's options, one a line
  printf '%s\n' -c:v libx264 -preset "$preset" -crf "$(crf_of "$1")" -profile:v high -pix_fmt yuv420p
  [ -z "${GOP:-}" ] || printf '%s\n' -g "$GOP"
  [ -z "${X264:-}" ] || printf '%s\n' -x264-params "$X264"
  [ -z "${MAXRATE:-}" ] || printf '%s\n' -maxrate "${MAXRATE}M" -bufsize "$((MAXRATE * 2))M"
}

# The first pass of two: what `loudnorm` measured, as the options of its second pass; empty where there is nothing to
# measure (digital silence gives -inf, which the second pass refuses).
loudness() {
  ffmpeg -nostdin -hide_banner -i "$input" -map 0:a:0 -af "loudnorm=I=$lufs:TP=-1.5:LRA=11:print_format=json" -f null - 2>&1 |
    awk -F'"' -v aim="$lufs" '
      /"input_|"target_offset/ { v[$2] = $4 }
      END { if (v["input_i"] + 0 > -70 && v["input_i"] !~ /inf/)
        printf "loudnorm=I=%s:TP=-1.5:LRA=11:linear=true:measured_I=%s:measured_TP=%s:measured_LRA=%s:measured_thresh=%s:offset=%s,",
          aim, v["input_i"], v["input_tp"], v["input_lra"], v["input_thresh"], v["target_offset"] }'
}

# The watermark in the top right corner, a quarter of the short side long, as chains between named pads.
marked() { # SHORT-SIDE FROM TO
  local wide=$(($1 * 24 / 100 / 2 * 2)) margin=$(($1 * 3 / 100))
  echo "movie=$mark,scale=$wide:-2[mark$3];[$2][mark$3]overlay=W-w-$margin:$margin:format=auto,format=yuv420p[$3]"
}
sound=(-c:a aac -b:a 128k -ar 48000 -ac 2)
