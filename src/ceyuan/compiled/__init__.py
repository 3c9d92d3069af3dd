"""What rooms with compiled kernels share: the compiler's options, a word to the user when it starts, threads."""
