#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# growth_test.sh TOOL: tests that tools/growth measures each workload, draws what it measured, and refuses what it
# cannot draw. Times themselves are nobody's test.
set -euo pipefail
tool=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$tool" --gpus 64 --out "$folder/growth.svg" | tee "$folder/table"
for workload in permutation allreduce alltoall; do
    grep -qE "^\| $workload \| 64 \| [0-9,]+ \|" "$folder/table"
    grep -q "$workload" "$folder/growth.gp"
done
grep -q '<svg' "$folder/growth.svg"
status=0
"$tool" --gpus 64 --workload permutation --out "$folder/growth.doc" 2>"$folder/error" || status=$?
[ "$status" = 2 ]
grep -q "growth: --out: '.*growth.doc' does not end in .svg" "$folder/error"
