"""Writes small GGUF files with the format's own Python package, and what its
reader finds in them: python tests/reference/gguf_files.py

Needs `pip install gguf==0.19.0`. The files go to tests/fixtures/gguf/, with
expected.json (every file's keys and tensors, as the package reads them) and
known.json (the package's number formats and names of tensors).
"""

import json
from pathlib import Path

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, TENSOR_NAMES, GGMLQuantizationType as Format

FOLDER = Path(__file__).parent.parent / "fixtures" / "gguf"


def stored(format, *shape):
    """Zeros in a format: rows of whole blocks."""
    block, size = GGML_QUANT_SIZES[format]
    assert shape[-1] % block == 0, shape
    return np.zeros((*shape[:-1], shape[-1] // block * size), dtype=np.uint8)


def add(writer, name, format, *shape):
    if format == Format.F32:
        writer.add_tensor(name, np.zeros(shape, dtype=np.float32))
    elif format == Format.F16:
        writer.add_tensor(name, np.zeros(shape, dtype=np.float16))
    else:
        writer.add_tensor(name, stored(format, *shape), raw_dtype=format)


def vocabulary(writer, words):
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([f"word {n}" for n in range(words)])
    writer.add_token_types([1] * words)
    writer.add_token_merges([f"{n} {n + 1}" for n in range(words)])
    writer.add_array("tokenizer.ggml.scores", [0.5] * words)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llama(**options):
    """A LLaMA 32 wide with two layers, its head tied."""
    writer = gguf.GGUFWriter(FOLDER / options.pop("name"), "llama", **options)
    writer.add_name("Tiny")
    writer.add_context_length(2048)
    writer.add_embedding_length(32)
    writer.add_block_count(2)
    writer.add_feed_forward_length(32)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    vocabulary(writer, 12)
    writer.add_chat_template("{{ messages }}" * 100)
    add(writer, "token_embd.weight", Format.Q8_0, 12, 32)
    add(writer, "rope_freqs.weight", Format.F32, 4)
    for layer in range(2):
        for part, rows in [("q", 32), ("k", 16), ("v", 16), ("output", 32)]:
            add(writer, f"blk.{layer}.attn_{part}.weight", Format.Q4_0, rows, 32)
        for part in ["gate", "up", "down"]:
            add(writer, f"blk.{layer}.ffn_{part}.weight", Format.IQ4_NL, 32, 32)
        for part in ["attn", "ffn"]:
            add(writer, f"blk.{layer}.{part}_norm.weight", Format.F32, 32)
    add(writer, "output_norm.weight", Format.F32, 32)
    finish(writer)


def experts():
    """Four experts of which two are used, a head of its own, a layer for a
    second token, heads by layer, all kinds of values, another alignment."""
    writer = gguf.GGUFWriter(FOLDER / "experts.gguf", "glm4moe")
    writer.add_custom_alignment(64)
    writer.add_embedding_length(32)
    writer.add_block_count(2)
    writer.add_nextn_predict_layers(1)
    writer.add_head_count(4)
    writer.add_head_count_kv([2, 4])
    writer.add_key_length(16)
    writer.add_value_length(8)
    writer.add_expert_count(4)
    writer.add_expert_used_count(2)
    for name, value in [
        ("uint8", 200), ("int8", -3), ("uint16", 60000), ("int16", -30000), ("uint32", 1 << 31),
        ("int32", -(1 << 31)), ("uint64", 1 << 63), ("int64", -(1 << 62)), ("float32", 0.25),
        ("float64", 1e300), ("bool", True),
    ]:
        getattr(writer, f"add_{name}")(f"test.{name}", value)
    writer.add_array("test.flags", [True, False])
    writer.add_array("test.nested", [[1, 2], [3]])
    writer.add_string("test.text", "größer")
    add(writer, "token_embd.weight", Format.F16, 8, 32)
    add(writer, "output.weight", Format.MXFP4, 8, 32)
    add(writer, "output_norm.weight", Format.F32, 32)
    for layer in range(2):
        add(writer, f"blk.{layer}.attn_qkv.weight", Format.Q4_0, 32, 32)
        add(writer, f"blk.{layer}.attn_q_norm.weight", Format.F32, 16)
        add(writer, f"blk.{layer}.ffn_gate_inp.weight", Format.F32, 4, 32)
        add(writer, f"blk.{layer}.exp_probs_b.bias", Format.F32, 4)
        add(writer, f"blk.{layer}.ffn_up_exps.weight", Format.Q5_1, 4, 32, 32)
        add(writer, f"blk.{layer}.ffn_up_shexp.weight", Format.Q6_K, 1, 256)
    add(writer, "blk.1.nextn.eh_proj.weight", Format.Q8_0, 32, 64)
    finish(writer)


def plain(value):
    return value.item() if hasattr(value, "item") else value


def read(path):
    reader = gguf.GGUFReader(path)
    keys = {}
    for key, field in reader.fields.items():
        if key.startswith("GGUF."):
            continue
        kinds = [kind.name for kind in field.types]
        if kinds[0] == "ARRAY":
            keys[key] = {"kinds": kinds, "length": len(field.data)}
        else:
            keys[key] = {"kinds": kinds, "value": plain(field.contents())}
    tensors = [
        {
            "name": tensor.name,
            "format": tensor.tensor_type.name,
            # Its reader has the innermost dimension first, as the file.
            "dims": [int(n) for n in tensor.shape],
            "elements": int(tensor.n_elements),
            "bytes": int(tensor.n_bytes),
            "at": int(tensor.data_offset),
        }
        for tensor in reader.tensors
    ]
    version = plain(reader.fields["GGUF.version"].parts[-1][0])
    return {"version": version, "keys": keys, "tensors": tensors, "data": int(reader.data_offset)}


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.gguf"):
        old.unlink()
    llama(name="tiny.gguf")
    llama(name="split.gguf", split_max_tensors=8)
    experts()
    found = {path.name: read(path) for path in sorted(FOLDER.glob("*.gguf"))}
    (FOLDER / "expected.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    known = {
        "formats": [[int(f), f.name, *GGML_QUANT_SIZES[f]] for f in Format],
        "tensors": sorted(set(TENSOR_NAMES.values())),
    }
    (FOLDER / "known.json").write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
