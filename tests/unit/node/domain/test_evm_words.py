"""Words as `abi.encode` lays them out."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode

from node.domain.evm_words import address_word, bytes_word, uint_word

pytestmark = pytest.mark.unit

ADDRESS = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


def test_words_are_those_of_the_general_encoder():
    assert uint_word(0xABCD) == encode(["uint16"], [0xABCD])
    assert uint_word(2**256 - 1) == encode(["uint256"], [2**256 - 1])
    assert bytes_word(b"abcd") == encode(["bytes4"], [b"abcd"])
    assert bytes_word(b"z" * 32) == encode(["bytes32"], [b"z" * 32])
    assert address_word(ADDRESS) == encode(["address"], [ADDRESS])


@pytest.mark.parametrize("value", [-1, 2**256])
def test_an_integer_outside_a_word_is_refused(value: int):
    with pytest.raises(OverflowError):
        uint_word(value)


def test_bytes_beyond_a_word_are_refused():
    with pytest.raises(ValueError, match="33 bytes"):
        bytes_word(bytes(33))


@pytest.mark.parametrize("address", ["", "0x1234", ADDRESS + "00", "0x" + "zz" * 20])
def test_a_malformed_address_is_refused(address: str):
    with pytest.raises(ValueError, match=r"20 bytes|hexadecimal"):
        address_word(address)
