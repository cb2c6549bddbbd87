"""Pages from their content: HTML that is well formed and escaped, and the same as Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from plait.html.bars import Bar, bars_svg
from plait.html.markdown import to_markdown
from plait.html.page import (
    Code,
    Column,
    Figure,
    Listing,
    Page,
    Paragraph,
    Section,
    Settings,
    Table,
)
from plait.html.render import to_html
from plait.knots.errors import InputError

VOID = {"meta", "link", "br", "hr", "img", "input"}
EVIL = "<script>alert('x')</script> & \"quoted\" \u202eRTL\u202c שלום 结 \x00\x1b"
SVG = bars_svg([Bar(label=EVIL, parts=(1.0,))], parts=("part",), title=EVIL)


class Reader(HTMLParser):
    """Elements, text and headings; end tags must match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def full_page() -> Page:
    columns = (Column(EVIL), Column("n", numeric=True))
    return Page(
        title=EVIL,
        summary=EVIL,
        sections=(
            Section(EVIL, (Paragraph(EVIL), Paragraph("good", "good"), Paragraph("bad", "bad"))),
            Section("Lists", (Listing((EVIL, "second"), "note"), Code(EVIL))),
            Section("Settings", (Settings(((EVIL, EVIL), ("empty", ""))),)),
            Section("Table", (Table(caption=EVIL, columns=columns, rows=((EVIL, "1"),)),)),
            Section("Figure", (Figure(svg=SVG, caption=EVIL, alternative=EVIL),)),
            Section("Nothing", ()),
        ),
        footer=EVIL,
    )


def test_pages_are_well_formed_and_hold_nothing_but_text() -> None:
    html = to_html(full_page())
    reader = read(html)
    tags = {tag for tag, _ in reader.elements}
    assert not tags & {"script", "iframe", "img", "object", "embed", "base", "form", "b"}
    assert "<script>alert" in reader.text  # as text
    assert "\x00" not in html
    assert "\x1b" not in html
    # Nothing is loaded, and nothing runs.
    for tag, attributes in reader.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("src", "style", "srcset", "action")
            if name == "href":
                assert (
                    value == "data:," if tag == "link" else (value or "").startswith("#section-")
                )
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a["content"] for t, a in reader.elements if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_headings_are_in_order_and_sections_have_names() -> None:
    reader = read(to_html(full_page()))
    assert reader.headings == ["h1", *["h2"] * 5]
    assert "Nothing" not in reader.text
    ids = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(ids) == len(set(ids))
    named = [a["aria-labelledby"] for _, a in reader.elements if "aria-labelledby" in a]
    assert all(part in ids for value in named for part in (value or "").split())
    html = next(a for tag, a in reader.elements if tag == "html")
    assert html["lang"] == "en"
    links = [a["href"] for tag, a in reader.elements if tag == "a"]
    assert links == [f"#section-{k}" for k in range(1, 6)]


def test_tables_have_captions_scopes_and_aligned_numbers() -> None:
    reader = read(to_html(full_page()))
    tags = [tag for tag, _ in reader.elements]
    assert tags.count("caption") == 1
    cells = [(tag, a) for tag, a in reader.elements if tag in ("th", "td")]
    assert [a.get("scope") for _, a in cells] == ["col", "col", "row", None]
    assert [a.get("class") for _, a in cells] == [None, "number", "long", "number"]


def test_huge_tables_are_folded() -> None:
    columns = (Column("k", numeric=True), Column("square", numeric=True))
    rows = tuple((str(k), str(k * k)) for k in range(20_000))
    page = Page("t", "", (Section("s", (Table(caption="c", columns=columns, rows=rows),)),))
    html = to_html(page)
    assert "<summary>c (20000 rows)</summary>" in html
    assert html.count("<tr") == 20_001
    assert to_markdown(page).count("\n| ") == 20_002
    short = Table(caption="c", columns=columns, rows=rows[:30], strong=3)
    html = to_html(Page("t", "", (Section("s", (short,)),)))
    assert "<details" not in html
    assert html.count('<tr class="strong">') == 1


def test_pages_without_anything_in_them() -> None:
    assert read(to_html(Page("t", "", ()))).headings == ["h1"]
    assert to_markdown(Page("t", "", ())) == "# t\n"
    empty = Page("t", "", (Section("s", (Settings(()), Table(caption="c", columns=(), rows=()))),))
    read(to_html(empty))
    to_markdown(empty)


def test_markdown_escapes_what_it_would_read() -> None:
    markdown = to_markdown(full_page())
    assert "\\<script\\>alert" in markdown
    assert "<svg" not in markdown
    # Only the code block has it as it is.
    outside = "".join(markdown.split("```")[::2])
    assert "<script>" not in outside
    cells = [line for line in markdown.splitlines() if line.startswith("|")]
    assert cells
    page = Page("a|b", "- no list", (Section("1. no list", (Paragraph("# no heading\n\nx"),)),))
    assert to_markdown(page) == "# a\\|b\n\n\\- no list\n\n## 1. no list\n\n\\# no heading x\n"
    assert to_markdown(Page("t", "1. no list", ())) == "# t\n\n1\\. no list\n"
    table = Table(caption="c", columns=(Column("a"), Column("b", True)), rows=(("x|y", "1"),))
    assert "| a | b |\n| --- | ---: |\n| x\\|y | 1 |" in to_markdown(
        Page("t", "", (Section("s", (table,)),))
    )
    code = to_markdown(Page("t", "", (Section("s", (Code("a ``` b"),)),)))
    assert "\n````\na ``` b\n````\n" in code


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        ("<svg", "is no SVG"),
        ("text", "is no SVG"),
        ('<svg onload="x()"/>', "plain shapes and text"),
        ("<svg><script>x</script></svg>", "plain shapes and text"),
        ('<svg><a href="https://example.org"/></svg>', "plain shapes and text"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">'
            '<use x:href="other.svg#a"/></svg>',
            "plain shapes and text",
        ),
        ('<svg style="color: red"/>', "plain shapes and text"),
        ('<svg><image src="a.png"/></svg>', "plain shapes and text"),
        ('<svg><path fill="url(https://example.org/a)"/></svg>', "plain shapes and text"),
        ("<div/>", "is no SVG"),
    ],
)
def test_figures_that_are_no_plain_svg_are_refused(svg: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Figure(svg=svg, caption="c", alternative="a")


def test_content_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError, match="row 1 has 1 cells in 2 columns"):
        Table(caption="c", columns=(Column("a"), Column("b")), rows=(("x",),))
    with pytest.raises(InputError, match="tone='loud': choose from plain, good, bad, note"):
        Paragraph("x", "loud")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="tone='loud'"):
        Listing(("x",), "loud")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="give a page a title"):
        Page("  ", "", ())
