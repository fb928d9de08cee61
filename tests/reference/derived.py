"""Families without a class in transformers, read as one that has a class.

Each is another family's computation stored otherwise: maps joined, names
changed. What the family computes besides, its authors' `modeling_*.py` says,
and is done here around the class: rows of a head divided by their length,
ALiBi in place of rotations, a base that grows in steps.
"""

import copy
import math

import numpy as np
import torch
import transformers

import seed


class Store:
    """The family's own tensors, made from their names when they are asked for."""

    def __init__(self):
        self.tensors = {}

    def __call__(self, name: str, *shape: int) -> np.ndarray:
        if name not in self.tensors:
            self.tensors[name] = seed.weights(name, shape)
        return self.tensors[name]

    def count(self) -> int:
        return sum(tensor.size for tensor in self.tensors.values())


def common(c: dict, **more) -> dict:
    return {
        "vocab_size": c["vocab_size"],
        "hidden_size": c["hidden_size"],
        "intermediate_size": c["intermediate_size"],
        "num_hidden_layers": c["num_hidden_layers"],
        "num_attention_heads": c["num_attention_heads"],
        "num_key_value_heads": c.get("num_key_value_heads", c["num_attention_heads"]),
        "rms_norm_eps": c.get("rms_norm_eps", 1e-6),
        "rope_theta": c.get("rope_theta", 10000.0),
        "max_position_embeddings": c.get("max_position_embeddings", 64),
        "tie_word_embeddings": False,
        "pad_token_id": 0,
        **more,
    }


def stacked(store, name, shape, sizes, part, bias=False):
    """A part of a map that holds queries, keys and values one after the other."""
    whole = store(name, sum(sizes)) if bias else store(name, sum(sizes), shape)
    return np.split(whole, np.cumsum(sizes)[:-1])[part]


def renamed(key: str, names: list[tuple[str, str]]) -> str:
    for ours, theirs in names:
        key = key.replace(ours, theirs)
    return key


PART = {"q_proj": 0, "k_proj": 1, "v_proj": 2}


def fused(names, join):
    """Fills a class whose three maps the family joins under another name."""

    def tensor(store, key, shape, sizes, width):
        for part, index in PART.items():
            if f".{part}." in key:
                bias = key.endswith("bias")
                whole = renamed(key.replace(part, join), names)
                return stacked(store, whole, width, sizes, index, bias)
        return store(renamed(key, names), *shape)

    return tensor


def fill(model, tensor, heads, kv_heads, size, width) -> int:
    store = Store()
    sizes = [heads * size, kv_heads * size, kv_heads * size]
    with torch.no_grad():
        for key, value in model.named_parameters():
            made = tensor(store, key, tuple(value.shape), sizes, width)
            value.copy_(torch.from_numpy(np.ascontiguousarray(made)))
    return store.count()


def yi(c):
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**common(c)))
    names = [("input_layernorm", "ln1"), ("post_attention_layernorm", "ln2")]
    tensor = lambda store, key, shape, sizes, width: store(renamed(key, names), *shape)
    return model, tensor


def internlm2(c):
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**common(c)))
    heads, groups, width = c["num_attention_heads"], c["num_key_value_heads"], c["hidden_size"]
    each, size = heads // groups, width // heads
    names = [
        ("embed_tokens", "tok_embeddings"), ("lm_head", "output"), ("self_attn.o_proj", "attention.wo"),
        ("mlp.gate_proj", "feed_forward.w1"), ("mlp.down_proj", "feed_forward.w2"),
        ("mlp.up_proj", "feed_forward.w3"), ("input_layernorm", "attention_norm"),
        ("post_attention_layernorm", "ffn_norm"),
    ]  # fmt: skip

    def tensor(store, key, shape, sizes, width):
        for part, slots in (("q_proj", slice(0, each)), ("k_proj", slice(each, each + 1)), ("v_proj", slice(each + 1, each + 2))):
            if part in key:
                name = key.replace(f"self_attn.{part}", "attention.wqkv")
                whole = store(name, sum(sizes), width).reshape(groups, each + 2, size, width)
                return whole[:, slots].reshape(shape)
        return store(renamed(key, names), *shape)

    return model, tensor


