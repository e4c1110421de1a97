"""Card surface -> fields -> 照合番号B.

OCR proposes; the chip decides. Name and address of record come from the chip, because OCR folds variant
kanji.
"""
