"""Which tests are about which module of the merge core: those that are run for each change of it."""

FOCUS: dict[str, tuple[str, ...]] = {
    "sync/contract/merge.py": (
        "tests/contract/test_merge.py",
        "tests/contract/test_merge_joins.py",
        "tests/contract/test_merge_machine.py",
        "tests/unit/test_choosing.py",
    ),
    "sync/contract/rules.py": ("tests/contract/test_rules.py", "tests/contract/test_rules_told.py"),
    "sync/client/pushing.py": ("tests/sync/test_pushing.py",),
    "sync/server/applying.py": (
        "tests/server/test_receipts_given.py",
        "tests/server/test_refusals.py",
        "tests/server/test_late.py",
        "tests/server/test_merging.py",
        "tests/server/test_deleting.py",
        "tests/server/test_pushing.py",
        "tests/sync/test_merged_accounts.py",
    ),
    "sync/server/conflicts.py": (
        "tests/server/test_questions_kept.py",
        "tests/server/test_receipts_given.py",
        "tests/server/test_late.py",
        "tests/server/test_merging.py",
        "tests/server/test_deleting.py",
    ),
    "sync/server/recording.py": (
        "tests/server/test_seen_by_whom.py",
        "tests/server/test_refusals.py",
        "tests/server/test_log.py",
        "tests/server/test_compacting.py",
    ),
    "sync/server/hindsight.py": (
        "tests/server/test_hindsight.py",
        "tests/server/test_merging.py",
        "tests/server/test_deleting.py",
    ),
    "sync/server/scope.py": (
        "tests/server/test_unsettled.py",
        "tests/server/test_seen_by_whom.py",
        "tests/sync/test_merged_accounts.py",
        "tests/server/test_push_asks_little.py",
        "tests/server/test_scope.py",
    ),
    "sync/server/sight.py": (
        "tests/server/test_refusals.py",
        "tests/server/test_push_asks_little.py",
        "tests/server/test_scope.py",
    ),
    "sync/server/grants.py": ("tests/server/test_granted_pages.py", "tests/server/test_digests.py"),
    "desktop/store/outbox.py": (
        "tests/store/test_outbox.py",
        "tests/store/test_outbox_held.py",
        "tests/store/test_unit_of_work.py",
    ),
    "desktop/store/overlay.py": (
        "tests/store/test_receipts_told.py",
        "tests/store/test_receipts_rare.py",
        "tests/store/test_receipts.py",
        "tests/store/test_pages.py",
    ),
    "desktop/store/receipts.py": (
        "tests/store/test_receipts_told.py",
        "tests/store/test_receipts.py",
        "tests/store/test_receipts_plain.py",
        "tests/store/test_receipts_rare.py",
    ),
    "desktop/store/receipts_plain.py": (
        "tests/store/test_receipts_plain.py",
        "tests/store/test_receipts_both_ways.py",
    ),
    "desktop/store/writing.py": ("tests/store/test_belonging.py", "tests/store/test_pages.py"),
    "desktop/store/scopes.py": ("tests/store/test_belonging.py", "tests/store/test_pages.py"),
    "desktop/domain/choosing.py": ("tests/unit/test_choosing.py", "tests/unit/test_rules_of_the_laptop.py"),
}
