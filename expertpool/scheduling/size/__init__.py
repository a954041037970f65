"""Boards beyond a day's size: a full plan at once, a bound over all pairs, parts solved anew.

`seating` fills and chains; `bound` proves, by `prices` of `rows` over `columns`, finding broken rows with
`cuts` and `rivals`; `dive` makes plans of prices; `neighbours` seats needs anew, with every rule beside
a `part` of the plan or by columns in `recombine`; `search` puts the stages in a row.
"""
