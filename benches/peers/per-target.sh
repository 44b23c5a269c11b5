#!/usr/bin/env bash
# What an office's script does: one `ffmpeg` a target, each decoding, filtering and encoding for itself.
. "$(dirname "$0")/common.sh"

normal=$(loudness)
one() { # TARGET KIND GRAPH
  local audio=("${sound[@]}" -map 0:a:0 -af "${normal}aresample=48000")
  [ "$1" != screen ] || audio=(-an)
  mapfile -t video < <(video_of "$2")
  ffmpeg -nostdin -v error -y -i "$input" -filter_complex "$3" -map '[v]' "${audio[@]}" "${video[@]}" \
    -movflags +faststart "$out/$1.mp4"
}

# Blurred padding as such scripts have it: the copy is enlarged and blurred at full size.
blur="[0:v]split[a][b];[a]scale=1080:1920:force_original_aspect_ratio=increase,crop=1080:1920,boxblur=40:2[back];[b]scale=1080:-2[front];[back][front]overlay=0:(H-h)/2[p];$(marked 1080 p v)"
for target in "${vertical[@]}"; do one "$target" vertical "$blur"; done
for target in "${landscape[@]}"; do one "$target" landscape "[0:v]scale=1920:1080[p];$(marked 1080 p v)"; done
for target in "${small[@]}"; do one "$target" small "[0:v]scale=1280:720[p];$(marked 720 p v)"; done
for target in "${clean[@]}"; do one "$target" landscape "[0:v]scale=1920:1080,format=yuv420p[v]"; done
