#!/usr/bin/env bash
# Makes the HLS sample beside this script: 44 s, H.264 in three renditions and one AAC audio group,
# 2 s segments, fMP4. Needs ffmpeg with libx264 and drawtext; takes about a minute.
set -euo pipefail
cd "$(dirname "$0")"

seconds=44
rate=24                      # frames per second; a segment is exactly 48 frames
gop=$((rate * 2))
font=${FONT:-$(fc-match -f '%{file}' 'DejaVu Sans Mono:bold' 2>/dev/null || true)}

rm -rf master.m3u8 240p 360p 480p audio

# The picture: a slow dive into the Mandelbrot set under colours that turn, with the stream's own
# clock and frame number, so that a stall, a skip or a wrong segment is seen at once.
picture="mandelbrot=size=854x480:rate=$rate:start_scale=2.2:end_scale=0.00008:end_pts=$((seconds * rate + rate))"
picture+=":maxiter=640:inner=black:outer=normalized_iteration_count"
picture+=",hue=h=6*t:s=0.7,gblur=sigma=0.8,format=yuv420p"
picture+=",drawbox=x=0:y=ih-64:w=iw:h=64:color=black@0.55:t=fill"
picture+=",drawtext=fontfile=$font:text='P2PStream':fontcolor=white@0.9:fontsize=26:x=24:y=h-44"
picture+=",drawtext=fontfile=$font:text='%{pts\:hms}':fontcolor=white:fontsize=34:x=(w-tw)/2:y=h-50"
picture+=",drawtext=fontfile=$font:text='frame %{frame_num}':fontcolor=white@0.8:fontsize=22:x=w-tw-24:y=h-42"

# The sound: a quiet chord that breathes, and a tick at the start of every segment.
sound="0.05*(sin(2*PI*220*t)+sin(2*PI*277.18*t)+sin(2*PI*329.63*t))*(0.6+0.4*sin(2*PI*t/8))"
sound+="+0.25*sin(2*PI*880*t)*exp(-40*mod(t\,2))"

ffmpeg -hide_banner -loglevel error -y -bitexact \
  -f lavfi -i "$picture" -f lavfi -i "aevalsrc=exprs='$sound':s=48000:c=mono" -t "$seconds" \
  -filter_complex "[0:v]split=3[a][b][v480];[a]scale=426:240:flags=lanczos[v240];[b]scale=640:360:flags=lanczos[v360]" \
  -map '[v240]' -map '[v360]' -map '[v480]' -map 1:a \
  -c:v libx264 -preset slow -profile:v main -pix_fmt yuv420p -g $gop -keyint_min $gop \
  -sc_threshold 0 -threads 2 \
  -b:v:0 160k -maxrate:v:0 200k -bufsize:v:0 400k \
  -b:v:1 340k -maxrate:v:1 420k -bufsize:v:1 840k \
  -b:v:2 640k -maxrate:v:2 780k -bufsize:v:2 1560k \
  -c:a aac -b:a 64k -flags +bitexact -fflags +bitexact -map_metadata -1 \
  -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 \
  -hls_flags independent_segments -hls_fmp4_init_filename init.mp4 \
  -hls_segment_filename '%v/segment%03d.m4s' -master_pl_name master.m3u8 \
  -var_stream_map 'v:0,agroup:audio,name:240p v:1,agroup:audio,name:360p v:2,agroup:audio,name:480p a:0,agroup:audio,name:audio,default:yes,language:en' \
  '%v/index.m3u8'

# A name for people, where ffmpeg puts the stream's number.
sed -i 's/NAME="audio_3"/NAME="English"/' master.m3u8

du -sh .
