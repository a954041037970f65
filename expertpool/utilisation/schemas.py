"""The reports as JSON."""

import marshmallow as ma


class PeriodIn(ma.Schema):
    """Which days; the last ninety when left out."""

    first = ma.fields.Date(metadata={"description": "First day, in Seoul."})
    last = ma.fields.Date(metadata={"description": "Last day, included."})


class ReportOut(ma.Schema):
    """One table: `rows` are objects keyed by the columns' keys."""

    report = ma.fields.String()
    first = ma.fields.Date()
    last = ma.fields.Date()
    title = ma.fields.String()
    meaning = ma.fields.String()
    columns = ma.fields.List(ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String()))
    rows = ma.fields.List(ma.fields.Dict(keys=ma.fields.String()))
