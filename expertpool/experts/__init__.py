"""The registry: who is in the pool, what they can do, for how long they are appointed."""
