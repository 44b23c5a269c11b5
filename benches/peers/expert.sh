#!/usr/bin/env bash
# What an expert writes: one `ffmpeg` that decodes once, filters each picture once (the blur at a quarter of the size),
# and encodes every output.
. "$(dirname "$0")/common.sh"

normal=$(loudness)
graph="[0:v]split=$((3 + ${#clean[@]}))[v0][l0][s0]${clean:+[clean]}"
graph+=";[v0]split[a][b];[a]scale=270:480:force_original_aspect_ratio=increase,crop=270:480,boxblur=10:2,scale=1080:1920[back];[b]scale=1080:-2[front];[back][front]overlay=0:(H-h)/2[v1];$(marked 1080 v1 v2)"
graph+=";[l0]scale=1920:1080[l1];$(marked 1080 l1 l2);[s0]scale=1280:720[s1];$(marked 720 s1 website)"
graph+=";[v2]split=3[douyin][kuaishou][channels];[l2]split=3[weibo][bilibili][screen]"
[ -z "${clean:-}" ] || graph+=";[clean]scale=1920:1080,format=yuv420p[jinyun]"
heard=("${vertical[@]}" weibo bilibili "${small[@]}" "${clean[@]}")
graph+=";[0:a:0]${normal}aresample=48000,asplit=${#heard[@]}$(printf '[%s_a]' "${heard[@]}")"

outputs=()
add() { # KIND TARGET…
  local kind=$1 target; shift
  mapfile -t video < <(video_of "$kind")
  for target; do
    outputs+=(-map "[$target]")
    if [ "$target" = screen ]; then outputs+=(-an); else outputs+=(-map "[${target}_a]" "${sound[@]}"); fi
    outputs+=("${video[@]}" -movflags +faststart "$out/$target.mp4")
  done
}
add vertical "${vertical[@]}"; add landscape "${landscape[@]}"; add small "${small[@]}"
[ -z "${clean:-}" ] || add landscape "${clean[@]}"
ffmpeg -nostdin -v error -y -i "$input" -filter_complex "$graph" "${outputs[@]}"
