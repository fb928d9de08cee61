//! Catalogues that nobody would curate: the shipped one grown to any size,
//! and a small one whose names mean harm.
//!
//! Both are texts in the catalogue's own format, so that they are read and
//! checked as the shipped files are. They are the same on every machine.

use arbor_catalog::CatalogueFiles;
use std::fmt::Write as _;

/// Models in a made-up family, on average.
const FAMILY: usize = 40;
/// One organisation for so many models.
const ORGANISATION: usize = 120;
/// The first month in which a made-up model appears, and how many follow.
const MONTHS: (usize, usize) = (2019 * 12, 92);

/// A branch, its mask, its objective, what of the shipped catalogue its first
/// families build on, and its share in a hundred.
const BRANCHES: [(&str, &str, &str, &str, usize); 3] = [
    (
        "encoder-only",
        "bidirectional",
        "ae-masked",
        "bert-base",
        14,
    ),
    (
        "encoder-decoder",
        "mixed",
        "denoising",
        "transformer-big",
        8,
    ),
    ("decoder-only", "causal", "ar-forward", "gpt", 78),
];

/// A family that others build on: where it stands in time and in the tree.
struct Family {
    id: String,
    name: String,
    branch: usize,
    month: usize,
    parent: String,
    models: usize,
}

/// The shipped catalogue with about so many made-up models, which descend from
/// it: most in few families, as on the hub.
pub(super) fn grown(models: usize) -> CatalogueFiles {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let organisations = models.div_ceil(ORGANISATION);
    let mut files: Vec<(String, String)> = CatalogueFiles::builtin()
        .iter()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    for (name, text) in &mut files {
        if name.ends_with("organisations.toml") {
            for number in 0..organisations {
                let called = random.word();
                let _ = write!(
                    text,
                    "\n[[organisation]]\nid = \"lab-{number}\"\nname = \"{called} Lab\"\n"
                );
            }
        }
    }
    let mut families: Vec<Family> = Vec::new();
    let mut left = models;
    while left > 0 {
        let number = families.len();
        // A law of Pareto: the hundredth is a hundredth of the first.
        let wanted = models / FAMILY / (number + 1) + 1 + random.below(2 * FAMILY);
        let size = wanted.min(left);
        left -= size;
        let family = founded(number, size, &families, &mut random);
        let text = family.text(organisations, &mut random);
        files.push((format!("families/{}.toml", family.id), text));
        families.push(family);
    }
    CatalogueFiles::from_texts(files.iter().map(|(n, t)| (n.as_str(), t.as_str())))
}

fn founded(number: usize, models: usize, older: &[Family], random: &mut Random) -> Family {
    let mut share = random.below(100);
    let branch = BRANCHES.iter().position(|(.., of_hundred)| {
        let is_it = share < *of_hundred;
        share = share.wrapping_sub(*of_hundred);
        is_it
    });
    let branch = branch.unwrap_or(BRANCHES.len() - 1);
    let month = random.below(MONTHS.1);
    // Few are built on by many: a draw that favours the first.
    let before: Vec<&Family> = older
        .iter()
        .filter(|family| family.branch == branch && family.month <= month)
        .collect();
    let at = random.below(before.len() + 1) * random.below(before.len() + 1) / (before.len() + 1);
    let parent = before
        .get(at)
        .map_or_else(|| BRANCHES[branch].3.to_owned(), |family| family.model(0));
    Family {
        id: format!("made-up-{number}"),
        name: random.word(),
        branch,
        month,
        parent,
        models,
    }
}

impl Family {
    fn model(&self, number: usize) -> String {
        format!("{}-{number}", self.id)
    }

    fn text(&self, organisations: usize, random: &mut Random) -> String {
        let (branch, mask, objective, ..) = BRANCHES[self.branch];
        let lab = random.below(organisations);
        let mut text = format!("[family]\nid = \"{}\"\nname = \"{}\"\n", self.id, self.name);
        let mut month = self.month;
        for number in 0..self.models {
            let (parent, relation) = if number == 0 {
                (self.parent.clone(), "architecture-from")
            } else {
                month = (month + random.below(3) / 2).min(MONTHS.1);
                let at = random.below(number) * random.below(number) / number.max(1);
                let relation = ["fine-tuned-from", "continued-from", "succeeds"];
                (self.model(at), relation[random.below(3)])
            };
            let (year, of_year) = ((MONTHS.0 + month) / 12, (MONTHS.0 + month) % 12 + 1);
            let size = [0.3, 1.1, 3.0, 7.2, 13.0, 70.0][random.below(6)];
            let kind = ["", " Chat", " Instruct", " Long Context", " Code", " v2"][random.below(6)];
            let open = ["open-weights", "gated-weights", "unreleased"][random.below(6) / 2 % 3];
            let _ = write!(
                text,
                "\n[[model]]\nid = \"{}\"\nname = \"{} {size}B{kind} {number}\"\n\
                 organisations = [\"lab-{lab}\"]\nbranch = \"{branch}\"\nmask = \"{mask}\"\n\
                 objective = \"{objective}\"\nclaims = [\n\
                 {{ released = \"{year}-{of_year:02}\", kind = \"announced\", {OWN} }},\n\
                 {{ parameters = {}, kind = \"published\", {OWN} }},\n\
                 {{ openness = \"{open}\", {OWN} }},\n]\n\
                 parents = [{{ id = \"{parent}\", relation = \"{relation}\", {OWN} }}]\n",
                self.model(number),
                self.name,
                (size * 1e9) as u64
            );
        }
        text
    }
}

