"""PDF, DOCX, feeds, TEI, zipped folders, page families and languages, on files that the tests write."""

import io
import json
import random
import stat
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from aidememoire.ingest import ReadOptions, builtin_actors, read_corpus
from aidememoire.ingest.archive import Archive
from aidememoire.ingest.families import page_facts
from aidememoire.ingest.language import LANGUAGES, detected
from aidememoire.ingest.printed import date_line
from aidememoire.ingest.tables import sheet_rows

openpyxl = pytest.importorskip("openpyxl")
for extra in ("pypdf", "docx", "feedparser", "lxml", "py3langid", "trafilatura"):
    pytest.importorskip(extra)

ACTORS = builtin_actors().extended({"KRV": {"name": "Karvenia", "demonyms": ["Karvenian"]}})
OPTIONS = ReadOptions(actors=ACTORS)
LONG = "The minister recalled the long war and thanked the people of Torvale for the care they give to its graves. "


def read(root, **options):
    options.setdefault("options", OPTIONS)
    return {result.source_path: result for result in read_corpus(root, name="c", **options)}


def only(results, path):
    result = results[path]
    assert result.status == "read", result.reason
    (statement,) = result.statements
    return statement


def refusal(root, path):
    result = read(root)[path]
    assert (result.status, result.statements) == ("refused", ())
    return result.reason


# PDF


