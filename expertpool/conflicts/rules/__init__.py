"""The pure core of conflicts of interest: facts in, findings out.

Start at `screening.screen`; `facts` says what goes in, `findings` what comes out, `process` which steps
declarations and waivers allow. `docs/rules.md` lists the rules.
"""
