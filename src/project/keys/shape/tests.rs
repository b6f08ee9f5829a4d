#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";

#[track_caller]
fn said(text: &str) -> String {
    publishable(text).unwrap_err().to_string()
}

#[test]
fn a_spoilt_publishable_key_says_how_and_where() {
    for (text, why) in [
        ("", "it is empty"),
        ("  ", "it is empty"),
        (
            "sk_test_hidden",
            "it is a secret key, which nobody else may see",
        ),
        (
            "\"sk_live_hidden\"",
            "it is a secret key, which nobody else may see",
        ),
        (
            "pk_test_YnJhdmUt b3R",
            "position 17: \u{201c} \u{201d} (space) inside the key; 3 characters follow",
        ),
        (
            "pk_test_YnJh ",
            "position 13: \u{201c} \u{201d} (space) behind the key",
        ),
        (
            "\npk_test_YnJh",
            "position 1: a line break in front of the key",
        ),
        (
            "pk_test_Yn\u{200b}J",
            "position 11: an invisible character (\\u{200b}) inside the key; 1 character follows",
        ),
        (
            "\"pk_test_YnJh\"",
            "position 1: a quote (\") is part of the value",
        ),
        (
            "pk_test_YnJh\u{201d}",
            "position 13: a quote (\u{201d}) is part of the value",
        ),
        (
            "CLERK_PUBLISHABLE_KEY=pk_test_YnJh",
            "position 1: the variable's name and = are part of the value",
        ),
        ("pk_test_...", "it is a placeholder out of a template"),
        ("pk_test_xxxxxxxx", "it is a placeholder out of a template"),
        ("<your key>", "it is a placeholder out of a template"),
        (
            "YOUR_PUBLISHABLE_KEY",
            "it is a placeholder out of a template",
        ),
        (
            "pk_test_YnJh\u{2026}YXYk",
            "position 13: something is left out here, as in what a page or a log shows",
        ),
        (
            "pk_test_YnJh...YXYk",
            "position 13: something is left out here, as in what a page or a log shows",
        ),
        (
            "ak_0123",
            "it is an API key or a machine secret key (ak_), not a publishable key",
        ),
        (
            "test_YnJh",
            "it has the form of old keys, which begin with test_ or live_",
        ),
        (
            &TEST[8..],
            "position 1: pk_test_ or pk_live_ is missing; what follows it is there (it encodes \
             brave-otter-7.clerk.accounts.dev)",
        ),
        (
            "pk-test_YnJh",
            "position 3: this is not the beginning of a key",
        ),
        (
            "pk_prod_YnJh",
            "position 4: this is not the beginning of a key",
        ),
        ("pk_test_", "position 9: nothing follows the prefix"),
        (
            "pk_test_YnJh-mUt",
            "position 13: \u{201c}-\u{201d} is of the URL-safe alphabet; a publishable key has + and / in its place",
        ),
        (
            "pk_test_YnJ*",
            "position 12: \u{201c}*\u{201d} cannot be part of a key",
        ),
        (
            &TEST[..TEST.len() - 6],
            "it breaks off: what is there encodes \u{201c}brave-otter-7.clerk.accounts\u{201d}, without the $ at \
             the end",
        ),
        (
            &TEST[..TEST.len() - 7],
            "it breaks off: what is there encodes \u{201c}brave-otter-7.clerk.account\u{201d}, without the $ at \
             the end",
        ),
        (
            "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXY",
            "it encodes the whole host brave-otter-7.clerk.accounts.dev, but not the $ that ends a key",
        ),
        (
            "pk_test_bG9jYWxob3N0JA",
            "what it encodes, \u{201c}localhost\u{201d}, is no host: it has no dot",
        ),
        (
            "pk_test_YS5iJC5jJA",
            "what it encodes holds a $ before its end",
        ),
        (
            "pk_test_G1sySi5kZXYk",
            "it is no key of Clerk's: what it encodes is no host (Stripe's keys begin the same way)",
        ),
    ] {
        assert_eq!(said(text), why, "{text}");
        assert!(!format!("{:?}", publishable(text)).contains("hidden"));
    }
}

