"""How each claim about segments and their memory is broken: one statement each."""

BREAKS = {
    "a_scheme_waits_no_longer_than_it_gives_up": """
        update seeds.segment_schemes set give_up_days = confirm_days - 1 where scheme = 'rfm'
    """,
    "a_held_segment_says_since_when_and_why": """
        update intermediate.int_segments_held set is_held_back = not is_held_back
    """,
    "a_membership_ends_for_a_reason_or_is_current": """
        update marts.segment_membership set valid_to_date = valid_from_date
    """,
    "every_customer_has_exactly_one_segment_in_each_scheme": """
        delete from marts.segment_membership
        where customer_key = (select min(customer_key) from marts.segment_membership)
            and scheme = 'rfm'
    """,
    "memberships_follow_each_other_without_gap_or_overlap": """
        insert into marts.segment_membership
            (customer_key, scheme, segment, valid_from_date, valid_to_date, is_current, ended_by)
        select
            customer_key, scheme, 'lost', valid_from_date - 9, valid_from_date - 2, false, 'clear'
        from marts.segment_membership where scheme = 'rfm'
    """,
    "memberships_keep_what_is_remembered": """
        create or replace view history.segment_opening as
        select customer_key, scheme, valid_from_date as as_of_date, 'no such segment' as segment
        from marts.segment_membership where scheme = 'rfm'
    """,
    "each_segment_that_is_judged_is_defined": """
        update intermediate.int_segments_judged set raw_segment = 'no such segment'
        where scheme = 'rfm'
    """,
    "migrations_chain_and_end_with_the_customers_of_today": """
        update marts.segment_migration set customer_count = customer_count + 1
        where scheme = 'rfm' and from_segment = to_segment
    """,
    "gross_moves_make_up_the_net_migration": """
        insert into marts.segment_migration
            (scheme, month_start_date, from_segment, to_segment, move_count,
                definition_move_count, customer_count)
        select scheme, month_start_date, 'outside', from_segment, 0, 0, 1
        from marts.segment_migration where from_segment = to_segment
    """,
    "a_migration_counts_customers_and_moves_from_one_segment_to_another": """
        update marts.segment_migration set move_count = 1 where from_segment = to_segment
    """,
    "the_moves_of_a_scheme_split_by_what_moved_the_customer": """
        update marts.segment_stability set clear_move_count = clear_move_count + 1
    """,
}
