//! What released models keep of a text, against published figures and against
//! the arithmetic of their papers.

use crate::released::read;
use arbor_genome::{Ask, Dtype, MemoryError, Needs, Policy};

const GIB: f64 = 1_073_741_824.0;

fn ask(context: u64) -> Ask {
    Ask {
        context,
        source: 0,
        batch: 1,
        dtype: Dtype::Bf16,
    }
}

fn needs(model: &str, policy: Policy, ask: &Ask) -> Needs {
    let blueprint = read(model);
    let kept = blueprint.genome.kept(policy).expect("fits");
    Needs::of(&blueprint, &kept, ask).expect("fits")
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / GIB
}

#[test]
fn caches_are_as_published() {
    for (model, policy, context, expected) in [
        // 61 layers of a latent of 512 and 64 rotated numbers.
        ("deepseek-v3", Policy::Least, 163_840, 10.72),
        ("deepseek-v3", Policy::Latent, 163_840, 10.72),
        // As if each of 128 heads kept a key of 192 and a value of 128.
        ("deepseek-v3", Policy::Full, 163_840, 762.5),
        ("mistral-7b-v0.1", Policy::Least, 32_768, 0.5),
        ("mistral-7b-v0.1", Policy::Windowed, 32_768, 0.5),
        ("mistral-7b-v0.1", Policy::Full, 32_768, 4.0),
        ("falcon-7b", Policy::Least, 2_048, 0.015_625),
        ("falcon-7b", Policy::Full, 2_048, 0.015_625),
        // Twelve layers of 48 attend; the others carry a state.
        ("qwen3-next-80b-a3b", Policy::Least, 262_144, 6.0),
        ("llama-2-7b", Policy::Least, 4_096, 2.0),
        ("llama-3-8b", Policy::Least, 8_192, 1.0),
        // 26 layers, half of them with a window of 4,096.
        ("gemma-2-2b", Policy::Full, 8_192, 0.8125),
        ("gemma-2-2b", Policy::Least, 8_192, 0.609_375),
    ] {
        let found = gib(needs(model, policy, &ask(context)).positions);
        let close = (found - expected).abs() < 0.001 * expected;
        assert!(
            close,
            "{model} keeps {found} GiB under {policy}, not {expected}"
        );
    }
}

#[test]
fn states_do_not_grow() {
    for (model, numbers) in [
        // Inner 1,536: three inputs of the convolution, 16 numbers of state.
        ("mamba-130m", 24 * 1_536 * (3 + 16)),
        // 36 layers: 32 heads of 128 × 128; three inputs of 8,192 channels.
        ("qwen3-next-80b-a3b", 36 * (32 * 128 * 128 + 3 * 8_192)),
        // Two tokens before, and three numbers a channel.
        ("rwkv-4-169m", 12 * 5 * 768),
        // 18 of 26 layers: three inputs and a state, 2,560 wide.
        ("recurrentgemma-2b", 18 * 4 * 2_560),
    ] {
        let (short, long) = (ask(1), ask(1 << 20));
        let [short, long] = [&short, &long].map(|ask| needs(model, Policy::Least, ask));
        assert_eq!(short.state, 2 * numbers, "{model}");
        assert_eq!(long.state, short.state, "{model}");
    }
    let mamba = needs("mamba-130m", Policy::Full, &ask(1 << 20));
    assert_eq!((mamba.per_token, mamba.positions), (0, 0));
    assert_eq!(mamba.cache, mamba.state);
}

#[test]
fn encoders_keep_nothing_and_pairs_keep_their_source() {
    for model in ["bert-base", "modernbert-base", "xlnet-base-cased"] {
        assert_eq!(needs(model, Policy::Full, &ask(512)).cache, 0, "{model}");
    }
    let long = Ask {
        source: 700,
        batch: 3,
        ..ask(20)
    };
    let t5 = needs("t5-base", Policy::Least, &long);
    // Twelve layers of twelve heads of 64, a key and a value, two bytes.
    let each = 12 * 12 * 64 * 2 * 2;
    assert_eq!(t5.per_token, each);
    assert_eq!((t5.positions, t5.source), (3 * 20 * each, 3 * 700 * each));
    assert_eq!(t5.cache, 3 * 720 * each);
    assert_eq!(t5.logits, 3 * 32_128 * 4);
}

#[test]
fn weights_and_logits_count_too() {
    let llama = needs("llama-2-7b", Policy::Full, &ask(4_096));
    assert_eq!(llama.weights, 2 * 6_738_415_616);
    assert_eq!(llama.total, llama.weights + (2 << 30));
    assert_eq!(llama.logits, 32_000 * 4);
    let packed = Ask {
        dtype: Dtype::Q40,
        ..ask(4_096)
    };
    let packed = needs("llama-2-7b", Policy::Full, &packed);
    assert_eq!(packed.weights, 6_738_415_616 / 32 * 18);
    assert_eq!(packed.cache, llama.cache);
}

#[test]
fn only_policies_that_differ_are_named() {
    for (model, expected) in [
        ("llama-2-7b", &[Policy::Full][..]),
        ("bert-base", &[Policy::Full]),
        ("mamba-130m", &[Policy::Full]),
        ("mistral-7b-v0.1", &[Policy::Full, Policy::Windowed]),
        ("deepseek-v3", &[Policy::Full, Policy::Latent]),
    ] {
        let found = read(model).genome.policies().expect("fits");
        let found: Vec<_> = found.into_iter().map(|(policy, _)| policy).collect();
        assert_eq!(found, expected, "{model}");
    }
}

#[test]
fn sums_past_64_bits_are_errors() {
    let blueprint = read("llama-2-7b");
    let kept = blueprint.genome.kept(Policy::Full).expect("fits");
    for (context, batch) in [(u64::MAX, 1), (1 << 40, 1 << 30), (1, u64::MAX)] {
        let huge = Ask {
            batch,
            ..ask(context)
        };
        let found = Needs::of(&blueprint, &kept, &huge);
        assert_eq!(found, Err(MemoryError::TooLarge), "{context} × {batch}");
    }
}
