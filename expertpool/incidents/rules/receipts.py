"""Receipt numbers: short enough for the telephone, and saying nothing about how many cases there are."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_BITS = 30


def receipt_number(year: int, random_bits: int) -> str:
    """The receipt number made of `random_bits`, e.g. `EP-2026-7KQ4ZD`.

    Shape: six Crockford base32 characters; no I, L, O or U, so it survives being read aloud. There is no
    sequence in it: gaps in one would let others count hidden cases.
    Source: https://www.crockford.com/base32.html
    """
    digits = "".join(ALPHABET[random_bits >> shift & 31] for shift in range(RECEIPT_BITS - 5, -1, -5))
    return f"EP-{year}-{digits}"
