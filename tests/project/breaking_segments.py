"""How each claim about segments and their memory is broken: one statement each."""

BREAKS = {
    "a_scheme_waits_no_longer_than_it_gives_up": """
        update seeds.segment_schemes set give_up_days = confirm_days - 1 where scheme = 'rfm'
    """,
    "a_held_segment_says_since_when_and_why": """
        update intermediate.int_segments_held set is_held_back = not is_held_back
    """,
}
