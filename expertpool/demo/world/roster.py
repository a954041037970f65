"""How the 300 experts are spread: over role kinds, home ministries, desks, and what each kind knows."""

from dataclasses import dataclass

MINISTRIES = ("MSS", "MOTIR", "KFTC", "MOIP", "NPA", "NIS")

# Experts per role kind and home ministry, in the order of MINISTRIES.
SPREAD: dict[str, tuple[int, int, int, int, int, int]] = {
    "DFE": (6, 2, 4, 4, 19, 5),
    "ATT": (26, 3, 7, 6, 2, 0),
    "PAT": (16, 2, 2, 22, 0, 0),
    "SIM": (12, 16, 18, 24, 0, 2),
    "VAL": (10, 3, 2, 5, 0, 0),
    "SEC": (8, 5, 1, 1, 4, 5),
    "MED": (6, 3, 3, 2, 0, 0),
    "ARB": (2, 1, 1, 2, 0, 0),
    "ITP": (2, 1, 0, 1, 6, 4),
    "OVS": (2, 0, 0, 2, 0, 2),
    "EXP": (0, 4, 0, 0, 2, 2),
    "INV": (0, 0, 2, 1, 7, 0),
}
# Similarity assessors per desk; shipbuilding and nuclear are thin on purpose.
ASSESSORS: dict[str, int] = {
    "D01": 9, "D02": 7, "D03": 6, "D04": 8, "D05": 5, "D06": 6, "D07": 2,
    "D08": 3, "D09": 6, "D10": 6, "D11": 5, "D12": 4, "D13": 2, "D14": 3,
}  # fmt: skip
INTERPRETERS = ("en", "zh", "ja", "de", "vi", "en", "zh", "ja", "de", "vi", "en", "zh", "ja", "en")
OVERSEAS = ("en", "de", "zh", "ja", "vi", "en")
CHAIRS = 12
HOMONYM_PAIRS = 11
EXPIRED, PAUSED, ON_LONG_LEAVE = 24, 18, 2


@dataclass(frozen=True, slots=True)
class Craft:
    """What usually comes with a role kind. `licences`: the first is the main one."""

    skills: tuple[str, ...]
    proceedings: tuple[str, ...]
    licences: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


CRAFTS: dict[str, Craft] = {
    "DFE": Craft(
        ("imaging", "mobile_cloud", "log_analysis", "source_code"),
        ("criminal", "support", "administrative"),
        ("forensic_examiner",),
        ("D04",),
    ),
    "ATT": Craft(
        ("injunction", "secrecy_review"),
        ("civil", "criminal", "administrative", "support"),
        ("attorney",),
        also=("CNS",),
    ),
    "PAT": Craft(
        ("patent_analysis", "secrecy_review"),
        ("civil", "administrative", "trade_commission"),
        ("patent_attorney",),
        ("D01", "D02", "D04", "D06", "D09", "D10", "D11", "D12"),
    ),
    "SIM": Craft(
        ("drawings", "process", "composition", "source_code"),
        ("administrative", "criminal", "ruling"),
        ("professional_engineer",),
    ),
    "VAL": Craft(("royalty",), ("civil", "administrative"), ("technology_valuator", "accountant")),
    "SEC": Craft(
        ("security_design", "secrecy_review", "log_analysis", "cybersecurity"),
        ("support",),
        ("security_manager",),
        ("D04",),
        also=("CNS",),
    ),
    "MED": Craft(("mediation",), ("mediation",), (), ("D01", "D02", "D04", "D09", "D10"), also=("ARB",)),
    "ARB": Craft(("mediation",), ("arbitration", "mediation"), (), ("D04", "D06", "D09"), also=("MED",)),
    "ITP": Craft(("interpreting",), ("civil", "criminal"), ("interpreter",)),
    "OVS": Craft(("injunction",), ("civil", "trade_commission"), ("foreign_attorney",)),
    "EXP": Craft(("export_review",), ("ruling", "administrative"), (), ("D01", "D02", "D08", "D13")),
    "INV": Craft(("log_analysis",), ("administrative", "criminal")),
}
REGION_WEIGHTS: dict[str, int] = {
    "KR-11": 34, "KR-41": 22, "KR-30": 10, "KR-26": 6, "KR-27": 4, "KR-28": 4, "KR-29": 3, "KR-31": 3,
    "KR-50": 5, "KR-42": 2, "KR-43": 2, "KR-44": 3, "KR-45": 2, "KR-46": 1, "KR-47": 2, "KR-48": 3,
    "KR-49": 1,
}  # fmt: skip
WEEKLY_HOURS: tuple[tuple[int, int], ...] = ((4, 10), (6, 14), (8, 22), (10, 18), (12, 16), (16, 12), (20, 8))
