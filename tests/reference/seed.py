"""Weights from names: the same numbers as `arbor-loaders`' tests make.

A number is a hash of its tensor's name and of its place in it (SplitMix64,
seeded by FNV-1a), as a fraction in [0, 1) of 24 bits, scaled by the tensor's
kind. Double precision, then rounded once to single: both sides agree to the
bit.
"""

import numpy as np

MASK = (1 << 64) - 1


def fnv1a(name: str) -> int:
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return h


def fractions(name: str, count: int) -> np.ndarray:
    with np.errstate(over="ignore"):
        z = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z += np.uint64(fnv1a(name))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) / float(1 << 24)


def weights(name: str, shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape)) if shape else 1
    u = fractions(name, count) * 2.0 - 1.0
    last = name.rsplit(".", 1)[-1]
    if len(shape) >= 2 and last not in ("A_log",):
        # Wide enough that attention is neither flat nor a single spike.
        # A convolution over one place is a map.
        fan_in = shape[1] if len(shape) == 3 and shape[2] == 1 else shape[-1]
        values = u * (2.4 / fan_in**0.5)
        if name.endswith(".q.weight"):
            # T5 does not scale its scores.
            values = values * 0.35
        if "embed" in name or "wte" in name or name.endswith("shared.weight"):
            values = u * 1.5
    elif last == "A_log":
        values = 0.5 + 0.5 * u
    elif last == "e_score_correction_bias":
        # Above 0: implementations disagree about groups below it.
        values = 0.15 + 0.15 * u
    elif last in ("weight", "D"):
        # A skip near 0 leaves little for the norm after it to divide.
        values = 1.0 + 0.4 * u
    else:
        values = 0.3 * u
    return values.astype(np.float32).reshape(shape)


def ids(name: str, count: int, low: int, high: int) -> list[int]:
    return [low + int(f * (high - low)) for f in fractions(name, count)]
