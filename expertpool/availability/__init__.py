"""When an expert can come: patterns, exceptions, leave, busy times, and the free spans they leave."""
