"""Public keys: what is accepted, and that everything else is refused under its own rule."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.finding import Place
from sopgit.core.sshkey import BadKey, PublicKey, check_public_key, parse_public_key
from sopgit.core.sshsig import is_signature_good
from tests.signing import HardwareSigner, Signer

EVENT = "sopgit-event"
PRIME = 2**255 - 19
HERE = Place("policy.yaml", 7, 3)

SITI = Signer.new(b"siti")
BUDI = Signer.new(b"budi")
SITIS_DEVICE = HardwareSigner.new(b"siti's device")
signers = pytest.mark.parametrize("signer", [SITI, SITIS_DEVICE], ids=["software", "hardware"])


def string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def key_line(algorithm: str, *fields: bytes) -> str:
    blob = b"".join(map(string, (algorithm.encode(), *fields)))
    return f"{algorithm} {base64.b64encode(blob).decode()}"


def broken_rule(line: str) -> str:
    findings = check_public_key(line, HERE)
    assert [finding.place for finding in findings] == [HERE]
    assert findings[0].hint is not None
    return findings[0].code


class TestAKey:
    @signers
    def test_is_read_from_its_line_and_written_back(self, signer: Signer) -> None:
        key = parse_public_key(signer.public_line)
        assert key == signer.key
        assert key.line == signer.public_line
        assert check_public_key(signer.public_line, HERE) == []

    def test_may_carry_a_comment_which_is_dropped(self) -> None:
        assert parse_public_key(SITI.public_line + " siti di ruang server").line == SITI.public_line

    def test_is_the_same_for_the_same_seed_only(self) -> None:
        assert Signer.new(b"siti").key == SITI.key
        assert SITI.key not in {BUDI.key, SITIS_DEVICE.key, Signer.new().key}

    def test_knows_whether_a_device_holds_it(self) -> None:
        assert SITIS_DEVICE.key.is_hardware
        assert not SITI.key.is_hardware

    @pytest.mark.parametrize(
        "algorithm",
        [
            "ssh-rsa",
            "ssh-dss",
            "rsa-sha2-512",
            "ecdsa-sha2-nistp256",
            "sk-ecdsa-sha2-nistp256@openssh.com",
            "ssh-ed25519-cert-v01@openssh.com",
            "sk-ssh-ed25519-cert-v01@openssh.com",
            "sk-ssh-ed25519",
            "ssh-ed448",
        ],
    )
    def test_of_another_kind_is_refused_by_its_name(self, algorithm: str) -> None:
        (finding,) = check_public_key(key_line(algorithm, SITI.key.point), HERE)
        assert finding.code == "key-algorithm"
        assert algorithm in str(finding.message)
        assert "ssh-keygen -t ed25519" in str(finding.hint)

    def test_that_is_private_is_refused_without_quoting_it(self) -> None:
        (finding,) = check_public_key("-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC", HERE)
        assert finding.code == "key-private"
        assert "b3BlbnNzaC" not in str(finding.message)

    @pytest.mark.parametrize(
        "line",
        [
            "",
            " ",
            "ssh-ed25519",
            "ssh-ed25519 ",
            " " + SITI.public_line,
            SITI.public_line + " ",
            SITI.public_line + "\n",
            SITI.public_line + " a\u202eb",
            SITI.public_line.replace(" ", "  "),
            SITI.public_line.replace(" ", "\t"),
            SITI.public_line[:-4],
            SITI.public_line + "AAAA",
            SITI.public_line + "=",
            "no-pty " + SITI.public_line,
            'principals="siti" ' + SITI.public_line,
            "sk-ssh-ed25519@openssh.com " + SITI.public_line.split()[1],
            "ssh-ed25519 " + SITIS_DEVICE.public_line.split()[1],
            key_line("ssh-ed25519", SITI.key.point[:31]),
            key_line("ssh-ed25519", SITI.key.point + b"\0"),
            key_line("ssh-ed25519", SITI.key.point, b"ssh:"),
            key_line("sk-ssh-ed25519@openssh.com", SITI.key.point),
            key_line("sk-ssh-ed25519@openssh.com", SITI.key.point, b""),
            key_line("sk-ssh-ed25519@openssh.com", SITI.key.point, b"https://example.org"),
            key_line("sk-ssh-ed25519@openssh.com", SITI.key.point, b"ssh:\xff"),
            key_line("sk-ssh-ed25519@openssh.com", SITI.key.point, b"ssh:a\nb"),
        ],
    )
    def test_in_another_spelling_is_malformed(self, line: str) -> None:
        assert broken_rule(line) == "key-malformed"

    def test_whose_name_hides_another_algorithm_inside_is_refused(self) -> None:
        inner = key_line("ssh-rsa", b"\1\0\1", bytes(256)).split()[1]
        assert broken_rule(f"ssh-ed25519 {inner}") == "key-algorithm"

    @given(st.text() | st.builds("ssh-ed25519 {}".format, st.text()))
    def test_of_random_text_raises_nothing_but_bad_key(self, line: str) -> None:
        with pytest.raises(BadKey):
            parse_public_key(line)

    @given(st.binary())
    def test_of_random_bytes_raises_nothing_but_bad_key(self, blob: bytes) -> None:
        with pytest.raises(BadKey):
            parse_public_key("ssh-ed25519 " + base64.b64encode(blob).decode())

    @given(st.integers(0, 8 * 51 - 1))
    def test_with_one_bit_changed_is_another_key_or_none(self, bit: int) -> None:
        blob = bytearray(SITI.key.blob)
        blob[bit // 8] ^= 1 << bit % 8
        line = "ssh-ed25519 " + base64.b64encode(blob).decode()
        if not check_public_key(line, HERE):
            assert parse_public_key(line) != SITI.key
            assert parse_public_key(line).line == line


# The y of the points whose order divides eight, little-endian in hexadecimal, as other Ed25519
# libraries list them; and each y again that has a second spelling in 255 bits.
SMALL_ORDER = [
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]
NOT_CANONICAL = [(PRIME + y).to_bytes(32, "little").hex() for y in range(19)]


def with_sign(point: str, sign: int) -> bytes:
    raw = bytearray.fromhex(point)
    raw[31] |= sign << 7
    return bytes(raw)


class TestAWeakPoint:
    @pytest.mark.parametrize("sign", [0, 1])
    @pytest.mark.parametrize("point", SMALL_ORDER + NOT_CANONICAL)
    def test_is_refused_in_both_kinds_of_keys(self, point: str, sign: int) -> None:
        raw = with_sign(point, sign)
        assert broken_rule(key_line("ssh-ed25519", raw)) == "key-weak-point"
        hardware = key_line("sk-ssh-ed25519@openssh.com", raw, b"ssh:")
        assert broken_rule(hardware) == "key-weak-point"

    def test_would_let_one_signature_fit_every_text(self) -> None:
        identity = PublicKey("ssh-ed25519", bytes.fromhex(SMALL_ORDER[1]))
        signature = identity.point + bytes(32)
        assert is_signature_good(identity, EVENT, b"one text", signature)
        assert is_signature_good(identity, EVENT, b"any other", signature)

    def test_off_the_curve_is_refused(self) -> None:
        # Two is no y of the curve: d·4 + 1 divides 3 into no square.
        assert broken_rule(key_line("ssh-ed25519", with_sign("02" + "00" * 31, 0))) == (
            "key-weak-point"
        )

    @given(st.binary(min_size=32, max_size=32))
    def test_is_never_one_of_an_honest_key(self, seed: bytes) -> None:
        assert check_public_key(Signer.new(seed).public_line, HERE) == []
