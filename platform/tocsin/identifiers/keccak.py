"""Keccak-256 as Ethereum and Monero use it: SHA-3 of FIPS 202, but for one padding byte that came later.

The standard library has SHA-3 only; wallet checksums need Keccak once each.
"""

_MASK = (1 << 64) - 1
_RATE = 136


def keccak256(message: bytes, padding: int = 0x01) -> bytes:
    """The 32 bytes of the hash; with `padding` 0x06 it is SHA3-256 (FIPS 202 sections 3, 5.1 and 6.1)."""
    padded = bytearray(message + bytes([padding]) + bytes(-(len(message) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + 8 * lane
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permuted(lanes: list[int]) -> list[int]:
    """Keccak-f[1600] (FIPS 202 section 3.3); lane (x, y) is at x + 5 y."""
    for constant in _CONSTANTS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        theta = [columns[x - 1] ^ _turned(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for source, target, turn in _MOVES:
            moved[target] = _turned(lanes[source] ^ theta[source % 5], turn)
        lanes = [
            moved[at] ^ (~moved[at - at % 5 + (at + 1) % 5] & moved[at - at % 5 + (at + 2) % 5]) for at in range(25)
        ]
        lanes[0] ^= constant
    return lanes


def _turned(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK


def _moves() -> list[tuple[int, int, int]]:
    """Where rho and pi bring each lane and how far they turn it (sections 3.2.2 and 3.2.3)."""
    moves = [(0, 0, 0)]
    x, y = 1, 0
    for step in range(24):
        moves.append((x + 5 * y, y + 5 * ((2 * x + 3 * y) % 5), (step + 1) * (step + 2) // 2 % 64))
        x, y = y, (2 * x + 3 * y) % 5
    return moves


def _constants() -> list[int]:
    """The constants of iota, from the feedback register of section 3.2.5."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for power in range(7):
            constant |= (register & 1) << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


_MOVES = _moves()
_CONSTANTS = _constants()
