//! The two keys of [`TestKeys`](super::TestKeys). They are written down because `ring` cannot make keys. Everybody can
//! read them, so a token that they signed proves nothing.

/// A private key, PKCS#1 in base64, and its public half.
pub(super) struct Pair {
    pub private: &'static str,
    pub public: &'static str,
}

pub(super) const PRODUCTION: Pair = Pair {
    private: "\
        MIIEowIBAAKCAQEAsZM2zx+ZXClUI60l+Du/ces0Cx3ynZWWqdohtYpYhfEfsKigRYnt84LNNADaOjH3Pl54RkAUgSIEw3fiWJFe\
        IN8RfhW8ch+MmlP+/g2CsfLcrA+jqNtlKB3flRhinsPH8RsyAUM4bq/KFN9sak4rmJOIhE0c8J1N6qIPPuvX2OZloLZFOsTZpfwP\
        VlXWOeoziE2+9R14pURYA591alj8xigJCg5PlN3hb+jOxg0H3BDDwBebVdvE0mR0SR9+WN21qg6DDjxzfZ03WJ4Stpb0lJd2Pawr\
        7jwM7SyrT9HgIboijgPT7U8sJM9nzc02ssL69j5vDkDGFpr9r5Zr9iFxOQIDAQABAoIBAAX3DYTIqXSsmLx4EQn1K9muTnm/IErF\
        3yFGiBJamt2o+2kKSRP87abb8nu4OZxx2D3am4y0k1vBIkrUqKBUBcbx51sGbOWihK0cfDjZiFXk9B+9iMBf2laOJlgSUSHHLty9\
        DqF3OhqRwiaQWMp7ZMCD2Dalhn7YsejbV8rDzmTlThqHRPV04w+fwsYiLdse//FQFkee3yy7xWlFDWANzNLri5crztw+eqHHKKgI\
        EomqPsfpzH2Wyd6fNU0Xtg/Q9Yd3qxYRwM1X+7T46FZRWwrYpMIuNE9wVd4NYrF2kbbyy7V54qj5Q3j9BgVyOttWQz4z72VUEFpJ\
        T7kSuvLfRsECgYEA1lixwAFtXtH04jAmLQfYBOxS7ZCH7YdaKVVFrq8kMtWX5SLSCghVPsQOo01A38ekihpDjoUL/3FGCyUzFK3E\
        8PpXlRN6l/kdrrA4yxBYBFUdSfbFT9DiTcYcPtSMocmJfHh4mdU/bkt1aUahgF08HBixZdtVgsV3kyOLSLG+VtECgYEA1BU3VpFU\
        KeSeiEUucO/sCIxHJdluq4xGYQcFkc8+r+yux6ojykgPmQxGupiEOgSiIRfk3US28vkmysjBT7vW2mHH9YKnedPUPbe7WjqLS5+9\
        Mt4TZdY5yoDdScnKQI1Fy1JZf+GIc3S1N9wWVr2WYp6e0OL6asE3pgo3rBBS3ekCgYBhLuGYno0KGsOe8hm8/Ptyb/vBfnBCv8Wf\
        S+xGIV6WNcWivEDjD5gm1xmT7OjnDUuK2hGbQrOH48HQN9OLIqZSZA7lpmlFEkvk8j0txIFDpZub92jKoXiZrqML0a7Zg9j0OGLl\
        zIvv5AKd8soyuxMP4ho8hk+k9QccDVePZBdaoQKBgQDPtf++vxMI/KnvmKIFZlVrgcfk3/Et/nKncLMZvToOHuaHErF+2di88nML\
        KXjHQeZwNvClbTko+q/th3Uc3EFvHLk0UMQp4zdJQvsxQYlPhaFNgobJBGkRVehk7kcxtasXmQ2i24ZCXZlmnh0a0w/IgsXUm5ja\
        mWYhLnyb/ljKkQKBgDoVXB7gEcSAYMeE2+71Iv7QhQC9WpB/x4JahFz7JzqmnSX/r9wz/hbunsM+lGF069zrbYtODtB2ef4Kt/Hk\
        yWsRm+7x5Xg4Q9CdrLgFkUL4HWC7WBN0o+ZUAiCFcev6n3kve3Xff+U6V9oaBGQk2JqMEXb3i7mCn3523f0Theg9",
    public: "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsZM2zx+ZXClUI60l+Du/
ces0Cx3ynZWWqdohtYpYhfEfsKigRYnt84LNNADaOjH3Pl54RkAUgSIEw3fiWJFe
IN8RfhW8ch+MmlP+/g2CsfLcrA+jqNtlKB3flRhinsPH8RsyAUM4bq/KFN9sak4r
mJOIhE0c8J1N6qIPPuvX2OZloLZFOsTZpfwPVlXWOeoziE2+9R14pURYA591alj8
xigJCg5PlN3hb+jOxg0H3BDDwBebVdvE0mR0SR9+WN21qg6DDjxzfZ03WJ4Stpb0
lJd2Pawr7jwM7SyrT9HgIboijgPT7U8sJM9nzc02ssL69j5vDkDGFpr9r5Zr9iFx
OQIDAQAB
-----END PUBLIC KEY-----
",
};

