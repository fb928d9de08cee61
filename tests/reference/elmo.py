"""Makes `tests/fixtures/elmo/`: small ELMos, their weights made from names
(seed.py), and their answers by an implementation of its own, in numpy, from
the paper (Peters et al. 2018, arXiv 1802.05365) and from what bilm-tf
(`bilm/model.py`, `bilm/data.py`) and TensorFlow's `LSTMCell` define. Without
clips the recurrence is held against `torch.nn.LSTM(proj_size=…)`."""

import json
from pathlib import Path

import h5py
import numpy as np
import torch
from safetensors.numpy import save_file

import seed

OUT = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "elmo"
LENGTH = 50
OPTIONS = {
    "lstm": {"use_skip_connections": True, "projection_dim": 8, "cell_clip": 0.5, "proj_clip": 0.3, "dim": 12,
             "n_layers": 2},
    "char_cnn": {"activation": "relu", "filters": [[1, 4], [2, 4], [3, 6]], "n_highway": 2,
                 "embedding": {"dim": 4}, "n_characters": 262, "max_characters_per_token": LENGTH},
}
TRAINING = json.loads(json.dumps(OPTIONS)) | {
    "bidirectional": True, "dropout": 0.1, "all_clip_norm_val": 10.0, "n_epochs": 10, "n_train_tokens": 768648884,
    "batch_size": 128, "unroll_steps": 20, "n_negative_samples_batch": 8192, "n_tokens_vocab": 23}
TRAINING["char_cnn"]["n_characters"] = 261
SENTENCES = {
    "main": ["The cat sat on the mat ."],
    "padded": ["Übung macht den Meister , sagt man " + "x" * 60, "Yes"],
}


def names(options: dict) -> dict[str, tuple]:
    lstm, cnn = options["lstm"], options["char_cnn"]
    total = sum(n for _, n in cnn["filters"])
    out = {"char_embed": (261, cnn["embedding"]["dim"])}
    for i, (w, n) in enumerate(cnn["filters"]):
        out |= {f"CNN/W_cnn_{i}": (1, w, cnn["embedding"]["dim"], n), f"CNN/b_cnn_{i}": (n,)}
    for i in range(cnn["n_highway"]):
        for part in ("carry", "transform"):
            out |= {f"CNN_high_{i}/W_{part}": (total, total), f"CNN_high_{i}/b_{part}": (total,)}
    p, d = lstm["projection_dim"], lstm["dim"]
    out |= {"CNN_proj/W_proj": (total, p), "CNN_proj/b_proj": (p,)}
    for way in (0, 1):
        for layer in range(lstm["n_layers"]):
            at = f"RNN_{way}/RNN/MultiRNNCell/Cell{layer}/LSTMCell"
            out |= {f"{at}/W_0": (2 * p, 4 * d), f"{at}/B": (4 * d,), f"{at}/W_P_0": (d, p)}
    if "n_tokens_vocab" in options:
        out |= {"softmax/W": (options["n_tokens_vocab"], p), "softmax/b": (options["n_tokens_vocab"],)}
    return out


def spell(characters) -> list[int]:
    code = [260] * LENGTH
    code[0] = 258
    kept = list(characters)[:LENGTH - 2]
    code[1:1 + len(kept)] = kept
    code[1 + len(kept)] = 259
    return [c + 1 for c in code]


def sentence(text: str) -> list[list[int]]:
    return [spell([256])] + [spell(word.encode()) for word in text.split(" ")] + [spell([257])]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def word_vector(w: dict, options: dict, characters: list[int]):
    cnn = options["char_cnn"]
    table = np.concatenate([np.zeros_like(w["char_embed"][:1]), w["char_embed"]])
    letters = table[characters]
    parts = []
    for i, (width, count) in enumerate(cnn["filters"]):
        kernel = w[f"CNN/W_cnn_{i}"][0]
        places = [np.einsum("wd,wdn->n", letters[at:at + width], kernel) for at in range(LENGTH - width + 1)]
        parts.append(np.maximum(np.max(places, axis=0) + w[f"CNN/b_cnn_{i}"], 0))
    x = np.concatenate(parts)
    for i in range(cnn["n_highway"]):
        carry = sigmoid(x @ w[f"CNN_high_{i}/W_carry"] + w[f"CNN_high_{i}/b_carry"])
        transform = np.maximum(x @ w[f"CNN_high_{i}/W_transform"] + w[f"CNN_high_{i}/b_transform"], 0)
        x = carry * transform + (1 - carry) * x
    return x @ w["CNN_proj/W_proj"] + w["CNN_proj/b_proj"]


