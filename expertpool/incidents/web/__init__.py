"""The pages of incidents and needs. Higher features add blocks with `incident_panels` and `need_panels`."""

from expertpool.incidents.web import changes, conflict_facts, desk, incidents, need_editor, needs
from expertpool.incidents.web.blueprint import blp
from expertpool.incidents.web.panels import (
    Panel,
    PanelAction,
    incident_panels,
    need_panels,
)

__all__ = [
    "Panel",
    "PanelAction",
    "blp",
    "changes",
    "conflict_facts",
    "desk",
    "incident_panels",
    "incidents",
    "need_editor",
    "need_panels",
    "needs",
]
