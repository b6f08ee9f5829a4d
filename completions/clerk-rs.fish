# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_clerk_rs_global_optspecs
    string join \n json color= q/quiet v/verbose offline h/help V/version
end

function __fish_clerk_rs_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_clerk_rs_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_clerk_rs_using_subcommand
    set -l cmd (__fish_clerk_rs_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -s V -l version -d 'Print version'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "init" -d 'Make a new web project with sign-in, or protect the one that is there'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "add" -d 'Add an extra or a page to a project'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "update" -d 'Bring a project\'s copy of the auth core up to date'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "dev" -d 'Run the project\'s app, with a local Clerk beside it if its keys are local'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "emulator" -d 'Run the local Clerk alone, for the project\'s local keys'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "token" -d 'Say what a token is and whether it is valid; make tokens for tests'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "keys" -d 'Check the project\'s keys, and machine tokens'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "env" -d 'Check, list and change the project\'s variables'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "routes" -d 'List the project\'s routes, and what protects each'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "doctor" -d 'Look at the whole project, and say what is wrong'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "webhooks" -d 'Check, sign and send webhooks'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "schema" -d 'Print the JSON Schema of a document that --json prints'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "completions" -d 'Print the completion script of a shell, or install it'
complete -c clerk-rs -n "__fish_clerk_rs_needs_command" -f -a "man" -d 'Print the manual page'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l name -d 'The package\'s name [default: the folder\'s]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l framework -d 'The web framework [default: axum]' -r -f -a "axum\t'axum 0.8'
actix-web\t'actix-web 4'
leptos\t'leptos 0.8'
poem\t'poem 3'
rocket\t'Rocket 0.5'
salvo\t'salvo 1'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l template -d 'The kind of project [default: web; in an existing project api]' -r -f -a "web\t'Pages, sign-in and an API'
api\t'An API only'
spa\t'A front end with React and Vite, and an API'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l keys -d 'Where the keys come from [default: local]' -r -f -a "local\t'Made on the spot, for the local emulator; no account needed'
paste\t'Those of your Clerk instance; asked for, or given by the two flags'
env\t'CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY are set; nothing is written'
keyless\t'A temporary application, made by one request to Clerk; you claim it later'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l publishable-key -d 'The publishable key of your Clerk instance' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l secret-key-file -d 'A file that holds the secret key of your Clerk instance; `-` is standard input' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l with -d 'What comes on top' -r -f -a "orgs\t'Organization switcher'
webhooks\t'A webhook route with signature check'
machines\t'Routes for API keys, machines and OAuth clients such as MCP'
ws\t'A page with a WebSocket and an event stream'
db\t'Users in a database: SQLite or Postgres'
docker\t'Dockerfile'
github-actions\t'CI workflow'
e2e\t'Tests in a browser, with Playwright'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l core -d 'Where the auth core comes from: `copy`, `path:DIR`, `git:URL[#REV]` or `version:X` [default: copy]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l package -d 'The package to protect, in a workspace of several' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l bin -d 'The program to protect, in a package of several' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l module -d 'The name of the new module [default: clerk]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l public -d 'Paths that stay open to everybody, such as `/` or `/docs/:path*`, beside those that only machines ask, such as /health; everything else needs a sign-in' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l without-gate -d 'Routes of another server of the app, such as `/metrics`, that are to have no gate: everybody who reaches that server reaches them' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -s y -l yes -d 'Answer every question as Enter would; never overwrites'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l dry-run -d 'Show every file with its contents and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l no-git -d 'Make no git repository'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l allow-dirty -d 'Write even if git does not have every file as it is'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l no-check -d 'Do not ask cargo whether the project compiles, neither before nor after'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -l undo -d 'Put everything back as it was before; a terminal is asked, else this option itself is the yes'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -l dry-run -d 'Show what would change and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -s y -l yes -d 'Write without asking'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and not __fish_seen_subcommand_from page" -a "page" -d 'A page of your own, for people who are signed in'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -l public -d 'Strangers may see it, too'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -l dry-run -d 'Show what would change and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -s y -l yes -d 'Write without asking'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand add; and __fish_seen_subcommand_from page" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -l dry-run -d 'Show what would change and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -s y -l yes -d 'Write without asking'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l state -d 'Keep users and sessions in this file [default: .clerk/emulator-state.jsonl]' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l deterministic -d 'Make the same ids, codes and times in each run, and remember nothing' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l seed -d 'Make the users, organizations and all else in this file, unless that was done before' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l app-port -d 'The port on which the app listens by itself, if it does not take PORT' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l open -d 'Open the app in the browser once it answers'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l watch -d 'Build the app again when its sources change, and reload open pages; the emulator keeps its users'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -l fresh -d 'Forget the users and sessions of before'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand dev" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l port -d 'The port of the Frontend API and of the page for you, on loopback only; 0 takes a free one' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l backend-port -d 'The port of the Backend API [default: the one after --port]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l state -d 'Keep users and sessions in this file [default: .clerk/emulator-state.jsonl]' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l deterministic -d 'Make the same ids, codes and times in each run, and remember nothing' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l seed -d 'Make the users, organizations and all else in this file, unless that was done before' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l webhooks -d 'Tell the app at this address of this machine what happens, as Clerk\'s webhooks do' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l all-interfaces -d 'Listen on all addresses, for a container whose ports are published; whoever reaches it can be anybody'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l fresh -d 'Forget the users and sessions of before'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -l for-tests -d 'Serve tests: keys made for this run, no project, nothing kept, and the end when standard input ends'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -f -a "fetch" -d 'Fetch Clerk\'s browser libraries into the cache that all projects share'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -f -a "clock" -d 'Move the clock of the emulator that runs'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -f -a "export" -d 'Write users and sessions into a file'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -f -a "import" -d 'Take users from a file, or from a real Clerk instance'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and not __fish_seen_subcommand_from fetch clock export import report" -f -a "report" -d 'List what it was asked for that production would refuse'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -l from -d 'Where they are: a folder with the two archives, an archive, or the address of a mirror' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from fetch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -l url -d 'The emulator\'s address [default: that of the project\'s emulator]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from clock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -l url -d 'The emulator\'s address [default: that of the project\'s emulator]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l secret-key-file -d 'The file with that instance\'s secret key (`-` is standard input) [default: CLERK_SECRET_KEY]' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l api-url -d 'Where that instance\'s Backend API is, if not at Clerk' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l url -d 'The emulator\'s address [default: that of the project\'s emulator]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l from-clerk -d 'Take users and organizations from a real Clerk instance, which is only read'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l dry-run -d 'Ask for everything, and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -l url -d 'The emulator\'s address [default: that of the project\'s emulator]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -l clear -d 'Begin anew'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand emulator; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -f -a "decode" -d 'Say what a token is and what it says, without verifying it'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -f -a "verify" -d 'Say whether a token is valid, check by check, and if not why'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and not __fish_seen_subcommand_from decode verify mint" -f -a "mint" -d 'Make a session token for tests, signed with a local key'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l at -d 'The moment to count from: Unix seconds, a date with time, or a span such as -5m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l field -d 'The lines are JSON; the token is in this field: a.b, or /a/b where a name has a dot' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l jobs -d 'How many threads work on it, 32 at most; one for each core by default' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l batch -d 'Read many tokens, one a line, from standard input or @FILE; a line of output for each'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l scan -d 'Pick the JWTs out of any text, such as a log'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -l summary -d 'With --json: the summary as the last document, too'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from decode" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l jwt-key -d 'Verify with this public key: PEM, @FILE, or `-` for standard input' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l jwks -d 'Verify with this key set: a file, or an https address' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l authorized-party -d 'Accept this origin of a front end in `azp`; repeat it for more [default: CLERK_AUTHORIZED_PARTIES]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l audience -d 'Accept this audience in `aud`, which must then be there; repeat it for more' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l issuer -d 'Accept this issuer in `iss`; repeat it for more' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l leeway -d 'How far two clocks may differ: 5s, 500ms, 1m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l at -d 'The moment to verify at: Unix seconds, a date with time, or a span such as -5m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l as -d 'Verify it as this kind of token, whatever it looks like' -r -f -a "session\t'A session token, as routes of an app accept it'
template\t'A token from a JWT template'
handshake\t'A handshake token'
m2m\t'A machine-to-machine token'
oauth\t'An OAuth access token'
id-token\t'An OpenID ID token'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l field -d 'The lines are JSON; the token is in this field: a.b, or /a/b where a name has a dot' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l jobs -d 'How many threads work on it, 32 at most; one for each core by default' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l batch -d 'Read many tokens, one a line, from standard input or @FILE; a line of output for each'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l scan -d 'Pick the JWTs out of any text, such as a log'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -l summary -d 'With --json: the summary as the last document, too'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l user -d 'The user' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l session -d 'The session' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l session-version -d 'The version of the session token' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l org -d 'The active organization' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l org-slug -d 'Its slug' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l role -d 'The user\'s role in it' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l permission -d 'A permission in it, as FEATURE:NAME; repeat it for more' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l feature -d 'A feature, of the organization, or of the user as u:NAME; repeat it for more' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l plan -d 'A plan, in the same way' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l expires-in -d 'How long it lives; it has expired already after a minus' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l at -d 'The moment it is made: Unix seconds, a date with time, or a span such as -5m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l authorized-party -d 'The origin of the front end it is for (`azp`)' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l issuer -d 'The issuer (`iss`) in place of the one of the project\'s publishable key' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l claim -d 'Any claim; it replaces one of the same name. JSON, else a text; repeat it for more' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l key -d 'Sign with the RSA private key in this file (PEM) in place of the emulator\'s' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l kid -d 'The name of the key in the header' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -l pending -d 'The session has a task left to do, so it does not count as signed in'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand token; and __fish_seen_subcommand_from mint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -f -a "check" -d 'Check the publishable key, the secret key and the JWT key, and whether they belong together'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and not __fish_seen_subcommand_from check verify" -f -a "verify" -d 'Ask Clerk whether a machine\'s token is valid: ak_, mt_, oat_ or their JWT forms'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l publishable-key -d 'Check this publishable key in place of the project\'s' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l secret-key-file -d 'Check the secret key in this file (`-` is standard input) in place of the project\'s' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l api-url -d 'Where the Backend API is, in place of CLERK_API_URL' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l timeout -d 'How long all questions together may take' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l online -d 'Ask Clerk too: are the keys accepted, and are they of one instance'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -l secret-key-file -d 'Ask with the secret key in this file (`-` is standard input) in place of CLERK_SECRET_KEY' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -l api-url -d 'Where the Backend API is, in place of CLERK_API_URL' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -l timeout -d 'How long all questions together may take' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand keys; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -f -a "check" -d 'Check names, values, conflicts, and that no secret gets published'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -f -a "list" -d 'List Clerk\'s variables: what each is set to, where, and what wins'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -f -a "set" -d 'Set a variable, or switch the keys, after a check; every other byte of the file stays'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and not __fish_seen_subcommand_from check list set unset" -f -a "unset" -d 'Take a variable out of the files that set it'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from check" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from check" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -l all -d 'List also what is not set, with what each variable is for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l keys -d 'Switch the project\'s keys, and with them the addresses that belong to them' -r -f -a "local\t'Made on the spot, for the local emulator; no account needed'
paste\t'Those of your Clerk instance; asked for, or given by the two flags'
keyless\t'Those of a temporary application, made by one request to Clerk; you claim it later'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l publishable-key -d 'The publishable key, for --keys paste' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l secret-key-file -d 'A file that holds the secret key, for --keys paste; `-` is standard input' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l file -d 'The file to change, and no other' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l dry-run -d 'Show what would change, secrets masked, and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -l file -d 'The file to change, and no other' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -l dry-run -d 'Show what would change, secrets masked, and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand env; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -l bin -d 'The program to read, in a package of several' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -l unprotected -d 'List only what strangers reach, and what could not be read'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand routes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l format -d 'How to write the findings' -r -f -a "text\t'For people'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of a GitHub workflow'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l timeout -d 'How long all questions to Clerk together may take' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l fix -d 'Mend what can be mended without knowing what you mean: shows the changes, asks, writes, and looks again'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -l dry-run -d 'With --fix: show the changes and write nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -s y -l yes -d 'With --fix: write without asking'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and not __fish_seen_subcommand_from explain" -f -a "explain" -d 'Say more of a finding: why it matters, and what to do. Without ID: list all findings'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and __fish_seen_subcommand_from explain" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and __fish_seen_subcommand_from explain" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and __fish_seen_subcommand_from explain" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand doctor; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -f -a "verify" -d 'Say whether a delivery is Clerk\'s and recent, and if not, why'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -f -a "sign" -d 'Print the three headers that a body is delivered with'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and not __fish_seen_subcommand_from verify sign send" -f -a "send" -d 'Send an event to an app on this machine'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l headers -d 'The header lines are in this file' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l body -d 'The body is in this file, byte for byte; `-` reads standard input' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l id -d 'The header svix-id, in place of a saved one' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l timestamp -d 'The header svix-timestamp, likewise' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l signature -d 'The header svix-signature, likewise' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l secret-file -d 'The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for more' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l at -d 'The moment to verify at: Unix seconds, a date with time, or a span such as -5m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -l secret-file -d 'The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for more' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -l id -d 'The id of the message in place of a new one. An app that has seen it takes the delivery for a repeated one' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -l at -d 'The moment it is sent: Unix seconds, a date with time, or a span such as -5m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l to -d 'The app\'s route [default: that of the project, else http://localhost:3000/webhooks/clerk]' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l body -d 'Send what is in this file in place of the sample; `-` is standard input' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l secret-file -d 'The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for more' -r -F
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l id -d 'The id of the message in place of a new one. An app that has seen it takes the delivery for a repeated one' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l at -d 'The moment it is sent: Unix seconds, a date with time, or a span such as -5m' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l timeout -d 'How long the app may take' -r
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l allow-remote -d 'Send to another machine than this one, if --to says so'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l dry-run -d 'Print the body and send nothing'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand webhooks; and __fish_seen_subcommand_from send" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand schema" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand schema" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand schema" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand schema" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand schema" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and not __fish_seen_subcommand_from install" -a "install" -d 'Write the script where the shell looks for it; start-up files stay as they are'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and __fish_seen_subcommand_from install" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and __fish_seen_subcommand_from install" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and __fish_seen_subcommand_from install" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand completions; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand man" -l color -d 'When to colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set: the default'
always\t'Always'
never\t'Never'"
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand man" -l json -d 'Print one JSON document instead of text, also on failure; never asks'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand man" -s q -l quiet -d 'Print errors only, and data that was asked for'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand man" -s v -l verbose -d 'Print every detail'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand man" -l offline -d 'Use no network but this machine\'s own'
complete -c clerk-rs -n "__fish_clerk_rs_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
