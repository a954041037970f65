"""Boards beyond a day's size: a full plan at once, a bound over all pairs, parts solved anew.

`seating` fills and chains, `part` cuts out needs with the rest of the plan as given, `bound` proves, `search`
puts the stages in a row.
"""
