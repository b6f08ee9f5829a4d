
use builtin;
use str;

set edit:completion:arg-completer[clerk-rs] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'clerk-rs'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'clerk-rs'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand init 'Make a new web project with sign-in, protected pages and an API'
            cand dev 'Run the project''s app, with a local Clerk beside it if its keys are local'
            cand emulator 'Run the local Clerk alone, for the project''s local keys'
            cand token 'Say what a token is and whether it is valid; make tokens for tests'
            cand keys 'Check the project''s keys, and machine tokens'
            cand env 'Check, list and set the project''s variables'
            cand completions 'Print the completion script of a shell'
            cand man 'Print the manual page'
        }
        &'clerk-rs;init'= {
            cand --color 'When to colour'
            cand --name 'The package''s name [default: the folder''s]'
            cand --framework 'The web framework [default: axum]'
            cand --template 'The kind of project'
            cand --keys 'Where the keys come from [default: local]'
            cand --publishable-key 'The publishable key of your Clerk instance'
            cand --secret-key-file 'A file that holds the secret key of your Clerk instance; `-` is standard input'
            cand --with 'What comes on top'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -y 'Answer every question as Enter would; never overwrites'
            cand --yes 'Answer every question as Enter would; never overwrites'
            cand --dry-run 'Show every file with its contents and write nothing'
            cand --no-git 'Make no git repository'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;dev'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand --open 'Open the app in the browser once it answers'
            cand --watch 'Start the app again when its sources change; the emulator keeps its users'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;emulator'= {
            cand --color 'When to colour'
            cand --port 'The port, on loopback only; 0 takes a free one'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand fetch 'Fetch Clerk''s browser libraries into the cache that all projects share'
        }
        &'clerk-rs;emulator;fetch'= {
            cand --from 'Where they are: a folder with the two archives, an archive, or the address of a mirror'
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;token'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand decode 'The options of `--batch`'
            cand verify 'Where the key is, on the command line'
        }
        &'clerk-rs;token;decode'= {
            cand --color 'When to colour'
            cand --at 'The moment to count from: Unix seconds, a date with time, or a span such as -5m'
            cand --field 'The lines are JSON; the token is in this field: a.b, or /a/b where a name has a dot'
            cand --jobs 'How many threads work on it; one for each core by default'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand --batch 'Read many tokens, one a line, from standard input or @FILE; a line of output for each'
            cand --scan 'Pick the JWTs out of any text, such as a log'
            cand --summary 'With --json: the summary as the last document, too'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;token;verify'= {
            cand --color 'When to colour'
            cand --jwt-key 'Verify with this public key: PEM, @FILE, or `-` for standard input'
            cand --jwks 'Verify with this key set: a file, or an https address'
            cand --authorized-party 'Accept this origin of a front end in `azp`; repeat it for more [default: CLERK_AUTHORIZED_PARTIES]'
            cand --audience 'Accept this audience in `aud`; repeat it for more'
            cand --issuer 'Accept this issuer in `iss`; repeat it for more'
            cand --leeway 'How far two clocks may differ: 5s, 500ms, 1m'
            cand --at 'The moment to verify at: Unix seconds, a date with time, or a span such as -5m'
            cand --as 'Verify it as this kind of token, whatever it looks like'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;keys'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Check the publishable key, the secret key and the JWT key, and whether they belong together'
            cand verify 'Ask Clerk whether a machine''s token is valid: ak_, mt_, oat_ or their JWT forms'
        }
        &'clerk-rs;keys;check'= {
            cand --publishable-key 'Check this publishable key in place of the project''s'
            cand --secret-key-file 'Check the secret key in this file (`-` is standard input) in place of the project''s'
            cand --api-url 'Where the Backend API is, in place of CLERK_API_URL'
            cand --timeout 'How long all questions together may take'
            cand --color 'When to colour'
            cand --online 'Ask Clerk too: are the keys accepted, and are they of one instance'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;keys;verify'= {
            cand --secret-key-file 'Ask with the secret key in this file (`-` is standard input) in place of CLERK_SECRET_KEY'
            cand --api-url 'Where the Backend API is, in place of CLERK_API_URL'
            cand --timeout 'How long all questions together may take'
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;env'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Check names, values, conflicts, and that no secret gets published'
            cand list 'List Clerk''s variables: what each is set to, where, and what wins'
            cand set 'Set a variable, or switch the keys, after a check; every other byte of the file stays'
        }
        &'clerk-rs;env;check'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;env;list'= {
            cand --color 'When to colour'
            cand --all 'List also what is not set, with what each variable is for'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;env;set'= {
            cand --keys 'Switch the project''s keys, and with them the addresses that belong to them'
            cand --publishable-key 'The publishable key, for --keys paste'
            cand --secret-key-file 'A file that holds the secret key, for --keys paste; `-` is standard input'
            cand --file 'The file to change [default: the one that sets it, else .env]'
            cand --color 'When to colour'
            cand --dry-run 'Show what would change, secrets masked, and write nothing'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;completions'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'clerk-rs;man'= {
            cand --color 'When to colour'
            cand --json 'Print one JSON document instead of text, also on failure; never asks'
            cand -q 'Print errors only, and data that was asked for'
            cand --quiet 'Print errors only, and data that was asked for'
            cand -v 'Print every detail'
            cand --verbose 'Print every detail'
            cand --offline 'Use no network but this machine''s own'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
