"""The other side of `benches/inference.rs`: the same checkpoints under
transformers and PyTorch.

`first CHECKPOINT` loads one in a fresh process and prints a logit and the peak
of its memory; `serve FOLDER` answers questions, a line each.
"""

import os

# Before the libraries are loaded: nothing is asked of a network.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import resource
import sys
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

# One thread's processor time tells what other programs cannot disturb.
ALONE = os.environ.get("RAYON_NUM_THREADS") == "1"
torch.set_num_threads(1 if ALONE else 2)
clock = time.process_time if ALONE else time.perf_counter

DTYPES = {"f32": torch.float32, "bf16": torch.bfloat16}


def load(checkpoint: Path):
    dtype = DTYPES[checkpoint.name.split("-")[1]]
    return AutoModelForCausalLM.from_pretrained(checkpoint, dtype=dtype).eval()


def ids(count: int):
    return torch.tensor([[(3 + i * 7919) % 30000 for i in range(count)]])


def first(checkpoint: Path) -> None:
    with torch.inference_mode():
        logits = load(checkpoint)(ids(8)).logits
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(float(logits[0, -1, 0]), peak)


def prefill(model, count: int) -> float:
    began = clock()
    model(ids(count))
    return clock() - began


def decode(model, count: int) -> float:
    answer = model(ids(8), use_cache=True)
    began = clock()
    for _ in range(count):
        token = answer.logits[:, -1:].argmax(-1)
        answer = model(token, past_key_values=answer.past_key_values, use_cache=True)
    return clock() - began


def logit(model, count: int) -> float:
    return float(model(ids(count)).logits[0, -1, 0])


def serve(folder: Path) -> None:
    models = {}
    kinds = {"prefill": prefill, "decode": decode, "logit": logit}
    for line in sys.stdin:
        kind, name, count = line.split()
        if name not in models:
            models[name] = load(folder / name)
        with torch.inference_mode():
            print(kinds[kind](models[name], int(count)), flush=True)


if __name__ == "__main__":
    {"first": first, "serve": serve}[sys.argv[1]](Path(sys.argv[2]))
