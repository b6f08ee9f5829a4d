//! The recipe of `docs/batch.md`, where GNU parallel is installed.

use super::{decode, fed, user};
use crate::support::Sandbox;

#[test]
fn pieces_of_a_file_say_what_the_whole_says() {
    let sandbox = Sandbox::new();
    let input: String = (0..3000).map(|number| user(number) + "\n").collect();
    let script = "command -v parallel >/dev/null || exit 77
parallel --will-cite --pipe --keep-order --block 50k \"$1\" token decode --batch --jobs 1 --quiet";
    let mut command = sandbox.cli("").with_programs().command();
    let program = command.get_program().to_owned();
    command = {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", script, "sh"]).arg(program);
        shell.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        shell
    };
    let pipe = std::process::Stdio::piped;
    let child = command
        .stdin(pipe())
        .stdout(pipe())
        .stderr(pipe())
        .spawn()
        .unwrap();
    let output = fed(child, input.as_bytes());
    if output.status.code() == Some(77) {
        println!("not tried: GNU parallel is not installed");
        return;
    }
    // All but the line numbers, which are those of the piece.
    let columns = |said: &str| -> Vec<String> {
        let lines = said.lines();
        lines
            .map(|line| line.splitn(4, '\t').nth(3).unwrap().to_owned())
            .collect()
    };
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let pieces = String::from_utf8(output.stdout).unwrap();
    assert!(pieces.matches("\t1\tuser_").count() > 1, "it was one piece");
    assert_eq!(columns(&pieces), columns(&decode("", 0, &input)));
}
