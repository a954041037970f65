"""How shared experts are used: hours, lending, time to fill, unmet needs."""
