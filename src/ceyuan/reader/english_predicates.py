"""What the words around a quantity in English say of it: the size of a rise or decline, a part of a whole, or a level."""

from __future__ import annotations

import re
from functools import cache

from ceyuan.reader.lexicon import any_of, table, words
from ceyuan.reader.predicates import LEVEL, SHARE, Move, Predicate

SOMEWHAT = (
    r"(?:(?:about|around|some|nearly|almost|over|approximately|roughly|only|just|barely|under|up to|at least"
    r"|(?:more|less|fewer|greater) than|well over|well under|another|a further|further|mere|an? [a-z]+|a"
    r"|(?:nearer|closer)(?: to)?|in the (?:region|order) of) )*"
)
"""What may stand between a word that governs a number and the number."""


@cache
def nouns(name: str) -> str:
    """A pattern of the nouns (or adjectives) of one class of ``[kinds]`` in ``data/english.toml``."""
    return any_of(words(table("english")["kinds"][name]))


@cache
def measures() -> str:
    """A pattern of nouns that name a measure of its own, whose percentages are levels: rate, margin, occupancy."""
    return rf"(?:{nouns('measures')}|\w+-to-\w+)"


@cache
def _verb() -> re.Pattern[str]:
    verbs = table("english")["verbs"]
    up, down, share = (
        any_of(w.replace("-", " ") for w in words(verbs[name])) for name in ("up", "down", "share")
    )
    filler = (
        r"(?:by|of|about|nearly|almost|around|approximately|roughly|over|more|than|an?|net|another|just|under|close|least|most"
        r"|some|between|a further|further|only|to|from|was|is|were|at|rate|the|average|annual|compound|year-on-year|[a-z]+ly)"
    )
    return re.compile(
        rf"(?i:(?<!set )(?<!setting )(?<!per )\b(?:(?P<up>(?!upwards of){up})"
        rf"|(?P<down>{down}|(?:was|were|is|are|closed|ended|finished) off)"
        rf"|(?P<share>{share}))(?P<tail>(?: {filler}| for)*) ?$)"
    )


# Growth of exports reached 9.8%: a noun that names a move, what it is of, and a verb of state
_STATE = (
    r"(?:was|were|is|are|be|been|reach(?:ed|es|ing)|averag(?:ed|es|ing)|hit|touched|exceed(?:ed|s|ing)|surpassed"
    r"|(?:stood|stands|remained|held|ran|running|settled|came in) at|(?:amounted|came|comes) to"
    r"|(?:slow|accelerat|eas|cool|quicken|moderat|recover|ros|f[ea]ll|dropp|dipp|pick|climb|sank|weaken)(?:e|ed|en|ing)?"
    r"(?: up| down| back)? to|at|of)"
)


@cache
def _nominal() -> re.Pattern[str]:
    return re.compile(
        rf"(?i:(?<!to )(?<!of )(?<!for )(?<!in )\b(?:(?P<up>{nouns('up')})|(?P<down>{nouns('down')}))(?: rates?)?"
        r"(?: (?:this|last|next) (?:year|quarter|month)| so far)?"
        r"(?: (?:of|in|for|among|at|between|from|over|since) (?:(?!was\b|were\b|is\b|are\b)[^\s.;,()%]+ ){0,9}?(?<= )| )"
        rf"(?:(?:has|have|had|will|would|could|may|might|to) )?{_STATE} {SOMEWHAT}"
        rf"|\b(?:taking|bringing|lifting|pushing) (?:the|its|their) (?:[a-z-]+ )?(?P<on>{nouns('up')})\b[^.;,\d]{{0,30}} to )$"
    )


# a 12% increase, an 11.8% organic rise
_ADJECTIVES = (
    r"(?:(?!(?:of|in|to|for|from|on|by|and|or|with|at|as|than|per|share|stake)\b)[a-z-]+ ){0,2}"
)
_DETERMINED = re.compile(
    r"(?i:(?:\b(?:an?|the|its|their|our|this|that|another|further|record|sharp|by|after|following|followed by|with|from"
    r"|was|were|is|despite|about|around|nearly|almost|over|some|to|and|of|estimated|expected|forecast|projected"
    r"|modest|steep|slight|big|small|strong|annual|average)|^|,) ?)$"
)


