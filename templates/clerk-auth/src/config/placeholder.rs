//! Fillers: words that examples have in the place of a key.

const PREFIXES: [&str; 10] = [
    "pk_test_", "pk_live_", "sk_test_", "sk_live_", "test_", "live_", "whsec_", "pk_", "sk_", "ak_",
];

/// A longer text is no filler.
const LONGEST: usize = 200;

/// Any of these words gives a filler away.
const TELLING: &str = "your yours replace replaceme change changeme placeholder example insert todo tbd fixme dummy \
    fake sample paste redacted";

/// These give one away only if no other words are in it.
const FILLING: &str = "foo bar baz qux test testing live key keys secret secrets clerk publishable public private api \
    me my mine the this here goes it in with from value string actual real some random token webhook \
    signing machine app dev prod none null undefined x";

/// True for words, one character over and over, and something left out. No key of Clerk's is like that.
pub(super) fn is_filler(value: &str) -> bool {
    let lower = value.trim().to_ascii_lowercase();
    let Some(body) = body(&lower) else {
        return false;
    };
    // `<your key>`, `${KEY}`
    let body = body.trim_matches(['<', '>', '[', ']', '{', '}', '$']);
    let mut letters = body.chars().filter(|c| c.is_alphanumeric());
    // `xxxx`, `0000`, `____`
    let is_one = match letters.next() {
        Some(first) => letters.all(|c| c == first),
        None => body.chars().all(|c| "_-.*?# ".contains(c)),
    };
    let is_separator = |c: char| matches!(c, '_' | '-' | ' ' | '.');
    let words = body.split(is_separator).filter(|word| !word.is_empty());
    let has_separator = words.clone().nth(1).is_some();
    is_one
        || body.contains("...")
        || (has_separator && words.clone().any(is_telling))
        || words.clone().all(is_made_of_words)
}

/// The text behind the prefix, in lower case, unless it is too long.
pub(super) fn body(lower: &str) -> Option<&str> {
    let mut prefixes = PREFIXES.iter();
    let body = prefixes.find_map(|prefix| lower.strip_prefix(prefix));
    Some(body.unwrap_or(lower)).filter(|body| body.len() <= LONGEST)
}

fn is_telling(word: &str) -> bool {
    let is_crossed_out = word.len() > 2 && word.bytes().all(|byte| byte == b'x');
    is_crossed_out || TELLING.split(' ').any(|telling| telling == word)
}

/// True if a text is words of the lists in a row: `yoursecretkeyhere`, `changeme123`.
fn is_made_of_words(text: &str) -> bool {
    const LONGEST: usize = 64;
    let text = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if text.is_empty() || text.len() > LONGEST || !text.is_ascii() {
        return false;
    }
    let mut is_reached = vec![false; text.len() + 1];
    is_reached[0] = true;
    for at in 0..text.len() {
        if is_reached[at] {
            for word in TELLING.split(' ').chain(FILLING.split(' ')) {
                if text[at..].starts_with(word) {
                    is_reached[at + word.len()] = true;
                }
            }
        }
    }
    is_reached[text.len()]
}
