//! What the pages say: the questions that the registry is for.

use super::{elements, links, words};
use crate::http::client::Client;

#[test]
fn what_descends_from_llama_with_weights() {
    let client = Client::new();
    let table = client.text("/models?root=llama-7b&rel=weights");
    for id in ["alpaca-7b", "vicuna-7b"] {
        let href = format!("/models/{id}");
        assert!(links(&table).contains(&href), "{id}");
    }
    // LLaMA is a family of sizes: its page has the heirs of all of them.
    let family = client.text("/families/llama");
    let heirs = family.split("id=\"weights\"").nth(1).expect("the heirs");
    let heirs = links(heirs);
    for id in ["alpaca-7b", "vicuna-7b", "vicuna-13b", "guanaco-65b"] {
        assert!(heirs.contains(&format!("/models/{id}")), "{id}");
    }
    assert!(!heirs.contains(&"/models/llama-2-7b".to_owned()));
}

#[test]
fn what_descends_from_any_size_is_beside_what_descends_from_one() {
    let client = Client::new();
    let every = "/models?rel=weights,scales-up&root=llama-65b";
    let matched = client.json(&every.replace("/models?", "/models.json?"))["matched"].clone();
    // The list has the first size too.
    let count = matched.as_u64().expect("a number") - 1;
    for model in ["llama-65b", "llama-7b"] {
        let page = client.text(&format!("/models/{model}"));
        assert!(links(&page).contains(&every.to_owned()), "{model}");
        let said = format!("with weights , {count} counting its other sizes");
        assert!(words(&page).contains(&said), "{model}");
    }
    let alone = client.text("/models/alpaca-7b");
    assert!(!alone.contains("counting its other sizes"));
}

#[test]
fn the_ancestors_of_a_distilled_model_and_by_which_relation() {
    let page = Client::new().text("/models/deepseek-r1-distill-qwen-32b");
    let text = words(&page);
    for said in [
        "is fine-tuned from Qwen2.5 32B",
        "is distilled from DeepSeek-R1",
        "each with its relation",
        "Never validated here",
        "The licence differs from its parent",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let up = page
        .split("each with its relation")
        .nth(1)
        .expect("ancestors");
    for id in ["deepseek-v3", "gpt", "transformer-big"] {
        assert!(links(up).contains(&format!("/models/{id}")), "{id}");
    }
}

#[test]
fn how_many_parameters_has_palm_and_who_says_so() {
    let page = Client::new().text("/models/palm-540b");
    let row = page.split("<tr id=\"parameters\">").nth(1).expect("a row");
    let row = row.split("</tr>").next().expect("its end");
    let text = words(row);
    assert!(text.contains("540,350,000,000"), "{text}");
    assert!(text.contains("540,000,000,000"), "the rival: {text}");
    assert!(text.contains("shown because"), "{text}");
    let sources = links(row);
    for key in ["epoch-2025-02-24", "founder-essay"] {
        assert!(sources.contains(&format!("/sources/{key}")), "{key}");
    }
}

#[test]
fn which_leaves_of_the_figure_are_open_encoder_decoders() {
    let page = Client::new().text("/models?drawn=encoder-decoder&figure=open");
    for id in [
        "t5-11b",
        "bart-large",
        "flan-t5-xxl",
        "ul2-20b",
        "chatglm-6b",
    ] {
        assert!(links(&page).contains(&format!("/models/{id}")), "{id}");
    }
    assert!(!links(&page).contains(&"/models/gpt-4".to_owned()));
}

#[test]
fn the_size_of_all_experts_is_marked() {
    let client = Client::new();
    let table = words(&client.text("/models?org=deepseek&q=deepseek-v3"));
    assert!(table.contains("MoE 671B"), "{table}");
    let page = words(&client.text("/models/deepseek-v3"));
    for said in ["mixture of experts", "not comparable with dense counts"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let dense = client.text("/models?family=bert") + &client.text("/models/llama-65b");
    assert!(!dense.contains("class=\"moe\"") && !dense.contains("mixture of experts"));
}

#[test]
fn published_values_are_counted_with_where_they_stand() {
    let client = Client::new();
    let text = words(&client.text("/models/bert-base"));
    let said = "Published reference values:";
    assert!(text.contains(said), "{text}");
    assert!(text.contains("huggingface/transformers"), "{text}");
    assert!(!words(&client.text("/models/gpt-4")).contains(said));
}

#[test]
fn what_is_not_known_is_said() {
    let page = Client::new().text("/models/gpt-4");
    let text = words(&page);
    assert!(text.contains("parameters: not disclosed"), "{text}");
    assert!(text.contains("Its memory cannot be known"), "{text}");
    assert!(text.contains("Not recorded:"), "{text}");
    let table = Client::new().text("/models?org=openai");
    for cell in table.split("<td").skip(1) {
        let end = cell.find("</td>").expect("a cell's end");
        let text = words(&format!("<td{}", &cell[..end]));
        assert!(!text.is_empty(), "an empty cell: {cell}");
    }
}

#[test]
fn other_names_lead_to_the_model() {
    let client = Client::new();
    for (name, id) in [
        ("llama", "llama-65b"),
        ("meta-llama/Llama-2-7b-hf", "llama-2-7b"),
        ("meta-llama%2FLlama-2-7b-hf", "llama-2-7b"),
        ("PaLM%20540B", "palm-540b"),
    ] {
        let got = client.get(&format!("/models/{name}"));
        assert_eq!(got.status, 301, "{name}");
        assert_eq!(got.header("location"), format!("/models/{id}"));
    }
}

#[test]
fn memory_stands_for_each_format() {
    let text = words(&Client::new().text("/models/llama-7b"));
    for said in [
        "Can I run it?",
        "bf16 12.6 GiB",
        "f32 25.1 GiB",
        "2,048 tokens",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn a_comparison_has_both_models_and_the_way_between() {
    let text = words(&Client::new().text("/compare?m=llama-65b&m=llama-2-70b"));
    for said in ["Llama 2 70B succeeds LLaMA 65B", "×2.00", "5 months later"] {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[test]
fn every_page_says_which_state_it_shows() {
    let client = Client::new();
    let health = client.json("/healthz");
    let said = format!("State {}", health["change"]);
    for page in ["/", "/models", "/sources", "/families/palm"] {
        let html = client.text(page);
        assert!(words(&html).contains(&said), "{page}");
        let heads = elements(&html).into_iter().filter(|e| e.name == "h1");
        assert_eq!(heads.count(), 1, "{page}");
    }
}
