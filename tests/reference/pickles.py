"""Makes `tests/fixtures/pickles/` with PyTorch: the weights of the fixture
`llama3` (made from names, see seed.py) as `.bin`, and files to be refused.
Nothing here runs a payload."""

import json
import zipfile
from pathlib import Path

import torch
import transformers

import seed

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "fixtures" / "pickles"


class Payload:
    def __reduce__(self):
        import os

        return os.system, ("true",)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    config = transformers.AutoConfig.from_pretrained(ROOT / "tests" / "reference" / "configs" / "llama3.json")
    model = getattr(transformers, config.architectures[0])(config)
    weights = {n: torch.from_numpy(seed.weights(n, tuple(p.shape))) for n, p in model.named_parameters()}
    # A tensor that lies column after column, and two in one storage.
    turned = "model.layers.0.mlp.gate_proj.weight"
    weights[turned] = weights[turned].t().contiguous().t()
    norms = ["model.layers.0.input_layernorm.weight", "model.layers.1.input_layernorm.weight"]
    both = torch.cat([weights[n] for n in norms])
    weights[norms[0]], weights[norms[1]] = both.split(len(both) // 2)
    torch.save(weights, OUT / "pytorch_model.bin")
    half = len(weights) // 2
    names = list(weights)
    files = [f"pytorch_model-0000{i}-of-00002.bin" for i in (1, 2)]
    for file, part in zip(files, (names[:half], names[half:])):
        torch.save({n: torch.nn.Parameter(weights[n].clone()) for n in part}, OUT / file)
    total = sum(t.numel() * 4 for t in weights.values())
    index = {"metadata": {"total_size": total}, "weight_map": {n: files[i >= half] for i, n in enumerate(names)}}
    (OUT / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")
    one = {"model.norm.weight": torch.ones(4)}
    torch.save(one, OUT / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.save(one | {"x": Payload()}, OUT / "payload.bin")
    torch.save({"model.norm.weight": torch.ones(1).expand(1 << 20)}, OUT / "expanded.bin")
    torch.save([torch.ones(4)], OUT / "list.bin")
    with zipfile.ZipFile(OUT / "list.bin") as plain, \
            zipfile.ZipFile(OUT / "compressed.bin", "w", zipfile.ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name) + b"." * 4096)


main()
