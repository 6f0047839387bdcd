"""The demonstration: a whole office on one machine, made of real parts only."""