def lstm(w: dict, options: dict, way: int, vectors, clipped: list[int]):
    """Vectors in the order of reading to the last layer's states."""
    spec = options["lstm"]
    cell_clip, state_clip = spec["cell_clip"] or np.inf, spec["proj_clip"] or np.inf
    x = np.stack(vectors)
    for layer in range(spec["n_layers"]):
        at = f"RNN_{way}/RNN/MultiRNNCell/Cell{layer}/LSTMCell"
        c, m, out = np.zeros(spec["dim"], x.dtype), np.zeros(spec["projection_dim"], x.dtype), []
        for step in x:
            i, j, f, o = np.split(np.concatenate([step, m]) @ w[f"{at}/W_0"] + w[f"{at}/B"], 4)
            c = sigmoid(f + 1) * c + sigmoid(i) * np.tanh(j)
            clipped[0] += int((np.abs(c) > cell_clip).sum())
            c = np.clip(c, -cell_clip, cell_clip)
            m = (sigmoid(o) * np.tanh(c)) @ w[f"{at}/W_P_0"]
            clipped[1] += int((np.abs(m) > state_clip).sum())
            m = np.clip(m, -state_clip, state_clip)
            out.append(m)
        out = np.stack(out)
        x = out + x if spec["use_skip_connections"] and layer > 0 else out
    return x


def answer(w: dict, options: dict, words: list[list[int]], clipped: list[int]):
    vectors = [word_vector(w, options, word) for word in words]
    ways = [lstm(w, options, 0, vectors, clipped), lstm(w, options, 1, vectors[::-1], clipped)[::-1]]
    if "n_tokens_vocab" in options:
        ways = [x @ w["softmax/W"].T + w["softmax/b"] for x in ways]
    return np.concatenate(ways, axis=1)


def against_torch(w: dict, options: dict) -> float:
    """The recurrence without clips and skips, layer by layer."""
    free = json.loads(json.dumps(options))
    free["lstm"] |= {"cell_clip": None, "proj_clip": None, "use_skip_connections": False}
    p, d = free["lstm"]["projection_dim"], free["lstm"]["dim"]
    x = np.random.default_rng(0).normal(size=(9, p))
    ours = lstm(w, free, 0, list(x), [0, 0])
    net = torch.nn.LSTM(p, d, free["lstm"]["n_layers"], proj_size=p).double()
    with torch.no_grad():
        for layer in range(free["lstm"]["n_layers"]):
            at = f"RNN_0/RNN/MultiRNNCell/Cell{layer}/LSTMCell"
            i, j, f, o = np.split(w[f"{at}/W_0"].T, 4)
            kernel = np.concatenate([i, f, j, o])
            i, j, f, o = np.split(w[f"{at}/B"], 4)
            bias = np.concatenate([i, f + 1, j, o])
            for name, value in (("weight_ih", kernel[:, :p]), ("weight_hh", kernel[:, p:]), ("bias_ih", bias),
                                ("bias_hh", 0 * bias), ("weight_hr", w[f"{at}/W_P_0"].T)):
                getattr(net, f"{name}_l{layer}").copy_(torch.from_numpy(np.ascontiguousarray(value)))
        theirs = net(torch.from_numpy(x))[0].numpy()
    return float(np.abs(ours - theirs).max())


def make(folder: str, options: dict) -> None:
    out = OUT / folder
    out.mkdir(parents=True, exist_ok=True)
    shapes = names(options)
    single = {n: seed.weights(n, s) for n, s in shapes.items()}
    double = {n: t.astype(np.float64) for n, t in single.items()}
    tensors, distance, clipped = {}, 0.0, [0, 0]
    kind = "logits" if "n_tokens_vocab" in options else "hidden"
    for name, texts in SENTENCES.items():
        rows = [sentence(text) for text in texts]
        longest = max(map(len, rows))
        ids = [sum(row, []) + [0] * LENGTH * (longest - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        answers = []
        for row in rows:
            a = answer(single, options, row, clipped)
            b = answer(double, options, row, clipped)
            distance = max(distance, float(np.abs(a - b).max()))
            answers.append(np.pad(b, ((0, longest - len(row)), (0, 0))))
        tensors |= {f"{name}.ids": np.array(ids, np.uint32), f"{name}.mask": np.array(mask, np.uint32),
                    f"{name}.{kind}": np.array(answers).astype(np.float32)}
    assert min(clipped) > 20, clipped
    apart = against_torch(double, options)
    assert apart < 1e-12, apart
    std = float(tensors[f"main.{kind}"].std())
    facts = {"format": "1", "origin": f"numpy {np.__version__} in double precision",
             "parameters": str(sum(t.size for t in single.values())), "spread": repr(std),
             "float64_distance": repr(distance / std)}
    save_file(tensors, out / "reference.safetensors", metadata=facts)
    if folder == "published":
        with h5py.File(out / "weights.hdf5", "w") as file:
            for name, tensor in single.items():
                file.create_dataset(name, data=tensor, dtype="float32")
    (out / "options.json").write_text(json.dumps(options) + "\n")
    (out / "tensors.json").write_text(json.dumps(shapes) + "\n")
    print(folder, "clipped", clipped, "spread", std, "noise", distance / std, "torch", apart)


def main() -> None:
    make("published", OPTIONS)
    make("training", TRAINING)
    texts = {name: texts for name, texts in SENTENCES.items()}
    (OUT / "texts.json").write_text(json.dumps(texts, ensure_ascii=False) + "\n")


main()