class Both(torch.nn.Module):
    """Llama that reads both ways."""

    def __init__(self, model):
        super().__init__()
        self.inner, self.lm_head = model, model.lm_head

    def forward(self, input_ids, attention_mask=None, use_cache=False):
        batch, count = input_ids.shape
        dtype = self.lm_head.weight.dtype
        mask = torch.zeros((batch, 1, count, count), dtype=dtype)
        if attention_mask is not None:
            hidden = (attention_mask == 0)[:, None, None, :]
            mask = mask.masked_fill(hidden, torch.finfo(dtype).min)
        return self.inner(input_ids=input_ids, attention_mask=mask, use_cache=False)


def eurobert(c):
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**common(c)))
    return Both(model), lambda store, key, shape, sizes, width: store(key, *shape)


class Alibi(torch.nn.Module):
    """Llama with slopes in place of rotations."""

    def __init__(self, model):
        super().__init__()
        self.inner, self.lm_head = model, model.lm_head
        model.model.rotary_emb.inv_freq.zero_()

    def forward(self, input_ids, attention_mask=None, use_cache=False):
        batch, count = input_ids.shape
        heads = self.inner.config.num_attention_heads
        dtype = self.lm_head.weight.dtype
        slopes = torch.tensor([2.0 ** (-8.0 * (h + 1) / heads) for h in range(heads)], dtype=dtype)
        place = torch.arange(count)
        far = (place[None, :] - place[:, None]).to(dtype)
        bias = (slopes[:, None, None] * far)[None].expand(batch, -1, -1, -1)
        hidden = (far > 0)[None, None].expand(batch, heads, -1, -1)
        if attention_mask is not None:
            hidden = hidden | (attention_mask == 0)[:, None, None, :]
        mask = bias.masked_fill(hidden, torch.finfo(dtype).min)
        return self.inner(input_ids=input_ids, attention_mask=mask, use_cache=False)


def baichuan(c):
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**common(c)))
    plain = fused([], "W_pack")

    def tensor(store, key, shape, sizes, width):
        made = plain(store, key, shape, sizes, width)
        if key == "lm_head.weight" and "z_loss_weight" in c:
            made = made / np.linalg.norm(made.astype(np.float64), axis=1, keepdims=True)
        return made.astype(np.float32)

    return (model if "max_position_embeddings" in c else Alibi(model)), tensor


def chatglm(c):
    sizes = common(
        {
            "vocab_size": c["padded_vocab_size"],
            "hidden_size": c["hidden_size"],
            "intermediate_size": c["ffn_hidden_size"],
            "num_hidden_layers": c["num_layers"],
            "num_attention_heads": c["num_attention_heads"],
            "num_key_value_heads": c["multi_query_group_num"],
            "rms_norm_eps": c["layernorm_epsilon"],
            "rope_theta": 10000.0 * c.get("rope_ratio", 1),
        },
        head_dim=c["kv_channels"],
        attention_bias=True,
        partial_rotary_factor=0.5,
    )
    model = transformers.GlmForCausalLM(transformers.GlmConfig(**sizes))
    return model, fused(
        [
            ("model.embed_tokens", "transformer.embedding.word_embeddings"), ("model.layers", "transformer.encoder.layers"),
            ("model.norm", "transformer.encoder.final_layernorm"), ("lm_head", "transformer.output_layer"),
            ("self_attn.o_proj", "self_attention.dense"), ("self_attn", "self_attention"),
            ("mlp.gate_up_proj", "mlp.dense_h_to_4h"), ("mlp.down_proj", "mlp.dense_4h_to_h"),
        ],  # fmt: skip
        "query_key_value",
    )