@cache
def _named_behind() -> re.Pattern[str]:
    return re.compile(
        rf" {_ADJECTIVES}(?:(?P<up>{nouns('up')})|(?P<down>{nouns('down')})|(?P<share>{nouns('shares')}|interest(?= in\b))"
        rf"|(?P<measure>{measures()}))\b(?!-)"
    )


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(
        r"(?i: (?:year-on-year |annual |real |further )?(?:(?P<up>increase|growth|rise"
        r"|jump|surge|leap|higher(?! education)|more than|gain(?! on\b))"
        r"|(?P<down>decrease|plunge|slump|decline|drop|fall|lower|fewer|reduction"
        r"|less than(?! a (?:third|half|quarter|tenth))))\b"
        r"| (?:(?P<on>up)|down) (?:on\b|from (?![^.,;]{0,9}\d)))"
    )


@cache
def _larger() -> re.Pattern[str]:
    return re.compile(
        rf" (?:[a-z]+ly )?(?:(?P<up>{nouns('larger')}|more)|(?:{nouns('smaller')}|fewer|less))\b(?! or\b| education\b| than half)"
    )


# 7.2 percent more year-on-year; profit was 5% down
_MORE_AFTER = re.compile(
    r" (?:(?P<up>more|up)|fewer|less|down)(?=[.,;)]|$| (?:year-on-year|on-year|in|year|at|and|but|while)\b)"
)
# $31.9 million above budget
_PLANNED = r"(?:the |its |their |our )?(?:[a-z]+ ){0,2}(?:budget|target|plan|forecast|estimate|allocation)\b"
_BESIDE_PLAN = re.compile(
    rf" (?:(?P<up>above|over|ahead of|in excess of)|below|under|behind|short of) {_PLANNED}"
)
# 3.4 points below the average; with anything else that is counted it would be a threshold
_BESIDE_AFTER = re.compile(
    r"(?i: (?:(?P<up>above|ahead of)|(?P<down>below|behind|off(?= (?:its|their)\b))) (?=[a-z]|(?:19|20)\d\d\b))"
)
_RATES = ("%", "‰")


def _move(match: re.Match[str]) -> Move:
    """The direction that a pattern of moves found; its groups of rises are ``up`` and ``on``."""
    return "up" if match.lastgroup in ("up", "on") else "down"


def _moved_behind(before: str, after: str, unit: str) -> Move | None:
    """The move whose size a quantity is by the words behind it: 3% higher than, £86 million up on 2022."""
    patterns = [_behind(), _BESIDE_PLAN]
    if unit in _RATES:
        patterns.append(_larger())
    if unit in (*_RATES, "个百分点"):
        patterns += [_MORE_AFTER, _BESIDE_AFTER]
    for pattern in patterns:
        if right := pattern.match(after):
            return _move(right)
    named = _noun_behind(before, after)
    moves = unit in _RATES and named is not None and named.lastgroup in ("up", "down")
    return _move(named) if named and moves else None


def _noun_behind(before: str, after: str) -> re.Match[str] | None:
    """The noun that a percentage stands before, with an article: a 12% increase, its 30% stake, a 7% margin."""
    return _named_behind().match(after) if _DETERMINED.search(before) else None


