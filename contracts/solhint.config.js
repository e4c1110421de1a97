// What solhint checks in the contracts: its recommended rules, but for those below. Run: npm run lint
module.exports = {
  extends: "solhint:recommended",
  rules: {
    "compiler-version": ["error", "0.8.37"],
    // Constructors have had no visibility since 0.7, free functions never had one.
    "func-visibility": ["error", { ignoreConstructors: true, ignoreFreeFunctions: true }],
    // Promises stand once, on the interfaces, in sentences; a tag that repeats a name says nothing.
    "use-natspec": "off",
    // The EVM has no <=, so a strict form would only move a bound by one: the places where limits go wrong.
    "gas-strict-inequalities": "off",
    // Wants full slots; each of the structs it names fits into one.
    "gas-struct-packing": "off",
    // A topic costs more than a word of data; sizes, bitmaps and times are not searched for.
    "gas-indexed-events": "off",
  },
};
