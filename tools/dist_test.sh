#!/usr/bin/env bash
# Test on N processes of this machine: GPUs (NCCL), or CPUs (gloo) where there are none.
#   tools/dist_test.sh CONFIG CHECKPOINT N [options of tools/test.py]
# On several nodes, once on each: NNODES=2 NODE_RANK=0|1 MASTER_ADDR=first-node [PORT=29500]
set -euo pipefail
CONFIG=$1 CHECKPOINT=$2 GPUS=$3
exec "${PYTHON:-python}" -m torch.distributed.run \
    --nnodes="${NNODES:-1}" --node_rank="${NODE_RANK:-0}" --nproc_per_node="$GPUS" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" --master_port="${PORT:-29500}" \
    "$(dirname "$0")/test.py" "$CONFIG" "$CHECKPOINT" --launcher pytorch "${@:4}"
