"""One expert bound to one seat: offer, answer, holds on time, work."""
