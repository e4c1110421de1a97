"""Faces: find, align, embed, match. Start with `models.FaceModels` and `match.match`."""
