#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn line(text: &str) -> String {
    put(text, &["dependencies"], "m", &Put::Value("1".to_owned())).unwrap()
}

/// `|` marks where the new lines go; the new text there is the second one.
fn goes(marked: &str, expected: &str) {
    let text = marked.replace('|', "");
    let found = line(&text);
    assert_eq!(found, marked.replace('|', expected), "{text}");
    found.parse::<toml::Table>().unwrap();
}

#[test]
fn an_entry_goes_where_its_list_wants_it() {
    for marked in [
        "[dependencies]\n|",
        "[dependencies]\na = 1\n|z = 1\n",
        "[dependencies]\na = 1\n|\nz = 1\n",
        "[dependencies]\na = 1 # a\n|# z\nz = 1\n",
        "[dependencies]\n|# z\nz = 1\n",
        // Not sorted.
        "[dependencies]\nz = 1\na = 1\n|",
        "[dependencies]\nz = 1\na = 1\n# y = 1\n|\n[features]\n",
        "[dependencies]\nz = 1\na = 1\n|# The features.\n[features]\n",
        "[dependencies]\na = { b = [\n  1,\n] }\n|\n[dependencies.b]\nversion = \"1\"\n",
        "[dependencies]\na.version = \"1\"\nc = 1\na.features = []\n|\n[x]\n",
        "[dependencies.a]\nversion = \"1\"\n[dependencies]\nc = 1\n|[dependencies.d]\nx = 1\n",
        "x = \"\"\"\n[dependencies]\n\"\"\"\n[dependencies]\n|",
    ] {
        goes(marked, "m = 1\n");
    }
}

#[test]
fn a_list_that_is_not_there_is_begun() {
    goes("|", "[dependencies]\nm = 1\n");
    for marked in [
        "[package]\n|",
        "[package]\nname = \"x\"\n# y\n|",
        "[package]\n|\n\n",
        "[dependencies.a]\nversion = \"1\"\n|\n[features]\n",
        "[target.x.dependencies]\na = 1\n|",
    ] {
        goes(marked, "\n[dependencies]\nm = 1\n");
    }
    goes("dependencies.a = 1\n|[x]\n", "dependencies.m = 1\n");
    goes("dependencies = { a = 1| }\n", ", m = 1");
    goes("dependencies = { a = 1|, }\n", ", m = 1");
    goes("dependencies = { a.b = 1| }\n", ", m = 1");
    goes("dependencies = {|}\n", " m = 1 ");
}

#[test]
fn a_section_stands_behind_its_kin() {
    let value = Put::Section {
        comment: "Why.",
        entries: [("a", "1"), ("b", "[]")]
            .map(|(key, is)| (key.to_owned(), is.to_owned()))
            .into(),
    };
    let section = "\n# Why.\n[package.metadata.m]\na = 1\nb = []\n";
    for (marked, expected) in [
        ("[package]\nname = \"x\"\n|\n[dependencies]\n", section),
        ("[package]\n|[dependencies]\n", section),
        (
            "[package]\n[package.metadata.z]\nx = 1\n|\n[dependencies]\n",
            section,
        ),
        ("[package]\n[package.metadata]\nx = 1\n|", section),
        (
            "[package]\nmetadata.z.x = 1\n|\n[y]\n",
            "metadata.m = { a = 1, b = [] }\n",
        ),
        (
            "[package]\nmetadata = { z = 1| }\n",
            ", m = { a = 1, b = [] }",
        ),
        (
            "package = { name = \"x\"| }\n",
            ", metadata = { m = { a = 1, b = [] } }",
        ),
        (
            "package.name = \"x\"\n|\n[y]\n",
            "package.metadata.m = { a = 1, b = [] }\n",
        ),
    ] {
        let text = marked.replace('|', "");
        let found = put(&text, &["package", "metadata"], "m", &value).unwrap();
        assert_eq!(found, marked.replace('|', expected));
        found.parse::<toml::Table>().unwrap();
    }
}

#[test]
fn marks_and_line_ends_stay() {
    assert_eq!(
        line("\u{feff}[dependencies]\r\na = 1\r\nb = 1"),
        "\u{feff}[dependencies]\r\na = 1\r\nb = 1\r\nm = 1"
    );
    assert_eq!(
        line("[dependencies]\r\na = 1\nb = 1\r\n"),
        "[dependencies]\r\na = 1\nb = 1\r\nm = 1\r\n"
    );
}

#[test]
fn values_change_and_what_stands_around_them_does_not() {
    let text = "[a]\nx = \"1\" # one\ny = [ \"b\", # b\n]\nz = []\n";
    let found = replace(text, &["a", "x"], "\"2\"").unwrap();
    assert_eq!(found, text.replace("\"1\"", "\"2\""));
    assert_eq!(replace(text, &["a", "u"], "2").unwrap(), text);
    let found = extend(text, &["a", "y"], &["c", "d"]).unwrap();
    assert_eq!(found, text.replace("\"b\",", "\"b\", \"c\", \"d\","));
    let found = extend(text, &["a", "z"], &["c"]).unwrap();
    assert_eq!(found, text.replace("[]", "[\"c\"]"));
}

#[test]
fn what_is_no_table_is_told() {
    for text in ["dependencies = 1\n", "[[dependencies]]\n", "[dependencies"] {
        let value = Put::Value("1".to_owned());
        assert!(put(text, &["dependencies"], "m", &value).is_err(), "{text}");
    }
}
