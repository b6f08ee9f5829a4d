//! Asks another program, and waits for its answer no longer than a limit, or until we are asked to end.

use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::lock::Stop;

const MOST_BYTES: u64 = 8 << 20;
/// Between the end of its output and its own, a program needs microseconds.
const GRACE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(1);
/// Whoever presses Ctrl-C waits no longer than this, and cargo has the time to put its files in order.
const LONG_PAUSE: Duration = Duration::from_millis(30);
const FAREWELL: Duration = Duration::from_secs(3);

/// The program's output for this input, or `None` if the limit passes first. Then the program is ended, with all that
/// it started.
pub fn answer(mut command: Command, input: &[u8], limit: Duration) -> io::Result<Option<Output>> {
    command.stdin(Stdio::piped());
    let mut child = start(command)?;
    // All three at once: waiting for one while the child waits for another would never end. Nobody waits for the
    // threads, because a stray grandchild may keep a pipe open.
    let stdout = gather(child.stdout.take());
    let stderr = gather(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        thread::spawn(move || stdin.write_all(&input));
    }
    let said = stdout
        .recv_timeout(limit)
        .and_then(|stdout| Ok((stdout, stderr.recv_timeout(GRACE)?)));
    let status = match said {
        Ok(_) | Err(RecvTimeoutError::Disconnected) => wait(&mut child)?,
        Err(RecvTimeoutError::Timeout) => None,
    };
    let Some(status) = status else {
        end(&mut child)?;
        return Ok(None);
    };
    let (stdout, stderr) = said.unwrap_or_default();
    Ok(Some(Output {
        status,
        stdout,
        stderr,
    }))
}

/// The output of a program that may take its time, or `None` if we were asked to end first. Then it is asked in its turn, and
/// ended if it does not obey.
///
/// # Errors
/// It could not be started.
pub fn until(mut command: Command, stop: &Stop<'_>) -> io::Result<Option<Output>> {
    command.stdin(Stdio::null());
    let mut child = start(command)?;
    let stdout = gather(child.stdout.take());
    let stderr = gather(child.stderr.take());
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if stop() {
            ask(&child);
            for _ in 0..FAREWELL.as_millis() / LONG_PAUSE.as_millis() {
                if child.try_wait()?.is_some() {
                    break;
                }
                thread::sleep(LONG_PAUSE);
            }
            // Also what it started and did not take along.
            end(&mut child)?;
            return Ok(None);
        }
        thread::sleep(LONG_PAUSE);
    };
    Ok(Some(Output {
        status,
        stdout: stdout.recv_timeout(GRACE).unwrap_or_default(),
        stderr: stderr.recv_timeout(GRACE).unwrap_or_default(),
    }))
}

/// In a group of its own, so that a script's children can be ended along with it.
fn start(mut command: Command) -> io::Result<Child> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// Reads a reasonable amount; the child ends by itself when nobody reads on.
fn gather(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let _ = pipe.take(MOST_BYTES).read_to_end(&mut bytes);
        }
        // Nobody listens any more once the limit has passed.
        let _ = sender.send(bytes);
    });
    receiver
}

fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    for _ in 0..GRACE.as_millis() / PAUSE.as_millis() {
        match child.try_wait()? {
            None => thread::sleep(PAUSE),
            ended => return Ok(ended),
        }
    }
    Ok(None)
}

/// Asks it to end, as Ctrl-C would.
fn ask(child: &Child) {
    #[cfg(unix)]
    signal(child, rustix::process::Signal::INT);
    #[cfg(not(unix))]
    let _ = child;
}

fn end(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    signal(child, rustix::process::Signal::KILL);
    child.kill()?;
    child.wait().map(drop)
}

#[cfg(unix)]
fn signal(child: &Child, signal: rustix::process::Signal) {
    use rustix::process::{Pid, kill_process_group};
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(unix)]
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_answers_is_heard_with_its_exit_code() {
        let long = "x".repeat(300_000);
        let output = answer(
            shell("cat; echo no >&2; exit 3"),
            long.as_bytes(),
            Duration::from_secs(60),
        );
        let output = output.unwrap().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(output.stdout, long.as_bytes());
        assert_eq!(output.stderr, b"no\n");
    }

    #[test]
    fn one_that_hangs_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("child");
        let script = format!("sleep 600 & echo $! > {}; wait", file.display());
        let said = answer(shell(&script), b"", Duration::from_millis(300)).unwrap();
        assert!(said.is_none());
        let id = std::fs::read_to_string(file).unwrap();
        let id = rustix::process::Pid::from_raw(id.trim().parse().unwrap()).unwrap();
        let is_alive = || {
            // A dead one that nobody has looked at yet still has its number.
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
            let is_dead = stat.is_ok_and(|stat| stat.contains(") Z "));
            !is_dead && rustix::process::test_kill_process(id).is_ok()
        };
        while is_alive() {
            thread::yield_now();
        }
    }

    #[test]
    fn one_that_may_take_its_time_is_asked_to_end_when_we_are() {
        let said = until(shell("echo yes; exit 4"), &|| false)
            .unwrap()
            .unwrap();
        assert_eq!(
            (said.status.code(), &*said.stdout),
            (Some(4), &b"yes\n"[..])
        );
        let folder = tempfile::tempdir().unwrap();
        let [ready, asked] = ["ready", "asked"].map(|name| folder.path().join(name));
        // A shell waits for its child before it looks at a signal, so the child is in the background.
        let script = format!(
            "trap 'echo > {}; exit 1' INT; echo > {}; sleep 600 & wait",
            asked.display(),
            ready.display()
        );
        let stop = || ready.exists();
        assert!(until(shell(&script), &stop).unwrap().is_none());
        assert!(asked.exists());
    }

    #[test]
    fn one_that_closes_its_output_and_stays_is_ended_as_well() {
        let said = answer(
            shell("exec >&- 2>&-; sleep 600"),
            b"",
            Duration::from_millis(50),
        );
        assert!(said.unwrap().is_none());
    }
}
