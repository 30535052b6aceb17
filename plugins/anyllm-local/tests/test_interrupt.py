"""Ctrl-C at any moment of loading ends the process."""

import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import signal
import anyllm_local
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
engine = anyllm_local.engine("default")
print("go", flush=True)
engine.load()
"""


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.1, 0.2, 0.3, 0.5])
def test_an_interrupt_while_loading_ends_the_process(delay: float) -> None:
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(20)
        finally:
            process.kill()
    # 0: the interrupt came after the model was loaded and the script was through.
    assert code in {0, -signal.SIGINT}
