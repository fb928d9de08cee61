//! Which files are one model.

use arbor_genome::gguf::{Role, sets};

#[test]
fn parts_belong_together_and_quantisations_do_not() {
    let files = [
        ("m-Q4_K_M.gguf", 4),
        ("m-Q8_0-00002-of-00002.gguf", 3),
        ("m-Q8_0-00001-of-00002.gguf", 5),
        ("m-Q8_0-00001-of-00003.gguf", 7),
        ("BF16/m-00001-of-00001.gguf", 9),
        ("mmproj-m-f16.gguf", 1),
        ("m.imatrix.gguf", 1),
        ("odd-00004-of-00003.gguf", 1),
        ("odd-1-of-2.gguf", 1),
        ("README.md", 1),
        ("big-00001-of-00002.gguf", u64::MAX),
        ("big-00002-of-00002.gguf", u64::MAX),
    ];
    let found: Vec<_> = sets(files)
        .iter()
        .map(|set| {
            (
                set.name.clone(),
                set.role,
                set.files.len(),
                set.bytes(),
                set.is_whole(),
            )
        })
        .collect();
    let model =
        |name: &str, files, bytes, whole| (name.to_owned(), Role::Model, files, bytes, whole);
    assert_eq!(
        found,
        [
            model("BF16/m", 1, 9, true),
            model("big", 2, u64::MAX, true),
            model("m-Q4_K_M", 1, 4, true),
            model("m-Q8_0", 2, 8, true),
            model("m-Q8_0", 1, 7, false),
            ("m.imatrix".to_owned(), Role::Statistics, 1, 1, true),
            ("mmproj-m-f16".to_owned(), Role::Projector, 1, 1, true),
            model("odd-00004-of-00003", 1, 1, true),
            model("odd-1-of-2", 1, 1, true),
        ]
    );
    let sets = sets([("a-00002-of-00002.gguf", 1), ("a-00001-of-00002.gguf", 2)]);
    assert_eq!(sets[0].files[0].0, "a-00001-of-00002.gguf");
}
