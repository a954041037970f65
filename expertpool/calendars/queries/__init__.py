"""Reading what experts were told and answered, how mail was delivered, and what feeds hold."""

from expertpool.calendars.queries.answers import (
    PARTSTAT_WORDS,
    SAID_WORDS,
    VERDICT_WORDS,
    AnswerPage,
    Came,
    aliases_of,
    answer_page,
    came_in,
    to_look_at,
)
from expertpool.calendars.queries.feeds import FeedState, busy_of, desk_feed, feed_events, feeds_of
from expertpool.calendars.queries.proposals import (
    Option,
    ProposalsPage,
    open_proposals,
    proposals_page,
    waiting_proposals,
)
from expertpool.calendars.queries.told import (
    DELIVERY_WORDS,
    STATUS_WORDS,
    Delivery,
    Named,
    Told,
    own_events,
    own_events_page,
    told_of_need,
)

__all__ = [
    "DELIVERY_WORDS",
    "PARTSTAT_WORDS",
    "SAID_WORDS",
    "STATUS_WORDS",
    "VERDICT_WORDS",
    "AnswerPage",
    "Came",
    "Delivery",
    "FeedState",
    "Named",
    "Option",
    "ProposalsPage",
    "Told",
    "aliases_of",
    "answer_page",
    "busy_of",
    "came_in",
    "desk_feed",
    "feed_events",
    "feeds_of",
    "open_proposals",
    "own_events",
    "own_events_page",
    "proposals_page",
    "to_look_at",
    "told_of_need",
    "waiting_proposals",
]
