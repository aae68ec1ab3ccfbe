"""Where things stand: the plan of a street, its houses, furniture, traffic and people."""
