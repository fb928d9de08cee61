"""Makes `tests/fixtures/models/` with transformers; see README.md."""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import safetensors
import torch
import transformers
from safetensors.numpy import load_file, save_file

import derived
import seed

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = Path(__file__).resolve().parent / "configs"
OUT = ROOT / "tests" / "fixtures" / "models"
SOURCE, TARGET, SHORT = 40, 24, 7

# Where the default kernel and this one disagree and this one is right: the
# eager path adds Falcon's slopes twice.
KERNEL = {"falcon-rw": "sdpa"}
# Buffers that no configuration determines.
FREE = ("e_score_correction_bias", "final_logits_bias")
# Sines and cosines among the parameters, which nothing trains (RoFormer).
FIXED = ("roformer.encoder.embed_positions.weight",)
# Where the reference forgets the window in a text that it reads at once; later
# versions do not, and give these numbers.
WINDOWED = {"recurrent_gemma"}
# Where the reference computes an activation in bfloat16 whatever the model's
# numbers are; its parameters are made single.
UPCAST = {"apertus"}
# Families that only the later version knows; see requirements-later.txt.
LATER = {
    "glm4_moe_lite", "hy_v3", "internlm3", "lfm2_moe", "minicpm3", "minimax_m2", "nanochat", "nemotron_h",
    "nomic_bert", "qwen3_5_text",
}  # fmt: skip
# A configuration that another family's class reads under that family's name.
READ_AS = {"kimi_k2": "deepseek_v3"}
IS_LATER = int(transformers.__version__.split(".")[0]) >= 5


def add_window(model, window: int) -> None:
    inner = model._update_causal_mask

    def windowed(attention_mask, states, positions):
        mask = inner(attention_mask, states, positions)
        keys = torch.arange(mask.shape[-1], device=mask.device)
        far = positions.reshape(-1, 1) - keys >= window
        return mask.masked_fill(far, torch.finfo(mask.dtype).min)

    model._update_causal_mask = windowed


def from_file(cls, config, kernel: str):
    """The later version joins experts in memory: their names are the file's."""
    with tempfile.TemporaryDirectory() as folder:
        cls(config).save_pretrained(folder)
        path = Path(folder) / "model.safetensors"
        stored = {n: seed.weights(n, t.shape) for n, t in load_file(path).items()}
        save_file(stored, path, metadata={"format": "pt"})
        return cls.from_pretrained(folder, attn_implementation=kernel, experts_implementation="eager").eval()


def load(config_path: Path, arch: str):
    text = json.loads(config_path.read_text())
    family = READ_AS.get(text["model_type"])
    if family is None:
        config = transformers.AutoConfig.from_pretrained(config_path)
    else:
        config = transformers.AutoConfig.for_model(family, **{k: v for k, v in text.items() if k != "model_type"})
    kernel = KERNEL.get(arch, "eager")
    config._attn_implementation = kernel
    cls = getattr(transformers, text["architectures"][0])
    if IS_LATER:
        return from_file(cls, config, kernel), config, kernel
    blank = cls._from_config(config, attn_implementation=kernel) if kernel != "eager" else cls(config)
    # As from a file: there come apart what a class ties only when it is made
    # from nothing.
    stored = {name: tensor.clone() for name, tensor in blank.state_dict().items()}
    model = cls.from_pretrained(None, config=config, state_dict=stored, attn_implementation=kernel)
    model.eval()
    if arch in UPCAST:
        model.float()
    with torch.no_grad():
        buffers = [(n, b) for n, b in model.named_buffers() if n.endswith(FREE)]
        for name, tensor in list(model.named_parameters()) + buffers:
            if name.endswith(FIXED):
                continue
            tensor.copy_(torch.from_numpy(seed.weights(name, tuple(tensor.shape))))
    model.tie_weights()
    if arch in WINDOWED:
        add_window(model.model, config.attention_window_size)
    return model, config, kernel