/// How a made-up claim is cited.
const OWN: &str = "source = \"own-knowledge\", confidence = \"unreviewed\"";

/// Names that a page, a picture or a spreadsheet could take for more than
/// names: markup, formulas, scripts from the right, pictures, marks without
/// end, and one as long as four lines.
pub(super) const HOSTILE: &[&str] = &[
    "<script>document.title='taken'</script>",
    "\"><img src=x onerror=\"document.title='taken'\">",
    "</text></svg><script>document.title='taken'</script>",
    "<!-- never closed",
    "]]>&#60;&lt;&amp;lt;&nosuch;",
    "=1+1",
    "+SUM(A1:A9)",
    "-2+3",
    "@cmd|' /C calc'!A0",
    "نموذج اللغة العربية الكبير",
    "מודל שפה 7B",
    "🦙🦙🦙 Llama 👩‍👩‍👧‍👦 edition",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "大型語言模型七十億參數中文對話增強版",
    "Averyveryverylongnamewithoutanyspaceinitwhichnobodywouldgiveamodelbutsomebodycouldandthentheboxmusthavebrokenitsomewhere",
    "a,b;c\td\"e\"",
];

/// A small catalogue with these names, for models, a family and a maker.
pub(super) fn hostile() -> CatalogueFiles {
    let quoted = |name: &str| {
        // TOML's escapes for what a basic string may not hold; a tab becomes a
        // space, since the catalogue takes no control characters.
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", name.replace('\t', " "))
    };
    let sources = "[[source]]\nkey = \"own-knowledge\"\ntitle = \"<b>own</b> knowledge\"\nkind = \"knowledge\"\n";
    let makers = format!(
        "[[organisation]]\nid = \"lab\"\nname = {}\n",
        quoted("<img src=x> & =Sons")
    );
    let mut family = format!(
        "[family]\nid = \"hostile\"\nname = {}\nabout = {}\n",
        quoted(HOSTILE[1]),
        quoted(HOSTILE[0])
    );
    for (number, name) in HOSTILE.iter().enumerate() {
        let parents = match number {
            0 => "[]".to_owned(),
            _ => format!(
                "[{{ id = \"hostile-0\", relation = \"fine-tuned-from\", note = {}, {OWN} }}]",
                quoted(name)
            ),
        };
        let month = number % 12 + 1;
        let _ = write!(
            family,
            "\n[[model]]\nid = \"hostile-{number}\"\nname = {}\norganisations = [\"lab\"]\n\
             branch = \"decoder-only\"\nmask = \"causal\"\nobjective = \"ar-forward\"\nclaims = [\n\
             {{ released = \"{}-{month:02}\", kind = \"announced\", note = {}, {OWN} }},\n\
             {{ openness = \"open-weights\", {OWN} }},\n\
             {{ licence = {}, {OWN} }},\n]\nparents = {parents}\n",
            quoted(name),
            2020 + number / 12,
            quoted(name),
            quoted(name),
        );
    }
    CatalogueFiles::from_texts([
        ("sources.toml", sources),
        ("organisations.toml", makers.as_str()),
        ("families/hostile.toml", family.as_str()),
    ])
}

/// Numbers that look random and are the same everywhere (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or(0)
    }

    /// A name of two to four syllables.
    fn word(&mut self) -> String {
        const PARTS: [&str; 16] = [
            "ka", "lo", "mi", "ra", "ten", "vo", "shi", "bel", "quo", "an", "ur", "wi", "zan",
            "fe", "dor", "ly",
        ];
        let count = 2 + self.below(3);
        let name: String = (0..count).map(|_| PARTS[self.below(16)]).collect();
        name[..1].to_uppercase() + &name[1..]
    }
}
