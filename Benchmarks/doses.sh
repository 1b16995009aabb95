#!/usr/bin/env bash
# Whole doses, every cell an agent: time, memory, time per cell, and the bits.
#
#     Benchmarks/doses.sh mouse     the mouse dose, its plan and the same at half the step
#     Benchmarks/doses.sh human     the human dose
#     Benchmarks/doses.sh hours     an hour of cells and fields in a block, twice
#     Benchmarks/doses.sh scaling   1e6 and 1e8 agents of the human dose
#     Benchmarks/doses.sh studies   every tutorial and study at its size: seconds, processor seconds, memory
#     Benchmarks/doses.sh bits      the mouse dose on 1, 2, 3 and 8 threads, straight and killed 20 times,
#                                   by a portable and a native build
#
# Needs GNU time. `bits` builds the program a second time, in .build/native.
set -euo pipefail
cd "$(dirname "$0")/.."
portable=.build/release/stroma
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

timed() { /usr/bin/time -f "$1: %e s, %M kB" "${@:2}"; }
hash() { grep -o '"csv_sha256" : "[0-9a-f]*"' "$1/manifest.json" | cut -d'"' -f4; }
dose() { "$1" run "Benchmarks/Scenarios/$2-dose.yaml" --quiet --overwrite --out "$3" "${@:4}"; }

# Kills a run 20 times at random moments and lets it go on each time.
killed() {
  local program=$1 out=$2 threads=$3 moments=$4
  rm -rf "$out"
  for _ in $(seq 20); do
    local command=(resume "$out")
    [ -e "$out/unfinished.json" ] \
      || command=(run Benchmarks/Scenarios/mouse-dose.yaml --overwrite --out "$out" --checkpoint-every 6h)
    "$program" "${command[@]}" --quiet --threads "$threads" &
    local process=$!
    sleep "$(awk -v most="$moments" -v seed="$RANDOM" 'BEGIN { srand(seed); print rand() * most }')"
    kill -9 "$process" 2> /dev/null || true
    wait "$process" 2> /dev/null || true
  done
  [ ! -e "$out/unfinished.json" ] || "$program" resume "$out" --quiet --threads "$threads"
}

swift build -c release
cp "$portable" "$work/stroma"
portable=$work/stroma
case "${1:-}" in
  mouse)
    $portable plan Benchmarks/Scenarios/mouse-dose.yaml
    for n in 1 2 3; do timed "mouse dose, run $n" "$portable" run \
      Benchmarks/Scenarios/mouse-dose.yaml --quiet --overwrite --out "$work/whole"; done
    dose $portable mouse "$work/half" --set clock.cell_step="30 s"
    paste -d, "$work/whole/summary.csv" <(cut -d, -f6 "$work/half/summary.csv") | cut -d, -f5,6,8
    ;;
  human)
    $portable plan Benchmarks/Scenarios/human-dose.yaml
    timed "human dose" "$portable" run Benchmarks/Scenarios/human-dose.yaml \
      --quiet --overwrite --out "$work/human" 2>&1 | tee "$work/said"
    awk -F, -v said="$(cat "$work/said")" '
      $5 == "body" && $6 == "viable_cells" && $7 > most { most = $7 }
      END { split(said, words, " "); print words[5] * 1024 / most, "bytes per living cell at the peak" }
    ' "$work/human/timeseries.csv"
    ;;
  hours)
    for hour in tissue oxygen; do
      for n in 1 2 3; do
        $portable run "Benchmarks/Scenarios/$hour-hour.yaml" --quiet --overwrite --out "$work/hour"
        echo "$hour hour: $(grep -o '"wall_time" : [0-9.]*' "$work/hour/manifest.json" | cut -d' ' -f3) s"
      done
    done
    ;;
  scaling)
    for agents in 10 1e6 1e8; do timed "$agents agents" "$portable" run \
      Benchmarks/Scenarios/human-dose.yaml --quiet --overwrite --out "$work/$agents" \
      --set treatment.agents=$agents; done
    ;;
  studies)
    for scenario in Scenarios/tutorials/*.yaml Scenarios/studies/*.yaml; do
      /usr/bin/time -f "$(basename "$scenario" .yaml): %e s, %U s of a processor, %M kB" "$portable" run "$scenario" \
        --quiet --overwrite --out "$work/study"
    done
    ;;
  bits)
    swift build -c release --scratch-path .build/native -Xcc -march=native
    cp .build/native/release/stroma "$work/native"
    for program in "$portable" "$work/native"; do
      for threads in 1 2 3 8; do
        dose "$program" mouse "$work/straight" --threads $threads
        echo "$(hash "$work/straight") $(basename "$program"), $threads threads, straight"
        killed "$program" "$work/killed" $threads 5
        echo "$(hash "$work/killed") $(basename "$program"), $threads threads, killed 20 times"
      done
    done
    ;;
  *)
    sed -n 2,12p "$0"
    exit 64
    ;;
esac
