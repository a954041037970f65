"""Coined names of organisations. None is meant to be anybody's."""

# Group stem in both scripts, how many firms it has or had, and the desk of its best known one.
GROUPS: tuple[tuple[str, str, int, str], ...] = (
    ("미르온", "Mireon", 17, "D01"),
    ("가람누리", "Garamnuri", 11, "D04"),
    ("한들", "Handeul", 10, "D02"),
    ("도래샘", "Doraesaem", 9, "D10"),
    ("솔미르", "Solmir", 9, "D06"),
    ("너울재", "Neouljae", 9, "D11"),
)
HOLDINGS = ("홀딩스", "Holdings")
# What a firm of each desk calls itself after its stem.
BRANCHES: dict[str, tuple[tuple[str, str], ...]] = {
    "D01": (("세미", "Semi"), ("디스플레이", "Display")),
    "D02": (("셀", "Cell"), ("파워", "Power")),
    "D03": (("네트웍스", "Networks"),),
    "D04": (("소프트", "Soft"), ("데이터", "Data")),
    "D05": (("로보틱스", "Robotics"),),
    "D06": (("모빌리티", "Mobility"), ("오토텍", "Autotech")),
    "D07": (("마린", "Marine"),),
    "D08": (("에어로", "Aero"),),
    "D09": (("정밀", "Precision"), ("금형", "Mould")),
    "D10": (("머티리얼즈", "Materials"), ("케미칼", "Chemical")),
    "D11": (("바이오", "Bio"), ("제약", "Pharm")),
    "D12": (("메디칼", "Medical"), ("계측", "Metrics")),
    "D13": (("플랜트", "Plant"),),
    "D14": (("푸드", "Foods"),),
}
# Firms that belong to no group: stem in both scripts, desk, which of its branch names.
INDEPENDENT: tuple[tuple[str, str, str, int], ...] = (
    ("도담", "Dodam", "D09", 0), ("늘해온", "Neulhaeon", "D02", 0), ("벼리솜", "Byeorisom", "D01", 0),
    ("하늬터", "Haneuiteo", "D04", 0), ("여울해", "Yeoulhae", "D10", 0), ("다솔미", "Dasolmi", "D11", 0),
    ("별하솔", "Byeolhasol", "D05", 0), ("온새로", "Onsaero", "D12", 0), ("모아름", "Moareum", "D06", 1),
    ("새벽골", "Saebyeokgol", "D03", 0), ("윤슬터", "Yunseulteo", "D01", 1),
    ("초롱미", "Chorongmi", "D14", 0),
    ("바람새", "Baramsae", "D13", 0), ("고운결", "Goungyeol", "D10", 1), ("물빛재", "Mulbitjae", "D12", 1),
    ("해오늘", "Haeoneul", "D02", 1), ("너른돌", "Neoreundol", "D09", 1), ("솔바리", "Solbari", "D04", 1),
    ("아라솜", "Arasom", "D07", 0), ("꽃내음", "Kkonnaeeum", "D11", 1), ("달마중", "Dalmajung", "D08", 0),
    ("잎새론", "Ipsaeron", "D05", 0), ("구름재", "Gureumjae", "D04", 0), ("은여울", "Eunyeoul", "D10", 0),
    ("참솔내", "Chamsollae", "D06", 0),
)  # fmt: skip
LAW_FIRMS: tuple[tuple[str, str], ...] = (
    ("늘봄터", "Neulbomteo"), ("바른결", "Bareungyeol"), ("해솔담", "Haesoldam"), ("온고지", "Ongoji"),
    ("다림돌", "Darimdol"), ("슬기샘", "Seulgisaem"), ("푸른재", "Pureunjae"), ("마루별", "Marubyeol"),
    ("곧은길", "Godeungil"), ("여는새", "Yeoneunsae"), ("돋을볕", "Dodeulbyeot"), ("한울재", "Hanuljae"),
)  # fmt: skip
PATENT_FIRMS: tuple[tuple[str, str], ...] = (
    ("글빛", "Geulbit"), ("새김돌", "Saegimdol"), ("누리샘", "Nurisaem"), ("이룸결", "Irumgyeol"),
    ("밝은솔", "Balgeunsol"), ("지음터", "Jieumteo"), ("빚음", "Bijeum"), ("가온샘", "Gaonsaem"),
)  # fmt: skip
UNIVERSITIES: tuple[tuple[str, str], ...] = (
    ("새마루", "Saemaru"), ("미리내들", "Mirinaedeul"), ("다물솔", "Damulsol"), ("온고을재", "Ongoeuljae"),
    ("벼리샘", "Byeorisaem"), ("여울목", "Yeoulmok"), ("솔내들", "Sollaedeul"), ("가온벌", "Gaonbeol"),
    ("해오름골", "Haeoreumgol"), ("너른들", "Neoreundeul"), ("하람솔", "Haramsol"),
    ("물맑은재", "Mulmalgeunjae"),
)  # fmt: skip
INSTITUTES: tuple[tuple[str, str, str, str], ...] = (
    ("누리결 정밀기술연구원", "Nurigyeol Institute of Precision Technology", "D09", "nurigyeol"),
    ("별솔 전지소재연구원", "Byeolsol Battery Materials Institute", "D02", "byeolsol"),
    ("아라결 해양공학연구원", "Aragyeol Institute of Marine Engineering", "D07", "aragyeol"),
    ("새론 반도체공정연구원", "Saeron Semiconductor Process Institute", "D01", "saeron"),
    ("다올샘 생명연구원", "Daolsaem Life Science Institute", "D11", "daolsaem"),
    ("해든솔 에너지환경연구원", "Haedeunsol Energy and Environment Institute", "D13", "haedeunsol"),
)  # fmt: skip
# Foreign parents: Korean, English, country, desk.
FOREIGN: tuple[tuple[str, str, str, str], ...] = (
    ("린트탈 홀딩", "Lindtal Holding SE", "DE", "D09"),
    ("아이스펠트 바테리", "Eisfeld Batterie GmbH", "DE", "D02"),
    ("아벤포트 인더스트리", "Avenport Industries Inc.", "US", "D06"),
    ("브렌윅 랩스", "Brenwick Labs Inc.", "US", "D11"),
    ("호시쿠라 제작소", "Hoshikura Seisakusho K.K.", "JP", "D01"),
    ("미나세 화학", "Minasegawa Kagaku K.K.", "JP", "D10"),
    ("콴링 머티리얼즈", "Quanling Materials Co.", "CN", "D10"),
    ("진허란 반도체", "Jinhelan Semiconductor Co.", "CN", "D01"),
    ("벨모라 시스템스", "Velmora Systems B.V.", "NL", "D04"),
    ("타이윈 프리시전", "Taiyunn Precision Co.", "TW", "D09"),
    ("프엉람 전자", "Phuonglam Electronics JSC", "VN", "D03"),
    ("노르하빅 마린", "Nordhavik Marine AB", "SE", "D07"),
)
DEPARTMENTS: tuple[tuple[str, str], ...] = (
    ("전자공학과", "Department of Electronic Engineering"),
    ("기계공학과", "Department of Mechanical Engineering"),
    ("신소재공학과", "Department of Materials Science"),
    ("컴퓨터공학과", "Department of Computer Science"),
    ("화학생명공학과", "Department of Chemical and Biological Engineering"),
    ("법학전문대학원", "School of Law"),
)
