"""Toy inputs and checks, for our tests and for users."""