_REMARK = re.compile(r"^ ?\([^()]{1,40}\)")
_THEN_BY = re.compile(
    r"\b(?P<verb>rose|risen|rise|grew|grown|grow|increased?|expand|climb(?:ed)?|gain(?:ed)?|fell|fallen|fall|declined?"
    r"|decreased?|drop(?:ped)?|shrank|shrink|contract(?:ed)?|slipped) "
    r"(?:[^;.]|\.\d)*(?:[,:] |\band (?:(?:the|its|their) [a-z ]{2,30} )?)by (?:about |some |nearly |over |around |almost )?$"
)
_AND_BY = re.compile(
    r"\b(?P<verb>[a-z]+) (?:to|from)\b[^;]*(?:,|\band)\s+(?:and )?(?:thus |so )?by (?:about |some |nearly |over )?$"
)
# plans to raise its budget by 19.3 percent
_MOVED_SOMETHING = re.compile(
    r"(?i:\b(?:(?P<up>rais(?:e[sd]?|ing)|increas(?:e[sd]?|ing)|boost(?:ed|ing|s)?|lift(?:ed|ing|s)?|expand(?:ed|ing|s)?"
    r"|exceed(?:ed|s|ing)?|outstripp?(?:ed|s|ing)?|surpass(?:ed|es|ing)?|overran|overshot"
    r"|beat(?:s|ing)?|br[eo]ak(?:s|ing)?|broke)"
    r"|(?:cut(?:ting|s)?|reduc(?:e[sd]?|ing)|lower(?:ed|ing|s)?|trim(?:med|ming|s)?"
    r"|slash(?:ed|ing|es)?|shorten(?:ed|ing|s)?|scal(?:ed|ing|es?) back|undershot))"
    r"(?: (?:[^.;:\d]|(?:19|20)\d\d\b){2,60}?)? by (?:(?:about|around|some|nearly|over|almost|up to|more than|at least) )?)$"
)
# equal to 2.6% of sales: measured by them, no part of them
_MEASURED_BY = re.compile(
    r"\b(?:(?:equal|equivalent|equating|equates|amounting|amounts|corresponding|corresponds|corresponded) to"
    r"|equall?ed|equals) (?:about |around |some |nearly |over |almost |just )?$"
)


_MEASURED = Predicate(level=True)


def english_predicate(before: str, after: str, unit: str = "") -> Predicate:
    """The predicate of a quantity in English text, from the words on both sides and, where it is known, its unit.

    >>> english_predicate("exports fell by ", " in 2023").move, english_predicate("share rose to ", "").move
    ('down', None)
    """
    after = _REMARK.sub("", after.removeprefix(")"))
    if _MEASURED_BY.search(before):
        return _MEASURED
    if then := _THEN_BY.search(before):
        # fell for a second year, by 2%
        return english_predicate(f"{then['verb']} by ", after, unit)
    if coordinate := _AND_BY.search(before):
        # rose to 5 billion, and by 8.9%
        return english_predicate(f"{coordinate['verb']} by ", after, unit)
    if (move := _moved_behind(before, after, unit)) is not None:
        return Predicate(move)
    if verb := _MOVED_SOMETHING.search(before):
        return Predicate("up" if verb["up"] else "down")
    return _governed(before, after, unit)


_REACHED = re.compile(r"\b(?:to|from)\b")
# closed higher at £12.40
_HIGHER_AT = re.compile(rf"\b(?:higher|lower|up|down) at {SOMEWHAT}$")
# made up, taken up, adds up: the verb moves nothing
_PARTICLE = re.compile(
    r"\b(?:eat(?:s|en|ing)?|ate|t[ao]k(?:es?|en|ing)|took|us(?:es?|ed|ing)|soak(?:s|ed)?|swallow(?:s|ed)?|buy(?:s|ing)?|bought"
    r"|snap(?:s|ped)?|free[sd]?|fill(?:s|ed)?|ends?|ended|sums?|summed|adds?|added|signs?|signed|sets?|setting|g[ai]ve[sn]?) up$"
)


def _governed(before: str, after: str, unit: str) -> Predicate:
    """What the verb before a quantity says, or the noun that the verb is of; else what the words around say of a part."""
    found = _verb().search(before)
    if found and not _PARTICLE.search(before, 0, found.start("tail")):
        if found["share"]:
            return SHARE
        if not _REACHED.search(found["tail"]) and not _HIGHER_AT.search(before):
            return Predicate("up" if found["up"] else "down")
    if unit in _RATES and (named := _nominal().search(before)):
        return Predicate(_move(named))
    return _of_what(before, after)


def _of_what(before: str, after: str) -> Predicate:
    """What a quantity that no verb moves is by what stands around it: a part of a whole, a measure of its own."""
    if _OF_OUTPUT.match(after):
        return SHARE if _TOOK.search(before) else _MEASURED
    named = _noun_behind(before, after)
    if named and named.lastgroup == "measure":
        return _MEASURED
    if (named and named.lastgroup == "share") or _is_part(before, after):
        return SHARE
    return LEVEL


