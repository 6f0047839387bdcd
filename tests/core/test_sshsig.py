"""Signatures: what is accepted, and that every change to it is refused.

What OpenSSH says to the same signatures is shown in `tests/adapters/test_ssh.py`.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.sshkey import BadKey
from sopgit.core.sshsig import (
    BadSignature,
    PublicKey,
    allowed_signers_line,
    armour,
    dearmour,
    decode_signature,
    encode_signature,
    is_signature_good,
    signed_data,
    verify_signature,
)
from sopgit.core.sshwire import BadWire, decode_base64, encode_base64
from tests.signing import HardwareSigner, Signer

EVENT = "sopgit-event"
MESSAGE = b'{"act":"open","seq":1}'
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19

SITI = Signer.new(b"siti")
SITIS_DEVICE = HardwareSigner.new(b"siti's device")
signers = pytest.mark.parametrize("signer", [SITI, SITIS_DEVICE], ids=["software", "hardware"])


def string(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


class TestASignature:
    @signers
    @given(message=st.binary())
    def test_of_the_key_over_the_text_is_good(self, signer: Signer, message: bytes) -> None:
        verify_signature(signer.key, EVENT, message, signer.sign(EVENT, message))

    def test_has_64_bytes_and_a_devices_five_more(self) -> None:
        assert len(SITI.sign(EVENT, MESSAGE)) == 64
        assert len(SITIS_DEVICE.sign(EVENT, MESSAGE)) == 69

    def test_is_over_the_bytes_that_openssh_documents(self) -> None:
        digest = hashlib.sha512(MESSAGE).digest()
        expected = b"SSHSIG" + string(b"sopgit-event") + string(b"") + string(b"sha512")
        assert signed_data(EVENT, MESSAGE) == expected + string(digest)

    @signers
    def test_fits_no_other_namespace(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        for namespace in ("sopgit-record", "sopgit-policy", "sopgit-events", "file", "git"):
            assert not is_signature_good(signer.key, namespace, MESSAGE, raw)

    @signers
    def test_fits_no_other_text_and_no_other_key(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        assert not is_signature_good(signer.key, EVENT, MESSAGE + b" ", raw)
        assert not is_signature_good(type(signer).new(b"other").key, EVENT, MESSAGE, raw)

    @signers
    def test_with_any_bit_changed_is_refused(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        for bit in range(8 * len(raw)):
            changed = bytearray(raw)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BadSignature):
                verify_signature(signer.key, EVENT, MESSAGE, bytes(changed))

    @signers
    def test_of_another_length_is_refused(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        for changed in (b"", raw[:-1], raw + b"\0", raw[:64] if len(raw) > 64 else raw + bytes(5)):
            with pytest.raises(BadSignature, match="bytes"):
                verify_signature(signer.key, EVENT, MESSAGE, changed)

    @signers
    def test_has_one_spelling_only(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        second_half = int.from_bytes(raw[32:64], "little")
        for times in range(1, 15):
            other = (second_half + times * ORDER).to_bytes(32, "little")
            with pytest.raises(BadSignature, match="canonically"):
                verify_signature(signer.key, EVENT, MESSAGE, raw[:32] + other + raw[64:])

    def test_whose_point_has_a_second_spelling_is_refused(self) -> None:
        # Only who has the private key can make these: the signature with nonce 0, whose point
        # is the neutral element, y = 1, which 255 bits can also write as p + 1.
        for y, is_good in ((1, True), (PRIME + 1, False)):
            point = y.to_bytes(32, "little")
            raw = point + _second_half(SITI, point, signed_data(EVENT, MESSAGE))
            assert is_signature_good(SITI.key, EVENT, MESSAGE, raw) is is_good

    def test_of_an_untouched_device_is_refused(self) -> None:
        for flags in (0x00, 0x04, 0xFE):
            raw = replace(SITIS_DEVICE, flags=flags).sign(EVENT, MESSAGE)
            with pytest.raises(BadSignature, match="touched"):
                verify_signature(SITIS_DEVICE.key, EVENT, MESSAGE, raw)

    def test_of_a_device_that_also_asked_for_a_pin_is_good(self) -> None:
        raw = replace(SITIS_DEVICE, flags=0x05).sign(EVENT, MESSAGE)
        verify_signature(SITIS_DEVICE.key, EVENT, MESSAGE, raw)

    def test_of_a_device_is_bound_to_its_application(self) -> None:
        raw = SITIS_DEVICE.sign(EVENT, MESSAGE)
        elsewhere = replace(SITIS_DEVICE.key, application="ssh:elsewhere")
        assert not is_signature_good(elsewhere, EVENT, MESSAGE, raw)

    def test_of_software_never_passes_for_one_of_a_device(self) -> None:
        as_device = PublicKey(SITIS_DEVICE.key.algorithm, SITI.key.point, "ssh:")
        raw = SITI.sign(EVENT, MESSAGE) + b"\1" + bytes(4)
        assert not is_signature_good(as_device, EVENT, MESSAGE, raw)

    @signers
    @given(raw=st.binary(min_size=64, max_size=69))
    def test_of_random_bytes_is_refused(self, signer: Signer, raw: bytes) -> None:
        assert not is_signature_good(signer.key, EVENT, MESSAGE, raw)


def _second_half(signer: Signer, point: bytes, signed: bytes) -> bytes:
    """S of the signature with nonce 0 (RFC 8032, 5.1.6)."""
    expanded = hashlib.sha512(signer.private.private_bytes_raw()).digest()
    scalar = int.from_bytes(expanded[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    challenge = hashlib.sha512(point + signer.key.point + signed).digest()
    product = int.from_bytes(challenge, "little") * scalar % ORDER
    return product.to_bytes(32, "little")


class TestBase64:
    @signers
    def test_of_a_signature_is_read_back(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        assert decode_signature(encode_signature(raw)) == raw

    def test_in_any_other_spelling_is_refused(self) -> None:
        text = encode_signature(bytes(64))
        assert text.endswith("A==")
        others = [
            text + "\n",
            " " + text,
            text[:8] + "\n" + text[8:],
            text.rstrip("="),
            text + "=",
            text[:-3] + "B==",
            text.replace("AA", "__"),
            text + "AAAA",
            text[:-1] + "\N{FULLWIDTH EQUALS SIGN}",
            "",
            encode_signature(bytes(63)),
            encode_signature(bytes(70)),
        ]
        for other in others:
            with pytest.raises(BadSignature):
                decode_signature(other)

    @given(st.text(alphabet="ABab01+/=", max_size=12))
    def test_that_reads_at_all_is_written_to_the_same_text(self, text: str) -> None:
        try:
            value = decode_base64(text)
        except BadWire:
            return
        assert encode_base64(value) == text


class TestTheArmour:
    @signers
    def test_is_read_back(self, signer: Signer) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        assert dearmour(armour(signer.key, EVENT, raw)) == (signer.key, EVENT, raw)

    @signers
    def test_with_any_letter_changed_is_refused_or_says_something_else(
        self, signer: Signer
    ) -> None:
        raw = signer.sign(EVENT, MESSAGE)
        text = armour(signer.key, EVENT, raw)
        for at in range(len(text)):
            for letter in "A/=\n":
                changed = text[:at] + letter + text[at + 1 :]
                if changed == text:
                    continue
                try:
                    said = dearmour(changed)
                except (BadSignature, BadKey):
                    continue
                assert said != (signer.key, EVENT, raw)
                assert armour(*said) == changed

    def test_in_another_spelling_is_refused(self) -> None:
        text = armour(SITI.key, EVENT, SITI.sign(EVENT, MESSAGE))
        lines = text.splitlines()
        others = [
            "",
            text.rstrip("\n"),
            text + "\n",
            "\n" + text,
            text + text,
            text.replace("\n", "\r\n"),
            text.replace("SSH SIGNATURE", "PGP SIGNATURE"),
            "\n".join([lines[0], "".join(lines[1:-1]), lines[-1], ""]),
            "\n".join([lines[0], "", *lines[1:], ""]),
        ]
        for other in others:
            with pytest.raises(BadSignature):
                dearmour(other)

    def test_for_another_hash_version_or_reserved_field_is_refused(self) -> None:
        text = armour(SITI.key, EVENT, SITI.sign(EVENT, MESSAGE))
        blob = base64.b64decode("".join(text.splitlines()[1:-1]))
        reserved = blob.index(b"sopgit-event") + len("sopgit-event")
        others = [
            blob.replace(b"sha512", b"sha256"),
            blob.replace(b"SSHSIG\0\0\0\1", b"SSHSIG\0\0\0\2"),
            blob[:reserved] + string(b"x") + blob[reserved + 4 :],
            blob + b"\0",
            blob[:-1],
        ]
        for other in others:
            assert other != blob
            with pytest.raises(BadSignature):
                dearmour(_as_file(other))
        assert dearmour(_as_file(blob))[1] == EVENT

    @given(st.binary() | st.binary().map(lambda tail: b"SSHSIG\0\0\0\1" + tail))
    def test_of_random_bytes_raises_the_documented_errors_only(self, blob: bytes) -> None:
        with pytest.raises((BadSignature, BadKey)):
            dearmour(_as_file(blob))

    @given(st.text())
    def test_of_random_text_raises_the_documented_errors_only(self, text: str) -> None:
        with pytest.raises((BadSignature, BadKey)):
            dearmour(text)


def _as_file(blob: bytes) -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    wrapped = "\n".join(lines)
    return f"-----BEGIN SSH SIGNATURE-----\n{wrapped}\n-----END SSH SIGNATURE-----\n"


class TestAllowedSigners:
    def test_name_the_person_the_purpose_and_the_key(self) -> None:
        line = allowed_signers_line("siti", SITI.key, EVENT)
        assert line == f'siti namespaces="sopgit-event" {SITI.public_line}'

    @pytest.mark.parametrize("name", ["", "*", "siti,budi", "si ti", "!siti", 'a"b', "a\nb", "#a"])
    def test_refuse_a_name_that_would_mean_more_than_one(self, name: str) -> None:
        with pytest.raises(ValueError, match="no name"):
            allowed_signers_line(name, SITI.key, EVENT)
        with pytest.raises(ValueError, match="no name"):
            allowed_signers_line("siti", SITI.key, name)
        with pytest.raises(ValueError, match="no name"):
            signed_data(name, MESSAGE)
