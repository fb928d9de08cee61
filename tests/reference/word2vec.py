"""Makes `tests/fixtures/word2vec/` with gensim: vectors trained on a few
sentences, in both published formats, its answers, and CBOW's scores worked
out here from the definition (Mikolov et al. 2013, arXiv 1301.3781)."""

import json
from pathlib import Path

import gensim
import numpy as np
from gensim.models import KeyedVectors, Word2Vec
from safetensors.numpy import save_file

OUT = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "word2vec"
WINDOW = 5
TEXT = """the cat sat on the mat
the dog sat on the rug
a cat and a dog saw the king
the queen saw the king and the cat
the king gave the dog a mat
a man and a woman saw the queen
the woman gave the man a rug
the cat ran to the woman and the dog ran to the man"""


def main() -> None:
    (OUT / "text").mkdir(parents=True, exist_ok=True)
    sentences = [line.split() for line in TEXT.splitlines()]
    model = Word2Vec(sentences, vector_size=12, window=WINDOW, min_count=1, sg=0, negative=5,
                     cbow_mean=1, workers=1, seed=7, epochs=200, alpha=0.05)
    words = model.wv.index_to_key
    output = KeyedVectors(model.vector_size)
    output.add_vectors(words, model.syn1neg)
    model.wv.save_word2vec_format(str(OUT / "vectors.bin"), binary=True)
    output.save_word2vec_format(str(OUT / "vectors.output.bin"), binary=True)
    model.wv.save_word2vec_format(str(OUT / "text" / "vectors.txt"), binary=False)
    contexts = [["the", "cat", "on", "the", "mat"], ["king"], ["a", "man", "and", "woman"]]
    sums = [(["king"], []), (["king", "woman"], ["man"]), (["cat"], ["dog"])]
    golden = {
        "gensim": gensim.__version__,
        "words": words,
        "filled": [{"context": c, "words": [[w, float(p)] for w, p in model.predict_output_word(c, topn=len(words))]}
                   for c in contexts],
        "nearest": [{"plus": p, "minus": m, "words": [[w, float(c)] for w, c in model.wv.most_similar(p, m, topn=5)]}
                    for p, m in sums],
    }
    (OUT / "gensim.json").write_text(json.dumps(golden, indent=1) + "\n")

    v, u = model.wv.vectors.astype(np.float64), model.syn1neg.astype(np.float64)
    tensors, single = {}, []
    for name, sentence in (("main", sentences[3] + sentences[7]), ("short", sentences[0])):
        ids = [model.wv.key_to_index[w] for w in sentence]
        rows = []
        for at in range(len(ids)):
            around = ids[max(0, at - WINDOW):at] + ids[at + 1:at + 1 + WINDOW]
            rows.append(u @ v[around].mean(axis=0))
        tensors[f"{name}.ids"] = np.array([ids], dtype=np.uint32)
        tensors[f"{name}.logits"] = np.array([rows]).astype(np.float32)
    facts = {"format": "1", "origin": f"numpy on gensim {gensim.__version__}'s vectors",
             "parameters": str(v.size + u.size), "spread": repr(float(tensors["main.logits"].std()))}
    save_file(tensors, OUT / "reference.safetensors", metadata=facts)


main()
