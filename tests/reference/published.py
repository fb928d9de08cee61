"""Makes `tests/fixtures/published.jsonl`: values of small models in the form
of `registry/references/`, computed with transformers; see README.md."""

import json

import torch
import transformers
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

import make
import seed

OUT = make.ROOT / "tests" / "fixtures" / "published.jsonl"
WORDS = make.ROOT / "tests" / "fixtures" / "words.json"
TEXT = "w7 w21 w40 w33 w9 w12 w64 w5"
SOURCE = "arbor/tests@" + "0" * 40 + ":tests/reference/published.py"


def tokenizer() -> Tokenizer:
    """Words and a mask; each word's id is its number."""
    words = {"[UNK]": 0, "[MASK]": 1} | {f"w{n}": n for n in range(2, 96)}
    made = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    made.pre_tokenizer = WhitespaceSplit()
    made.add_special_tokens(["[UNK]", "[MASK]"])
    return made


def array(of: str, at: str, tensor: torch.Tensor, **more) -> dict:
    shape = list(tensor.shape)
    return {"numbers": {"of": of, "at": at, **more, "shape": shape, "numbers": printed(tensor)}}


def printed(tensor: torch.Tensor) -> list[float]:
    return [round(float(n), 4) for n in tensor.reshape(-1)]


def row(arch: str, name: str, model, ask: dict, tell: dict, tier: str = "A") -> dict:
    return {
        "hub": f"tests/{arch}", "id": f"tests/{arch}/{name}", "class": type(model).__name__,
        "tier": tier, "ask": ask, "tell": tell, "atol": 1e-4, "rtol": 1e-4, "dtype": "f32", "source": SOURCE,
    }


def masked(words: Tokenizer) -> list[dict]:
    model, config, _ = make.load(make.CONFIGS / "bert.json", "bert")
    ids, mask = seed.ids("published", 11, 5, 90), [0] + [1] * 10
    asked = {"ids": [ids], "mask": [mask]}
    out = model(torch.tensor([ids]), attention_mask=torch.tensor([mask]), output_hidden_states=True)
    states = out.hidden_states[-1]
    base = row("bert", "hidden", model.bert, asked, array("hidden", ":, 1:4, 1:4", states[:, 1:4, 1:4], whole=list(states.shape)))
    logits = row("bert", "logits", model, asked, array("logits", "0, -1, :7", out.logits[0, -1, :7]))
    text = TEXT.replace("w33", "[MASK]")
    row_of = words.encode(text).ids
    answer = model(torch.tensor([row_of])).logits[0, row_of.index(1)].softmax(-1)
    best = answer.topk(4)
    top = {"tokens": [[words.id_to_token(int(i)) for i in best.indices]], "chances": printed(best.values)}
    if any(token is None for token in top["tokens"][0]):
        raise RuntimeError("a likely token has no word")
    states = model.bert(torch.tensor([words.encode(TEXT).ids])).last_hidden_state[0]
    mean = states.mean(0)
    mean = mean / mean.norm()
    pooled = {"pooling": "mean", "unit": True, "at": "0, :6", "shape": [6], "numbers": printed(mean[:6])}
    return [
        base,
        logits,
        row("bert", "top", model, {"texts": [text]}, {"top": top}, "B"),
        row("bert", "embedding", model.bert, {"texts": [TEXT]}, {"embedding": pooled}, "B"),
    ]


def causal(words: Tokenizer) -> list[dict]:
    model, config, _ = make.load(make.CONFIGS / "llama2.json", "llama2")
    ids = seed.ids("published", 9, 5, 90)
    out = model(torch.tensor([ids]), output_hidden_states=True)
    scores = out.logits[0].log_softmax(-1)
    chosen = [float(scores[at - 1, ids[at]]) for at in range(1, len(ids))]
    loss = float(model(torch.tensor([ids]), labels=torch.tensor([ids])).loss)
    new = model.generate(torch.tensor([ids]), do_sample=False, max_new_tokens=8, min_new_tokens=8, eos_token_id=None, pad_token_id=0)
    asked = {"ids": [ids]}
    text_ids = words.encode(TEXT).ids
    text = model(torch.tensor([text_ids])).logits[0].log_softmax(-1)
    text = [None] + [round(float(text[at - 1, text_ids[at]]), 4) for at in range(1, len(text_ids))]
    written = model.generate(torch.tensor([text_ids]), do_sample=False, max_new_tokens=12, min_new_tokens=12, eos_token_id=None, pad_token_id=0)
    written = words.decode(written[0].tolist())
    return [
        row("llama2", "hidden", model.model, asked, array("hidden", "0, :, -1", out.hidden_states[-1][0, :, -1])),
        row("llama2", "mean", model, asked, array("logits", ":", out.logits.mean(-1), mean=True)),
        row("llama2", "tokens", model, asked, {"tokens": [None] + [round(n, 4) for n in chosen]}),
        row("llama2", "loss", model, asked, {"loss": round(loss, 4)}),
        row("llama2", "ids", model, asked, {"ids": [new[0, len(ids):].tolist()]}, "B"),
        row("llama2", "text-tokens", model, {"texts": [TEXT]}, {"tokens": text}, "B"),
        row("llama2", "texts", model, {"texts": [TEXT]}, {"texts": [written]}, "B"),
    ]


def pairs() -> list[dict]:
    model, config, _ = make.load(make.CONFIGS / "bart.json", "bart")
    ids = seed.ids("published", 12, 5, 90)
    # The class shifts by itself what it is not told.
    out = model(torch.tensor([ids]))
    inner = model.model(torch.tensor([ids]))
    target = seed.ids("published.target", 5, 5, 90)
    told = model(torch.tensor([ids]), decoder_input_ids=torch.tensor([target]))
    return [
        row("bart", "encoder", model, {"ids": [ids]}, array("encoder", "0, :3, :3", out.encoder_last_hidden_state[0, :3, :3])),
        row("bart", "hidden", model.model, {"ids": [ids], "target": "shifted"}, array("hidden", "0, :3, :3", inner.last_hidden_state[0, :3, :3])),
        row("bart", "logits", model, {"ids": [ids], "target": [target]}, array("logits", "0, -2:, :3", told.logits[0, -2:, :3])),
    ]


def main() -> None:
    torch.set_num_threads(1)
    words = tokenizer()
    words.save(str(WORDS), pretty=False)
    with torch.no_grad():
        rows = masked(words) + causal(words) + pairs()
    OUT.write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows))
    print(f"{len(rows)} rows by transformers {transformers.__version__}")


if __name__ == "__main__":
    main()