def cases(config, seq2seq: bool) -> dict[str, dict]:
    vocab = config.get_text_config().vocab_size
    pad = config.pad_token_id if config.pad_token_id is not None else 0
    row = lambda name, n: seed.ids(name, n, 5, vocab)
    out = {"main": {"ids": [row("main", SOURCE)]}, "short": {"ids": [row("short", SHORT)]}}
    padded = [row("first", SOURCE), row("second", SOURCE // 2)]
    mask = [[1] * len(r) + [0] * (SOURCE - len(r)) for r in padded]
    out["padded"] = {"ids": [r + [pad] * (SOURCE - len(r)) for r in padded], "mask": mask}
    if getattr(config, "type_vocab_size", 0) > 1:
        types = [[0] * (SOURCE // 2) + [1] * (SOURCE - SOURCE // 2)]
        out["pair"] = {"ids": [row("pair", SOURCE)], "types": types}
    if config.model_type == "xlnet":
        # Two streams: left to right, and in an order of its own.
        out["main"]["order"] = [list(range(SOURCE))]
        places = np.argsort(seed.fractions("permuted.order", SOURCE), kind="stable")
        out["permuted"] = {"ids": [row("permuted", SOURCE)], "order": [np.argsort(places).tolist()]}
    if seq2seq:
        for name, case in out.items():
            case["target"] = [row(f"{name}.target.{i}", TARGET) for i in range(len(case["ids"]))]
    return out


def run(model, case: dict) -> torch.Tensor:
    inputs = {"input_ids": torch.tensor(case["ids"])}
    for key, name in (("mask", "attention_mask"), ("types", "token_type_ids"), ("target", "decoder_input_ids")):
        if key in case:
            inputs[name] = torch.tensor(case[key])
    if "order" in case:
        # A position sees those before it in the order, and is predicted itself.
        rank = torch.tensor(case["order"])
        dtype = next(model.parameters()).dtype
        inputs["perm_mask"] = (rank[:, None, :] >= rank[:, :, None]).to(dtype)
        inputs["target_mapping"] = torch.eye(rank.shape[1], dtype=dtype)[None]
    with torch.no_grad():
        try:
            out = model(**inputs, use_cache=False)
        except TypeError:
            out = model(**inputs)
    for name in ("logits", "prediction_logits", "last_hidden_state"):
        if name in out:
            return out[name]
    raise RuntimeError(f"{type(model).__name__} gives {list(out)}")


def make(arch: str) -> None:
    config_path = CONFIGS / f"{arch}.json"
    text = json.loads(config_path.read_text())
    if text["model_type"] in derived.FAMILIES:
        model, config, count = derived.load(text)
        kernel = "eager"
    else:
        model, config, kernel = load(config_path, arch)
        count = None
    answers_target = hasattr(model, "lm_head") or config.model_type == "encoder-decoder"
    seq2seq = bool(getattr(config, "is_encoder_decoder", False)) and answers_target
    unique = {p.data_ptr(): p.numel() for p in model.parameters()}
    tensors, facts, answers = {}, {}, {}
    wanted = cases(config, seq2seq)
    for name, case in wanted.items():
        answer = run(model, case)
        answers[name] = answer
        kind = "hidden" if answer.shape[-1] == config.get_text_config().hidden_size and not hasattr(model, "lm_head") and "For" not in type(model).__name__ else "logits"
        if answer.dim() == 2:
            answer = answer.unsqueeze(-1)
        tensors[f"{name}.{kind}"] = answer.numpy().astype(np.float32)
        for key in ("ids", "mask", "order", "types", "target"):
            if key in case:
                tensors[f"{name}.{key}"] = np.array(case[key], dtype=np.uint32)
    std = float(answers["main"].std())
    distance = 0.0
    try:
        double = model.double()
        for name, case in wanted.items():
            real = torch.tensor(case.get("mask", [[1] * len(case["ids"][0])])).bool()
            a, b = run(double, case), answers[name].double()
            far = (a - b).abs()
            if "target" not in case:
                far = far[real] if far.dim() == 3 else far
            distance = max(distance, float(far.max()) / std)
    except (RuntimeError, TypeError):
        distance = float("nan")
    facts = {
        "format": "1",
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
        "attention": kernel,
        "class": type(getattr(model, "inner", model)).__name__,
        "parameters": str(count or sum(unique.values())),
        "spread": repr(std),
        "float64_distance": repr(distance),
    }
    if arch in WINDOWED:
        facts["corrected"] = "the mask is narrowed to the attention window"
    if arch in UPCAST:
        facts["corrected"] = "the activation is computed in single precision"
    folder = OUT / arch
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "reference.safetensors", metadata=facts)
    (folder / "config.json").write_text(config_path.read_text())
    print(f"{arch:28} parameters {facts['parameters']:>7} spread {std:8.3f} float64 {distance:.1e}")


def main() -> None:
    torch.set_num_threads(1)
    known = (path.stem for path in CONFIGS.glob("*.json"))
    wanted = sys.argv[1:] or sorted(arch for arch in known if (arch in LATER) == IS_LATER)
    for arch in wanted:
        try:
            make(arch)
        except Exception as error:  # one architecture's failure is a line
            print(f"{arch:28} failed: {type(error).__name__}: {str(error)[:200]}")


if __name__ == "__main__":
    main()
