"""Eight incidents told to the end: who the parties are, what happened, and what each is there to show."""

from dataclasses import dataclass

from expertpool.incidents.rules import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One worked case. Organisations are named as they are coined; `linked` is another incident's key."""

    key: str
    type: str
    stage: str
    lead: str
    supporting: tuple[str, ...]
    region: str
    technology: str
    desk: str
    urgency: Urgency
    complainant: str
    respondent: str
    title_ko: str
    title_en: str
    summary_ko: str
    summary_en: str
    facts_ko: str
    facts_en: str
    shows_ko: str
    shows_en: str
    received_days_ago: int
    clock: str | None = None
    due_in_days: int | None = None
    accused: bool = False
    core_technology: bool = False
    compartmented: bool = False
    clearance: str | None = None
    language: str | None = None
    linked: str | None = None
    support_budget_won: int | None = None
    programme_chain: tuple[str, ...] = ()


STORIES: tuple[Story, ...] = (
    Story(
        key="S1", type="leaver", stage="active", lead="MSS", supporting=("NPA",), region="KR-41",
        technology="T08", desk="D01", urgency=Urgency.TONIGHT,
        complainant="벼리솜세미", respondent="미르온세미", accused=True,
        received_days_ago=1, clock="U02", due_in_days=0,
        title_ko="퇴사자 자료 반출 의심(반도체)", title_en="Suspected removal by a leaver (semiconductors)",
        summary_ko="퇴사자의 업무용 노트북이 곧 다시 지급됩니다. 오늘 밤 저장매체를 보존해야 합니다.",
        summary_en="A leaver's work laptop is about to be reissued. Its storage has to be preserved tonight.",
        facts_ko="공정 책임자가 경쟁사로 옮기기 전날 식각 조건 자료를 내려받은 기록이 남았습니다. "
        "전산팀이 노트북을 다음 날 아침 다른 직원에게 줄 예정임을 밤 10시 40분에 알려 왔습니다.",
        facts_en="The day before moving to a competitor, a process lead downloaded etching conditions. "
        "At 22:40 the firm reported that the laptop would be reissued the next morning.",
        shows_ko="야간 대기 전문가를 두 번 눌러 부르고, 2시간 안에 답하고 24시간 안에 착수합니다.",
        shows_en="Calling the standby examiner at night: an answer in 2 hours, action within 24.",
    ),
    Story(
        key="S2", type="joint_rnd_dispute", stage="panel", lead="MSS", supporting=("MOTIR",), region="KR-43",
        technology="T01", desk="D02", urgency=Urgency.URGENT,
        complainant="늘해온셀", respondent="한들셀",
        received_days_ago=20, clock="C01", due_in_days=14,
        title_ko="공동연구 성과 분쟁 조정(이차전지)", title_en="Mediation over joint research (batteries)",
        summary_ko="전극 슬러리 공동연구 성과의 귀속을 다툽니다. 조정부장은 이차전지를 잘 알아야 합니다.",
        summary_en="The parties dispute who owns a joint electrode slurry. The chair has to know batteries.",
        facts_ko="두 회사는 2년 동안 슬러리 배합을 함께 개발했고, 한쪽이 단독으로 특허를 냈습니다. "
        "이차전지를 이끌 수 있는 부장은 두 명인데 한 명은 피신청 회사의 사외이사이고 한 명은 휴가 중입니다.",
        facts_en="The firms developed a slurry together for two years; one of them filed a patent alone. "
        "Two chairs can lead in batteries: one is an outside director of the respondent, one is on leave.",
        shows_ko="아무도 맞지 않는 까닭과 가장 작은 변경(기한 뒤 첫 시간)을 보여 줍니다.",
        shows_en="Why nobody fits, and the smallest change: the first slot after the leave.",
    ),
    Story(
        key="S3", type="subcontract_misuse", stage="active", lead="KFTC", supporting=("MSS", "MOIP"),
        region="KR-30", technology="T12", desk="D05", urgency=Urgency.URGENT,
        complainant="도담정밀", respondent="가람누리소프트", linked="I09",
        received_days_ago=55, clock="C08a", due_in_days=8,
        title_ko="하도급 기술자료 유용 의심(제어)", title_en="Suspected misuse in subcontracting (control)",
        summary_ko="같은 회사를 두 부처가 조사하고 있습니다. 한 번의 합동조사로 합칩니다.",
        summary_en="Two ministries look into the same firm. One joint investigation replaces two.",
        facts_ko="납품업체의 가공 제어 프로그램이 다른 업체에 넘어간 정황이 있습니다. "
        "지식재산처도 같은 회사의 아이디어 탈취 사건을 조사하고 있어 합동 현장조사를 열기로 했습니다.",
        facts_en="A supplier's machining control program seems to have been passed to another supplier. "
        "The patent authority examines the same firm for theft of an idea, so the visits are joined.",
        shows_ko="부처를 섞은 팀과 7일 전 통지를 지키는 일정을 보여 줍니다.",
        shows_en="A team of mixed ministries, and a date that leaves seven days of notice.",
    ),
    Story(
        key="S4", type="overseas_leak", stage="active", lead="MOTIR", supporting=("NPA",), region="KR-41",
        technology="T08", desk="D01", urgency=Urgency.URGENT,
        complainant="윤슬터디스플레이", respondent="진허란 반도체",
        received_days_ago=12, clock="C10a", due_in_days=6, core_technology=True, clearance="grade3",
        title_ko="국가핵심기술 판정과 수출 검토(반도체)",
        title_en="Core-technology ruling and export review (semiconductors)",
        summary_ko="해외 이전을 앞둔 공정기술이 국가핵심기술인지 판정합니다.",
        summary_en="Whether a process about to go abroad is a core technology has to be ruled on.",
        facts_ko="해외 합작법인에 증착 공정을 넘기는 계약을 앞두고 판정을 신청했습니다. "
        "심사위원은 Ⅲ급 비밀을 볼 수 있어야 합니다.",
        facts_en="The firm asked for a ruling before handing a deposition process to a joint venture abroad. "
        "Assessors need a grade III clearance.",
        shows_ko="비밀취급인가가 있는 수출통제 자문위원과 심사위원을 15일 안에 모읍니다.",
        shows_en="Cleared export-control adviser and assessors brought together inside 15 days.",
    ),
    Story(
        key="S5", type="overseas_leak", stage="active", lead="MOIP", supporting=("MSS",), region="KR-48",
        technology="T26", desk="D09", urgency=Urgency.URGENT,
        complainant="너른돌금형", respondent="린트탈 홀딩", language="de",
        received_days_ago=30, clock="C07", due_in_days=8,
        title_ko="해외 모회사로의 기술 이전 의심(기계)",
        title_en="Suspected transfer to a parent abroad (machinery)",
        summary_ko="독일 모회사와 협의하려면 현지 법률 전문가와 독일어 통역이 함께 와야 합니다.",
        summary_en="Talks with a German parent need overseas counsel and a German interpreter together.",
        facts_ko="국내 자회사가 받은 금형 설계가 독일 본사의 제품에 쓰인 것으로 보입니다. "
        "본사는 독일어로만 협의하겠다고 답했습니다.",
        facts_en="Mould designs given to a Korean subsidiary seem to appear in its German parent's product. "
        "The parent agreed to talk in German only.",
        shows_ko="언어가 필수인 자리 두 개를 같은 시간에 채웁니다.",
        shows_en="Two seats that need a language, filled at one time.",
    ),
    Story(
        key="S6", type="supplier_copy", stage="active", lead="MSS", supporting=("MOIP",), region="KR-28",
        technology="T20", desk="D10", urgency=Urgency.RAISED,
        complainant="여울해머티리얼즈", respondent="고운결케미칼",
        received_days_ago=50, clock="C07", due_in_days=10,
        title_ko="협력업체 공정 모방 의심(소재)", title_en="Suspected copy by a supplier (materials)",
        summary_ko="심사 중에 상대방이 기업집단에 들어 있었음이 드러났습니다.",
        summary_en="During the review the respondent turned out to belong to a group.",
        facts_ko="심사위원이 자문하는 회사가 상대방과 같은 지주회사 아래 있음이 이틀 전 공시로 드러났습니다. "
        "그 위원의 열람을 멈추고 자리를 다시 채워야 합니다.",
        facts_en="A filing two days ago puts a firm an assessor advises under the respondent's holding. "
        "The assessor's access stops and the seat has to be filled again.",
        shows_ko="새 지분 관계가 들어오면 다시 심사해 중지하고 대체합니다.",
        shows_en="A new ownership edge re-screens, suspends and backfills.",
    ),
    Story(
        key="S7", type="leaver", stage="active", lead="MSS", supporting=("NPA",), region="KR-11",
        technology="T13", desk="D12", urgency=Urgency.RAISED,
        complainant="온새로메디칼", respondent="물빛재계측", accused=True,
        received_days_ago=40, clock="C07", due_in_days=5, support_budget_won=0,
        programme_chain=("P10", "P09", "P11", "P12"),
        title_ko="퇴사자 유출과 지원사업 연계(의료기기)",
        title_en="Leak by a leaver and a chain of programmes (medical devices)",
        summary_ko="비용을 낼 수 없는 기업입니다. 포렌식에서 조정까지 지원사업으로 잇습니다.",
        summary_en="The firm cannot pay. Programmes carry it from forensics to mediation.",
        facts_ko="직원 6명의 회사에서 개발자가 소스와 도면을 가지고 나갔습니다. 남은 예산이 없습니다. "
        "포렌식은 끝났고 법무지원을 기다립니다.",
        facts_en="A developer left a firm of six with source code and drawings. No money is left. "
        "Forensics are done; legal support is next.",
        shows_ko="지원사업을 순서대로 제안하고 다음 자리를 미리 준비합니다.",
        shows_en="Programmes offered in order, the next seats prepared ahead.",
    ),
    Story(
        key="S8", type="overseas_leak", stage="active", lead="NIS", supporting=("NPA",), region="KR-11",
        technology="T04", desk="D03", urgency=Urgency.URGENT,
        complainant="해오늘파워", respondent="콴링 머티리얼즈",
        received_days_ago=9, clock="C10b", due_in_days=36,
        core_technology=True, compartmented=True, clearance="grade2",
        title_ko="제한 사건", title_en="Restricted case",
        summary_ko="열람이 제한된 사건입니다.", summary_en="Access to this case is restricted.",
        facts_ko="통신 장비 설계가 국외로 나갈 염려가 있습니다. 이 사건은 집계에서도 보이지 않습니다.",
        facts_en="Designs of communication equipment may go abroad. The case shows in no count.",
        shows_ko="열람 제한 사건은 다른 부처의 목록과 집계에 나타나지 않습니다.",
        shows_en="A compartmented case appears in nobody else's lists and counts.",
    ),
)  # fmt: skip
RESERVED_FIRMS = frozenset(name for story in STORIES for name in (story.complainant, story.respondent))