# 37% went to visa holders, 22% are led by women: a rate of which something is told is a part of what was named
_TOLD_OF = re.compile(
    r" (?:are|were|is|was|went|go(?:es)?|had|have|has|held|holds?|came|comes?|did|do|said|say|reported|took|takes?|lies?|lives?"
    r"|(?!compared|based|followed|including)[a-z]{3,}ed|used|could|can|may|would|will|[a-z]+ by|work|expect|live)\b"
)
# Two years after graduation 91% were in work: the verb is of many, and the rate is its subject
_MANY_ARE = re.compile(r" (?:were|are|have) ")
_NO_SUBJECT = re.compile(
    r"(?:[.\d]|\b(?:of|at|to|by|from|in|with|than|above|below|over|under|and|or|between|for|was|were|is|are|as)) "
    rf"{SOMEWHAT}$"
)
_OPENS = re.compile(
    r"(?i:(?:[\s,;:]|\b(?:and|with|while|whereas|but|although|only|just|about|around|some|nearly|almost|over|more than"
    r"|less than|fewer than|at least|an estimated|a further|the remaining|the other|another|of whom|of which"
    r"|so far|to date|today|now|overall|already|still)\b)*)"
)
# found that 71% trust scientists
_THAT = re.compile(rf"\bthat {SOMEWHAT}$")
# the firm was 30% owned by the state
_BY_WHOM = re.compile(
    r" (?:(?:state|foreign|family|publicly|privately|wholly|jointly)[- ])?(?:owned|held|controlled|financed|funded|led|staffed)"
    r"(?: by\b|[.,;)]|$)"
)
# Per cent of something is a part of it; research is no part of output but measured by it.
_OF_OUTPUT = re.compile(
    r"\)? of (?:(?:the|its|their|our|[A-Z]\w+[’']s) )?(?:GDP|GNP|GNI|gross|national (?:income|output|product))"
)
_OF_WHAT = re.compile(r"\)? of (?!about|around|which|more|less|over|\d)[A-Za-z]")
# beating the 12.9% of the index
_COMPARAND = re.compile(
    r"\b(?:than|below|above|beat|beating|exceeding|against|short of|behind|ahead of) the $"
)
_THE_REST = re.compile(r"(?i:\bthe (?:remaining|other|final) $)")


@cache
def _share_named() -> re.Pattern[str]:
    """While the share of women remained at 46%; businesses accounted for 78% and universities for 11%."""
    within = (
        r"(?:(?!\b(?:rates?|ratios?|margins?|intensity|inflation|unemployment)\b)[^.;,\d]){0,60}"
    )
    return re.compile(
        rf"(?i:(?<!as a )(?<!per )\b{nouns('shares')}\b(?! points?| prices?){within}$"
        r"|\baccount(?:s|ed|ing)? for\b(?:[^.;]|\.\d)*\b(?:and|while|with|,) [^.;\d]{2,60} for (?:[a-z]+ )?$"
        r"|\b(?:account(?:s|ed|ing)?|responsible) for \d(?:[^.;]|\.\d)*, [A-Z][^.;,\d]{2,40} for (?:[a-z]+ )?$"
        r"|\bratio of [a-z ]{2,40} (?:among|in) [^.;,\d]{2,60}$|\bcombined (?:[a-z]+ ){0,2}$"
        r"|(?<!as a )\b(?:share|proportion)\b(?! points?)(?:[^.;,]|\.\d){0,60}\bpoints? to (?:[a-z]+ ){0,2}$"
        r"|\bshare\b[^.;]{0,60}, to (?:[a-z]+ ){0,2}$|\bof which [^.;,\d]{2,60}$|\bshare\b[^;]*\bthat of [A-Z][^.;,\d]{2,40}$"
        r"|\bshare\b[^;]*\d[^;]* and [A-Z][a-z]+[’']s (?:[a-z]+ ){1,3}to (?:[a-z]+ ){0,2}$"
        r"|\b(?:share|proportion|percentage)\b(?! points?)[^.;,]{0,80}\bfrom \d(?:[^.;,]|\.\d){0,60} to (?:[a-z]+ ){0,2}$"
        r"|\bcontribut(?:es|ed|ing)\b[^.;]*\d[^.;]* (?:and|while) [^.;\d]{2,60}$)"
    )


