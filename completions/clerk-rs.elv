
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
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand init 'Make a new web project with sign-in, protected pages and an API'
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
            cand -y 'Answer every question as Enter would; never overwrites'
            cand --yes 'Answer every question as Enter would; never overwrites'
            cand --dry-run 'Show every file with its contents and write nothing'
            cand --no-git 'Make no git repository'
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
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
