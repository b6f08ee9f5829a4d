//! The stable words for findings, each with its meaning. `docs/findings.md` is this list.

use serde::{Serialize, Serializer};

/// The subject of a finding.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    Keys,
    Environment,
    Code,
    CoreCopy,
    Network,
    Production,
}

impl Area {
    /// As a heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Keys => "Keys",
            Self::Environment => "Environment",
            Self::Code => "Code",
            Self::CoreCopy => "The copy of the core",
            Self::Network => "Asked of Clerk",
            Self::Production => "Production",
        }
    }
}

macro_rules! ids {
    ($($area:ident { $($name:ident = $word:literal, $meaning:literal;)* })*) => {
        /// The kind of a finding, as a word for scripts.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Id {
            $($(#[doc = $meaning] $name,)*)*
        }

        impl Id {
            /// All of them.
            pub const ALL: &[Self] = &[$($(Self::$name,)*)*];

            /// The word, such as `secret-key-refused`.
            pub const fn word(self) -> &'static str {
                match self {
                    $($(Self::$name => $word,)*)*
                }
            }

            /// Its meaning in a line.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $($(Self::$name => $meaning,)*)*
                }
            }

            /// Its subject.
            pub const fn area(self) -> Area {
                match self {
                    $($(Self::$name => Area::$area,)*)*
                }
            }
        }
    };
}

impl Id {
    /// The id of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::within("", word)
    }

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
    Keys {
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
    }
    Environment {
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
        SecretNotIgnored = "secret-not-ignored", "a live secret in a file that git neither has nor ignores";
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
    }
    Network {
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
        ClockOff = "clock-off", "the clock of this machine differs from Clerk's";
    }
    Code {
        ManifestNotRead = "manifest-not-read", "Cargo.toml, or one that it leads to, cannot be read, or cargo refuses it: nobody knows what the app is made of";
        MemberNotLookedAt = "member-not-looked-at", "a package of the workspace serves something, and doctor looked at another folder";
        NotesMalformed = "notes-malformed", "[package.metadata.clerk-rs] is not as clerk-rs writes it";
        NotesUnused = "notes-unused", "an entry of [package.metadata.clerk-rs] changes nothing";
        GateMissing = "gate-missing", "no gate of clerk-auth stands before anything that the program serves";
        RouteWithoutGate = "route-without-gate", "no gate stands before a route: strangers reach it whatever the lists say";
        RouteAfterLayer = "route-after-layer", "a route is added behind the line with the gate, which does not cover it";
        GateBelowPrefix = "gate-below-prefix", "the gate stands below a prefix, and not before the other addresses";
        SourceNotRead = "source-not-read", "a piece of the program could not be read, so what is served there is not judged";
        PatternOpensAll = "pattern-opens-all", "a public pattern opens every address";
        PatternOpensMore = "pattern-opens-more", "a public pattern opens a route that it does not name";
        PatternRefused = "pattern-refused", "the gate refuses a public pattern, and the app does not start";
        HandlerAsksNobody = "handler-asks-nobody", "a handler works with data of a user, or is for some people only, and does not ask who it is";
        ExtractorInVain = "extractor-in-vain", "a handler asks who it is where auth does not run";
        ProgramsGetIn = "programs-get-in", "any token of a program opens a handler that names nobody";
        UserFromRequest = "user-from-request", "who it is comes from a header or a cookie that anybody can write";
        SignInRouteMissing = "sign-in-route-missing", "visitors are sent to sign in at an address that the app does not have";
        SignInRouteProtected = "sign-in-route-protected", "visitors are sent to sign in at an address that wants them signed in";
        ProxyRouteMissing = "proxy-route-missing", "pages are to reach Clerk through the app, which has no such route";
        WebhookNotVerified = "webhook-not-verified", "a route for webhooks takes what nobody signed";
        WebhookBehindSignIn = "webhook-behind-sign-in", "a route for webhooks wants Clerk to be signed in";
        WebhookSecretMissing = "webhook-secret-missing", "there is a route for webhooks and no secret to check them by";
        CorsAnyOrigin = "cors-any-origin", "any page may call the app with the cookies of its visitors";
        CorsBehindGate = "cors-behind-gate", "the gate answers preflights before the layer for CORS sees them";
        PolicyBlocksClerk = "policy-blocks-clerk", "a content security policy keeps Clerk's scripts out of the pages";
        SignatureNotChecked = "signature-not-checked", "tokens are read and their signature is not checked";
        CertificatesNotChecked = "certificates-not-checked", "whoever answers is believed to be the one who was asked";
        HeadersLogged = "headers-logged", "the log has cookies and tokens of visitors in it";
        FolderServed = "folder-served", "the project's own folder is served, with its sources and, by some servers, its .env files";
        KeyInSource = "key-in-source", "a publishable key stands in the source: each build is for one instance";
        SecretInSource = "secret-in-source", "a secret stands in the source";
        SecretInPage = "secret-in-page", "a secret stands in a file that browsers get";
    }
    CoreCopy {
        CoreCopy = "core-copy", "the copy of the core is current, and as it was written";
        CoreOlder = "core-older", "the copy of the core is older than this tool's";
        CoreInsecure = "core-insecure", "the copy of the core has a fault that a later one mends";
        CoreEdited = "core-edited", "a file of the core was edited";
        CoreFileMissing = "core-file-missing", "a file of the core is missing";
        CoreNotCompared = "core-not-compared", "the copy of the core could not be compared";
        CoreTwice = "core-twice", "the app is built with two versions of clerk-auth";
        FrameworkTwice = "framework-twice", "app and core use two versions of the framework, which do not fit each other";
        HttpTwice = "http-twice", "app and core use two versions of the crate http, whose types do not fit each other";
        CompilerTooOld = "compiler-too-old", "the compiler that the project names does not build the core";
    }
    Production {
        TestKeyInProduction = "test-key-in-production", "a file for production names a key of a development instance";
        EmulatorInProduction = "emulator-in-production", "a file for production names the local emulator";
        DevelopmentHostInProduction = "development-host-in-production", "a file for production or a page names the host of a development instance";
        SecretInImage = "secret-in-image", "a secret is written into an image: everybody who has the image can read it";
        EnvFileInImage = "env-file-in-image", "the files with secrets are copied into an image";
        SecretInWorkflow = "secret-in-workflow", "a secret stands in a workflow, or is printed by it";
        SecretInDeployment = "secret-in-deployment", "a secret stands in a file for deployment, such as one for Compose, or is printed by it";
        SecretInHistory = "secret-in-history", "an earlier commit has a secret";
        AuthorizedPartiesMissing = "authorized-parties-missing", "live keys without authorised parties: tokens made for other sites count";
        LocalParty = "local-party", "an authorised party of a live app is this machine";
        ProxyHeadersBelieved = "proxy-headers-believed", "the headers of a reverse proxy are believed, and nothing says that one overwrites them";
        ProxyHeadersAppended = "proxy-headers-appended", "a reverse proxy hands on what visitors say of the host";
        ProxyHeadersIgnored = "proxy-headers-ignored", "a reverse proxy says who asked, and the app does not listen";
        HeadTooLong = "head-too-long", "a reverse proxy keeps less of an answer's head than Clerk's cookies take";
        HealthCheckRefused = "health-check-refused", "the health check asks at an address that answers it no";
    }
}
