"""The one error tree: every refusal has a code, data for its sentence, a retry class and an HTTP status.

Sentences for people are made from ``errors.<code>`` in the message catalogues of the desktop; ``detail`` here is plain
English for operators, logs and the server's problem+json answers.
"""

from enum import StrEnum
from typing import Any


class Retry(StrEnum):
    """What a caller may do after a refusal."""

    NOW = "now"
    BACKOFF = "backoff"
    REAUTH = "reauth"
    UPGRADE = "upgrade"
    NEVER = "never"


class Code(StrEnum):
    """Machine names of all refusals, the server's and the laptop's."""

    # What a person entered.
    VALUE_REQUIRED = "value_required"
    VALUE_TOO_LONG = "value_too_long"
    VALUE_UNREADABLE = "value_unreadable"
    VALUE_OUT_OF_RANGE = "value_out_of_range"
    VALUE_NOT_A_CHOICE = "value_not_a_choice"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_FIELD = "unknown_field"
    FIELD_READ_ONLY = "field_read_only"
    FIELD_FIXED = "field_fixed"
    FIELD_NAME_TAKEN = "field_name_taken"
    FIELD_NAME_UNFIT = "field_name_unfit"
    NOT_COMPARABLE = "not_comparable"
    NOT_SORTABLE = "not_sortable"
    QUERY_UNREADABLE = "query_unreadable"
    QUERY_FIELD_ALIKE = "query_field_alike"
    QUERY_TEST_MISSING = "query_test_missing"
    QUERY_VALUE_MISSING = "query_value_missing"
    QUERY_NOT_CLOSED = "query_not_closed"
    QUERY_NOT_JOINED = "query_not_joined"
    # What a record is.
    RECORD_NOT_FOUND = "record_not_found"
    RECORD_AMBIGUOUS = "record_ambiguous"
    NOTHING_TO_ATTEND = "nothing_to_attend"
    NOTHING_TO_MEND = "nothing_to_mend"
    MASS_DELETION = "mass_deletion"
    DELETION_HELD = "deletion_held"
    RECORD_DELETED = "record_deleted"
    RECORD_READ_ONLY = "record_read_only"
    REFERENCE_NOT_FOUND = "reference_not_found"
    ID_TAKEN = "id_taken"
    EXTERNAL_ID_TAKEN = "external_id_taken"
    NOT_PERMITTED = "not_permitted"
    GROUP_HELD = "group_held"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOTHING_TO_REDO = "nothing_to_redo"
    CHANGED_SINCE = "changed_since"
    AS_IT_WAS = "as_it_was"
    SAME_RECORD = "same_record"
    NOT_MERGED = "not_merged"
    UNDO_PASSED_OVER = "undo_passed_over"
    REDO_PASSED_OVER = "redo_passed_over"
    UNDO_PARTLY = "undo_partly"
    REDO_PARTLY = "redo_partly"
    # Talking to the server.
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_ENDED = "sign_in_ended"
    SERVER_UNREACHABLE = "server_unreachable"
    SERVER_BUSY = "server_busy"
    NOT_A_SERVER = "not_a_server"
    INSECURE_ADDRESS = "insecure_address"
    MESSAGE_UNREADABLE = "message_unreadable"
    MESSAGE_TOO_LARGE = "message_too_large"
    CLIENT_TOO_OLD = "client_too_old"
    CURSOR_DIVERGED = "cursor_diverged"
    SNAPSHOT_EXPIRED = "snapshot_expired"
    CHUNK_CHANGED = "chunk_changed"
    CHUNK_DAMAGED = "chunk_damaged"
    NOT_FOUND = "not_found"
    SYNC_RUNNING = "sync_running"
    WRONG_USER = "wrong_user"
    # Bytes of files.
    FILE_TOO_LARGE = "file_too_large"
    FILE_QUOTA = "file_quota"
    FILE_OFFSET = "file_offset"
    FILE_DAMAGED = "file_damaged"
    FILE_ELSEWHERE = "file_elsewhere"
    FILE_NOT_FETCHED = "file_not_fetched"
    # The laptop itself.
    PROFILE_MISSING = "profile_missing"
    PROFILE_EXISTS = "profile_exists"
    PROFILE_IN_USE = "profile_in_use"
    KEY_MISSING = "key_missing"
    KEY_WRONG = "key_wrong"
    KEYRING_UNUSABLE = "keyring_unusable"
    KEY_FILE_UNUSABLE = "key_file_unusable"
    DATABASE_NEWER = "database_newer"
    DATABASE_BUSY = "database_busy"
    DATABASE_UNUSABLE = "database_unusable"
    DISK_UNUSABLE = "disk_unusable"
    DISK_FULL = "disk_full"
    MEMORY_FULL = "memory_full"
    FILE_UNREADABLE = "file_unreadable"
    FILE_ENCODING_UNKNOWN = "file_encoding_unknown"
    FILE_EMPTY = "file_empty"
    FILE_UNWRITABLE = "file_unwritable"
    IMPORT_ROW_BROKEN = "import_row_broken"
    IMPORT_ROW_REFUSED = "import_row_refused"
    IMPORT_REFERENCE_UNKNOWN = "import_reference_unknown"
    INTERNAL = "internal"


