"""The planner: a frozen snapshot of people, needs and rules goes in, a plan with reasons comes out.

Pure: no clock, no database, no framework. Importing the package loads nothing; take what you use:

- `snapshot`: `Snapshot`, `loads`, `dumps`, `digest`, `checked`
- `solve`: `solve`, `Limits`, `Progress`, `Cancelled`
- `plan`: `Plan`, `loads`, `dumps`
- `verify`: `verify`, `Violation`
- `repair`: `repair`, `Repaired`; `happenings`: `Vacated`, `Away`, `Arrived`, …; `standing`: `Standing`
- `explain`: `explain`, `SeatReasons`
- `relax`: `relax`, `Relaxation`
- `leximin`: `fairest`, for a `split.Split`
"""
