"""Use cases of the registry."""

from expertpool.experts.service.imports import (
    CellFault,
    Effect,
    ImportPlan,
    RowPlan,
    apply_import,
    plan_import,
)
from expertpool.experts.service.notice import change_notice
from expertpool.experts.service.reference import load_reference
from expertpool.experts.service.registry import (
    change_expert,
    change_own_profile,
    lock_experts,
    lock_rows,
    move_expert,
    register_expert,
    touch_calendar,
    verify_facet,
)
from expertpool.experts.service.sheets import MOST_ROWS, Table, csv_bytes, read_table, xlsx_bytes

__all__ = [
    "MOST_ROWS",
    "CellFault",
    "Effect",
    "ImportPlan",
    "RowPlan",
    "Table",
    "apply_import",
    "change_expert",
    "change_notice",
    "change_own_profile",
    "csv_bytes",
    "load_reference",
    "lock_experts",
    "lock_rows",
    "move_expert",
    "plan_import",
    "read_table",
    "register_expert",
    "touch_calendar",
    "verify_facet",
    "xlsx_bytes",
]
