
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'clerk-rs' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'clerk-rs'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'clerk-rs' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make a new web project with sign-in, or protect the one that is there')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Add an extra or a page to a project')
            [CompletionResult]::new('update', 'update', [CompletionResultType]::ParameterValue, 'Bring a project''s copy of the auth core up to date')
            [CompletionResult]::new('dev', 'dev', [CompletionResultType]::ParameterValue, 'Run the project''s app, with a local Clerk beside it if its keys are local')
            [CompletionResult]::new('emulator', 'emulator', [CompletionResultType]::ParameterValue, 'Run the local Clerk alone, for the project''s local keys')
            [CompletionResult]::new('token', 'token', [CompletionResultType]::ParameterValue, 'Say what a token is and whether it is valid; make tokens for tests')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Check the project''s keys, and machine tokens')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'Check, list and change the project''s variables')
            [CompletionResult]::new('routes', 'routes', [CompletionResultType]::ParameterValue, 'List the project''s routes, and what protects each')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at the whole project, and say what is wrong')
            [CompletionResult]::new('webhooks', 'webhooks', [CompletionResultType]::ParameterValue, 'Check, sign and send webhooks')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of a document that --json prints')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell, or install it')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            break
        }
        'clerk-rs;init' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The package''s name [default: the folder''s]')
            [CompletionResult]::new('--framework', '--framework', [CompletionResultType]::ParameterName, 'The web framework [default: axum]')
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'The kind of project [default: web; in an existing project api]')
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Where the keys come from [default: local]')
            [CompletionResult]::new('--publishable-key', '--publishable-key', [CompletionResultType]::ParameterName, 'The publishable key of your Clerk instance')
            [CompletionResult]::new('--secret-key-file', '--secret-key-file', [CompletionResultType]::ParameterName, 'A file that holds the secret key of your Clerk instance; `-` is standard input')
            [CompletionResult]::new('--with', '--with', [CompletionResultType]::ParameterName, 'What comes on top')
            [CompletionResult]::new('--core', '--core', [CompletionResultType]::ParameterName, 'Where the auth core comes from: `copy`, `path:DIR`, `git:URL[#REV]` or `version:X` [default: copy]')
            [CompletionResult]::new('--package', '--package', [CompletionResultType]::ParameterName, 'The package to protect, in a workspace of several')
            [CompletionResult]::new('--bin', '--bin', [CompletionResultType]::ParameterName, 'The program to protect, in a package of several')
            [CompletionResult]::new('--module', '--module', [CompletionResultType]::ParameterName, 'The name of the new module [default: clerk]')
            [CompletionResult]::new('--public', '--public', [CompletionResultType]::ParameterName, 'Paths that stay open to everybody, such as `/` or `/docs/:path*`, beside those that only machines ask, such as /health; everything else needs a sign-in')
            [CompletionResult]::new('--without-gate', '--without-gate', [CompletionResultType]::ParameterName, 'Routes of another server of the app, such as `/metrics`, that are to have no gate: everybody who reaches that server reaches them')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Answer every question as Enter would; never overwrites')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer every question as Enter would; never overwrites')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show every file with its contents and write nothing')
            [CompletionResult]::new('--no-git', '--no-git', [CompletionResultType]::ParameterName, 'Make no git repository')
            [CompletionResult]::new('--allow-dirty', '--allow-dirty', [CompletionResultType]::ParameterName, 'Write even if git does not have every file as it is')
            [CompletionResult]::new('--no-check', '--no-check', [CompletionResultType]::ParameterName, 'Do not ask cargo whether the project compiles, neither before nor after')
            [CompletionResult]::new('--undo', '--undo', [CompletionResultType]::ParameterName, 'Put everything back as it was before; a terminal is asked, else this option itself is the yes')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;add' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change and write nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('page', 'page', [CompletionResultType]::ParameterValue, 'A page of your own, for people who are signed in')
            break
        }
        'clerk-rs;add;page' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--public', '--public', [CompletionResultType]::ParameterName, 'Strangers may see it, too')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change and write nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;update' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change and write nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Write without asking')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;dev' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Keep users and sessions in this file [default: .clerk/emulator-state.jsonl]')
            [CompletionResult]::new('--deterministic', '--deterministic', [CompletionResultType]::ParameterName, 'Make the same ids, codes and times in each run, and remember nothing')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Make the users, organizations and all else in this file, unless that was done before')
            [CompletionResult]::new('--app-port', '--app-port', [CompletionResultType]::ParameterName, 'The port on which the app listens by itself, if it does not take PORT')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--open', '--open', [CompletionResultType]::ParameterName, 'Open the app in the browser once it answers')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Build the app again when its sources change, and reload open pages; the emulator keeps its users')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Forget the users and sessions of before')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;emulator' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port of the Frontend API and of the page for you, on loopback only; 0 takes a free one')
            [CompletionResult]::new('--backend-port', '--backend-port', [CompletionResultType]::ParameterName, 'The port of the Backend API [default: the one after --port]')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Keep users and sessions in this file [default: .clerk/emulator-state.jsonl]')
            [CompletionResult]::new('--deterministic', '--deterministic', [CompletionResultType]::ParameterName, 'Make the same ids, codes and times in each run, and remember nothing')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Make the users, organizations and all else in this file, unless that was done before')
            [CompletionResult]::new('--webhooks', '--webhooks', [CompletionResultType]::ParameterName, 'Tell the app at this address of this machine what happens, as Clerk''s webhooks do')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--all-interfaces', '--all-interfaces', [CompletionResultType]::ParameterName, 'Listen on all addresses, for a container whose ports are published; whoever reaches it can be anybody')
            [CompletionResult]::new('--fresh', '--fresh', [CompletionResultType]::ParameterName, 'Forget the users and sessions of before')
            [CompletionResult]::new('--for-tests', '--for-tests', [CompletionResultType]::ParameterName, 'Serve tests: keys made for this run, no project, nothing kept, and the end when standard input ends')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('fetch', 'fetch', [CompletionResultType]::ParameterValue, 'Fetch Clerk''s browser libraries into the cache that all projects share')
            [CompletionResult]::new('clock', 'clock', [CompletionResultType]::ParameterValue, 'Move the clock of the emulator that runs')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write users and sessions into a file')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take users from a file, or from a real Clerk instance')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'List what it was asked for that production would refuse')
            break
        }
        'clerk-rs;emulator;fetch' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where they are: a folder with the two archives, an archive, or the address of a mirror')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;emulator;clock' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The emulator''s address [default: that of the project''s emulator]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;emulator;export' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The emulator''s address [default: that of the project''s emulator]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;emulator;import' {
            [CompletionResult]::new('--secret-key-file', '--secret-key-file', [CompletionResultType]::ParameterName, 'The file with that instance''s secret key (`-` is standard input) [default: CLERK_SECRET_KEY]')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Where that instance''s Backend API is, if not at Clerk')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The emulator''s address [default: that of the project''s emulator]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--from-clerk', '--from-clerk', [CompletionResultType]::ParameterName, 'Take users and organizations from a real Clerk instance, which is only read')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Ask for everything, and write nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;emulator;report' {
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'The emulator''s address [default: that of the project''s emulator]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--clear', '--clear', [CompletionResultType]::ParameterName, 'Begin anew')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;token' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('decode', 'decode', [CompletionResultType]::ParameterValue, 'Say what a token is and what it says, without verifying it')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Say whether a token is valid, check by check, and if not why')
            [CompletionResult]::new('mint', 'mint', [CompletionResultType]::ParameterValue, 'Make a session token for tests, signed with a local key')
            break
        }
        'clerk-rs;token;decode' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The moment to count from: Unix seconds, a date with time, or a span such as -5m')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'The lines are JSON; the token is in this field: a.b, or /a/b where a name has a dot')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many threads work on it, 32 at most; one for each core by default')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Read many tokens, one a line, from standard input or @FILE; a line of output for each')
            [CompletionResult]::new('--scan', '--scan', [CompletionResultType]::ParameterName, 'Pick the JWTs out of any text, such as a log')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'With --json: the summary as the last document, too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;token;verify' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--jwt-key', '--jwt-key', [CompletionResultType]::ParameterName, 'Verify with this public key: PEM, @FILE, or `-` for standard input')
            [CompletionResult]::new('--jwks', '--jwks', [CompletionResultType]::ParameterName, 'Verify with this key set: a file, or an https address')
            [CompletionResult]::new('--authorized-party', '--authorized-party', [CompletionResultType]::ParameterName, 'Accept this origin of a front end in `azp`; repeat it for more [default: CLERK_AUTHORIZED_PARTIES]')
            [CompletionResult]::new('--audience', '--audience', [CompletionResultType]::ParameterName, 'Accept this audience in `aud`, which must then be there; repeat it for more')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'Accept this issuer in `iss`; repeat it for more')
            [CompletionResult]::new('--leeway', '--leeway', [CompletionResultType]::ParameterName, 'How far two clocks may differ: 5s, 500ms, 1m')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The moment to verify at: Unix seconds, a date with time, or a span such as -5m')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'Verify it as this kind of token, whatever it looks like')
            [CompletionResult]::new('--field', '--field', [CompletionResultType]::ParameterName, 'The lines are JSON; the token is in this field: a.b, or /a/b where a name has a dot')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'How many threads work on it, 32 at most; one for each core by default')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Read many tokens, one a line, from standard input or @FILE; a line of output for each')
            [CompletionResult]::new('--scan', '--scan', [CompletionResultType]::ParameterName, 'Pick the JWTs out of any text, such as a log')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'With --json: the summary as the last document, too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;token;mint' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'The user')
            [CompletionResult]::new('--session', '--session', [CompletionResultType]::ParameterName, 'The session')
            [CompletionResult]::new('--session-version', '--session-version', [CompletionResultType]::ParameterName, 'The version of the session token')
            [CompletionResult]::new('--org', '--org', [CompletionResultType]::ParameterName, 'The active organization')
            [CompletionResult]::new('--org-slug', '--org-slug', [CompletionResultType]::ParameterName, 'Its slug')
            [CompletionResult]::new('--role', '--role', [CompletionResultType]::ParameterName, 'The user''s role in it')
            [CompletionResult]::new('--permission', '--permission', [CompletionResultType]::ParameterName, 'A permission in it, as FEATURE:NAME; repeat it for more')
            [CompletionResult]::new('--feature', '--feature', [CompletionResultType]::ParameterName, 'A feature, of the organization, or of the user as u:NAME; repeat it for more')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'A plan, in the same way')
            [CompletionResult]::new('--expires-in', '--expires-in', [CompletionResultType]::ParameterName, 'How long it lives; it has expired already after a minus')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The moment it is made: Unix seconds, a date with time, or a span such as -5m')
            [CompletionResult]::new('--authorized-party', '--authorized-party', [CompletionResultType]::ParameterName, 'The origin of the front end it is for (`azp`)')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'The issuer (`iss`) in place of the one of the project''s publishable key')
            [CompletionResult]::new('--claim', '--claim', [CompletionResultType]::ParameterName, 'Any claim; it replaces one of the same name. JSON, else a text; repeat it for more')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Sign with the RSA private key in this file (PEM) in place of the emulator''s')
            [CompletionResult]::new('--kid', '--kid', [CompletionResultType]::ParameterName, 'The name of the key in the header')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--pending', '--pending', [CompletionResultType]::ParameterName, 'The session has a task left to do, so it does not count as signed in')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;keys' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check the publishable key, the secret key and the JWT key, and whether they belong together')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Ask Clerk whether a machine''s token is valid: ak_, mt_, oat_ or their JWT forms')
            break
        }
        'clerk-rs;keys;check' {
            [CompletionResult]::new('--publishable-key', '--publishable-key', [CompletionResultType]::ParameterName, 'Check this publishable key in place of the project''s')
            [CompletionResult]::new('--secret-key-file', '--secret-key-file', [CompletionResultType]::ParameterName, 'Check the secret key in this file (`-` is standard input) in place of the project''s')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Where the Backend API is, in place of CLERK_API_URL')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long all questions together may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Ask Clerk too: are the keys accepted, and are they of one instance')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;keys;verify' {
            [CompletionResult]::new('--secret-key-file', '--secret-key-file', [CompletionResultType]::ParameterName, 'Ask with the secret key in this file (`-` is standard input) in place of CLERK_SECRET_KEY')
            [CompletionResult]::new('--api-url', '--api-url', [CompletionResultType]::ParameterName, 'Where the Backend API is, in place of CLERK_API_URL')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long all questions together may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;env' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check names, values, conflicts, and that no secret gets published')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List Clerk''s variables: what each is set to, where, and what wins')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a variable, or switch the keys, after a check; every other byte of the file stays')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Take a variable out of the files that set it')
            break
        }
        'clerk-rs;env;check' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;env;list' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'List also what is not set, with what each variable is for')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;env;set' {
            [CompletionResult]::new('--keys', '--keys', [CompletionResultType]::ParameterName, 'Switch the project''s keys, and with them the addresses that belong to them')
            [CompletionResult]::new('--publishable-key', '--publishable-key', [CompletionResultType]::ParameterName, 'The publishable key, for --keys paste')
            [CompletionResult]::new('--secret-key-file', '--secret-key-file', [CompletionResultType]::ParameterName, 'A file that holds the secret key, for --keys paste; `-` is standard input')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The file to change, and no other')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, secrets masked, and write nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;env;unset' {
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'The file to change, and no other')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, secrets masked, and write nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;routes' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--bin', '--bin', [CompletionResultType]::ParameterName, 'The program to read, in a package of several')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--unprotected', '--unprotected', [CompletionResultType]::ParameterName, 'List only what strangers reach, and what could not be read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;doctor' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to write the findings')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long all questions to Clerk together may take')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend what can be mended without knowing what you mean: shows the changes, asks, writes, and looks again')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'With --fix: show the changes and write nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'With --fix: write without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'With --fix: write without asking')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Say more of a finding: why it matters, and what to do. Without ID: list all findings')
            break
        }
        'clerk-rs;doctor;explain' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;webhooks' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Say whether a delivery is Clerk''s and recent, and if not, why')
            [CompletionResult]::new('sign', 'sign', [CompletionResultType]::ParameterValue, 'Print the three headers that a body is delivered with')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Send an event to an app on this machine')
            break
        }
        'clerk-rs;webhooks;verify' {
            [CompletionResult]::new('--headers', '--headers', [CompletionResultType]::ParameterName, 'The header lines are in this file')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'The body is in this file, byte for byte; `-` reads standard input')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The header svix-id, in place of a saved one')
            [CompletionResult]::new('--timestamp', '--timestamp', [CompletionResultType]::ParameterName, 'The header svix-timestamp, likewise')
            [CompletionResult]::new('--signature', '--signature', [CompletionResultType]::ParameterName, 'The header svix-signature, likewise')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for more')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The moment to verify at: Unix seconds, a date with time, or a span such as -5m')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;webhooks;sign' {
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for more')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The id of the message in place of a new one. An app that has seen it takes the delivery for a repeated one')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The moment it is sent: Unix seconds, a date with time, or a span such as -5m')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;webhooks;send' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The app''s route [default: that of the project, else http://localhost:3000/webhooks/clerk]')
            [CompletionResult]::new('--body', '--body', [CompletionResultType]::ParameterName, 'Send what is in this file in place of the sample; `-` is standard input')
            [CompletionResult]::new('--secret-file', '--secret-file', [CompletionResultType]::ParameterName, 'The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for more')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The id of the message in place of a new one. An app that has seen it takes the delivery for a repeated one')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The moment it is sent: Unix seconds, a date with time, or a span such as -5m')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the app may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--allow-remote', '--allow-remote', [CompletionResultType]::ParameterName, 'Send to another machine than this one, if --to says so')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the body and send nothing')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Write the script where the shell looks for it; start-up files stay as they are')
            break
        }
        'clerk-rs;completions;install' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'clerk-rs;man' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON document instead of text, also on failure; never asks')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only, and data that was asked for')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every detail')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Use no network but this machine''s own')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
