"""Figures counted from the rows, and the reports made of them."""

from expertpool.utilisation.queries.reports import Cell, Report, report_named

__all__ = ["Cell", "Report", "report_named"]
