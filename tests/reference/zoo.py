"""Makes `registry/zoo/`: the sample models that are compiled in, one of each
kind, with tokenizers and the outputs of transformers; see README.md."""

import json

import numpy as np
import safetensors
import torch
import transformers
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

import make
import seed

OUT = make.ROOT / "registry" / "zoo"
SPECIAL = ["<pad>", "</s>", "<s>", "<mask>"]
VOCABULARY = len(SPECIAL) + 256
# What differs from the small configuration of the same architecture.
SMALL = {
    "bert": {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2},
    "gpt2": {"n_embd": 16, "n_head": 2, "bos_token_id": 2, "eos_token_id": 1},
    "llama3": {
        "hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2, "num_key_value_heads": 1,
        "bos_token_id": 2, "eos_token_id": 1,
    },
    "mamba": {"hidden_size": 24, "intermediate_size": 48, "bos_token_id": 2, "eos_token_id": 1},
    "t5": {"d_model": 16, "d_ff": 32, "num_heads": 2},
}
NAMES = {"llama3": "llama"}
LENGTHS = {"main": 16, "short": 5}
TARGET = 8


def tokenizer() -> Tokenizer:
    """Every byte is a token, so that every text has ids and comes back."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    ids = {token: number for number, token in enumerate(SPECIAL + letters)}
    made = Tokenizer(BPE(ids, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(SPECIAL)
    return made


def cases(seq2seq: bool) -> dict[str, dict]:
    out = {}
    for name, length in LENGTHS.items():
        out[name] = {"ids": [seed.ids(f"zoo.{name}", length, len(SPECIAL), VOCABULARY)]}
        if seq2seq:
            out[name]["target"] = [seed.ids(f"zoo.{name}.target", TARGET, len(SPECIAL), VOCABULARY)]
    return out


def one(arch: str) -> None:
    name = f"tiny-{NAMES.get(arch, arch)}"
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    config = json.loads((make.CONFIGS / f"{arch}.json").read_text())
    config |= SMALL[arch] | {"vocab_size": VOCABULARY}
    path = folder / "config.json"
    path.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    model, _, kernel = make.load(path, arch)
    # What is tied is stored once.
    stored, seen = {}, set()
    names = {parameter for parameter, _ in model.named_parameters()}
    for key, tensor in model.state_dict().items():
        if key in names and tensor.data_ptr() not in seen:
            seen.add(tensor.data_ptr())
            stored[key] = tensor.numpy().copy()
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    tensors = {}
    wanted = cases(config.get("is_encoder_decoder", False))
    for case, asked in wanted.items():
        tensors[f"{case}.logits"] = make.run(model, asked).numpy().astype(np.float32)
        for key, value in asked.items():
            tensors[f"{case}.{key}"] = np.array(value, dtype=np.uint32)
    spread = float(tensors["main.logits"].std())
    double = model.double()
    far = [np.abs(make.run(double, asked).numpy() - tensors[f"{case}.logits"]).max() for case, asked in wanted.items()]
    facts = {
        "format": "1", "transformers": transformers.__version__, "torch": torch.__version__,
        "safetensors": safetensors.__version__, "attention": kernel, "class": type(model).__name__,
        "parameters": str(sum(tensor.size for tensor in stored.values())),
        "spread": repr(spread), "float64_distance": repr(float(max(far)) / spread),
    }
    save_file(tensors, folder / "reference.safetensors", metadata=facts)
    tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 64, "clean_up_tokenization_spaces": False,
        "pad_token": "<pad>", "eos_token": "</s>", "bos_token": "<s>", "mask_token": "<mask>",
        "model_input_names": ["input_ids", "attention_mask"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(about, indent=1) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{name:12} parameters {facts['parameters']:>6}, {size} bytes")


def main() -> None:
    torch.set_num_threads(1)
    for arch in sorted(SMALL):
        one(arch)


if __name__ == "__main__":
    main()
