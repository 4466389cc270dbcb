"""How months begin in the languages that statements are read in: what is no month in any is not tried as a date."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["languages_with_month"]

# The names and abbreviations of months in the tables of dateparser, by language: the first three letters, without
# accents and other marks on letters.
_BEGIN = {
    language: frozenset(months)
    for language, *months in map(
        str.split,
        """
    ar ابر اغس اكت ديس سبت فبر مار ماي نوف ينا يول يون; be вер врс жнв жні кас кра крс кст
    лют ліп ліс маи мая сак сне снж стд сту тра чэр; bg авг ап апр дек маи мар ное окт сеп
    фв фев юл юли юн юни ян яну; bn অকট আগ আগস এপর নভ পট বর মবর রচ; cs bre cer crc crv cvc
    cvn dub kve led lis pro rij srp uno unr zar; da apr aug dec feb jan jul jun maj mar nov
    okt sep; de apr aug dez feb jan jul jun mai mar mrz nov okt sep; el απρ αυγ δεκ ιαν ιου
    μαι μαρ νοε οκτ σεπ φεβ; en apr aug dec feb jan jul jun mar may nov oct sep; es abr ago
    dic ene feb jul jun mar may nov oct sep set; et apr aug det jaa juu mai mar nov okt sep
    vee; fa اوت اور اپر اکت اگس جنو جول جون دسا دسم سپت فبر فور مار مه می نوا نوم ژان ژوي;
    fi elo hei hel huh jou kes lok maa mar syy tam tou; fr aou avr dec fev jan jui jul jun
    mai mar nov oct sep; he אוג אוק אפר באו באפ בדצ ביו בינ במא במר בנו בספ בפב דצמ יול יונ
    ינו לאו לאפ לדצ ליו לינ למא למר לנו לספ לפב מאי מאר מרס מרץ נוב ספט פבר; hi अकट अकत अग
    अगस अपर जन जनव तमब नव नवम फर फरव बर मई रच समब; hr kol lip lis ozu pro ruj sij srp stu
    svi tra vel; hu apr aug dec feb ii iii iv ix jan jul jun maj mar nov okt sze vi vii xi
    xii; hy ապր դեկ հլս հնս հնվ հոկ հու մայ մար մյս մրտ նոյ սեպ փետ փտվ օգո օգս; id ag agt
    agu apr des dja dju feb jan jul jun mai mar mei mrt nop nov okt peb sep; it ago apr dic
    feb gen giu lug mag mar nov ott set; ja 一月 七月 三月 九月 二月 五月 八月 六月 十一月 十二月 十月 四月; ka აგვ
    აპრ დეკ თებ იან ივლ ივნ მაი მარ ნოე ოქტ სექ; kk ақп жел мам мау нау сәу там шіл қаз қар
    қаң қыр; ko 월; lt bal bir geg gru kov lap lie rug sau spa vas; lv apr aug dec feb jan
    jul jun mai mar nov okt sep; mn ара арв гур дол дөр есд зур наи нэг сар тав хое; ms apr
    dis feb jan jul jun mac mei nov ogo okt sep; nl apr aug dec feb jan jul jun maa mei mrt
    nov okt sep; pl cze gru kwi lip lis lut maj mar paz sie sty wrz; pt abr ago dez fev jan
    jul jun mai mar nov out sep set; ro apr aug dec feb ian iul iun mai mar noi nov oct sep;
    ru авг апр дек июл июн маи мар мая ноя окт сен фев янв; sk apr aug dec feb jan jul jun
    maj mar nov okt sep; sl apr avg dec feb jan jul jun maj mar nov okt sep; sq dhj gsh gus
    jan kor maj mar nen pri qer shk sht tet; sr авг апр дец мар мај нов окт сеп феб јан јул
    јун; sv apr aug dec feb jan jul jun maj mar nov okt sep; sw ago apr des feb jan jul jun
    mac mei nov okt sep; th กค กพ กมภ กย กรก กาย งหา ตค ตลา ถนา ธค นธ นยา นวา นา นาค พค พย
    พฤศ พฤษ มกร มค สค อนก อนต อนธ อนพ อนม อนส อนเ เด เมย เมษ; tr ag agu ar ara ek eki ey eyl
    ha haz ka kas mar may ni nis oc oca su sub te tem; uk бер вер гру жов кві лип лис лют
    сер січ тра чер; ur اپر اکت اگس جنو جول جون دسم ستم فرو مار ميی نوم; vi ba bay chi hai
    mot muo nam sau tam tha thg tu; zh 一月 七月 三月 九月 二月 五月 八月 六月 十一月 十二月 十月 四月
    """.split(";"),
    )
}


def languages_with_month(text: str) -> list[str]:
    """Return the languages (ISO 639-1) in which a word of ``text`` begins like a month.

    Examples
    --------
    >>> languages_with_month("3 września 2021"), languages_with_month("Volume 12, 2021")
    (['pl'], [])
    """
    spelled = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    begin = {word[:3] for word in re.findall(r"[^\W\d_]{2,}", letters)}
    return [language for language, months in _BEGIN.items() if begin & months]
