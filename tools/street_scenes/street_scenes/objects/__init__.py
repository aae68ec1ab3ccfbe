"""Things and stuff that stand in a street, each made of a few primitives."""