def pdf(pages, info="", extra_objects=(), trailer=""):
    """A small PDF, one list of lines a page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        commands = "BT /F1 11 Tf 14 TL 60 780 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        packed = zlib.compress(commands.encode("latin-1")).decode("latin-1")
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /Resources {resources} /Contents {len(objects)} 0 R >>")
    box = "/MediaBox [0 0 595 842]"
    objects[1] = f"<< /Type /Pages {box} /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects += [f"<< {info} >>", *extra_objects]
    return assembled(objects, f"/Info {len(objects) - len(extra_objects)} 0 R {trailer}")


def assembled(objects, trailer):
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R"
    return data + f"{end} {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n".encode("latin-1")


PAGES = [
    [
        "Karvenia bulletin",
        "We remember the long war and the people who",
        "rebuilt our towns after it, and we keep",
        "1",
    ],
    ["Karvenia bulletin", "the graves of all who fell here. The com-", "mission will meet again in the spring.", "2"],
    [
        "Karvenia bulletin",
        "Ardenia and Karvenia agreed on the border and",
        "on the bridges over the river between them.",
        "3",
    ],
]
INFO = "/Title (Remarks in Torvale) /CreationDate (D:20190509013000+03'00')"


def test_a_pdf_is_read_by_page(tmp_path):
    (tmp_path / "remarks.pdf").write_bytes(pdf(PAGES, INFO))
    results = read(tmp_path)
    statement = only(results, "remarks.pdf")
    assert results["remarks.pdf"].reader == "pdf"
    assert (statement.date, statement.date_rule, statement.title) == (
        "2019-05-09",
        "PDF metadata",
        "Remarks in Torvale",
    )
    assert statement.language == "en"
    text = statement.text.text
    assert text.startswith(
        "We remember the long war and the people who rebuilt our towns after it, and we keep the graves"
    )
    assert "commission will meet" in text
    assert "bulletin" not in text
    assert not any(char.isdigit() for char in text)
    at = text.index("commission")
    assert statement.text.raw_slice(at, at + 10) == "com-\nmission"


def test_a_typeset_pdf(tmp_path):
    typst = pytest.importorskip("typst")
    furniture = "header: [Karvenia #h(1fr) Press release], footer: context [Page #counter(page).display() of 3]"
    source = f"#set page({furniture})\n#set text(hyphenate: true)\n#set par(justify: true)\nTorvale, 3 September 2021\n"
    source += "= Remarks\n\n" + "\n\n".join(
        f"Point {name}. {LONG * 12}" for name in "one two three four five six".split()
    )
    (tmp_path / "a.typ").write_text(source, encoding="utf-8")
    typst.compile(tmp_path / "a.typ", output=tmp_path / "a.pdf")
    (tmp_path / "a.typ").unlink()
    statement = only(read(tmp_path), "a.pdf")
    assert (statement.date, statement.date_rule) == ("2021-09-03", "printed date line")
    lines = statement.text.text.split("\n")
    assert lines[:2] == ["Torvale, 3 September 2021", "Remarks"]
    assert [line.split(".")[0] for line in lines[2:]] == [f"Point {n}" for n in "one two three four five six".split()]
    assert lines[2] == f"Point one. {LONG * 12}".strip()


@pytest.mark.parametrize(
    ("name", "lines", "table", "proof"),
    [
        ("a.pdf", ["Torvale, 8 May 2019"], "", ("2019-05-08", "printed date line")),
        ("a_2019-05-07.pdf", ["8 May 2019"], "", ("2019-05-07", "file name")),
        ("a_2019-05-07.pdf", ["8 May 2019"], "2019-05-06", ("2019-05-06", "metadata table")),
        ("a.pdf", ["8 May 2019", "9 May 2019"], "", ("2019-05-09", "PDF metadata")),
    ],
)
def test_the_date_of_a_pdf_file_counts_only_when_nothing_better_does(tmp_path, name, lines, table, proof):
    (tmp_path / name).write_bytes(pdf([[*lines, "We remember the long war."]], INFO))
    if table:
        (tmp_path / "metadata.csv").write_text(f"file,date,title\n{name},{table},Told\n", encoding="utf-8")
    statement = only(read(tmp_path), name)
    assert (statement.date, statement.date_rule) == proof
    assert statement.title == ("Told" if table else "Remarks in Torvale")


def test_pdfs_that_cannot_be_read(tmp_path):
    good = pdf(PAGES, INFO)
    (tmp_path / "scan.pdf").write_bytes(pdf([[], []]))
    (tmp_path / "cut.pdf").write_bytes(good[: len(good) // 3])
    (tmp_path / "noise.pdf").write_bytes(b"no PDF at all")
    crypt = "<< /Filter /Standard /V 1 /R 2 /O <" + "00" * 32 + "> /U <" + "00" * 32 + "> /P -4 >>"
    number = good.count(b" 0 obj") + 1
    locked = pdf(PAGES, INFO, [crypt], f"/Encrypt {number} 0 R /ID [<00> <00>]")
    (tmp_path / "locked.pdf").write_bytes(locked)
    assert "text recognition" in refusal(tmp_path, "scan.pdf")
    assert "damaged PDF" in refusal(tmp_path, "cut.pdf")
    assert "not a PDF" in refusal(tmp_path, "noise.pdf")
    assert "encrypted" in refusal(tmp_path, "locked.pdf")


def test_a_broken_page_is_reported_and_the_others_are_read(tmp_path):
    data = pdf([["We remember the long war and its graves."], ["We hope."]])
    at = data.rindex(b"/FlateDecode")
    (tmp_path / "a.pdf").write_bytes(data[:at] + b"/NoSuchCoder" + data[at + 12 :])
    result = read(tmp_path)["a.pdf"]
    assert result.statements[0].text.text == "We remember the long war and its graves."
    assert [where for where, _ in result.refused_records] == ["page 2"]


# DOCX


def document(paragraphs, **properties):
    import docx

    made = docx.Document()
    for paragraph in paragraphs:
        if isinstance(paragraph, list):
            table = made.add_table(rows=1, cols=len(paragraph))
            for cell, text in zip(table.rows[0].cells, paragraph, strict=True):
                cell.text = text
        else:
            made.add_paragraph(paragraph)
    for name, value in properties.items():
        setattr(made.core_properties, name, value)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def repacked(data, **parts):
    """The same package with other parts; slashes are written as two underscores."""
    stream = io.BytesIO()
    new = {name.replace("__", "/") + ".xml": text for name, text in parts.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            made.writestr(name, new.get(name) or old.read(name))
    return stream.getvalue()


def test_a_word_document(tmp_path):
    from datetime import UTC, datetime

    said = ["“We remember,” said the minister.", ["Torvale", "We keep the graves."], "We\tmet in\nthe spring."]
    created = datetime(2019, 5, 9, tzinfo=UTC)
    made = document(said, title="Remarks", created=created, author="Press office", comments="")
    (tmp_path / "a.docx").write_bytes(made)
    (tmp_path / "b.docx").write_bytes(document(["We remember."]))
    (tmp_path / "metadata.csv").write_text("file,speaker,date\nb.docx,Ana Lind,2020-05\n", encoding="utf-8")
    results = read(tmp_path)
    statement = only(results, "a.docx")
    assert (statement.title, statement.date, statement.date_rule) == ("Remarks", "2019-05-09", "DOCX properties")
    lines = ["“We remember,” said the minister.", "Torvale", "We keep the graves.", "We met in the spring."]
    assert statement.text.text.split("\n") == lines
    told = only(results, "b.docx")
    assert (told.speaker, told.date, told.date_rule) == ("Ana Lind", "2020-05", "metadata table")


def test_the_template_of_the_writer_dates_nothing(tmp_path):
    (tmp_path / "a.docx").write_bytes(document(["We remember."]))
    assert only(read(tmp_path), "a.docx").date is None


def test_deleted_text_goes_and_inserted_text_stays(tmp_path):
    made = document(["PLACEHOLDER"])
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        body = package.read("word/document.xml").decode()
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    tracked = (
        f"{run.format('We ')}<w:ins w:id='1' w:author='x'>{run.format('remember')}</w:ins>"
        f"<w:del w:id='2' w:author='x'><w:r><w:delText>forget</w:delText></w:r></w:del>{run.format('.')}"
    )
    body = body.replace("<w:r><w:t>PLACEHOLDER</w:t></w:r>", tracked)
    (tmp_path / "a.docx").write_bytes(repacked(made, word__document=body))
    assert only(read(tmp_path), "a.docx").text.text == "We remember."


def test_word_documents_that_cannot_be_read(tmp_path):
    made = document(["We remember."])
    (tmp_path / "cut.docx").write_bytes(made[: len(made) // 2])
    (tmp_path / "noise.docx").write_bytes(b"We remember.")
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "blank.docx").write_bytes(document([]))
    (tmp_path / "bad.docx").write_bytes(repacked(made, word__document="<w:document"))
    doctype = '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'
    (tmp_path / "entities.docx").write_bytes(repacked(made, word__document=doctype))
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as package:
        package.writestr("a.txt", "We remember.")
    (tmp_path / "zip.docx").write_bytes(plain_zip.getvalue())
    wanted = {"cut": "broken", "noise": "not a DOCX", "old": "encrypted, or in the old format", "blank": "without text"}
    wanted |= {"bad": "damaged", "entities": "document type", "zip": "no Word document"}
    for name, reason in wanted.items():
        assert reason in refusal(tmp_path, f"{name}.docx")


# Feeds

RSS = f"""<?xml version="1.0" encoding="{{encoding}}"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title><language>en-gb</language>
<item><title>On the war &amp;amp; after</title><link>https://krv.example/1</link><guid>k-1</guid>
<pubDate>Thu, 09 May 2019 00:30:00 +0300</pubDate><description>A teaser.</description>
<content:encoded><![CDATA[<p>We <b>remember</b>.</p><ul><li>{LONG}</li></ul><script>x()</script>]]>
</content:encoded></item>
<item><title>Second</title><guid>k-1</guid><description>Again.</description></item>
<item><title>Third</title><guid>k-3</guid></item>
<item><title>Fourth</title><link>https://krv.example/4</link><description>Café “no” date.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>N</title><id>f</id><entry><id>a1</id>
<title>T</title><link href="https://krv.example/a1"/><published>2021-09-03T23:30:00-04:00</published>
<updated>2021-09-05T00:00:00Z</updated>
<content type="html">&lt;p&gt;Wir erinnern.&lt;/p&gt;&lt;p&gt;Wir hoffen.&lt;/p&gt;</content></entry><entry><id>a2</id>
<title>U</title><updated>2021-09-06T00:00:00Z</updated><content>Nur Text mit 3 &lt; 4.</content></entry></feed>"""


@pytest.mark.parametrize(("name", "encoding"), [("news.rss", "utf-8"), ("news.xml", "windows-1252")])
def test_an_rss_feed_gives_a_statement_an_entry(tmp_path, name, encoding):
    (tmp_path / name).write_bytes(RSS.format(encoding=encoding).encode(encoding))
    result = read(tmp_path)[name]
    assert result.reader == "feed"
    first, fourth = result.statements
    assert (first.statement_id, first.title, first.url) == (
        f"c/{name}#k-1",
        "On the war & after",
        "https://krv.example/1",
    )
    assert (first.date, first.date_rule, first.published) == ("2019-05-09", "feed entry, published", "2019-05-09")
    assert first.text.text == f"We remember.\n{LONG.strip()}"
    assert first.language == "en"
    assert (fourth.statement_id, fourth.date) == (f"c/{name}#https://krv.example/4", None)
    assert fourth.text.text == "Café “no” date."
    assert result.refused_records == (("entry 2", "id 'k-1' stands already"), ("entry 3", "entry without text"))


def test_an_atom_feed(tmp_path):
    (tmp_path / "n.atom").write_text(ATOM, encoding="utf-8")
    first, second = read(tmp_path)["n.atom"].statements
    assert (first.date, first.published, first.language) == ("2021-09-03", "2021-09-03", "de")
    assert first.text.text == "Wir erinnern.\nWir hoffen."
    assert (second.date, second.date_rule, second.published) == ("2021-09-06", "feed entry, updated", None)
    assert second.text.text == "Nur Text mit 3 < 4."


def test_a_feed_is_never_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was asked"))
    (tmp_path / "n.rss").write_text("http://krv.example/feed.rss", encoding="utf-8")
    (tmp_path / "m.rss").write_text(RSS.format(encoding="utf-8"), encoding="utf-8")
    results = read(tmp_path)
    assert results["n.rss"].status == "refused"
    assert len(results["m.rss"].statements) == 2


def test_damaged_feeds(tmp_path):
    whole = RSS.format(encoding="utf-8")
    (tmp_path / "cut.rss").write_text(whole[: whole.index("<item>") + 20], encoding="utf-8")
    (tmp_path / "half.rss").write_text(whole[: whole.index("<item><title>Fourth")], encoding="utf-8")
    (tmp_path / "other.xml").write_text("<prices><p>1</p></prices>", encoding="utf-8")
    results = read(tmp_path)
    assert results["cut.rss"].status == "refused"
    assert len(results["half.rss"].statements) == 1
    assert ("after entry 3", "the feed breaks off here") in results["half.rss"].refused_records
    assert "begins with <prices>" in results["other.xml"].reason


# TEI

SITTING = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="KRV_2019-05-09" xml:lang="en"><teiHeader><fileDesc><titleStmt>
<title type="main">Sitting 7</title></titleStmt><publicationStmt><date when="2022-01-01"/></publicationStmt></fileDesc>
<profileDesc><settingDesc><setting><name type="city">Torvale</name><date when="2019-05-09">9.5.2019</date></setting>
</settingDesc><particDesc><listPerson><person xml:id="LindAna"><persName><surname>Lind</surname>
<forename>Ana</forename></persName></person></listPerson></particDesc></profileDesc></teiHeader><text><body><div>
<note type="speaker">Chair:</note>
<u xml:id="u1" who="#LindAna" ana="#chair"><seg>We <note>applause</note>remember
 the long war.</seg><vocal><desc>Shouting</desc></vocal><seg>We hope.</seg></u>
<u xml:id="u2" who="#BergOtto" ana="#regular" xml:lang="de"><seg><s><w>Wir</w><w>erinnern</w><w join="right">uns</w>
<pc>.</pc></s></seg></u><u who="#x"><gap/></u></div></body></text></TEI>"""
LETTER = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A letter</title></titleStmt>
<publicationStmt><date>2001</date></publicationStmt></fileDesc><profileDesc><creation><date when="1954-03"/></creation>
<langUsage><language ident="fr">French</language></langUsage></profileDesc></teiHeader><text><body><head>To all</head>
<p>Nous nous <choice><sic>souvenon</sic><corr>souvenons</corr></choice>.<note>sic</note></p>
<sp><speaker>Lind.</speaker><p>Oui.</p></sp></body></text></TEI>"""


def test_a_sitting_gives_a_statement_an_utterance(tmp_path):
    (tmp_path / "KRV.xml").write_text(SITTING, encoding="utf-8")
    result = read(tmp_path)["KRV.xml"]
    assert result.reader == "tei"
    first, second = result.statements
    assert [s.statement_id for s in result.statements] == ["c/KRV.xml#u1", "c/KRV.xml#u2"]
    assert (first.date, first.date_rule, first.published) == ("2019-05-09", "TEI setting date", "2022-01-01")
    assert (first.speaker, first.role, first.kind) == ("Ana Lind", "chair", "transcript")
    assert (first.title, first.place, first.language) == ("Sitting 7", "Torvale", "en")
    assert first.text.text == "We remember the long war.\nWe hope."
    assert (second.speaker, second.role, second.language) == ("BergOtto", None, "de")
    assert second.text.text == "Wir erinnern uns."


def test_any_other_tei_gives_a_statement_a_document(tmp_path):
    (tmp_path / "letter.tei").write_text(LETTER, encoding="utf-8")
    statement = only(read(tmp_path), "letter.tei")
    assert (statement.statement_id, statement.title) == ("c/letter.tei", "A letter")
    assert (statement.date, statement.date_rule, statement.language) == ("1954-03", "TEI creation date", "fr")
    assert statement.text.text == "To all\nNous nous souvenons.\nLind: Oui."


def test_a_corpus_of_tei_and_an_edition_date(tmp_path):
    plain = LETTER.replace('<date when="1954-03"/>', "")
    both = f'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">{plain}{LETTER}</teiCorpus>'
    (tmp_path / "all.xml").write_text(both, encoding="utf-8")
    first, second = read(tmp_path)["all.xml"].statements
    assert (first.statement_id, first.date, first.date_rule) == ("c/all.xml#1", "2001", "TEI publication date")
    assert (second.statement_id, second.date) == ("c/all.xml#2", "1954-03")


def test_damaged_tei(tmp_path):
    (tmp_path / "cut.xml").write_text(SITTING[:-60], encoding="utf-8")
    (tmp_path / "bare.xml").write_text("<teiCorpus><teiHeader/></teiCorpus>", encoding="utf-8")
    assert "not well-formed XML" in refusal(tmp_path, "cut.xml")
    assert "without text" in refusal(tmp_path, "bare.xml")


def test_no_file_is_read_through_an_entity(tmp_path):
    (tmp_path / "secret.dat").write_text("SECRET", encoding="utf-8")
    doctype = f'<!DOCTYPE TEI [<!ENTITY x SYSTEM "file://{tmp_path}/secret.dat">]>'
    (tmp_path / "a.xml").write_text(doctype + LETTER.replace("Nous", "&x;"), encoding="utf-8")
    assert "entities" in refusal(tmp_path, "a.xml")


# Zipped folders


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def test_a_zip_is_a_folder(tmp_path):
    table = "file,actor,date\na.txt,Karvenia,2020-05\ngone.txt,Karvenia,2020\n"
    members = {"2019/a.txt": "We remember.", "2019/metadata.csv": table, "b.pdf": pdf(PAGES, INFO), ".hidden": "x"}
    members |= {"c.docx": document(["We hope."]), "news.rss": RSS.format(encoding="utf-8"), "README.md": "x"}
    members |= {"__MACOSX/a.txt": "x", "empty/": "", "d.exe": "x"}
    zipped(tmp_path / "all.zip", members)
    results = read(tmp_path)
    assert sorted(results) == [
        f"all.zip/{n}" for n in ("2019/a.txt", "2019/metadata.csv", "b.pdf", "c.docx", "d.exe", "news.rss")
    ]
    statement = only(results, "all.zip/2019/a.txt")
    assert (statement.statement_id, statement.actor) == ("c/all.zip/2019/a.txt", "KRV")
    assert (statement.date, statement.date_rule) == ("2020-05", "metadata table")
    assert results["all.zip/2019/metadata.csv"].refused_records == (("row 3", "there is no file gone.txt"),)
    assert only(results, "all.zip/b.pdf").title == "Remarks in Torvale"
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]
    assert {**read(tmp_path / "all.zip")} == results


def test_an_unchanged_zip_is_not_unpacked_again(tmp_path, monkeypatch):
    path = zipped(
        tmp_path / "all.zip", {"a.txt": "We remember.", "metadata.csv": "file,actor\na.txt,KRV\n", "b.txt": "x"}
    )
    first = read(tmp_path)
    known = {name: result.state for name, result in first.items()}
    monkeypatch.setattr("aidememoire.ingest.walk.FoundFile.read_bytes", lambda file: pytest.fail(file.name))
    assert {result.status for result in read(tmp_path, known=known).values()} == {"unchanged"}
    monkeypatch.undo()
    zipped(path, {"a.txt": "We remembeR.", "metadata.csv": "file,actor\na.txt,KRV\n", "b.txt": "x"})
    again = read(tmp_path, known=known)
    assert only(again, "all.zip/a.txt").text.text == "We remembeR."


def test_what_a_zip_may_not_hold(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"a.txt": "x"}).read_bytes()
    (tmp_path / "inner.zip").unlink()
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as made:
        for name in ("../up.txt", "/root.txt", "C:/x.txt", "a/../../b.txt", "..\\back.txt", "good.txt"):
            made.writestr(name, "We remember.")
        made.writestr("nested.zip", inner)
        made.writestr("nested.jsonl.gz", "x")
        made.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("good.txt", "We forget.")
        made.writestr("odd.txt", "x", compress_type=zipfile.ZIP_BZIP2)
    reasons = {path: result.reason for path, result in read(tmp_path).items()}
    assert reasons.pop("all.zip/good.txt") == ""
    assert [path for path, reason in reasons.items() if "leads out" in reason] == sorted(
        f"all.zip/{n}" for n in ("../up.txt", "../back.txt", "/root.txt", "C:/x.txt", "a/../../b.txt")
    )
    assert "archive inside" in reasons["all.zip/nested.zip"]
    assert "archive inside" in reasons["all.zip/nested.jsonl.gz"]
    assert "symbolic link" in reasons["all.zip/link.txt"]
    assert "already" in reasons["all.zip/good.txt (entry 10)"]
    assert "method" in reasons["all.zip/odd.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip"]


def test_damaged_zips(tmp_path):
    whole = zipped(tmp_path / "good.zip", {"a.txt": LONG * 9, "b.txt": "We remember."}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "noise.zip").write_bytes(b"no zip at all")
    (tmp_path / "none.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    at = whole.index(b"a.txt") + 10
    (tmp_path / "good.zip").write_bytes(whole[:at] + bytes(12) + whole[at + 12 :])
    results = read(tmp_path)
    assert "broken" in results["cut.zip"].reason
    assert "broken" in results["noise.zip"].reason
    assert "holds no files" in results["none.zip"].reason
    assert "broken in the archive" in results["good.zip/a.txt"].reason
    assert only(results, "good.zip/b.txt").text.text == "We remember."


def test_a_locked_zip(tmp_path):
    path = zipped(tmp_path / "a.zip", {"a.txt": "We remember."})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    assert "encrypted" in refusal(tmp_path, "a.zip/a.txt")


def test_a_zip_with_too_many_entries(tmp_path, monkeypatch):
    zipped(tmp_path / "a.zip", {f"{i}.txt": "x" for i in range(30)})
    monkeypatch.setattr("aidememoire.ingest.packed.ARCHIVE_MEMBERS", 29)
    assert "more than 29 entries" in refusal(tmp_path, "a.zip")
    monkeypatch.setattr("aidememoire.ingest.packed.ARCHIVE_DIRECTORY", 1000)
    assert "list of entries" in refusal(tmp_path, "a.zip")


def test_tables_of_a_zip_lie_in_a_private_folder_only_while_it_is_read(tmp_path):
    archive = Archive(zipped(tmp_path / "a.zip", {"s/metadata.csv": "file\n"}))
    folder = archive.folder(lambda name: name == "metadata.csv", 1000)
    assert (folder / "s" / "metadata.csv").is_file()
    archive.close()
    assert not folder.exists()


def test_a_zip_whose_table_is_broken_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(private))
    (tmp_path / "in").mkdir()
    path = zipped(tmp_path / "in" / "a.zip", {"metadata.csv": "file,actor\na.txt,KRV\n" * 9, "a.txt": "We remember."})
    data = bytearray(path.read_bytes())
    at = data.index(b"metadata.csv") + 14
    data[at : at + 8] = bytes(8)
    path.write_bytes(bytes(data))
    assert "broken in the archive" in refusal(tmp_path / "in", "a.zip")
    assert list(private.iterdir()) == []


# Page families

BODY = f"<p>{LONG}</p><p>{LONG}“We remember,” she added.</p>"
FOOT = "<footer><p>© 2026</p><time datetime='2026-01-01'>today</time></footer>"
RELATED = "<aside><ul><li><time datetime='2025-12-31'>31 December 2025</time> Other news</li></ul></aside>"
LD = {"@context": "https://schema.org", "@graph": [{"@type": "Organization"}]}
LD["@graph"].append({"@type": "NewsArticle", "headline": "Remarks", "datePublished": "2019-05-09T01:00:00+03:00"})
FAMILIES = {
    "time element": (
        f"<article><header><h1>Remarks</h1><time datetime='2019-05-09T10:00'>9 May</time></header>{BODY}</article>"
        f"{RELATED}{FOOT}"
    ),
    "labelled field of the page": (
        f"<h1>Remarks</h1><dl><dt>Delivered on:</dt><dd>9 May 2019 (as it was delivered)</dd><dt>Location:</dt>"
        f"<dd>Torvale</dd><dt>Speaker</dt><dd>Ms Ana Lind, Minister of Foreign Affairs</dd></dl>{BODY}{RELATED}{FOOT}"
    ),
    "page metadata, JSON-LD": (
        f"<script type='application/ld+json'>{json.dumps(LD)}</script><h1>Remarks</h1>{BODY}{RELATED}{FOOT}"
    ),
    "page metadata": (
        f"<meta property='article:published_time' content='2019-05-09T08:00:00Z'><h1>Remarks</h1>{BODY}{RELATED}{FOOT}"
    ),
    "printed date line": (
        "<table><tr><td>Thursday, 1 January 2026</td><td>Search</td></tr></table>"
        "<table><tr><td><b>Remarks</b></td></tr>"
        f"<tr><td>Torvale, May 9, 2019</td></tr><tr><td>{LONG}<br>{LONG}</td></tr></table>{FOOT}"
    ),
}


@pytest.mark.parametrize("rule", FAMILIES)
def test_a_family_of_pages_proves_its_date(tmp_path, rule):
    page = f"<html><head><title>Remarks</title></head><body>{FAMILIES[rule]}</body></html>"
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    statement = only(read(tmp_path), "p.html")
    assert (statement.date, statement.date_precision, statement.date_rule) == ("2019-05-09", "day", rule)
    assert statement.title == "Remarks"
    assert LONG.strip() in statement.text.text
    assert statement.text.text.startswith("The minister")
    if rule.startswith("labelled"):
        assert (statement.speaker, statement.role, statement.place) == ("Ana Lind", "foreign minister", "Torvale")


def test_a_labelled_date_is_the_statements_and_the_metadata_the_carriers():
    facts = page_facts(
        "<meta property='article:published_time' content='2019-05-11'>"
        "<table><tr><th>Дата</th><td>9 мая 2019 г.</td></tr>"
        f"<tr><th>Тема</th><td>Выступление</td></tr></table>{BODY}"
    )
    assert (facts.date.iso, facts.published, facts.values) == ("2019-05-09", "2019-05-11", {"title": "Выступление"})


@pytest.mark.parametrize(
    "page",
    [
        f"<article><time datetime='2019-05-09'>a</time><time datetime='2019-05-10'>b</time>{BODY}</article>",
        f"<p>9 May 2019</p><p>10 May 2019</p>{BODY}",
        f"<p>Speaker: the one who speaks</p>{BODY}",
        f"{BODY}<p>9 May 2019</p>",
        "",
        "<script type='application/ld+json'>{broken</script>",
    ],
)
def test_what_is_in_doubt_is_no_date(page):
    facts = page_facts(page)
    assert facts.date.iso is None
    assert facts.values == {}


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("03.09.2021 - Pressemitteilung", "2021-09-03"),
        ("3 сентября 2021 года", "2021-09-03"),
        ("Paris, le 3 septembre 2021", "2021-09-03"),
        ("Viernes, 3 de septiembre de 2021", "2021-09-03"),
        ("2021-09-03 16:45", "2021-09-03"),
        ("Friday, September 3rd, 2021, 4:45 p.m. GMT", "2021-09-03"),
        ("Published on: 3 September 2021 | Speech", "2021-09-03"),
        ("发布时间：2021年9月3日", "2021-09-03"),
        ("2021년 9월 3일", "2021-09-03"),
        ("03/09/2021", None),
        ("September 2021", None),
        ("They met on 3 September 2021.", None),
        ("Resolution 242 of 22 November 1967", None),
        ("No. 1234-03-09-2021", None),
    ],
)
def test_date_lines(line, iso):
    assert date_line(line, "r").iso == iso


def test_sloppy_html_is_not_taken_for_deep(tmp_path):
    cells = "<tr><td>x" * 300
    script = "<SCRIPT>document.write('" + "<div>" * 300 + "')</Script>"
    page = f"<html><body>{script}<table>{cells}</table><article>{BODY}<br>{'<li>x<p>y' * 300}</article></body></html>"
    (tmp_path / "p.html").write_text(page, encoding="utf-8")
    assert LONG.strip() in only(read(tmp_path), "p.html").text.text


# Languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We remember the long war and the peace that followed it.", "en"),
        ("Nous nous souvenons de la longue guerre et de la paix.", "fr"),
        ("Wir erinnern uns an den langen Krieg und an den Frieden.", "de"),
        ("Recordamos la larga guerra y la paz que llegó después.", "es"),
        ("Мы помним долгую войну и мир, который за ней пришёл.", "ru"),
        ("Ми пам'ятаємо довгу війну та мир, який настав після неї.", "uk"),
        ("Pamiętamy długą wojnę i pokój, który po niej nastąpił.", "pl"),
        ("我们铭记漫长的战争以及随之而来的和平。" * 3, "zh"),
        ("私たちは長い戦争とその後の平和を忘れません。" * 3, "ja"),
        ("우리는 긴 전쟁과 그 뒤에 찾아온 평화를 기억합니다. " * 3, "ko"),
        ("نحن نتذكر الحرب الطويلة والسلام الذي جاء بعدها في بلادنا", "ar"),
        ("Uzun savaşı ve ardından gelen barışı hatırlıyoruz, unutmuyoruz.", "tr"),
        ("Lembramos a longa guerra e a paz que se seguiu a ela, não esquecemos.", "pt"),
        ("Ricordiamo la lunga guerra e la pace che ne è seguita, non dimentichiamo.", "it"),
        ("We remember.", None),
        ("3.9.2021 " * 40, None),
        ("", None),
    ],
)
def test_languages(text, language):
    assert detected(text) == language
    assert language is None or language in LANGUAGES


def test_a_stated_language_is_believed_and_others_are_kept(tmp_path):
    rows = [
        {"text": LONG},
        {"text": LONG, "language": "de-AT"},
        {"text": "Мы помним долгую войну и всех погибших в ней солдат."},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [s.language for s in read(tmp_path)["a.jsonl"].statements] == ["en", "de", "ru"]
    told = read(tmp_path, options=ReadOptions(defaults={"language": "fr"}))["a.jsonl"]
    assert [s.language for s in told.statements] == ["fr", "de", "fr"]


@pytest.mark.parametrize(
    ("named", "language"),
    [
        ("rus", "ru"),
        ("Russian", "ru"),
        ("FRA", "fr"),
        ("fre", "fr"),
        ("zho-Hans", "zh"),
        ("Chinese (Simplified)", "zh"),
        ("ky", "ky"),
        ("fil", "fil"),
        ("English/French", "English/French"),
        ("und", None),
    ],
)
def test_a_language_is_read_by_code_and_by_name(tmp_path, named, language):
    from aidememoire.ingest.language import as_language

    (tmp_path / "a.md").write_text(f"---\nlanguage: {named}\n---\n{LONG}\n", encoding="utf-8")
    assert only(read(tmp_path), "a.md").language == language
    assert language is None or as_language(language) == language


def test_a_name_of_a_language_stands_for_one():
    from aidememoire.ingest.language import _CODES, _NAMES

    assert len(_CODES) == sum(map(len, _NAMES))
    assert all(len(row) >= 3 and (len(row[0]), len(row[1])) == (2, 3) for row in _NAMES)


def test_without_the_extra_texts_are_read_all_the_same(tmp_path, monkeypatch):
    from aidememoire.ingest import language

    (tmp_path / "a.txt").write_text(LONG, encoding="utf-8")
    with_extra = read(tmp_path)
    monkeypatch.setattr(language, "_identifier", lambda: None)
    monkeypatch.setattr("aidememoire.ingest.corpus.detector", lambda: "none")
    without = read(tmp_path, known={"a.txt": with_extra["a.txt"].state})
    assert only(without, "a.txt").language is None


@pytest.mark.parametrize(
    ("package", "name", "data"),
    [
        ("pypdf", "a.pdf", pdf(PAGES)),
        ("docx", "a.docx", b"PK\x03\x04"),
        ("feedparser", "a.rss", b"<rss/>"),
        ("lxml", "a.tei", b"<TEI/>"),
    ],
)
def test_a_missing_extra_says_what_to_install(tmp_path, monkeypatch, package, name, data):
    (tmp_path / name).write_bytes(data)
    monkeypatch.setitem(sys.modules, package, None)
    result = read(tmp_path)[name]
    assert result.state is None
    assert "pip install 'aidememoire[ingest]'" in result.reason


# What is made to do harm

READ_ONE = """
import json, sys, time
from pathlib import Path
from aidememoire.ingest import read_corpus
start = time.perf_counter()
results = list(read_corpus(Path(sys.argv[1]), name="c"))
seconds = time.perf_counter() - start
read = sum(len(result.statements) for result in results)
reasons = [result.reason for result in results] + [r for result in results for _, r in result.refused_records]
status = Path("/proc/self/status")  # the peak that getrusage gives is that of the process which forked
peak = int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024 if status.exists() else 0
print(json.dumps([seconds, peak, read, [reason for reason in reasons if reason]]))
"""
MOST_SECONDS, MOST_MB = 5, 500


def entity_bomb(root, body):
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE {root} [<!ENTITY l0 "ha">{levels}]>{body}'


def packed_zeros(size, name="a.txt"):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made, made.open(name, "w") as member:
        for _ in range(size // 1_000_000):
            member.write(b"0" * 1_000_000)
    return stream.getvalue()


def zip_that_lies(name="a.txt"):
    """A member of 400 MB whose list of entries says that it has 100 bytes."""
    data = bytearray(packed_zeros(400_000_000, name))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(mark) + offset, 100)
    return bytes(data)


def zip_of_many():
    """One member of 40 MB under a hundred names: alone each is within the limits."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("0.txt", random.Random(1).randbytes(500_000).hex() * 40)
    data = bytearray(stream.getvalue())
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = b"".join(bytes(data[at:end]) for _ in range(100))
    tail = data[end:]
    struct.pack_into("<HHL", tail, 8, 100, 100, len(entries))
    return bytes(data[:at]) + entries + bytes(tail)


