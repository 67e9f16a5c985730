"""
What users of other systems report, and the test that shows that it cannot happen here.

One row for each report: its number, the threads it stands in, and the tests that show the rule,
or the part of the work that it waits for. `test_reports.py` holds the table complete and the
names of the tests true. `VECTORS` are inputs with figures from those threads.
"""

from typing import NamedTuple


class Report(NamedTuple):
    """A report: the tests that show its rule, or what it waits for."""

    number: int
    threads: str
    tests: tuple[str, ...]
    waits_for: str


def shown(number: int, threads: str, *tests: str) -> Report:
    """Return a report whose rule is shown by tests."""
    return Report(number, threads, tests, "")


def later(number: int, threads: str, waits_for: str) -> Report:
    """Return a report that a later part answers."""
    return Report(number, threads, (), waits_for)


REPORTS = (
    shown(1, "woo#64668", "reported/test_refund_rounding.py::test_report_1_a_refund_of_all_units_is_what_was_paid"),
    shown(2, "woo#41919", "reported/test_refund_rounding.py::test_report_2_random_baskets_are_given_back_to_the_cent"),
    shown(3, "woo#26734", "reported/test_refund_rounding.py::test_report_3_the_last_unit_takes_what_is_left"),
    shown(
        4,
        "woo#10162",
        "reported/test_refund_rounding.py::test_report_4_a_net_price_of_7_50_is_given_back_as_it_was_charged",
    ),
    shown(
        5, "woo PR#63046", "reported/test_refund_rounding.py::test_report_5_the_amount_that_was_asked_for_is_the_amount"
    ),
    shown(
        6,
        "woocommerce-ios PR#17630",
        "reported/test_refund_rounding.py::test_report_6_more_digits_than_the_currency_has",
    ),
    shown(
        7,
        "woocommerce-ios PR#16584",
        "reported/test_refund_rounding.py::test_report_7_all_units_of_a_line_are_worth_the_line",
    ),
    shown(8, "woo#25634", "reported/test_refund_rounding.py::test_report_8_a_suggestion_is_in_whole_cents"),
    shown(9, "woo#24086", "reported/test_refund_rounding.py::test_report_9_half_of_a_line_carries_half_of_its_tax"),
    shown(
        10,
        "woo#30263",
        "reported/test_refund_rounding.py::test_report_10_the_sales_entries_sum_to_the_order_after_each_refund",
    ),
    shown(
        11, "solidus PR#707, spree PR#6645", "reported/test_refund_rounding.py::test_report_11_59_99_over_three_units"
    ),
    shown(12, "spree PR#5656", "reported/test_refund_rounding.py::test_report_12_a_cent_is_not_forgotten"),
    shown(
        13,
        "solidus_product_assembly#61",
        "reported/test_refund_rounding.py::test_report_13_two_returns_sum_to_the_total",
    ),
    shown(
        14,
        "solidus_product_assembly PR#43",
        "reported/test_refund_rounding.py::test_report_14_no_cent_stays_that_cannot_be_given_back",
    ),
    shown(
        15,
        "PrestaShop#40271",
        "reported/test_refund_rounding.py::test_report_15_a_price_with_six_digits_is_rounded_before_it_is_sold",
    ),
    shown(16, "akira-io/laravel-sisp#282", "reported/test_refund_rounding.py::test_report_16_100_00_in_three_thirds"),
    shown(
        17,
        "recurly-client-java#73",
        "reported/test_refund_rounding.py::test_report_17_what_is_sent_is_what_was_asked_for",
    ),
    shown(18, "medusa#15885", "reported/test_refund_rounding.py::test_report_18_a_discount_is_not_taken_off_twice"),
    shown(19, "Sylius#12261", "reported/test_refund_rounding.py::test_report_19_the_share_of_each_unit_can_be_seen"),
    shown(
        20,
        "spree#10099",
        "reported/test_refund_rounding.py::test_report_20_what_a_gateway_confirms_is_told_apart_from_what_was_asked",
    ),
    shown(21, "craftcms/commerce#1098", "reported/test_refund_limits.py::test_report_21_all_but_one_then_two"),
    shown(22, "saleor#19645", "reported/test_refund_limits.py::test_report_22_promised_units_are_not_promised_again"),
    shown(23, "saleor-dashboard#4493", "reported/test_refund_limits.py::test_report_23_what_is_on_its_way_back_counts"),
    shown(24, "woo#28856", "reported/test_refund_limits.py::test_report_24_a_unit_is_refunded_once"),
    shown(
        25, "solidus PR#3989", "reported/test_refund_limits.py::test_report_25_a_refund_that_is_done_twice_moves_once"
    ),
    shown(
        26,
        "magento2#38815",
        "reported/test_refund_limits.py::test_report_26_after_an_error_the_money_is_not_given_back_again",
    ),
    shown(
        27,
        "saleor-dashboard#4474",
        "reported/test_refund_limits.py::test_report_27_a_double_click_is_one_refund",
        "reported/test_refund_limits.py::test_report_27_two_people_at_once_are_one_refund",
    ),
    shown(
        28,
        "saleor/apps#2446, saleor PR#19811",
        "reported/test_refund_limits.py::test_report_28_equal_amounts_are_two_refunds",
    ),
    shown(
        29,
        "saleor#12491, saleor#14358, saleor#14926",
        "reported/test_refund_limits.py::test_report_29_an_unknown_outcome_is_found_and_settled",
    ),
    shown(
        30,
        "medusa#16292, medusa PR#16433",
        "reported/test_refund_limits.py::test_report_30_asking_again_uses_the_same_key",
    ),
    shown(31, "medusa#12588", "reported/test_refund_limits.py::test_report_31_a_payment_is_refunded_more_than_once"),
    shown(32, "vendure#2393", "reported/test_refund_limits.py::test_report_32_a_refusal_asks_no_gateway"),
    shown(33, "solidus PR#1603", "reported/test_refund_limits.py::test_report_33_cancel_gives_back_the_rest"),
    shown(
        34,
        "medusa#10491, medusa#10453, medusa#10392",
        "reported/test_refund_limits.py::test_report_34_what_was_paid_can_be_given_back_though_nothing_is_owed",
    ),
    shown(35, "medusa#10842", "reported/test_refund_limits.py::test_report_35_refunds_until_nothing_is_left"),
    shown(
        36,
        "medusa#11645",
        "reported/test_refund_limits.py::test_report_36_what_the_shop_owes_follows_from_what_happened",
    ),
    shown(
        37,
        "saleor-dashboard#4349",
        "reported/test_refund_limits.py::test_report_37_what_was_paid_twice_goes_back_without_touching_the_goods",
    ),
    shown(38, "saleor#12098", "reported/test_refund_limits.py::test_report_38_a_refunded_order_owes_nothing"),
    shown(
        39,
        "saleor#14326, saleor#12834",
        "reported/test_refund_limits.py::test_report_39_the_status_follows_the_money_not_the_promise",
    ),
    shown(
        40,
        "saleor-dashboard#4483, saleor#15217",
        "reported/test_refund_limits.py::test_report_40_a_shipped_order_is_refunded",
    ),
    shown(
        41,
        "RefundPlugin#252",
        "reported/test_refund_limits.py::test_report_41_shipping_that_was_free_has_nothing_to_give_back",
        "cases/test_cases_refund.py::test_c141_shipping_that_was_free_is_not_given_back",
    ),
    shown(
        42, "RefundPlugin#110", "reported/test_refund_limits.py::test_report_42_each_shipping_line_has_its_own_parts"
    ),
    shown(
        43,
        "open-mercato PR#4508, open-mercato#4487",
        "reported/test_refund_limits.py::test_report_43_a_capture_that_a_webhook_reports_counts",
    ),
    shown(
        44,
        "mollie/spree-mollie-gateway#47",
        "reported/test_refund_limits.py::test_report_44_a_declined_refund_frees_what_it_held",
    ),
    shown(45, "medusa#13301", "reported/test_payments.py::test_report_45_a_capture_that_is_asked_for_twice_is_one"),
    shown(46, "medusa#2629, medusa#6438", "reported/test_payments.py::test_report_46_a_sale_is_one_call"),
    shown(47, "medusa#10238", "reported/test_payments.py::test_report_47_an_order_for_nothing_is_paid"),
    shown(48, "solidus_stripe#187", "reported/test_payments.py::test_report_48_a_success_after_a_decline_is_recorded"),
    shown(
        49, "solidus#2032", "reported/test_payments.py::test_report_49_what_can_be_captured_is_seen_and_taken_in_parts"
    ),
    shown(
        50,
        "medusa#15623",
        "reported/test_payments.py::test_report_50_a_void_that_failed_is_told_and_nothing_is_captured_later",
    ),
    shown(
        51,
        "a downstream shop note",
        "reported/test_payments.py::test_report_51_a_refund_that_never_happened_is_not_counted",
    ),
    shown(
        52, "vendure#3065", "reported/test_payments.py::test_report_52_money_that_comes_too_late_is_owed_by_the_shop"
    ),
    shown(
        53,
        "medusa PR#2341, medusa#4798, mercurjs/mercur#1400",
        "reported/test_payments.py::test_report_53_a_checkout_becomes_one_order",
        "reported/test_payments.py::test_report_53_the_preview_says_that_it_is_placed_already",
    ),
    shown(54, "woo#62659", "reported/test_payments.py::test_report_54_also_when_it_is_tried_at_the_same_time"),
    shown(55, "medusa#11429", "reported/test_edits.py::test_report_55_an_edit_that_is_not_saved_changes_nothing"),
    shown(56, "medusa PR#11476", "reported/test_edits.py::test_report_56_taxes_of_the_other_lines_stay_line_by_line"),
    shown(
        57,
        "medusa#12005, medusa#10686, medusa#13405",
        "reported/test_totals.py::test_report_57_the_total_is_the_sum_of_the_lines_after_every_command",
    ),
    shown(58, "medusa#13705", "reported/test_totals.py::test_report_58_the_timeline_keeps_the_numbers_of_its_day"),
    shown(59, "vendure#4013", "reported/test_edits.py::test_report_59_what_was_never_paid_is_not_given_back"),
    shown(
        60,
        "vendure#1865",
        "reported/test_edits.py::test_report_60_ten_is_given_back_not_sixty_and_the_order_has_a_way_on",
    ),
    shown(
        61,
        "vendure#890, vendure#1753",
        "reported/test_totals.py::test_report_61_the_preview_is_what_is_sent_and_the_rest_goes_to_the_next_payment",
    ),
    shown(
        62,
        "vendure#4811, vendure#1795",
        "reported/test_totals.py::test_report_62_a_unit_that_leaves_takes_its_share_of_the_discount",
    ),
    shown(
        63, "vendure#1414", "reported/test_totals.py::test_report_63_what_it_cost_and_what_it_costs_now_are_two_figures"
    ),
    shown(
        64,
        "vendure#2523, vendure#2302",
        "reported/test_totals.py::test_report_64_a_cancelled_order_gives_back_what_was_placed",
    ),
    shown(
        65,
        "woo#61234, woo#60553",
        "reported/test_totals.py::test_report_65_a_placed_order_never_reads_prices_or_rates_again",
    ),
    shown(
        66,
        "woo#25447",
        "reported/test_drafts.py::test_report_66_the_back_office_prices_as_the_storefront_does",
    ),
    shown(67, "woo#14872", "reported/test_edits.py::test_report_67_raising_a_quantity_does_not_raise_a_fixed_coupon"),
    shown(68, "woo-stripe#1120", "reported/test_edits.py::test_report_68_what_is_charged_after_an_edit_is_the_balance"),
    shown(69, "solidus#512", "orders/test_vectors.py::test_t3"),
    shown(
        70,
        "saleor#7541, saleor#14615, saleor PR#14336, saleor PR#16391",
        "reported/test_drafts.py::test_report_70_what_was_priced_in_the_draft_is_what_the_order_costs",
    ),
    shown(
        71, "saleor#14880", "reported/test_totals.py::test_report_71_lines_sum_to_the_total_with_discounts_on_the_order"
    ),
    shown(
        72,
        "vendure#2202",
        "reported/test_drafts.py::test_report_72_a_price_says_whether_its_tax_is_in_it",
    ),
    shown(
        73,
        "open-mercato#3993",
        "reported/test_edits.py::test_report_73_a_line_is_never_below_what_was_shipped_and_shipped_units_keep_their_price",
    ),
    shown(74, "saleor#3540, saleor#3987", "reported/test_edits.py::test_report_74_a_placed_order_can_be_edited"),
    shown(75, "woo#22489", "reported/test_stock.py::test_report_75_a_cancel_restocks_once"),
    shown(
        76, "woo#27504", "reported/test_stock.py::test_report_76_what_was_restocked_by_a_refund_is_not_restocked_again"
    ),
    shown(
        77,
        "woo#30618, woo#28854",
        "reported/test_stock.py::test_report_77_nothing_but_a_command_about_units_moves_stock",
    ),
    shown(78, "PrestaShop#16869", "reported/test_stock.py::test_report_78_a_part_back_then_a_cancel"),
    shown(79, "magento/inventory#2851", "reported/test_stock.py::test_report_79_each_line_is_restocked_or_not"),
    shown(
        80,
        "RefundPlugin#418, Sylius#12869, Sylius#7144, Sylius PR#12812",
        "reported/test_stock.py::test_report_80_a_partly_refunded_order_is_cancelled",
    ),
    shown(81, "Sylius#9435", "reported/test_stock.py::test_report_81_giving_stock_back_needs_none"),
    shown(
        82, "medusa#12796", "reported/test_stock.py::test_report_82_a_fulfillment_is_undone_though_stock_is_below_zero"
    ),
    shown(
        83,
        "medusa#11703, medusa#11266, vendure#1198, vendure#1250",
        "reported/test_stock.py::test_report_83_undoing_a_fulfillment_commits_the_units_again",
    ),
    shown(84, "medusa#6500", "reported/test_stock.py::test_report_84_an_order_ships_what_was_promised_to_it"),
    shown(85, "reactioncommerce#3678", "reported/test_stock.py::test_report_85_cancelled_with_and_without_restock"),
    shown(
        86,
        "solidus#2947, solidus#3719, solidus PR#5220",
        "reported/test_stock.py::test_report_86_cancelled_is_not_shipped",
    ),
    shown(87, "spree PR#4324", "reported/test_stock.py::test_report_87_units_come_back_where_the_caller_says"),
    shown(88, "odoo#32620", "reported/test_stock.py::test_report_88_what_came_back_does_not_come_back_again"),
    shown(
        89,
        "odoo#8621, odoo#3674",
        "reported/test_stock.py::test_report_89_shipped_in_part_returned_in_part_and_cancelled",
    ),
    shown(90, "saleor PR#6574", "reported/test_stock.py::test_report_90_what_is_not_counted_is_refunded_all_the_same"),
    shown(91, "woo-stripe#1134", "reported/test_stock.py::test_report_91_an_amount_cannot_be_restocked"),
    shown(
        92,
        "saleor#543, vendure#3508, vendure#1738, vendure PR#4930, woo#12467, woo#44273, oscar#4524",
        "reported/test_races.py::test_report_92_the_last_units_are_sold_once",
    ),
    shown(
        93,
        "oscar#1811, oscar#2102, oscar PR#2281",
        "reported/test_races.py::test_report_93_two_orders_at_once_are_both_counted",
    ),
    shown(94, "saleor#5334", "reported/test_races.py::test_report_94_no_order_without_its_stock"),
    shown(95, "saleor PR#17152", "reported/test_races.py::test_report_95_units_are_shipped_once"),
    shown(
        96,
        "woo#15780, woo#33173, woo#53307, woo#17660",
        "reported/test_races.py::test_report_96_an_old_copy_does_not_win",
    ),
    shown(97, "django-fsm#46", "reported/test_races.py::test_report_97_a_move_is_made_once"),
    shown(98, "medusa#2948", "reported/test_races.py::test_report_98_who_lost_a_race_is_not_told_so"),
    shown(
        99,
        "vendure#1177, vendure#1197, vendure#846",
        "reported/test_states.py::test_report_99_every_order_has_a_way_on_or_is_finished",
    ),
    shown(
        100, "vendure#1567", "reported/test_states.py::test_report_100_a_product_that_is_gone_does_not_stop_a_cancel"
    ),
    shown(
        101,
        "vendure#472, vendure#1104, vendure#2373, vendure#2324, vendure#2397",
        "reported/test_states.py::test_report_101_rules_ask_for_facts_not_for_the_name_of_a_state",
    ),
    shown(
        102, "medusa#5457", "reported/test_states.py::test_report_102_a_captured_order_and_a_refunded_one_are_cancelled"
    ),
    shown(
        103,
        "solidus#1066, solidus#2104, solidus PR#2111",
        "reported/test_states.py::test_report_103_a_cancel_voids_what_is_open_and_refunds_the_rest",
    ),
    shown(
        104,
        "spree#10108",
        "reported/test_states.py::test_report_104_a_refund_that_failed_is_repeated_on_the_cancelled_order",
    ),
    shown(
        105,
        "medusa#8309, medusa#11973, medusa#9292",
        "reported/test_states.py::test_report_105_archived_is_not_fulfilled",
    ),
    shown(
        106,
        "medusa#4052, medusa#4838, medusa#4686, admin#522",
        "reported/test_stock.py::test_report_106_receiving_restocking_and_refunding_are_three_commands",
    ),
    shown(107, "medusa#10761", "reported/test_states.py::test_report_107_a_refusal_says_what_would_have_been_possible"),
    shown(
        108,
        "medusa#13773, medusa PR#14010",
        "reported/test_drafts.py::test_report_108_all_lines_are_set_aside_or_none",
    ),
    shown(
        109,
        "medusa#5198",
        "reported/test_drafts.py::test_report_109_completing_takes_over_what_was_set_aside",
    ),
    shown(
        110,
        "medusa#14219",
        "reported/test_drafts.py::test_report_110_a_draft_with_a_custom_item_becomes_an_order",
    ),
    shown(
        111,
        "medusa#14106",
        "reported/test_drafts.py::test_report_111_what_is_out_of_stock_can_be_put_in_a_draft",
    ),
    shown(
        112,
        "medusa#14392",
        "reported/test_drafts.py::test_report_112_order_and_draft_name_each_other_and_both_open",
    ),
    shown(
        113,
        "medusa#8028",
        "reported/test_drafts.py::test_report_113_an_order_by_telephone_needs_no_storefront",
    ),
    shown(
        114,
        "mailchimp/mc-magento#403, Jaal-Yantra-Textiles/v2#443",
        "reported/test_carts.py::test_report_114_who_bought_by_any_way_is_not_asked_back",
    ),
    shown(
        115,
        "tyche woocommerce-abandoned-cart#5, tyche woocommerce-abandoned-cart#104",
        "reported/test_carts.py::test_report_115_only_the_link_of_a_message_recovers",
    ),
    shown(
        116, "tyche#163, tyche#113, tyche#64", "reported/test_carts.py::test_report_116_a_win_is_told_once_and_stays"
    ),
    shown(
        117,
        "tyche#70, tyche PR#462",
        "reported/test_carts.py::test_report_117_no_message_no_win",
        "reported/test_carts.py::test_report_117_what_was_closed_or_cancelled_is_not_left_behind",
    ),
    shown(
        118,
        "woo#27791, woo#13963, woo#30871, woo-stripe#2463, magento2#27484",
        "reported/test_messages.py::test_report_118_the_way_of_an_order_sends_its_confirmation_once",
        "reported/test_messages.py::test_report_118_a_key_of_a_message_is_used_once",
    ),
    shown(
        119,
        "openfoodnetwork PR#9804",
        "reported/test_messages.py::test_report_119_sending_many_again_skips_those_that_nobody_should_get",
    ),
    shown(
        120,
        "woo#53996, medusa#6607, medusa#6307, Sylius#19029",
        "reported/test_lists.py::test_report_120_no_page_waits_for_a_count",
    ),
    shown(
        121,
        "woo#58323, woo#26768, woo#54343, woo#41454, woo#45721, woo#41317",
        "reported/test_lists.py::test_report_121_words_are_looked_up_not_compared_one_by_one",
    ),
    shown(
        122,
        "saleor#13810, saleor#13743",
        "reported/test_lists.py::test_report_122_a_status_with_a_search_goes_by_the_rarer",
    ),
    shown(
        123,
        "medusa#1497",
        "reported/test_lists.py::test_report_123_a_page_is_read_without_the_orders",
    ),
    shown(
        124,
        "saleor#12385, saleor#13294",
        "reported/test_lists.py::test_report_124_what_is_missing_has_its_place",
    ),
    shown(
        125,
        "saleor PR#19562",
        "reported/test_lists.py::test_report_125_a_cursor_tells_equal_orders_apart",
    ),
    shown(
        126,
        "saleor-dashboard#4331",
        "reported/test_lists.py::test_report_126_every_status_can_be_asked_for",
    ),
    shown(
        127,
        "craftcms/commerce#1744, woocommerce-subscriptions exporter#150",
        "reported/test_export.py::test_report_127_memory_stays_the_same_however_many_orders_there_are",
    ),
    shown(
        128,
        "dokan#1164, dokan PR#1086",
        "reported/test_export.py::test_report_128_an_export_has_the_orders_that_the_list_shows",
    ),
    shown(
        129,
        "thelia PR#3650",
        "reported/test_export.py::test_report_129_without_a_period_everything_is_exported",
    ),
    shown(
        130,
        "umbraco Commerce#67",
        "reported/test_bulk.py::test_report_130_status_mail_capture_tags_export_and_print_for_many",
    ),
    shown(
        131,
        "woocommerce-admin#5766, woocommerce-admin#2650, woo#56096, woo#64035",
        "figures/test_sales.py::test_report_131_goods_shipping_and_taxes_are_refunded_apart",
        "figures/test_sales.py::test_t21_five_orders_one_of_them_refunded_in_full",
    ),
    shown(
        132,
        "woo#14585, woo#36786",
        "figures/test_sales.py::test_report_132_a_refund_counts_on_its_own_day",
    ),
    shown(
        133,
        "woo#44826, vendure#1698, umbraco#324, pretix#162, grandnode#845, open-mercato#146",
        "reported/test_states.py::test_report_133_orders_have_tags",
        "reported/test_lists.py::test_report_133_orders_are_found_by_tags",
    ),
    shown(
        134,
        "pluginsGLPI/order#411, coopcycle#4040, kommerce-core#20, community_store#324",
        "reported/test_drafts.py::test_report_134_a_duplicate_has_all_lines_and_nothing_that_happened",
    ),
    shown(135, "umbraco#80", "reported/test_lists.py::test_report_135_a_search_is_saved_under_a_name"),
    shown(
        136,
        "spree PR#4020, spree#4021, woopayments#1225, woopayments#9733",
        "reported/test_risk.py::test_report_136_a_hold_stops_goods_and_not_money",
    ),
    shown(137, "Sylius#14620", "reported/test_stock.py::test_report_137_a_part_is_cancelled_with_its_stock"),
    shown(138, "saleor#3758", "reported/test_stock.py::test_report_138_a_line_at_0_is_left_out"),
    shown(
        139,
        "medusa PR#215, woopayments PR#11134, vendure PR#4819",
        "reported/test_states.py::test_report_139_digits_are_those_of_the_currency",
    ),
)

#: Input and figures of each vector stand in its test; T14 and T15 are about money alone.
VECTORS = {
    "T1": "orders/test_vectors.py::TestT1",
    **{f"T{at}": f"orders/test_vectors.py::test_t{at}" for at in (*range(2, 9), *range(11, 16), 17, 18, 20)},
    "T19": "reported/test_drafts.py::test_vector_t19_a_coupon_that_is_changed_later_leaves_placed_orders_alone",
    "T23": "reported/test_drafts.py::test_vector_t23_one_reservation_and_none_unless_asked",
    "T21": "figures/test_sales.py::test_t21_five_orders_one_of_them_refunded_in_full",
    "T24": "reported/test_carts.py::test_vector_24_a_cart_of_two_hours_ago_an_order_of_staff_one_hour_ago",
    "T16": "orders/test_returns.py::TestRule3_Receiving::test_t16",
    "T9": "orders/test_steps.py::TestRule4_Figures::test_t9_fewer_units_and_no_discount",
    "T10": "orders/test_steps.py::TestRule4_Figures::test_t10_there_and_back",
    "T22": "orders/test_steps.py::TestRule2_UnitsThatLeave::test_t22_not_below_what_was_shipped",
}
