#!/usr/bin/env bash
# Alters inputs of the readers of user input at random, led by the branches that they reach (libFuzzer).
#
#     Benchmarks/fuzz/fuzz.sh build                 builds the program for it
#     Benchmarks/fuzz/fuzz.sh TARGET|all [SECONDS]  alters inputs of one target or of each (60 s of one core each)
#     Benchmarks/fuzz/fuzz.sh keep [TARGET...]      puts the least corpus with the same branches into corpus/TARGET.tar.xz
#
# Prints a line for each target. Inputs that end in a trap, take over 1 s of the processor or over 2 GB go to $WORK/found/TARGET, where
# "$WORK/Fuzz --target=TARGET FILE" repeats them. It may be interrupted; the corpus in $WORK/corpus goes on from there.
set -uo pipefail
export SWIFT_BACKTRACE=enable=no
here=$(cd "$(dirname "$0")" && pwd)
WORK=${WORK:-$here/.build/work}
targets=(units set value csv checkpoint store database frame zip scenario campaign migrate)
fuzz=$WORK/Fuzz

longest() {
  case $1 in
    units) echo 96 ;;
    set) echo 256 ;;
    value | csv | store | zip) echo 1024 ;;
    checkpoint | database) echo 16384 ;;
    *) echo 4096 ;;
  esac
}

build() {
  mkdir -p "$WORK" && cd "$here" || exit 1
  # All modules count their branches; what is not public can be called.
  swift build -c release --sanitize fuzzer -Xswiftc -enable-testing --product Fuzz \
    --scratch-path "${SCRATCH:-$here/.build}" || exit 1
  # A run goes on with the program it began with while another is built.
  cp "${SCRATCH:-$here/.build}/release/Fuzz" "$fuzz.new" && mv "$fuzz.new" "$fuzz"
  "$fuzz" --dictionary="$WORK/words.dict"
}

begin() {
  mkdir -p "$WORK/corpus/$1" "$WORK/found/$1" "$WORK/logs"
  "$fuzz" --target="$1" --seeds="$WORK/corpus/$1" || exit 1
  [ ! -f "$here/corpus/$1.tar.xz" ] || tar -xJf "$here/corpus/$1.tar.xz" -C "$WORK/corpus/$1"
}

run() {
  local target=$1 seconds=$2 start log left executions=0 time=0 edges=0 slowest=0 rounds=0 before
  begin "$target"
  start=$(date +%s)
  before=$(find "$WORK/found/$target" -type f | wc -l)
  while left=$((start + seconds - $(date +%s))) && [ $left -gt 0 ] && [ $stopped = 0 ] && [ $rounds -lt 50 ]; do
    rounds=$((rounds + 1))
    log=$WORK/logs/$target-$start-$rounds.txt
    "$fuzz" --target="$target" "$WORK/corpus/$target" -dict="$WORK/words.dict" -max_total_time=$left \
      -max_len="$(longest "$target")" -timeout=20 -rss_limit_mb=2048 -report_slow_units=20 -print_final_stats=1 \
      -artifact_prefix="$WORK/found/$target/" >"$log" 2>&1 &
    pid=$!
    wait $pid || wait $pid
    if ! grep -q '^stat::number' "$log"; then
      tail -n 5 "$log" >&2
      break
    fi
    executions=$((executions + $(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1 | grep . || echo 0)))
    slowest=$( (sed -n 's/^slowest: \([0-9]*\) ms$/\1/p' "$log"; echo "$slowest") | sort -n | tail -1)
    edges=$( (grep -o ' cov: [0-9]*' "$log" | grep -o '[0-9]*'; echo "$edges") | sort -n | tail -1)
    rm -rf "/dev/shm/stroma-fuzz-$pid"
  done
  time=$(($(date +%s) - start))
  printf '%-10s %10d executions %8d/s %7d edges %3d findings, slowest input %d ms\n' "$target" "$executions" \
    $((executions / (time > 0 ? time : 1))) "$edges" $(($(find "$WORK/found/$target" -type f | wc -l) - before)) "$slowest"
}

keep() {
  mkdir -p "$here/corpus"
  for target in "$@"; do
    rm -rf "$WORK/least/$target" && mkdir -p "$WORK/least/$target"
    "$fuzz" --target="$target" -merge=1 -timeout=20 -max_len="$(longest "$target")" "$WORK/least/$target" \
      "$WORK/corpus/$target" >"$WORK/logs/$target-keep.txt" 2>&1
    tar -C "$WORK/least/$target" --sort=name --mtime=@0 --owner=0 --group=0 -cJf "$here/corpus/$target.tar.xz" .
    echo "$target: $(find "$WORK/least/$target" -type f | wc -l) inputs, $(stat -c %s "$here/corpus/$target.tar.xz") bytes"
  done
}

stopped=0
pid=
trap 'stopped=1; [ -z "$pid" ] || kill -INT $pid 2>/dev/null' INT TERM
case ${1:-} in
  build) build ;;
  keep) shift && keep "${@:-${targets[@]}}" ;;
  all | units | set | value | csv | checkpoint | store | database | frame | zip | scenario | campaign | migrate)
    [ -x "$fuzz" ] || build
    [ "$1" = all ] || targets=("$1")
    for target in "${targets[@]}"; do
      [ $stopped = 1 ] || run "$target" "${2:-60}"
    done
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