_STATUS: dict[Code, tuple[int, Retry]] = {
    Code.RECORD_NOT_FOUND: (404, Retry.NEVER),
    Code.NOT_FOUND: (404, Retry.NEVER),
    Code.NOT_PERMITTED: (403, Retry.NEVER),
    Code.WRONG_USER: (403, Retry.NEVER),
    Code.SIGN_IN_REFUSED: (401, Retry.REAUTH),
    Code.SIGN_IN_ENDED: (401, Retry.REAUTH),
    Code.SERVER_UNREACHABLE: (503, Retry.BACKOFF),
    Code.SERVER_BUSY: (503, Retry.BACKOFF),
    Code.NOT_A_SERVER: (502, Retry.BACKOFF),
    Code.MESSAGE_UNREADABLE: (422, Retry.NEVER),
    Code.MESSAGE_TOO_LARGE: (413, Retry.NEVER),
    Code.FILE_TOO_LARGE: (413, Retry.NEVER),
    Code.FILE_QUOTA: (429, Retry.BACKOFF),
    Code.FILE_OFFSET: (409, Retry.NOW),
    Code.FILE_DAMAGED: (422, Retry.NOW),
    Code.CLIENT_TOO_OLD: (426, Retry.UPGRADE),
    Code.CURSOR_DIVERGED: (409, Retry.NOW),
    Code.SNAPSHOT_EXPIRED: (409, Retry.NOW),
    Code.CHUNK_CHANGED: (409, Retry.NOW),
    Code.CHUNK_DAMAGED: (502, Retry.BACKOFF),
    Code.DATABASE_BUSY: (503, Retry.BACKOFF),
    Code.INTERNAL: (500, Retry.BACKOFF),
}


class AppError(Exception):
    """A refusal that has a sentence for the person it concerns.

    ``data`` fills the placeholders of the sentence and holds JSON values only. ``detail`` is English, for operators.
    """

    def __init__(self, code: Code, detail: str = "", **data: Any) -> None:  # noqa: ANN401 - placeholders of any JSON type
        """Name the refusal; keyword arguments become ``data``."""
        super().__init__(detail or code.value)
        self.code = code
        self.detail = detail or code.value.replace("_", " ")
        self.data: dict[str, Any] = data

    @property
    def status(self) -> int:
        """HTTP status under which a server gives this refusal."""
        return _STATUS.get(self.code, (422, Retry.NEVER))[0]

    @property
    def retry(self) -> Retry:
        """What the caller may do next."""
        return _STATUS.get(self.code, (422, Retry.NEVER))[1]
