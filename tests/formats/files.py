"""Real files of each format, made by other tools than those that read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    "</Relationships>"
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(pages: Sequence[Sequence[str]], *, head: str = "", password: str = "") -> bytes:
    """Return a PDF of `pages`, each of paragraphs; the first of the first page is set larger."""
    from fpdf import FPDF

    class Document(FPDF):
        def header(self) -> None:
            if head:
                self.set_font("Helvetica", size=8)
                self.cell(0, 8, head, new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            if head:
                self.set_y(-15)
                self.set_font("Helvetica", size=8)
                self.cell(0, 8, f"Page {self.page_no()}")

    made = Document()
    for number, paragraphs in enumerate(pages):
        made.add_page()
        for at, paragraph in enumerate(paragraphs):
            made.set_font("Helvetica", size=18 if not number and not at else 11)
            made.multi_cell(0, 6, paragraph, align="L", new_x="LMARGIN", new_y="NEXT")
            made.ln(4)
    if password:
        made.set_encryption(owner_password=password, user_password=password)
    return bytes(made.output())


def scanned_pdf(pages: int = 2) -> bytes:
    """Return a PDF whose pages are pictures."""
    from fpdf import FPDF
    from PIL import Image

    made = FPDF()
    for _ in range(pages):
        made.add_page()
        made.image(Image.new("L", (60, 80), 200), x=10, y=10, w=150)
    return bytes(made.output())


def zipped(files: dict[str, str | bytes]) -> bytes:
    """Return a zip file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return written.getvalue()


def docx(parts: Sequence[tuple[str, str]], *, table: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a Word file of (style, text); "" is the usual style."""
    styles = {style for style, _ in parts if style}
    named = "".join(
        f'<w:style w:type="paragraph" w:styleId="{style.replace(" ", "")}">'
        f'<w:name w:val="{style}"/></w:style>'
        for style in sorted(styles)
    )
    body = "".join(
        "<w:p>"
        + (f'<w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/></w:pPr>' if style else "")
        + f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        for style, text in parts
    )
    rows = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row)
        + "</w:tr>"
        for row in table
    )
    grid = "".join("<w:gridCol/>" for _ in (table[0] if table else ()))
    body += f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>" if table else ""
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELS,
            "word/_rels/document.xml.rels": _DOCUMENT_RELS,
            "word/styles.xml": f'<?xml version="1.0"?><w:styles {_WORD}>{named}</w:styles>',
            "word/document.xml": f'<?xml version="1.0"?><w:document {_WORD}><w:body>{body}'
            "<w:sectPr/></w:body></w:document>",
        }
    )


def epub(
    chapters: Sequence[str], *, title: str = "", more: str = "", locked: bool = False
) -> bytes:
    """Return an e-book whose chapters are the given bodies; `more` is metadata."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:'
        'opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OPS/book.opf" '
        'media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OPS/book.opf": '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
        'version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
        f"{title}</dc:title>{more}</metadata><manifest><item id='nav' href='nav.xhtml' "
        f"properties='nav' media-type='application/xhtml+xml'/>{items}</manifest>"
        f"<spine><itemref idref='nav'/>{order}</spine></package>",
        "OPS/nav.xhtml": "<html><body><nav><ol><li>Contents</li></ol></nav></body></html>",
    }
    for n, body in enumerate(chapters):
        files[f"OPS/text/c {n}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title>x</title></head><body>{body}</body></html>"
        )
    if locked:
        files["META-INF/encryption.xml"] = (
            '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
            '<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
            "</e:EncryptedData></encryption>"
        )
    return zipped(files)
