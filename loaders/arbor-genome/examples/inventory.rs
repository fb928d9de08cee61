//! Prints what follows from a `config.json`: `cargo run -p arbor-genome
//! --example inventory -- FILE...`.

fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        match arbor_genome::Blueprint::read(&text) {
            Ok(blueprint) => println!("{path}: {}", blueprint.inventory.total()),
            Err(error) => println!("{path}: {error}"),
        }
    }
}
