"""The expressions by which ``targets`` tells who does a deed from who judges it."""

from __future__ import annotations

import re

__all__ = [
    "ACCUSED",
    "BODY_OF",
    "BY",
    "DEED",
    "DIRECT",
    "DOING",
    "EVENT",
    "IN",
    "ITS",
    "JUDGING",
    "NEITHER",
    "NEW_SUBJECT",
    "OF_OTHER",
    "OPENING",
    "OPERATION",
    "OWNED",
    "POLICY_OF",
    "PRIMARILY",
    "PROPAGANDA",
    "RULERS",
    "WHETHER_IN",
    "WITH",
]

_RULING = (
    r"government(?:s|al)?|authorit(?:y|ies)|leaders?(?:hip)?|regimes?|administrations?|officials?|rulers?|parliament"
    r"|president|minist(?:er|ers|ry)|militarists|nationalists|politicians|cabinet|army|forces|circles|elites?"
)
# Nouns that a state's name may own and still be the subject: "the Ardenian government", "Ardenia's leaders".
_BODY = (
    r"(?:['’]s?)?(?:\s+(?:and|or|the|current|present|new|then|ruling|central|member|military|political|state|prime"
    rf"|foreign|{_RULING}|polic(?:y|ies)|propaganda|side|states?|media|press|delegation|representatives?|historians"
    r"|textbooks?|[Mm]ember|[Ss]tates|lobby|occupation|occupiers)){0,5}"
)
_ADVERB = (
    r"(?:,?\s*[—–-]?\s+(?:\w+ly|also|still|now|even|again|once\s+again|always|never|no\s+longer|not|which|who|that"
    r"|as))*"
)
_ASIDE = r"(?:,\s+(?:by|in|with|through|despite|under|having|the\s+leaders?)\b[^,;]{1,60}?(?:,|which))?"
DOING = re.compile(
    rf"{_BODY}{_ASIDE}\s*(?:,|—|–)?{_ADVERB}\s*(?:,|—|–)?\s*"
    r"(?:(?:is|are|was|were|has|have|had|does|do|did|would|will|may|must|should|can|cannot|continu\w+|keep\w*|kept"
    r"|seeks?|sought|tr(?:y|ies|ied)|attempt\w*|wants?|refus\w+|chose\w*|persist\w*|intend\w*|striv\w+|dares?"
    r"|allow\w*|permit\w*|encourag\w+|tolerat\w+|engag\w+|resort\w*|began|begins?|start\w*|needs?|ought|goes|went"
    r"|made|makes?|voted\s+against|abstain\w*|pretend\w*|claims?|decid\w+|fail(?:s|ed)?|longs?|aims?|thought|plans?"
    r"|openly|den(?:y|ies))\b)"
)
DIRECT = re.compile(rf"{_BODY}{_ADVERB}\s+$")
# Those who rule a state are a subject whatever their verb.
RULERS = re.compile(rf"['’]?s?\s+(?:\w+\s+){{0,2}}?(?:{_RULING})\s+[a-z]")
BODY_OF = re.compile(rf"\b(?i:{_RULING}|polic(?:y|ies)|membership|republic|states?|one)\s+of\s+(?:the\s+)?$")
OF_OTHER = re.compile(r"\b(?:of|in|for)\s+(?:the\s+)?(?:\w+\s+)?$")
# A subject that condemns, defends or votes for is the one who judges, not the one who is judged.
JUDGING = re.compile(
    rf"{_BODY}{_ADVERB}\s+(?:(?:is|are|was|were|has|have|had|do|does|did|will|would|must|shall|can|cannot|strongly"
    r"|firmly|resolutely|categorically|jointly|consistently|also|to|been|be|continues?|not|never|both|stands?|ready|fully"
    r"|and|their|its|resolute|firm)\s+)*"
    r"(?:condemn\w*|reject\w*|oppos\w+|denounc\w+|deplor\w+|counter\w*|combat\w*|fight\w*|resist\w*|uph[eo]ld\w*"
    r"|safeguard\w*|defend\w*|protect\w*|preserv\w+|call(?:s|ed|ing)?\s+(?:up)?on|urg\w+|warn\w*|welcom\w+"
    r"|shar\w+|agree\w*|join\w*|(?:co-)?sponsor\w*|concern\w*|worr\w+|remember\w*|against|committed"
    r"|in\s+agreement|resolve|voted\s+(?:for|in\s+favou?r)|adopt\w*|honou?r\w*|pays?|attach\w*|never\s+forget)\b"
)
# Behind a name an operation is owned only by "'s"; a demonym owns what it stands before.
OPERATION = (
    r"\s+(?:(?!we\b|our\b|they\b|to\b|and\b)\w+\s+){0,3}?(?:attempts?|efforts?|campaigns?|polic(?:y|ies)|denial"
    r"|falsif\w+|distort\w+|rewriting|glorification|whitewash\w*|revisionis[mt]\w*|authorities|refusal|claims?|lies"
    r"|propaganda|textbooks?|demolition|desecration|war\s+on|moves?|practices?|circles)\b"
)
_OWNER = re.compile(rf"['’]s?{OPERATION}")
_ADJECTIVE = re.compile(OPERATION)
OWNED = {"name": _OWNER, "seat": _OWNER, "demonym": _ADJECTIVE, "prefix": _ADJECTIVE}
PROPAGANDA = re.compile(r"\s+(?:propaganda|press|media|textbooks?|historians|lies)\b")
BY = re.compile(rf"\b(?:by|on\s+the\s+part\s+of)\s+(?:the\s+)?(?:(?:\w+\s+)?(?:{_RULING})\s+(?:of|in)\s+(?:the\s+)?)?$")
POLICY_OF = re.compile(
    r"\b(?:polic(?:y|ies)|practices?|attempts?|efforts?|campaigns?|refusal|ideology|doctrine)\s+(?:of|by)\s+(?:the\s+)?"
    r"(?:\w+\s+of\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
ACCUSED = re.compile(
    r"\b(?:accus\w+|urg\w+|call(?:s|ed)?\s+(?:up)?on|demand\w*\s+(?:of|that|from))\s+(?:the\s+)?(?:\w+\s+){0,3}$"
)
ITS = re.compile(r"\b(?:its|their)\b")
OPENING = re.compile(
    r"\s*(?:in\s+(?:an|its|the|their)\s+(?:attempt|effort|bid)|by\b|through\b|in\s+order\s+to|trying|seeking|attempting)",
    re.IGNORECASE,
)
NEITHER = re.compile(r"\b(?:neither|nor)\b", re.IGNORECASE)
NEW_SUBJECT = re.compile(r"\b(?:we|I|our)\b|[;:]")
WITH = re.compile(
    r"\b(?:with|alongside|to|for|against|about|from|than|between|among|as\s+in)\s+(?:the\s+)?(?:\w+\s+of\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
IN = re.compile(
    r"\bin\s+(?:the\s+)?(?:(?:\w+ern|today['’]s|present-day|modern|certain|contemporary)\s+)?$", re.IGNORECASE
)
WHETHER_IN = re.compile(r"\bwhether\s+in\s+(?:the\s+)?$")
PRIMARILY = re.compile(r"\bin\s+[\w\s]{3,40},\s+(?:primarily|notably|above\s+all|such\s+as|including|especially)\s+$")
DEED = re.compile(
    r"demoli\w+|dismantl\w+|desecrat\w+|vandal\w+|glorif\w+|rehabilitat\w+|heroi\w+|torn?\s+down|destr\w+|campaign"
    r"|propaganda|remov\w+|defac\w+|toppl\w+|re-?writ\w+|falsif\w+|distort\w+",
    re.IGNORECASE,
)
# Where one of these took place is not where the deed is done.
EVENT = re.compile(
    r"\b(?:conference|meeting|summit|talks|event|forum|ceremony|visit|embassy|tribunal|battle|war|camps?|killed"
    r"|liberat\w+|soldiers|holodomor|genocide|massacre|famine|occupation|holocaust|crimes|factor)\b",
    re.IGNORECASE,
)
