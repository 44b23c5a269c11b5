# What both peers share: arguments, the loudness measurement and the encoder's options.
# Use: PEER INPUT OUT-FOLDER WATERMARK.png [7|8]
# Environment: ENCODE_VERTICAL, ENCODE_LANDSCAPE, ENCODE_SMALL (x264 options as `ffmpeg` takes them), LUFS.
set -euo pipefail
input=$1 out=$2 mark=$3 count=${4:-7}
mkdir -p "$out"
lufs=${LUFS:--16}
vertical=(douyin kuaishou channels) landscape=(weibo bilibili screen) small=(website)
clean=(); [ "$count" = 8 ] && clean=(jinyun)

video_of() { # KIND: the encoder's options, one a line
  local name=ENCODE_${1^^}
  printf '%s\n' -c:v libx264 -profile:v high -pix_fmt yuv420p
  xargs -n1 <<<"${!name:--preset medium -crf 21}"
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
