"""What decides. Bytes and time in, verdict out.

Nothing here knows git, click, a file, the network, a clock or the environment.
"""
