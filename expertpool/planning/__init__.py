"""Planning runs: snapshot, solve, verify, commit, repair."""
