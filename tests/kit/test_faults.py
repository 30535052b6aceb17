"""The kit itself under test: a healthy provider passes, and each seeded fault is caught by name."""

import re
from pathlib import Path

import pytest

from any_llm.testing import ProviderSuite
from tests.kit.installed import SOURCE, sample
from tests.kit.running import run
from tests.kit.sample_cases import CASES

pytestmark = pytest.mark.slow  # seconds, and the same on every Python


def suite() -> type[ProviderSuite]:
    class TestSample(ProviderSuite):
        provider = "sample"
        distribution = "anyllm-sample"
        cases = CASES
        stop_reason_keys = frozenset({"stop"})

    return TestSample


def test_the_healthy_provider_passes(tmp_path: Path):
    with sample(tmp_path):
        assert run(suite()) == {}


# Each fault is one switch of the sample; the test beside it must be the one that fails.
FAULTS = {
    # the distribution
    "entry point of another name": "test_entry_point_is_named_as_the_provider",
    "another id": "test_plugin_registers_the_provider",
    "no API version": "test_api_version_is_stated",
    "API of tomorrow": "test_api_version_is_stated",
    "no variable for the key": "test_key_has_a_variable",
    "misspelt hook": "test_hooks_are_known",
    "imports httpx": "test_import_does_nothing",
    "network at import": "test_import_does_nothing",
    "prints at import": "test_import_does_nothing",
    "environment at import": "test_import_does_nothing",
    # the request
    "mutates the request": "test_request_is_not_changed",
    "unstable ids": "test_request_is_the_same_each_time",
    "counts its calls": "test_request_is_the_same_each_time",
    "reads the environment": "test_conversion_is_pure",
    "reads the clock": "test_conversion_is_pure",
    "reads a file": "test_conversion_is_pure",
    "asks the network": "test_conversion_is_pure",
    "depends on chance": "test_conversion_is_pure",
    "order of a set": "test_request_is_the_same_in_each_process",
    "adds a field": "test_request_is_what_the_vendor_accepted",
    "swallows the model": "test_model_is_carried",
    "lowers the model": "test_model_is_carried",
    "drops the provider's arguments": "test_what_is_no_messages_field_is_sent_as_it_is",
    "drops temperature": "test_nothing_is_lost_in_silence",
    "drops stop_sequences": "test_nothing_is_lost_in_silence",
    "drops tool_choice": "test_nothing_is_lost_in_silence",
    "drops tool descriptions": "test_nothing_is_lost_in_silence",
    "drops images": "test_nothing_is_lost_in_silence",
    "drops is_error": "test_nothing_is_lost_in_silence",
    "ignores tools": "test_nothing_is_lost_in_silence",
    "refuses behind encode": "test_capabilities_are_true",
    "forgets a zero": "test_nothing_is_lost_in_silence",
    "clips temperature": "test_nothing_is_lost_in_silence",
    "rounds temperature": "test_nothing_is_lost_in_silence",
    "caps max_tokens": "test_nothing_is_lost_in_silence",
    "one block of system": "test_nothing_is_lost_in_silence",
    "empties thinking": "test_nothing_is_lost_in_silence",
    "needs a result's content": "test_nothing_is_lost_in_silence",
    "strips text": "test_nothing_is_lost_in_silence",
    "claims a field": "test_nothing_is_lost_in_silence",
    # the key
    "key in the URL": "test_key_stands_in_a_header_alone",
    "key in the body": "test_key_stands_in_a_header_alone",
    "key in an error": "test_key_stands_in_a_header_alone",
    "key in the log": "test_key_stands_in_a_header_alone",
    "key in a warning": "test_key_stands_in_a_header_alone",
    "key is printed": "test_key_stands_in_a_header_alone",
    "dialect keeps the key": "test_key_stands_in_a_header_alone",
    "key is not sent": "test_key_stands_in_a_header_alone",
    "keeps what the key echoes in": "test_error_that_echoes_the_key_is_cleaned",
    # the answer
    "no usage": "test_answer_is_what_was_recorded",
    "max_tokens lost": "test_answer_is_what_was_recorded",
    "loses thinking": "test_answer_is_what_was_recorded",
    "ASCII only": "test_answer_is_what_was_recorded",
    "one id for all calls": "test_answer_is_what_was_recorded",
    "streams lose the second call": "test_streamed_answer_is_the_whole_one",
    "whole differs from streamed": "test_streamed_answer_is_the_whole_one",
    "async differs": "test_async_is_as_sync",
    # errors
    "swallows an error": "test_error_is_what_was_recorded",
    "swallows an error in the stream": "test_error_is_what_was_recorded",
    "wrong error type": "test_error_is_what_was_recorded",
    "keeps the vendor's words back": "test_error_is_what_was_recorded",
    "every error is 500": "test_error_without_a_body_is_sorted_by_status",
    "error needs a body": "test_error_of_any_shape_is_typed",
    "loses retry-after": "test_retry_after_is_kept",
    # the stream
    "index gap": "test_stream_keeps_the_grammar",
    "events after the end": "test_stream_keeps_the_grammar",
    "dies on split UTF-8": "test_stream_does_not_depend_on_chunks",
    "replaces split UTF-8": "test_stream_does_not_depend_on_chunks",
    "a chunk is a line": "test_stream_does_not_depend_on_chunks",
    "loses the last line without newline": "test_stream_may_end_without_a_newline",
    "skips a garbled frame": "test_garbled_frame_is_not_skipped",
    "splits on U+2028": "test_stream_splits_on_no_other_character",
    "leaves the connection open": "test_cancelling_closes_the_connection",
    "invents end_turn": "test_cut_answer_never_looks_complete",
    "holds the text back": "test_stream_is_passed_on_as_it_comes",
    # several calls
    "ASCII in the request": "test_text_is_sent_as_it_is",
    "chokes on its own answer": "test_answer_can_be_sent_back",
    "state of all calls": "test_streams_do_not_mix",
    "lists models with a bare error": "test_other_operations_fail_as_calls_do",
    # what is not known yet
    "unknown fields crash": "test_unknown_fields_harm_nothing",
    "unknown stop becomes end_turn": "test_unknown_stop_reason_is_none_that_is_known",
    "makes up a reason": "test_missing_stop_reason_is_not_made_up",
    "makes up the name of a call": "test_missing_tool_name_is_not_made_up",
    "raises its own error": "test_nonsense_is_a_typed_error",
    "{} for broken JSON": "test_broken_tool_input_stays_visible",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_caught(fault: str, tmp_path: Path):
    with sample(tmp_path, fault):
        assert FAULTS[fault] in run(suite(), FAULTS[fault])


def test_each_switch_is_in_the_table():
    source = SOURCE.read_text("utf-8")
    switches = set(re.findall(r'FAULT [!=]= f?"([^"{]+|{} [^"]+)"', source)) - {"drops "}
    assert switches <= set(FAULTS)
    assert len(FAULTS) >= 25


def test_every_test_that_judges_the_provider_has_a_fault():
    judging = {name for name in ProviderSuite.kit_tests if not name.startswith("test_cases_")}
    assert judging - set(FAULTS.values()) == {"test_kit_is_whole"}  # in test_guard.py
