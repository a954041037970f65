"""Registration numbers that pass every check and yet cannot exist: their issuing office is number 0."""

_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def business_check_digit(nine: str) -> int:
    """The last digit of a business registration number.

    Source: 국세청 사업자등록번호 check: weights 1 3 7 1 3 7 1 3 5, the tens of the last product added.
    """
    digits = [int(digit) for digit in nine]
    total = sum(digit * weight for digit, weight in zip(digits, _BUSINESS_WEIGHTS, strict=True))
    total += digits[-1] * 5 // 10
    return -total % 10


def corporate_check_digit(twelve: str) -> int:
    """The last digit of a corporate registration number.

    Source: 법인등록번호 check: weights 1 and 2 by turns.
    """
    return -sum(int(digit) * (1 + place % 2) for place, digit in enumerate(twelve)) % 10


def business_number(serial: int) -> str:
    """A ten-digit number of tax office 000, which there is none."""
    nine = f"00081{serial:04d}"
    return f"{nine}{business_check_digit(nine)}"


def corporate_number(serial: int) -> str:
    """A thirteen-digit number of registry office 0000, which there is none."""
    twelve = f"000011{serial:06d}"
    return f"{twelve}{corporate_check_digit(twelve)}"