def pdf_with_a_bomb():
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(600)) + packer.flush()
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 9 9] >>",
        f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed.decode('latin-1')}\nendstream",
        "<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>",
    ]
    return assembled(objects, "")


def pdf_with_forms_in_forms(levels=7, times=10):
    draw = "/X Do " * times
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [4 0 R] /Count 1 /MediaBox [0 0 9 9] >>"]
    objects.append(f"<< /Length {len(draw)} >>\nstream\n{draw}\nendstream")
    objects.append("<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << /XObject << /X 5 0 R >> >> >>")
    for level in range(levels):
        form = f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {level + 6} 0 R >> >>"
        objects.append(f"<< {form} /Length {len(draw)} >>\nstream\n{draw}\nendstream")
    objects.append("<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 1 >>\nstream\n \nendstream")
    return assembled(objects, "")


def docx_with_a_bomb():
    return repacked(document(["x"]), word__document="<w>" + "0" * 300_000_000 + "</w>")


def workbook(**parts):
    """A metadata table, with parts of it replaced."""
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["file", "actor"])
    book.active.append(["a.txt", "XAA"])
    book.save(stream)
    return repacked(stream.getvalue(), **parts)


def beside_a_note(table):
    """A zipped folder with a note and its metadata table."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("a.txt", LONG)
        made.writestr("metadata.xlsx", table)
    return stream.getvalue()


def front(header):
    return f"---\n{header}\n---\n{LONG}".encode()


def long_feed():
    return f"<rss><channel><item><description>{LONG * 110_000}</description></item></channel></rss>".encode()


DEEP = 100_000
HARMFUL = {
    "a statement too long": ("a.txt", lambda: (LONG * 110_000).encode(), "longer than a statement"),
    "a file too long": ("a.txt", lambda: b"We remember. " * 4_500_000, "larger than 50 MB"),
    "a page too long": ("a.html", lambda: b"<html><p>" + LONG.encode() * 110_000, "longer than a statement"),
    "a record too long": ("a.jsonl", lambda: json.dumps({"text": LONG * 500_000}).encode(), "longer than a statement"),
    "a cell too long": ("a.csv", lambda: f'id,text\n1,"{LONG * 300_000}"\n'.encode(), "longer than a statement"),
    "an entry too long": ("a.rss", long_feed, "longer than a statement"),
    "a zip bomb": ("a.zip", lambda: packed_zeros(300_000_000), "grows more than 100 times"),
    "a small zip bomb": ("a.zip", lambda: packed_zeros(48_000_000), "grows more than 100 times"),
    "a zip that lies": ("a.zip", zip_that_lies, "broken in the archive"),
    "a DOCX that lies": ("a.docx", lambda: zip_that_lies("word/media/a.png"), "broken in the archive"),
    "overlapping entries": ("a.zip", zip_of_many, "grows beyond 2,000 MB"),
    "a bomb in a DOCX": ("a.docx", docx_with_a_bomb, "grows"),
    "a bomb in a table": (
        "a.zip",
        lambda: beside_a_note(workbook(xl__worksheets__sheet1="<w>" + "0" * 300_000_000 + "</w>")),
        "metadata.xlsx: archive grows",
    ),
    "a table too long": (
        "a.zip",
        lambda: beside_a_note(workbook(xl__worksheets__sheet1=random.Random(1).randbytes(1_000_000).hex() * 30)),
        "metadata.xlsx: workbook with a part larger than 50 MB",
    ),
    "a table that lies": (
        "a.zip",
        lambda: beside_a_note(zip_that_lies("xl/worksheets/sheet1.xml")),
        "metadata.xlsx: broken in the archive",
    ),
    "entities in a table": (
        "a.zip",
        lambda: beside_a_note(workbook(xl__workbook=entity_bomb("w", "<w>&l11;</w>"))),
        "metadata.xlsx: workbook that declares a document type",
    ),
    "brackets in front matter": ("a.md", lambda: front("a: " + "[" * 5_000 + "]" * 5_000), "brackets open at once"),
    "braces in front matter": ("a.md", lambda: front("a: " + "{b: " * 3_000), "brackets open at once"),
    "keys in keys in front matter": ("a.md", lambda: front("a:\n  " + "- " * 7_000), "not YAML"),
    "front matter too long": ("a.md", lambda: front("a: [" + "x," * 30_000 + "]"), "more than 16,000 characters"),
    "a bomb in a PDF": ("a.pdf", pdf_with_a_bomb, "page 1"),
    "forms in forms in a PDF": ("a.pdf", pdf_with_forms_in_forms, "page 1: drawn with more"),
    "deep TEI": ("a.xml", lambda: b"<TEI><text>" + b"<p>" * DEEP + b"x" + b"</p>" * DEEP + b"</text></TEI>", "deep"),
    "deep divisions": ("a.xml", lambda: b"<TEI><text>" + b"<div>" * DEEP + b"x" + b"</div>" * DEEP, "deep"),
    "a deep feed": ("a.rss", lambda: b"<rss><channel>" + b"<item>" * DEEP + b"x" + b"</item>" * DEEP, "deep"),
    "a deep page": ("a.html", lambda: b"<html><body>" + b"<div>" * DEEP + b"x" + b"</div>" * DEEP, "deep"),
    "a page never closed": ("a.html", lambda: b"<html><body>" + b"<b><p>x" * DEEP, "deep"),
    "entities in TEI": ("a.xml", lambda: entity_bomb("TEI", "<TEI>&l11;</TEI>").encode(), "entities"),
    "entities in a feed": ("a.rss", lambda: entity_bomb("rss", "<rss>&l11;</rss>").encode(), "entities"),
    "entities in UTF-16": ("a.xml", lambda: entity_bomb("TEI", "<TEI>&l11;</TEI>").encode("utf-16"), "entities"),
    "entities in a page": ("a.html", lambda: entity_bomb("html", "<html>&l11;</html>").encode(), "entities"),
    "entities in a DOCX": (
        "a.docx",
        lambda: repacked(document(["x"]), word__document=entity_bomb("w", "<w>&l11;</w>")),
        "document type",
    ),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_is_made_to_do_harm_is_refused_quickly(tmp_path, name):
    file_name, made, reason = HARMFUL[name]
    (tmp_path / file_name).write_bytes(made())
    ran = subprocess.run(
        [sys.executable, "-c", READ_ONE, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    seconds, peak, read_statements, reasons = json.loads(ran.stdout)
    assert read_statements == 0
    assert any(reason in given for given in reasons), reasons
    assert seconds < MOST_SECONDS
    assert peak < MOST_MB


@pytest.mark.parametrize("name", [name for name in HARMFUL if "front matter" in name])
def test_front_matter_is_refused_within_a_second(tmp_path, name):
    file_name, made, reason = HARMFUL[name]
    (tmp_path / file_name).write_bytes(made())
    refusal(tmp_path, file_name)  # the parser is loaded
    begin = time.process_time()
    assert reason in refusal(tmp_path, file_name)
    assert time.process_time() - begin < 1


def test_a_sheet_is_as_wide_as_what_stands_in_it(tmp_path):
    cell = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = [cell.format("A1", "file") + cell.format("XFD1", "far"), cell.format("A2", "a.txt")]
    sheet = "".join(f'<row r="{number}">{cells}</row>' for number, cells in zip((1, 1000), rows, strict=True))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>{sheet}</sheetData></worksheet>'
    (tmp_path / "metadata.xlsx").write_bytes(workbook(xl__worksheets__sheet1=xml.replace('"A2"', '"A1000"')))
    rows = sheet_rows(tmp_path / "metadata.xlsx")
    assert (list(rows[0]), list(rows[999])) == (["file"], ["a.txt"])
    assert {len(row) for row in rows[1:999]} == {0}