pub(super) const DEVELOPMENT: Pair = Pair {
    private: "\
        MIIEpAIBAAKCAQEA76N+HsteQ+LlDJpUtCOWJuKaO6j1sAnzkzOeEJCoU+3TYzY4RRRfUdCrFE+v1WmWXxmwcrFxfQbhMNX9CsJh\
        AmhbaQrNyywmChEFpyWOaBJosFa4EL/+DzHltwRWjOXFJxaQrOOJA4I86JuiWFgfjta/KvAH87pJw8jYrqPXxG+aV7+CHXab0/+n\
        wortdVKS75W+OcD/xYZ+lPf8eVZL4mVjixgQoEIqjcFLxYVFyPXTIwLvO8IU04EKBIAwkXPBD/gWlDhHJfLo8W1rjUShvl1UfGI8\
        fFHK54QXrntHRTlfcQ6HBWhcZMjbGuT7NOZQSoANygTZo7YD+UbHSfx6DwIDAQABAoIBAAKkaD3Jew0ykXLCU0OQaBWe4AASZj5K\
        2pjf5wYPVXVl2Bo68DaxLJyuH7f5acEa1e6cgOaMcFAZmFGkIMZSmFehDbwqkCEfKBg3HqHWKl8y/MNQLkPF0I5Ou+9428XX7rf2\
        Nrta37LeZ7+E0vueyFJLdqlWVjAb+LfXUHq0eCrEe5YuPHCYrh4wgEqhTvDY8DVhsZ7cdaRFi6DodFFL/LDM+lRZyOUuDxgcuglb\
        ioncdALbWLjYBcA9dsDkiey6Zuto0WAaIPakT81BwvhAYUTOdDCWCRDK/HPt8dr4yKqfkve9wpcSGkU4n1/QT+iT0YMsi23ggOf+\
        p5i7hW6faFECgYEA+zDLKkqCIYqP64tTRSR3crODWBLnypgUE2eiEd2MeBEY0yZltNbrUUFz5Z+dvAZclaXYeuHm2s9rUVaX1qWO\
        36Odkk/mH9dMGamrirworXhQ5Ip89Yt0CFqNc4U1QmzCmGL75nVifEY9FMjRVAIXoACPX+XtifwZMxq2tvTdQXkCgYEA9DoTy6kt\
        wlJtptd99MjJLgJJ4L9M8uGi60OyTXgKT2S5fkebB+gJKku6ZH0QdVpfm/iKL/qlhSvUUwR1xasoh8mM5m4Eizk6CAvlytjZqXSO\
        mYXVGpNRqbXZB3V/9wa302ntPWzYjImBJeQ4dF0QIIa2t/HcXZQSA3buPjIa/ccCgYAtjYq6j6qLxKIW+DxQpK1Yyr8+AKeycOPr\
        JPcaQFBSEd+royH8qqEgKjuHX+vuBkVSCjJ5DnCcK9Nte8OrdHi1i+lueDjme1fcq41lanwCAXjCCW9h5DlVrn5KfdTLyAd+NS0z\
        fQQwP1iiZUy47Gw2YwOdQ4hRZrt3LhgGk99wGQKBgQDico80QTM6gG9HSXtyYlGXJWwWxYm1kl0bQvOqPOliYARWAFLQ6+bDnt++\
        mO+PwDHyTmrivcaHSfJe3z3MAD1eWhUY+12fMXqLR2zTvmljY71sv9iuAXawovoOnnX+N+5uSkM8txW6iSyEU628xyVS41W8DLfE\
        1Kw3JikU5iR8tQKBgQDBiYupTjVo+/UT8zoLp02kgh8COsF25brVeDBEL4mMz9wuuG+ULjC9UsIvuJ68Ozp5oiCVaxf2Q2XhVC93\
        KtxcKSS+0dJyPVj6W9qEmlCAJ540A+1ttp1IXdmRqrsmwOrw0U648aFKhsnU+xVoXmSeEIaO+cvlsviCJeIc5KJpgg==",
    public: "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA76N+HsteQ+LlDJpUtCOW
JuKaO6j1sAnzkzOeEJCoU+3TYzY4RRRfUdCrFE+v1WmWXxmwcrFxfQbhMNX9CsJh
AmhbaQrNyywmChEFpyWOaBJosFa4EL/+DzHltwRWjOXFJxaQrOOJA4I86JuiWFgf
jta/KvAH87pJw8jYrqPXxG+aV7+CHXab0/+nwortdVKS75W+OcD/xYZ+lPf8eVZL
4mVjixgQoEIqjcFLxYVFyPXTIwLvO8IU04EKBIAwkXPBD/gWlDhHJfLo8W1rjUSh
vl1UfGI8fFHK54QXrntHRTlfcQ6HBWhcZMjbGuT7NOZQSoANygTZo7YD+UbHSfx6
DwIDAQAB
-----END PUBLIC KEY-----
",
};