# 28.2% of jobs in STEM but 47.3% elsewhere; 41% were judged good and 43% fair: what stands before follows a part
_ALSO_OF = re.compile(
    r"^(?: of (?!(?:the )?(?:GDP|gross))[a-z][^.;\d]*"
    r"| (?:are|were|was|is|had|have|went|said|used|[a-z]{3,}ed)\b[^.;]*) (?:but|and|while) (?:only |just |about )?$"
)
# 2.86 million students, of whom 24%
_OF_WHOM = re.compile(
    r"(?i:\bof (?:whom|which|these|them),? (?:about |around |some |nearly |over |almost |only )?)$"
)
# business funded 62%; 43% female; Men 61%, women 39%; 62% from business
_TOOK = re.compile(
    r"\b(?:(?:perform|generat|attract|absorb|captur|obtain|compris|constitut|conduct|contribut|employ|produc|secur|consum"
    r"|swallow|deliver|command|control|receiv|provid|own)(?:e[ds]?|s|ing|led|ling)|(?:fund|financ|claim|form)ed"
    r"|suppl(?:y|ied|ies|ying)|carr(?:ied|ying) out|hold(?:s|ing)?|held|tak(?:es?|ing)|took|earned|won|wins|winning|drew"
    r"|submitted|filed|lodged|published|bought|sold|cast|paid|got|gets?"
    r"|drawing)"
    rf" {SOMEWHAT}$"
)
_CLOSES = re.compile(r"[.,;)]|$| (?:and|while|but)\b")
_WHO = re.compile(
    r" (?:female|male|women|men|foreign|private|public|domestic|international|part-time|full-time|state-owned|foreign-owned)"
    r"(?=[.,;)]|$| and\b)"
)
_SOURCE = re.compile(r" (?:from|by) (?!\d|a year|last|the (?:previous|year|end)|20)[A-Za-z]")
_ITEM_BEFORE = re.compile(r" (?:from|by) [^.;\d]{2,40}(?:,| and) (?:[a-z]+ )?")


def _is_part(before: str, after: str) -> bool:
    """Whether the words around a rate say that it is a part of a whole."""
    if (
        (_OF_WHAT.match(after) and not _COMPARAND.search(before))
        or _OF_WHOM.search(before)
        or _THE_REST.search(before)
    ):
        return True
    if _BY_WHOM.match(after) or (_TOOK.search(before) and _CLOSES.match(after)):
        return True
    if _is_told_of(before, after) or _ALSO_OF.match(before):
        return True
    return _share_named().search(before) is not None


def _is_told_of(before: str, after: str) -> bool:
    """Whether something is told of the part that a rate opens its clause with: 22% are led by women, 43% female."""
    if _WHO.match(after):
        return True
    if _THAT.search(before):
        return is_verb(after)
    if _MANY_ARE.match(after) and before.strip() and not _NO_SUBJECT.search(before):
        return True
    opens = _OPENS.fullmatch(before)
    if _SOURCE.match(after):
        return bool(opens or _ITEM_BEFORE.fullmatch(before))
    return bool(opens and _TOLD_OF.match(after))


@cache
def _no_verb() -> re.Pattern[str]:
    closed = (
        r"of|in|to|for|from|on|by|as|with|at|than|and|or|but|per|an?|the|over|under|among|between|since|after|before"
        r"|during|against|compared|year|annually|respectively|each|if|while|when|whereas|which"
    )
    return re.compile(
        rf" (?:(?:{closed}|{measures()}|{nouns('up')}|{nouns('down')}|{nouns('shares')}|{nouns('larger')}"
        rf"|{nouns('smaller')})\b|[a-z]+(?:tion|ment|ness|ity|ism)s?\b)"
    )


def is_verb(after: str) -> bool:
    """Whether what stands behind a rate tells something of a part: 71% trust scientists, but not 12% of, 3% inflation.

    >>> is_verb(" trust scientists"), is_verb(" inflation"), is_verb(" in 2023")
    (True, False, False)
    """
    return re.match(r" [a-z]", after) is not None and not _no_verb().match(after)
