// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @title Counting votes over member bitmaps.
/// @notice A vote counts while its voter may vote, so both are bitmaps by member id and a tally is the size of what
/// they have in common. Work is bounded by CAPACITY, not by how many votes were ever cast.
library Ballot {
    using BitMaps for BitMaps.BitMap;

    /// @notice Highest member id, removed members included: four words of bits, id 0 being nobody.
    uint16 internal constant CAPACITY = 1023;

    uint256 private constant WORDS = 4;

    /// @notice How many of the `votes` belong to the `electorate`.
    function tally(BitMaps.BitMap storage votes, BitMaps.BitMap storage electorate)
        internal
        view
        returns (uint256 count)
    {
        for (uint256 word = 0; word < WORDS; ++word) {
            count += _ones(votes._data[word] & electorate._data[word]);
        }
    }

    /// @dev Kernighan: each round clears the lowest bit that is set.
    function _ones(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) {
            ++count;
        }
    }
}
