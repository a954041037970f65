"""Neutral titles and summaries: what kind of thing happened in which field, and never to whom."""

# Type of incident: title, then two summaries; each in Korean and English. Fields are added by the caller.
TITLES: dict[str, tuple[str, str]] = {
    "leaver": ("퇴사자 자료 반출 의심({})", "Suspected removal by a leaver ({})"),
    "subcontract_misuse": ("하도급 기술자료 유용 의심({})", "Suspected misuse in subcontracting ({})"),
    "joint_rnd_dispute": ("공동연구 성과 분쟁({})", "Dispute over joint research ({})"),
    "hacking": ("전산망 침입 의심({})", "Suspected intrusion ({})"),
    "bid_idea_theft": ("제안 아이디어 탈취 의심({})", "Suspected theft of a proposed idea ({})"),
    "overseas_leak": ("해외 유출 의심({})", "Suspected leak abroad ({})"),
    "supplier_copy": ("협력업체 모방 의심({})", "Suspected copy by a supplier ({})"),
}
SUMMARIES: dict[str, tuple[tuple[str, str], ...]] = {
    "leaver": (
        (
            "퇴사 직전 대량의 파일이 외부 저장장치로 옮겨진 기록이 있습니다.",
            "Large numbers of files went to an external drive shortly before somebody left.",
        ),
        (
            "옮겨 간 회사에서 비슷한 제품이 나와 반출 여부를 확인해 달라고 합니다.",
            "A similar product appeared at the new employer; whether files were taken has to be checked.",
        ),
        (
            "개인 전자우편으로 설계 자료를 보낸 정황이 있어 증거를 보존하려 합니다.",
            "Designs seem to have gone to a private mailbox; the evidence is to be preserved.",
        ),
    ),
    "subcontract_misuse": (
        (
            "거래 중 제출한 기술자료가 다른 업체의 납품에 쓰인 것으로 보입니다.",
            "Technical material handed over in trade seems to be used by another supplier.",
        ),
        (
            "원가 절감을 이유로 받은 공정자료로 직접 생산을 시작했다고 합니다.",
            "With process data asked for in the name of costs, the principal began to make the part itself.",
        ),
    ),
    "joint_rnd_dispute": (
        (
            "공동연구 결과를 한쪽이 단독으로 출원해 귀속을 다툽니다.",
            "One partner alone filed for a joint result; who owns it is disputed.",
        ),
        (
            "연구가 끝난 뒤의 사용 범위를 두고 의견이 갈립니다.",
            "The partners differ on who may use the result after the project.",
        ),
    ),
    "hacking": (
        (
            "원격접속 계정으로 설계 서버의 자료가 빠져나간 것으로 보입니다.",
            "Files seem to have left a design server through a remote account.",
        ),
        (
            "악성코드 감염 뒤 연구 자료의 외부 전송이 확인되었습니다.",
            "After an infection, research files were sent outside.",
        ),
    ),
    "bid_idea_theft": (
        (
            "제안서에 담은 방식이 협상이 끝난 뒤 상대방 제품에 나타났습니다.",
            "A method shown in a proposal appeared in the other side's product after talks ended.",
        ),
        (
            "입찰에서 발표한 구조를 다른 업체가 그대로 납품했다고 합니다.",
            "Another supplier is said to have delivered the very structure presented in a tender.",
        ),
    ),
    "overseas_leak": (
        (
            "해외 법인으로 공정 자료가 넘어간 정황이 있습니다.",
            "Process data seem to have gone to a company abroad.",
        ),
    ),
    "supplier_copy": (
        (
            "부품을 공급하던 업체가 같은 제품을 직접 판매하기 시작했습니다.",
            "A supplier of parts began to sell the same product itself.",
        ),
    ),
}
