"""What ``ceyuan knowledge …`` does, as functions: read, measure, write, and say what was done."""