#[test]
fn a_spoilt_secret_key_says_how_and_is_not_repeated() {
    for (text, why) in [
        ("", "it is empty"),
        (TEST, "it is a publishable key"),
        (
            "sk_test_hid den",
            "position 12: \u{201c} \u{201d} (space) inside the key; 3 characters follow",
        ),
        ("hidden", "position 1: this is not the beginning of a key"),
        (
            "sk_hidden",
            "position 4: this is not the beginning of a key",
        ),
        ("sk_live_", "position 9: nothing follows the prefix"),
        (
            "sk_live_hidd\u{e9}n",
            "position 13: \u{201c}\u{e9}\u{201d} (U+00E9) cannot be part of a key",
        ),
        (
            "sk_live_hid#den",
            "position 12: \u{201c}#\u{201d} cannot be part of a key",
        ),
        (
            "\"sk_live_hid\"",
            "position 1: a quote (\") is part of the value",
        ),
        (
            "Bearer sk_live_hid",
            "position 1: it begins with Bearer, which belongs to a header",
        ),
        (
            "sk_live_hid\u{2022}\u{2022}\u{2022}den",
            "position 12: something is left out here, as in what a page or a log shows",
        ),
        (
            "live_hidden",
            "it has only 6 characters behind its prefix; secret keys have at least 20",
        ),
        ("sk_test_bar", "it is a placeholder out of a template"),
        (
            "sk_live_hidsoshort",
            "it has only 10 characters behind its prefix; secret keys have at least 20",
        ),
        (
            "c2tfdGVzdF9NYWRlVXBGb3JUZXN0c09ubHlNYWRlVXBGb3JUZXN0c09ubHkwMDAwMDA=",
            "it is base64 of a key: it was encoded once too often",
        ),
        (
            "ak_hidden",
            "it is an API key or a machine secret key (ak_), not a secret key",
        ),
        (
            "sk_test_replace_me",
            "it is a placeholder out of a template",
        ),
        ("${SECRET}", "it is a placeholder out of a template"),
    ] {
        let fault = secret(text).unwrap_err();
        assert_eq!(fault.to_string(), why, "{text}");
        assert!(!format!("{fault:?}{}", fault.help(Slot::Secret)).contains("hid"));
    }
}

#[test]
fn what_a_key_encodes_is_quoted_only_if_it_is_readable() {
    let stripe = "pk_test_51HxYzAbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQrStUvWxYz012";
    for text in [stripe, "pk_live_51HxYzAbCdEf", "pk_test_G1syJA"] {
        assert!(
            said(text).starts_with("it is no key of Clerk's"),
            "{}",
            said(text)
        );
    }
    let lost = format!("{}{}", &TEST[..24], &TEST[25..]);
    assert!(
        said(&lost).starts_with("about position 2"),
        "{}",
        said(&lost)
    );
    for text in [stripe, &lost] {
        assert!(said(text).is_ascii(), "{}", said(text));
    }
}

#[test]
fn a_character_that_no_key_has_is_named() {
    for (text, at, c) in [
        ("sk_test_AbCdEfGhIjKlMnOpQrStUv;", 31, "\u{201c};\u{201d}"),
        ("sk_test_AbCdEfGhIjKlMnOpQrStUv,", 31, "\u{201c},\u{201d}"),
        (
            "\u{455}k_test_AbCdEfGhIjKlMnOpQrStUv",
            1,
            "\u{201c}\u{455}\u{201d} (U+0455)",
        ),
    ] {
        let why = secret(text).unwrap_err().to_string();
        assert_eq!(why, format!("position {at}: {c} cannot be part of a key"));
    }
    let why = machine("ak_AbCdEfGhIjKlMnOp;").unwrap_err().to_string();
    assert_eq!(
        why,
        "position 20: \u{201c};\u{201d} cannot be part of a key"
    );
}

#[test]
fn the_page_of_the_dashboard_is_that_of_the_key() {
    for text in [
        "ak",
        "",
        "sk_live_0a1b2c3d4e5f6g7h8i9j",
        "ak_AbCd;",
        "ak_0123456789abcdef0123456789abcdef",
    ] {
        let help = machine(text).unwrap_err().help(Slot::Machine);
        assert!(
            help.contains("Machines") || help.contains("paste"),
            "{text}: {help}"
        );
    }
}

/// The first variable of such a file has all the others in it.
#[test]
fn a_file_whose_lines_end_in_cr_is_told_as_that() {
    let text = format!("{TEST}\rCLERK_SECRET_KEY=sk_live_0a1b2c3d4e5f6g7h8i9j\r");
    let why = publishable(&text).unwrap_err();
    assert!(why.to_string().contains("end in CR alone"), "{why}");
    assert!(why.help(Slot::Publishable).contains("LF"));
    assert!(!format!("{why:?}").contains("sk_live"));
}

#[test]
fn good_keys_pass() {
    assert!(publishable(TEST).unwrap().is_development());
    assert!(publishable("pk_live_MTI3LjAuMC4xOjQ0MDAk").is_ok());
    for key in ["sk_live_0a1b2c3d4e5f6g7h8i9j", "live_0a1b2c3d4e5f6g7h8i9j"] {
        assert_eq!(secret(key).unwrap().expose(), key);
    }
}
