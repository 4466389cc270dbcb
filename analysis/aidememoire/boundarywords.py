"""The words that the rule of `aidememoire.boundaries` knows, in lower case and without the last dot."""

from __future__ import annotations

__all__ = ["ABBREVIATIONS", "CLOSERS", "COUNTING", "DAYS", "OTHERS", "REFERENCES", "STARTERS", "TITLES"]

TITLES = frozenset(
    """
    mr mrs ms messrs dr prof st ste gen lt col maj capt cmdr sgt adm brig hon rev amb rep sen gov pres
    mm mme mlle mgr h.e h.m h.r.h e.g i.e cf viz vs им ул тов
    """.split()
)
COUNTING = frozenset(
    """
    no nos art arts p pp para paras sec sect sects vol vols ch chap fig figs ed add corr res doc pv p.v op ann
    approx ca ibid jan feb mar apr jun jul aug sept sep oct nov dec ст стр п пп гл рис см
    """.split()
)
CLOSERS = frozenset("a.m p.m d.c a.d b.c b.c.e c.e jr inc ltd etc".split())
OTHERS = frozenset("sr co corp bros dept univ mt ft al".split())
ABBREVIATIONS = TITLES | COUNTING | CLOSERS | OTHERS
DAYS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    """.split()
)
STARTERS = frozenset(
    """
    a after all also although an and another are as at because before both but by can did do does during each
    even every finally first for from furthermore given has have he hence her here his how however i if in indeed
    instead is it its last let many moreover most my nevertheless no nobody none nor not nothing now of on once
    one only or other our perhaps second secondly several she should since so some still such that the their then
    there therefore these they third this those though through thus to today together under unless until was we
    were what when where whether which while who why will with without would yes yet you your
    il elle nous ce cette ces dans pour mais я в на по но и к мы он она они это как если
    """.split()
)
REFERENCES = frozenset(
    """
    ibid see para paras p pp res resolution resolutions document doc official op item items annex art article
    chap sect section vol general security verbatim
    """.split()
)
