//! The stable words for findings, each with its meaning. `docs/findings.md` is this list.

use serde::{Serialize, Serializer};

macro_rules! ids {
    ($($name:ident = $word:literal, $meaning:literal;)*) => {
        /// The kind of a finding, as a word for scripts.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Id {
            $(#[doc = $meaning] $name,)*
        }

        impl Id {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word, such as `secret-key-refused`.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// Its meaning in a line.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)*
                }
            }
        }
    };
}

impl Id {
    /// The id whose word is these two parts together.
    pub fn within(family: &str, word: &str) -> Option<Self> {
        let is_it = |id: &&Self| id.word().strip_prefix(family) == Some(word);
        Self::ALL.iter().find(is_it).copied()
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

ids! {
    // Keys
    PublishableKey = "publishable-key", "the publishable key is right; its kind and host are named";
    PublishableKeyMissing = "publishable-key-missing", "no publishable key is set, or it is set to nothing";
    PublishableKeyMalformed = "publishable-key-malformed", "the publishable key cannot be read; `fault` says how it is spoilt";
    PublishableKeyPadding = "publishable-key-padding", "it ends in `=`: it works, but names other cookies than the key without it";
    PublishableKeyTestHost = "publishable-key-test-host", "a test key for a host that is not of a development instance";
    PublishableKeyLiveHost = "publishable-key-live-host", "a live key for the host of a development instance";
    SecretKey = "secret-key", "the secret key has the right form";
    SecretKeyMissing = "secret-key-missing", "no secret key is set; a failure where the app needs one";
    SecretKeyMalformed = "secret-key-malformed", "the secret key cannot be used; `fault` says how it is spoilt";
    SecretKeyShort = "secret-key-short", "the secret key is shorter than Clerk's are: it may be cut off";
    SecretKeyLegacyForm = "secret-key-legacy-form", "the secret key has the form of old keys, test_ or live_";
    SecretKeyOldName = "secret-key-old-name", "only CLERK_API_KEY is set, which is the old name";
    MachineSecretKey = "machine-secret-key", "the machine secret key begins like one; only using it shows more";
    MachineSecretKeyMalformed = "machine-secret-key-malformed", "the machine secret key cannot be used; `fault` says how it is spoilt";
    JwtKey = "jwt-key", "the JWT key can be read";
    JwtKeyMissing = "jwt-key-missing", "no JWT key is set, and none is needed";
    JwtKeyMalformed = "jwt-key-malformed", "the JWT key cannot be read";
    KeysMixed = "keys-mixed", "a test key stands beside a live one";
    PairNotCompared = "pair-not-compared", "the two keys fit as far as can be seen without asking";
    EmulatorAddressLeft = "emulator-address-left", "an address of the emulator stands beside the keys of an instance";
    EmulatorAddressMissing = "emulator-address-missing", "the keys are local, and no address of the emulator is set";
    EmulatorAddressesEqual = "emulator-addresses-equal", "the keys are local, and both APIs are said to be at one address";
    // Names and values
    ValueMalformed = "value-malformed", "the app would refuse the value, or take it for something else";
    ValueMissing = "value-missing", "something has to be set because something else is";
    ReferenceUnset = "reference-unset", "`$NAME` refers to what is not set";
    NameMisspelled = "name-misspelled", "nothing reads the name; it is a slip away from one that is read";
    NameUnknown = "name-unknown", "nothing known reads the name";
    NameOfAnotherKit = "name-of-another-kit", "other kits for Clerk read the name, this app does not";
    NameDeprecated = "name-deprecated", "the name has been replaced by another";
    PrefixUnread = "prefix-unread", "the prefix is of another tool than the package is built with";
    PrefixUnfit = "prefix-unfit", "a prefix for browsers on what only servers read";
    ValueConflict = "value-conflict", "two places set the name and differ; the winner is named";
    TwinsDiffer = "twins-differ", "one variable has two values under two names";
    ModeDiffers = "mode-differs", "a file for one mode says something else";
    PackagesDiffer = "packages-differ", "two packages name different instances";
    // Files
    FileNotRead = "file-not-read", "the app does not read this file";
    FileUnreadable = "file-unreadable", "the file cannot be read";
    LineMalformed = "line-malformed", "a line that cannot be read keeps the app from starting";
    FileMode = "file-mode", "others on this machine may read a file with secrets";
    FileNotIgnored = "file-not-ignored", "git would take a file with secrets along";
    FileTracked = "file-tracked", "git has a file with secrets";
    FileNotTracked = "file-not-tracked", "files with secrets are ignored by git, and not tracked";
    GitNotAsked = "git-not-asked", "git could not be asked";
    FoldersSkipped = "folders-skipped", "there are too many folders: some were not looked into";
    Leftover = "leftover", "a stopped run left a file behind";
    SwitchUnfinished = "switch-unfinished", "a change of several files was stopped half-way";
    // Secrets
    PublicSecret = "public-secret", "a secret under a prefix that sends it to browsers";
    SecretMisplaced = "secret-misplaced", "a secret in a variable that is not kept secret";
    SecretInExample = "secret-in-example", "a secret in a file that is meant to be committed";
    SecretBuiltIn = "secret-built-in", "a secret that is built into a program";
    SecretTracked = "secret-tracked", "a secret in a file that git has";
    // Writing
    ChangeHidden = "change-hidden", "a stronger place sets the variable too";
    StillSet = "still-set", "the environment still sets what was taken out of the files";
    SwitchFinished = "switch-finished", "the change that a stopped run had left half-done was finished";
    FileClosed = "file-closed", "a file that now holds a secret was closed to others";
    FileStripped = "file-stripped", "the file lost attributes, such as an access list";
    FileUnlinked = "file-unlinked", "other names of the file (hard links) keep the old text";
    WhiteSpaceCut = "white-space-cut", "white space around a value was left out";
    ClaimLinkNotKept = "claim-link-not-kept", "the link that claims a temporary application could not be kept";
    AddressKept = "address-kept", "an address that may belong to the old keys was kept";
    OfAnotherInstance = "of-another-instance", "what is set belongs to another instance than the new keys";
    // Asking Clerk
    NotAsked = "not-asked", "somebody was not asked (`--offline`)";
    ApiUrlBad = "api-url-bad", "CLERK_API_URL is no address that a key may be sent to";
    ApiUrlMissing = "api-url-missing", "the keys are local, and CLERK_API_URL is not set";
    ApiUrlNotLocal = "api-url-not-local", "the keys are local, and CLERK_API_URL leads elsewhere";
    AddressComposed = "address-composed", "a file composes an address out of the environment, so nobody was asked there";
    ApiUrlNotTrusted = "api-url-not-trusted", "a file names a host that is not Clerk's, and the secret is not from that file";
    ApiVersionBad = "api-version-bad", "CLERK_API_VERSION is no path version";
    FapiUrlBad = "fapi-url-bad", "CLERK_FAPI_URL is no address that can be asked";
    FapiUrlMissing = "fapi-url-missing", "the keys are local, and CLERK_FAPI_URL is not set";
    Instance = "instance", "which instance the secret key is of";
    Pair = "pair", "both keys are of one instance";
    PairOfTwoInstances = "pair-of-two-instances", "the two keys belong to different instances";
    PairOtherKey = "pair-other-key", "the key server has another signing key than Clerk";
    JwtKeyOfAnotherInstance = "jwt-key-of-another-instance", "the JWT key is not the one that the instance signs with";
    SecretKeyAccepted = "secret-key-accepted", "Clerk takes the secret key";
    SecretKeyRefused = "secret-key-refused", "Clerk does not know the secret key";
    SecretKeyForbidden = "secret-key-forbidden", "Clerk knows the secret key and does not allow it to ask";
    SecretKeyNameNotResolved = "secret-key-name-not-resolved", "asked with the secret key: its name could not be resolved";
    SecretKeyConnectionRefused = "secret-key-connection-refused", "asked with the secret key: the connection was refused";
    SecretKeyNoConnection = "secret-key-no-connection", "asked with the secret key: no connection could be made";
    SecretKeyTimedOut = "secret-key-timed-out", "asked with the secret key: no answer came in time";
    SecretKeyTlsFailed = "secret-key-tls-failed", "asked with the secret key: no secure connection could be made";
    SecretKeyNoCaCertificates = "secret-key-no-ca-certificates", "asked with the secret key: this machine has no CA certificates";
    SecretKeyProxyFailed = "secret-key-proxy-failed", "asked with the secret key: the proxy failed";
    SecretKeyAnswerTooLarge = "secret-key-answer-too-large", "asked with the secret key: its answer is too large";
    SecretKeyAnswerBroken = "secret-key-answer-broken", "asked with the secret key: its answer broke off";
    SecretKeyBadAddress = "secret-key-bad-address", "asked with the secret key: its address cannot be asked";
    SecretKeyNotClerk = "secret-key-not-clerk", "asked with the secret key: something else than Clerk answered";
    SecretKeyNotSent = "secret-key-not-sent", "asked with the secret key: the request was not sent";
    SecretKeyCaptivePortal = "secret-key-captive-portal", "asked with the secret key: a web page came in place of its answer";
    SecretKeyRedirected = "secret-key-redirected", "asked with the secret key: it answered with a redirect";
    SecretKeyNotFound = "secret-key-not-found", "asked with the secret key: it has nothing at this path";
    SecretKeyGone = "secret-key-gone", "asked with the secret key: it does not offer this call any more";
    SecretKeyUnprocessable = "secret-key-unprocessable", "asked with the secret key: it refused the request";
    SecretKeyRateLimited = "secret-key-rate-limited", "asked with the secret key: it asks to wait";
    SecretKeyClerkFault = "secret-key-clerk-fault", "asked with the secret key: it has a fault of its own";
    SecretKeyUnexpectedAnswer = "secret-key-unexpected-answer", "asked with the secret key: it answered in an unexpected way";
    KeyServer = "key-server", "the key server answers";
    KeyServerHostUnknown = "key-server-host-unknown", "Clerk knows no instance at the publishable key's host";
    KeyServerNameNotResolved = "key-server-name-not-resolved", "the key server was asked: its name could not be resolved";
    KeyServerConnectionRefused = "key-server-connection-refused", "the key server was asked: the connection was refused";
    KeyServerNoConnection = "key-server-no-connection", "the key server was asked: no connection could be made";
    KeyServerTimedOut = "key-server-timed-out", "the key server was asked: no answer came in time";
    KeyServerTlsFailed = "key-server-tls-failed", "the key server was asked: no secure connection could be made";
    KeyServerNoCaCertificates = "key-server-no-ca-certificates", "the key server was asked: this machine has no CA certificates";
    KeyServerProxyFailed = "key-server-proxy-failed", "the key server was asked: the proxy failed";
    KeyServerAnswerTooLarge = "key-server-answer-too-large", "the key server was asked: its answer is too large";
    KeyServerAnswerBroken = "key-server-answer-broken", "the key server was asked: its answer broke off";
    KeyServerBadAddress = "key-server-bad-address", "the key server was asked: its address cannot be asked";
    KeyServerNotClerk = "key-server-not-clerk", "the key server was asked: something else than Clerk answered";
    KeyServerNotSent = "key-server-not-sent", "the key server was asked: the request was not sent";
    KeyServerCaptivePortal = "key-server-captive-portal", "the key server was asked: a web page came in place of its answer";
    KeyServerRedirected = "key-server-redirected", "the key server was asked: it answered with a redirect";
    KeyServerNotFound = "key-server-not-found", "the key server was asked: it has nothing at this path";
    KeyServerGone = "key-server-gone", "the key server was asked: it does not offer this call any more";
    KeyServerUnprocessable = "key-server-unprocessable", "the key server was asked: it refused the request";
    KeyServerRateLimited = "key-server-rate-limited", "the key server was asked: it asks to wait";
    KeyServerClerkFault = "key-server-clerk-fault", "the key server was asked: it has a fault of its own";
    KeyServerUnexpectedAnswer = "key-server-unexpected-answer", "the key server was asked: it answered in an unexpected way";
}
