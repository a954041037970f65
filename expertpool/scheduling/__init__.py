"""The planner: a frozen snapshot of people, needs and rules goes in, a plan with reasons comes out.

Pure: no clock, no database, no framework. Importing the package loads nothing; take what you use:

- `snapshot`: `Snapshot`, `loads`, `dumps`, `digest`, `checked`
- `solve`: `solve`, `Limits`, `Progress`, `Cancelled`
- `plan`: `Plan`, `loads`, `dumps`
- `verify`: `verify`, `Violation`
- `repair`: `repair`, `changed`, `Vacated`, `LeastChange`
- `explain`: `explain`, `SeatReasons`
- `relax`: `relax`, `Relaxation`
"""
