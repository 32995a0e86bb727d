"""The states, in the order in which they are shown; the messages ``states.NAME`` say what each of them is."""

from collections.abc import Sequence

from desktop.ui.bridge import routes
from desktop.ui.states import acts, choices, office, records
from desktop.ui.states.playing import State

STATES: Sequence[State] = (
    State("first_sync_begins", routes.TODAY, office.first_sync_begins, acts.open_sync),
    State("first_sync_waiting", routes.TODAY, office.first_sync_waiting, acts.open_sync),
    State("first_sync", routes.TODAY, office.first_sync, acts.open_sync),
    State("first_sync_stopped", routes.TODAY, office.first_sync_stopped, acts.open_sync),
    State("sending", routes.TODAY, office.sending, acts.open_sync),
    State("waiting", routes.TODAY, office.waiting, acts.open_sync),
    State("all_sent", routes.TODAY, office.all_sent, acts.open_sync),
    State("offline", routes.TODAY, office.offline, acts.open_sync),
    State("offline_nothing_waits", routes.TODAY, office.offline_nothing_waits, acts.open_sync),
    State("captive_portal", routes.TODAY, office.captive_portal, acts.open_sync),
    State("busy", routes.TODAY, office.busy, acts.open_sync),
    State("sign_in_ended", routes.TODAY, office.sign_in_ended, acts.open_sync),
    State("sign_in_again", routes.TODAY, office.sign_in_ended, acts.sign_in_again),
    State("update_needed", routes.TODAY, office.update_needed, acts.open_sync),
    State("another_user", routes.TODAY, office.another_user, acts.open_sync),
    State("not_encrypted", routes.TODAY, office.not_encrypted, acts.open_sync),
    State("disk_full", routes.TODAY, office.disk_full, acts.open_sync),
    State("disk_full_while_saving", routes.CUSTOMERS, office.waiting, acts.save_on_a_full_disk),
    State("disk_unusable", routes.TODAY, office.disk_unusable, acts.open_sync),
    State("copied_laptop", routes.TODAY, office.copied_laptop, acts.open_sync),
    State("office_set_back", routes.TODAY, office.office_set_back, acts.open_sync),
    State("office_needs_update", routes.TODAY, office.office_needs_update, acts.open_sync),
    State("handed_on", routes.TODAY, office.handed_on, acts.open_sync),
    State("copies_removed", routes.TODAY, office.copies_removed, acts.open_sync),
    State("sync_stopped", routes.TODAY, office.sync_stopped, acts.open_sync),
    State("choice_fields", routes.CHOICE, choices.fields),
    State("choice_chosen", routes.CHOICE, choices.fields, acts.choose_all_theirs),
    State("choice_three_people", routes.CHOICE, choices.three_people),
    State("choice_deleted_by_you", routes.CHOICE, choices.deleted_by_you),
    State("choice_deleted_by_colleague", routes.CHOICE, choices.deleted_by_colleague),
    State("choice_created", routes.CHOICE, choices.created),
    State("choice_moved", routes.CHOICE, choices.moved),
    State("choice_of_others", routes.CHOICE, choices.of_others),
    State("choice_none", routes.CHOICE, choices.none),
    State("not_accepted", routes.CHANGES, records.not_accepted, acts.look_at_first),
    State("set_aside", routes.CHANGES, records.set_aside, acts.look_at_first),
    State("deletion_held", routes.CHANGES, records.deletion_held, acts.look_at_first),
    State("not_accepted_counted", routes.TODAY, records.not_accepted, acts.open_sync),
    State("brake", routes.CUSTOMERS, records.nothing, acts.delete_all_tasks),
    State("frozen_customer", routes.CUSTOMER, records.frozen),
    State("joined_customers", routes.CUSTOMER, records.joined),
    State("customer_with_choice", routes.CUSTOMER, records.with_choice),
)
