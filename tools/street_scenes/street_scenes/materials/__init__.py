"""Materials: from a place on a primitive to a colour and a normal, in compiled code."""
