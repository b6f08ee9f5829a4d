//! An HTTP/1.1 answer, taken apart.

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The statuses of the answers that came behind it on the same connection.
    pub further: Vec<u16>,
}

impl Answer {
    /// None came, where none need come.
    pub const SILENCE: Self = Self {
        status: 0,
        headers: Vec::new(),
        body: String::new(),
        further: Vec::new(),
    };

    /// Reads the first answer; whatever came behind its head is its body.
    pub fn first_of(bytes: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let statuses = text.match_indices("HTTP/1.").filter_map(|(at, _)| {
            let status = text.get(at + 8..at + 12)?;
            status.strip_prefix(' ')?.parse().ok()
        });
        let (mut answer, rest) = Self::head(bytes)?;
        answer.body = String::from_utf8_lossy(rest).into_owned();
        answer.further = statuses.skip(1).collect();
        Ok(answer)
    }

    /// Reads a whole answer; `head_only` when the request was a HEAD.
    pub fn parse(bytes: &[u8], head_only: bool) -> Result<Self, String> {
        let (mut answer, rest) = Self::head(bytes)?;
        let chunked = answer
            .all("transfer-encoding")
            .any(|value| value.contains("chunked"));
        let body = if chunked && !head_only {
            unchunk(rest)?
        } else {
            rest.to_vec()
        };
        if let (false, Some(length)) = (head_only, answer.all("content-length").next())
            && length.parse() != Ok(body.len())
        {
            return Err(format!(
                "the body has {} bytes, content-length says {length}",
                body.len()
            ));
        }
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Ok(answer)
    }

    fn head(bytes: &[u8]) -> Result<(Self, &[u8]), String> {
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or("the answer's head does not end")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .and_then(|code| code.parse().ok());
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let answer = Self {
            status: status.ok_or("no status line")?,
            headers,
            ..Self::SILENCE
        };
        Ok((answer, &bytes[end + 4..]))
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// Head and beginning of the body, for a failed row.
    pub fn summary(&self) -> String {
        let headers: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("\n    {name}: {value}"))
            .collect();
        let body: String = self.body.chars().take(300).collect();
        format!(
            "got {}{headers}\n    {}",
            self.status,
            body.replace('\n', "\n    ")
        )
    }
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let end = rest
            .windows(2)
            .position(|two| two == b"\r\n")
            .ok_or("a chunk's size does not end")?;
        let size = std::str::from_utf8(&rest[..end])
            .ok()
            .and_then(|text| usize::from_str_radix(text, 16).ok());
        let size = size.ok_or("a chunk without size")?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(body);
        }
        body.extend(rest.get(..size).ok_or("a chunk ends early")?);
        rest = rest.get(size + 2..).ok_or("a chunk ends early")?;
    }
}
