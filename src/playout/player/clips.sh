#!/usr/bin/env bash
# Draws the clips of the self-test: a row of 20 cells says clip and frame (1, 0, four bits, eight bits, four bits of check,
# 1, 0) above something that moves. Needs the ffmpeg program with libx264; the results are committed.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p clips
for id in 1 2 3 4; do
  cell="floor(X*20/W)" check="mod($id*7+N,16)"
  bit="if(lt($cell,2),1-$cell,if(lt($cell,6),mod(floor($id/pow(2,5-$cell)),2),if(lt($cell,14),mod(floor(N/pow(2,13-$cell)),2),if(lt($cell,18),mod(floor($check/pow(2,17-$cell)),2),19-$cell))))"
  body="90+60*sin(X/50+$id)+if(lt(hypot(X-40-N*6,Y-110),24),90,0)"
  ffmpeg -nostdin -v error -y -fflags +bitexact -f lavfi -i "color=black:s=320x180:r=30:d=1.2,format=yuv420p,geq=lum='if(lt(Y,20),16+219*$bit,$body)':cb='128+$id*10':cr='128-$id*8'" \
    -c:v libx264 -preset veryslow -profile:v high -crf 26 -g 30 -threads 1 -pix_fmt yuv420p -movflags +faststart -flags +bitexact -map_metadata -1 clips/$id.mp4
done
