#!/usr/bin/env bash
# Campaigns: what they take beside their models, and what they come through.
#
#     Benchmarks/campaigns.sh runs      1,000 small runs on one core and on two: overhead, speed-up, memory
#     Benchmarks/campaigns.sh kills     200 times kill -9 at random moments of a campaign of 500 runs
#     Benchmarks/campaigns.sh disk      20 campaigns on a disk that is full at a random moment (as root)
#     Benchmarks/campaigns.sh coverage  [abc | emulator] [repeats]  how often 90 % intervals of calibrations hold the truth
#
# Needs GNU time, gawk and sqlite3 (the command).
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'umount "$work/disk" 2> /dev/null || true; rm -rf "$work"' EXIT
campaign=Benchmarks/Scenarios/small-runs.yaml
[ "${1:-}" = coverage ] || { swift build -c release && cp .build/release/stroma "$work/stroma"; }
stroma=$work/stroma

tables() { cat "$1"/*.csv | sha256sum | cut -d' ' -f1; }
# A random number below the first argument.
below() { awk -v most="$1" -v seed="$RANDOM" 'BEGIN { srand(seed); print rand() * most }'; }

case "${1:-}" in
  runs)
    sweep() { "$stroma" sweep "$work/few.yaml" --library Scenarios --quiet --out "$work/out" "$@" > /dev/null; }
    # Seconds that a command takes.
    seconds() { local start; start=$(date +%s.%N); "$@"; awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }'; }
    for points in 250 1000; do
      sed "s/points: 1000/points: $points/; s#\.\./\.\./#$PWD/#" "$campaign" > "$work/few.yaml"
      for threads in 1 2; do
        rm -rf "$work/out"
        /usr/bin/time -o "$work/time" -f "%e %M" "$stroma" sweep "$work/few.yaml" --library Scenarios \
          --out "$work/out" --threads $threads --quiet > /dev/null
        model=$(sqlite3 "$work/out/runs.sqlite" "SELECT SUM(seconds) FROM runs")
        awk -v runs="$points" -v threads=$threads -v model="$model" '{
          printf "%d runs, %d cores: %.2f s, models %.2f s, overhead %.2f ms of a core a run, %d kB, %d runs per hour\n",
            runs, threads, $1, model, ($1 * threads - model) / runs * 1000, $2, runs / $1 * 3600
        }' "$work/time"
      done
    done
    # Whether the machine has two whole cores to give is told by two programs side by side, each with half of the runs.
    halves() {
      sweep --threads 1 --shard 1/2 & sweep --threads 1 --shard 2/2
      wait
    }
    for n in $(seq 15); do
      rm -rf "$work/out"; one=$(seconds sweep --threads 1)
      rm -rf "$work/out"; half=$(seconds sweep --threads 1 --shard 1/2)
      rm -rf "$work/out"; two=$(seconds sweep --threads 2)
      rm -rf "$work/out"; programs=$(seconds halves)
      echo "$one $two $half $programs"
    done | gawk '
      function median(list, n) { asort(list); return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2 }
      {
        printf "1000 runs: two cores %.2f times one; of two programs side by side each takes %.2f times as long as alone\n", $1 / $2, $4 / $3
        all[++n] = $1 / $2
        if ($4 / $3 < 1.05) whole[++m] = $1 / $2
      }
      END {
        printf "median of %d rounds: %.2f; of the %d in which the programs lose less than a twentieth: %.2f\n", n, median(all, n), m, m ? median(whole, m) : 0
      }'
    ;;
  kills)
    # Runs of some 20 ms, so that much is done between two kills.
    sed "s/points: 1000/points: 500/; s/agents=2000/agents=20000/; s#\.\./\.\./#$PWD/#" "$campaign" > "$work/many.yaml"
    sweep() { "$stroma" sweep "$work/many.yaml" --library Scenarios --quiet --out "$@" > /dev/null; }
    start=$(date +%s.%N)
    sweep "$work/straight"
    whole=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
    kills=0
    wal=$work/killed/runs.sqlite-wal
    n=0
    while [ $kills -lt 200 ]; do
      n=$((n + 1))
      "$stroma" sweep "$work/many.yaml" --library Scenarios --quiet --out "$work/killed" \
        --threads $((n % 2 + 1)) > /dev/null 2>&1 &
      process=$!
      begun=$(date +%s.%N)
      sleep "$(below "$(awk -v whole="$whole" 'BEGIN { print whole / 4 }')")"
      now=$(date +%s.%N)
      if kill -9 $process 2> /dev/null; then
        kills=$((kills + 1))
        # All that was finished before the log was last written is safe.
        written=$(stat -c %.9Y "$wal" 2> /dev/null || echo 0)
        awk -v a="$now" -v b="$written" -v c="$begun" 'BEGIN { print a - (b > c ? b : c) }' >> "$work/since"
      fi
      wait $process 2> /dev/null || true
      [ ! -e "$work/killed/runs.csv" ] || { rm -rf "$work/killed"; }
    done 2> /dev/null
    sweep "$work/killed"
    echo "$kills kills in campaigns of $whole s; from the last write to the kill, s:"
    sort -g "$work/since" | awk '{ all[NR] = $1 } END { printf "  median %.2f, largest %.2f\n", all[int((NR + 1) / 2)], all[NR] }'
    echo "straight $(tables "$work/straight")"
    echo "killed   $(tables "$work/killed")"
    ;;
  disk)
    sed "s/points: 1000/points: 300/; s/endpoints/timeseries: true\nendpoints/; s#\.\./\.\./#$PWD/#" "$campaign" > "$work/many.yaml"
    sweep() { "$stroma" sweep "$work/many.yaml" --library Scenarios --quiet --out "$@"; }
    sweep "$work/straight" > /dev/null
    need=$(du -sk "$work/straight" | cut -f1)
    mkdir "$work/disk"
    for n in $(seq 20); do
      mount -t tmpfs -o "size=$(awk -v r="$(below "$need")" 'BEGIN { print int(r) + 64 }')k" tmpfs "$work/disk"
      code=0
      sweep "$work/disk/out" > /dev/null 2> "$work/said" || code=$?
      mount -o remount,size=$((4 * need))k "$work/disk"
      sweep "$work/disk/out" > /dev/null
      echo "exit $code ($(head -c 90 "$work/said")): $(cmp <(tables "$work/straight") <(tables "$work/disk/out") && echo same bytes)"
      umount "$work/disk"
    done
    ;;
  coverage) (cd Benchmarks && swift build -c release --product Coverage && .build/release/Coverage "${@:2}") ;;
  *)
    grep '^#  ' "$0"
    exit 64
    ;;
esac
