"""The report of a run: what it says (`model`), the PDF (`pdf`) and the manifest (`manifest`)."""

from __future__ import annotations

from aidememoire.report.manifest import package_versions, portable_command, write_manifest
from aidememoire.report.model import Example, ReportData, ThemePage
from aidememoire.report.pdf import write_pdf

__all__ = [
    "Example",
    "ReportData",
    "ThemePage",
    "package_versions",
    "portable_command",
    "write_manifest",
    "write_pdf",
]
