#!/usr/bin/env bats
# One batch in several runs, under the engines that people have.

bats_require_minimum_version 1.5.0
load helper
load engines

setup_file() {
    start_serve
    ENGINES=$("$HERE/../peers/engines") || ENGINES=""
    export ENGINES
}

teardown_file() {
    stop_serve
}

setup() {
    enter_folder
    for i in $(seq 0 299); do
        echo "{\"id\":\"u$i\",\"url\":\"$PLAIN/bytes/$i\"}"
    done > list.jsonl
}

needs_engines() {
    [ -n "$ENGINES" ] || skip "optional: GNU parallel and Slurm did not arrive from Debian's archive"
}

teardown() {
    [ -z "${SLURM_PIDS:-}" ] || stop_slurm
}

assert_all_done() {
    quiver report --merge --input list.jsonl -o all.jsonl part-*.jsonl
    "$PYTHON" -c 'import json
rows = [json.loads(line) for line in open("all.jsonl")]
assert [r["id"] for r in rows] == [f"u{i}" for i in range(300)]
assert all(r["size_download"] == r["seq"] for r in rows)'
}

@test "every entry is done by one of n shards, whatever their order" {
    for i in 3 1 2; do
        quiver batch -s --shard "$i/3" -o "part-$i.jsonl" list.jsonl
    done
    assert_all_done
}

@test "others can compute which shard an id belongs to" {
    quiver batch -s --shard 2/3 -o part-2.jsonl list.jsonl
    "$PYTHON" - <<'P'
import json

def shard(id, n):
    h = 0xcbf29ce484222325
    for byte in json.dumps(id).encode():
        h = (h ^ byte) * 0x100000001b3 % 2**64
    return (h ^ h >> 32) % n + 1

ids = {json.loads(line)["id"] for line in open("part-2.jsonl")}
assert ids == {f"u{i}" for i in range(300) if shard(f"u{i}", 3) == 2}
P
}

@test "what is no shard is refused" {
    for shard in 0/3 4/3 1 x 1/0; do
        run -2 quiver batch --shard "$shard" list.jsonl
        [[ "$output" == *"--shard"* ]]
    done
    run -2 quiver batch --shard auto list.jsonl
    [[ "$output" == *"neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID"* ]]
    SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 \
        run -2 quiver batch --shard auto list.jsonl
    [[ "$output" == *"SLURM_ARRAY_TASK_ID=8 is none of 3 tasks"* ]]
}

@test "GNU parallel runs the shards of a batch" {
    needs_engines
    command -v perl > /dev/null || skip "GNU parallel needs perl"
    "$ENGINES/parallel" --will-cite -j 2 \
        "$QUIVER" batch --shard {}/4 -o part-{}.jsonl list.jsonl ::: 1 2 3 4
    [ "$(ls part-*.jsonl | wc -l)" -eq 4 ]
    assert_all_done
}

@test "GNU parallel resumes what was killed" {
    needs_engines
    command -v perl > /dev/null || skip "GNU parallel needs perl"
    sed -i 's|/bytes/|/delay/10?|' list.jsonl
    "$ENGINES/parallel" --will-cite -j 2 timeout -s KILL 0.5 \
        "$QUIVER" batch -j 2 --resume --shard {}/2 -o part-{}.jsonl --journal journal-{} list.jsonl ::: 1 2 || true
    "$ENGINES/parallel" --will-cite -j 2 \
        "$QUIVER" batch -j 2 --resume --shard {}/2 -o part-{}.jsonl --journal journal-{} list.jsonl ::: 1 2
    quiver report --input list.jsonl --merge -o all.jsonl part-*.jsonl
    [ "$(wc -l < all.jsonl)" -eq 300 ]
}

@test "a Slurm array runs the shards of a batch" {
    needs_engines
    start_slurm "$BATS_TEST_TMPDIR/slurm" || {
        tail -n 5 slurm/*.out
        skip "optional: Slurm does not start here"
    }
    cat > job.sh <<'J'
#!/bin/sh
exec "$QUIVER" batch --shard auto -o "part-$SLURM_ARRAY_TASK_ID.jsonl" list.jsonl
J
    "$ENGINES/sbatch" --wait --array=1-7:2 --output=job-%a.log job.sh || {
        tail -n 5 job-*.log slurm/*.log
        false
    }
    [ "$(ls part-*.jsonl | paste -sd' ')" = \
        "part-1.jsonl part-3.jsonl part-5.jsonl part-7.jsonl" ]
    assert_all_done
}

@test "a Kubernetes Indexed Job's variables choose the shards" {
    for i in 0 1 2; do
        JOB_COMPLETION_INDEX=$i JOB_COMPLETION_COUNT=3 \
            quiver batch --shard auto -o "part-$i.jsonl" list.jsonl
    done
    assert_all_done
    JOB_COMPLETION_INDEX=0 run -2 quiver batch --shard auto list.jsonl
    [[ "$output" == *"JOB_COMPLETION_COUNT must be set"* ]]
}