class Grown(torch.nn.Module):
    """Qwen 2 with the first generation's ways beyond its positions."""

    def __init__(self, model, positions):
        super().__init__()
        self.inner, self.lm_head, self.positions = model, model.lm_head, positions
        for layer in model.model.layers:
            layer.self_attn.q_proj.register_forward_hook(self.grow)

    def grow(self, _module, _inputs, queries):
        number = torch.arange(1, queries.shape[1] + 1, dtype=queries.dtype)
        factor = (number.log() / math.log(self.positions)).clamp(min=1.0)
        return queries * factor[None, :, None]

    def forward(self, input_ids, attention_mask=None, use_cache=False):
        config = self.inner.config
        size = config.hidden_size // config.num_attention_heads
        doubled = math.ceil(math.log2(input_ids.shape[1] / self.positions) + 1)
        alpha = max(2**doubled - 1, 1)
        base = config.rope_theta * alpha ** (size / (size - 2))
        powers = torch.arange(0, size, 2, dtype=torch.float64) / size
        table = self.inner.model.rotary_emb
        table.inv_freq = (1.0 / base**powers).to(table.inv_freq.dtype)
        return self.inner(input_ids=input_ids, attention_mask=attention_mask, use_cache=False)


def qwen(c):
    own = {**c, "intermediate_size": c["intermediate_size"] // 2, "rms_norm_eps": c["layer_norm_epsilon"]}
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**common(own)))
    names = [
        ("model.embed_tokens", "transformer.wte"), ("model.layers", "transformer.h"), ("model.norm", "transformer.ln_f"),
        ("self_attn.o_proj", "attn.c_proj"), ("self_attn", "attn"), ("mlp.gate_proj", "mlp.w2"), ("mlp.up_proj", "mlp.w1"),
        ("mlp.down_proj", "mlp.c_proj"), ("input_layernorm", "ln_1"), ("post_attention_layernorm", "ln_2"),
    ]  # fmt: skip
    return Grown(model, c["seq_length"]), fused(names, "c_attn")


def mimo(c):
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**common(c)))
    return model, lambda store, key, shape, sizes, width: store(key, *shape)


class Open(torch.nn.Module):
    """A gate that lets everything through."""

    def forward(self, states):
        return torch.full_like(states[..., :1], 1e4)


def deepseek(c):
    more = {
        "qkv_bias": False,
        "num_experts": c["n_routed_experts"],
        "num_experts_per_tok": c["num_experts_per_tok"],
        "moe_intermediate_size": c["moe_intermediate_size"],
        "shared_expert_intermediate_size": c["n_shared_experts"] * c["moe_intermediate_size"],
        "norm_topk_prob": c["norm_topk_prob"],
        "mlp_only_layers": list(range(c["first_k_dense_replace"])),
    }
    model = transformers.Qwen2MoeForCausalLM(transformers.Qwen2MoeConfig(**common(c, **more)))
    for layer in model.model.layers[c["first_k_dense_replace"] :]:
        layer.mlp.shared_expert_gate = Open()
    names = [("shared_expert.", "shared_experts.")]
    return model, lambda store, key, shape, sizes, width: store(renamed(key, names), *shape)


FAMILIES = {
    "Yi": yi, "baichuan": baichuan, "chatglm": chatglm, "deepseek": deepseek,
    "eurobert": eurobert, "internlm2": internlm2, "mimo": mimo, "qwen": qwen,
}  # fmt: skip


def load(config: dict):
    """The model in evaluation, its own configuration, its stored parameters."""
    model, tensor = FAMILIES[config["model_type"]](copy.deepcopy(config))
    inner = getattr(model, "inner", model)
    c = inner.config
    size = getattr(c, "head_dim", None) or c.hidden_size // c.num_attention_heads
    count = fill(inner, tensor, c.num_attention_heads, c.num_key_value_heads, size, c.hidden_size)
    c._attn_implementation = "eager"
    return model.eval(), c, count
