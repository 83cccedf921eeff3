"""What the most common long passwords are made of.

With twelve characters or more, what people choose too often are common words, repeated or followed by
digits, and walks along a keyboard. Listed are the words, so that `Password2026!` is recognised too.
"""

_WORDS = """
password passwort passw0rd passcode passphrase letmein welcome hello admin administrator root user
login signin signpost secret changeme default guest test testing temp temporary qwerty azerty qwertz
asdf zxcv iloveyou iloveu loveyou lovely love forever princess prince sunshine rainbow butterfly
flower angel baby babygirl babyboy chocolate cookie pumpkin monkey dragon tiger lion panther eagle
shadow master superman batman spiderman ironman pokemon pikachu naruto minecraft fortnite roblox
football baseball basketball hockey soccer cricket rugby liverpool arsenal chelsea manchester united
city everton tottenham celtic rangers barcelona realmadrid ronaldo messi england scotland britain
london glasgow dundee newcastle summer winter autumn spring january february march april june july
august september october november december monday tuesday wednesday thursday friday saturday sunday
christmas birthday jesus christ whatever trustno nothing computer internet google facebook instagram
snapchat tiktok youtube whatsapp samsung iphone apple android windows microsoft school college
university student teacher mentor mentee mentoring coordinator michael jessica ashley daniel thomas
charlie jordan george andrew joshua matthew hannah sophie emily jennifer michelle nicole samantha
elizabeth harley mustang ferrari mercedes killer ninja hunter freedom starwars matrix access abc
correct horse battery staple the my is you me and
"""

COMMON_WORDS = tuple(sorted(_WORDS.split(), key=len, reverse=True))
"""Longest first, so that a word is taken whole."""

_ONE_WAY = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmik",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    '!"£$%^&*()',
    "!@#$%^&*()",
)
RUNS = (*_ONE_WAY, *(run[::-1] for run in _ONE_WAY))
"""What fingers walk along, both ways."""
