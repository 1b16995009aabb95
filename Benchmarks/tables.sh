#!/usr/bin/env bash
# Every table of every scenario, and what differs between two programs.
#
#     Benchmarks/tables.sh make PROGRAM LIBRARY OUT    runs each scenario of LIBRARY whole, one replicate of each arm,
#                                                      into OUT, and writes the hash of each table to OUT/hashes.csv
#     Benchmarks/tables.sh compare BEFORE AFTER        a line per scenario: whether its tables are the same, and else
#                                                      which differ and the endpoint that moved most
#
# Tables are compared by the columns that the earlier program wrote. PROGRAM and LIBRARY belong together:
#     Benchmarks/tables.sh make .build/release/stroma Scenarios /tmp/after
set -euo pipefail

make() {
  local program=$1 library=$2 out=$3
  mkdir -p "$out"
  echo "scenario,table,sha256" > "$out/hashes.csv"
  for folder in tutorials studies validation; do
    for file in "$library/$folder"/*.yaml; do
      local name=$folder/$(basename "$file" .yaml)
      "$program" run "$file" --library "$library" --out "$out/$name" --overwrite --quiet --replicates 1 2> "$out/said" || {
        echo "$name: $(head -n 1 "$out/said")" >&2
        continue
      }
      for table in "$out/$name"/*.csv; do
        echo "$name,$(basename "$table"),$(sha256sum < "$table" | cut -d' ' -f1)" >> "$out/hashes.csv"
      done
    done
  done
}

# A table with the columns of another only, in their order.
columns() {
  gawk -v FPAT='([^,]*)|("[^"]*")' '
    NR == FNR { if (FNR == 1) { n = NF; for (i = 1; i <= NF; i++) want[i] = $i } ; next }
    FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    { line = ""; for (i = 1; i <= n; i++) line = line (i > 1 ? "," : "") (want[i] in at ? $at[want[i]] : "(none)"); print line }
  ' "$1" "$2"
}

# The endpoint of two summaries that differs most, relative to the larger of its values.
moved() {
  gawk -F, '
    FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { key = $at["arm"] " " $at["endpoint"] }
    NR == FNR { before[key] = $at["value"]; next }
    {
      b = before[key]; a = $at["value"]
      if (a == b) next
      size = (a < 0 ? -a : a) > (b < 0 ? -b : b) ? (a < 0 ? -a : a) : (b < 0 ? -b : b)
      share = a == "" || b == "" || size == 0 ? 1 : (a > b ? a - b : b - a) / size
      if (share > most) { most = share; what = key ": " b " -> " a }
    }
    END { print (what == "" ? "no endpoint" : what) }
  ' "$1" "$2"
}

compare() {
  local before=$1 after=$2
  echo "scenario,tables,differing,moved most"
  cut -d, -f1 "$before/hashes.csv" | tail -n +2 | uniq | while read -r name; do
    local differing="" n=0
    for table in "$before/$name"/*.csv; do
      n=$((n + 1))
      local file
      file=$(basename "$table")
      if [ ! -e "$after/$name/$file" ]; then
        differing="$differing $file (missing)"
      elif ! cmp -s "$table" "$after/$name/$file" && ! cmp -s "$table" <(columns "$table" "$after/$name/$file"); then
        differing="$differing $file"
      fi
    done
    if [ -z "$differing" ]; then
      echo "$name,$n,none,"
    else
      echo "$name,$n,${differing# },$(moved "$before/$name/summary.csv" "$after/$name/summary.csv")"
    fi
  done
}

case "${1:-}" in
  make) make "$2" "$3" "$4" ;;
  compare) compare "$2" "$3" ;;
  *)
    grep '^#  ' "$0"
    exit 64
    ;;
esac
