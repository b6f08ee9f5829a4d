//! Comments taken apart into words, and the citations among them.

/// What a comment asks its reader to look up.
#[derive(Debug, PartialEq, Eq)]
pub enum Citation {
    Document(String),
    /// A section of a document.
    Section(String, String),
    /// A numbered point of a section: a rule, a check or a step.
    Item(String, String, String),
    /// A rule of `security.md`.
    Rule(String),
    /// A section of nobody knows which document.
    Homeless(String),
}

/// The documents that are cited by section.
const WITH_SECTIONS: [&str; 4] = [
    "request-authentication.md",
    "frontend-api.md",
    "frontend-api-2.md",
    "backend-api.md",
];

/// The comments of a file: lines that follow each other are one. Of a document, all of it, by paragraphs.
pub fn comments(file: &str, text: &str) -> Vec<String> {
    if file.ends_with(".md") {
        return text.split("\n\n").map(str::to_owned).collect();
    }
    let mark = if file.ends_with(".rs") { "//" } else { "#" };
    let mut comments = vec![String::new()];
    for line in text.lines() {
        let line = line.trim_start();
        let words = line.strip_prefix(mark).or_else(|| {
            // Behind code: not the `//` of an address.
            line.split_once(&format!(" {mark} "))
                .map(|(_, words)| words)
        });
        match (words, comments.last_mut()) {
            (Some(words), Some(last)) => {
                last.push(' ');
                last.push_str(words.trim_start_matches(['/', '!', '#']));
            }
            (None, _) => comments.push(String::new()),
            (Some(_), None) => {}
        }
    }
    comments
}

pub fn citations(comment: &str, default: Option<&str>) -> Vec<Citation> {
    let mut reader = Words {
        words: comment.split_whitespace().collect(),
        at: 0,
        document: default.map(str::to_owned),
        section: None,
        found: Vec::new(),
    };
    while reader.at < reader.words.len() {
        reader.step();
    }
    reader.found
}

/// A comment while it is read.
struct Words<'a> {
    words: Vec<&'a str>,
    at: usize,
    /// Whose sections are meant from here on.
    document: Option<String>,
    /// The section that stands directly before the present word.
    section: Option<String>,
    found: Vec<Citation>,
}

impl Words<'_> {
    fn step(&mut self) {
        let word = bare(self.words[self.at]);
        self.at += 1;
        let before = self.section.take();
        match word.to_ascii_lowercase().as_str() {
            "section" | "sections" if !self.is_of_an_rfc() => self.sections(),
            kind @ ("rule" | "rules" | "check" | "checks" | "step" | "steps") => {
                self.items(kind, before);
            }
            _ if word.ends_with(".md") && word != ".md" => {
                self.found.push(Citation::Document(word.to_owned()));
                if WITH_SECTIONS.contains(&word) {
                    self.document = Some(word.to_owned());
                    self.sections();
                }
            }
            _ => {}
        }
    }

    /// `RFC 7518 section 3.3` stands in no document of ours.
    fn is_of_an_rfc(&self) -> bool {
        self.at >= 3 && bare(self.words[self.at - 3]) == "RFC"
    }

    fn sections(&mut self) {
        let numbers = self.numbers();
        self.section = numbers.last().cloned();
        for number in numbers {
            self.found.push(match &self.document {
                Some(document) => Citation::Section(document.clone(), number),
                None => Citation::Homeless(number),
            });
        }
    }

    /// Points of the section that stands before them, or behind them after `of`; else rules of `security.md`.
    fn items(&mut self, kind: &str, before: Option<String>) {
        let numbers = self.numbers();
        if numbers.is_empty() {
            return;
        }
        let section = before.or_else(|| {
            let follows = self.words[self.at..].starts_with(&["of", "section"]);
            follows.then(|| {
                self.at += 2;
                self.numbers().pop()
            })?
        });
        for number in numbers {
            match (&section, &self.document) {
                (Some(section), Some(document)) => {
                    self.found
                        .push(Citation::Item(document.clone(), section.clone(), number))
                }
                (Some(section), None) => self.found.push(Citation::Homeless(section.clone())),
                (None, _) if kind.starts_with("rule") => self.found.push(Citation::Rule(number)),
                (None, _) => {}
            }
        }
    }

    /// `4.2`, `1, 3 and 4`, `6.8 to 10.1`.
    fn numbers(&mut self) -> Vec<String> {
        let mut numbers = Vec::new();
        loop {
            let joined = matches!(self.words.get(self.at), Some(&("and" | "to" | "or")));
            let at = self.at + usize::from(joined && !numbers.is_empty());
            let Some(number) = self.words.get(at).map(|word| bare(word)).filter(is_number) else {
                return numbers;
            };
            numbers.push(number.to_owned());
            self.at = at + 1;
            if !self.words[at].ends_with([',']) && !self.is_joined() {
                return numbers;
            }
        }
    }

    fn is_joined(&self) -> bool {
        matches!(self.words.get(self.at), Some(&("and" | "to" | "or")))
    }
}

/// A word without its punctuation; of a link, the name.
fn bare(word: &str) -> &str {
    let word = word.split("](").next().unwrap_or_default();
    word.trim_matches(|letter: char| "`'\"()[]<>,;:.".contains(letter))
}

fn is_number(word: &&str) -> bool {
    let is_digits = |piece: &str| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit());
    word.split('.').all(is_digits)
}
